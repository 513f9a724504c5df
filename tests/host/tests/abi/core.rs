//! What the core module does where it differs from the full one.

use burgee_conformance::places;
use burgee_example_wasmtime::Host;
use serde_json::{Value, json};

use crate::support::{FLAGS, assert_flags_work, evaluate, read, update};

fn start() -> Host {
    places::core_program().and_then(|program| program.start()).expect("the core module starts")
}

/// A flag with a share for each variant, and one without.
fn shares(set: &Value, flag: &Value) -> String {
    json!({"metadata": set, "$evaluators": {"half": {"fractional": [["on", 1], ["off", 1]]}}, "flags": {
        "direct": {"state": "ENABLED", "variants": {"on": true, "off": false}, "metadata": flag,
                   "targeting": {"fractional": [{"var": "email"}, ["on", 1], ["off", 1]]}},
        "shared": {"state": "ENABLED", "variants": {"on": true, "off": false}, "metadata": flag,
                   "targeting": {"if": [true, {"$ref": "half"}]}},
        "plain": {"state": "ENABLED", "variants": {"on": true, "off": false}, "metadata": flag,
                  "targeting": {"if": [{"var": "email"}, "on", "off"]}},
    }})
    .to_string()
}

const CONTEXT: &str = r#"{"targetingKey": "user-1", "email": "ada@example.com"}"#;

#[test]
fn validation_is_permissive_and_cannot_be_made_strict() {
    let mut host = start();
    let faulty = r#"{"flags": {"bad": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "of"},
                               "good": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#;
    for _ in 0..2 {
        let report = update(&mut host, faulty.as_bytes());
        assert_eq!((&report["success"], &report["warnings"][0]["rule"]), (&true.into(), &"default-variant".into()));
        assert_eq!(evaluate(&mut host, "good", "")["value"], true);
        assert_eq!(read(host.set_validation_mode(1)).to_string(), r#"{"success":true}"#);
        let strict = read(host.set_validation_mode(0));
        assert_eq!(strict["success"], false);
        assert!(strict["error"].as_str().is_some_and(|error| error.contains("use mode 1")), "{strict}");
        assert!(read(host.set_validation_mode(2))["error"].is_string());
        read(host.reset());
    }
    update(&mut host, FLAGS.as_bytes());
    assert_flags_work(&mut host);
}

#[test]
fn what_cannot_work_is_quarantined_and_reported() {
    let mut host = start();
    let report = update(
        &mut host,
        br#"{"flags": {"a": 1, "b": {"variants": []}, "c": {"variants": {"on": 1}, "defaultVariant": 2},
             "d": {"variants": {"on": 1}, "targeting": {"$ref": "gone"}}, "": {},
             "e": {"state": "ENABLED", "variants": {"on": 1}, "defaultVariant": "on"}}}"#,
    );
    let rules: Vec<&str> =
        report["warnings"].as_array().into_iter().flatten().filter_map(|found| found["rule"].as_str()).collect();
    assert_eq!(rules, ["flag-type", "variants", "default-variant", "unknown-reference", "flag-key"], "{report}");
    for key in ["a", "b", "c", "d"] {
        let answer = evaluate(&mut host, key, "");
        assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"PARSE_ERROR".into()), "{key}");
    }
    assert_eq!(evaluate(&mut host, "e", "")["value"], 1);
    let report = update(&mut host, br#"{"flags": [1, {"variants": {}}]}"#);
    assert_eq!(report["warnings"][0]["rule"], "flag-type", "{report}");
    assert_eq!(report["warnings"][1]["rule"], "flag-key", "{report}");
}

#[test]
fn a_flag_that_needs_v1_or_v3_of_fractional_is_quarantined() {
    for version in ["v1", "v3"] {
        let chosen = json!({"fractionalVersion": version});
        for (set, flag) in
            [(&chosen, &json!({})), (&json!({}), &chosen), (&json!({"fractionalVersion": "v2"}), &chosen)]
        {
            let mut host = start();
            let report = update(&mut host, shares(set, flag).as_bytes());
            assert_eq!(report["success"], true, "{report}");
            let warning = &report["warnings"][0];
            assert_eq!(warning["rule"], "fractional-version", "{report}");
            let message = warning["message"].as_str().unwrap_or_default();
            assert!(message.contains(version) && message.contains("only `v2`"), "{message}");
            for key in ["direct", "shared"] {
                let answer = evaluate(&mut host, key, CONTEXT);
                assert_eq!(answer["errorCode"], "PARSE_ERROR", "{key}: {answer}");
                assert!(answer["errorMessage"].as_str().is_some_and(|error| error.contains(version)), "{answer}");
                assert!(report["preEvaluated"].get(key).is_some(), "the error is known at once");
            }
            assert_eq!(evaluate(&mut host, "plain", CONTEXT)["value"], true, "a flag without shares works");
        }
    }
}

#[test]
fn v2_of_fractional_is_what_there_is() {
    let (v1, v2) = (json!({"fractionalVersion": "v1"}), json!({"fractionalVersion": "v2"}));
    let mut full = crate::support::start();
    for (set, flag) in [(&json!({}), &json!({})), (&v2, &json!({})), (&v1, &v2)] {
        let mut host = start();
        for host in [&mut host, &mut full] {
            assert_eq!(update(host, shares(set, flag).as_bytes())["success"], true);
        }
        for key in ["direct", "shared", "plain"] {
            assert_eq!(evaluate(&mut host, key, CONTEXT), evaluate(&mut full, key, CONTEXT));
            assert_eq!(evaluate(&mut host, key, CONTEXT)["reason"], "TARGETING_MATCH");
        }
    }
}
