//! A flag, loaded strictly and asked.

use burgee::{Engine, EvaluationContext, Reason};
use burgee_server::flags::verdict::verdict;
use burgee_server::flags::{Bucketing, Change, Flag, Person, Rule, RuleType, compile};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A flag of the key `f`, of what a change says.
pub(crate) fn flag(change: Change) -> Flag {
    let key = if change.flag_id.is_empty() { "f".to_owned() } else { change.flag_id.clone() };
    let mut flag = Flag::new("id", key, DateTime::UNIX_EPOCH);
    flag.apply(&change);
    flag
}

/// As the multi-project document has one.
pub(crate) fn of_001(enabled: bool, percentage: u8, rules: Vec<Rule>) -> Flag {
    let rollout_percentage = Some(Some(percentage));
    flag(Change { enabled: Some(enabled), rollout_percentage, rules: Some(rules), ..Change::default() })
}

/// As the configuration file's document has one.
pub(crate) fn of_003(enabled: bool, percentage: Option<u8>, users: &[&str]) -> Flag {
    flag(Change {
        enabled: Some(enabled),
        enabled_by_default: Some(true),
        rollout_percentage: percentage.map(Some),
        targeted_users: Some(users.iter().map(|user| (*user).to_owned()).collect()),
        bucketing: Some(Bucketing::Poly31),
        ..Change::default()
    })
}

/// As the platform's document has one.
pub(crate) fn of_004(key: &str, enabled: bool, percentage: u8, users: &[&str]) -> Flag {
    flag(Change {
        enabled: Some(enabled),
        rollout_percentage: Some(Some(percentage)),
        targeted_users: Some(users.iter().map(|user| (*user).to_owned()).collect()),
        bucketing: Some(Bucketing::Fnv1a32),
        ..Change::of(key)
    })
}

pub(crate) fn rule(rule_type: RuleType, value: &str, priority: i32) -> Rule {
    Rule {
        id: format!("{rule_type:?} {value}"),
        rule_type,
        rule_value: value.to_owned(),
        enabled: true,
        priority,
        variant: None,
        created_at: DateTime::<Utc>::UNIX_EPOCH,
    }
}

/// Loads a flag strictly.
pub(crate) fn engine(flag: &Flag, segments: &Value) -> Engine {
    let engine = Engine::new();
    let text = compile::text(flag);
    let segments = segments.as_object().unwrap().iter().map(|(name, rule)| (name.as_str(), rule));
    let document = compile::document("p/e", segments, std::iter::once((flag.key.as_str(), &*text)));
    engine.update(&document).unwrap_or_else(|error| panic!("{error}: {document}"));
    engine
}

/// On or off for somebody, and why.
pub(crate) fn ask(flag: &Flag, person: Person<'_>) -> (bool, &'static str) {
    let engine = engine(flag, &json!({}));
    let bulk = engine.evaluate_all(EvaluationContext::attributes(&person));
    let answer = bulk.answers().next().unwrap();
    let told = verdict(flag, &answer);
    (told.enabled, told.why.as_str())
}

/// The same for somebody with this id.
pub(crate) fn ask_user(flag: &Flag, user: &str) -> (bool, &'static str) {
    ask(flag, Person::with_id(Some(user)))
}

/// The variant and the reason for a context.
pub(crate) fn variant(flag: &Flag, context: &str) -> (Option<String>, Reason) {
    let answer = engine(flag, &json!({})).evaluate(&flag.key, context);
    (answer.variant().map(str::to_owned), answer.reason())
}
