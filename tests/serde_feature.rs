//! The feature `serde`: values to `serde_json` and back.

#![cfg(feature = "serde")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use burgee::{Engine, EvaluationContext, Value};
use serde_json::{Value as Json, json};

#[test]
fn a_value_survives_the_way_to_serde_and_back() {
    let json = json!({"z": [1, -1, 2.5, true, null, "é\u{0}"], "a": {"b": {}, "c": []}, "n": i64::MIN, "m": i64::MAX});
    let value = Value::from(json.clone());
    assert_eq!(Json::from(value.clone()), json);
    assert_eq!(Value::from(Json::from(value.clone())), value);
    assert_eq!(value.to_json(), json.to_string(), "the order of members stays");
}

#[test]
fn integers_stay_exact_and_others_become_doubles() {
    assert_eq!(Value::from(json!(9_007_199_254_740_993_i64)), Value::Int(9_007_199_254_740_993));
    assert_eq!(Value::from(json!(u64::MAX)), Value::Float(18_446_744_073_709_551_616.0));
    assert_eq!(Value::from(json!(1.0)), Value::Float(1.0));
    assert_eq!(Json::from(Value::Int(-3)), json!(-3));
    assert_eq!(Json::from(Value::Float(1.0)), json!(1.0));
    assert_eq!(Json::from(Value::Float(f64::NAN)), Json::Null);
    assert_eq!(Json::from(Value::Float(f64::INFINITY)), Json::Null);
}

#[test]
fn answers_and_contexts_go_through_serde() {
    let engine = Engine::new();
    let document = json!({"flags": {"f": {
        "state": "ENABLED",
        "variants": {"o": {"limits": [1, 2.5], "name": "x"}},
        "targeting": {"if": [{"in": [{"var": "user.id"}, [1, 2]]}, "o"]},
    }}});
    engine.update(document.to_string()).expect("the document is valid");
    let context = Value::from(json!({"user": {"id": 2}}));
    let answer = engine.evaluate_object("f", EvaluationContext::attributes(&context));
    assert_eq!(answer.value.map(Json::from), Some(json!({"limits": [1, 2.5], "name": "x"})));
}
