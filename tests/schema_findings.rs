//! What the schema check says: for each document of a list every finding with its rule, its place, its sentence and
//! its hint.

#![expect(clippy::expect_used, reason = "a test that panics has failed, which is what it is for")]

use burgee::Finding;
use serde_json::{Value, json};

#[test]
fn every_finding_has_its_rule_place_sentence_and_hint() {
    let list: Value = serde_json::from_str(include_str!("schema_support/findings.json")).expect("the list is JSON");
    for case in list.as_array().expect("the list is an array") {
        let findings = check(&case["document"].to_string());
        let found: Vec<Value> = findings
            .iter()
            .map(|finding| {
                json!({
                    "rule": finding.rule(),
                    "path": finding.path(),
                    "message": finding.message(),
                    "hint": finding.hint()
                })
            })
            .collect();
        assert_eq!(Value::Array(found), case["findings"], "{}", case["document"]);
    }
}

#[test]
fn sentences_are_in_lower_case_and_have_no_full_stop() {
    let list: Value = serde_json::from_str(include_str!("schema_support/findings.json")).expect("the list is JSON");
    let findings = list.as_array().into_iter().flatten().flat_map(|case| case["findings"].as_array()).flatten();
    for finding in findings {
        for sentence in [&finding["message"], &finding["hint"]] {
            let sentence = sentence.as_str().expect("every finding has a message and a hint");
            assert!(!sentence.starts_with(char::is_uppercase) && !sentence.ends_with('.'), "{sentence}");
        }
    }
}

#[test]
fn places_count_lines_and_characters_and_name_the_flag() {
    let text = "{\"flags\": {\n  \"größe\": {\"state\": \"ENABLED\", \"variants\": {\"ü\": 1},\n    \"targeting\": {\"cat\": [\"€\", {\"nope\": 1}]}}\n}}";
    let findings = check(text);
    let places: Vec<_> = findings.iter().map(|finding| (finding.line(), finding.column(), finding.flag())).collect();
    assert_eq!(places, [(3, 33, Some("größe"))]);
}

#[test]
fn every_violation_of_a_long_list_is_counted_and_a_hundred_are_listed() {
    let flags: Vec<Value> = (0..250).map(|place| json!({"key": place})).collect();
    assert_eq!(check(&json!({ "flags": flags }).to_string()).len(), 100);
}

#[test]
fn nesting_up_to_the_limit_is_checked_to_the_bottom() {
    // Three levels above the rule, two for each operator, one for the last rule.
    let rule = (0..62).fold(String::from("{\"nope\":1}"), |rule, _| format!("{{\"and\":[{rule}]}}"));
    let text =
        format!("{{\"flags\":{{\"f\":{{\"state\":\"ENABLED\",\"variants\":{{\"a\":1}},\"targeting\":{rule}}}}}}}");
    let findings = check(&text);
    assert_eq!(findings.iter().map(Finding::rule).collect::<Vec<_>>(), ["unknown-operator"]);
}

fn check(text: &str) -> Vec<Finding> {
    burgee::check_schema(text).expect("the text is JSON")
}
