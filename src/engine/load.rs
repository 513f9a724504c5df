//! A document to a state: parse, check, compile, arrange. Nothing that is in force is touched here.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Options, Validation};
use crate::error::fault::Fault;
use crate::error::finding::{Findings, Rule as FindingRule};
use crate::error::sentences;
use crate::flag::metadata::Metadata;
use crate::flag::parse::{self, Definition};
use crate::flag::{DefaultVariant, Flag, Set, Standing, Variant};
use crate::json::hash::{self, Fingerprint};
use crate::json::number::{Style, write_integer};
use crate::json::{Document, Heap, Src, Text, Val, parse_document, write};
use crate::limits::Limits;
use crate::ops::Scratch;
use crate::order::Names;
use crate::rule::compile::Compiler;
use crate::rule::refs::{Evaluators, reference};
use crate::rule::{Fractional, Program, Rule};
use crate::{Error, Finding, resolve, schema};

/// Steps that one update spends on answering constant rules in advance: the budget of two evaluations.
const READY_STEPS: u32 = 2 * Limits::STANDARD.steps;

/// What is in force between two updates.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) set: Arc<Set>,
    /// Counts the updates that changed the state; 0 before the first one.
    pub(crate) generation: u64,
    pub(crate) warnings: Vec<Finding>,
    pub(crate) truncated: u32,
    /// Of the text and the options it was read with.
    source: Option<Fingerprint>,
}

impl State {
    /// No flags, at a generation that goes on counting.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    pub(super) fn empty(generation: u64) -> Self {
        Self { generation, ..Self::default() }
    }

    /// The flag with this key.
    pub(crate) fn find(&self, key: &str) -> Result<u32, Fault> {
        let missing = if self.source.is_none() { Fault::NothingLoaded } else { Fault::UnknownFlag };
        self.set.find(key).ok_or(missing)
    }
}

/// Reads a document, or says why it was refused.
pub(super) fn load(bytes: &[u8], options: Options, before: &State) -> Result<State, Error> {
    let limits = &Limits::STANDARD;
    if bytes.len() > limits.document {
        return Err(sentences::too_large("the flag document", bytes.len(), limits.document));
    }
    let source = Fingerprint::new(options.validation as u64).word(options.fractional as u64).bytes(bytes);
    if before.source == Some(source) {
        return Ok(State {
            set: Arc::clone(&before.set),
            warnings: before.warnings.clone(),
            source: Some(source),
            ..*before
        });
    }
    let document =
        parse_document(bytes, limits).map_err(|error| sentences::not_json("the flag document", bytes, error))?;
    let mut findings = Findings::new(limits.findings);
    let root = parse::root(&document, &mut findings);
    parse::check_duplicates(&document, &mut findings);
    schema::check(&document, &mut findings);
    parse::check_numbers(&document, &mut findings);
    let Some(root) = root else { return Err(sentences::refused(&document, &findings)) };
    let evaluators = Evaluators::of(&document, &mut findings);
    let set = build(&document, &evaluators, &root, options, &mut findings);
    if options.validation == Validation::Strict && findings.refuses {
        return Err(sentences::refused(&document, &findings));
    }
    Ok(State {
        set: Arc::new(set),
        generation: before.generation.saturating_add(1),
        warnings: sentences::published(&document, &findings),
        truncated: findings.truncated,
        source: Some(source),
    })
}

/// What the schema alone says of a document.
pub(super) fn check_schema(bytes: &[u8]) -> Result<Vec<Finding>, Error> {
    let limits = &Limits::STANDARD;
    let document =
        parse_document(bytes, limits).map_err(|error| sentences::not_json("the flag document", bytes, error))?;
    let mut findings = Findings::new(limits.findings);
    schema::check(&document, &mut findings);
    Ok(sentences::published(&document, &findings))
}

/// Builds the flags of a document one after the other.
struct Builder<'d> {
    document: &'d Document<'d>,
    evaluators: &'d Evaluators<'d>,
    compiler: Compiler<'d>,
    variants: Vec<Variant>,
    set_metadata: Metadata<'d>,
    /// Where the flag set's metadata is written.
    set_text: Text,
    default: Fractional,
    /// Fingerprints of evaluators by place, references in them resolved.
    prints: Vec<Option<Fingerprint>>,
}

fn build(
    document: &Document<'_>,
    evaluators: &Evaluators<'_>,
    root: &parse::Root<'_>,
    options: Options,
    findings: &mut Findings,
) -> Set {
    let mut compiler = Compiler::new(document, Some(evaluators));
    let set_metadata = Metadata::of(document, root.metadata);
    let set_text = write_metadata(&set_metadata, document, &mut compiler.program);
    let mut builder = Builder {
        document,
        evaluators,
        compiler,
        variants: Vec::new(),
        set_metadata,
        set_text,
        default: options.fractional,
        prints: Vec::new(),
    };
    builder.read_evaluators();
    builder.check_version(root.metadata, findings);
    let mut flags = Vec::with_capacity(root.definitions.len());
    for definition in &root.definitions {
        flags.push(builder.flag(definition, findings));
    }
    let mut set = Set::default();
    set.program = builder.compiler.program;
    set.variants = builder.variants;
    set.metadata = Some(builder.set_text);
    set.flags = flags;
    drop_repeated(&mut set, &root.definitions, findings);
    set.arrange();
    make_ready(&mut set);
    set
}

fn write_metadata(metadata: &Metadata<'_>, document: &Document<'_>, program: &mut Program) -> Text {
    let start = program.pool.text.len();
    metadata.write(&mut program.pool.text, document);
    program.pool.text_since(start, Src::Pool)
}

impl<'d> Builder<'d> {
    /// Fingerprints of the evaluators, each after those it refers to.
    fn read_evaluators(&mut self) {
        self.prints.resize(self.evaluators.len(), None);
        for (place, value) in self.evaluators.in_order() {
            let print = self.print(self.document.val(value));
            if let Some(slot) = self.prints.get_mut(place as usize) {
                *slot = Some(print);
            }
        }
    }

    /// The fingerprint of a rule in which references stand for what they refer to.
    fn print(&self, value: Val) -> Fingerprint {
        hash::value(&self.document.heap(), value, &|value| {
            let target = reference(self.document, value)?;
            let evaluator = self.evaluators.find(self.document.string(target))?;
            self.prints.get(evaluator as usize).copied().flatten()
        })
    }

    fn flag(&mut self, definition: &Definition<'d>, findings: &mut Findings) -> Flag {
        let document = self.document;
        let own = Metadata::of(document, definition.metadata);
        let merged = self.set_metadata.overlaid(&own);
        let metadata =
            if own.is_empty() { self.set_text } else { write_metadata(&merged, document, &mut self.compiler.program) };
        self.check_version(definition.metadata, findings);
        let fractional = version(document, &merged).unwrap_or(self.default);
        let set = match merged.get("flagSetId") {
            Some(Val::Str(text)) => Some(self.text(document.heap().text(text))),
            _ => None,
        };
        let variants = self.add_variants(definition);
        let default = self.default_variant(definition, &variants, findings);
        let broken = definition.broken.clone().or_else(|| {
            let targeting = definition.targeting?;
            self.evaluators.broken(targeting, findings)
        });
        let rule = match (definition.targeting, &broken) {
            (Some(targeting), None) => Some(self.compiler.flag(targeting, findings)),
            _ => None,
        };
        let fingerprint = self.flag_print(definition, &merged, fractional, broken.as_deref());
        let standing = match broken {
            _ if definition.disabled => Standing::Disabled,
            Some(reason) => Standing::Quarantined(reason),
            None => Standing::Enabled,
        };
        Flag {
            key: self.text(definition.key),
            set,
            standing,
            variants,
            default,
            rule,
            metadata,
            fractional,
            ready: None,
            fingerprint,
        }
    }

    fn text(&mut self, text: &str) -> Text {
        self.compiler.program.pool.text(text, Src::Pool)
    }

    fn add_variants(&mut self, definition: &Definition<'_>) -> core::ops::Range<u32> {
        let document = self.document;
        let heap = document.heap();
        let start = crate::json::value::index(self.variants.len());
        for (name, value) in heap.members(definition.variants) {
            let name = self.text(name);
            let begin = self.compiler.program.pool.text.len();
            let out = &mut self.compiler.program.pool.text;
            // The document's own nesting and size bound the text.
            let _ = write::value(out, &heap, value, Style::Document, Limits::STANDARD.depth, usize::MAX);
            let json = self.compiler.program.pool.text_since(begin, Src::Pool);
            let value = match value {
                Val::Str(text) => Val::Str(self.text(heap.text(text))),
                scalar => scalar,
            };
            self.variants.push(Variant { name, json, value });
        }
        start..crate::json::value::index(self.variants.len())
    }

    fn default_variant(
        &mut self,
        definition: &Definition<'_>,
        variants: &core::ops::Range<u32>,
        findings: &mut Findings,
    ) -> DefaultVariant {
        let Some((name, at)) = definition.default else { return DefaultVariant::None };
        let heap = self.document.heap();
        let place = heap.members(definition.variants).position(|(known, _)| known == name);
        match place {
            Some(place) => DefaultVariant::Variant(variants.start.saturating_add(crate::json::value::index(place))),
            None => {
                findings.add(FindingRule::DefaultVariant, at, || {
                    let names: Vec<&str> = heap.members(definition.variants).map(|(known, _)| known).collect();
                    sentences::default_variant(name, names.iter().copied())
                });
                DefaultVariant::Unknown(self.text(name))
            }
        }
    }

    /// A `fractionalVersion` that names no generation.
    fn check_version(&self, metadata: Option<crate::json::Span>, findings: &mut Findings) {
        let document = self.document;
        let Some(place) = metadata.and_then(|span| document.member(span, "fractionalVersion")) else { return };
        if Fractional::named(document.string(place)).is_none() {
            findings.add(FindingRule::FractionalVersion, document.place(place), sentences::fractional_version);
        }
    }

    /// Everything that an answer of the flag depends on.
    fn flag_print(
        &self,
        definition: &Definition<'_>,
        metadata: &Metadata<'_>,
        fractional: Fractional,
        broken: Option<&str>,
    ) -> Fingerprint {
        let heap = self.document.heap();
        let plain = |value: Val| hash::value(&heap, value, &|_| None);
        let targeting = definition.targeting.map_or(Val::Null, |place| self.document.val(place));
        Fingerprint::new(u64::from(definition.disabled))
            .with(plain(Val::Map(definition.variants)))
            .bytes(definition.default.map_or("", |(name, _)| name).as_bytes())
            .with(self.print(targeting))
            .with(metadata_print(metadata, &heap))
            .word(fractional as u64)
            .bytes(broken.unwrap_or("").as_bytes())
    }
}

/// The fingerprint of metadata, whatever its order.
fn metadata_print(metadata: &Metadata<'_>, heap: &Heap<'_>) -> Fingerprint {
    metadata.entries().fold(Fingerprint::new(10), |state, (name, value)| {
        state.plus(Fingerprint::new(7).bytes(name.as_bytes()).with(hash::value(heap, value, &|_| None)))
    })
}

fn version(document: &Document<'_>, metadata: &Metadata<'_>) -> Option<Fractional> {
    match metadata.get("fractionalVersion")? {
        Val::Str(text) => Fractional::named(document.heap().text(text)),
        _ => None,
    }
}

/// Of flags with the same key in the same flag set only the last stays.
fn drop_repeated(set: &mut Set, definitions: &[Definition<'_>], findings: &mut Findings) {
    let mut last = Names::default();
    let mut keep = Vec::with_capacity(set.flags.len());
    keep.resize(set.flags.len(), true);
    for ((flag, definition), place) in set.flags.iter().zip(definitions).zip(0u32..) {
        let name = flag.set.map(|name| set.text(name));
        // The length of the key keeps `a` in the set `bc` apart from `ab` in the set `c`.
        let mut identity = String::new();
        write_integer(&mut identity, i64::try_from(definition.key.len()).unwrap_or(i64::MAX));
        identity.push(if name.is_some() { '+' } else { '-' });
        identity.push_str(definition.key);
        identity.push_str(name.unwrap_or(""));
        if let Some(earlier) = last.insert(identity, place) {
            if let Some(kept) = keep.get_mut(earlier as usize) {
                *kept = false;
            }
            findings.add(FindingRule::DuplicateFlag, definition.at, || sentences::duplicate_flag(definition.key, name));
        }
    }
    let mut keep = keep.into_iter();
    set.flags.retain(|_| keep.next().unwrap_or(true));
}

/// Answers in advance what no context can change.
fn make_ready(set: &mut Set) {
    let mut scratch = Scratch::default();
    let mut steps = READY_STEPS;
    for place in 0..set.flags.len() {
        let Some(flag) = set.flags.get(place) else { continue };
        let ready = resolve::evaluate::ready(set, flag, &mut scratch, &mut steps);
        if let Some(flag) = set.flags.get_mut(place) {
            flag.ready = ready;
        }
    }
}

/// The top-level keys that a rule reads; `None` if it may read any.
pub(super) fn required_keys<'s>(set: &'s Set, rule: &Rule) -> Option<Vec<&'s str>> {
    if rule.whole {
        return None;
    }
    let program = &set.program;
    let roots = program.list(rule.roots).iter();
    let keys: Vec<&str> = roots.filter_map(|root| Some(set.text(*program.roots.get(*root as usize)?))).collect();
    let key = |place: u32| keys.get(place as usize).copied();
    let order = crate::order::sorted(keys.len(), &|left, right| key(left).cmp(&key(right)));
    Some(order.into_iter().filter_map(key).collect())
}
