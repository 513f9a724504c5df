//! A flag, as the interface shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::rule_view::{RuleView, sorted};
use crate::flags::{Bucketing, Definition, Flag};
use crate::log::Scope;

/// A flag of an environment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FlagView<'f> {
    /// A UUID; of a flag that a source owns, its key.
    #[schema(example = "0f6c2a6e-6b4e-4a39-9d3f-2f4f0a5f7c11")]
    id: &'f str,
    /// The project's id.
    project_id: &'f str,
    /// The environment's name.
    #[schema(example = "production")]
    environment: &'f str,
    /// The name for people.
    #[schema(example = "Dark Mode")]
    name: &'f str,
    /// What programs ask for.
    #[schema(example = "dark_mode")]
    key: &'f str,
    /// What it is for.
    description: Option<&'f str>,
    /// The switch.
    enabled: bool,
    /// How many of a hundred users are in.
    #[schema(example = 50)]
    rollout_percentage: u8,
    /// Names and values of a flag that is no switch.
    #[serde(skip_serializing_if = "Value::is_null")]
    variants: &'f Value,
    /// Shares of the variants.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    weights: &'f BTreeMap<String, u32>,
    /// The variant for those who are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    default_variant: Option<&'f str>,
    /// Users who are in, whatever the percentage.
    targeted_users: &'f [String],
    /// Who is in by a rule, highest priority first.
    rules: Vec<RuleView<'f>>,
    /// How users are spread over the percentage.
    bucketing: Bucketing,
    /// The flag in flagd's format, where that is what is evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    definition: Option<&'f Definition>,
    /// Words to find it by.
    tags: &'f [String],
    /// Who looks after it.
    owner: Option<&'f str>,
    /// Put away.
    archived: bool,
    /// How many events made it what it is.
    version: u64,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// Who changed it last: `user:<id>` or `key:<id>`.
    updated_by: &'f str,
    /// When it was last evaluated, if that was counted.
    last_evaluated_at: Option<DateTime<Utc>>,
    /// The source that owns it, so that it is read-only here.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'f str>,
}

impl<'f> FlagView<'f> {
    /// A flag that nobody evaluated.
    pub(super) fn new(scope: &'f Scope, flag: &'f Flag) -> Self {
        Self {
            id: &flag.id,
            project_id: &scope.project,
            environment: &scope.environment,
            name: &flag.name,
            key: &flag.key,
            description: flag.description.as_deref(),
            enabled: flag.enabled,
            rollout_percentage: flag.percentage(),
            variants: &flag.variants,
            weights: &flag.weights,
            default_variant: flag.default_variant.as_deref(),
            targeted_users: &flag.targeted_users,
            rules: sorted(&flag.rules).into_iter().map(|rule| RuleView::new(flag, rule)).collect(),
            bucketing: flag.bucketing,
            definition: flag.definition.as_ref(),
            tags: &flag.tags,
            owner: flag.owner.as_deref(),
            archived: flag.archived,
            version: flag.version,
            created_at: flag.created_at,
            updated_at: flag.updated_at,
            updated_by: &flag.updated_by,
            last_evaluated_at: None,
            source: None,
        }
    }

    /// The same of a flag that was evaluated, or that a source owns.
    pub(super) fn with(self, last_evaluated_at: Option<DateTime<Utc>>, source: Option<&'f str>) -> Self {
        Self { last_evaluated_at, source, ..self }
    }
}
