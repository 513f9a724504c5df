//! Rules of every operator.

use serde_json::{Value as Json, json};

use super::value::{name, scalar, value};
use crate::choices::Choices;

/// The operators that an author can write.
pub const OPERATORS: [&str; 38] = [
    "if",
    "==",
    "var",
    "in",
    "fractional",
    "sem_ver",
    "and",
    "or",
    "starts_with",
    "ends_with",
    "===",
    "!=",
    "!==",
    "!",
    "!!",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "max",
    "min",
    "cat",
    "substr",
    "merge",
    "missing",
    "missing_some",
    "map",
    "filter",
    "reduce",
    "all",
    "none",
    "some",
    "?:",
];

const VERSIONS: [&str; 10] = [
    "1.2.3",
    "1.2.4",
    "2.0.0",
    "0.0.0",
    "1.2.3-rc.1",
    "1.2.3-alpha",
    "1.2.3+b",
    "v1.2.3",
    "1",
    "99999999999999999999.0.0",
];
const RELATIONS: [&str; 9] = ["=", "!=", "<", "<=", ">", ">=", "^", "~", "=="];
const PATHS: [&str; 16] = [
    "email",
    "tier",
    "age",
    "user",
    "user.name",
    "list",
    "list.0",
    "targetingKey",
    "version",
    "a.b",
    "a..b",
    "gone",
    "$flagd.flagKey",
    "$flagd.timestamp",
    "a.b.0",
    "0",
];

/// What a generator of rules may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'n> {
    /// Names of shared rules.
    pub evaluators: &'n [&'n str],
    /// No operators that do not exist, and no objects with several members.
    pub known: bool,
    /// Only what the schema of the format allows; it does not look into lists.
    pub strict: bool,
}

impl Rules<'_> {
    /// An operation whose arguments are nested so deep at most.
    pub fn operation(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        if depth > 0 && !self.strict && choices.rarely(6) {
            return self.any_operation(choices, depth - 1);
        }
        let below = depth.saturating_sub(1);
        let operator = choices.pick(&OPERATORS);
        match operator {
            "var" => self.var(choices, below),
            "if" | "?:" => {
                let mut arguments = Vec::new();
                for _ in 0..=choices.below(3) {
                    arguments.push(self.argument(choices, below));
                }
                json!({operator: arguments})
            }
            "fractional" => self.fractional(choices, below),
            "sem_ver" => self.sem_ver(choices, below),
            "in" => {
                let list = match choices.below(3) {
                    0 => self.argument(choices, below),
                    1 => (0..choices.below(12))
                        .map(|place| json!(format!("{}{place}", choices.pick(&["a", "on"]))))
                        .collect(),
                    _ => (0..choices.below(5)).map(|_| scalar(choices)).collect(),
                };
                json!({"in": [self.argument(choices, below), list]})
            }
            "starts_with" | "ends_with" => {
                json!({operator: [self.text(choices, below), self.text(choices, below)]})
            }
            "missing" => json!({"missing": self.paths(choices)}),
            "missing_some" => json!({"missing_some": [choices.below(4), self.paths(choices)]}),
            "map" | "filter" | "all" | "none" | "some" => {
                json!({operator: [self.argument(choices, below), self.argument(choices, below)]})
            }
            "reduce" => {
                let body = match choices.below(3) {
                    0 => json!({"+": [{"var": "current"}, {"var": "accumulator"}]}),
                    1 => json!({"cat": [{"var": "accumulator"}, {"var": "current"}]}),
                    _ => self.argument(choices, below),
                };
                json!({"reduce": [self.argument(choices, below), body, self.argument(choices, below)]})
            }
            "!" | "!!" => match choices.below(2) {
                0 => json!({operator: [self.argument(choices, below)]}),
                _ => json!({operator: self.argument(choices, below)}),
            },
            _ => {
                let (least, most) = arguments(operator);
                let count = least + choices.below(most - least + 1);
                json!({operator: (0..count).map(|_| self.argument(choices, below)).collect::<Vec<_>>()})
            }
        }
    }

    /// An argument: an operation, a reference, or a value.
    pub fn argument(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        match choices.below(8) {
            0..=2 if depth > 0 => self.operation(choices, depth),
            3 | 4 => json!({"var": choices.pick(&PATHS)}),
            5 if !self.evaluators.is_empty() => json!({"$ref": choices.pick(self.evaluators)}),
            6 => {
                // The schema does not look into lists.
                let odd = choices.rarely(8);
                let count = choices.below(4);
                let item = |_| if odd { self.oddity(choices) } else { self.argument(choices, depth.saturating_sub(1)) };
                (0..count).map(item).collect()
            }
            7 if !self.strict && choices.rarely(8) => self.oddity(choices),
            _ => scalar(choices),
        }
    }

    /// What no author means.
    fn oddity(self, choices: &mut Choices<'_>) -> Json {
        match choices.below(if self.known { 2 } else { 5 }) {
            0 => json!({}),
            1 => json!({"var": {}}),
            2 => json!({"unknown": [1]}),
            3 => json!({"==": [1, 1], "!=": [1, 1]}),
            _ => value(choices, 2),
        }
    }

    /// Any operator with any arguments.
    fn any_operation(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        let operator = choices.pick(&OPERATORS);
        if choices.rarely(4) {
            return json!({operator: self.argument(choices, depth)});
        }
        let count = choices.below(5);
        json!({operator: (0..count).map(|_| self.argument(choices, depth)).collect::<Vec<_>>()})
    }

    fn var(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        match choices.below(8) {
            0..=3 => json!({"var": choices.pick(&PATHS)}),
            4 => json!({"var": [choices.pick(&PATHS), self.argument(choices, depth)]}),
            5 => json!({"var": [self.argument(choices, depth)]}),
            6 => json!({"var": ""}),
            _ => json!({"var": name(choices)}),
        }
    }

    fn paths(self, choices: &mut Choices<'_>) -> Json {
        (0..choices.below(4)).map(|_| json!(choices.pick(&PATHS))).collect()
    }

    /// A text, or an operation that may give one.
    fn text(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        match choices.below(3) {
            0 => json!({"var": choices.pick(&PATHS)}),
            1 if depth > 0 => self.operation(choices, depth),
            _ => json!(choices.pick(&["a", "", "ada@", "@example.com", "é", "1"])),
        }
    }

    fn sem_ver(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        let strict = if self.strict { 7 } else { VERSIONS.len() };
        let version = json!(VERSIONS[choices.below(strict)]);
        let relation = RELATIONS[choices.below(if self.strict { 8 } else { RELATIONS.len() })];
        match choices.below(if self.strict { 2 } else { 4 }) {
            0 => json!({"sem_ver": [{"var": "version"}, relation, version]}),
            1 => json!({"sem_ver": [version, relation, VERSIONS[choices.below(strict)]]}),
            2 => json!({"sem_ver": [self.argument(choices, depth), relation, self.argument(choices, depth)]}),
            _ => json!({"sem_ver": [version, self.argument(choices, depth), version]}),
        }
    }

    fn fractional(self, choices: &mut Choices<'_>, depth: usize) -> Json {
        let mut arguments = match choices.below(if self.strict { 3 } else { 5 }) {
            0 => vec![],
            1 => vec![json!({"var": choices.pick(&PATHS)})],
            2 => vec![json!({"cat": [{"var": "$flagd.flagKey"}, {"var": choices.pick(&PATHS)}]})],
            3 => vec![scalar(choices)],
            _ => vec![self.argument(choices, depth)],
        };
        for _ in 0..=choices.below(4) {
            let variant = match choices.below(4) {
                0..=2 => json!(choices.pick(&["on", "off", "a", "b", "true"])),
                _ => self.argument(choices, depth),
            };
            let weight = match choices.below(if self.strict { 4 } else { 7 }) {
                0 | 1 => json!(choices.below(101)),
                2 => json!(1),
                3 if depth > 0 => self.operation(choices, depth - 1),
                4 => json!(choices.pick(&[-50i64, 2_147_483_647, 2_147_483_648])),
                5 => json!(choices.pick(&[25.0, 25.5, -1e300, 1e300])),
                _ => json!(50),
            };
            arguments.push(match choices.below(4) {
                0 => json!([variant]),
                _ => json!([variant, weight]),
            });
        }
        json!({"fractional": arguments})
    }
}

/// The fewest and the most arguments that the schema allows, or that are usual.
fn arguments(operator: &str) -> (usize, usize) {
    match operator {
        "==" | "===" | "!=" | "!==" | ">" | ">=" | "%" | "/" => (2, 2),
        "<" | "<=" | "substr" => (2, 3),
        "*" => (2, 4),
        _ => (1, 4),
    }
}
