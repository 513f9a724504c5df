//! Every limit at n and at n + 1: sizes, nesting and references.

#![expect(clippy::expect_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

#[path = "support/documents.rs"]
mod documents;

use burgee::{Engine, ErrorCode, Options, Reason, Validation, Value};
use documents::{assert_variant, engine, list_of, nested, on_a_small_stack, with_targeting};

const MIB: usize = 1 << 20;

fn padded(text: &str, bytes: usize) -> String {
    format!("{text}{}", " ".repeat(bytes.checked_sub(text.len()).expect("the text fits")))
}

#[test]
fn a_document_may_have_100_mebibytes() {
    let engine = Engine::new();
    let text = padded(r#"{"flags": {}}"#, 100 * MIB + 1);
    let error = engine.update(&text).expect_err("one byte too many");
    assert!(error.message().contains("exceeds maximum"), "{error}");
    assert_eq!(error.code(), "too-large");
    assert!(error.findings().iter().all(|finding| finding.hint().is_some()));
    let report = engine.update(text.get(..100 * MIB).expect("a prefix")).expect("the limit itself");
    assert!(report.changed_flags().is_empty());
}

#[test]
fn a_context_may_have_one_mebibyte() {
    let engine = engine(r#"{"==": [{"var": "x"}, 1]}"#, "");
    assert_variant(&engine.evaluate("f", padded(r#"{"x": 1}"#, MIB).as_str()), "true");
    let answer = engine.evaluate("f", padded(r#"{"x": 1}"#, MIB + 1).as_str());
    assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::ParseError)));
    assert!(answer.error_message().expect("an error has a message").contains("exceeds maximum"));
    let all = engine.evaluate_all(padded("{}", MIB + 1).as_str());
    assert!(all.iter().all(|answer| answer.error_code() == Some(ErrorCode::ParseError)));
}

#[test]
fn a_flag_key_may_have_64_kibibytes() {
    let document = |key: &str| {
        format!(r#"{{"flags": {{"{key}": {{"state": "ENABLED", "variants": {{"a": 1}}, "defaultVariant": "a"}}}}}}"#)
    };
    let (longest, longer) = ("k".repeat(64 << 10), "k".repeat((64 << 10) + 1));
    let engine = Engine::new();
    engine.update(document(&longest)).expect("the limit itself");
    assert_eq!(engine.evaluate_int(&longest, "").value, Some(1));
    let error = engine.update(document(&longer)).expect_err("one byte too many");
    assert_eq!(error.code(), "flag-key");
    let answer = engine.evaluate(&longer, "");
    assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::FlagNotFound)));
    assert!(answer.error_message().expect("an error has a message").len() < 1000, "a message does not repeat the key");
    assert_eq!(
        engine.select("").expect("no selector").evaluate(&longer, "").error_code(),
        Some(ErrorCode::FlagNotFound)
    );
    let permissive = Engine::with_options(Options::default().validation(Validation::Permissive));
    assert_eq!(permissive.update(document(&longer)).expect("permissive").warnings().len(), 1);
    assert_eq!(permissive.evaluate(&longer, "").error_code(), Some(ErrorCode::FlagNotFound));
}

#[test]
fn json_may_be_nested_128_levels() {
    let logic = Engine::new();
    for (open, inner, close) in [("[", "", "]"), ("{\"a\":", "1", "}"), ("[{\"a\":", "1", "}]")] {
        let width = if open.starts_with("[{") { 2 } else { 1 };
        let deepest = nested(128 / width, open, inner, close);
        let deeper = format!("[{deepest}]");
        // The document and the context have a level of their own.
        let within = |text: &str| text.get(open.len()..text.len() - close.len()).expect("a level taken off").to_owned();
        let document = |text: &str| format!(r#"{{"flags": {{}}, "x": {text}}}"#);
        if width == 1 {
            let inside = if inner.is_empty() { nested(127, open, inner, close) } else { within(&deepest) };
            logic.update(document(&inside)).expect("128 levels in a document");
            let error = logic.update(document(&deepest)).expect_err("129 levels in a document");
            assert_eq!(error.code(), "json-depth");
            assert!(error.message().contains("JSON nesting depth exceeds"), "{error}");
            for read in ["x", "y", ""] {
                let engine = engine(&format!(r#"{{"!!": [{{"var": "{read}"}}]}}"#), "");
                let answer = engine.evaluate("f", format!(r#"{{"x": {inside}}}"#).as_str());
                assert!(answer.variant().is_some(), "128 levels in a context: {answer:?}");
                let answer = engine.evaluate("f", format!(r#"{{"x": {deepest}}}"#).as_str());
                assert_eq!(answer.error_code(), Some(ErrorCode::ParseError), "{read}: {answer:?}");
                assert!(answer.error_message().expect("an error has a message").contains("JSON nesting depth exceeds"));
            }
        }
        assert!(logic.evaluate_logic(b"1", deepest.as_bytes()).is_ok(), "128 levels of data");
        let error = logic.evaluate_logic(b"1", deeper.as_bytes()).expect_err("129 levels of data");
        assert!(error.message().contains("JSON nesting depth exceeds"), "{error}");
        assert_eq!(logic.evaluate_logic(br#"{"var": ""}"#, deepest.as_bytes()).expect("data").to_json(), deepest);
    }
    let rule = |levels: usize| nested(levels, "{\"!\":", "true", "}");
    assert_eq!(logic.evaluate_logic(rule(128).as_bytes(), b"").expect("128 levels of a rule"), Value::Bool(true));
    let error = logic.evaluate_logic(rule(129).as_bytes(), b"").expect_err("129 levels of a rule");
    assert!(error.message().contains("JSON nesting depth exceeds"), "{error}");
}

#[test]
fn ten_thousand_levels_are_refused_everywhere() {
    on_a_small_stack(|| {
        let engine = engine(r#"{"!!": [{"var": "x"}]}"#, "");
        for levels in [10_000, 300_000] {
            for (open, close) in [("[", "]"), ("{\"!\":", "}"), ("[", ""), ("{\"a\":", "")] {
                let text = nested(levels, open, "1", close);
                assert_eq!(
                    engine.update(format!(r#"{{"flags": {{}}, "x": {text}}}"#)).expect_err("too deep").code(),
                    "json-depth"
                );
                assert_eq!(engine.update(&text).expect_err("too deep").code(), "json-depth");
                assert!(engine.evaluate_logic(text.as_bytes(), b"").is_err());
                assert!(engine.evaluate_logic(b"1", text.as_bytes()).is_err());
                for name in ["x", "y"] {
                    let context = format!(r#"{{"{name}": {text}}}"#);
                    if context.len() <= MIB {
                        assert_eq!(engine.evaluate("f", context.as_str()).error_code(), Some(ErrorCode::ParseError));
                    }
                }
            }
        }
        assert_variant(&engine.evaluate("f", r#"{"x": 1}"#), "true");
    });
}

#[test]
fn every_operator_nests_to_the_limit_on_a_small_stack() {
    // A document has three levels around targeting; these have one or two of their own for each operator.
    let forms: [(&str, &str, &str, &str); 22] = [
        ("{\"!\":", "true", "}", "{}"),
        ("{\"!!\":[", "true", "]}", "{}"),
        ("{\"if\":[", "true", "]}", "{}"),
        ("{\"if\":[true,", "true", ",false]}", "{}"),
        ("{\"and\":[true,", "true", "]}", "{}"),
        ("{\"or\":[false,", "true", "]}", "{}"),
        ("{\"map\":[", "{\"var\":\"l\"}", ",1]}", "{\"l\":[1]}"),
        ("{\"map\":[[1],", "1", "]}", "{}"),
        ("{\"filter\":[[1],", "true", "]}", "{}"),
        ("{\"all\":[[1],", "true", "]}", "{}"),
        ("{\"some\":[[1],", "true", "]}", "{}"),
        ("{\"none\":[[1],", "true", "]}", "{}"),
        ("{\"reduce\":[[1],", "true", ",false]}", "{}"),
        ("{\"reduce\":[[1],{\"var\":\"accumulator\"},", "true", "]}", "{}"),
        ("{\"fractional\":[\"k\",[", "true", "]]}", "{}"),
        ("{\"var\":", "\"a\"", "}", "{\"a\":\"a\"}"),
        ("{\"var\":[\"gone\",", "true", "]}", "{}"),
        ("{\"cat\":[", "{\"var\":\"a\"}", "]}", "{\"a\":\"true\"}"),
        ("{\"==\":[true,", "true", "]}", "{}"),
        ("{\"+\":[1,", "1", "]}", "{}"),
        ("{\"missing\":[", "\"a\"", "]}", "{}"),
        ("{\"merge\":[", "{\"var\":\"a\"}", "]}", "{\"a\":\"true\"}"),
    ];
    for (open, inner, close, context) in forms {
        on_a_small_stack(move || {
            let width = open.matches(['{', '[']).count() - open.matches([']', '}']).count();
            let levels = (125
                - usize::from(inner.starts_with('{'))
                - usize::from(open.contains("[1]") || open.contains("{\"var\":\"acc")))
                / width;
            let rule = nested(levels, open, inner, close);
            let engine = engine(&rule, "");
            let answer = engine.evaluate("f", context);
            assert!(matches!(answer.error_code(), None | Some(ErrorCode::General)), "{open}: {answer:?}");
            let bare = engine.evaluate_logic(rule.as_bytes(), context.as_bytes());
            assert!(bare.is_ok(), "{open}: {bare:?}");
            let message = answer.error_message().unwrap_or_default();
            assert!(
                message.is_empty() || message.contains("its variants") || message.contains("cannot name"),
                "{open}: {message}"
            );
        });
    }
}

#[test]
fn a_built_value_is_not_nested_deeper_than_json() {
    on_a_small_stack(|| {
        let logic = Engine::new();
        let data = list_of(128);
        let rule = r#"{"reduce": [{"var": "l"}, [{"var": "accumulator"}], 1]}"#;
        let deepest = logic.evaluate_logic(rule.as_bytes(), data.as_bytes()).expect("128 levels");
        assert_eq!(deepest.to_json(), nested(128, "[", "1", "]"));
        let deeper = list_of(129);
        assert!(logic.evaluate_logic(rule.as_bytes(), deeper.as_bytes()).is_err());
        let much_deeper = list_of(100_000);
        for operator in ["cat", "!!", "merge", "substr", "in", "=="] {
            let rule = format!(r#"{{"!!": [{{"{operator}": [{rule}, "a"]}}]}}"#);
            let _ = logic.evaluate_logic(rule.as_bytes(), much_deeper.as_bytes());
        }
        let fractional = engine(
            &format!(r#"{{"fractional": [{{"merge": [{rule}]}}, ["a", 1]]}}"#),
            r#","metadata":{"fractionalVersion":"v3"}"#,
        );
        assert!(
            fractional.evaluate("f", much_deeper.as_str()).error_code().is_none_or(|code| code == ErrorCode::General)
        );
    });
}

/// A chain of evaluators, each of which refers to the next one within levels of `!`; the last one holds true.
fn chain(hops: usize, levels: usize) -> String {
    let evaluator = |place: usize| {
        let inner = if place + 1 == hops { "true".to_owned() } else { format!("{{\"$ref\":\"e{}\"}}", place + 1) };
        format!("\"e{place}\":{}", nested(levels, "{\"!\":", &inner, "}"))
    };
    let evaluators: Vec<String> = (0..hops).map(evaluator).collect();
    format!(",\"$evaluators\":{{{}}}", evaluators.join(","))
}

#[test]
fn references_may_take_64_hops() {
    let rule = r#"{"!!": [{"$ref": "e0"}]}"#;
    let strict = Engine::new();
    strict.update(with_targeting(rule, &chain(64, 2))).expect("64 hops");
    assert_variant(&strict.evaluate("f", "{}"), "true");
    let error = strict.update(with_targeting(rule, &chain(65, 2))).expect_err("65 hops");
    assert_eq!(error.code(), "reference-depth");
    assert!(error.message().contains("$ref resolution depth limit of 64 exceeded"), "{error}");
    assert_variant(&strict.evaluate("f", "{}"), "true");
    let answer = engine(rule, &chain(65, 2)).evaluate("f", "{}");
    assert_eq!(answer.error_code(), Some(ErrorCode::ParseError), "{answer:?}");
    assert!(answer.error_message().expect("an error has a message").contains("limit of 64"));
}

#[test]
fn sixty_four_hops_of_deep_rules_run_on_a_small_stack() {
    on_a_small_stack(|| {
        // The document's own two levels, and the reference's.
        let strict = Engine::new();
        strict.update(with_targeting(r#"{"!!": [{"$ref": "e0"}]}"#, &chain(64, 124))).expect("within both limits");
        assert_variant(&strict.evaluate("f", "{}"), "true");
        let error =
            strict.update(with_targeting(r#"{"!!": [{"$ref": "e0"}]}"#, &chain(64, 126))).expect_err("129 levels");
        assert_eq!(error.code(), "json-depth");
    });
}

#[test]
fn a_long_chain_of_evaluators_is_refused_without_recursion() {
    on_a_small_stack(|| {
        let error = Engine::new()
            .update(with_targeting(r#"{"!!": [{"$ref": "e0"}]}"#, &chain(20_000, 1)))
            .expect_err("too many hops");
        assert_eq!(error.code(), "reference-depth");
        let answer = engine(r#"{"!!": [{"$ref": "e19950"}]}"#, &chain(20_000, 1)).evaluate("f", "{}");
        assert_eq!(answer.variant(), Some("true"), "the end of the chain works: {answer:?}");
    });
}
