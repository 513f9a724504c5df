//! A parsed document to definitions of flags: what each says, and what keeps it from working.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::finding::{Findings, Rule};
use crate::error::sentences;
use crate::json::number::{self, SAFE_INTEGER};
use crate::json::path::{pieces, unescape};
use crate::json::value::same_bytes;
use crate::json::{Document, Span, Val};
use crate::limits::Limits;
use crate::memory::{Grow, is_short, list_for};

/// A flag of a document that is not read yet.
#[derive(Debug)]
pub(crate) struct Entry<'d> {
    pub(crate) key: &'d str,
    /// Where the flag stands, for findings: its key, or the object in array form.
    pub(crate) at: u32,
    /// The index of its value.
    place: u32,
}

/// What a document says of one flag; values are places in the document.
#[derive(Debug)]
pub(crate) struct Definition<'d> {
    pub(crate) disabled: bool,
    pub(crate) variants: Span,
    /// The name of the default variant and its place in the text.
    pub(crate) default: Option<(&'d str, u32)>,
    /// Targeting, unless there is none.
    pub(crate) targeting: Option<u32>,
    pub(crate) metadata: Option<Span>,
    /// Why it cannot work.
    pub(crate) broken: Option<String>,
}

/// The parts of a document's root.
pub(crate) struct Root<'d> {
    pub(crate) entries: Vec<Entry<'d>>,
    pub(crate) metadata: Option<Span>,
}

/// Reads the root; `None` where the document cannot be used at all, which is then among the findings.
pub(crate) fn root<'d>(document: &'d Document<'_>, findings: &mut Findings) -> Option<Root<'d>> {
    let at = document.place(document.root);
    let value = document.val(document.root);
    let Val::Map(root) = value else {
        findings.add(Rule::RootType, at, || sentences::root_type(value.kind()));
        return None;
    };
    let Some(flags) = document.member(root, "flags") else {
        findings.add(Rule::FlagsMissing, at, sentences::flags_missing);
        return None;
    };
    let mut entries = Vec::new();
    match document.val(flags) {
        Val::Map(members) => {
            entries = list_for((members.len / 2) as usize);
            for key in members.members().take_while(|_| !is_short()) {
                let entry = Entry { key: document.string(key), at: document.place(key), place: key.saturating_add(1) };
                add(&mut entries, entry, findings);
            }
        }
        Val::List(items) => {
            for item in items.items().take_while(|_| !is_short()) {
                let at = document.place(item);
                // An element that is no object has no key to be asked for.
                if !matches!(document.val(item), Val::Map(_)) {
                    unchecked(findings, Rule::FlagType, at, || sentences::flag_type("", document.val(item).kind()));
                    continue;
                }
                add(&mut entries, Entry { key: element_key(document, item), at, place: item }, findings);
            }
        }
        other => {
            findings.add(Rule::FlagsType, document.place(flags), || sentences::flags_type(other.kind()));
            if !other.is_null() {
                return None;
            }
        }
    }
    let metadata = document.member(root, "metadata").map(|place| document.val(place));
    Some(Root { entries, metadata: object(metadata) })
}

fn object(value: Option<Val>) -> Option<Span> {
    match value {
        Some(Val::Map(span)) => Some(span),
        _ => None,
    }
}

/// The key of a flag in array form; empty where it has none.
fn element_key<'d>(document: &'d Document<'_>, item: u32) -> &'d str {
    match document.val(item) {
        Val::Map(flag) => document.member(flag, "key").map_or("", |key| document.string(key)),
        _ => "",
    }
}

/// Adds a flag, unless it has no usable key: nobody could ask for it.
fn add<'d>(entries: &mut Vec<Entry<'d>>, entry: Entry<'d>, findings: &mut Findings) {
    let fault = if entry.key.is_empty() {
        "is missing or empty"
    } else if entry.key.len() > Limits::STANDARD.key {
        "exceeds maximum of 65536 bytes"
    } else {
        return entries.put(entry);
    };
    // The schema finds keys that are empty, and says it better.
    if cfg!(not(feature = "schema")) || !entry.key.is_empty() {
        findings.add(Rule::FlagKey, entry.at, || sentences::flag_key(fault));
    }
}

/// Reads one flag.
pub(crate) fn definition<'d>(document: &'d Document<'_>, entry: &Entry<'_>, findings: &mut Findings) -> Definition<'d> {
    let mut definition = Definition {
        disabled: false,
        variants: Span::EMPTY,
        default: None,
        targeting: None,
        metadata: None,
        broken: None,
    };
    match document.val(entry.place) {
        Val::Map(members) => fill(document, members, &mut definition, findings),
        other => {
            let sentence = sentences::flag_type(entry.key, other.kind());
            unchecked(findings, Rule::FlagType, document.place(entry.place), || sentence.clone());
            definition.broken = Some(sentence.0);
        }
    }
    definition
}

/// The members of a flag that are read.
const MEMBERS: [&str; 5] = ["state", "variants", "defaultVariant", "targeting", "metadata"];

/// Notes what the schema check, which runs later, finds as well and says better; a build without it has only this.
fn unchecked(findings: &mut Findings, rule: Rule, at: u32, sentence: impl FnOnce() -> (String, Option<String>)) {
    if cfg!(not(feature = "schema")) {
        findings.add(rule, at, sentence);
    }
}

/// Reads the members of a flag. What has the wrong type decides whether the flag can work.
fn fill<'d>(document: &'d Document<'_>, members: Span, definition: &mut Definition<'d>, findings: &mut Findings) {
    let mut places = [None; MEMBERS.len()];
    for key in members.members() {
        let name = document.string_bytes(key);
        let known = MEMBERS.iter().zip(&mut places).find(|(known, _)| same_bytes(known.as_bytes(), name));
        if let Some((_, place)) = known {
            *place = Some(key.saturating_add(1));
        }
    }
    let [state, variants, default, targeting, metadata] = places;
    let mut broken = |rule: Rule, name: &str, place: u32, expected: &str| {
        let sentence = sentences::member_type(name, document.val(place).kind(), expected);
        unchecked(findings, rule, document.place(place), || sentence.clone());
        definition.broken = Some(sentence.0);
    };
    if let Some(state) = state {
        definition.disabled = document.string_bytes(state) == b"DISABLED";
    }
    if let Some(variants) = variants {
        match document.val(variants) {
            Val::Null => {}
            Val::Map(members) => definition.variants = members,
            _ => broken(Rule::Variants, "variants", variants, "an object"),
        }
    }
    if let Some(default) = default {
        match document.val(default) {
            Val::Null => {}
            Val::Str(_) => {
                let name = document.string(default);
                definition.default = (!name.is_empty()).then(|| (name, document.place(default)));
            }
            _ => broken(Rule::DefaultVariant, "defaultVariant", default, "a string or null"),
        }
    }
    if let Some(targeting) = targeting {
        let value = document.val(targeting);
        let empty = matches!(value, Val::Map(rule) if rule.len == 0);
        definition.targeting = (!empty && !value.is_null()).then_some(targeting);
    }
    definition.metadata = object(metadata.map(|place| document.val(place)));
}

/// Numbers that some readers of the document will not see as written.
pub(crate) fn check_numbers(document: &Document<'_>, findings: &mut Findings) {
    for (value, at) in document.large_numbers() {
        let doubtful = match value {
            Val::Int(number) => number.unsigned_abs() > SAFE_INTEGER,
            Val::Num(number) => number.abs() > SAFE_INTEGER as f64,
            _ => false,
        };
        if !doubtful {
            continue;
        }
        let rest = document.text.get(at as usize..).unwrap_or("");
        // A double written with fraction or exponent is meant as a double.
        if let Ok(shape) = number::shape(rest.as_bytes())
            && shape.integer
        {
            let text = rest.get(..shape.len).unwrap_or("");
            findings.add(Rule::NumberPrecision, at, || sentences::number_precision(text));
        }
    }
}

/// Names that stood in their object before.
pub(crate) fn check_duplicates(document: &Document<'_>, findings: &mut Findings) {
    for &at in &document.duplicates {
        findings.add(Rule::DuplicateKey, at, || {
            let pointer = crate::json::path::pointer(document, at);
            sentences::duplicate_key(&unescape(pieces(&pointer, b'/').last().unwrap_or("")))
        });
    }
}
