//! One thing that happened.

use std::fmt::{Display, Formatter};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The version of the events' form that is written now; [`upcast`](super::upcast) reads the older ones.
pub const SCHEMA: u32 = 1;

/// An environment of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The project's id.
    pub project: String,
    /// The environment's name.
    pub environment: String,
}

impl Scope {
    /// The project of interfaces that know none.
    pub const DEFAULT_PROJECT: &str = "default";
    /// The environment of interfaces that know none, and the first of each project.
    pub const DEFAULT_ENVIRONMENT: &str = "production";

    /// An environment of a project.
    pub fn new(project: impl Into<String>, environment: impl Into<String>) -> Self {
        Self { project: project.into(), environment: environment.into() }
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::new(Self::DEFAULT_PROJECT, Self::DEFAULT_ENVIRONMENT)
    }
}

/// As `flagSetId` has it: `project/environment`.
impl Display for Scope {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.project, self.environment)
    }
}

/// What kind of thing happened. Names of later versions are kept as they are, and not applied.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventType {
    /// A flag was created; the payload is a [`Change`](crate::flags::Change).
    FlagCreated,
    /// A flag was changed; the payload is a [`Change`](crate::flags::Change).
    FlagUpdated,
    /// A flag was deleted; the payload has its `flag_id`.
    FlagDeleted,
    /// A flag was evaluated. It is not in the log of changes: evaluations have a table of their own.
    FlagEval,
    /// A project was created.
    ProjectCreated,
    /// A project was changed.
    ProjectUpdated,
    /// A project was deleted, with everything in it.
    ProjectDeleted,
    /// An environment was created.
    EnvironmentCreated,
    /// An environment was changed.
    EnvironmentUpdated,
    /// An environment was deleted, with its flags.
    EnvironmentDeleted,
    /// A segment was created or changed.
    SegmentChanged,
    /// A segment was deleted.
    SegmentDeleted,
    /// Somebody was given a role in a project, or lost it.
    MemberChanged,
    /// A key was made, replaced or revoked; the payload has its id, never the key.
    KeyRotated,
    /// A type that this version does not know.
    Other(String),
}

/// The types that this version knows, with their names.
const TYPES: [(&str, EventType); 14] = [
    ("FlagCreated", EventType::FlagCreated),
    ("FlagUpdated", EventType::FlagUpdated),
    ("FlagDeleted", EventType::FlagDeleted),
    ("FlagEval", EventType::FlagEval),
    ("ProjectCreated", EventType::ProjectCreated),
    ("ProjectUpdated", EventType::ProjectUpdated),
    ("ProjectDeleted", EventType::ProjectDeleted),
    ("EnvironmentCreated", EventType::EnvironmentCreated),
    ("EnvironmentUpdated", EventType::EnvironmentUpdated),
    ("EnvironmentDeleted", EventType::EnvironmentDeleted),
    ("SegmentChanged", EventType::SegmentChanged),
    ("SegmentDeleted", EventType::SegmentDeleted),
    ("MemberChanged", EventType::MemberChanged),
    ("KeyRotated", EventType::KeyRotated),
];

impl EventType {
    /// Its name in the log.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => TYPES.iter().find(|(_, kind)| kind == known).map_or("", |(name, _)| name),
        }
    }

    /// What kind of thing it is about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::FlagCreated | Self::FlagUpdated | Self::FlagDeleted | Self::FlagEval => Subject::Flag,
            Self::ProjectCreated | Self::ProjectUpdated | Self::ProjectDeleted => Subject::Project,
            Self::EnvironmentCreated | Self::EnvironmentUpdated | Self::EnvironmentDeleted => Subject::Environment,
            Self::SegmentChanged | Self::SegmentDeleted => Subject::Segment,
            Self::MemberChanged => Subject::Member,
            Self::KeyRotated => Subject::Key,
            Self::Other(_) => Subject::Other,
        }
    }
}

impl From<&str> for EventType {
    fn from(name: &str) -> Self {
        let known = TYPES.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, kind)| kind.clone())
    }
}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(String::deserialize(deserializer)?.as_str()))
    }
}

/// What an event is about. Together with scope and name it says whose version an event counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A flag of an environment.
    Flag,
    /// A project.
    Project,
    /// An environment of a project.
    Environment,
    /// A segment of an environment.
    Segment,
    /// Somebody's role in a project.
    Member,
    /// The keys of a project.
    Key,
    /// Something of a later version.
    Other,
}

impl Subject {
    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Segment => "segment",
            Self::Member => "member",
            Self::Key => "key",
            Self::Other => "other",
        }
    }
}

/// One thing that happened, as it stands in the log. The first six members are those of the published form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// A UUID v4.
    pub id: String,
    /// What kind of thing.
    pub event_type: EventType,
    /// The flag's key; for other subjects, the name or id of what it is about.
    pub flag_id: String,
    /// The version that the subject has by it, from 1.
    pub version: u64,
    /// When, in UTC.
    pub timestamp: DateTime<Utc>,
    /// What.
    pub payload: Value,
    /// Its place in the log, from 1 without gaps.
    #[serde(default)]
    pub seq: u64,
    /// The version of its form.
    #[serde(default)]
    pub schema: u32,
    /// The project's id.
    #[serde(default)]
    pub project: String,
    /// The environment's name; empty where a whole project is concerned.
    #[serde(default)]
    pub environment: String,
    /// Who.
    #[serde(default)]
    pub actor: String,
    /// In which request.
    #[serde(default)]
    pub request_id: String,
    /// Members of a later version, kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Event {
    /// Something that happens now. The log gives it its place.
    pub fn new(event_type: EventType, flag_id: &str, version: u64, payload: Value) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            event_type,
            flag_id: flag_id.to_owned(),
            version,
            timestamp: now(),
            payload,
            seq: 0,
            schema: SCHEMA,
            project: String::new(),
            environment: String::new(),
            actor: String::new(),
            request_id: String::new(),
            extra: Map::new(),
        }
    }

    /// Where it happened.
    pub fn scope(&self) -> Scope {
        Scope::new(self.project.as_str(), self.environment.as_str())
    }

    /// Whether it happened in this environment, or to its whole project.
    pub fn concerns(&self, scope: &Scope) -> bool {
        self.project == scope.project && (self.environment.is_empty() || self.environment == scope.environment)
    }

    /// SHA-256 of the event's JSON.
    pub fn digest(&self) -> Link {
        // Serialising a structure of strings, numbers and JSON values does not fail.
        Link(Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into())
    }
}

/// Now, in whole milliseconds, which is what the log keeps.
pub fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
}

/// Now, in whole seconds since 1970, which is what tokens, tickets and evaluations count in.
pub(crate) fn unix_seconds() -> u64 {
    u64::try_from(Utc::now().timestamp()).unwrap_or(0)
}

/// A link of the chain that events form: whoever changes an event changes all links after it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

impl Link {
    /// The link after this one: SHA-256 over both, this one and the next event's digest.
    #[must_use]
    pub fn then(&self, event: &Self) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(event.0).finalize().into())
    }
}

impl Display for Link {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(self, formatter)
    }
}

impl std::str::FromStr for Link {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut link = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err("a link has 64 hexadecimal digits");
        }
        for (byte, digits) in link.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).unwrap_or("");
            *byte = u8::from_str_radix(digits, 16).map_err(|_| "a link has 64 hexadecimal digits")?;
        }
        Ok(Self(link))
    }
}

impl Serialize for Link {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
