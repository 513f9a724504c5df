//! Answers as JSON: the one shape that the module, the crate and every host share.

use alloc::string::String;
use core::ops::Range;

use crate::error::sentences;
use crate::flag::{Outcome, Set};
use crate::json::write::{self, Members};
use crate::memory::GrowText;
use crate::value::Value;

/// The member that every answer has, up to its value.
const REASON: &str = "\"reason\":\"";

/// Writes an answer, and gives the sentence of an error in it. What does not apply is left out. `key` leads the object in
/// a bulk answer.
pub(crate) fn write(
    out: &mut String,
    set: &Set,
    place: Option<u32>,
    key: &str,
    lead: bool,
    outcome: &Outcome,
) -> Option<String> {
    let error = outcome.fault.as_ref().map(|fault| sentences::fault(fault, key));
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
    if let (Some(fault), Some(error)) = (&outcome.fault, &error) {
        out.put_str(",\"errorCode\":\"");
        out.put_str(fault.code().as_str());
        out.put_str("\",\"errorMessage\":");
        write::string(out, error);
    }
    let runs = set.metadata(place);
    if !runs.is_empty() {
        out.put_str(",\"flagMetadata\":");
        set.write_metadata(out, runs);
    }
    out.put_char('}');
    error
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
