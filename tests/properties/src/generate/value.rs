//! Any JSON.

use serde_json::{Value as Json, json};

use crate::choices::Choices;

/// Names of members, which rules read as well.
pub(super) const NAMES: [&str; 14] = [
    "email",
    "tier",
    "age",
    "user",
    "list",
    "targetingKey",
    "version",
    "a",
    "b",
    "0",
    "$flagd",
    "",
    "a.b",
    "naïve \"name\"",
];

/// Texts: names of variants among them, and what looks like a number, a version or an operator.
const TEXTS: [&str; 32] = [
    "on",
    "off",
    "a",
    "b",
    "gold",
    "silver",
    "user-1",
    "ada@example.com",
    "1.2.3",
    "v1.2",
    "2.0.0-rc.1+build",
    "^",
    ">=",
    "1",
    "0",
    "-1",
    "2.5",
    "1e400",
    "",
    " ",
    "true",
    "日本語",
    "é",
    "e\u{301}",
    "😀",
    "\u{0}\"\\/\u{7f}\n",
    "targetingKey",
    "user.name",
    "list.0",
    "$flagd.timestamp",
    "..",
    "ninety characters and more, so that no text is only as long as the few bytes of a short one, 90",
];

const INTEGERS: [i64; 16] = [
    0,
    1,
    -1,
    2,
    3,
    10,
    100,
    -7,
    i64::MAX,
    i64::MIN,
    9_007_199_254_740_991,
    9_007_199_254_740_993,
    -9_007_199_254_740_992,
    2_147_483_647,
    2_147_483_648,
    4_294_967_296,
];

const DOUBLES: [f64; 16] = [
    0.0,
    -0.0,
    0.5,
    1.0,
    -1.5,
    0.1,
    1e-7,
    1e21,
    1e20,
    1.797_693_134_862_315_7e308,
    -1e308,
    5e-324,
    9_223_372_036_854_775_808.0,
    -9_223_372_036_854_775_808.0,
    4_503_599_627_370_497.5,
    123_456_789.125,
];

/// The name of a member.
pub fn name(choices: &mut Choices<'_>) -> &'static str {
    choices.pick(&NAMES)
}

/// A value without parts.
pub fn scalar(choices: &mut Choices<'_>) -> Json {
    match choices.below(10) {
        0 => Json::from(choices.pick(&INTEGERS)),
        1..=3 => Json::from(choices.pick(&TEXTS)),
        4 => Json::from(choices.below(2) == 1),
        5 => Json::Null,
        6 => Json::from(choices.pick(&DOUBLES)),
        7 => Json::from(choices.any::<i64>()),
        8 => Json::from(f64::from_bits(choices.any())),
        _ => Json::from(String::from_utf8_lossy(choices.raw(40))),
    }
}

/// A value whose parts are nested so deep at most.
pub fn value(choices: &mut Choices<'_>, depth: usize) -> Json {
    match choices.below(if depth == 0 { 1 } else { 4 }) {
        0 | 1 => scalar(choices),
        2 => {
            let count = choices.below(5);
            (0..count).map(|_| value(choices, depth - 1)).collect()
        }
        _ => {
            let mut members = json!({});
            for _ in 0..choices.below(5) {
                members[name(choices)] = value(choices, depth - 1);
            }
            members
        }
    }
}
