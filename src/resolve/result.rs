//! Answers as JSON: the one shape that the module, the crate and every host share.

use alloc::string::String;
use core::ops::Range;

use crate::error::sentences::{self, Put};
use crate::flag::{Outcome, Set};
use crate::json::Heap;
use crate::json::write::{self, Members};
use crate::memory::GrowText;
use crate::value::Value;

/// The member that every answer has, up to its value.
const REASON: &str = "\"reason\":\"";

/// Bytes of the beginning of an answer behind its variant: a comma and the reason.
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
pub(super) const BEHIND_VARIANT: u32 = ",\"reason\":\"".len() as u32;

/// An answer that is read where it lies: one of [`BulkEvaluation::answers`](crate::BulkEvaluation::answers), that of an
/// [`Evaluation`](crate::Evaluation), or what [`Engine::evaluate_with`](crate::Engine::evaluate_with) hands over.
///
/// It owns nothing, and what it writes goes to the end of a text whose memory is used again. So a server writes the shape
/// that its protocol wants for what [`BulkEvaluation::to_json`](crate::BulkEvaluation::to_json) takes:
///
/// ```
/// use burgee::{Answer, Engine};
///
/// /// A flag of OFREP's bulk answer.
/// fn write(out: &mut String, answer: Answer<'_>) {
///     out.push_str("{\"key\":");
///     answer.write_key_json(out);
///     if let Some(members) = answer.value_and_variant_json() {
///         out.push(',');
///         out.push_str(members);
///     }
///     if let Some(code) = answer.error_code() {
///         out.push_str(",\"errorCode\":\"");
///         out.push_str(code.as_str());
///         out.push_str("\",\"errorDetails\":");
///         answer.write_error_json(out);
///     } else {
///         out.push_str(",\"reason\":\"");
///         out.push_str(answer.reason().as_str());
///         out.push('"');
///     }
///     if answer.has_metadata() {
///         out.push_str(",\"metadata\":");
///         answer.write_metadata_json(out);
///     }
///     out.push('}');
/// }
///
/// let engine = Engine::new();
/// engine.update(r#"{"flags": {"banner": {"state": "ENABLED", "variants": {"blue": "navy"}, "defaultVariant": "blue",
///     "metadata": {"owner": "growth"}}}}"#)?;
/// let mut out = String::new();
/// for answer in engine.evaluate_all("{}").answers() {
///     write(&mut out, answer);
/// }
/// let expected = r#"{"key":"banner","value":"navy","variant":"blue","reason":"STATIC","metadata":{"owner":"growth"}}"#;
/// assert_eq!(out, expected);
/// # Ok::<(), burgee::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub(crate) set: &'a Set,
    /// The flag; `None` if there is none.
    pub(crate) place: Option<u32>,
    pub(crate) key: &'a str,
    pub(crate) outcome: &'a Outcome,
    /// Words of the evaluation that the sentence of an error repeats.
    pub(crate) words: &'a str,
}

impl Answer<'_> {
    /// Appends the sentence of the error, if it is one.
    pub(crate) fn sentence(&self, out: &mut String, put: Put) {
        if let Some(fault) = &self.outcome.fault {
            let heap = Heap { input: self.words, ..self.set.heap() };
            sentences::fault(out, put, fault, self.key, heap.text(fault.word()));
        }
    }
}

/// Writes an answer. What does not apply is left out. With `lead` the key leads the object, as in a bulk answer.
pub(crate) fn write(out: &mut String, answer: &Answer<'_>, lead: bool) {
    let Answer { set, place, key, outcome, .. } = *answer;
    out.put_char('{');
    if lead {
        out.put_str("\"key\":");
        write::string(out, key);
        out.put_char(',');
    }
    out.put_str(match outcome.variant.and_then(|place| set.variant(place)) {
        Some(variant) => set.text(variant.head),
        None => REASON,
    });
    out.put_str(outcome.reason.as_str());
    out.put_char('"');
    if let Some(fault) = &outcome.fault {
        out.put_str(",\"errorCode\":\"");
        out.put_str(fault.code().as_str());
        out.put_str("\",\"errorMessage\":\"");
        answer.sentence(out, write::inside);
        out.put_char('"');
    }
    let runs = set.metadata(place);
    if !runs.is_empty() {
        out.put_str(",\"flagMetadata\":");
        set.write_metadata(out, runs);
    }
    out.put_char('}');
}

/// The beginning of every answer with a variant, up to the reason, which is the same each time. Gives the places of the
/// value and of the name, without quotes where the name has no escapes.
pub(crate) fn write_head(
    out: &mut String,
    name: &str,
    value: impl FnOnce(&mut String),
) -> (Range<usize>, Option<usize>) {
    out.put_str("\"value\":");
    let begin = out.len();
    value(out);
    let end = out.len();
    out.put_str(",\"variant\":");
    let quote = out.len();
    write::string(out, name);
    let plain = out.len().saturating_sub(quote) == name.len().saturating_add(2);
    out.put_char(',');
    out.put_str(REASON);
    (begin..end, plain.then_some(quote.saturating_add(1)))
}

/// Writes the metadata of a flag, or of the flag set where there is no such flag; nothing where there is none.
pub(crate) fn write_metadata(members: &mut Members<'_>, set: &Set, place: Option<u32>) {
    let runs = set.metadata(place);
    if !runs.is_empty() {
        set.write_metadata(members.name("flagMetadata"), runs);
    }
}

/// The same as an object.
pub(crate) fn metadata(set: &Set, place: Option<u32>) -> Value {
    let mut text = String::new();
    set.write_metadata(&mut text, set.metadata(place));
    Value::from_own_json(&text)
}
