//! What requests say of a flag.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use garde::Validate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::flags::model::present;
use crate::flags::{Change, Flag, Rule, RuleType, compile};
use crate::log::Event;
use crate::manage::MOST_RULES;

/// A flag's fields: those that are given are set.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "flag_id": "new-checkout", "name": "New checkout", "description": "The checkout on one page",
    "enabled_by_default": false, "variants": ["control", "one-page"]
}))]
pub(crate) struct Fields {
    /// The flag's key; needed to create one, and otherwise that of the path.
    #[garde(skip)]
    flag_id: Option<String>,
    /// The name for people; a new flag's is its key if none is given.
    #[garde(inner(length(chars, min = 1, max = 256)))]
    name: Option<String>,
    /// What it is for; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(inner(length(chars, max = 4096))))]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// Whether everybody gets it whom nothing else concerns.
    #[garde(skip)]
    enabled_by_default: Option<bool>,
    /// Names and values as an object, or a list of names or of objects with `name` and `value`; null for true and false.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(check_variants)))]
    #[schema(value_type = Option<Object>)]
    variants: Option<Value>,
    /// False switches the flag off for everybody.
    #[garde(skip)]
    enabled: Option<bool>,
    /// How many of a hundred users get it: 0 to 100; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(inner(range(max = 100))))]
    #[schema(value_type = Option<u8>)]
    rollout_percentage: Option<Option<u8>>,
    /// Users who get it in any case.
    #[garde(inner(length(max = 10_000), inner(length(chars, min = 1, max = 256))))]
    targeted_users: Option<Vec<String>>,
    /// Who else gets it in any case.
    #[garde(custom(check_rules), dive)]
    rules: Option<Vec<RuleBody>>,
    /// Shares of the variants.
    #[garde(skip)]
    weights: Option<BTreeMap<String, u32>>,
    /// The variant of those who do not get it; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schema(value_type = Option<String>)]
    default_variant: Option<Option<String>>,
    /// Words to find it by.
    #[garde(inner(length(max = 64), inner(length(chars, min = 1, max = 64))))]
    tags: Option<Vec<String>>,
    /// Who looks after it; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(inner(length(chars, min = 1, max = 256))))]
    #[schema(value_type = Option<String>)]
    owner: Option<Option<String>>,
    /// Whether it is put away: answered as a disabled flag.
    #[garde(skip)]
    archived: Option<bool>,
}

/// A rule: who it names gets the flag, or the variant.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rule_type": "cohort", "rule_value": "beta"}))]
pub(crate) struct RuleBody {
    /// What it looks at.
    #[garde(skip)]
    rule_type: RuleType,
    /// What it looks for.
    #[garde(length(chars, min = 1, max = 256), custom(|value, _: &()| domain(self.rule_type, value)))]
    rule_value: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    #[garde(skip)]
    enabled: bool,
    /// Higher ones come first.
    #[serde(default)]
    #[garde(skip)]
    priority: i32,
    /// The variant for whom it names.
    #[garde(skip)]
    variant: Option<String>,
}

fn yes() -> bool {
    true
}

fn domain(kind: RuleType, value: &str) -> garde::Result {
    match kind {
        RuleType::EmailDomain if !value.starts_with('@') => {
            Err(garde::Error::new("must start with `@` for `email_domain`"))
        }
        _ => Ok(()),
    }
}

fn check_rules(given: &Option<Vec<RuleBody>>, _: &()) -> garde::Result {
    match given {
        Some(rules) if rules.len() > MOST_RULES => {
            Err(garde::Error::new(format!("has {} rules; at most {MOST_RULES} are allowed", rules.len())))
        }
        _ => Ok(()),
    }
}

fn check_variants(given: &Value, _: &()) -> garde::Result {
    let wrong = "must be an object of names and values, a list of names or of objects with `name`, or null";
    let count = match given {
        Value::Null => return Ok(()),
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        _ => return Err(garde::Error::new(wrong)),
    };
    let read = compile::variants(given).map_or(0, |variants| variants.len());
    if read == count { Ok(()) } else { Err(garde::Error::new(format!("{wrong}; names must differ"))) }
}

impl Fields {
    /// What makes a new flag.
    pub(crate) fn new_flag(self, now: DateTime<Utc>) -> Result<Change> {
        let key = self.flag_id.clone().ok_or_else(|| Error::field("/flag_id", "`flag_id` is missing"))?;
        Ok(self.change(key, now))
    }

    /// What changes a flag that there is.
    pub(crate) fn update(self, now: DateTime<Utc>) -> Result<impl Fn(&Flag) -> Result<Change> + Send + 'static> {
        let given = self.flag_id.clone();
        let change = self.change(String::new(), now);
        if change.is_empty() {
            return Err(Error::field("", "the body sets no field; give at least one, such as `enabled_by_default`"));
        }
        Ok(move |flag: &Flag| match &given {
            Some(given) if *given != flag.key => {
                Err(Error::field("/flag_id", "`flag_id` stays as it is; a flag under another key is another flag"))
            }
            _ => Ok(change.clone()),
        })
    }

    fn change(self, flag_id: String, now: DateTime<Utc>) -> Change {
        let rule = |rule: RuleBody| Rule {
            id: uuid::Uuid::new_v4().to_string(),
            rule_type: rule.rule_type,
            rule_value: rule.rule_value,
            enabled: rule.enabled,
            priority: rule.priority,
            variant: rule.variant,
            created_at: now,
        };
        Change {
            name: self.name,
            description: self.description,
            enabled: self.enabled,
            enabled_by_default: self.enabled_by_default,
            variants: self.variants,
            default_variant: self.default_variant,
            weights: self.weights,
            rollout_percentage: self.rollout_percentage,
            targeted_users: self.targeted_users,
            rules: self.rules.map(|rules| rules.into_iter().map(rule).collect()),
            tags: self.tags,
            owner: self.owner,
            archived: self.archived,
            ..Change::of(flag_id)
        }
    }
}

/// A version to go back to.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1}))]
pub(crate) struct RollBack {
    /// One that the flag had.
    #[garde(range(min = 1))]
    pub(crate) version: u64,
}

/// An event of the log, as it is published.
#[derive(ToSchema)]
#[schema(as = Event, example = json!({
    "id": "0b0c1fd4-5a26-4d5b-9a8b-0d3a1d1f2a11", "event_type": "FlagCreated", "flag_id": "new-checkout", "version": 1,
    "timestamp": "2026-01-02T03:04:05.678Z",
    "payload": {"flag_id": "new-checkout", "name": "New checkout", "description": null, "enabled_by_default": false, "variants": null},
    "seq": 17, "schema": 1, "project": "default", "environment": "production", "actor": "key:ADMIN_API_KEY", "request_id": "r-1"
}))]
#[expect(dead_code, reason = "it describes `log::Event`, which is what is sent")]
pub(crate) struct EventBody {
    /// A UUID v4.
    id: String,
    /// `FlagCreated`, `FlagUpdated` or `FlagDeleted`; others may come.
    event_type: String,
    /// The flag's key.
    flag_id: String,
    /// The version that the flag has by it.
    version: u64,
    /// When, in UTC.
    timestamp: DateTime<Utc>,
    /// The fields that it sets.
    #[schema(value_type = Object)]
    payload: Value,
    /// Its place in the log.
    seq: u64,
    /// The version of its form.
    schema: u32,
    /// The project's id.
    project: String,
    /// The environment's name.
    environment: String,
    /// Who: `user:<id>` or `key:<id>`.
    actor: String,
    /// In which request.
    request_id: String,
}

/// What happened, durably.
#[derive(serde::Serialize, ToSchema)]
pub(crate) struct Happened {
    /// True.
    pub(crate) ok: bool,
    /// The event.
    #[schema(value_type = EventBody)]
    pub(crate) event: std::sync::Arc<Event>,
}

/// Events of the log.
#[derive(serde::Serialize, ToSchema)]
pub(crate) struct EventList {
    /// True.
    pub(crate) ok: bool,
    /// In order.
    #[schema(value_type = Vec<EventBody>)]
    pub(crate) events: Vec<Event>,
}

/// A refusal.
#[derive(ToSchema)]
#[schema(example = json!({"ok": false, "error": "not_found", "message": "there is no flag `new-checkout` here"}))]
#[expect(dead_code, reason = "it describes what `Events` makes")]
pub(crate) struct Refused {
    /// False.
    ok: bool,
    /// A word for programs.
    error: String,
    /// A sentence for people.
    message: String,
    /// The wrong fields of the body.
    fields: Option<Vec<crate::error::Field>>,
}
