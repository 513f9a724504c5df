//! The public interface of the crate, method by method: evaluations, selections, bare rules and values.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/sample.rs"]
mod sample;

use burgee::{
    Engine, ErrorCode, Evaluation, EvaluationContext, Fractional, Options, Reason, Value, evaluate_logic_json,
};
use sample::{DOCUMENT, engine};

fn shares_between_threads<T: Send + Sync>() {}

#[test]
fn an_engine_and_its_answers_may_be_shared_between_threads() {
    shares_between_threads::<Engine>();
    shares_between_threads::<Evaluation>();
    shares_between_threads::<burgee::BulkEvaluation>();
    shares_between_threads::<burgee::Report>();
    shares_between_threads::<burgee::Selection>();
    shares_between_threads::<burgee::Error>();
    shares_between_threads::<Value>();
}

#[test]
fn an_untyped_evaluation_tells_value_variant_reason_and_metadata() {
    let answer = engine().evaluate("ten", r#"{"pick": "fraction"}"#);
    assert_eq!(answer.key(), "ten");
    assert_eq!(answer.value(), Some(Value::Float(3.9)));
    assert_eq!(answer.value_json(), Some("3.9"));
    assert_eq!(answer.variant(), Some("fraction"));
    assert_eq!(answer.reason(), Reason::TargetingMatch);
    assert_eq!(answer.error_code(), None);
    assert_eq!(answer.error_message(), None);
    let mut metadata = answer.metadata();
    metadata.sort_by(|(left, _), (right, _)| left.cmp(right));
    let expected = [("beta", Value::Bool(true)), ("owner", Value::from("me")), ("revision", Value::Int(7))];
    assert_eq!(metadata, expected.map(|(name, value)| (name.to_owned(), value)));
    let json = answer.to_json();
    assert!(
        json.starts_with(r#"{"value":3.9,"variant":"fraction","reason":"TARGETING_MATCH","flagMetadata":{"#),
        "{json}"
    );
    assert_eq!(format!("{answer:?}"), json);
}

#[test]
fn an_unknown_flag_answers_with_the_metadata_of_the_flag_set() {
    let answer = engine().evaluate("gone", "");
    assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::FlagNotFound)));
    assert!(answer.error_message().expect("an error has a message").contains("`gone`"));
    assert_eq!(answer.value(), None);
    assert_eq!(answer.variant(), None);
    assert_eq!(answer.metadata().first(), Some(&("owner".to_owned(), Value::from("team"))));
}

#[test]
fn before_the_first_update_no_flag_is_found() {
    let engine = Engine::new();
    let answer = engine.evaluate("any", EvaluationContext::empty());
    assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::FlagNotFound)));
    assert!(answer.metadata().is_empty());
    assert!(engine.evaluate_all("").is_empty());
    assert_eq!(engine.flag_set_metadata().to_json(), "{}");
}

#[test]
fn a_disabled_flag_and_one_without_default_have_no_value_and_no_error() {
    let engine = engine();
    for (key, reason) in [("off", Reason::Disabled), ("no-default", Reason::Default)] {
        let answer = engine.evaluate_bool(key, "");
        assert_eq!(
            (answer.value, answer.variant, answer.reason, answer.error_code),
            (None, None, reason, None),
            "{key}"
        );
        assert_eq!(answer.error_message, None);
    }
    assert_eq!(engine.evaluate_bool("off", "").metadata.get("why"), Some(&Value::from("old")));
    // No type is compared where there is no value.
    assert_eq!(engine.evaluate_int("off", "").reason, Reason::Disabled);
}

#[test]
fn a_boolean_is_read_as_a_boolean_only() {
    let engine = engine();
    let answer = engine.evaluate_bool("static-bool", "");
    assert_eq!((answer.value, answer.variant.as_deref(), answer.reason), (Some(true), Some("on"), Reason::Static));
    assert_eq!(answer.metadata.to_json(), r#"{"owner":"team","revision":7}"#);
    let mismatch = engine.evaluate_float("static-bool", "");
    assert_eq!(
        (mismatch.value, mismatch.reason, mismatch.error_code),
        (None, Reason::Error, Some(ErrorCode::TypeMismatch))
    );
    assert_eq!(mismatch.variant.as_deref(), Some("on"), "flagd reports the variant of a mismatch");
    assert!(mismatch.error_message.is_some());
}

#[test]
fn numbers_are_read_without_loss() {
    let engine = engine();
    let int = |pick: &str| engine.evaluate_int("ten", format!(r#"{{"pick": "{pick}"}}"#).as_str());
    assert_eq!(int("int").value, Some(10));
    assert_eq!(int("float").value, Some(10));
    assert_eq!(int("big").value, Some(9_007_199_254_740_993));
    for pick in ["fraction", "negative", "huge"] {
        assert_eq!((int(pick).value, int(pick).error_code), (None, Some(ErrorCode::TypeMismatch)), "{pick}");
    }
    let float = |pick: &str| engine.evaluate_float("ten", format!(r#"{{"pick": "{pick}"}}"#).as_str());
    assert_eq!(float("int").value, Some(10.0));
    assert_eq!(float("float").value, Some(10.0));
    assert_eq!(float("fraction").value, Some(3.9));
    assert_eq!(float("huge").value, Some(1e300));
    assert_eq!((float("big").value, float("big").error_code), (None, Some(ErrorCode::TypeMismatch)));
}

#[test]
fn an_option_truncates_numbers_towards_zero() {
    let engine = Engine::with_options(Options::default().truncate_floats(true));
    engine.update(DOCUMENT).expect("the document is valid");
    let int = |pick: &str| engine.evaluate_int("ten", format!(r#"{{"pick": "{pick}"}}"#).as_str()).value;
    assert_eq!(int("fraction"), Some(3));
    assert_eq!(int("negative"), Some(-3));
    assert_eq!(int("int"), Some(10));
    assert_eq!(int("huge"), Some(i64::MAX), "a double beyond 64 bits saturates");
}

#[test]
fn strings_and_objects_are_read_as_such() {
    let engine = engine();
    let answer = engine.evaluate_string("text", r#"{"user": {"email": "ada@example.com"}}"#);
    assert_eq!(answer.value.as_deref(), Some("déjà \"vu\""));
    let object = engine.evaluate_object("object", "").value.expect("the flag has an object");
    assert_eq!(object.to_json(), r#"{"a":[1,2.5,null],"b":{"c":"d"}}"#);
    assert_eq!(object.get("b").and_then(|inner| inner.get("c")).and_then(Value::as_str), Some("d"));
    assert_eq!(engine.evaluate_string("object", "").error_code, Some(ErrorCode::TypeMismatch));
    assert_eq!(engine.evaluate_object("text", "").error_code, Some(ErrorCode::TypeMismatch));
    assert_eq!(engine.evaluate_bool("gone", "").error_code, Some(ErrorCode::FlagNotFound));
}

#[test]
fn targeting_that_names_no_variant_is_a_general_error() {
    let answer = engine().evaluate("astray", r#"{"name": "nobody"}"#);
    assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::General)));
    assert!(answer.error_message().expect("an error has a message").contains("`nobody`"));
}

#[test]
fn all_flags_are_answered_in_the_order_of_their_keys() {
    let all = engine().evaluate_all(r#"{"pick": "float"}"#);
    assert_eq!(all.len(), 8);
    assert!(!all.is_empty());
    let answers: Vec<Evaluation> = all.iter().collect();
    let keys: Vec<&str> = answers.iter().map(Evaluation::key).collect();
    assert_eq!(keys, ["astray", "clock", "no-default", "object", "off", "static-bool", "ten", "text"]);
    let single = engine();
    for answer in &answers {
        assert_eq!(answer.to_json(), single.evaluate(answer.key(), r#"{"pick": "float"}"#).to_json());
    }
    let json = all.to_json();
    assert!(json.starts_with(r#"{"flags":[{"key":"astray","reason":"DEFAULT","flagMetadata""#), "{json}");
    assert!(json.ends_with(r#"],"flagMetadata":{"owner":"team","revision":7}}"#), "{json}");
}

#[test]
fn a_selection_holds_the_flags_of_one_flag_set() {
    let engine = Engine::new();
    let flag = |key: &str, set: &str, on: bool| {
        let metadata =
            if set.is_empty() { String::new() } else { format!(r#", "metadata": {{"flagSetId": "{set}"}}"#) };
        format!(r#"{{"key": "{key}", "state": "ENABLED", "variants": {{"v": {on}}}, "defaultVariant": "v"{metadata}}}"#)
    };
    let flags = [flag("f", "a", true), flag("f", "b=c", false), flag("g", "", true), flag("h", "a", false)];
    engine.update(format!(r#"{{"flags": [{}]}}"#, flags.join(","))).expect("valid");
    let a = engine.select("flagSetId=a").expect("a selector");
    assert_eq!(a.evaluate("f", "").value(), Some(Value::Bool(true)));
    assert_eq!(a.evaluate("g", "").error_code(), Some(ErrorCode::FlagNotFound));
    assert_eq!(a.evaluate_all("").iter().map(|answer| answer.key().to_owned()).collect::<Vec<_>>(), ["f", "h"]);
    let b = engine.select("flagSetId=b=c").expect("the value may hold `=`");
    assert_eq!(b.evaluate("f", "").value(), Some(Value::Bool(false)));
    let none = engine.select("flagSetId=").expect("flags without a set");
    assert_eq!(none.evaluate_all("").iter().map(|answer| answer.key().to_owned()).collect::<Vec<_>>(), ["g"]);
    let all = engine.select("").expect("no selector");
    assert_eq!(all.evaluate_all("").len(), 4);
    assert_eq!(engine.evaluate("f", "").value(), Some(Value::Bool(false)), "the last set by name");
    for unknown in ["source=x", "x", "color=red", "=a"] {
        assert!(engine.select(unknown).expect_err("not supported").message().contains('`'), "{unknown}");
    }
    engine.update(r#"{"flags": {}}"#).expect("valid");
    assert_eq!(a.evaluate("f", "").value(), Some(Value::Bool(true)), "a selection keeps its flags");
}

#[test]
fn a_value_is_built_read_and_written() {
    assert_eq!(Value::default(), Value::Null);
    assert_eq!(Value::from(true).as_bool(), Some(true));
    assert_eq!(Value::from(1_i64), Value::Int(1));
    assert_eq!(Value::from(1.0), Value::Float(1.0));
    assert_eq!(Value::from("a").as_str(), Some("a"));
    assert_eq!(Value::from(String::from("a")), Value::from("a"));
    assert_eq!(Value::from(1_i64).as_str(), None);
    assert_eq!(Value::from("a").as_bool(), None);
    assert_eq!(Value::from("a").get("a"), None);
    let object: Value = [("b", Value::from(vec![Value::Null])), ("a", Value::Float(1.0))].into_iter().collect();
    assert_eq!(object.to_json(), r#"{"b":[null],"a":1.0}"#);
    assert_eq!(object.to_string(), object.to_json());
    assert_eq!(Value::Float(f64::NAN).to_json(), "null");
    assert_eq!(Value::from("\"\\\u{1}\n/é").to_json(), "\"\\\"\\\\\\u0001\\n/é\"");
}

#[test]
fn a_bare_rule_reads_its_data_alone() {
    let engine = Engine::new();
    let apply =
        |rule: &str, data: &str| engine.evaluate_logic(rule.as_bytes(), data.as_bytes()).map(|value| value.to_json());
    assert_eq!(apply(r#"{"+": [{"var": "a"}, 1]}"#, r#"{"a": 41}"#).expect("a result"), "42");
    assert_eq!(apply(r#"{"var": "$flagd"}"#, "{}").expect("a result"), "null");
    assert_eq!(apply(r#"{"var": "targetingKey"}"#, "{}").expect("a result"), "null");
    assert_eq!(apply(r#"{"var": ""}"#, "[1]").expect("a result"), "[1]");
    assert_eq!(apply(r#"{"var": ""}"#, "").expect("no data is null"), "null");
    assert_eq!(apply("7", "null").expect("a result"), "7");
    assert!(apply(r#"{"nope": 1}"#, "").expect_err("no operator").message().contains("`nope`"));
    assert!(apply(r#"{"a": 1, "b": 2}"#, "").is_err());
    assert!(apply("{", "").expect_err("no JSON").message().contains("line 1"));
    assert!(apply("1", "{").expect_err("no JSON").message().contains("the data"));
    assert_eq!(evaluate_logic_json(br#"{"*": [6, 7]}"#, b""), r#"{"success":true,"result":42}"#);
    assert!(evaluate_logic_json(b"{", b"").starts_with(r#"{"success":false,"error":"#));
}

#[test]
fn generations_of_fractional_are_chosen_by_option_and_by_metadata() {
    let document = |metadata: &str| {
        format!(
            r#"{{"metadata": {{{metadata}}}, "flags": {{"f": {{"state": "ENABLED",
            "variants": {{"clubs": 0, "diamonds": 1, "hearts": 2, "spades": 3}}, "targeting": {{"fractional":
            [{{"var": "k"}}, ["clubs", 25], ["diamonds", 25], ["hearts", 25], ["spades", 25]]}}}}}}}}"#
        )
    };
    let pick = |option: Fractional, metadata: &str| {
        let engine = Engine::with_options(Options::default().fractional(option));
        engine.update(document(metadata)).expect("valid");
        engine.evaluate("f", r#"{"k": "fractional-flagjack"}"#).variant().map(str::to_owned).unwrap_or_default()
    };
    let expected =
        [(Fractional::V1, "v1", "spades"), (Fractional::V2, "v2", "hearts"), (Fractional::V3, "v3", "diamonds")];
    for (option, name, variant) in expected {
        assert_eq!(pick(option, ""), variant);
        for default in [Fractional::V1, Fractional::V2, Fractional::V3] {
            assert_eq!(pick(default, &format!(r#""fractionalVersion": "{name}""#)), variant);
        }
    }
    assert_eq!(Fractional::default(), Fractional::V2);
}

#[test]
fn names_on_the_wire_are_those_of_openfeature() {
    let reasons = [Reason::Static, Reason::Default, Reason::TargetingMatch, Reason::Disabled, Reason::Error];
    assert_eq!(reasons.map(|reason| reason.to_string()), ["STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR"]);
    assert_eq!(reasons.map(Reason::as_str), ["STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR"]);
    let codes = [ErrorCode::FlagNotFound, ErrorCode::ParseError, ErrorCode::TypeMismatch, ErrorCode::General];
    assert_eq!(codes.map(|code| code.to_string()), ["FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL"]);
    assert_eq!(codes.map(ErrorCode::as_str), ["FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL"]);
}

#[test]
fn an_answer_outlives_the_flags_it_was_made_from() {
    let engine = engine();
    let answer = engine.evaluate("text", "");
    let all = engine.evaluate_all("");
    engine.update(r#"{"flags": {}}"#).expect("valid");
    assert_eq!(answer.value(), Some(Value::from("A")));
    assert_eq!(all.len(), 8);
    drop(engine);
    assert_eq!(answer.clone().variant(), Some("a"));
}

#[test]
fn an_integer_is_a_float_where_a_double_holds_it() {
    let engine = Engine::new();
    let flag = |value: i64| {
        format!(
            r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"it": {value}}}, "defaultVariant": "it"}}}}}}"#
        )
    };
    for (value, double) in [(3, Some(3.0)), (1 << 53, Some(9_007_199_254_740_992.0)), ((1 << 53) + 1, None)] {
        engine.update(flag(value)).expect("the document is valid");
        let answer = engine.evaluate_float("f", "");
        assert_eq!(answer.value, double, "{value}");
        let code = if double.is_none() { Some(ErrorCode::TypeMismatch) } else { None };
        assert_eq!(answer.error_code, code, "{value}");
    }
}

#[test]
fn each_answer_of_all_flags_repeats_the_name_that_its_own_rule_chose() {
    let engine = Engine::new();
    let flag = |key: &str| {
        format!(
            r#""{key}": {{"state": "ENABLED", "variants": {{"on": 1}}, "defaultVariant": "on",
            "targeting": {{"cat": [{{"var": "plan"}}, "-{key}"]}}}}"#
        )
    };
    engine.update(format!(r#"{{"flags": {{{}, {}}}}}"#, flag("first"), flag("second"))).expect("the document is valid");
    let answers = engine.evaluate_all(r#"{"plan": "team"}"#);
    let messages: Vec<String> = answers.iter().filter_map(|answer| answer.error_message()).collect();
    let sentence = |key: &str| format!("the targeting of `{key}` chose `team-{key}`, which is not among its variants");
    assert_eq!(messages, [sentence("first"), sentence("second")]);
}
