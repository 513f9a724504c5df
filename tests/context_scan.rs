//! Two readers of a context: one that reads only what a rule needs, and one that reads all of it. They accept the
//! same texts and see the same values.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/documents.rs"]
mod documents;
#[path = "support/tape.rs"]
mod tape;

use std::cell::Cell;

use burgee::{Engine, ErrorCode};
use tape::Tape;

const SCALARS: [&str; 22] = [
    "1",
    "\"a\"",
    "true",
    "false",
    "null",
    "-0",
    "1.5e3",
    "1e999",
    "01",
    "-",
    "1.",
    "\"\\u00e9\"",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\\x\"",
    "\"é\n\"",
    "tru",
    "\"unterminated",
    "[]",
    "{}",
    "1e5",
    "\"\"",
];
const NAMES: [&str; 8] = ["\"x\"", "\"y\"", "\"\\u0078\"", "\"\"", "\"x\\n\"", "x", "\"é\"", "1"];
const BREAKS: [&str; 10] = ["", ",", ":", "}", "]", "{", "[", "\"", " ", "\u{1}"];

fn value(tape: &mut Tape<'_>, depth: usize) -> String {
    match tape.below(if depth == 0 { 1 } else { 3 }) {
        0 => scalar(tape),
        1 => {
            let items: Vec<String> = (0..tape.below(4)).map(|_| value(tape, depth.saturating_sub(1))).collect();
            format!("[{}]", items.join(","))
        }
        _ => object(tape, depth.saturating_sub(1)),
    }
}

/// Mostly a valid one, which stand at the front of the list.
fn scalar(tape: &mut Tape<'_>) -> String {
    let count = if tape.below(10) == 9 { SCALARS.len() } else { 7 };
    SCALARS.get(tape.below(count)).copied().unwrap_or("1").to_owned()
}

fn object(tape: &mut Tape<'_>, depth: usize) -> String {
    let count = tape.below(5);
    let members = (0..count).map(|_| {
        let names = if tape.below(12) == 11 { NAMES.len() } else { 5 };
        let name = NAMES.get(tape.below(names)).copied().unwrap_or("\"x\"");
        format!("{name}:{}", value(tape, depth))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

/// A context, now and then with one character put in or taken out.
fn context(tape: &mut Tape<'_>) -> String {
    let text = object(tape, 4);
    if tape.below(3) < 2 {
        return text;
    }
    let mut place = tape.below(text.len().saturating_add(1));
    while !text.is_char_boundary(place) {
        place = place.saturating_sub(1);
    }
    let (before, after) = text.split_at(place);
    let after = if tape.below(2) == 1 { after.chars().skip(1).collect() } else { after.to_owned() };
    format!("{before}{}{after}", BREAKS.get(tape.below(BREAKS.len())).copied().unwrap_or(""))
}

/// A flag that compares `x` with null and an engine that knows it; the second rule makes it read the whole context.
fn engines() -> [Engine; 2] {
    let part = r#"{"cat": [{"!!": [{"var": "x"}]}]}"#;
    let whole = r#"{"cat": [{"!!": [{"var": {"cat": ["x"]}}]}]}"#;
    [documents::engine(part, ""), documents::engine(whole, "")]
}

#[test]
fn a_part_of_a_context_is_read_as_the_whole_is() {
    let [part, whole] = engines();
    let logic = Engine::new();
    let refused = Cell::new(0usize);
    let accepted = Cell::new(0usize);
    tape::for_all(20_000, 60, |choices| {
        let text = context(&mut Tape::new(choices));
        let answers = [part.evaluate("f", text.as_str()), whole.evaluate("f", text.as_str())];
        let [first, second] = &answers;
        let count = if first.error_code() == Some(ErrorCode::ParseError) { &refused } else { &accepted };
        count.set(count.get().saturating_add(1));
        if first.to_json() != second.to_json() {
            return Err(format!("{text}\n  {first:?}\n  {second:?}"));
        }
        let bare = logic.evaluate_logic(br#"{"var": ""}"#, text.as_bytes());
        let data_refused = bare.is_err() && !text.is_empty();
        if data_refused != (first.error_code() == Some(ErrorCode::ParseError)) {
            return Err(format!("{text}\n  {first:?}\n  {bare:?}"));
        }
        // `serde_json` takes half a surrogate pair for an error too, and knows the same numbers.
        let other = serde_json::from_str::<serde_json::Value>(&text);
        if other.is_err() != data_refused && !text.is_empty() {
            Err(format!("{text}\n  {first:?}\n  {other:?}"))
        } else {
            Ok(())
        }
    });
    assert!(refused.get() > 1000 && accepted.get() > 5000, "{} refused, {} accepted", refused.get(), accepted.get());
}

#[test]
fn a_whole_context_comes_back_as_it_was() {
    let logic = Engine::new();
    tape::for_all(5000, 60, |choices| {
        let text = object(&mut Tape::new(choices), 4);
        let Ok(value) = logic.evaluate_logic(br#"{"var": ""}"#, text.as_bytes()) else { return Ok(()) };
        let again = logic.evaluate_logic(br#"{"var": ""}"#, value.to_json().as_bytes());
        let same = again.as_ref().is_ok_and(|again| again.to_json() == value.to_json());
        let theirs = serde_json::from_str::<serde_json::Value>(&text).expect("both read it");
        let ours = serde_json::from_str::<serde_json::Value>(&value.to_json()).expect("our text is JSON");
        if same && (ours == theirs || text.contains("-0")) {
            Ok(())
        } else {
            Err(format!("{text}\n  {value}\n  {again:?}"))
        }
    });
}
