//! A rule, as the interface shows it.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::flags::{Flag, Rule, RuleType};

/// A rule of a flag.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleView<'f> {
    /// A UUID.
    id: &'f str,
    /// The flag's id.
    flag_id: &'f str,
    /// What it looks at.
    rule_type: RuleType,
    /// What it looks for.
    #[schema(example = "@company.com")]
    rule_value: &'f str,
    /// Whether it counts.
    enabled: bool,
    /// Higher ones come first; of equal ones the older.
    priority: i32,
    /// The variant for whom it names, of a flag with variants.
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'f str>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl<'f> RuleView<'f> {
    pub(super) fn new(flag: &'f Flag, rule: &'f Rule) -> Self {
        Self {
            id: &rule.id,
            flag_id: &flag.id,
            rule_type: rule.rule_type,
            rule_value: &rule.rule_value,
            enabled: rule.enabled,
            priority: rule.priority,
            variant: rule.variant.as_deref(),
            created_at: rule.created_at,
        }
    }
}

/// Rules in the order in which they are looked at.
pub(super) fn sorted(rules: &[Rule]) -> Vec<&Rule> {
    let mut rules: Vec<&Rule> = rules.iter().collect();
    rules.sort_by_key(|rule| Reverse(rule.priority));
    rules
}
