//! Answers as JSON: the one shape that the module, the crate and every host share.

use alloc::string::String;

use crate::error::sentences;
use crate::flag::{Outcome, Set};
use crate::json::write::Members;
use crate::value::Value;

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
    let mut members = Members::begin(out);
    if lead {
        members.string("key", key);
    }
    if let Some(variant) = outcome.variant.and_then(|place| set.variant(place)) {
        members.raw("value", set.text(variant.json));
        members.string("variant", set.text(variant.name));
    }
    members.string("reason", outcome.reason.as_str());
    if let (Some(fault), Some(error)) = (&outcome.fault, &error) {
        members.string("errorCode", fault.code().as_str());
        members.string("errorMessage", error);
    }
    write_metadata(&mut members, set, place);
    members.end();
    error
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
