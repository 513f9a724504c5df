//! The two engines side by side: what each makes of a rule, and whether that is the same.

use burgee::Engine;
use datalogic_rs::{DivisionByZeroHandling, EvaluationConfig, NanHandling};
use serde_json::Value as Json;

/// Both engines, with the second one's settings as close to the first as they go.
pub(crate) struct Engines {
    ours: Engine,
    theirs: datalogic_rs::Engine,
}

/// What both make of one rule; `None` stands for a failure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answers {
    pub(crate) ours: Option<Json>,
    pub(crate) theirs: Option<Json>,
}

impl Engines {
    pub(crate) fn new() -> Self {
        let config = EvaluationConfig::default()
            .with_loose_equality_errors(false)
            .with_arithmetic_nan_handling(NanHandling::ReturnNull)
            .with_division_by_zero(DivisionByZeroHandling::ReturnNull);
        Self { ours: Engine::new(), theirs: datalogic_rs::Engine::builder().with_config(config).build() }
    }

    pub(crate) fn answers(&self, rule: &Json, data: &Json) -> Answers {
        let (rule, data) = (rule.to_string(), data.to_string());
        let theirs = self.theirs.eval_str(rule.as_str(), data.as_str()).ok();
        Answers {
            ours: self.text(&rule, &data),
            theirs: theirs.map(|text| serde_json::from_str(&text).expect("the other engine answers in JSON")),
        }
    }

    /// What our engine makes of a rule; null where it fails, which `answers` finds on its own.
    pub(crate) fn value(&self, rule: &Json, data: &Json) -> Json {
        self.text(&rule.to_string(), &data.to_string()).unwrap_or(Json::Null)
    }

    fn text(&self, rule: &str, data: &str) -> Option<Json> {
        let value = self.ours.evaluate_logic(rule.as_bytes(), data.as_bytes()).ok()?;
        Some(serde_json::from_str(&value.to_json()).expect("our engine answers in JSON"))
    }
}

impl Answers {
    pub(crate) fn agree(&self) -> bool {
        match (&self.ours, &self.theirs) {
            (Some(ours), Some(theirs)) => same(ours, theirs),
            _ => false,
        }
    }
}

impl std::fmt::Display for Answers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |answer: &Option<Json>| answer.as_ref().map_or_else(|| "an error".to_owned(), Json::to_string);
        write!(formatter, "ours gives {}, the other engine {}", text(&self.ours), text(&self.theirs))
    }
}

/// Equal as JSON, where 1 and 1.0 are the same number and the order of members does not matter.
pub(crate) fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left == right,
            _ => left.as_f64() == right.as_f64(),
        },
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
