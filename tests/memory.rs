//! How much memory documents and rules may take that are made to take much.

#![expect(clippy::expect_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

#[path = "support/documents.rs"]
mod documents;

use burgee::{Engine, ErrorCode};
use documents::{engine, list_of, with_targeting};
use peak_alloc::PeakAlloc;

const MIB: usize = 1 << 20;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The most memory in use during some work, beyond what was in use before. The work has a thread of its own, because a
/// thread keeps the memory of its evaluations for the next one.
fn peak<T: Send>(work: impl FnOnce() -> T + Send) -> (T, usize) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = std::thread::scope(|scope| scope.spawn(work).join().expect("the work does not panic"));
    (result, ALLOCATOR.peak_usage().saturating_sub(before))
}

#[track_caller]
fn assert_below(name: &str, used: usize, limit: usize) {
    println!("{name}: {} KiB", used / 1024);
    assert!(used < limit, "{name}: {} MiB", used / MIB);
}

/// Evaluators that double a text of 32 bytes with each level: `levels` of them stand for `32 << levels` bytes.
fn doublings(levels: u8, operator: &str) -> String {
    let name = |level: u8| char::from(b'a' + level);
    let last = r#"{"cat":["0123456789abcdef0123456789abcdef",{"var":"x"}]}"#;
    let evaluator = |level: u8| {
        let (this, next) = (name(level), name(level + 1));
        format!("\"{this}\":{{\"{operator}\":[{{\"$ref\":\"{next}\"}},{{\"$ref\":\"{next}\"}}]}},")
    };
    let evaluators: String = (0..levels).map(evaluator).collect();
    format!(",\"$evaluators\":{{{evaluators}\"{}\":{last}}}", name(levels))
}

fn a_document_of_doublings_takes_memory_as_its_text_does() {
    for operator in ["cat", "merge", "and", "=="] {
        let small = with_targeting(r#"{"!!":[{"$ref":"a"}]}"#, &doublings(10, operator));
        let large = with_targeting(r#"{"!!":[{"$ref":"a"}]}"#, &doublings(20, operator));
        let engines = [Engine::new(), Engine::new()];
        let [first, second] = &engines;
        let (_, used_small) = peak(|| first.update(&small).expect("valid"));
        let (_, used_large) = peak(|| second.update(&large).expect("valid"));
        assert!(used_large < used_small * 4 + 65_536, "{operator}: {used_small} and {used_large} bytes");
        let (answer, used) = peak(|| second.evaluate("f", "{}"));
        assert_below("an evaluation of doublings", used, 128 * MIB);
        assert!(matches!(answer.error_code(), None | Some(ErrorCode::General)), "{answer:?}");
    }
}

fn a_rule_that_builds_without_end_takes_bounded_memory() {
    let bodies = [
        r#"{"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}"#,
        r#"{"cat": [{"var": "accumulator"}, "x"]}"#,
        r#"{"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}"#,
        r#"{"merge": [{"var": "accumulator"}, 1]}"#,
        r#"[{"var": "accumulator"}, {"var": "accumulator"}]"#,
        r#"{"map": [{"merge": [{"var": "accumulator"}, 1]}, {"cat": ["a long text", {"var": ""}]}]}"#,
        r#"{"if": [{"substr": [{"var": "accumulator"}, 0, 1]}, {"merge": [{"var": "accumulator"}, 1]}]}"#,
        r#"{"if": [{"cat": [{"var": ""}]}, {"merge": [{"var": "accumulator"}, 1]}, 1]}"#,
    ];
    let list = list_of(100_000);
    for body in bodies {
        let engine = engine(&format!(r#"{{"!!": [{{"reduce": [{{"var": "l"}}, {body}, "x"]}}]}}"#), "");
        let (answer, used) = peak(|| engine.evaluate("f", list.as_str()));
        assert_below(body, used, 128 * MIB);
        assert!(matches!(answer.error_code(), None | Some(ErrorCode::General)), "{answer:?}");
    }
}

fn text_of_a_large_object_takes_bounded_memory() {
    let (short, long) = ("x".repeat(100_000), "x".repeat(800_000));
    let context = format!(r#"{{"o": {{"a": "{short}"}}, "t": "{long}", "l": [{}]}}"#, vec!["0"; 5000].join(","));
    for (operator, start) in [("substr", "o"), ("substr", "t"), ("cat", "o"), ("cat", "t")] {
        let engine = engine(
            &format!(
                r#"{{"!!": [{{"reduce": [{{"var": "l"}}, {{"if": [{{"{operator}": [{{"var": "accumulator"}}, 0, 1]}}, {{"var": "accumulator"}}]}}, {{"var": "{start}"}}]}}]}}"#
            ),
            "",
        );
        let (_, used) = peak(|| engine.evaluate("f", context.as_str()));
        assert_below(&format!("`{operator}` of `{start}`"), used, 128 * MIB);
    }
}

fn a_refused_document_leaves_no_memory_behind() {
    let engine = Engine::new();
    let flags: Vec<String> = (0..2000)
        .map(|place| format!(r#""f{place}": {{"state": "ENABLED", "variants": {{"a": 1}}, "defaultVariant": "b"}}"#))
        .collect();
    let document = format!(r#"{{"flags": {{{}}}}}"#, flags.join(","));
    assert!(engine.update(&document).is_err());
    let before = ALLOCATOR.current_usage();
    for _ in 0..20 {
        assert!(engine.update(&document).is_err());
    }
    let after = ALLOCATOR.current_usage();
    assert!(after <= before + 4096, "{before} and {after} bytes");
}

fn updates_free_what_they_replace() {
    let engine = Engine::new();
    let document = |number: usize| {
        let flags: Vec<String> = (0..500)
            .map(|place| {
                format!(r#""f{place}": {{"state": "ENABLED", "variants": {{"a": {number}}}, "defaultVariant": "a"}}"#)
            })
            .collect();
        format!(r#"{{"flags": {{{}}}}}"#, flags.join(","))
    };
    let texts = [document(1000), document(2000)];
    for text in &texts {
        engine.update(text).expect("valid");
    }
    let before = ALLOCATOR.current_usage();
    for text in texts.iter().cycle().take(40) {
        engine.update(text).expect("valid");
        engine.evaluate_all("{}");
    }
    let after = ALLOCATOR.current_usage();
    assert!(after <= before + 65_536, "{before} and {after} bytes");
}

fn a_report_repeats_itself_within_bounds() {
    let keys: Vec<String> = (0..200).map(|key| format!(r#"{{"var": "{}{key}"}}"#, "k".repeat(1000))).collect();
    let flag = |place| {
        format!(
            r#""f{place}": {{"state": "ENABLED", "variants": {{"a": 1}}, "defaultVariant": "a", "targeting": {{"if": [{{"$ref": "shared"}}, "a"]}}}}"#
        )
    };
    let flags: Vec<String> = (0..1000).map(flag).collect();
    let document =
        format!(r#"{{"$evaluators": {{"shared": {{"or": [{}]}}}}, "flags": {{{}}}}}"#, keys.join(","), flags.join(","));
    let engine = Engine::new();
    let report = engine.update(&document).expect("valid");
    let (text, used) = peak(|| report.to_json());
    assert!(text.len() < document.len() * 8 + 4 * MIB, "{} bytes for {}", text.len(), document.len());
    assert_below("the report of a thousand flags that share a rule", used, 32 * MIB);
}

/// One test, because what several at a time use could not be told apart.
#[test]
fn memory_stays_within_bounds() {
    a_document_of_doublings_takes_memory_as_its_text_does();
    a_rule_that_builds_without_end_takes_bounded_memory();
    text_of_a_large_object_takes_bounded_memory();
    a_refused_document_leaves_no_memory_behind();
    updates_free_what_they_replace();
    a_report_repeats_itself_within_bounds();
}
