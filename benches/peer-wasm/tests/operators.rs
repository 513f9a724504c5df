//! flagd's operators, on values that flagd's own tests name.

use burgee_bench_peer_wasm::Evaluator;
use serde_json::{Value, json};

/// The variant that a rule chooses among some.
fn variant(rule: &Value, context: &Value) -> Option<String> {
    let names = ["red", "blue", "clubs", "diamonds", "hearts", "spades", "true", "false"];
    let variants: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), json!(name))).collect();
    let document =
        json!({ "flags": { "headerColor": { "state": "ENABLED", "variants": variants, "targeting": rule } } });
    let mut evaluator = Evaluator::default();
    evaluator.update(document.to_string().as_bytes()).unwrap();
    let mut out = Vec::new();
    evaluator.evaluate("headerColor", context.to_string().as_bytes(), &mut out);
    let answer: Value = serde_json::from_slice(&out).unwrap();
    answer["variant"].as_str().map(str::to_owned)
}

#[test]
fn shares_are_those_of_the_second_version() {
    let cards = |seed: &str| {
        let bucket_by = json!({ "cat": [seed, { "var": "user" }] });
        json!({ "fractional": [bucket_by, ["clubs", 25], ["diamonds", 25], ["hearts", 25], ["spades", 25]] })
    };
    for (seed, user, chosen) in [
        ("fractional-flag", "jack", "hearts"),
        ("fractional-flag", "queen", "spades"),
        ("fractional-flag", "ten", "clubs"),
        ("fractional-flag", "nine", "diamonds"),
        ("shared-seed", "seven", "hearts"),
        ("shared-seed", "two", "spades"),
    ] {
        assert_eq!(variant(&cards(seed), &json!({ "user": user })).as_deref(), Some(chosen), "{seed}{user}");
    }
}

#[test]
fn the_flag_and_the_targeting_key_decide_where_no_value_is_named() {
    let rule = json!({ "fractional": [["red", 50], ["blue", 50]] });
    assert_eq!(variant(&rule, &json!({ "targetingKey": "foo@foo.com" })).as_deref(), Some("blue"));
    assert_eq!(variant(&rule, &json!({})), None);
}

#[test]
fn weights_that_cannot_be_used_choose_nothing() {
    for weights in [json!([0, 0]), json!([0.5, 0.5]), json!([2_000_000_000, 2_000_000_000]), json!(["1", 1])] {
        let rule = json!({ "fractional": ["user", ["red", weights[0]], ["blue", weights[1]]] });
        assert_eq!(variant(&rule, &json!({})), None, "{weights}");
    }
    let rule = json!({ "fractional": ["user", ["red", -50], ["blue", 100]] });
    assert_eq!(variant(&rule, &json!({})).as_deref(), Some("blue"));
}

#[test]
fn versions_compare_by_precedence() {
    let compare = |left: Value, operator: &str, right: &str| {
        variant(&json!({ "sem_ver": [{ "var": "version" }, operator, right] }), &json!({ "version": left }))
    };
    assert_eq!(compare(json!("2.3.1"), ">=", "2.1.0").as_deref(), Some("true"));
    assert_eq!(compare(json!("v2.3"), "^", "2.0.0").as_deref(), Some("true"));
    assert_eq!(compare(json!("1.0.0+a"), "=", "1.0.0+b").as_deref(), Some("true"));
    assert_eq!(compare(json!("1.0.0-alpha"), ">", "1.0.0").as_deref(), Some("false"));
    assert_eq!(compare(json!(2), "~", "2.0.7").as_deref(), Some("true"));
    assert_eq!(compare(json!("two"), "=", "2.0.0"), None);
    assert_eq!(compare(json!("1.0.0"), "?", "1.0.0"), None);
}
