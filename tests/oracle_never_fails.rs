//! An evaluation answers whatever the operators, their arguments and the data are.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "oracle/generate.rs"]
mod generate;
#[path = "support/operators.rs"]
mod operators;
#[path = "support/tape.rs"]
mod tape;
#[path = "oracle/wild.rs"]
mod wild;

use burgee::{Engine, ErrorCode, Fractional, Options, Reason, Validation, Value};
use serde_json::json;

/// Sentences of the budgets, which alone may end an evaluation of known operators.
const BUDGETS: [&str; 3] = ["it needs more than 1000000 steps", "it builds a value that exceeds", "nested deeper than"];

fn is_budget(message: &str) -> bool {
    BUDGETS.iter().any(|sentence| message.contains(sentence)) || message.contains("exceeds maximum bytes")
}

#[test]
fn a_bare_rule_of_known_operators_always_has_a_result() {
    let engine = Engine::new();
    tape::for_all(20_000, 120, |choices| {
        let (rule, data) = wild::rule_and_data(choices);
        match engine.evaluate_logic(rule.as_bytes(), data.as_bytes()) {
            Ok(value) if wild::is_json(&value.to_json()) => Ok(()),
            Ok(value) => Err(format!("{rule}\n  on {data}\n  gives {value}, which is no JSON")),
            Err(error) if is_budget(error.message()) => Ok(()),
            Err(error) => Err(format!("{rule}\n  on {data}\n  {error}")),
        }
    });
}

#[test]
fn the_same_rule_and_data_always_have_the_same_result() {
    let engine = Engine::new();
    tape::for_all(3000, 120, |choices| {
        let (rule, data) = wild::rule_and_data(choices);
        let answer = || engine.evaluate_logic(rule.as_bytes(), data.as_bytes()).map(|value| value.to_json()).ok();
        if answer() == answer() { Ok(()) } else { Err(format!("{rule}\n  on {data}")) }
    });
}

#[test]
fn a_flag_whose_targeting_has_known_operators_never_answers_with_a_parse_error() {
    for version in [Fractional::V1, Fractional::V2, Fractional::V3] {
        let options = Options::default().validation(Validation::Permissive).fractional(version);
        let engine = Engine::with_options(options);
        tape::for_all(4000, 120, |choices| {
            let (targeting, context) = wild::targeting_and_context(choices);
            let document = format!(
                r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{{"a":1,"true":2,"1":3}},"defaultVariant":"a","targeting":{targeting}}}}}}}"#
            );
            engine.update(&document).map_err(|error| format!("{document}\n  {error}"))?;
            let answer = engine.evaluate("f", context.as_str());
            let fail = || format!("{targeting}\n  for {context}\n  {answer:?}");
            let named = answer.value().is_some() && answer.variant().is_some() && answer.error_code().is_none();
            let message = answer.error_message().unwrap_or_default();
            let valid = match (answer.reason(), answer.error_code()) {
                (Reason::TargetingMatch | Reason::Default, None) => named,
                // `{}` is no targeting, and no other rule is.
                (Reason::Static, None) => named && targeting == "{}",
                (Reason::Error, Some(ErrorCode::General)) => {
                    is_budget(&message)
                        || message.contains("which is not among its variants")
                        || message.contains("which cannot name a variant")
                }
                _ => false,
            };
            if valid { Ok(()) } else { Err(fail()) }
        });
    }
}

#[test]
fn a_flag_and_a_bare_rule_see_the_same_result() {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    tape::for_all(4000, 120, |choices| {
        let (rule, context) = generate::rule_and_data(choices);
        let mut enriched = context.clone();
        enriched["$flagd"] = json!({"flagKey": "f", "timestamp": 0});
        let (rule, context) = (json!({"cat": ["=", rule]}), context.to_string());
        let bare = engine.evaluate_logic(rule.to_string().as_bytes(), enriched.to_string().as_bytes());
        let Some(Value::String(text)) = bare.as_ref().ok() else {
            return Err(format!("{rule}\n  on {context}\n  {bare:?}"));
        };
        let flag = json!({"state": "ENABLED", "variants": {text: true}, "targeting": rule});
        engine.update(json!({"flags": {"f": flag}}).to_string()).map_err(|error| format!("{rule}\n  {error}"))?;
        let answer = engine.evaluate("f", context.as_str());
        if answer.variant() == Some(text) {
            Ok(())
        } else {
            Err(format!("{rule}\n  for {context}\n  {answer:?} but {text}"))
        }
    });
}
