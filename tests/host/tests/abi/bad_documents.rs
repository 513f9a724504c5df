//! Documents that are refused: each error has a place and a hint, the old flags stay, and the next call works.

use std::fmt::Write as _;

use burgee::Engine;
use serde_json::Value;

use crate::support::{assert_flags_work, evaluate, start_with_flags, update};

/// A flag with one member replaced or added.
fn flag(members: &str) -> String {
    format!(
        r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"on": true}}, "defaultVariant": "on", {members}}}}}}}"#
    )
}

/// A flag whose rule is reached through a chain of references.
fn chain(hops: usize) -> String {
    let mut evaluators = String::new();
    for hop in 1..hops {
        let _ = write!(evaluators, r#""e{hop}": {{"!": [{{"$ref": "e{}"}}]}}, "#, hop + 1);
    }
    let _ = write!(evaluators, r#""e{hops}": {{"==": [1, {{"var": "one"}}]}}"#);
    let rule = flag(r#""targeting": {"if": [{"$ref": "e1"}, "on"]}"#);
    format!(r#"{{"$evaluators": {{{evaluators}}}, {}"#, &rule[1..])
}

fn assert_refused(document: &[u8], rule: &str) -> Value {
    let mut host = start_with_flags();
    let report = update(&mut host, document);
    assert_eq!(report["success"], false, "{report}");
    assert!(report["error"].as_str().is_some_and(|text| !text.is_empty()), "{report}");
    let errors = report["errors"].as_array().cloned().unwrap_or_default();
    let finding = errors.iter().find(|finding| finding["rule"] == rule);
    let finding = finding.unwrap_or_else(|| panic!("no finding `{rule}`: {report}")).clone();
    assert!(finding["line"].as_u64() >= Some(1) && finding["column"].as_u64() >= Some(1), "no place: {finding}");
    assert!(finding["path"].is_string(), "no path: {finding}");
    assert!(finding["message"].as_str().is_some_and(|text| !text.is_empty()), "no message: {finding}");
    assert!(finding["hint"].as_str().is_some_and(|text| !text.is_empty()), "no hint: {finding}");
    assert_flags_work(&mut host);
    let native = Engine::new().update(document).expect_err("it is refused natively too");
    assert_eq!(native.to_json(), host.update_state(document).expect("it answers"), "the crate says the same");
    finding
}

#[test]
fn text_that_is_not_json() {
    for text in ["hello", "{flags: {}}", "{'flags': {}}", "{\"flags\": {},}", "{\"flags\": {}} x", " ", "\u{feff}"] {
        assert_refused(text.as_bytes(), "json-syntax");
    }
}

#[test]
fn a_truncated_document() {
    let whole = flag(r#""metadata": {"a": "é\u00e9"}"#);
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        assert_refused(&whole.as_bytes()[..end], "json-syntax");
    }
}

#[test]
fn a_root_of_another_type() {
    for text in ["[]", "\"flags\"", "12", "true", "null"] {
        assert_eq!(assert_refused(text.as_bytes(), "root-type")["path"], "");
    }
}

#[test]
fn no_flags() {
    for text in ["{}", r#"{"flag": {}}"#, r#"{"metadata": {}}"#] {
        assert_refused(text.as_bytes(), "flags-missing");
    }
    for text in [r#"{"flags": 1}"#, r#"{"flags": "x"}"#, r#"{"flags": true}"#] {
        assert_eq!(assert_refused(text.as_bytes(), "flags-type")["path"], "/flags");
    }
}

#[test]
fn invalid_utf8() {
    for bytes in
        [&b"{\"flags\": {\"\xff\": {}}}"[..], b"\xfe\xff", b"{\"flags\": {}} \xc3", b"{\"a\": \"\xed\xa0\x80\"}"]
    {
        assert_refused(bytes, "utf8");
    }
}

#[test]
fn nesting_129() {
    let nested =
        |depth: usize| format!(r#"{{"flags": {{}}, "x": {}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_refused(nested(129).as_bytes(), "json-depth");
    assert_refused("[".repeat(100_000).as_bytes(), "json-depth");
    assert_refused("{\"a\":".repeat(100_000).as_bytes(), "json-depth");
    assert_eq!(update(&mut start_with_flags(), nested(128).as_bytes())["success"], true);
}

#[test]
fn an_unknown_reference() {
    let finding =
        assert_refused(flag(r#""targeting": {"if": [{"$ref": "nobody"}, "on"]}"#).as_bytes(), "unknown-reference");
    assert_eq!(finding["flag"], "f");
}

#[test]
fn a_reference_cycle() {
    let rule = flag(r#""targeting": {"if": [{"$ref": "a"}, "on"]}"#);
    for evaluators in [
        r#""a": {"!": [{"$ref": "a"}]}"#,
        r#""a": {"!": [{"$ref": "b"}]}, "b": {"!": [{"$ref": "a"}]}"#,
        r#""a": {"!": [{"$ref": "b"}]}, "b": {"!": [{"$ref": "c"}]}, "c": {"!": [{"$ref": "b"}]}"#,
    ] {
        let document = format!(r#"{{"$evaluators": {{{evaluators}}}, {}"#, &rule[1..]);
        assert_refused(document.as_bytes(), "reference-cycle");
    }
}

#[test]
fn references_over_65_hops() {
    assert_refused(chain(65).as_bytes(), "reference-depth");
    let mut host = start_with_flags();
    assert_eq!(update(&mut host, chain(64).as_bytes())["success"], true);
    // 63 negations around a comparison that holds.
    assert_eq!(evaluate(&mut host, "f", r#"{"one": 1}"#)["reason"], "DEFAULT");
    assert_eq!(evaluate(&mut host, "f", r#"{"one": 2}"#)["reason"], "TARGETING_MATCH");
}

#[test]
fn duplicate_keys() {
    for text in [
        r#"{"flags": {}, "flags": {}}"#.to_owned(),
        flag(r#""state": "DISABLED""#),
        flag(r#""metadata": {"a": 1, "a": 1}"#),
        r#"{"flags": {}, "x": [{"a": 1, "\u0061": 2}]}"#.to_owned(),
    ] {
        assert_refused(text.as_bytes(), "duplicate-key");
    }
}

#[test]
fn lone_surrogates() {
    for escape in [r"\ud800", r"\udc00", r"\ud800\u0041", r"\udbff\ud800", r"\ud83d\n"] {
        let text = flag(&format!(r#""metadata": {{"a": "{escape}"}}"#));
        assert_refused(text.as_bytes(), "json-syntax");
    }
    let pair = flag(r#""metadata": {"a": "\ud83d\ude00"}"#);
    assert_eq!(update(&mut start_with_flags(), pair.as_bytes())["success"], true);
}

#[test]
fn numbers_that_no_double_holds() {
    for number in ["1e999", "-1e999", &"9".repeat(400), "1e400"] {
        let text = format!(r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"on": {number}}}}}}}}}"#);
        assert_refused(text.as_bytes(), "json-number");
    }
    for number in ["01", "+1", "1.", ".5", "0x10", "1e", "-", "NaN", "Infinity", "- 1", "1_000"] {
        let text = format!(r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"on": {number}}}}}}}}}"#);
        assert_refused(text.as_bytes(), "json-syntax");
    }
}

#[test]
fn numbers_at_the_edges_are_accepted_with_a_warning_where_they_lose_precision() {
    let cases =
        [("-0", 0, "-0"), ("9007199254740991", 0, "9007199254740991"), ("9007199254740993", 1, "9007199254740993")];
    for (number, warnings, value) in cases.into_iter().chain([("9223372036854775808", 1, "9223372036854775808")]) {
        let mut host = start_with_flags();
        let text = format!(
            r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"on": {number}}}, "defaultVariant": "on"}}}}}}"#
        );
        let report = update(&mut host, text.as_bytes());
        assert_eq!(report["success"], true, "{number}: {report}");
        let list = report["warnings"].as_array().cloned().unwrap_or_default();
        assert_eq!(list.len(), warnings, "{number}: {report}");
        assert!(list.iter().all(|warning| warning["rule"] == "number-precision"), "{report}");
        let answer = evaluate(&mut host, "f", "");
        assert_eq!(answer["value"].as_f64(), value.parse::<f64>().ok(), "{answer}");
    }
}

#[test]
fn a_flag_without_variants() {
    assert_refused(br#"{"flags": {"f": {"state": "ENABLED"}}}"#, "variants");
    assert_refused(br#"{"flags": {"f": {"state": "ENABLED", "variants": {}}}}"#, "variants");
    assert_refused(br#"{"flags": {"f": {"state": "ENABLED", "variants": []}}}"#, "variants");
}

#[test]
fn an_empty_key() {
    let text = br#"{"flags": {"": {"state": "ENABLED", "variants": {"on": true}}}}"#;
    assert_refused(text, "flag-key");
}
