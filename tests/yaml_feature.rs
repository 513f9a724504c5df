//! The feature `yaml`: flag documents in YAML, read as the same structure as JSON.

#![cfg(feature = "yaml")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use burgee::{Engine, Value};

const YAML: &str = r##"
# Comments are for people.
metadata:
  owner: team
$evaluators:
  internal:
    ends_with: [{var: email}, "@example.com"]
flags:
  banner:
    state: ENABLED
    variants: &colours
      blue: "#00f"
      red: "#f00"
    defaultVariant: blue
    targeting:
      if:
        - $ref: internal
        - red
  other:
    state: ENABLED
    variants: *colours
    defaultVariant: red
  numbers:
    state: ENABLED
    variants: {1: 10, 2: 2.5}
    defaultVariant: "1"
"##;

#[test]
fn a_document_in_yaml_means_what_it_means_in_json() {
    let engine = Engine::new();
    let report = engine.update_yaml(YAML).expect("a valid document");
    assert_eq!(report.added(), ["banner", "numbers", "other"]);
    assert_eq!(engine.evaluate_string("banner", r#"{"email": "ada@example.com"}"#).value.as_deref(), Some("#f00"));
    assert_eq!(engine.evaluate_string("banner", "").value.as_deref(), Some("#00f"));
    assert_eq!(engine.evaluate_string("other", "").value.as_deref(), Some("#f00"), "an alias is a copy");
    assert_eq!(engine.evaluate_int("numbers", "").value, Some(10), "keys that are no strings become text");
    assert_eq!(engine.flag_set_metadata().get("owner"), Some(&Value::from("team")));
}

#[test]
fn json_is_yaml() {
    let json = r#"{"flags": {"f": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#;
    let engine = Engine::new();
    engine.update(json).expect("valid");
    let report = engine.update_yaml(json).expect("valid");
    assert!(report.changed_flags().is_empty(), "{:?}", report.changed_flags());
}

#[test]
fn text_that_is_no_yaml_is_refused_and_the_old_flags_stay() {
    let engine = Engine::new();
    engine.update_yaml(YAML).expect("a valid document");
    for text in ["flags: [", "flags: {a: &x [*x]}", "a: b: c", "", "just text", "flags: \"\\ud800\""] {
        let error = engine.update_yaml(text).expect_err("no flag document");
        assert!(!error.message().contains('\n'), "{error}");
        assert_eq!(engine.evaluate_int("numbers", "").value, Some(10));
    }
    let error = engine.update_yaml("flags:\n  a: {state: ENABLE, variants: {x: 1}}").expect_err("a wrong state");
    assert_eq!((error.code(), error.findings().first().map(|found| found.path())), ("state", Some("/flags/a/state")));
    assert_eq!(engine.evaluate_int("numbers", "").value, Some(10));
}

#[test]
fn aliases_that_would_expand_without_end_are_refused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", alias.trim_end_matches(", ")));
    }
    text.push_str("flags: {}\n");
    let begin = std::time::Instant::now();
    assert!(Engine::new().update_yaml(&text).is_err());
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn a_yaml_document_nested_too_deep_is_refused() {
    for levels in [129, 10_000] {
        let text = format!("flags: {{}}\nx: {}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Engine::new().update_yaml(&text).is_err(), "{levels}");
    }
}
