//! Whether an answer is the right one, before anybody times it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::http::Response;

/// What an answer of OFREP must say as the engine does.
const MEMBERS: [&str; 3] = ["value", "variant", "reason"];

/// One flag by OFREP.
pub fn ofrep_flag(answer: &Response, key: &str, expected: &BTreeMap<String, Value>) -> Result<()> {
    ensure!(answer.status == 200, "the status is {}: {}", answer.status, answer.text());
    let own = answer.json()?;
    ensure!(own["key"] == key, "the answer is for the flag {}", own["key"]);
    same(&own, expected.get(key).context("a flag that nobody expects")?)
}

/// All flags by OFREP.
pub fn ofrep_flags(answer: &Response, expected: &BTreeMap<String, Value>) -> Result<()> {
    ensure!(answer.status == 200, "the status is {}: {}", answer.status, answer.text());
    let own = answer.json()?;
    let flags = own["flags"].as_array().context("an answer without `flags`")?;
    ensure!(flags.len() == expected.len(), "{} flags instead of {}", flags.len(), expected.len());
    for flag in flags {
        let key = flag["key"].as_str().context("a flag without `key`")?;
        same(flag, expected.get(key).with_context(|| format!("the flag `{key}` is in no document"))?)?;
    }
    Ok(())
}

fn same(own: &Value, expected: &Value) -> Result<()> {
    for member in MEMBERS {
        ensure!(own.get(member) == expected.get(member), "`{member}` of {own} is not that of {expected}");
    }
    Ok(())
}

/// One feature of Unleash.
pub fn unleash_feature(answer: &Response, key: &str, expected: &BTreeMap<String, Value>) -> Result<()> {
    ensure!(answer.status == 200, "the status is {}: {}", answer.status, answer.text());
    let own = answer.json()?;
    ensure!(own["name"] == key, "the answer is for the feature {}", own["name"]);
    same_feature(&own, expected.get(key).context("a feature that nobody expects")?)
}

/// All features of Unleash. Roll-outs of a part may differ: each hashes in its own way.
pub fn unleash_features(answer: &Response, expected: &BTreeMap<String, Value>, split: &BTreeSet<String>) -> Result<()> {
    ensure!(answer.status == 200, "the status is {}: {}", answer.status, answer.text());
    let own = answer.json()?;
    let features = own["toggles"].as_array().context("an answer without `toggles`")?;
    ensure!(features.len() == expected.len(), "{} features instead of {}", features.len(), expected.len());
    for feature in features {
        let key = feature["name"].as_str().context("a feature without `name`")?;
        let expected = expected.get(key).with_context(|| format!("the feature `{key}` is in no document"))?;
        if !split.contains(key) {
            same_feature(feature, expected)?;
        }
    }
    Ok(())
}

fn same_feature(own: &Value, expected: &Value) -> Result<()> {
    ensure!(own["enabled"] == (expected["variant"] == "on"), "{own} is not what {expected} says");
    if expected["value"].is_string() {
        ensure!(own["variant"]["payload"]["value"] == expected["value"], "{own} has not the value of {expected}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &Value) -> Response {
        Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    fn expected() -> BTreeMap<String, Value> {
        BTreeMap::from([("a".to_owned(), json!({ "value": true, "variant": "on", "reason": "STATIC" }))])
    }

    #[test]
    fn a_flag_must_have_value_variant_and_reason() {
        let right = json!({ "key": "a", "value": true, "variant": "on", "reason": "STATIC", "metadata": {} });
        ofrep_flag(&answer(200, &right), "a", &expected()).unwrap();
        ofrep_flags(&answer(200, &json!({ "flags": [right] })), &expected()).unwrap();
        assert!(ofrep_flag(&answer(500, &right), "a", &expected()).is_err());
        for member in MEMBERS {
            let mut wrong = right.clone();
            wrong[member] = json!("x");
            assert!(ofrep_flag(&answer(200, &wrong), "a", &expected()).is_err(), "{member}");
        }
        assert!(ofrep_flags(&answer(200, &json!({ "flags": [] })), &expected()).is_err());
    }

    #[test]
    fn a_feature_must_be_on_where_the_flag_is() {
        let body = |enabled: bool| json!({ "toggles": [{ "name": "a", "enabled": enabled }] });
        unleash_features(&answer(200, &body(true)), &expected(), &BTreeSet::new()).unwrap();
        assert!(unleash_features(&answer(200, &body(false)), &expected(), &BTreeSet::new()).is_err());
        unleash_features(&answer(200, &body(false)), &expected(), &BTreeSet::from(["a".to_owned()])).unwrap();
    }
}
