//! The public interface of the crate, method by method: contexts, attributes and time.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "support/sample.rs"]
mod sample;

use burgee::{Attribute, Attributes, Engine, ErrorCode, EvaluationContext, Options, Validation, Value};
use sample::engine;

/// A context that has no JSON form: it answers the paths it is asked for, and counts nothing else.
struct Request<'r> {
    email: &'r str,
    tags: Value,
    whole: Option<Value>,
}

impl Attributes for Request<'_> {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        Some(match path {
            [] => Attribute::Value(self.whole.as_ref()?),
            ["user", "email"] => Attribute::Str(self.email),
            ["user", "tags"] => Attribute::Value(&self.tags),
            ["age"] => Attribute::Int(30),
            ["score"] => Attribute::Float(0.5),
            ["nan"] => Attribute::Float(f64::NAN),
            ["member"] => Attribute::Bool(true),
            ["nothing"] => Attribute::Null,
            ["targetingKey"] => Attribute::Str("user1"),
            _ => return None,
        })
    }
}

fn applied(targeting: &str, context: EvaluationContext<'_>) -> String {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    let document = format!(
        r#"{{"flags": {{"f": {{"state": "ENABLED", "variants": {{"true": 1, "false": 0}}, "targeting": {targeting}}}}}}}"#
    );
    engine.update(document).expect("a permissive update takes any rule");
    engine.evaluate("f", context).variant().unwrap_or("none").to_owned()
}

#[test]
fn contexts_are_made_of_text_of_bytes_and_of_values() {
    let engine = engine();
    let text = r#"{"pick": "float"}"#;
    let value: Value = [("pick", Value::from("float"))].into_iter().collect();
    assert_eq!(engine.evaluate("ten", text).variant(), Some("float"));
    assert_eq!(engine.evaluate("ten", text.as_bytes()).variant(), Some("float"));
    assert_eq!(engine.evaluate("ten", &value).variant(), Some("float"));
    for none in ["", "{}", "null", "[1]", "7", " {} "] {
        assert_eq!(engine.evaluate("ten", none).variant(), Some("int"), "{none:?}");
    }
    for broken in ["{", "{\"a\":}", "{} x", "{\"pick\": tru}", "nul", " "] {
        assert_eq!(engine.evaluate("ten", broken).error_code(), Some(ErrorCode::ParseError), "{broken:?}");
        assert_eq!(engine.evaluate("static-bool", broken).value(), Some(Value::Bool(true)), "no targeting, no context");
    }
}

#[test]
fn the_time_is_what_the_caller_says() {
    let engine = engine();
    let at = |time| engine.evaluate_string("clock", EvaluationContext::empty().at(time)).value;
    assert_eq!(at(1).as_deref(), Some("past"));
    assert_eq!(at(1001).as_deref(), Some("future"));
    assert_eq!(at(-1).as_deref(), Some("past"));
    assert_eq!(engine.evaluate_string("clock", "").value.as_deref(), Some("past"), "0 until it is set");
    // A timestamp of the caller does not reach `$flagd`.
    let forged = EvaluationContext::json(br#"{"$flagd": {"timestamp": 9999}}"#);
    assert_eq!(engine.evaluate_string("clock", forged).value.as_deref(), Some("past"));
}

#[test]
fn attributes_are_read_by_path_without_json() {
    let request =
        Request { email: "ada@example.com", tags: Value::from(vec![Value::from("x"), Value::Int(2)]), whole: None };
    let holds = |targeting: &str| {
        assert_eq!(applied(targeting, EvaluationContext::attributes(&request)), "true", "{targeting}")
    };
    holds(r#"{"ends_with": [{"var": "user.email"}, "@example.com"]}"#);
    holds(r#"{"in": ["x", {"var": "user.tags"}]}"#);
    holds(r#"{"==": [{"var": "age"}, 30]}"#);
    holds(r#"{"==": [{"var": "score"}, 0.5]}"#);
    holds(r#"{"===": [{"var": "nan"}, null]}"#);
    holds(r#"{"!!": [{"var": "member"}]}"#);
    holds(r#"{"===": [{"var": "gone"}, null]}"#);
    holds(r#"{"===": [{"var": ["gone", 7]}, 7]}"#);
    holds(r#"{"in": ["nothing", {"missing": ["age", "nothing", "gone"]}]}"#);
    holds(r#"{"==": [{"var": "targetingKey"}, "user1"]}"#);
    holds(r#"{"fractional": [["true", 1]]}"#);
    holds(r#"{"==": [{"var": "$flagd.flagKey"}, "f"]}"#);
}

#[test]
fn attributes_answer_computed_paths_where_they_have_a_whole_value() {
    let whole: Value = [("a", Value::from("b")), ("b", Value::Int(5)), ("$flagd", Value::Null)].into_iter().collect();
    let computed = r#"{"==": [{"var": {"var": "a"}}, 5]}"#;
    let with = Request { email: "", tags: Value::Null, whole: Some(whole.clone()) };
    let without = Request { email: "", tags: Value::Null, whole: None };
    assert_eq!(applied(computed, EvaluationContext::attributes(&with)), "true");
    assert_eq!(applied(computed, EvaluationContext::attributes(&without)), "false");
    assert_eq!(applied(computed, EvaluationContext::from(&whole)), "true");
    assert_eq!(
        applied(r#"{"==": [{"var": {"cat": ["$flagd", ".flagKey"]}}, "f"]}"#, EvaluationContext::from(&whole)),
        "true"
    );
}

#[test]
fn a_value_and_its_json_are_the_same_context() {
    let json = r#"{"pick":"x","list":[1,[2,{"a":null}]],"n":-0.5,"big":9007199254740993,"s":"é\n","t":true,"o":{"p.q":1,"0":2}}"#;
    let engine = Engine::new();
    let value = engine.evaluate_logic(br#"{"var": ""}"#, json.as_bytes()).expect("data");
    assert_eq!(value.to_json(), json);
    for targeting in [
        r#"{"==": [{"var": "list.1.1.a"}, null]}"#,
        r#"{"==": [{"var": "list.1.0"}, 2]}"#,
        r#"{"===": [{"var": "o.0"}, 2]}"#,
        r#"{"===": [{"var": "big"}, 9007199254740993]}"#,
        r#"{"===": [{"cat": [{"var": ""}]}, "x"]}"#,
        r#"{"some": [{"var": "list"}, {"in": [2, {"var": ""}]}]}"#,
        r#"{"==": [{"var": {"cat": ["o", ".", 0]}}, 2]}"#,
        r#"{"==": [{"var": "list.+1"}, null]}"#,
        r#"{"==": [{"var": "list.01.0"}, 2]}"#,
    ] {
        let text = EvaluationContext::from(json);
        assert_eq!(applied(targeting, EvaluationContext::from(&value)), applied(targeting, text), "{targeting}");
    }
}

#[test]
fn a_value_that_is_no_object_is_an_empty_context() {
    for (value, text) in [(Value::from(vec![Value::from("on")]), r#"["on"]"#), (Value::from("on"), r#""on""#)] {
        for targeting in [r#"{"!": {"var": "0"}}"#, r#"{"!": {"var": {"cat": ["", 0]}}}"#, r#"{"!": {"var": ["", 0]}}"#]
        {
            let (by_value, by_text) = (applied(targeting, (&value).into()), applied(targeting, text.into()));
            assert_eq!(by_value, by_text, "{targeting} for {text}");
        }
        assert_eq!(applied(r#"{"!": {"var": "0"}}"#, (&value).into()), "true", "{text}");
    }
}

#[test]
fn attributes_may_evaluate_flags_themselves() {
    struct Nested<'e>(&'e Engine);
    impl Attributes for Nested<'_> {
        fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
            let inner = self.0.evaluate_bool("static-bool", r#"{"x": 1}"#).value?;
            (path == ["pick"]).then_some(Attribute::Str(if inner { "float" } else { "int" }))
        }
    }
    let engine = engine();
    assert_eq!(engine.evaluate("ten", EvaluationContext::attributes(&Nested(&engine))).variant(), Some("float"));
}

#[test]
fn a_double_that_is_no_number_is_null_inside_a_value() {
    let context: Value =
        [("list", Value::Array(vec![Value::Float(f64::NAN), Value::Float(f64::INFINITY)]))].into_iter().collect();
    let rule = r#"{"==": [{"cat": {"var": "list"}}, {"cat": [null, null]}]}"#;
    assert_eq!(applied(&format!(r#"{{"if": [{rule}, "true", "false"]}}"#), EvaluationContext::from(&context)), "true");
}

/// So many flags that members of large objects are looked for in order: of present and missing names, names that stand
/// twice, names with escapes, objects in objects, and what is no object.
#[test]
fn all_flags_at_once_find_the_members_that_each_finds() {
    let flag = |place: usize| {
        let path = match place % 5 {
            0 => format!("user.k{place}"),
            1 => format!("user.inner.k{place}"),
            2 => format!("user.k{}.deeper", place - 2),
            3 => format!("user.twice{}", place % 3),
            _ => format!("list.{place}"),
        };
        format!(
            r#""f{place}": {{"state": "ENABLED", "variants": {{"1": "one", "2": "two"}},
            "defaultVariant": "1", "targeting": {{"cat": [{{"var": "{path}"}}]}}}}"#
        )
    };
    let flags: Vec<String> = (0..600).map(flag).collect();
    let engine = Engine::new();
    engine.update(format!(r#"{{"flags": {{{}}}}}"#, flags.join(","))).expect("the document is valid");
    let members = |from: usize| (from..600).step_by(3).map(|place| format!(r#""\u006b{place}":{}"#, 1 + place % 2));
    let members = |from: usize| members(from).collect::<Vec<_>>().join(",");
    let context = format!(
        r#"{{"user": {{"twice0": 1, "twice1": 1, {}, "inner": {{{}}}, "twice1": 2}}, "list": [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]}}"#,
        members(0),
        members(1)
    );
    let mut variants = std::collections::BTreeMap::new();
    for answer in engine.evaluate_all(context.as_str()).iter() {
        let alone = engine.evaluate(answer.key(), context.as_str());
        assert_eq!(answer.variant(), alone.variant(), "{}", answer.key());
        *variants.entry(alone.variant().map(str::to_owned)).or_insert(0) += 1;
    }
    // A member that is missing makes an empty name, which no variant has.
    let expected = [Some("1".to_owned()), Some("2".to_owned()), None];
    assert!(expected.iter().all(|variant| variants.contains_key(variant)), "{variants:?}");
}
