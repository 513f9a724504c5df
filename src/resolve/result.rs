//! Answers as JSON: the one shape that the module, the crate and every host share.

use alloc::string::String;

use crate::error::sentences;
use crate::flag::{Outcome, Set};
use crate::json::Text;
use crate::json::write::Members;

/// Writes an answer. What does not apply is left out. `key` leads the object in a bulk answer.
pub(crate) fn write(out: &mut String, set: &Set, place: Option<u32>, key: &str, lead: bool, outcome: &Outcome) {
    let mut members = Members::begin(out);
    if lead {
        members.string("key", key);
    }
    if let Some(variant) = outcome.variant.and_then(|place| set.variant(place)) {
        members.raw("value", set.text(variant.json));
        members.string("variant", set.text(variant.name));
    }
    members.string("reason", outcome.reason.as_str());
    if let Some(fault) = &outcome.fault {
        members.string("errorCode", fault.code().as_str());
        members.string("errorMessage", &sentences::fault(fault, key));
    }
    let metadata = set.text(metadata(set, place));
    if !metadata.is_empty() {
        members.raw("flagMetadata", metadata);
    }
    members.end();
}

/// The metadata of a flag, or of the flag set where there is no such flag.
pub(crate) fn metadata(set: &Set, place: Option<u32>) -> Text {
    let flag = place.and_then(|place| set.flag(place));
    flag.map(|flag| flag.metadata).or(set.metadata).unwrap_or(Text::EMPTY)
}
