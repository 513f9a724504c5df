//! What a client does with events: it lays each over what it knows, and so has the flags without asking for them again.
//!
//! This is the whole of it, so that a client in another language is a few lines: the payload's members replace those of the
//! flag, `version` is that of the event, and a flag that was deleted is dropped.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::log::{Event, EventType};

/// What an event changes of what a client knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// The flag's key.
    pub flag_id: String,
    /// The version that it has since then.
    pub version: u64,
    /// The members that change; `None` where the flag is gone.
    pub set: Option<Map<String, Value>>,
    /// Whether what was known before counts no more.
    pub afresh: bool,
}

impl Delta {
    /// What an event changes; `None` where it is about no flag.
    pub fn of(event: &Event) -> Option<Self> {
        let set = match (&event.event_type, &event.payload) {
            (EventType::FlagCreated | EventType::FlagUpdated, Value::Object(members)) => Some(members.clone()),
            (EventType::FlagDeleted, _) => None,
            _ => return None,
        };
        let afresh = event.event_type == EventType::FlagCreated;
        Some(Self { flag_id: event.flag_id.clone(), version: event.version, set, afresh })
    }

    /// Brings what a client knows up to date. A delta that it has had already changes nothing.
    pub fn apply(self, flags: &mut BTreeMap<String, Map<String, Value>>) {
        let known = flags.get(&self.flag_id).and_then(|flag| flag.get("version")).and_then(Value::as_u64);
        if known.is_some_and(|known| known >= self.version) {
            return;
        }
        let Some(set) = self.set else {
            flags.remove(&self.flag_id);
            return;
        };
        let flag = flags.entry(self.flag_id).or_default();
        if self.afresh {
            flag.clear();
        }
        flag.extend(set);
        flag.insert("version".into(), self.version.into());
    }
}
