//! What each version of a flag changed.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::history::History;
use super::{Event, EventType, reduce};
use crate::error::Result;
use crate::flags::Flag;

/// Members of a flag that tell about its history themselves.
const TOLD_OTHERWISE: [&str; 6] = ["id", "key", "version", "created_at", "updated_at", "updated_by"];

/// A version of a flag.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// `FlagCreated`, `FlagUpdated` or `FlagDeleted`.
    pub event_type: String,
    /// When, in UTC.
    pub timestamp: DateTime<Utc>,
    /// Who: `user:<id>`, `key:<id>`, or the name of a command.
    #[schema(example = "key:ADMIN_API_KEY")]
    pub actor: String,
    /// In which request.
    pub request_id: String,
    /// The version whose content was taken again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolled_back_to: Option<u64>,
    /// What it changed.
    pub changes: Vec<FieldChange>,
}

/// A field that a version changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name.
    #[schema(example = "rollout_percentage")]
    pub field: String,
    /// What it was; not there where it was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it is since then; not there for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The versions of a flag that are still kept, in order.
pub fn versions(history: History) -> Result<Vec<Version>> {
    let mut before = history.base;
    let version = |event: Event| {
        let after = reduce::flag_after(before.clone(), &event)?;
        // A flag that was made anew was nothing before.
        let known = before.take().filter(|_| event.event_type != EventType::FlagCreated);
        let changes = differences(&members(known.as_deref()), &members(after.as_deref()));
        before = after;
        Ok(told(event, changes))
    };
    history.events.into_iter().map(version).collect()
}

fn told(event: Event, changes: Vec<FieldChange>) -> Version {
    Version {
        version: event.version,
        event_type: event.event_type.as_str().to_owned(),
        timestamp: event.timestamp,
        rolled_back_to: event.payload.get("rolled_back_to").and_then(Value::as_u64),
        actor: event.actor,
        request_id: event.request_id,
        changes,
    }
}

fn members(flag: Option<&Flag>) -> Map<String, Value> {
    let Some(Ok(Value::Object(mut members))) = flag.map(serde_json::to_value) else { return Map::new() };
    members.retain(|name, _| !TOLD_OTHERWISE.contains(&name.as_str()));
    members
}

fn differences(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<FieldChange> {
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    let gone = gone.map(|(name, value)| FieldChange { field: name.clone(), before: Some(value.clone()), after: None });
    let other = after.iter().filter(|(name, value)| before.get(*name) != Some(value));
    let other = other.map(|(name, value)| FieldChange {
        field: name.clone(),
        before: before.get(name).cloned(),
        after: Some(value.clone()),
    });
    gone.chain(other).collect()
}
