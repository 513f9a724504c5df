//! Documents for the property tests: mutations of real ones, and targeting rules from a grammar that is a little too
//! generous.

use serde_json::{Map, Value, json};

use crate::operators::OPERATORS;
use crate::tape::Tape;

/// Other names that mean something somewhere, or nothing anywhere.
const NAMES: [&str; 16] = [
    "$ref",
    "nope",
    "startsWith",
    "IF",
    "",
    "a\nb",
    "state",
    "variants",
    "defaultVariant",
    "targeting",
    "metadata",
    "key",
    "flags",
    "$evaluators",
    "flagSetId",
    "$flagd.flagKey",
];

/// Values that some keyword looks at.
const VALUES: &str = r#"[
    null, true, false, 0, 1, -1, 1.0, 1.5, -1.5, 0.0, -0.0, 1e300, 1e-300, 9007199254740993, 18446744073709551616, -9223372036854775808,
    "", "x", "ENABLED", "DISABLED", "enabled", "a\nb", "1.0.0", "v1.0.0", "1.2", "01.0.0", "1.0.0-01", "1.0.0-0a.-+00.b", "1.0.0+", "1.0.0\n",
    "١.٠.٠", "1.0.0-é", "=", "^", "==", "$flagd.flagKey", "$flagd.timestamp", "$flagd.nope", "$flagd.", "$flagd", "user.email",
    [], {}, [[]], [{}], [null], ["a"], ["a", 1], ["a", 1.0], ["a", 1.5], ["a", -1], ["a", 1, 2], ["a", "1"], [1, ["a"]], [1, [1]],
    [{"var": "v"}, "=", "1.0.0"], ["1.0.0", "!=", {"var": "v"}], [{"cat": ["a"]}, ">", "1.0.0"], [{"$ref": "r"}, "~", "1.0.0"],
    [{"var": "a"}, "b"], [{"$ref": "r"}, "b"], [{"var": "e"}, ["a", 1], ["b", {"var": "w"}]], [["a"], ["b", {"$ref": "r"}]], [null, ["a", 1]],
    {"$ref": "r"}, {"$ref": 1}, {"$ref": "r", "var": "x"}, {"var": "x"}, {"var": ["$flagd.nope"]}, {"var": "$flagd.nope"}, {"var": {"nope": 1}},
    {"nope": []}, {"==": [1, 1]}, {"==": [1, 1], "!=": [1, 2]}, {"!": []}, {"!": [1, 2]}, {"!": {"nope": 1}}, {"missing": "a"}, {"cat": "x"},
    {"a": true}, {"a": 1, "b": 2.5}, {"a": 1, "b": "x"}, {"a": {}, "b": {}}, {"a": null}, {"a": [1]}, {"": 1},
    {"state": "ENABLED", "variants": {"a": 1}}, {"key": "k", "state": "ENABLED", "variants": {"a": 1}}, {"key": "", "state": "ENABLED", "variants": {"a": 1}}
]"#;

/// The words that documents are mutated with.
pub(crate) struct Vocabulary {
    values: Vec<Value>,
}

impl Vocabulary {
    pub(crate) fn new() -> Self {
        Self { values: serde_json::from_str(VALUES).expect("the list is JSON") }
    }

    fn value(&self, tape: &mut Tape<'_>) -> Value {
        self.values.get(tape.below(self.values.len())).expect("a choice lies below its count").clone()
    }

    /// A document with up to four changes at places of its own.
    pub(crate) fn mutate(&self, document: &mut Value, tape: &mut Tape<'_>) {
        for _ in 0..=tape.below(4) {
            let mut places = Vec::new();
            places_in(document, String::new(), &mut places);
            let place = places.get(tape.below(places.len())).expect("a document has a place").clone();
            let other = places.get(tape.below(places.len())).and_then(|other| document.pointer(other)).cloned();
            let target = document.pointer_mut(&place).expect("the place was just found");
            self.change(target, other.unwrap_or_default(), tape);
        }
    }

    fn change(&self, target: &mut Value, other: Value, tape: &mut Tape<'_>) {
        match tape.below(8) {
            0 | 1 => *target = self.value(tape),
            2 => *target = other,
            3 => {
                let argument = std::mem::take(target);
                let argument = if tape.below(2) == 0 { json!([argument]) } else { argument };
                *target = Value::Object(Map::from_iter([(name(tape), argument)]));
            }
            _ => match target {
                Value::Array(items) => self.change_items(items, other, tape),
                Value::Object(members) => self.change_members(members, other, tape),
                scalar => *scalar = self.value(tape),
            },
        }
    }

    fn change_items(&self, items: &mut Vec<Value>, other: Value, tape: &mut Tape<'_>) {
        let place = tape.below(items.len().max(1));
        match tape.below(4) {
            0 if !items.is_empty() => drop(items.remove(place)),
            1 => items.insert(place.min(items.len()), other),
            2 => items.push(self.value(tape)),
            _ => items.extend_from_within(..items.len().min(2)),
        }
    }

    fn change_members(&self, members: &mut Map<String, Value>, other: Value, tape: &mut Tape<'_>) {
        let key = members.keys().nth(tape.below(members.len().max(1))).cloned();
        let removed = |members: &mut Map<String, Value>| key.as_deref().and_then(|key| members.remove(key));
        match tape.below(4) {
            0 => drop(removed(members)),
            1 => {
                let value = removed(members).unwrap_or(other);
                members.insert(name(tape), value);
            }
            2 => drop(members.insert(name(tape), other)),
            _ => drop(members.insert(name(tape), self.value(tape))),
        }
    }

    /// A document whose one flag has a rule that is right more often than not.
    pub(crate) fn generate(&self, tape: &mut Tape<'_>) -> Value {
        let rule = self.rule(4, tape);
        json!({
            "flags": {"f": {"state": "ENABLED", "variants": {"a": 1, "b": 2}, "defaultVariant": "a", "targeting": rule}},
            "$evaluators": {"r": self.rule(2, tape)}
        })
    }

    fn rule(&self, depth: usize, tape: &mut Tape<'_>) -> Value {
        let operator = tape.pick(&OPERATORS);
        let arguments = match operator {
            "var" => json!("user.email"),
            "missing" => json!(["a", "b"]),
            "missing_some" => json!([1, ["a", "b"]]),
            "sem_ver" => json!([{"var": "v"}, ">=", "1.0.0"]),
            "starts_with" | "ends_with" => json!([self.rule(depth.saturating_sub(1), tape), "x"]),
            "fractional" => {
                let share = json!([self.argument(depth.saturating_sub(1), tape), tape.below(100)]);
                json!([self.rule(depth.saturating_sub(1), tape), share, ["b", {"var": "weight"}]])
            }
            _ => {
                let right = match operator {
                    "!" | "!!" => 1,
                    "reduce" => 3,
                    _ => 2,
                };
                let count = if tape.rarely(12) { tape.below(5) } else { right };
                Value::Array((0..count).map(|_| self.argument(depth.saturating_sub(1), tape)).collect())
            }
        };
        Value::Object(Map::from_iter([(operator.to_owned(), arguments)]))
    }

    fn argument(&self, depth: usize, tape: &mut Tape<'_>) -> Value {
        match tape.below(6) {
            0 | 1 => json!(tape.word()),
            2 => json!({"$ref": "r"}),
            3 if tape.rarely(12) => self.value(tape),
            _ if depth > 0 => self.rule(depth, tape),
            _ => json!({"var": "x"}),
        }
    }
}

fn name(tape: &mut Tape<'_>) -> String {
    if tape.below(2) == 0 { tape.pick(&OPERATORS).to_owned() } else { tape.pick(&NAMES).to_owned() }
}

/// The pointers of a value and of all values in it.
fn places_in(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(item, value)| places_in(value, format!("{place}/{item}"), places));
        }
        Value::Object(members) => {
            for (name, value) in members {
                places_in(value, format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        _ => {}
    }
    places.push(place);
}
