//! The limits of the contract, each at n and at n + 1.

use serde_json::Value;

use crate::support::{assert_flags_work, evaluate, logic, read, start, start_with_flags, update};

const KEY: usize = 64 << 10;
const CONTEXT: usize = 1 << 20;
const DOCUMENT: usize = 100 << 20;
const BUILT: usize = 1 << 20;

/// Arrays in arrays.
fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

/// `["!", …]` in itself: a rule whose text is nested as deep as said.
fn nested_rule(depth: usize) -> String {
    format!("{}true{}", r#"{"!":"#.repeat(depth), "}".repeat(depth))
}

fn assert_depth_error(answer: &Value) {
    assert_eq!(answer["success"], false, "{answer}");
    assert!(answer["error"].as_str().is_some_and(|text| text.contains("JSON nesting depth exceeds")), "{answer}");
}

#[test]
fn rules_and_data_may_be_nested_128_deep() {
    let mut host = start();
    assert_eq!(logic(&mut host, &nested_rule(128), "")["result"], true);
    assert_depth_error(&logic(&mut host, &nested_rule(129), ""));
    assert_eq!(logic(&mut host, r#"{"!": {"!": {"var": ""}}}"#, &nested(128))["result"], true);
    assert_depth_error(&logic(&mut host, r#"{"var": ""}"#, &nested(129)));
}

#[test]
fn a_result_may_be_as_deep_as_the_data() {
    let mut host = start();
    let answer = logic(&mut host, r#"{"var": ""}"#, &nested(128));
    assert_eq!(answer["success"], true, "{answer}");
    assert_eq!(answer["result"].to_string(), nested(128));
}

#[test]
fn a_context_may_be_nested_128_deep() {
    let mut host = start_with_flags();
    let context = |depth: usize| format!(r#"{{"x": {}, "tier": "gold"}}"#, nested(depth - 1));
    assert_eq!(evaluate(&mut host, "price", &context(128))["value"], 20);
    let answer = evaluate(&mut host, "price", &context(129));
    assert_eq!(answer["errorCode"], "PARSE_ERROR", "{answer}");
    assert!(
        answer["errorMessage"].as_str().is_some_and(|text| text.contains("JSON nesting depth exceeds")),
        "{answer}"
    );
    assert_flags_work(&mut host);
}

#[test]
fn a_flag_key_may_have_64_kib() {
    let mut host = start();
    let key = "k".repeat(KEY);
    let document =
        format!(r#"{{"flags": {{"{key}": {{"state": "ENABLED", "variants": {{"on": 1}}, "defaultVariant": "on"}}}}}}"#);
    let report = update(&mut host, document.as_bytes());
    assert_eq!(report["success"], true, "{}", report["error"]);
    assert_eq!(evaluate(&mut host, &key, "")["value"], 1);
    let answer = evaluate(&mut host, &(key + "k"), "");
    assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"FLAG_NOT_FOUND".into()));
    assert!(answer["errorMessage"].as_str().is_some_and(|text| text.len() < 1_000), "the message repeats the key");
}

#[test]
fn a_context_may_have_one_mebibyte() {
    let mut host = start_with_flags();
    let context = |len: usize| {
        let frame = r#"{"tier": "gold", "x": ""}"#;
        frame.replace(r#""""#, &format!("\"{}\"", "x".repeat(len - frame.len())))
    };
    assert_eq!(context(CONTEXT).len(), CONTEXT);
    assert_eq!(evaluate(&mut host, "price", &context(CONTEXT))["value"], 20);
    let answer = evaluate(&mut host, "price", &context(CONTEXT + 1));
    assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"PARSE_ERROR".into()));
    assert_flags_work(&mut host);
}

#[test]
fn a_document_may_have_100_mebibytes() {
    let mut host = start();
    let mut document = crate::support::FLAGS.as_bytes().to_vec();
    document.resize(DOCUMENT, b' ');
    assert_eq!(update(&mut host, &document)["success"], true);
    assert_flags_work(&mut host);
    document.push(b' ');
    let report = update(&mut host, &document);
    assert_eq!(report["success"], false);
    assert!(report["error"].as_str().is_some_and(|text| text.contains("exceeds maximum")), "{report}");
    assert_flags_work(&mut host);
}

#[test]
fn a_rule_may_build_one_mebibyte() {
    let mut host = start();
    let part = "x".repeat(BUILT / 4);
    let data = serde_json::json!({ "s": part }).to_string();
    let rule = |tail: &str| {
        format!(
            r#"{{"==": [{{"substr": [{{"cat": [{{"var":"s"}},{{"var":"s"}},{{"var":"s"}},{{"var":"s"}}, "{tail}"]}}, 0, 1]}}, "x"]}}"#
        )
    };
    let answer = logic(&mut host, &rule(""), &data);
    assert_eq!(answer["result"], true, "{answer}");
    let answer = logic(&mut host, &rule("x"), &data);
    assert_eq!(answer["success"], false, "{answer}");
    assert_eq!(logic(&mut host, &rule(""), &data)["result"], true, "the next call works");
}

#[test]
fn a_flag_whose_rule_builds_more_answers_general() {
    let mut host = start();
    let document = r#"{"flags": {"f": {"state": "ENABLED", "variants": {"true": 1, "false": 0}, "defaultVariant": "false",
        "targeting": {"!!": [{"cat": [{"var":"s"},{"var":"s"},{"var":"s"},{"var":"s"},{"var":"t"}]}]}}}}"#;
    update(&mut host, document.as_bytes());
    let part = "x".repeat(BUILT / 4);
    assert_eq!(evaluate(&mut host, "f", &serde_json::json!({"s": part, "t": ""}).to_string())["value"], 1);
    let answer = evaluate(&mut host, "f", &serde_json::json!({"s": part, "t": "x"}).to_string());
    assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"GENERAL".into()));
    assert_eq!(evaluate(&mut host, "f", r#"{"s": "", "t": ""}"#)["value"], 0);
}

#[test]
fn at_most_100_findings_are_listed_and_the_rest_is_counted() {
    let mut host = start();
    let document = |flags: usize| {
        let flags: Vec<String> =
            (0..flags).map(|number| format!(r#""f{number}": {{"state": "ON", "variants": {{"on": true}}}}"#)).collect();
        format!(r#"{{"flags": {{{}}}}}"#, flags.join(","))
    };
    let at = |report: &Value| (report["errors"].as_array().map(Vec::len), report["truncated"].as_u64());
    assert_eq!(at(&update(&mut host, document(100).as_bytes())), (Some(100), None));
    assert_eq!(at(&update(&mut host, document(101).as_bytes())), (Some(100), Some(1)));
    assert_eq!(at(&update(&mut host, document(5_000).as_bytes())), (Some(100), Some(4_900)));
}

#[test]
fn values_that_a_rule_nests_deeper_than_texts_may_be_do_no_harm() {
    let mut host = start();
    let list = (0..5_000).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    let deep = format!(r#"{{"reduce": [[{list}], [{{"var": "accumulator"}}], 1]}}"#);
    let rules = [
        "DEEP",
        r#"{"===": [DEEP, DEEP]}"#,
        r#"{"==": [DEEP, "1"]}"#,
        r#"{"in": [DEEP, [DEEP]]}"#,
        r#"{"cat": [DEEP]}"#,
        r#"{"+": [DEEP, 1]}"#,
        r#"{"merge": [DEEP, DEEP]}"#,
        r#"{"max": [DEEP, 1]}"#,
        r#"{"!!": [DEEP]}"#,
        r#"{"substr": [DEEP, 0, 1]}"#,
        r#"{"sem_ver": [DEEP, "=", DEEP]}"#,
        r#"{"starts_with": [DEEP, DEEP]}"#,
        r#"{"fractional": [DEEP, ["a", 1]]}"#,
        r#"{"fractional": ["x", ["a", DEEP]]}"#,
        r#"{"fractional": ["x", [DEEP, 1]]}"#,
        r#"{"missing": [DEEP]}"#,
        r#"{"missing_some": [1, DEEP]}"#,
        r#"{"var": [DEEP]}"#,
        r#"{"map": [DEEP, {"var": ""}]}"#,
        r#"{"all": [DEEP, {"var": ""}]}"#,
    ];
    for rule in rules {
        let rule = rule.replace("DEEP", &deep);
        let answer = read(host.evaluate_logic(rule.as_bytes(), b""));
        assert!(answer["success"].is_boolean());
        assert_eq!(
            answer.to_string(),
            burgee_conformance::json::parse(&burgee::evaluate_logic_json(rule.as_bytes(), b""))
                .expect("JSON")
                .to_string()
        );
    }
    assert_eq!(read(host.evaluate_logic(b"true", b""))["result"], true);
}
