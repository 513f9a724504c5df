//! The evaluation context: JSON text, or attributes that a Rust caller has already.

#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
use super::attributes;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
use crate::attributes::Attributes;
use crate::error::fault::Fault;
use crate::error::syntax;
use crate::json::members::Indexes;
use crate::json::parse::{Parsed, SyntaxError, parse_members, utf8};
use crate::json::path::step;
use crate::json::value::same_bytes;
use crate::json::{Arena, Span, Val, parse_value, scan};
use crate::limits::Limits;
use crate::memory::Grow;
use crate::ops::Scratch;
use crate::rule::program::Needs;
use crate::rule::special::by_length;
use crate::rule::{Program, Rule};
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
use crate::value::Value;

#[derive(Clone, Copy)]
enum Source<'a> {
    Json(&'a [u8]),
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    Attributes(&'a dyn Attributes),
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    TooLarge,
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    Slots(&'a [u8]),
}

/// What a flag is evaluated for: attributes of a user or request, and the time.
///
/// Made from JSON text (`&str` and `&[u8]` convert by themselves) or from [`Attributes`]. The engine reads no clock:
/// `$flagd.timestamp` is the time given with [`EvaluationContext::at`], 0 until then.
#[derive(Clone, Copy)]
pub struct EvaluationContext<'a> {
    source: Source<'a>,
    now: i64,
    /// Values that stand over those of the source.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    over: Option<&'a dyn Attributes>,
}

impl<'a> EvaluationContext<'a> {
    /// No attributes.
    pub fn empty() -> Self {
        Self::json(b"")
    }

    /// A JSON object as UTF-8, at most 1 MiB. Empty text counts as `{}`, and so does JSON that is no object.
    pub fn json(text: &'a [u8]) -> Self {
        Self::of(Source::Json(text))
    }

    /// Attributes that are read one by one.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn attributes(attributes: &'a dyn Attributes) -> Self {
        Self::of(Source::Attributes(attributes))
    }

    /// Lays values that the caller works out over those of the context, which may be a text.
    ///
    /// Each path that a rule reads, written down or computed, is asked of `over` first. Where that gives `None`, the
    /// context has the word; [`Attribute::Null`](crate::Attribute::Null) hides what the context has. So a value that no
    /// rule reads is never worked out. [`Engine::evaluate_all`](crate::Engine::evaluate_all) asks once for all flags; a
    /// rule with a computed path or the whole context asks while it runs, each time it reads.
    ///
    /// A rule that takes the whole context as one value, `{"var": ""}`, asks for the empty path: the members of that
    /// object join those of the context, or replace them; where there is none, or it is no object, the rule sees the
    /// context alone. `$flagd` is the engine's in any case, and an error in the text of the context stays an error. A
    /// second call replaces what the first one laid over.
    ///
    /// ```
    /// use burgee::{Attribute, Attributes, Engine, EvaluationContext};
    ///
    /// /// `bucket.<flag key>`: a number from 0 to 99.
    /// struct Buckets<'a> { user: &'a str }
    ///
    /// impl Attributes for Buckets<'_> {
    ///     fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
    ///         let ["bucket", flag @ ..] = path else { return None };
    ///         // The key of a flag may contain dots.
    ///         let bytes = flag.join(".").into_bytes().into_iter().chain(self.user.bytes());
    ///         Some(Attribute::Int(bytes.fold(0, |hash, byte| (hash * 31 + i64::from(byte)) % 100)))
    ///     }
    /// }
    ///
    /// let engine = Engine::new();
    /// engine.update(r#"{"flags": {"new.checkout": {"state": "ENABLED", "variants": {"on": true, "off": false},
    ///     "defaultVariant": "off", "targeting": {"if": [{"and": [{"==": [{"var": "plan"}, "team"]},
    ///     {"<": [{"var": "bucket.new.checkout"}, 100]}]}, "on"]}}}}"#)?;
    /// let context = EvaluationContext::from(r#"{"plan": "team"}"#).with(&Buckets { user: "ada" });
    /// assert_eq!(engine.evaluate_bool("new.checkout", context).value, Some(true));
    /// # Ok::<(), burgee::Error>(())
    /// ```
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    #[must_use]
    pub fn with(self, over: &'a dyn Attributes) -> Self {
        Self { over: Some(over), ..self }
    }

    fn of(source: Source<'a>) -> Self {
        Self {
            source,
            now: 0,
            #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
            over: None,
        }
    }

    /// A text that was not even read because it exceeds the limit.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    pub(crate) fn too_large() -> Self {
        Self::of(Source::TooLarge)
    }

    /// Values of slots, as `describe_state` numbers them.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    pub(crate) fn slots(bytes: &'a [u8]) -> Self {
        Self::of(Source::Slots(bytes))
    }

    /// The same context at a time, in whole seconds since 1970 (UTC).
    #[must_use]
    pub fn at(self, unix_seconds: i64) -> Self {
        Self { now: unix_seconds, ..self }
    }

    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// What stands over the values of the context.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub(crate) fn over(&self) -> Option<&'a dyn Attributes> {
        self.over
    }

    /// The text, if there is one: what values of it may point into.
    pub(crate) fn input(&self) -> Result<&'a str, Fault> {
        match self.source {
            Source::Json(text) => utf8(text).map_err(|error| syntax(text, error)),
            _ => Ok(""),
        }
    }

    /// Bytes of what is read; of attributes, whose size is not known, enough to look at the memory they took.
    pub(crate) fn size(&self) -> usize {
        match self.source {
            #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
            _ if self.over.is_some() => Limits::STANDARD.context,
            Source::Json(text) => text.len(),
            #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
            Source::Attributes(_) => Limits::STANDARD.context,
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            Source::Slots(bytes) => bytes.len(),
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            Source::TooLarge => 0,
        }
    }

    /// The limit on the text, which holds for every flag.
    pub(crate) fn admit(&self) -> Result<(), Fault> {
        match self.source {
            Source::Json(text) if text.len() > Limits::STANDARD.context => Err(Fault::ContextSize),
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            Source::TooLarge => Err(Fault::ContextSize),
            _ => Ok(()),
        }
    }

    /// Reads what a rule needs into the scratch memory.
    pub(crate) fn read(&self, input: &str, program: &Program, rule: &Rule, scratch: &mut Scratch) -> Result<(), Fault> {
        scratch.slots.fit(program.slots.len(), None);
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        if let Some(over) = self.over
            && !rule.whole
        {
            Self { over: None, ..*self }.read(input, program, rule, scratch)?;
            return attributes::lay_over(over, program, rule, scratch);
        }
        match self.source {
            #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
            Source::Attributes(attributes) if rule.whole => attributes::read_whole(attributes, scratch),
            #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
            Source::Attributes(attributes) => attributes::read_slots(attributes, program, rule, scratch),
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            Source::Slots(bytes) => super::slots::read(bytes, program, rule, scratch),
            _ if rule.whole => {
                scratch.whole = Some(object(input, scratch, parse_value)?);
                Ok(())
            }
            _ if cfg!(not(feature = "fast")) => read_slots_of_whole(input, program, rule, scratch),
            _ => read_slots(input, program, rule, scratch),
        }
    }
}

impl<'a> From<&'a str> for EvaluationContext<'a> {
    fn from(text: &'a str) -> Self {
        Self::json(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for EvaluationContext<'a> {
    fn from(text: &'a [u8]) -> Self {
        Self::json(text)
    }
}

#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
impl<'a> From<&'a Value> for EvaluationContext<'a> {
    fn from(value: &'a Value) -> Self {
        Self::attributes(value)
    }
}

fn syntax(text: &[u8], error: SyntaxError) -> Fault {
    let (line, column) = syntax::place(text, error);
    Fault::Context { error, line, column }
}

/// Text without a value: no bytes, or only white space would be a syntax error.
fn is_empty(input: &str) -> bool {
    input.is_empty()
}

/// The whole context as a parser reads it; what is no object counts as an empty one.
#[inline(never)]
fn object(
    input: &str,
    scratch: &mut Scratch,
    parse: fn(&str, &mut Arena, &Limits) -> Parsed<Val>,
) -> Result<Val, Fault> {
    let empty = Val::Map(Span::EMPTY);
    if is_empty(input) {
        return Ok(empty);
    }
    let value = parse(input, &mut scratch.arena, &Limits::STANDARD).map_err(|error| syntax(input.as_bytes(), error))?;
    Ok(if matches!(value, Val::Map(_)) { value } else { empty })
}

/// The slots of a rule with the least code: everything is built, and they are looked for in it.
#[inline(never)]
fn read_slots_of_whole(input: &str, program: &Program, rule: &Rule, scratch: &mut Scratch) -> Result<(), Fault> {
    let whole = object(input, scratch, parse_members)?;
    for &slot in program.list(rule.slots) {
        let value = below(input, program, slot, 0, whole, scratch, None);
        if let Some(place) = scratch.slots.get_mut(slot as usize) {
            *place = value;
        }
    }
    Ok(())
}

#[inline(never)]
fn read_slots(input: &str, program: &Program, rule: &Rule, scratch: &mut Scratch) -> Result<(), Fault> {
    let roots = program.list(rule.roots);
    scratch.roots.clear();
    scratch.roots.fit(roots.len(), None);
    if !is_empty(input) {
        let find = |key: &str| {
            let key = key.as_bytes();
            match roots.len() {
                _ if !rule.reads_length(key.len()) => None,
                0..=4 => roots.iter().position(|root| same_bytes(program.root(*root), key)),
                _ => roots.binary_search_by(|root| by_length(program.root(*root), key)).ok(),
            }
        };
        scan::top_level(input, &Limits::STANDARD, &find, &mut scratch.arena, &mut scratch.roots)
            .map_err(|error| syntax(input.as_bytes(), error))?;
    }
    let slots = program.list(rule.slots);
    // No flag reads so many, but all of them together do.
    let mut indexes = (slots.len() > Needs::MOST).then(Indexes::default);
    for (&slot, &place) in slots.iter().zip(program.list(rule.places)) {
        let root = scratch.roots.get(place as usize).copied().flatten();
        let value = root.and_then(|root| below(input, program, slot, 1, root, scratch, indexes.as_mut()));
        if let Some(place) = scratch.slots.get_mut(slot as usize) {
            *place = value;
        }
    }
    Ok(())
}

/// The value of a slot, from that to which the first segments of its path have led.
fn below(
    input: &str,
    program: &Program,
    slot: u32,
    segments: u32,
    start: Val,
    scratch: &Scratch,
    mut indexes: Option<&mut Indexes>,
) -> Option<Val> {
    let path = program.slots.get(slot as usize)?.path;
    if path.len == segments {
        return Some(start);
    }
    let heap = crate::json::Heap { pool: &program.pool, input, scratch: &scratch.arena };
    heap.span(path).iter().skip(segments as usize).try_fold(start, |value, segment| {
        let Val::Str(segment) = segment else { return None };
        match &mut indexes {
            Some(indexes) => indexes.step(&heap, value, heap.text(*segment)),
            None => step(&heap, value, heap.text(*segment)),
        }
    })
}
