//! A document to a state: parse, check, compile, arrange. Nothing that is in force is touched here.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use super::Options;
#[cfg(feature = "schema")]
use super::Validation;
use crate::error::fault::Fault;
use crate::error::finding::{Findings, Rule as FindingRule};
use crate::error::{sentences, syntax};
use crate::flag::metadata::{Metadata, Shared};
use crate::flag::parse::{self, Definition, Entry};
use crate::flag::{DefaultVariant, Flag, Set, Standing, Variant};
use crate::json::hash::{self, Fingerprint};
use crate::json::number::Style;
use crate::json::value::{index, same_bytes, same_constant};
use crate::json::{Document, Src, Text, Val, parse_document, write};
use crate::limits::Limits;
use crate::memory::{Grow, GrowText, is_short, list_for, listed, projected};
use crate::ops::{self, Scratch};
use crate::resolve::result;
use crate::rule::compile::Compiler;
use crate::rule::program::Needs;
use crate::rule::refs::{Evaluators, reference};
use crate::rule::{Fractional, Rule};
#[cfg(feature = "schema")]
use crate::schema;
use crate::{Error, Finding, resolve};

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
    pub(crate) fn lookup(&self, key: &str) -> Result<u32, Fault> {
        if key.len() > Limits::STANDARD.key {
            return Err(Fault::LongKey);
        }
        let missing = if self.source.is_none() { Fault::NothingLoaded } else { Fault::UnknownFlag };
        self.set.find(key).ok_or(missing)
    }
}

/// Reads a document, or says why it was refused; `None` for the text that is in force.
pub(super) fn load(bytes: &[u8], options: Options, before: &State) -> Result<Option<State>, Error> {
    let limits = &Limits::STANDARD;
    if bytes.len() > limits.document {
        return Err(sentences::too_large("the flag document", bytes.len(), limits.document));
    }
    let source = Fingerprint::new(options.validation as u64).word(options.fractional as u64).bytes(bytes);
    if before.source == Some(source) {
        return Ok(None);
    }
    let document =
        parse_document(bytes, limits).map_err(|error| syntax::not_json("the flag document", bytes, error))?;
    short()?;
    let mut findings = Findings::new(limits.findings);
    let root = parse::root(&document, &mut findings);
    parse::check_duplicates(&document, &mut findings);
    #[cfg(feature = "schema")]
    schema::check(&document, &mut findings);
    parse::check_numbers(&document, &mut findings);
    let Some(mut root) = root else { return Err(sentences::refused(&document, &findings)) };
    let evaluators = Evaluators::of(&document, &mut findings);
    short()?;
    let set = build(&document, &evaluators, &mut root, options, &mut findings);
    #[cfg(feature = "schema")]
    if options.validation == Validation::Strict && findings.refuses {
        return Err(sentences::refused(&document, &findings));
    }
    let (warnings, truncated) = sentences::published(&document, &findings);
    Ok(Some(State {
        set: Arc::new(set),
        generation: before.generation.saturating_add(1),
        warnings,
        truncated,
        source: Some(source),
    }))
}

/// Ends work whose parts are not whole because memory is short. What is said of it is said by who called the module.
fn short() -> Result<(), Error> {
    if is_short() { Err(Error::new(String::new())) } else { Ok(()) }
}

/// What the schema alone says of a document.
#[cfg(feature = "schema")]
pub(super) fn check_schema(bytes: &[u8]) -> Result<Vec<Finding>, Error> {
    let limits = &Limits::STANDARD;
    let document =
        parse_document(bytes, limits).map_err(|error| syntax::not_json("the flag document", bytes, error))?;
    let mut findings = Findings::new(limits.findings);
    schema::check(&document, &mut findings);
    Ok(sentences::published(&document, &findings).0)
}

/// Builds the flags of a document one after the other.
struct Builder<'d> {
    document: &'d Document<'d>,
    evaluators: &'d Evaluators<'d>,
    compiler: Compiler<'d>,
    variants: Vec<Variant>,
    shared: Shared<'d>,
    /// The runs of the flag set's metadata, as a list of the set.
    shared_runs: Range<u32>,
    runs: Vec<Text>,
    /// The flag set's id, for flags without one of their own.
    shared_set: Option<Text>,
    default: Fractional,
    /// The generation that the flag set chooses, for flags that choose none.
    shared_version: Fractional,
    /// Places of variants that were met before: flags repeat each other's.
    recent: [u32; RECENT],
    /// The same for all variants of a flag.
    #[cfg(feature = "fast")]
    recent_lists: [Range<u32>; RECENT],
    /// Fingerprints of evaluators by place, references in them resolved.
    prints: Vec<Option<Fingerprint>>,
}

#[inline(never)]
fn build(
    document: &Document<'_>,
    evaluators: &Evaluators<'_>,
    root: &mut parse::Root<'_>,
    options: Options,
    findings: &mut Findings,
) -> Set {
    let mut compiler = Compiler::new(document, Some(evaluators), cfg!(feature = "fast").then_some(ops::fold));
    let metadata = Metadata::of(document, root.metadata);
    let shared = Shared::new(metadata, document, &mut compiler.program.pool);
    let runs = shared.runs();
    let mut builder = Builder {
        document,
        evaluators,
        compiler,
        variants: Vec::new(),
        shared,
        shared_runs: 0..index(runs.len()),
        runs,
        shared_set: None,
        default: options.fractional,
        shared_version: options.fractional,
        recent: [u32::MAX; RECENT],
        #[cfg(feature = "fast")]
        recent_lists: [const { 0..0 }; RECENT],
        prints: Vec::new(),
    };
    builder.read_evaluators();
    builder.check_version(root.metadata, findings);
    if let Some(Val::Str(text)) = builder.shared.own("flagSetId") {
        builder.shared_set = Some(builder.text(document.heap().text(text)));
    }
    if let Some(value) = builder.shared.own("fractionalVersion") {
        builder.shared_version = builder.version(value);
    }
    let mut flags = list_for(root.entries.len());
    for entry in root.entries.iter().take_while(|_| !is_short()) {
        if cfg!(feature = "fast") {
            builder.foresee(flags.len(), entry.at, document.text.len());
        }
        flags.put(builder.flag(entry, findings));
    }
    let mut set = Set::default();
    set.program = builder.compiler.program;
    #[cfg(feature = "fast")]
    {
        set.program.rank_roots();
        for rule in flags.iter_mut().filter_map(|flag: &mut Flag| flag.rule.as_mut()).filter(|rule| !rule.whole) {
            set.program.add_roots(rule);
        }
    }
    set.variants = builder.variants;
    set.metadata = builder.shared_runs;
    set.runs = builder.runs;
    set.document_len = document.text.len();
    set.flags = flags;
    let order = set.order(&document.order);
    let mut order = drop_repeated(&set, &root.entries, &order, findings);
    if cfg!(feature = "fast") {
        root.entries = Vec::new();
    }
    set.arrange(&mut order);
    make_ready(&mut set);
    set.reading = reading(&mut set);
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    {
        set.uses_time = set.flags.iter().any(Flag::may_read_time);
    }
    set
}

/// What the rules of all flags read together; `None` if none is left to evaluate.
#[inline(never)]
fn reading(set: &mut Set) -> Option<Rule> {
    let rules = || set.flags.iter().filter(|flag| flag.ready.is_none()).filter_map(|flag| flag.rule.as_ref());
    rules().next()?;
    let mut read = listed(set.program.slots.iter().map(|_| false));
    let mut whole = false;
    for rule in rules() {
        whole |= rule.whole;
        for slot in set.program.list(rule.slots) {
            if let Some(read) = read.get_mut(*slot as usize) {
                *read = true;
            }
        }
    }
    let slots = listed((0u32..).zip(&read).filter_map(|(slot, read)| read.then_some(slot)));
    // It is read for and never run, so its entry leads nowhere.
    Some(set.program.reading(u32::MAX, &Needs { slots, whole, ..Needs::default() }))
}

impl<'d> Builder<'d> {
    /// Fingerprints of the evaluators, each after those it refers to.
    #[inline(never)]
    fn read_evaluators(&mut self) {
        self.prints.fit(self.evaluators.len(), None);
        for (place, value) in self.evaluators.in_order() {
            let print = self.print(self.document.val(value));
            if let Some(slot) = self.prints.get_mut(place as usize) {
                *slot = Some(print);
            }
        }
    }

    /// The fingerprint of a rule in which references stand for what they refer to.
    fn print(&self, value: Val) -> Fingerprint {
        hash::value(self.document, value, &|value| {
            let target = reference(self.document, value)?;
            let evaluator = self.evaluators.find(self.document.string(target))?;
            self.prints.get(evaluator as usize).copied().flatten()
        })
    }

    /// Makes room for what the rest of the text needs if it is like its beginning, now and then: doubling would leave
    /// half of it empty, and holes behind. A short beginning tells little, so room for four times as much is the most
    /// then, and for sixteen times as much later.
    fn foresee(&mut self, flags: usize, done: u32, all: usize) {
        if flags < 64 || !flags.is_power_of_two() || flags.trailing_zeros() & 1 == 1 {
            return;
        }
        let done = done as usize;
        let most = done.saturating_mul(if flags < 1024 { 4 } else { 16 });
        let left = all.min(most).saturating_sub(done);
        let more = |len: usize| projected(len, done, left);
        let program = &mut self.compiler.program;
        program.code.make_room(more(program.code.len()));
        program.constants.make_room(more(program.constants.len()));
        program.lists.make_room(more(program.lists.len()));
        program.pool.vals.make_room(more(program.pool.vals.len()));
        program.pool.text.make_text_room(more(program.pool.text.len()));
        self.variants.make_room(more(self.variants.len()));
        self.runs.make_room(more(self.runs.len()));
    }

    #[inline(never)]
    fn flag(&mut self, entry: &Entry<'d>, findings: &mut Findings) -> Flag {
        let document = self.document;
        let definition = &mut parse::definition(document, entry, findings);
        let own = Metadata::of(document, definition.metadata);
        let (metadata, metadata_print) = self.metadata(&own);
        self.check_version(definition.metadata, findings);
        let fractional = own.get("fractionalVersion").map_or(self.shared_version, |value| self.version(value));
        let set = match own.get("flagSetId") {
            None => self.shared_set,
            Some(Val::Str(text)) => Some(self.text(document.heap().text(text))),
            Some(_) => None,
        };
        let variants = self.add_variants(definition);
        let default = self.default_variant(definition, &variants, findings);
        let broken = definition.broken.take().or_else(|| {
            let targeting = definition.targeting?;
            self.evaluators.broken(targeting, findings)
        });
        let rule = match (definition.targeting, &broken) {
            (Some(targeting), None) => Some(self.compiler.flag(targeting, findings)),
            _ => None,
        };
        #[cfg(not(feature = "fractional-versions"))]
        let (rule, broken) = self.judge_version(&own, rule, broken);
        let fingerprint = self.flag_print(definition, metadata_print, fractional, broken.as_deref());
        let standing = match broken {
            _ if definition.disabled => Standing::Disabled,
            Some(reason) => Standing::Quarantined(self.text(&reason)),
            None => Standing::Enabled,
        };
        Flag {
            key: self.text(entry.key),
            set,
            standing,
            variants,
            default,
            rule,
            metadata,
            fractional,
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            needs_json: false,
            ready: None,
            fingerprint,
        }
    }

    /// The merged metadata of a flag: its runs as a list of the set, and its fingerprint.
    #[inline(never)]
    fn metadata(&mut self, own: &Metadata<'_>) -> (Range<u32>, Fingerprint) {
        match self.shared.below(own, self.document, &mut self.compiler.program.pool) {
            None => (self.shared_runs.clone(), self.shared.print()),
            Some(merged) => {
                let start = index(self.runs.len());
                self.runs.put_all(&merged.runs);
                (start..index(self.runs.len()), merged.print)
            }
        }
    }

    /// The generation that an entry of metadata names, or else the engine's.
    fn version(&self, value: Val) -> Fractional {
        match value {
            Val::Str(text) => Fractional::named(self.document.heap().text(text)).unwrap_or(self.default),
            _ => self.default,
        }
    }

    /// Quarantines a flag whose rule needs a generation of `fractional` that this build lacks: v2 would give another
    /// share of the users each variant.
    #[cfg(not(feature = "fractional-versions"))]
    fn judge_version(
        &self,
        own: &Metadata<'_>,
        rule: Option<Rule>,
        broken: Option<String>,
    ) -> (Option<Rule>, Option<String>) {
        match own.get("fractionalVersion").or_else(|| self.shared.own("fractionalVersion")) {
            Some(Val::Str(name)) if rule.is_some_and(|rule| rule.fractional) => {
                let name = self.document.heap().text(name);
                if Fractional::is_left_out(name) {
                    (None, Some(sentences::left_out_version(name).0))
                } else {
                    (rule, broken)
                }
            }
            _ => (rule, broken),
        }
    }

    fn text(&mut self, text: &str) -> Text {
        self.compiler.program.pool.text(text, Src::Pool)
    }

    #[inline(never)]
    fn add_variants(&mut self, definition: &Definition<'_>) -> Range<u32> {
        let document = self.document;
        let heap = document.heap();
        let start = index(self.variants.len());
        for key in definition.variants.members() {
            let Val::Str(name) = document.val(key) else { continue };
            let value = document.val(key.saturating_add(1));
            let slot = recent_slot(name, value);
            let known = self
                .recent
                .get(slot)
                .filter(|_| cfg!(feature = "fast"))
                .and_then(|place| self.variants.get(*place as usize))
                .copied();
            let variant = match known.filter(|known| self.is_alike(known, heap.bytes(name), value)) {
                Some(known) => known,
                None => {
                    if let Some(recent) = self.recent.get_mut(slot) {
                        *recent = index(self.variants.len());
                    }
                    self.variant(heap.text(name), value)
                }
            };
            self.variants.put(variant);
        }
        let added = start..index(self.variants.len());
        #[cfg(feature = "fast")]
        let added = self.shared_variants(added);
        added
    }

    /// The same variants of another flag, if they are remembered: most flags are on or off.
    #[cfg(feature = "fast")]
    fn shared_variants(&mut self, added: Range<u32>) -> Range<u32> {
        let list = |range: &Range<u32>| self.variants.get(range.start as usize..range.end as usize).unwrap_or(&[]);
        let new = list(&added);
        let slot = new.iter().fold(0u32, |slot, variant| slot.wrapping_mul(3).wrapping_add(variant.head.start));
        let Some(recent) = self.recent_lists.get_mut(slot as usize % RECENT) else { return added };
        // Variants with the same head are one.
        let same = |(left, right): (&Variant, &Variant)| left.head.start == right.head.start;
        let known = list(recent);
        if !new.is_empty() && known.len() == new.len() && known.iter().zip(new).all(same) {
            self.variants.truncate(added.start as usize);
            return recent.clone();
        }
        *recent = added.clone();
        added
    }

    /// Whether a variant has this name and this scalar for its value.
    fn is_alike(&self, known: &Variant, name: &[u8], value: Val) -> bool {
        let heap = self.compiler.program.heap();
        same_constant(known.value, &heap, value, &self.document.heap()) && same_bytes(heap.bytes(known.name), name)
    }

    /// Name and value lie inside the head, where they are spelled there as they are.
    #[inline(never)]
    fn variant(&mut self, name: &str, value: Val) -> Variant {
        let heap = self.document.heap();
        let out = &mut self.compiler.program.pool.text;
        let begin = out.len();
        let (json, plain) = result::write_head(out, name, |out| {
            // The document's own nesting and size bound the text.
            let _ = write::value(out, &heap, value, Style::Document, Limits::STANDARD.depth, usize::MAX);
        });
        let head = self.compiler.program.pool.text_since(begin, Src::Pool);
        let within = |start: usize, len: usize| Text { start: index(start), len: index(len), src: Src::Pool };
        let name = match plain {
            Some(start) => within(start, name.len()),
            None => self.text(name),
        };
        let value = match value {
            Val::Str(text) if json.len() == (text.len as usize).saturating_add(2) => {
                Val::Str(within(json.start.saturating_add(1), text.len as usize))
            }
            Val::Str(text) => Val::Str(self.text(heap.text(text))),
            scalar => scalar,
        };
        Variant { name, json: within(json.start, json.len()), head, value }
    }

    #[inline(never)]
    fn default_variant(
        &mut self,
        definition: &Definition<'_>,
        variants: &Range<u32>,
        findings: &mut Findings,
    ) -> DefaultVariant {
        let Some((name, at)) = definition.default else { return DefaultVariant::None };
        let document = self.document;
        let is_name = |key: u32| same_bytes(document.string_bytes(key), name.as_bytes());
        let place = definition.variants.members().position(is_name);
        match place {
            Some(place) => DefaultVariant::Variant(variants.start.saturating_add(index(place))),
            None => {
                findings.add(FindingRule::DefaultVariant, at, || {
                    let names = definition.variants.members().map(|key| document.string(key));
                    sentences::default_variant(name, names)
                });
                DefaultVariant::Unknown(self.text(name))
            }
        }
    }

    /// A `fractionalVersion` that names no generation.
    fn check_version(&self, metadata: Option<crate::json::Span>, findings: &mut Findings) {
        let document = self.document;
        let Some(place) = metadata.and_then(|span| document.member(span, "fractionalVersion")) else { return };
        let name = document.string(place);
        if Fractional::named(name).is_none() {
            findings.add(FindingRule::FractionalVersion, document.place(place), || {
                match Fractional::is_left_out(name) {
                    true => sentences::left_out_version(name),
                    false => sentences::fractional_version(),
                }
            });
        }
    }

    /// Everything that an answer of the flag depends on.
    #[inline(never)]
    fn flag_print(
        &self,
        definition: &Definition<'_>,
        metadata: Fingerprint,
        fractional: Fractional,
        broken: Option<&str>,
    ) -> Fingerprint {
        let plain = |value: Val| hash::value(self.document, value, &|_| None);
        let targeting = definition.targeting.map_or(Val::Null, |place| self.document.val(place));
        Fingerprint::new(u64::from(definition.disabled))
            .with(plain(Val::Map(definition.variants)))
            .bytes(definition.default.map_or("", |(name, _)| name).as_bytes())
            .with(self.print(targeting))
            .with(metadata)
            .word(fractional as u64)
            .bytes(broken.unwrap_or("").as_bytes())
    }
}

/// How many variants are remembered.
const RECENT: usize = 32;

/// Where a variant is remembered: what tells the usual ones apart.
fn recent_slot(name: Text, value: Val) -> usize {
    let value = match value {
        Val::Bool(value) => u32::from(value),
        Val::Int(value) => value as u32,
        Val::Str(text) => text.len.wrapping_add(2),
        _ => 0,
    };
    (name.len.wrapping_mul(8).wrapping_add(value) as usize) % RECENT
}

/// Of flags with the same key in the same flag set only the last stays. They stand side by side in the order.
#[inline(never)]
fn drop_repeated(set: &Set, entries: &[Entry<'_>], order: &[u32], findings: &mut Findings) -> Vec<u32> {
    let mut kept: Vec<u32> = list_for(order.len());
    let mut repeated = Vec::new();
    let mut before = None;
    for &place in order {
        let identity = set.flag(place).map(|flag| set.identity(flag));
        match kept.last_mut() {
            Some(last) if before == identity => {
                repeated.put(place);
                *last = place;
            }
            _ => kept.put(place),
        }
        before = identity;
    }
    crate::order::sort(&mut repeated, &|left, right| left.cmp(&right));
    for place in repeated {
        let (Some(entry), Some(flag)) = (entries.get(place as usize), set.flag(place)) else { continue };
        let name = flag.set.map(|name| set.text(name));
        findings.add(FindingRule::DuplicateFlag, entry.at, || sentences::duplicate_flag(entry.key, name));
    }
    kept
}

/// Answers in advance what no context can change.
#[inline(never)]
fn make_ready(set: &mut Set) {
    let mut scratch = Scratch::default();
    let mut steps = READY_STEPS;
    for place in (0..set.flags.len()).take_while(|_| !is_short()) {
        let Some(flag) = set.flags.get(place) else { continue };
        scratch.words.clear();
        let mut ready = resolve::evaluate::ready(set, flag, &mut scratch, &mut steps);
        if let Some(Fault::NoSuchVariant(name)) = ready.as_mut().and_then(|outcome| outcome.fault.as_mut()) {
            *name = set.program.pool.text(&scratch.words, Src::Pool);
        }
        if let Some(flag) = set.flags.get_mut(place) {
            flag.ready = ready;
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            {
                flag.needs_json = super::slots::needs_json(&set.program, flag);
            }
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
    let keys = listed(roots.filter_map(|root| Some(set.text(*program.roots.get(*root as usize)?))));
    let key = |place: u32| keys.get(place as usize).copied();
    let order = crate::order::sorted(keys.len(), &|left, right| key(left).cmp(&key(right)));
    Some(listed(order.into_iter().filter_map(key)))
}
