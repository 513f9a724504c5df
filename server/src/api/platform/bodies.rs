//! What requests and answers say of a flag.

use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::flags::{Bucketing, Change, Flag};

/// A new flag.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({
    "key": "new-checkout-flow", "description": "Redesigned checkout experience", "enabled": true, "rollout_percentage": 25,
    "targeted_users": ["user-1", "user-3"]
}))]
pub(crate) struct NewFlag {
    /// Letters, digits and `-`, at most 64.
    #[garde(custom(check_key))]
    key: String,
    /// What it is for, at most 256 characters.
    #[serde(default)]
    #[garde(length(chars, max = 256))]
    description: String,
    /// Whether it is on.
    #[serde(default)]
    #[garde(skip)]
    enabled: bool,
    /// How many of a hundred users get it: 0 to 100.
    #[serde(default)]
    #[garde(range(max = 100))]
    rollout_percentage: u8,
    /// Users who get it in any case.
    #[serde(default)]
    #[garde(inner(custom(check_users)))]
    targeted_users: Option<Vec<String>>,
}

/// What to change of a flag: fields that are given.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"rollout_percentage": 50}))]
pub(crate) struct FlagUpdate {
    /// The key, which stays: it may be given as it is.
    #[garde(skip)]
    key: Option<String>,
    /// What it is for, at most 256 characters.
    #[garde(inner(length(chars, max = 256)))]
    description: Option<String>,
    /// Whether it is on.
    #[garde(skip)]
    enabled: Option<bool>,
    /// How many of a hundred users get it: 0 to 100.
    #[garde(inner(range(max = 100)))]
    rollout_percentage: Option<u8>,
    /// Users who get it in any case.
    #[garde(inner(custom(check_users)))]
    targeted_users: Option<Vec<String>>,
}

fn check_key(key: &str, _: &()) -> garde::Result {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if key.is_empty() {
        Err(garde::Error::new("must not be empty"))
    } else if key.len() > 64 {
        Err(garde::Error::new("must have at most 64 characters"))
    } else if !key.bytes().all(allowed) {
        Err(garde::Error::new("may have letters of a to z and A to Z, digits and `-` only"))
    } else {
        Ok(())
    }
}

fn check_users(users: &[String], _: &()) -> garde::Result {
    if users.len() > 10_000 {
        Err(garde::Error::new("may name at most 10000 users; name more of them by a rule"))
    } else if users.iter().any(|user| user.is_empty() || user.len() > 256) {
        Err(garde::Error::new("may have ids of 1 to 256 bytes only"))
    } else {
        Ok(())
    }
}

impl NewFlag {
    /// The change that makes the flag.
    pub(crate) fn change(self) -> Change {
        Change {
            description: Some(Some(self.description).filter(|text| !text.is_empty())),
            enabled: Some(self.enabled),
            rollout_percentage: Some(Some(self.rollout_percentage)),
            targeted_users: Some(self.targeted_users.unwrap_or_default()),
            // So that the document's clients, which compute it themselves, come to the same answer.
            bucketing: Some(Bucketing::Fnv1a32),
            ..Change::of(self.key)
        }
    }
}

impl FlagUpdate {
    /// The change, of the flag as it is.
    pub(crate) fn change(&self, flag: &Flag) -> Result<Change> {
        if self.key.as_ref().is_some_and(|key| *key != flag.key) {
            return Err(Error::field("/key", "`key` stays as it is; a flag under another key is another flag"));
        }
        let description = self.description.clone().map(|text| Some(text).filter(|text| !text.is_empty()));
        Ok(Change {
            description: description.filter(|new| *new != flag.description),
            enabled: self.enabled.filter(|new| *new != flag.enabled),
            rollout_percentage: self.rollout_percentage.map(Some).filter(|new| *new != Some(flag.percentage())),
            targeted_users: self.targeted_users.clone().filter(|new| *new != flag.targeted_users),
            ..Change::default()
        })
    }
}

/// A flag.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0b0c1fd4-5a26-4d5b-9a8b-0d3a1d1f2a11", "key": "new-checkout-flow", "description": "Redesigned checkout experience",
    "enabled": true, "rollout_percentage": 25, "targeted_users": ["user-1", "user-3"],
    "created_at": "2026-01-02T03:04:05.678Z", "updated_at": "2026-01-02T03:04:05.678Z"
}))]
pub(crate) struct FlagBody<'f> {
    /// A UUID; of a source's flag, its key.
    id: &'f str,
    /// The name that programs ask for.
    key: &'f str,
    /// What it is for.
    description: &'f str,
    /// Whether it is on.
    enabled: bool,
    /// How many of a hundred users get it.
    rollout_percentage: u8,
    /// Users who get it in any case.
    targeted_users: &'f [String],
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl<'f> From<&'f Flag> for FlagBody<'f> {
    fn from(flag: &'f Flag) -> Self {
        Self {
            id: &flag.id,
            key: &flag.key,
            description: flag.description.as_deref().unwrap_or(""),
            enabled: flag.is_on(),
            rollout_percentage: flag.percentage(),
            targeted_users: &flag.targeted_users,
            created_at: flag.created_at,
            updated_at: flag.updated_at,
        }
    }
}

/// Whether this interface's form says all of a flag, so that a client that evaluates it comes to the service's answer.
pub(crate) fn says_all(flag: &Flag) -> bool {
    let same_bucket = flag.bucketing == Bucketing::Fnv1a32 || matches!(flag.percentage(), 0 | 100);
    let no_rules = flag.rules.iter().all(|rule| !rule.enabled);
    let plain = flag.definition.is_none() && crate::flags::compile::variants(&flag.variants).is_none();
    plain && (!flag.is_on() || (no_rules && same_bucket))
}

/// A refusal.
#[derive(ToSchema)]
#[schema(example = json!({"error": "not_found", "message": "there is no flag `new-checkout` here"}))]
#[expect(dead_code, reason = "it describes what `Platform` makes")]
pub(crate) struct PlatformError {
    /// A word for programs.
    error: String,
    /// A sentence for people.
    message: String,
    /// The wrong fields of the body.
    #[schema(value_type = Option<Vec<crate::error::Field>>)]
    fields: Option<Value>,
}
