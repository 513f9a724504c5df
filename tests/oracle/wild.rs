//! Rules of known operators with any number of arguments of any type, and any data.

use serde_json::{Value as Json, json};

use crate::operators::OPERATORS;
use crate::tape::Tape;

const TEXTS: [&str; 22] = [
    "a",
    "",
    "b",
    "a.b",
    "0",
    "1",
    "-1",
    "2.5",
    "1e400",
    "nan",
    "inf",
    "=",
    "^",
    "1.2.3",
    "current",
    "accumulator",
    "..",
    "$flagd.flagKey",
    "$flagd",
    "targetingKey",
    "日本語",
    "\u{0}\"\\",
];
const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "2",
    "-0",
    "0.5",
    "1e308",
    "-1e308",
    "5e-324",
    "9223372036854775807",
    "-9223372036854775808",
    "9007199254740993",
    "2147483648",
    "1e21",
    "4294967295",
    "18446744073709551616",
];

/// A rule and its data, as JSON text: some numbers here have no exact place in a `serde_json::Value`.
pub(crate) fn rule_and_data(choices: &[u32]) -> (String, String) {
    let mut tape = Tape::new(choices);
    let data = value(&mut tape, 3);
    (rule(&mut tape, 5), data)
}

/// A rule that is certainly an operation, and a context that is certainly an object.
pub(crate) fn targeting_and_context(choices: &[u32]) -> (String, String) {
    let mut tape = Tape::new(choices);
    let members =
        ["a", "b", "targetingKey", "$flagd", "0"].map(|name| format!("{}:{}", json!(name), value(&mut tape, 2)));
    let context = format!("{{{}}}", members.join(","));
    (operation(&mut tape, 5), context)
}

fn rule(tape: &mut Tape<'_>, depth: usize) -> String {
    if depth == 0 || tape.below(3) == 0 { value(tape, 1) } else { operation(tape, depth) }
}

fn operation(tape: &mut Tape<'_>, depth: usize) -> String {
    let operator = tape.pick(&OPERATORS);
    let below = depth.saturating_sub(1);
    let argument = match tape.below(8) {
        0 => rule(tape, below),
        _ => {
            let count = [2, 1, 3, 0, 4, 5].get(tape.below(6)).copied().unwrap_or(2);
            let arguments: Vec<String> = (0..count).map(|_| rule(tape, below)).collect();
            format!("[{}]", arguments.join(","))
        }
    };
    format!("{{{}:{argument}}}", json!(operator))
}

/// Any JSON; an object in a rule would be an operation, so there is only the empty one, and data has others.
fn value(tape: &mut Tape<'_>, depth: usize) -> String {
    match tape.below(if depth == 0 { 5 } else { 7 }) {
        0 => tape.pick(&NUMBERS).to_owned(),
        1 => json!(tape.pick(&TEXTS)).to_string(),
        2 => tape.pick(&["true", "false", "null"]).to_owned(),
        3 => "{}".to_owned(),
        4 => "[]".to_owned(),
        5 if depth > 1 => {
            let members =
                ["a", "b", "0"].map(|name| format!("{}:{}", json!(name), value(tape, depth.saturating_sub(1))));
            format!("{{{}}}", members.join(","))
        }
        _ => {
            let items: Vec<String> = (0..tape.below(5)).map(|_| value(tape, depth.saturating_sub(1))).collect();
            format!("[{}]", items.join(","))
        }
    }
}

/// Checks that a text is JSON.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<Json>(text).is_ok()
}
