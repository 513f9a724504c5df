//! The sentences, apart from those of the schema: lower case, no full stop, the user's words in backticks.

use alloc::string::String;
use alloc::vec::Vec;

use super::fault::{Fault, Stop};
use super::finding::{Findings, Found, Rule};
use super::suggest::nearest;
use super::syntax::{at_place, problem};
use super::{Error, Finding};
use crate::json::Document;
use crate::json::number::write_integer;
use crate::json::path::{Places, pieces, pointer, unescape};
use crate::limits::Limits;
use crate::order::listed;

/// A sentence and what to do about it.
pub(crate) type Sentence = (String, Option<String>);

/// Joins pieces into one string; cheaper in the module than formatting.
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

pub(super) fn number(value: usize) -> String {
    let mut text = String::new();
    write_integer(&mut text, i64::try_from(value).unwrap_or(i64::MAX));
    text
}

/// A word of the user; long ones are cut, because a sentence is read by people.
pub(super) fn push_word(out: &mut String, text: &str, quote: &str) {
    let mut end = text.len().min(80);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    out.push_str(quote);
    out.push_str(text.get(..end).unwrap_or(""));
    if end < text.len() {
        out.push('…');
    }
    out.push_str(quote);
}

/// A word of the user for a sentence.
fn word(text: &str) -> String {
    let mut word = String::with_capacity(text.len().saturating_add(2));
    push_word(&mut word, text, "`");
    word
}

fn did_you_mean(name: &str) -> String {
    join(&["did you mean ", &word(name), "?"])
}

fn or_names<'a>(given: &str, names: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    if let Some(near) = nearest(given, names.clone()) {
        return did_you_mean(near);
    }
    let mut text = join(&[what, " "]);
    for (place, name) in names.take(8).enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        text.push_str(&word(name));
    }
    text
}

/// A document over the size limit.
pub(crate) fn too_large(what: &str, bytes: usize, limit: usize) -> Error {
    let message = join(&[what, " of ", &number(bytes), " bytes exceeds maximum of ", &number(limit), " bytes"]);
    let finding = Finding {
        rule: Rule::TooLarge.id(),
        path: String::new(),
        line: 1,
        column: 1,
        flag: None,
        message: message.clone(),
        hint: Some(String::from("split it into several flag sets")),
    };
    Error::with_findings(message, Vec::from([finding]), 0)
}

/// Bytes that a host says lie where there is no memory.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn outside(what: &str) -> Error {
    Error::new(join(&[
        what,
        " lies outside the module's memory: pass the pointer that `alloc` gave and the length written there",
    ]))
}

/// A validation mode that does not exist.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn bad_mode(mode: u32) -> Error {
    Error::new(join(&["the validation mode ", &number(mode as usize), " is unknown: 0 is strict, 1 is permissive"]))
}

/// A build that cannot validate strictly.
#[cfg(all(feature = "abi", target_arch = "wasm32", not(feature = "schema")))]
pub(crate) fn no_schema() -> Error {
    Error::new(String::from("this build has no schema check, so it cannot validate strictly; use mode 1"))
}

// --- findings --------------------------------------------------------------------------------------------------

/// Findings as people and programs read them: in the order of the text, with pointer, line and column.
pub(crate) fn published(document: &Document<'_>, findings: &Findings) -> Vec<Finding> {
    let at = |place: u32| findings.list.get(place as usize).map_or(0, |found| found.at);
    let order = crate::order::sorted(findings.list.len(), &|left, right| at(left).cmp(&at(right)));
    let mut places = Places::new(document.text.as_bytes());
    let publish = |found: &Found| {
        let place = places.place(found.at as usize);
        let path = pointer(document, found.at);
        Finding {
            rule: found.rule.id(),
            flag: flag_of(document, &path),
            path,
            line: place.line,
            column: place.column,
            message: found.message.clone(),
            hint: found.hint.clone(),
        }
    };
    listed(order.into_iter().filter_map(|place| findings.list.get(place as usize)).map(publish))
}

/// The key of the flag that a pointer leads into.
fn flag_of(document: &Document<'_>, path: &str) -> Option<String> {
    use crate::json::Val;
    let first = pieces(path.strip_prefix("/flags/")?, b'/').next()?;
    let Val::Map(root) = document.val(document.root) else { return None };
    let flags = document.member(root, "flags")?;
    match document.val(flags) {
        Val::Map(_) => Some(unescape(first)),
        Val::List(items) => {
            let item = items.start.checked_add(first.parse::<u32>().ok()?)?;
            let Val::Map(flag) = document.val(item) else { return None };
            let key = document.string(document.member(flag, "key")?);
            (!key.is_empty()).then(|| String::from(key))
        }
        _ => None,
    }
}

/// The refusal of a document in strict mode.
pub(crate) fn refused(document: &Document<'_>, findings: &Findings) -> Error {
    let list = published(document, findings);
    let count = list.len().saturating_add(findings.truncated as usize);
    let mut message = match count {
        1 => String::from("the flag document was refused: "),
        _ => join(&["the flag document was refused for ", &number(count), " reasons; the first: "]),
    };
    // Advice is listed but refuses nothing, so the sentence names a finding that does.
    let advice = [Rule::NumberPrecision.id(), Rule::FractionalVersion.id()];
    if let Some(first) = list.iter().find(|finding| !advice.contains(&finding.rule)) {
        let place = [" at line ", &number(first.line as usize), ", column ", &number(first.column as usize)];
        message.push_str(&first.message);
        message.push_str(&join(&place));
        if let Some(hint) = &first.hint {
            message.push_str(&join(&[" (", hint, ")"]));
        }
    }
    Error::with_findings(message, list, findings.truncated)
}

pub(crate) fn root_type(kind: &str) -> Sentence {
    let hint = "wrap the flags: `{\"flags\": {…}}`";
    (join(&["a flag document is an object, not ", kind]), Some(String::from(hint)))
}

pub(crate) fn flags_missing() -> Sentence {
    let hint = "add `\"flags\": {…}`; without flags, `\"flags\": {}`";
    (String::from("the document has no `flags`"), Some(String::from(hint)))
}

pub(crate) fn flags_type(kind: &str) -> Sentence {
    let hint = "write `{\"<key>\": {\"state\": …, \"variants\": …}}`";
    (join(&["`flags` is ", kind, ", not an object or an array of flags"]), Some(String::from(hint)))
}

pub(crate) fn duplicate_key(name: &str) -> Sentence {
    (
        join(&["the name ", &word(name), " stands more than once in this object"]),
        Some(String::from("keep one of them; only the last one counts")),
    )
}

pub(crate) fn flag_type(key: &str, kind: &str) -> Sentence {
    let hint = "write `{\"state\": \"ENABLED\", \"variants\": {…}, \"defaultVariant\": …}`";
    let which = if key.is_empty() { String::from("a flag in an array") } else { join(&["the flag ", &word(key)]) };
    (join(&[&which, " is ", kind, ", not an object"]), Some(String::from(hint)))
}

pub(crate) fn flag_key(reason: &str) -> Sentence {
    (join(&["a flag key ", reason]), Some(String::from("give it a key of 1 to 65536 bytes")))
}

pub(crate) fn duplicate_flag(key: &str, set: Option<&str>) -> Sentence {
    let message = match set {
        Some(set) => join(&["the flag ", &word(key), " stands more than once in the flag set ", &word(set)]),
        None => join(&["the flag ", &word(key), " stands more than once without a `flagSetId`"]),
    };
    (message, Some(String::from("remove one, or give them different `metadata.flagSetId`; only the last one counts")))
}

pub(crate) fn member_type(member: &str, kind: &str, expected: &str) -> Sentence {
    (join(&["`", member, "` is ", kind, ", not ", expected]), Some(join(&["write ", expected, " or leave it out"])))
}

pub(crate) fn default_variant<'a>(name: &str, variants: impl Iterator<Item = &'a str> + Clone) -> Sentence {
    (
        join(&["the default variant ", &word(name), " is not among the variants"]),
        Some(or_names(name, variants, "the variants are")),
    )
}

pub(crate) fn unknown_operator<'a>(name: &str, operators: impl Iterator<Item = &'a str>) -> Sentence {
    let hint = match nearest(name, operators) {
        Some(near) => did_you_mean(near),
        None => String::from("see the list of operators in the documentation"),
    };
    (join(&[&word(name), " is not an operator"]), Some(hint))
}

pub(crate) fn one_operator() -> Sentence {
    let hint = "put each operator into an object of its own and join them with `and`, `or` or `if`";
    (String::from("an object in a rule has more than one member"), Some(String::from(hint)))
}

pub(crate) fn unknown_reference<'a>(name: &str, evaluators: impl Iterator<Item = &'a str> + Clone) -> Sentence {
    let hint = if evaluators.clone().next().is_none() {
        String::from("the document has no `$evaluators`; add them beside `flags`")
    } else {
        or_names(name, evaluators, "the evaluators are")
    };
    (join(&["the evaluator ", &word(name), " does not exist in `$evaluators`"]), Some(hint))
}

pub(crate) fn reference_type(kind: &str) -> Sentence {
    let hint = "write `{\"$ref\": \"<name of an evaluator>\"}`";
    (join(&["`$ref` is ", kind, ", not the name of an evaluator"]), Some(String::from(hint)))
}

pub(crate) fn reference_cycle(names: &[&str]) -> Sentence {
    let mut chain = String::new();
    for (place, name) in names.iter().enumerate() {
        if place >= 8 {
            chain.push_str(" → …");
            break;
        }
        if place > 0 {
            chain.push_str(" → ");
        }
        chain.push_str(&word(name));
    }
    (
        join(&["evaluators refer to each other in a circle: ", &chain]),
        Some(String::from("take one of the references out")),
    )
}

pub(crate) fn reference_depth(name: &str) -> Sentence {
    let message = join(&[
        "$ref resolution depth limit of ",
        &number(Limits::STANDARD.hops as usize),
        " exceeded behind ",
        &word(name),
    ]);
    (message, Some(String::from("put the rules of the chain into fewer evaluators")))
}

pub(crate) fn number_precision(text: &str) -> Sentence {
    (
        join(&[&word(text), " is beyond ±(2^53−1), so readers with doubles only round it"]),
        Some(String::from("write it as a string if every digit counts")),
    )
}

pub(crate) fn fractional_version() -> Sentence {
    (
        String::from("`fractionalVersion` names no generation of the `fractional` operator, so the default applies"),
        Some(String::from("use one of `v1`, `v2`, `v3`")),
    )
}

/// A generation of `fractional` that other builds have.
pub(crate) fn left_out_version(name: &str) -> Sentence {
    (
        join(&["`fractionalVersion` is ", &word(name), ", but this build has only `v2` of `fractional`"]),
        Some(String::from("load the full build, or write `v2`, which gives other users other variants")),
    )
}

// --- evaluation ------------------------------------------------------------------------------------------------

/// The sentence of an evaluation's error.
pub(crate) fn fault(fault: &Fault, key: &str) -> String {
    match fault {
        Fault::UnknownFlag => join(&["no flag has the key ", &word(key)]),
        Fault::LongKey => join(&["a flag key exceeds maximum of ", &number(Limits::STANDARD.key), " bytes"]),
        Fault::NothingLoaded => {
            join(&["no flags are loaded, so there is no flag ", &word(key), "; call `update_state` first"])
        }
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::UnknownIndex(index) => {
            join(&["no flag has the index ", &number(*index as usize), "; read `flagIndices` again"])
        }
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::Outside(what) => join(&[what, " lies outside the module's memory"]),
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::KeyEncoding(at) => join(&["the flag key is not UTF-8 at byte ", &number(*at)]),
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::Slots(at) => join(&["the slot values of ", &word(key), " are malformed at byte ", &number(*at)]),
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::NeedsJson => {
            join(&["the flag ", &word(key), " reads more than its slots; call `evaluate` with the context"])
        }
        Fault::ContextSize => {
            join(&["the evaluation context exceeds maximum of ", &number(Limits::STANDARD.context), " bytes"])
        }
        Fault::Context { error, line, column } => {
            let (message, _) = problem(error.problem);
            join(&["the evaluation context cannot be read: ", message, &at_place(*line, *column, error.at)])
        }
        Fault::Quarantined(reason) => join(&["the flag ", &word(key), " cannot be evaluated: ", reason]),
        Fault::Rule(stop, operator) => {
            join(&["the targeting of ", &word(key), " failed: ", &self::stop(*stop, operator)])
        }
        Fault::NoSuchVariant(name) => {
            join(&["the targeting of ", &word(key), " chose ", &word(name), ", which is not among its variants"])
        }
        Fault::NotAName(kind) => {
            join(&["the targeting of ", &word(key), " gave ", kind, ", which cannot name a variant"])
        }
        Fault::BadDefault(name) => {
            join(&["the default variant ", &word(name), " of ", &word(key), " is not among its variants"])
        }
        Fault::Type { expected, found } => join(&["the value of ", &word(key), " is ", found, ", not ", expected]),
    }
}

/// The sentence of what stopped a rule.
fn stop(stop: Stop, operator: &str) -> String {
    match stop {
        Stop::UnknownOperator(_) => join(&[&word(operator), " is not an operator"]),
        Stop::ManyMembers => String::from("an object in the rule has more than one member"),
        Stop::Steps => join(&["it needs more than ", &number(Limits::STANDARD.steps as usize), " steps"]),
        Stop::Built => join(&["it builds a value that exceeds maximum of ", &number(Limits::STANDARD.built), " bytes"]),
        Stop::Depth => join(&["it builds a value nested deeper than ", &number(Limits::STANDARD.depth as usize)]),
    }
}

/// A host that evaluates for flags that were replaced.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn stale(generation: u32) -> String {
    join(&["generation ", &number(generation as usize), " is not in force; call `describe_state` again"])
}

/// The failure of a bare rule.
pub(crate) fn rule_failed(stop: Stop, operator: &str) -> Error {
    Error::new(join(&["the rule failed: ", &self::stop(stop, operator)]))
}

/// The result of a bare rule is too large or too deep to be written.
pub(crate) fn result_size(deep: bool) -> Error {
    let limit = if deep { Limits::STANDARD.depth as usize } else { Limits::STANDARD.result };
    let what = if deep {
        "the result of the rule is nested deeper than "
    } else {
        "the result of the rule exceeds maximum bytes of "
    };
    Error::new(join(&[what, &number(limit)]))
}

/// The answers of all flags are too much for one text.
pub(crate) fn bulk_size() -> Error {
    let limit = number(Limits::STANDARD.bulk);
    Error::new(join(&[
        "the answers of all flags exceed maximum of ",
        &limit,
        " bytes; shorten the flag set's metadata",
    ]))
}

/// A selector that cannot be read.
pub(crate) fn bad_selector(selector: &str) -> Error {
    Error::new(join(&["the selector ", &word(selector), " is unknown: write `flagSetId=<id>`"]))
}
