//! The public interface of the crate, method by method: updates, reports, findings and errors.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/sample.rs"]
mod sample;

use burgee::{Engine, ErrorCode, Options, Reason, Validation, Value, check_schema, validate};
use sample::{DOCUMENT, engine};
use std::error::Error as _;

#[test]
fn an_update_reports_what_changed() {
    let engine = Engine::new();
    let flag = |variant: &str| {
        format!(r#"{{"state": "ENABLED", "variants": {{"a": 1, "b": 2}}, "defaultVariant": "{variant}"}}"#)
    };
    let document =
        |x: &str, y: &str| format!(r#"{{"flags": {{"{x}": {}, "same": {}, "y": {}}}}}"#, flag("a"), flag("a"), flag(y));
    let first = engine.update(document("z", "a")).expect("valid");
    assert_eq!(first.changed_flags(), ["same", "y", "z"]);
    assert_eq!(first.added(), ["same", "y", "z"]);
    assert!(first.removed().is_empty() && first.warnings().is_empty());
    let second = engine.update(document("x", "b").as_bytes()).expect("valid");
    assert_eq!(second.changed_flags(), ["x", "y", "z"]);
    assert_eq!(second.added(), ["x"]);
    assert_eq!(second.removed(), ["z"]);
    assert!(second.generation() > first.generation());
    let again = engine.update(document("x", "b")).expect("valid");
    assert!(again.changed_flags().is_empty() && again.added().is_empty() && again.removed().is_empty());
    assert_eq!(again.generation(), second.generation(), "the same text is not read again");
    let text = second.to_json();
    for member in [
        r#""success":true"#,
        r#""changedFlags":["x","y","z"]"#,
        r#""added":["x"]"#,
        r#""removed":["z"]"#,
        r#""flagIndices":{"same":0,"x":1,"y":2}"#,
    ] {
        assert!(text.contains(member), "{member} in {text}");
    }
}

#[test]
fn a_report_tells_what_a_host_may_answer_itself_and_what_it_must_send() {
    let engine = Engine::new();
    let text = engine.update(DOCUMENT).expect("valid").to_json();
    assert!(text.contains(r#""static-bool":{"value":true,"variant":"on","reason":"STATIC""#), "{text}");
    assert!(text.contains(r#""off":{"reason":"DISABLED""#), "{text}");
    assert!(
        text.contains(r#""requiredContextKeys":{"astray":["name"],"clock":[],"ten":["pick"],"text":["user"]}"#),
        "{text}"
    );
    assert!(text.contains(r#""flagSetMetadata":{"owner":"team","revision":7}"#), "{text}");
    assert_eq!(engine.flag_set_metadata().get("revision"), Some(&Value::Int(7)));
}

#[test]
fn a_refused_update_tells_every_place() {
    let engine = engine();
    let text = "{\"flags\": {\n  \"é\": {\"state\": \"ENABLE\", \"variants\": {\"on\": true},\n    \"defaultVariant\": \"onn\"}}}";
    let error = engine.update(text).expect_err("two faults");
    let places: Vec<_> = error
        .findings()
        .iter()
        .map(|found| (found.rule(), found.path(), found.line(), found.column(), found.flag()))
        .collect();
    assert_eq!(
        places,
        [
            ("state", "/flags/é/state", 2, 18, Some("é")),
            ("default-variant", "/flags/é/defaultVariant", 3, 23, Some("é")),
        ]
    );
    for finding in error.findings() {
        assert!(!finding.message().is_empty() && finding.hint().is_some_and(|hint| !hint.is_empty()), "{finding:?}");
    }
    assert!(error.findings().iter().any(|found| found.hint().is_some_and(|hint| hint.contains("`ENABLED`"))));
    assert_eq!(error.truncated(), 0);
    assert_eq!(error.code(), "state");
    assert_eq!(engine.evaluate_bool("static-bool", "").value, Some(true), "the old flags stay");
    let json = error.to_json();
    assert!(
        json.starts_with(r#"{"success":false,"error":""#)
            && json.contains(r#""errors":[{"path":"/flags/é/state","line":2"#),
        "{json}"
    );
}

#[test]
fn an_error_is_one_sentence_in_lower_case_without_a_full_stop() {
    let engine = Engine::new();
    let errors = [
        engine.update("").expect_err("empty"),
        engine.update("[]").expect_err("no object"),
        engine.update("{}").expect_err("no flags"),
        engine.update(r#"{"flags": {"a": {}}}"#).expect_err("no variants"),
        engine.select("color=red").expect_err("no such selector"),
        engine.evaluate_logic(b"{", b"").expect_err("no rule"),
        engine.evaluate_logic(br#"{"nope": 1}"#, b"").expect_err("no operator"),
    ];
    for error in errors {
        let text = error.to_string();
        assert_eq!(text, error.message());
        assert_eq!(format!("{error:?}"), text, "an unwrapped error reads well");
        let first = text.chars().next().expect("a sentence");
        assert!(!first.is_uppercase() && !text.ends_with('.') && !text.contains('\n'), "{text}");
        assert!(error.source().is_none());
        assert!(!error.code().is_empty());
    }
}

#[test]
fn at_most_a_hundred_findings_are_listed_and_the_rest_is_counted() {
    let flags: Vec<String> = (0..130)
        .map(|place| format!(r#""f{place}": {{"state": "ENABLED", "variants": {{"a": 1}}, "defaultVariant": "b"}}"#))
        .collect();
    let document = format!(r#"{{"flags": {{{}}}}}"#, flags.join(","));
    let error = Engine::new().update(&document).expect_err("130 faults");
    assert_eq!((error.findings().len(), error.truncated()), (100, 30));
    let permissive = Engine::with_options(Options::default().validation(Validation::Permissive));
    let report = permissive.update(&document).expect("permissive");
    assert_eq!(report.warnings().len(), 100);
    assert!(report.to_json().contains(r#""truncated":30"#));
}

#[test]
fn permissive_validation_quarantines_a_flag_and_keeps_the_others() {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    let report = engine
        .update(r#"{"flags": {
            "good": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"},
            "lost": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"$ref": "gone"}},
            "late": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": {"if": [{"var": "x"}, {"nope": 1}, null]}}}}"#)
        .expect("permissive");
    let rules: Vec<&str> = report.warnings().iter().map(burgee::Finding::rule).collect();
    assert!(rules.contains(&"unknown-reference") && rules.contains(&"unknown-operator"), "{rules:?}");
    assert_eq!(engine.evaluate_bool("good", "").value, Some(true));
    assert_eq!(engine.evaluate("lost", "").error_code(), Some(ErrorCode::ParseError));
    assert_eq!(engine.evaluate("late", "").reason(), Reason::Default, "the unknown operator is not reached");
    assert_eq!(engine.evaluate("late", r#"{"x": 1}"#).error_code(), Some(ErrorCode::ParseError));
}

#[test]
fn a_document_can_be_checked_without_an_engine() {
    let good = r#"{"flags": {"f": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a"}}}"#;
    assert!(check_schema(good).expect("JSON").is_empty());
    assert!(validate(good).expect("usable").is_empty());
    let unknown_default = good.replace(r#""defaultVariant": "a""#, r#""defaultVariant": "b""#);
    assert!(check_schema(&unknown_default).expect("JSON").is_empty(), "the schema does not compare names");
    let findings = validate(&unknown_default).expect("usable");
    assert_eq!(findings.iter().map(burgee::Finding::rule).collect::<Vec<_>>(), ["default-variant"]);
    assert!(findings.first().is_some_and(|finding| !finding.is_advice()));
    let no_state = r#"{"flags": {"f": {"variants": {"a": 1}}}}"#;
    assert!(!check_schema(no_state).expect("JSON").is_empty());
    assert!(check_schema("{").is_err());
    assert!(validate("[]").is_err());
}
