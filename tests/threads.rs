//! Readers and one writer: an evaluation sees one document, never two.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use burgee::{Engine, Evaluation, Value};

const READERS: usize = 4;
const UPDATES: usize = 1_000;
const MOST_UPDATES: usize = 1_000_000;

/// Two flags that differ together: both `a` or both `b`. One is static, the other evaluates its targeting.
fn document(variant: &str, number: i64) -> String {
    format!(
        r#"{{"metadata": {{"number": {number}}}, "flags": {{
            "first": {{"state": "ENABLED", "variants": {{"a": "a", "b": "b"}}, "defaultVariant": "{variant}"}},
            "second": {{"state": "ENABLED", "variants": {{"a": {number}, "b": {number}}}, "defaultVariant": null,
                "targeting": {{"if": [{{"==": [{{"var": "user"}}, "ada"]}}, "{variant}", null]}}}}}}}}"#
    )
}

fn variant(answer: &Evaluation) -> &str {
    answer.variant().expect("both flags always have a variant")
}

#[test]
fn a_bulk_evaluation_sees_both_flags_from_the_same_document() {
    let engine = Engine::new();
    let documents = [document("a", 1), document("b", 2)];
    engine.update(&documents[0]).expect("valid");
    let done = AtomicBool::new(false);
    let seen = [AtomicUsize::new(0), AtomicUsize::new(0)];
    thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    let all: Vec<Evaluation> = engine.evaluate_all(r#"{"user": "ada"}"#).iter().collect();
                    let [first, second] = all.as_slice() else { panic!("two flags: {all:?}") };
                    let (name, expected) = (variant(first), if variant(first) == "a" { 1 } else { 2 });
                    assert_eq!(variant(second), name);
                    assert_eq!(first.value(), Some(Value::from(name)));
                    assert_eq!(second.value(), Some(Value::Int(expected)));
                    assert_eq!(second.metadata(), [("number".to_owned(), Value::Int(expected))]);
                    let single = engine.evaluate("second", r#"{"user": "ada"}"#);
                    assert_eq!(single.value(), Some(Value::Int(if variant(&single) == "a" { 1 } else { 2 })));
                    seen[usize::from(name == "b")].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // On a busy machine the readers may sleep for a while, so the writer goes on until they saw both documents.
        let unseen = || seen.iter().any(|count| count.load(Ordering::Relaxed) == 0);
        for turn in (0..).take_while(|turn| *turn < UPDATES || (*turn < MOST_UPDATES && unseen())) {
            let report = engine.update(&documents[(turn + 1) % 2]).expect("valid");
            assert_eq!(report.changed_flags(), ["first", "second"]);
            assert!(report.added().is_empty() && report.removed().is_empty());
        }
        done.store(true, Ordering::Release);
    });
    let seen = seen.map(AtomicUsize::into_inner);
    assert!(seen.iter().all(|count| *count > 0), "both documents were seen: {seen:?}");
}

#[test]
fn a_refused_update_leaves_everything_to_the_readers() {
    let engine = Engine::new();
    engine.update(document("a", 1)).expect("valid");
    let generation = engine.update(document("a", 1)).expect("valid").generation();
    let refused = [
        "",
        "{",
        "[]",
        "{}",
        r#"{"flags": 1}"#,
        r#"{"flags": {"x": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "b"}}}"#,
    ];
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    let all = engine.evaluate_all(r#"{"user": "ada"}"#);
                    assert_eq!(all.len(), 2);
                    assert!(all.iter().all(|answer| variant(&answer) == "a"));
                }
            });
        }
        for turn in 0..UPDATES {
            let text = refused[turn % refused.len()];
            assert!(engine.update(text).is_err(), "{text}");
        }
        done.store(true, Ordering::Release);
    });
    assert_eq!(engine.update(document("a", 1)).expect("valid").generation(), generation, "nothing was replaced");
}

#[test]
fn two_writers_and_many_readers_never_mix_documents() {
    let engine = Engine::new();
    engine.update(document("a", 0)).expect("valid");
    let writing = AtomicUsize::new(2);
    thread::scope(|scope| {
        for name in ["a", "b"] {
            let (engine, writing) = (&engine, &writing);
            scope.spawn(move || {
                let mut last = 0;
                for turn in 0..200 {
                    let report = engine.update(document(name, turn)).expect("valid");
                    assert!(report.generation() >= last, "generations grow");
                    last = report.generation();
                }
                writing.fetch_sub(1, Ordering::AcqRel);
            });
        }
        for _ in 0..READERS {
            scope.spawn(|| {
                while writing.load(Ordering::Acquire) > 0 {
                    let all: Vec<Evaluation> = engine.evaluate_all(r#"{"user": "ada"}"#).iter().collect();
                    let [first, second] = all.as_slice() else { panic!("two flags: {all:?}") };
                    assert_eq!(variant(first), variant(second));
                    let metadata = first.metadata();
                    assert_eq!(second.value().as_ref(), metadata.first().map(|(_, value)| value));
                }
            });
        }
    });
    // 400 updates, those that repeated the text in force left out.
    let generation = engine.update(r#"{"flags": {}}"#).expect("valid").generation();
    assert!((300..=402).contains(&generation), "{generation}");
}

#[test]
fn engines_share_nothing() {
    let engines: Vec<Arc<Engine>> = (0..32).map(|_| Arc::new(Engine::new())).collect();
    let threads: Vec<_> = engines
        .iter()
        .zip(0i64..)
        .map(|(engine, number)| {
            let engine = Arc::clone(engine);
            thread::spawn(move || {
                for turn in 0..40 {
                    let name = if turn % 2 == 0 { "a" } else { "b" };
                    engine.update(document(name, number)).expect("valid");
                    let answer = engine.evaluate("second", r#"{"user": "ada"}"#);
                    assert_eq!((answer.variant(), answer.value()), (Some(name), Some(Value::Int(number))));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread panics");
    }
    for (engine, number) in engines.iter().zip(0i64..) {
        assert_eq!(engine.flag_set_metadata().get("number"), Some(&Value::Int(number)));
    }
}
