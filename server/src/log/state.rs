//! What is, after everything that happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Scope;
use super::event::Link;
use crate::access::Role;
use crate::error::{Result, sentences};
use crate::flags::{Flag, Segment};

/// Everything that the log says. Parts that did not change are shared between states.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The place of the last event.
    pub seq: u64,
    /// The chain's link after it.
    pub chain: Link,
    /// Projects by id.
    pub projects: BTreeMap<String, Arc<Project>>,
}

/// An application, or whatever else shares flags and members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// A UUID, or `default`.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
    /// The user who created it; empty for that of the service.
    #[serde(default)]
    pub created_by: String,
    /// Roles by user id.
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
    /// Environments by name.
    pub environments: BTreeMap<String, Arc<Environment>>,
    /// How often its keys changed.
    #[serde(default)]
    pub keys_version: u64,
    /// How many events made it what it is, its parts aside.
    pub version: u64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed, its flags aside.
    pub updated_at: DateTime<Utc>,
}

/// Somebody's part in a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What they may do; nothing, once it was taken away.
    pub role: Option<Role>,
    /// How often it changed.
    pub version: u64,
}

/// A place where flags are in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Whether only owners may change flags in it.
    #[serde(default)]
    pub protected: bool,
    /// Flags by key, deleted ones included.
    pub flags: BTreeMap<String, Arc<Flag>>,
    /// Segments by name.
    #[serde(default)]
    pub segments: BTreeMap<String, Segment>,
    /// Versions of deleted segments, which go on counting.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped_segments: BTreeMap<String, u64>,
    /// How many events made it what it is, its flags and segments aside.
    pub version: u64,
    /// The place of its creation: what the log says before it is of a former environment of that name.
    #[serde(default)]
    pub since: u64,
    /// The place of the last event that concerned it or anything in it.
    pub seq: u64,
    /// When that was.
    pub updated_at: DateTime<Utc>,
}

impl Environment {
    /// An environment without flags.
    pub fn new(name: impl Into<String>, since: u64, at: DateTime<Utc>) -> Self {
        Self {
            name: name.into(),
            protected: false,
            flags: BTreeMap::new(),
            segments: BTreeMap::new(),
            dropped_segments: BTreeMap::new(),
            version: 0,
            since,
            seq: since,
            updated_at: at,
        }
    }

    /// The flag of this key, or of this id, unless it is deleted.
    pub fn flag(&self, key_or_id: &str) -> Result<&Arc<Flag>> {
        let found = self.flag_or_past(key_or_id)?;
        if found.is_deleted { Err(sentences::no_flag(key_or_id)) } else { Ok(found) }
    }

    /// The flag of this key, or of this id, also where it is deleted.
    pub fn flag_or_past(&self, key_or_id: &str) -> Result<&Arc<Flag>> {
        let by_id = || self.flags.values().find(|flag| flag.id == key_or_id);
        self.flags.get(key_or_id).or_else(by_id).ok_or_else(|| sentences::no_flag(key_or_id))
    }

    /// The flags that are there.
    pub fn live_flags(&self) -> impl Iterator<Item = &Arc<Flag>> {
        self.flags.values().filter(|flag| !flag.is_deleted)
    }
}

impl State {
    /// The form of states in snapshots. It rises when the reducer makes another state of the same events, so that no snapshot
    /// says what a replay would not.
    pub const FORM: u32 = 1;

    /// The project of this id.
    pub fn project(&self, id: &str) -> Result<&Arc<Project>> {
        self.projects.get(id).ok_or_else(|| sentences::no_project(id))
    }

    /// The environment.
    pub fn environment(&self, scope: &Scope) -> Result<&Arc<Environment>> {
        let project = self.project(&scope.project)?;
        project.environments.get(&scope.environment).ok_or_else(|| sentences::no_environment(&scope.environment))
    }

    /// A flag by its key or its id.
    pub fn flag(&self, scope: &Scope, key_or_id: &str) -> Result<&Arc<Flag>> {
        self.environment(scope)?.flag(key_or_id)
    }
}
