//! Compares answers with what a case expects. A member that is not expected must not be there.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::json::same;

const MEMBERS: [&str; 5] = ["value", "variant", "reason", "errorCode", "flagMetadata"];

/// One flag.
pub fn check_evaluation(expected: &Value, answer: &Value) -> Result<()> {
    known_members(expected, &MEMBERS)?;
    for member in MEMBERS {
        match (expected.get(member), answer.get(member)) {
            (None, None) => {}
            (Some(expected), Some(found)) if same(expected, found) => {}
            (expected, found) => {
                anyhow::bail!("`{member}` should be {}, but is {}", or_absent(expected), or_absent(found))
            }
        }
    }
    let message = answer.get("errorMessage").map(|message| message.as_str().is_some_and(|text| !text.is_empty()));
    let wanted = expected.get("errorCode").map(|_| true);
    ensure!(message == wanted, "`errorMessage` must be there if and only if `errorCode` is");
    Ok(())
}

/// A bare rule.
pub fn check_rule(expected: &Value, answer: &Value) -> Result<()> {
    known_members(expected, &["value", "error", "errorContains"])?;
    if let Some(value) = expected.get("value") {
        ensure!(answer["success"] == Value::Bool(true), "it should be {value}, but it failed");
        let result = answer.get("result").context("no `result`")?;
        ensure!(same(value, result), "it should be {value}, but is {result}");
        return Ok(());
    }
    ensure!(expected["error"] == Value::Bool(true), "the case expects neither a value nor an error");
    ensure!(answer["success"] == Value::Bool(false), "it should fail");
    let message = answer["error"].as_str().context("a failure without `error`")?;
    let wanted = expected["errorContains"].as_str().unwrap_or_default();
    ensure!(message.contains(wanted), "the error should contain `{wanted}`");
    Ok(())
}

/// Every flag.
pub fn check_bulk(case: &Value, answer: &Value) -> Result<()> {
    let expected = case["all"].as_array().context("`all` is no list")?;
    let found = answer["flags"].as_array().context("no `flags`")?;
    ensure!(expected.len() == found.len(), "there should be {} answers, but there are {}", expected.len(), found.len());
    for (expected, found) in expected.iter().zip(found) {
        ensure!(expected["key"] == found["key"], "{} should be in the place of {}", expected["key"], found["key"]);
        let mut expected = expected.clone();
        let key = expected.as_object_mut().and_then(|members| members.shift_remove("key")).unwrap_or_default();
        check_evaluation(&expected, found).with_context(|| format!("flag {key}"))?;
    }
    let empty = Value::Object(Default::default());
    let metadata = answer.get("flagMetadata").unwrap_or(&empty);
    let wanted = case.get("flagMetadata").unwrap_or(&empty);
    ensure!(same(wanted, metadata), "`flagMetadata` should be {wanted}, but is {metadata}");
    Ok(())
}

/// A misspelt member would expect nothing.
pub(super) fn known_members(expected: &Value, known: &[&str]) -> Result<()> {
    for name in expected.as_object().context("a case without `expect`")?.keys() {
        ensure!(known.contains(&name.as_str()), "the case expects `{name}`, which no answer has");
    }
    Ok(())
}

fn or_absent(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), Value::to_string)
}
