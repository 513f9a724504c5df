//! What a flag is, whatever interface it came through.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A flag of an environment.
///
/// Either `definition` says what it answers, in flagd's format, or the other fields do: `enabled` switches it off
/// altogether, enabled rules come first (highest priority first), then the users named in `targeted_users`, then the
/// percentage, and where there is none, `enabled_by_default`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// A UUID: the id of the event that created the flag. A flag of a source has its key here.
    pub id: String,
    /// The name that programs ask for, unique in its environment.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Off means off for everybody.
    pub enabled: bool,
    /// What everybody gets whom nothing else concerns, where there is no percentage.
    pub enabled_by_default: bool,
    /// Names and values, as given; null for a boolean flag.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub variants: Value,
    /// The variant for those who are left out; without one the caller's default applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_variant: Option<String>,
    /// Shares of the variants among those who are in; without them the first variant is for all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, u32>,
    /// How many of a hundred users are in: 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout_percentage: Option<u8>,
    /// Users who are always in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targeted_users: Vec<String>,
    /// Who is in by a rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// How users are spread over the percentage.
    #[serde(default, skip_serializing_if = "Bucketing::is_default")]
    pub bucketing: Bucketing,
    /// A flag in flagd's format, which then is what is evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Put away: it is answered as a disabled flag and left out of lists.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Deleted; what is left keeps its version, so that a flag made anew under the key goes on counting.
    pub is_deleted: bool,
    /// How many events made it what it is.
    pub version: u64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it last.
    #[serde(default)]
    pub updated_by: String,
}

impl Flag {
    /// A flag of which nothing is known but its key: off by default, for everybody.
    pub fn new(id: impl Into<String>, key: impl Into<String>, at: DateTime<Utc>) -> Self {
        let key = key.into();
        Self {
            id: id.into(),
            name: key.clone(),
            key,
            description: None,
            enabled: true,
            enabled_by_default: false,
            variants: Value::Null,
            default_variant: None,
            weights: BTreeMap::new(),
            rollout_percentage: None,
            targeted_users: Vec::new(),
            rules: Vec::new(),
            bucketing: Bucketing::default(),
            definition: None,
            tags: Vec::new(),
            owner: None,
            archived: false,
            is_deleted: false,
            version: 0,
            created_at: at,
            updated_at: at,
            updated_by: String::new(),
        }
    }

    /// The percentage as interfaces that always have one show it.
    pub fn percentage(&self) -> u8 {
        self.rollout_percentage.unwrap_or(if self.enabled_by_default { 100 } else { 0 })
    }

    /// Whether everybody is in, whom no rule concerns, as the event-sourced document calls it.
    pub fn is_on_by_default(&self) -> bool {
        self.percentage() == 100
    }

    /// Whether it answers at all.
    pub fn is_on(&self) -> bool {
        self.enabled && !self.archived && !self.is_deleted
    }

    /// Whether its bucket is computed by the service and not by `fractional`.
    pub fn has_own_hash(&self) -> bool {
        self.definition.is_none() && self.bucketing != Bucketing::Murmur3
    }

    /// Takes over what a change says.
    pub fn apply(&mut self, change: &Change) {
        fn put<T: Clone>(place: &mut T, value: &Option<T>) {
            if let Some(value) = value {
                place.clone_from(value);
            }
        }
        put(&mut self.name, &change.name);
        put(&mut self.description, &change.description);
        put(&mut self.enabled, &change.enabled);
        put(&mut self.enabled_by_default, &change.enabled_by_default);
        put(&mut self.variants, &change.variants);
        put(&mut self.default_variant, &change.default_variant);
        put(&mut self.weights, &change.weights);
        put(&mut self.targeted_users, &change.targeted_users);
        put(&mut self.rules, &change.rules);
        put(&mut self.bucketing, &change.bucketing);
        put(&mut self.definition, &change.definition);
        put(&mut self.tags, &change.tags);
        put(&mut self.owner, &change.owner);
        put(&mut self.archived, &change.archived);
        match (change.rollout_percentage, change.enabled_by_default) {
            (Some(percentage), _) => self.rollout_percentage = percentage,
            // The default is for everybody, so it takes the place of a percentage.
            (None, Some(_)) => self.rollout_percentage = None,
            (None, None) => {}
        }
    }

    /// A change that makes any flag what this one is, deletion aside.
    pub fn as_change(&self) -> Change {
        Change {
            flag_id: self.key.clone(),
            name: Some(self.name.clone()),
            description: Some(self.description.clone()),
            enabled: Some(self.enabled),
            enabled_by_default: Some(self.enabled_by_default),
            variants: Some(self.variants.clone()),
            default_variant: Some(self.default_variant.clone()),
            weights: Some(self.weights.clone()),
            rollout_percentage: Some(self.rollout_percentage),
            targeted_users: Some(self.targeted_users.clone()),
            rules: Some(self.rules.clone()),
            bucketing: Some(self.bucketing),
            definition: Some(self.definition.clone()),
            tags: Some(self.tags.clone()),
            owner: Some(self.owner.clone()),
            archived: Some(self.archived),
            rolled_back_to: None,
        }
    }
}

/// JSON text that is kept as its author wrote it, and shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition(Arc<str>);

impl Definition {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl From<&Value> for Definition {
    fn from(value: &Value) -> Self {
        Self(value.to_string().into())
    }
}

impl From<&RawValue> for Definition {
    fn from(raw: &RawValue) -> Self {
        Self(raw.get().into())
    }
}

impl Serialize for Definition {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // It was JSON when it was made.
        <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(&self.0))
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Definition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(Box::<str>::from(raw).into()))
    }
}

/// How users are spread over a percentage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bucketing {
    /// `fractional` of flagd's format, over flag key and targeting key; every flagd provider computes it.
    #[default]
    Murmur3,
    /// 32-bit FNV-1a over `flagKey:userId`, modulo 100, as the platform's document says.
    Fnv1a32,
    /// A polynomial with 31 over the user id, modulo 100, the same for all flags, as the configuration file's document
    /// says; a caller without an id has 50.
    Poly31,
}

impl Bucketing {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Its name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Murmur3 => "murmur3",
            Self::Fnv1a32 => "fnv1a32",
            Self::Poly31 => "poly31",
        }
    }
}

/// A rule: who it names is in, whatever the percentage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rule {
    /// A UUID.
    pub id: String,
    /// What it looks at.
    pub rule_type: RuleType,
    /// What it looks for.
    #[schema(example = "@company.com")]
    pub rule_value: String,
    /// Whether it counts.
    pub enabled: bool,
    /// Higher ones come first; of equal ones the older.
    pub priority: i32,
    /// The variant for whom it names, where the flag has variants; without one, what is for those who are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleType {
    /// The user's id.
    UserId,
    /// The user's e-mail address.
    UserEmail,
    /// The end of the address, from its `@`.
    EmailDomain,
    /// The attribute `cohort`.
    Cohort,
    /// A segment of the environment, by its name.
    Segment,
}

/// People who share something, as a rule that flags refer to by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Segment {
    /// The name that rules refer to.
    #[schema(example = "employees")]
    pub name: String,
    /// JSON Logic that is true for whom it holds.
    #[schema(example = json!({"ends_with": [{"var": "email"}, "@example.com"]}))]
    pub rule: Value,
    /// How many events made it what it is.
    pub version: u64,
}

/// What an event says of a flag: only the fields that it sets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The flag's key.
    pub flag_id: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// The switch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What everybody gets; takes the place of a percentage unless there is one beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_by_default: Option<bool>,
    /// Names and values; null makes it a boolean flag.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub variants: Option<Value>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub default_variant: Option<Option<String>>,
    /// Shares by variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<BTreeMap<String, u32>>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub rollout_percentage: Option<Option<u8>>,
    /// Users who are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targeted_users: Option<Vec<String>>,
    /// All rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Rule>>,
    /// How users are spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucketing: Option<Bucketing>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub definition: Option<Option<Definition>>,
    /// Words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub owner: Option<Option<String>>,
    /// Put away or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// The version whose content this is, where the change takes back others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_to: Option<u64>,
}

impl Change {
    /// A change of a flag that says nothing yet.
    pub fn of(key: impl Into<String>) -> Self {
        Self { flag_id: key.into(), ..Self::default() }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::of(self.flag_id.as_str())
    }
}

/// Tells a member that is null from one that is not there.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
