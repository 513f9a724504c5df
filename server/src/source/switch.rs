//! A flag in the form of the configuration file's document: a switch with a percentage and names of users.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::finding::Finding;
use super::syntax::Members;
use crate::error::sentences;
use crate::flags::{Bucketing, Flag};

/// Reads a flag. Members that the document does not know are passed over; what is wrong with the others is said with the
/// value concerned.
pub(super) fn read<'t>(
    key: &str,
    members: &Members<'t>,
    at: DateTime<Utc>,
) -> Result<Flag, Vec<(Option<&'t RawValue>, Finding)>> {
    let mut faults = Vec::new();
    let mut fault = |name: &str, value: Option<&'t RawValue>, message: String| {
        let pointer = if value.is_some() { format!("/{name}") } else { String::new() };
        faults.push((value, Finding::new(pointer, message).of("switch")));
    };
    for (name, value) in members.repeated() {
        fault(name, Some(value), sentences::repeated(name));
    }
    let mut flag = Flag { enabled_by_default: true, bucketing: Bucketing::Poly31, ..Flag::new(key, key, at) };
    match members.get("name") {
        None => fault("name", None, sentences::missing_member("name")),
        Some(value) => match parsed(value) {
            Some(name) => flag.name = name,
            None => fault("name", Some(value), sentences::not_text("name", value.get())),
        },
    }
    match members.get("enabled") {
        None => fault("enabled", None, sentences::missing_member("enabled")),
        Some(value) => match parsed(value) {
            Some(enabled) => flag.enabled = enabled,
            None => fault("enabled", Some(value), sentences::not_a_switch("enabled", value.get())),
        },
    }
    if let Some(value) = members.get("rollout_percentage") {
        match parsed::<Option<u8>>(value) {
            Some(percentage) if percentage.is_none_or(|percentage| percentage <= 100) => {
                flag.rollout_percentage = percentage;
            }
            _ => fault("rollout_percentage", Some(value), sentences::not_a_percentage(value.get())),
        }
    }
    if let Some(value) = members.get("allowed_users") {
        match parsed::<Vec<String>>(value) {
            Some(users) if users.iter().all(|user| !user.is_empty()) => flag.targeted_users = users,
            _ => fault("allowed_users", Some(value), sentences::not_users(value.get())),
        }
    }
    if faults.is_empty() { Ok(flag) } else { Err(faults) }
}

fn parsed<'t, T: Deserialize<'t>>(value: &'t RawValue) -> Option<T> {
    serde_json::from_str(value.get()).ok()
}
