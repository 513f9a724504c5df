//! What a request says of a flag.

use std::collections::BTreeMap;

use garde::Validate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Error, Field, Result, sentences};
use crate::flags::model::present;
use crate::flags::{Bucketing, Change, Definition, Flag};
use crate::manage::LONGEST_KEY;

/// How many names a list of a flag may have.
const MOST_NAMES: usize = 10_000;

/// A flag, or the fields of it that are to change. Those that are left out stay as they are.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"name": "Dark Mode", "key": "dark_mode", "description": "Enable dark mode UI", "enabled": true, "rollout_percentage": 50}))]
pub(super) struct FlagBody {
    /// The name for people; needed when the flag is created.
    #[garde(inner(custom(line)))]
    pub(super) name: Option<String>,
    /// What programs ask for: lower-case letters, digits, `_` and `-`. It is needed when the flag is created, and stays.
    #[garde(inner(custom(key_form)))]
    pub(super) key: Option<String>,
    /// What it is for; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    #[garde(inner(inner(length(max = 1000))))]
    description: Option<Option<String>>,
    /// The switch; off where a new flag does not say.
    #[garde(skip)]
    enabled: Option<bool>,
    /// How many of a hundred users are in, 0 to 100; 0 where a new flag does not say.
    #[schema(minimum = 0, maximum = 100)]
    #[garde(inner(custom(percentage_form)))]
    rollout_percentage: Option<i64>,
    /// Names and values, or a list of names, of a flag that is no switch; null makes it one again.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>, example = json!({"blue": "#00f", "green": "#0f0"}))]
    #[garde(inner(custom(variants_form)))]
    variants: Option<Value>,
    /// Shares of the variants among those who are in; without them the first variant is for all.
    #[garde(skip)]
    weights: Option<BTreeMap<String, u32>>,
    /// The variant for those who are left out; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    #[garde(skip)]
    default_variant: Option<Option<String>>,
    /// Users who are in, whatever the percentage.
    #[garde(inner(length(max = MOST_NAMES), inner(length(min = 1, max = 1024))))]
    targeted_users: Option<Vec<String>>,
    /// How users are spread over the percentage.
    #[garde(skip)]
    bucketing: Option<Bucketing>,
    /// The flag in flagd's format, which then is what is evaluated; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    #[garde(inner(inner(custom(object))))]
    definition: Option<Option<Value>>,
    /// Words to find it by.
    #[garde(inner(length(max = 100), inner(custom(line))))]
    tags: Option<Vec<String>>,
    /// Who looks after it; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    #[garde(inner(inner(custom(line))))]
    owner: Option<Option<String>>,
    /// Put away: answered as a disabled flag and left out of lists.
    #[garde(skip)]
    archived: Option<bool>,
}

impl FlagBody {
    /// The change that creates the flag, with what the document says of fields that are left out.
    pub(super) fn creation(self) -> Result<Change> {
        let needed = [("name", self.name.is_none()), ("key", self.key.is_none())];
        let missing: Vec<Field> = needed
            .iter()
            .filter(|(_, missing)| *missing)
            .map(|(name, _)| Field { pointer: format!("/{name}"), message: format!("`{name}` is missing") })
            .collect();
        if !missing.is_empty() {
            return Err(Error::fields(missing));
        }
        let (enabled, percentage) = (self.enabled.unwrap_or(false), self.rollout_percentage.unwrap_or(0));
        let body = Self { enabled: Some(enabled), rollout_percentage: Some(percentage), ..self };
        let key = body.key.clone().unwrap_or_default();
        Ok(Change { flag_id: key, ..body.fields() })
    }

    /// The change of a flag as it is.
    pub(super) fn change(&self, flag: &Flag) -> Result<Change> {
        match &self.key {
            Some(key) if *key != flag.key => {
                let message = format!("`key` stays `{}`, because programs ask for it; create another flag", flag.key);
                Err(Error::field("/key", message))
            }
            _ => Ok(self.fields()),
        }
    }

    fn fields(&self) -> Change {
        Change {
            name: self.name.clone(),
            description: self.description.clone(),
            enabled: self.enabled,
            variants: self.variants.clone(),
            default_variant: self.default_variant.clone(),
            weights: self.weights.clone(),
            // It was found to be inside the bounds.
            rollout_percentage: self.rollout_percentage.map(|percentage| u8::try_from(percentage).ok()),
            targeted_users: self.targeted_users.clone(),
            bucketing: self.bucketing,
            definition: self.definition.as_ref().map(|given| given.as_ref().map(Definition::from)),
            tags: self.tags.clone(),
            owner: self.owner.clone(),
            archived: self.archived,
            ..Change::default()
        }
    }
}

/// One line of text.
pub(super) fn line(text: &str, _: &()) -> garde::Result {
    match text {
        text if text.trim().is_empty() => Err(garde::Error::new("must not be empty")),
        text if text.len() > 256 => Err(garde::Error::new("must have at most 256 bytes")),
        text if text.chars().any(char::is_control) => Err(garde::Error::new("must not have control characters")),
        _ => Ok(()),
    }
}

fn key_form(key: &str, _: &()) -> garde::Result {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(allowed) {
        return Err(garde::Error::new(format!(
            "must have 1 to {LONGEST_KEY} lower-case letters, digits, `_` and `-`, and nothing else"
        )));
    }
    match crate::manage::flags::is_reserved(key) {
        true => Err(garde::Error::new(sentences::reserved_key(key))),
        false => Ok(()),
    }
}

fn percentage_form(percentage: &i64, _: &()) -> garde::Result {
    match percentage {
        0..=100 => Ok(()),
        _ => Err(garde::Error::new(format!("must be an integer from 0 to 100, not {percentage}"))),
    }
}

fn object(value: &Value, _: &()) -> garde::Result {
    if value.is_object() { Ok(()) } else { Err(garde::Error::new("must be an object in flagd's format")) }
}

/// What the model reads as variants, or as none.
fn variants_form(value: &Value, _: &()) -> garde::Result {
    let named = |item: &Value| {
        let name = item.get("name").or_else(|| item.get("key")).unwrap_or(item);
        name.as_str().is_some_and(|name| !name.is_empty())
    };
    match value {
        Value::Null => Ok(()),
        Value::Object(members) if members.keys().all(|name| !name.is_empty()) => Ok(()),
        Value::Array(items) if items.iter().all(named) => Ok(()),
        _ => Err(garde::Error::new("must be an object of names and values, a list of names, or null")),
    }
}
