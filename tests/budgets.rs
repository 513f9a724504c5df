//! What one evaluation may cost: steps and the size of built values at n and at n + 1, and rules made to cost more.

#![expect(clippy::expect_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

#[path = "support/documents.rs"]
mod documents;

use std::time::{Duration, Instant};

use burgee::{Engine, ErrorCode};
use documents::{assert_general, assert_variant, engine, list_of, nested, with_targeting};

const MIB: usize = 1 << 20;
/// What a list of values may hold: 1 MiB at 16 bytes an item.
const ITEMS: usize = MIB / 16;

/// The largest size at which a rule still answers; above it, it ends for want of steps. It is looked for just below
/// the size at which turns of that many half steps would use up the budget by themselves.
fn largest(rule: &str, half_steps: usize) -> usize {
    let engine = engine(rule, "");
    let answers = |count: usize| {
        let answer = engine.evaluate("f", list_of(count).as_str());
        match answer.error_code() {
            None => true,
            Some(_) => {
                assert_general(&answer, "it needs more than 1000000 steps");
                false
            }
        }
    };
    let high = 2_000_000 / half_steps + 1;
    let (mut low, mut high) = (high - 8, high);
    assert!(answers(low) && !answers(high), "the budget lies between");
    while high - low > 1 {
        let middle = low.midpoint(high);
        if answers(middle) { low = middle } else { high = middle }
    }
    low
}

#[test]
fn a_fold_may_take_a_million_steps() {
    // Of each turn: two reads, the sum, and the end of the turn. Around it: the list, the loop, and `!!`.
    let count =
        largest(r#"{"!!": [{"reduce": [{"var": "l"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}]}"#, 8);
    assert_eq!(count, 249_999);
    let count = largest(r#"{"!!": [{"all": [{"var": "l"}, {"==": [{"var": ""}, 0]}]}]}"#, 6);
    assert_eq!(count, 333_332);
}

#[test]
fn a_map_may_take_a_million_steps() {
    // Of each turn: a read, twenty times `!`, and the end of the turn; an item of the result costs half a step.
    let body = nested(20, "{\"!\":", "{\"var\":\"\"}", "}");
    let count = largest(&format!(r#"{{"!!": [{{"map": [{{"var": "l"}}, {body}]}}]}}"#), 45);
    assert_eq!(count, 44_444);
    // Iterators within iterators spend from the same budget.
    let body = r#"{"all": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], {"+": [{"var": ""}, 1]}]}"#;
    let count = largest(&format!(r#"{{"!!": [{{"map": [{{"var": "l"}}, {body}]}}]}}"#), 65);
    assert_eq!(count, 30_769);
}

#[test]
fn loops_within_loops_end_in_time() {
    let engine = engine(
        r#"{"!!": [{"reduce": [{"var": "l"}, {"reduce": [[1,2,3,4,5,6,7,8,9,10], {"map": [[1,2,3,4,5,6,7,8,9,10], {"cat": ["aaaaaaaaaa", "bbbbbbbbbb"]}]}, 0]}, 0]}]}"#,
        "",
    );
    let begin = Instant::now();
    assert_general(&engine.evaluate("f", list_of(400_000).as_str()), "steps");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn cat_may_build_one_mebibyte() {
    let half = format!(r#"{{"x": "{}"}}"#, "x".repeat(MIB / 2));
    let holds = engine(r#"{"!!": [{"cat": [{"var": "x"}, {"var": "x"}]}]}"#, "");
    assert_variant(&holds.evaluate("f", half.as_str()), "true");
    let exceeds = engine(r#"{"!!": [{"cat": [{"var": "x"}, {"var": "x"}, "y"]}]}"#, "");
    assert_general(&exceeds.evaluate("f", half.as_str()), "it builds a value that exceeds maximum of 1048576 bytes");
}

#[test]
fn merge_and_map_may_build_one_mebibyte_of_items() {
    let merged = engine(r#"{"!!": [{"merge": [{"var": "l"}, 1]}]}"#, "");
    assert_variant(&merged.evaluate("f", list_of(ITEMS - 1).as_str()), "true");
    assert_general(
        &merged.evaluate("f", list_of(ITEMS).as_str()),
        "it builds a value that exceeds maximum of 1048576 bytes",
    );
    for operator in ["map", "filter"] {
        let mapped = engine(&format!(r#"{{"!!": [{{"{operator}": [{{"var": "l"}}, 1]}}]}}"#), "");
        assert_variant(&mapped.evaluate("f", list_of(ITEMS).as_str()), "true");
        assert_general(
            &mapped.evaluate("f", list_of(ITEMS + 1).as_str()),
            "it builds a value that exceeds maximum of 1048576 bytes",
        );
    }
}

#[test]
fn doubling_a_text_ends_with_an_error_and_bounded_memory() {
    for body in [
        r#"{"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}"#,
        r#"{"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}"#,
        r#"{"map": [{"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}, {"cat": ["x", {"var": ""}]}]}"#,
        r#"{"cat": [{"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}]}"#,
        r#"[{"var": "accumulator"}, {"var": "accumulator"}]"#,
    ] {
        for after in ["!!", "cat"] {
            let engine =
                engine(&format!(r#"{{"!": [{{"{after}": [{{"reduce": [{{"var": "l"}}, {body}, "xx"]}}]}}]}}"#), "");
            let begin = Instant::now();
            let answer = engine.evaluate("f", list_of(64).as_str());
            assert!(matches!(answer.error_code(), None | Some(ErrorCode::General)), "{body}: {answer:?}");
            assert!(begin.elapsed() < Duration::from_secs(5), "{body}: {:?}", begin.elapsed());
        }
    }
    // A result that shares its parts would be exponentially long as text.
    let shared = r#"{"reduce": [{"var": "l"}, [{"var": "accumulator"}, {"var": "accumulator"}], "xx"]}"#;
    let error = Engine::new().evaluate_logic(shared.as_bytes(), list_of(64).as_bytes()).expect_err("too long a result");
    assert!(error.message().contains("exceeds maximum"), "{error}");
}

/// Evaluators that each apply an operator to two references to the next; the last one holds a constant.
fn doublings(levels: u8, operator: &str, last: &str) -> String {
    let name = |level: u8| char::from(b'a' + level);
    let evaluator = |level: u8| match level + 1 == levels {
        true => format!("\"{}\":{last}", name(level)),
        false => format!(
            "\"{0}\":{{\"{operator}\":[{{\"$ref\":\"{1}\"}},{{\"$ref\":\"{1}\"}}]}}",
            name(level),
            name(level + 1)
        ),
    };
    let evaluators: Vec<String> = (0..levels).map(evaluator).collect();
    format!(",\"$evaluators\":{{{}}}", evaluators.join(","))
}

#[test]
fn doublings_of_references_cost_what_their_text_costs() {
    let cases = [
        ("cat", r#"{"cat":["0123456789abcdef0123456789abcdef",{"var":"x"}]}"#, false),
        ("merge", r#"{"merge":["0123456789abcdef0123456789abcdef",{"var":"x"}]}"#, false),
        ("+", r#"{"+":[{"var":"x"},1]}"#, false),
        ("and", r#"{"!":[{"var":"x"}]}"#, false),
        ("or", r#"{"!":[{"var":"x"}]}"#, true),
        ("==", r#"{"!":[{"var":"x"}]}"#, false),
    ];
    for (operator, last, answers) in cases {
        let document = with_targeting(r#"{"!!":[{"$ref":"a"}]}"#, &doublings(21, operator, last));
        assert!(document.len() < 1300, "{}", document.len());
        let engine = Engine::new();
        let begin = Instant::now();
        let report = engine.update(&document).expect("a valid document");
        assert!(begin.elapsed() < Duration::from_millis(500), "{operator}: {:?}", begin.elapsed());
        assert!(report.to_json().len() < 2000);
        let begin = Instant::now();
        let answer = engine.evaluate("f", "{}");
        assert!(begin.elapsed() < Duration::from_secs(3), "{operator}: {:?}", begin.elapsed());
        if answers {
            assert_variant(&answer, "true");
        } else {
            assert_general(&answer, "it ");
        }
    }
}

#[test]
fn doublings_of_constants_do_not_slow_an_update() {
    let flags: Vec<String> = (0..50)
        .map(|place| {
            format!(
                r#""f{place}":{{"state":"ENABLED","variants":{{"true":true}},"targeting":{{"!!":[{{"$ref":"a"}}]}}}}"#
            )
        })
        .collect();
    let document = format!(r#"{{"flags":{{{}}}{}}}"#, flags.join(","), doublings(24, "+", r#"{"+":[1,1]}"#));
    let engine = Engine::new();
    let begin = Instant::now();
    engine.update(&document).expect("a valid document");
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    assert_general(&engine.evaluate("f49", "{}"), "steps");
    assert_general(&engine.evaluate("f0", "{}"), "steps");
}

/// Evaluates a fold over that many items that begins with `start`, and makes sure that it ends in time.
#[track_caller]
fn assert_ends_in_time(name: &str, body: &str, start: &str, turns: usize) {
    let rule = format!(
        r#"{{"!!": [{{"reduce": [{{"var": "l"}}, {{"if": [{body}, {{"var": "accumulator"}}, {{"var": "accumulator"}}]}}, {{"var": "o"}}]}}]}}"#
    );
    let engine = engine(&rule, "");
    let context = format!(r#"{{"o": {start}, "l": [{}]}}"#, vec!["0"; turns].join(","));
    assert!(context.len() <= MIB, "{} bytes", context.len());
    let begin = Instant::now();
    let answer = engine.evaluate("f", context.as_str());
    println!("{name}: {:?}", begin.elapsed());
    assert!(matches!(answer.error_code(), None | Some(ErrorCode::General)), "{name}: {answer:?}");
    assert!(begin.elapsed() < Duration::from_secs(15), "{name}: {:?}", begin.elapsed());
}

#[test]
fn work_on_large_values_spends_from_the_budget() {
    let members: Vec<String> = (0..60_000).map(|place| format!("\"a{place}\":1")).collect();
    let object = format!("{{{}}}", members.join(","));
    let numbers = format!("[{}]", vec![format!("\"0.{}\"", "1234567890".repeat(109)); 800].join(","));
    let text = format!("\"{}\"", "é".repeat(300_000));
    assert_ends_in_time("a member", r#"{"var": "accumulator.a0"}"#, &object, 20_000);
    assert_ends_in_time("a missing member", r#"{"missing": ["accumulator.b", "accumulator.c"]}"#, &object, 10_000);
    assert_ends_in_time("numeric texts", r#"{"max": {"var": "accumulator"}}"#, &numbers, 8_000);
    assert_ends_in_time("order of numeric texts", r#"{"<=": {"merge": [0, {"var": "accumulator"}]}}"#, &numbers, 8_000);
    assert_ends_in_time("a part of a text", r#"{"substr": [{"var": "accumulator"}, -3, 2]}"#, &text, 100);
    assert_ends_in_time("a search in a text", r#"{"in": ["èé", {"var": "accumulator"}]}"#, &text, 100);
    assert_ends_in_time("a search in a list", r#"{"in": ["x", {"var": "accumulator"}]}"#, &numbers, 20_000);
}
