//! Values of the caller laid over a context: which paths are asked for, when, and what they hide.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::cell::RefCell;

use burgee::{Attribute, Attributes, Engine, ErrorCode, EvaluationContext, Options, Validation, Value};

/// Members of one object by path; `bucket.<anything>` is the length of the rest. It notes what it was asked for.
#[derive(Default)]
struct Over {
    whole: Option<Value>,
    asked: RefCell<Vec<String>>,
}

impl Attributes for Over {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        self.asked.borrow_mut().push(path.join("/"));
        match path {
            [] => self.whole.as_ref().map(Attribute::Value),
            ["bucket", rest @ ..] => Some(Attribute::Int(i64::try_from(rest.join(".").len()).ok()?)),
            ["plan"] => Some(Attribute::Str("over")),
            ["hidden"] => Some(Attribute::Null),
            ["targetingKey"] => Some(Attribute::Str("over-user")),
            ["deep"] => self.whole.as_ref().map(Attribute::Value),
            _ => None,
        }
    }
}

impl Over {
    fn asked(&self) -> Vec<String> {
        self.asked.take()
    }
}

fn with_rule(targeting: &str) -> Engine {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    let document = format!(
        r#"{{"flags": {{"f.g": {{"state": "ENABLED", "variants": {{"true": 1, "false": 0}}, "targeting": {targeting}}}}}}}"#
    );
    engine.update(document).expect("a permissive update takes any rule");
    engine
}

const TEXT: &str =
    r#"{"plan": "text", "hidden": 1, "user": {"name": "ada", "plan": "inner"}, "key": "plan", "$flagd": 1}"#;

/// That a rule holds over a text and over attributes, for one flag and for all of them.
#[track_caller]
fn holds(targeting: &str) {
    let engine = with_rule(targeting);
    let value = Engine::new().evaluate_logic(br#"{"var": ""}"#, TEXT.as_bytes()).expect("data");
    let over = Over::default();
    for context in [EvaluationContext::from(TEXT), EvaluationContext::from(&value)] {
        let context = context.with(&over);
        let one = engine.evaluate("f.g", context);
        assert_eq!(one.variant(), Some("true"), "{targeting}: {one:?}");
        let all = engine.evaluate_all(context).iter().next().expect("one flag");
        assert_eq!(all.to_json(), one.to_json(), "{targeting}");
    }
}

#[test]
fn a_path_is_asked_of_what_lies_over_and_then_of_the_context() {
    holds(r#"{"==": [{"var": "plan"}, "over"]}"#);
    holds(r#"{"==": [{"var": "bucket.fnv1a32.a.b"}, 11]}"#);
    holds(r#"{"==": [{"var": "user.name"}, "ada"]}"#);
    holds(r#"{"==": [{"var": "user.plan"}, "inner"]}"#);
    holds(r#"{"==": [{"var": "targetingKey"}, "over-user"]}"#);
    holds(r#"{"===": [{"var": ["hidden", 7]}, 7]}"#);
    holds(r#"{"===": [{"var": "gone"}, null]}"#);
    holds(r#"{"==": [{"cat": {"missing": ["plan", "hidden", "gone", "bucket.x"]}}, {"cat": ["hidden", "gone"]}]}"#);
    holds(r#"{"fractional": [["true", 1]]}"#);
    holds(r#"{"==": [{"var": "$flagd.flagKey"}, "f.g"]}"#);
    holds(r#"{"in": [{"var": "plan"}, ["x", "over"]]}"#);
}

#[test]
fn a_computed_path_is_asked_for_like_one_that_is_written_down() {
    holds(r#"{"==": [{"var": {"var": "key"}}, "over"]}"#);
    holds(r#"{"==": [{"var": {"cat": ["bucket.", {"var": "$flagd.flagKey"}]}}, 3]}"#);
    holds(r#"{"==": [{"var": {"cat": ["user", ".", "name"]}}, "ada"]}"#);
    holds(r#"{"==": [{"var": {"cat": ["targeting", "Key", {"var": "gone"}]}}, "over-user"]}"#);
    holds(r#"{"===": [{"var": [{"cat": ["hidden", {"var": "gone"}]}, 7]}, 7]}"#);
    holds(r#"{"==": [{"var": {"cat": ["$flagd", ".flagKey", {"var": "gone"}]}}, "f.g"]}"#);
    holds(r#"{"==": [{"cat": {"missing": [{"var": "key"}, {"cat": ["hidden", {"var": "gone"}]}]}}, "hidden"]}"#);
    // Paths that are written down beside a computed one.
    holds(
        r#"{"and": [{"var": {"var": "key"}}, {"==": [{"var": "plan"}, "over"]}, {"==": [{"var": "bucket.ab"}, 2]}]}"#,
    );
    holds(r#"{"and": [{"var": {"var": "key"}}, {"==": [{"var": "user.name"}, "ada"]}]}"#);
    // Inside an iterator `var` reads the item.
    holds(r#"{"all": [["x"], {"===": [{"var": {"cat": ["pl", "an"]}}, null]}]}"#);
}

#[test]
fn the_whole_context_has_the_members_of_the_object_that_lies_over_it() {
    let engine = with_rule(r#"{"cat": [{"var": ""}]}"#);
    let text = |over: &Over, context: &str| {
        let answer = engine.evaluate("f.g", EvaluationContext::from(context).with(over));
        answer.error_message().expect("no variant has such a name")
    };
    let object = |members: &[(&str, i64)]| Over {
        whole: Some(members.iter().map(|(name, value)| (*name, Value::Int(*value))).collect()),
        ..Over::default()
    };
    let both = text(&object(&[("b", 20), ("c", 30), ("$flagd", 0)]), r#"{"a": 1, "b": 2}"#);
    let expected = r#"{"a":1,"b":20,"c":30,"$flagd":{"flagKey":"f.g","timestamp":0}}"#;
    assert!(both.contains(expected), "{both}");
    let alone = r#"{"a":1,"$flagd":{"flagKey":"f.g","timestamp":0}}"#;
    for whole in [None, Some(Value::Int(1)), Some(Value::Null), Some(Value::from(vec![]))] {
        let over = Over { whole, ..Over::default() };
        let sentence = text(&over, r#"{"a": 1}"#);
        assert!(sentence.contains(alone), "{sentence}");
    }
    let nothing = text(&object(&[("a", 1)]), "");
    assert!(nothing.contains(alone), "{nothing}");
}

#[test]
fn only_what_a_rule_reads_is_asked_for() {
    let engine = Engine::new();
    let flag = |key: &str, targeting: &str| {
        format!(r#""{key}": {{"state": "ENABLED", "variants": {{"on": 1}}, "defaultVariant": "on"{targeting}}}"#)
    };
    let reads = |path: &str| format!(r#", "targeting": {{"if": [{{"var": "{path}"}}, "on"]}}"#);
    let flags = [
        flag("static", ""),
        flag("one", &reads("bucket.one")),
        flag("two", &reads("bucket.two.three")),
        flag("same", &reads("bucket.one")),
    ];
    engine.update(format!(r#"{{"flags": {{{}}}}}"#, flags.join(","))).expect("valid");
    let over = Over::default();
    let context = EvaluationContext::from("{}").with(&over);
    assert_eq!(engine.evaluate("static", context).variant(), Some("on"));
    assert_eq!(over.asked(), [""; 0]);
    engine.evaluate("two", context);
    assert_eq!(over.asked(), ["bucket/two/three"]);
    engine.evaluate_all(context);
    let mut asked = over.asked();
    asked.sort();
    assert_eq!(asked, ["bucket/one", "bucket/two/three"], "once for all flags");
    engine.select("").expect("all").evaluate("one", context);
    assert_eq!(over.asked(), ["bucket/one"]);
}

#[test]
fn an_error_in_the_text_stays_an_error() {
    let over = Over { whole: Some(Value::Object(Vec::new())), ..Over::default() };
    let long = format!(r#"{{"a": "{}"}}"#, "x".repeat(1 << 20));
    for targeting in [r#"{"!!": {"var": "plan"}}"#, r#"{"!!": {"var": ""}}"#, r#"{"!!": {"var": {"var": "key"}}}"#] {
        let engine = with_rule(targeting);
        for broken in ["{", r#"{"plan": }"#, " ", long.as_str()] {
            let context = EvaluationContext::from(broken).with(&over);
            let answer = engine.evaluate("f.g", context);
            assert_eq!(answer.error_code(), Some(ErrorCode::ParseError), "{targeting}");
            assert_eq!(answer.error_message(), engine.evaluate("f.g", broken).error_message());
            assert_eq!(engine.evaluate_all(context).iter().next().map(|all| all.to_json()), Some(answer.to_json()));
        }
        for other in ["", "[1]", "7"] {
            assert_eq!(engine.evaluate("f.g", EvaluationContext::from(other).with(&over)).error_code(), None);
        }
    }
}

#[test]
fn a_value_that_lies_over_is_limited_like_any() {
    let nested = |depth: usize| (0..depth).fold(Value::Int(1), |value, _| Value::from(vec![value]));
    for (path, message) in [
        (r#""deep""#, "JSON nesting depth exceeds the limit of 128"),
        (r#"{"cat": ["de", "ep", {"var": "gone"}]}"#, "an attribute nested deeper than 128"),
    ] {
        let engine = with_rule(&format!(r#"{{"!!": {{"var": {path}}}}}"#));
        let answer = |depth| {
            let over = Over { whole: Some(nested(depth)), ..Over::default() };
            engine.evaluate("f.g", EvaluationContext::empty().with(&over))
        };
        assert_eq!(answer(128).variant(), Some("true"), "{path}");
        let refused = answer(129);
        assert_eq!(refused.error_code(), Some(ErrorCode::ParseError), "{path}");
        assert!(refused.error_message().is_some_and(|text| text.contains(message)), "{refused:?}");
    }
    let engine = with_rule(r#"{"!!": {"var": {"cat": ["de", "ep", {"var": "gone"}]}}}"#);
    let over = Over { whole: Some(Value::from("x".repeat((1 << 20) + 1))), ..Over::default() };
    let answer = engine.evaluate("f.g", EvaluationContext::empty().with(&over));
    assert_eq!(answer.error_code(), Some(ErrorCode::General), "more than a rule may build");
}

#[test]
fn the_last_layer_counts_and_the_time_stays() {
    struct Plan(&'static str);
    impl Attributes for Plan {
        fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
            (path == ["plan"]).then_some(Attribute::Str(self.0))
        }
    }
    let engine = with_rule(r#"{"and": [{"==": [{"var": "plan"}, "b"]}, {"==": [{"var": "$flagd.timestamp"}, 7]}]}"#);
    let context = EvaluationContext::empty().with(&Plan("a")).at(7).with(&Plan("b"));
    assert_eq!(engine.evaluate("f.g", context).variant(), Some("true"));
}
