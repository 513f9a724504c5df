//! Answers that are read where they lie, what a selection knows of its flags, and typed reading of any evaluation.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/sample.rs"]
mod sample;

use burgee::{
    Answer, BulkEvaluation, Engine, ErrorCode, EvaluationContext, Options, Reason, Selection, Validation, Value,
};
use sample::engine;

const CONTEXT: &str = r#"{"pick": "float", "name": "bad \"name\""}"#;

fn written(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::from(">");
    write(&mut out);
    out.strip_prefix('>').expect("what was there stays").to_owned()
}

/// All that an answer says, as one text.
fn all_of(answer: Answer<'_>) -> String {
    format!(
        "{} {:?} {:?} {:?} {} {:?} {} {} {answer:?}",
        answer.key(),
        answer.value_json(),
        answer.value(),
        answer.variant(),
        answer.reason(),
        answer.error_code(),
        written(|out| answer.write_error(out)),
        written(|out| answer.write_metadata_json(out)),
    )
}

#[test]
fn an_answer_says_what_an_evaluation_says() {
    let engine = engine();
    let all = engine.evaluate_all(CONTEXT);
    let keys = ["astray", "clock", "no-default", "object", "off", "static-bool", "ten", "text"];
    assert_eq!(all.answers().map(|answer| answer.key()).collect::<Vec<_>>(), keys);
    assert_eq!(all.answers().len(), 8);
    for (answer, owned) in all.answers().zip(all.iter()) {
        let key = owned.key();
        assert_eq!(answer.value(), owned.value(), "{key}");
        assert_eq!(answer.value_json(), owned.value_json(), "{key}");
        assert_eq!(answer.variant(), owned.variant(), "{key}");
        assert_eq!(answer.reason(), owned.reason(), "{key}");
        assert_eq!(answer.error_code(), owned.error_code(), "{key}");
        assert_eq!(written(|out| answer.write_error(out)), owned.error_message().unwrap_or_default(), "{key}");
        let error = owned.error_message().map_or_else(|| "null".to_owned(), |text| Value::from(text).to_json());
        assert_eq!(written(|out| answer.write_error_json(out)), error, "{key}");
        let metadata = Value::Object(owned.metadata()).to_json();
        assert_eq!(written(|out| answer.write_metadata_json(out)), metadata, "{key}");
        assert_eq!(written(|out| owned.write_metadata_json(out)), metadata, "{key}");
        assert_eq!((answer.has_metadata(), owned.has_metadata()), (true, true), "{key}");
        assert_eq!(written(|out| answer.write_json(out)), owned.to_json(), "{key}");
        assert_eq!(written(|out| answer.write_key_json(out)), format!("\"{key}\""));
        assert_eq!(all_of(answer), all_of(owned.answer()), "{key}");
        let single = engine.evaluate_with(key, CONTEXT, all_of);
        assert_eq!(single, all_of(answer), "{key}");
        assert_eq!(engine.snapshot().evaluate_with(key, CONTEXT, all_of), single, "{key}");
    }
}

#[test]
fn value_and_variant_are_members_of_an_object() {
    let engine = Engine::new();
    let document = r#"{"flags": {"a\"b": {"state": "ENABLED", "variants": {"d\u00e9j\u00e0 \"vu\"": {"x": [1.0, null]}},
        "defaultVariant": "d\u00e9j\u00e0 \"vu\""}, "off": {"state": "DISABLED", "variants": {"on": 1}}}}"#;
    engine.update(document).expect("valid");
    let members = engine.evaluate_with("a\"b", "", |answer| answer.value_and_variant_json().map(str::to_owned));
    assert_eq!(members.as_deref(), Some(r#""value":{"x":[1.0,null]},"variant":"déjà \"vu\"""#));
    assert_eq!(engine.evaluate_with("a\"b", "", |answer| written(|out| answer.write_key_json(out))), r#""a\"b""#);
    for none in ["off", "gone"] {
        assert!(engine.evaluate_with(none, "", |answer| answer.value_and_variant_json().is_none()), "{none}");
    }
}

#[test]
fn metadata_that_is_not_there_is_told_and_written_as_an_empty_object() {
    let engine = Engine::new();
    let bulk =
        |all: &BulkEvaluation| (all.has_flag_set_metadata(), written(|out| all.write_flag_set_metadata_json(out)));
    assert_eq!(bulk(&engine.evaluate_all("")), (false, "{}".to_owned()), "nothing is loaded");
    let flags = r#""f": {"state": "ENABLED", "variants": {"on": 1}},
        "g": {"state": "ENABLED", "variants": {"on": 1}, "metadata": {"a": "\"", "b": 1.50}}"#;
    let metadata = |key: &str| {
        let told = |answer: Answer<'_>| (answer.has_metadata(), written(|out| answer.write_metadata_json(out)));
        engine.evaluate_with(key, "", told)
    };
    engine.update(format!(r#"{{"flags": {{{flags}}}}}"#)).expect("valid");
    assert_eq!(metadata("f"), (false, "{}".to_owned()));
    assert_eq!(metadata("gone"), (false, "{}".to_owned()));
    assert_eq!(metadata("g"), (true, r#"{"a":"\"","b":1.5}"#.to_owned()));
    assert_eq!(bulk(&engine.evaluate_all("")), (false, "{}".to_owned()));
    engine.update(format!(r#"{{"metadata": {{"b": true, "c": 2}}, "flags": {{{flags}}}}}"#)).expect("valid");
    assert_eq!(metadata("f"), (true, r#"{"b":true,"c":2}"#.to_owned()));
    assert_eq!(metadata("gone"), (true, r#"{"b":true,"c":2}"#.to_owned()), "that of the flag set");
    assert_eq!(metadata("g"), (true, Value::Object(engine.evaluate("g", "").metadata()).to_json()));
    assert_eq!(bulk(&engine.evaluate_all("")), (true, r#"{"b":true,"c":2}"#.to_owned()));
    assert_eq!(written(|out| engine.write_flag_set_metadata_json(out)), engine.flag_set_metadata().to_json());
    let all = engine.snapshot();
    assert_eq!(
        (all.has_flag_set_metadata(), written(|out| all.write_flag_set_metadata_json(out))),
        bulk(&engine.evaluate_all(""))
    );
}

#[test]
fn an_answer_may_be_read_while_another_is_made() {
    let engine = engine();
    let both = engine.evaluate_with("nobody", "", |outer| {
        let inner = engine.evaluate_with("astray", CONTEXT, |inner| written(|out| inner.write_error(out)));
        (written(|out| outer.write_error(out)), inner)
    });
    assert!(both.0.contains("`nobody`"), "{both:?}");
    assert!(both.1.contains("bad"), "{both:?}");
}

fn flag(key: &str, set: &str, targeting: &str) -> String {
    let targeting = if targeting.is_empty() { String::new() } else { format!(r#", "targeting": {targeting}"#) };
    format!(
        r#"{{"key": "{key}", "state": "ENABLED", "variants": {{"on": true}}, "defaultVariant": "on",
        "metadata": {{"flagSetId": "{set}"}}{targeting}}}"#
    )
}

#[test]
fn a_selection_knows_its_flags() {
    let engine = Engine::new();
    let keys = |selection: &Selection| selection.keys().map(str::to_owned).collect::<Vec<_>>();
    let empty = engine.snapshot();
    assert_eq!((empty.len(), empty.is_empty(), empty.generation()), (0, true, 0));
    assert!(!engine.contains("f"));
    let reads = r#"{"if": [{"var": "plan"}, "on"]}"#;
    let flags = [flag("g", "a", ""), flag("f", "b", reads), flag("f", "a", r#"{"if": [{"==": [1, 1]}, "on"]}"#)];
    engine.update(format!(r#"{{"flags": [{}]}}"#, flags.join(","))).expect("valid");
    let (all, a) = (engine.snapshot(), engine.select("flagSetId=a").expect("a selector"));
    assert_eq!(keys(&all), ["f", "f", "g"], "once for each flag set");
    assert_eq!((all.len(), all.is_empty(), all.generation()), (3, false, 1));
    assert_eq!((keys(&a), a.len()), (vec!["f".to_owned(), "g".to_owned()], 2));
    assert_eq!((all.is_constant("f"), all.is_constant("g"), all.is_constant("gone")), (Some(false), Some(true), None));
    assert_eq!(a.is_constant("f"), Some(true), "that of the flag set");
    let b = engine.select("flagSetId=b").expect("a selector");
    assert_eq!((b.contains("f"), b.contains("g"), b.is_constant("g")), (true, false, None));
    assert_eq!(b.evaluate_with("g", "", |answer| answer.error_code()), Some(ErrorCode::FlagNotFound));
    assert_eq!(engine.select("flagSetId=c").expect("a selector").len(), 0);
    assert!(engine.contains("g") && all.contains("g") && !all.contains("gone"));
    engine.update(r#"{"flags": {}}"#).expect("valid");
    assert_eq!((all.len(), all.generation(), engine.snapshot().generation()), (3, 1, 2), "it keeps its flags");
    assert!(empty.is_empty());
}

#[test]
fn flags_that_may_read_the_time_are_known() {
    let uses_time = |targeting: &str| {
        let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
        let flags = [flag("plain", "a", r#"{"if": [{"var": "plan"}, "on"]}"#), flag("f", "b", targeting)];
        let document = format!(
            r#"{{"$evaluators": {{"late": {{">": [{{"var": "$flagd.timestamp"}}, 9]}}, "later": {{"!!": [{{"$ref": "late"}}]}},
            "staff": {{"==": [{{"var": "email"}}, "a"]}}}}, "flags": [{}]}}"#,
            flags.join(",")
        );
        engine.update(document).expect("valid");
        let of = |set: &str| engine.select(set).expect("a selector").uses_time();
        assert!(!of("flagSetId=a"), "no flag of the other flag set does");
        assert_eq!((engine.uses_time(), of("")), (of("flagSetId=b"), of("flagSetId=b")), "{targeting}");
        engine.uses_time()
    };
    for timed in [
        r#"{"if": [{">": [{"var": "$flagd.timestamp"}, 9]}, "on"]}"#,
        r#"{"if": [{"$ref": "later"}, "on"]}"#,
        r#"{"if": [{"and": [{"$ref": "staff"}, {"!": {"$ref": "late"}}]}, "on"]}"#,
        r#"{"if": [{"var": "$flagd"}, "on"]}"#,
        r#"{"if": [{"var": ""}, "on"]}"#,
        r#"{"if": [{"var": {"var": "path"}}, "on"]}"#,
        r#"{"if": [{"missing": [{"var": "path"}]}, "on"]}"#,
    ] {
        assert!(uses_time(timed), "{timed}");
    }
    for still in [
        "",
        r#"{"if": [{"$ref": "staff"}, "on"]}"#,
        r#"{"if": [{"var": "$flagd.flagKey"}, "on"]}"#,
        r#"{"if": [{"missing": ["$flagd.timestamp", "a"]}, "on"]}"#,
        r#"{"if": [{"some": [{"var": "list"}, {"var": "$flagd.timestamp"}]}, "on"]}"#,
        r#"{"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]}, ["on", 1]]}"#,
    ] {
        assert!(!uses_time(still), "{still}");
    }
}

#[test]
fn a_flag_that_does_not_apply_reads_no_time() {
    let engine = Engine::new();
    assert!(!engine.uses_time(), "nothing is loaded");
    engine
        .update(
            r#"{"flags": {"f": {"state": "DISABLED", "variants": {"on": 1},
            "targeting": {"if": [{">": [{"var": "$flagd.timestamp"}, 9]}, "on"]}}}}"#,
        )
        .expect("valid");
    assert!(!engine.uses_time());
    assert_eq!(engine.snapshot().is_constant("f"), Some(true));
}

#[test]
fn any_evaluation_is_read_typed() {
    let engine = engine();
    let all = engine.evaluate_all(r#"{"pick": "fraction"}"#);
    let of = |key: &str| all.iter().find(|answer| answer.key() == key).expect("there is such a flag");
    let flags = engine.snapshot();
    assert_eq!(flags.evaluate("static-bool", "").into_bool().value, Some(true));
    assert_eq!(of("static-bool").into_bool(), engine.evaluate_bool("static-bool", ""));
    assert_eq!(of("text").into_string().value.as_deref(), Some("A"));
    assert_eq!(of("object").into_object(), engine.evaluate_object("object", ""));
    assert_eq!(of("ten").into_float().value, Some(3.9));
    assert_eq!(of("ten").into_truncated_int().value, Some(3));
    assert_eq!(flags.evaluate("ten", r#"{"pick": "negative"}"#).into_truncated_int().value, Some(-3));
    assert_eq!(flags.evaluate("ten", r#"{"pick": "float"}"#).into_int().value, Some(10));
    let mismatch = of("ten").into_int();
    assert_eq!((mismatch.value, mismatch.error_code), (None, Some(ErrorCode::TypeMismatch)));
    assert_eq!(mismatch.reason, Reason::Error);
    assert_eq!(of("ten").into_bool(), engine.evaluate_bool("ten", EvaluationContext::from(r#"{"pick": "fraction"}"#)));
    let off = of("off").into_bool();
    assert_eq!((off.value, off.reason, off.error_code), (None, Reason::Disabled, None), "the caller's default");
}
