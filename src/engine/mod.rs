//! The engine: options, update, evaluation, and the swap between them.

mod cell;
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
mod direct;
mod load;
pub(crate) mod report;
mod selection;
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) mod slots;

use alloc::string::String;
use alloc::sync::Arc;

use cell::Current;
use load::State;
pub use report::Report;
pub use selection::Selection;

use crate::Error;
#[cfg(feature = "schema")]
use crate::Finding;
use crate::error::fault::Fault;
use crate::error::{sentences, syntax};
use crate::flag::diff::Changes;
use crate::flag::{Outcome, Set};
use crate::json::write::{Members, Overflow};
use crate::json::{Heap, parse_document, parse_value, write};
use crate::limits::Limits;
use crate::ops::{Machine, Scope, Scratch};
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
use crate::resolve::Answer;
use crate::resolve::{self, BulkEvaluation, Evaluation, EvaluationContext, Resolution};
use crate::rule::{Fractional, compile::Compiler};
use crate::value::Value;

/// What an update does with a document that has faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validation {
    /// The whole document is refused and the flags in force stay.
    #[cfg(feature = "schema")]
    #[default]
    Strict,
    /// Flags that cannot work answer with an error, all others work, and what was found is reported as warnings.
    #[cfg_attr(not(feature = "schema"), default)]
    Permissive,
}

/// How an engine behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    validation: Validation,
    fractional: Fractional,
    truncate_floats: bool,
}

impl Options {
    /// What an update does with a document that has faults; strict unless said otherwise, and always permissive
    /// without the feature `schema`.
    #[must_use]
    pub fn validation(self, validation: Validation) -> Self {
        Self { validation, ..self }
    }

    /// The generation of `fractional` for flags whose metadata names none; v2 unless said otherwise.
    #[must_use]
    pub fn fractional(self, fractional: Fractional) -> Self {
        Self { fractional, ..self }
    }

    /// Reads 3.9 as the integer 3, as flagd's daemon does, where the default is a type mismatch.
    #[must_use]
    pub fn truncate_floats(self, truncate_floats: bool) -> Self {
        Self { truncate_floats, ..self }
    }
}

/// A set of flags that can be evaluated by many threads while another one replaces it.
///
/// An update is all or nothing: an evaluation sees the flags before it or after it, never a mixture, and a refused
/// document changes nothing. Any number of engines may live in a process; they share nothing.
///
/// ```
/// use burgee::{Engine, Reason};
///
/// let engine = Engine::new();
/// engine.update(r#"{"flags": {"banner": {"state": "ENABLED",
///     "variants": {"blue": "blue", "red": "red"}, "defaultVariant": "blue",
///     "targeting": {"if": [{"==": [{"var": "tier"}, "gold"]}, "red"]}}}}"#)?;
///
/// let answer = engine.evaluate_string("banner", r#"{"tier": "gold"}"#);
/// assert_eq!(answer.value.as_deref(), Some("red"));
/// assert_eq!(answer.reason, Reason::TargetingMatch);
/// # Ok::<(), burgee::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Engine {
    options: Options,
    current: Current<State>,
}

impl Engine {
    /// An engine without flags and with the default options: it validates strictly where it can.
    pub fn new() -> Self {
        Self::with_options(Options::default())
    }

    /// An engine without flags.
    pub fn with_options(options: Options) -> Self {
        Self { options, current: Current::default() }
    }

    /// Replaces the flags by those of a document in flagd's format (JSON, UTF-8, at most 100 MiB).
    ///
    /// The report tells which flags changed. On an error the old flags stay in force; the error lists every place.
    pub fn update(&self, document: impl AsRef<[u8]>) -> Result<Report, Error> {
        // Updates come one after the other; evaluations never wait for one.
        let _turn = self.current.turn();
        let report = self.prepare(document.as_ref())?;
        self.current.set(report.state());
        Ok(report)
    }

    /// What an update would report; nothing is in force yet.
    pub(crate) fn prepare(&self, document: &[u8]) -> Result<Report, Error> {
        let before = self.current.get();
        let Some(after) = load::load(document, self.options, &before)? else {
            return Ok(Report::new(before, Changes::default()));
        };
        let changes = Changes::between(&before.set, &after.set);
        Ok(Report::new(Arc::new(after), changes))
    }

    /// Replaces the flags by those of a YAML document, which is read as the same structure as JSON.
    ///
    /// Keys that are no strings are turned into text. Places in findings refer to the JSON form of the document.
    #[cfg(feature = "yaml")]
    pub fn update_yaml(&self, document: &str) -> Result<Report, Error> {
        let value: serde_json::Value = serde_saphyr::from_str(document).map_err(|error| {
            let reason = alloc::format!("{error}");
            let line = reason.lines().next().unwrap_or("");
            sentences::not_yaml(line)
        })?;
        self.update(alloc::format!("{value}"))
    }

    /// Evaluates a flag, whatever its type.
    pub fn evaluate<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Evaluation {
        let state = self.current.get();
        cell::with_scratch(|scratch| answer(&state.set, state.lookup(key), key, &context.into(), scratch))
    }

    /// Evaluates a flag and hands the answer over while it lies in memory that the next evaluation uses again: nothing is
    /// copied. Where an answer is to be kept, call [`Engine::evaluate`].
    ///
    /// ```
    /// use burgee::Engine;
    ///
    /// let engine = Engine::new();
    /// engine.update(r#"{"flags": {"f": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#)?;
    /// let mut body = String::new();
    /// engine.evaluate_with("f", "{}", |answer| body.push_str(answer.value_json().unwrap_or("null")));
    /// assert_eq!(body, "true");
    /// # Ok::<(), burgee::Error>(())
    /// ```
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn evaluate_with<'a, T>(
        &self,
        key: &str,
        context: impl Into<EvaluationContext<'a>>,
        read: impl FnOnce(Answer<'_>) -> T,
    ) -> T {
        let state = self.current.get();
        cell::with_scratch(|scratch| visit(&state.set, state.lookup(key), key, &context.into(), scratch, read))
    }

    /// Evaluates a boolean flag.
    pub fn evaluate_bool<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Resolution<bool> {
        self.evaluate(key, context).into_bool()
    }

    /// Evaluates an integer flag. 10.0 reads as 10; 3.5 is a type mismatch unless [`Options::truncate_floats`] is set.
    pub fn evaluate_int<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Resolution<i64> {
        self.evaluate(key, context).integral(self.options.truncate_floats)
    }

    /// Evaluates a number flag as a double.
    pub fn evaluate_float<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Resolution<f64> {
        self.evaluate(key, context).into_float()
    }

    /// Evaluates a string flag.
    pub fn evaluate_string<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Resolution<String> {
        self.evaluate(key, context).into_text()
    }

    /// Evaluates an object flag.
    pub fn evaluate_object<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Resolution<Value> {
        self.evaluate(key, context).into_object()
    }

    /// Evaluates every flag for one context.
    pub fn evaluate_all<'a>(&self, context: impl Into<EvaluationContext<'a>>) -> BulkEvaluation {
        let state = self.current.get();
        let set = &state.set;
        cell::with_scratch(|scratch| BulkEvaluation::new(Arc::clone(set), set.places(), &context.into(), scratch))
    }

    /// The flags of one flag set: `flagSetId=<id>`; `flagSetId=` for flags without one; empty for all.
    pub fn select(&self, selector: &str) -> Result<Selection, Error> {
        Selection::new(self.current.get(), selector)
    }

    /// Appends the metadata of the flag set as a JSON object, `{}` where there is none.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn write_flag_set_metadata_json(&self, out: &mut String) {
        self.snapshot().write_flag_set_metadata_json(out);
    }

    /// All flags as they are now: what is asked of them, and evaluated, is of the same document.
    ///
    /// ```
    /// use burgee::Engine;
    ///
    /// let engine = Engine::new();
    /// engine.update(r#"{"flags": {"f": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#)?;
    /// let flags = engine.snapshot();
    /// assert_eq!(flags.keys().collect::<Vec<_>>(), ["f"]);
    /// assert_eq!((flags.is_constant("f"), flags.uses_time(), flags.generation()), (Some(true), false, 1));
    /// # Ok::<(), burgee::Error>(())
    /// ```
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn snapshot(&self) -> Selection {
        Selection::all(self.current.get())
    }

    /// Whether there is a flag with this key.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn contains(&self, key: &str) -> bool {
        self.current.get().set.find(key).is_some()
    }

    /// Whether the answer of a flag may change with the time alone; see [`Selection::uses_time`].
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn uses_time(&self) -> bool {
        self.current.get().set.uses_time
    }

    /// The metadata of the flag set, an object.
    pub fn flag_set_metadata(&self) -> Value {
        let state = self.current.get();
        resolve::result::metadata(&state.set, None)
    }

    /// Applies a bare JSON Logic rule to data, both JSON text. Nothing is added to the data, and no flags are needed.
    pub fn evaluate_logic(&self, rule: &[u8], data: &[u8]) -> Result<Value, Error> {
        logic(rule, data, |heap, value| {
            // Written once, because that is what bounds a result that shares its parts.
            logic_text(heap, value)?;
            Ok(Value::from_val(heap, value))
        })
    }
}

/// Checks a document against the schema of the format alone, as an editor would.
///
/// An [`Error`] means that the text is not JSON. What only the whole document shows (unknown references, a default
/// variant that does not exist) is found by [`validate`].
#[cfg(feature = "schema")]
pub fn check_schema(document: impl AsRef<[u8]>) -> Result<alloc::vec::Vec<Finding>, Error> {
    load::check_schema(document.as_ref())
}

/// Everything that strict validation and the warnings of an update would say of a document.
#[cfg(feature = "schema")]
pub fn validate(document: impl AsRef<[u8]>) -> Result<alloc::vec::Vec<Finding>, Error> {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    engine.update(document).map(|report| report.warnings().to_vec())
}

fn answer(
    set: &Arc<Set>,
    found: Result<u32, Fault>,
    key: &str,
    context: &EvaluationContext<'_>,
    scratch: &mut Scratch,
) -> Evaluation {
    let (place, outcome) = match found {
        Ok(place) => (Some(place), resolve::evaluate::evaluate(set, place, context, scratch)),
        Err(fault) => (None, Outcome::fault(fault)),
    };
    Evaluation::new(Arc::clone(set), place, key, outcome, &scratch.words)
}

/// Hands an answer over where it lies.
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
fn visit<T>(
    set: &Set,
    found: Result<u32, Fault>,
    key: &str,
    context: &EvaluationContext<'_>,
    scratch: &mut Scratch,
    read: impl FnOnce(Answer<'_>) -> T,
) -> T {
    let (place, outcome) = match found {
        Ok(place) => (Some(place), &resolve::evaluate::evaluate(set, place, context, scratch)),
        Err(fault) => (None, &Outcome::fault(fault)),
    };
    read(Answer { set, place, key, outcome, words: &scratch.words })
}

/// Runs a bare rule and hands over its result.
fn logic<T>(
    rule: &[u8],
    data: &[u8],
    finish: impl FnOnce(&Heap<'_>, crate::json::Val) -> Result<T, Error>,
) -> Result<T, Error> {
    let limits = &Limits::STANDARD;
    if rule.len() > limits.document {
        return Err(sentences::too_large("the rule", rule.len(), limits.document));
    }
    if data.len() > limits.document {
        return Err(sentences::too_large("the data", data.len(), limits.document));
    }
    let document = parse_document(rule, limits).map_err(|error| syntax::not_json("the rule", rule, error))?;
    let mut findings = crate::error::finding::Findings::new(0);
    let mut compiler = Compiler::new(&document, None, None);
    let entry = compiler.bare(document.root, &mut findings);
    let program = compiler.program;
    let mut scratch = Scratch::default();
    let unreadable = |error| syntax::not_json("the data", data, error);
    let input = crate::json::parse::utf8(data).map_err(unreadable)?;
    let value = match input {
        "" => crate::json::Val::Null,
        text => parse_value(text, &mut scratch.arena, limits).map_err(unreadable)?,
    };
    let mut machine = Machine {
        program: &program,
        input,
        scratch: &mut scratch,
        scope: Scope::Element(value),
        whole: false,
        flag_key: crate::json::Text::EMPTY,
        now: 0,
        version: Fractional::default(),
        steps: limits.steps,
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        over: None,
    };
    let result =
        machine.run(entry).map_err(|stop| sentences::rule_failed(stop, program.heap().text(program.unknown(stop))))?;
    finish(&machine.heap(), result)
}

fn logic_text(heap: &Heap<'_>, value: crate::json::Val) -> Result<String, Error> {
    let limits = &Limits::STANDARD;
    let mut text = String::new();
    let style = crate::json::number::Style::Canonical;
    write::value(&mut text, heap, value, style, limits.depth, limits.result)
        .map_err(|overflow| sentences::result_size(overflow == Overflow::Depth))?;
    Ok(text)
}

/// The reply of `evaluate_logic` as JSON: success and result, or the error.
pub fn evaluate_logic_json(rule: &[u8], data: &[u8]) -> String {
    match logic(rule, data, logic_text) {
        Ok(result) => {
            let mut out = String::new();
            let mut members = Members::begin(&mut out);
            members.raw("success", "true");
            members.raw("result", &result);
            members.end();
            out
        }
        Err(error) => error.to_json(),
    }
}
