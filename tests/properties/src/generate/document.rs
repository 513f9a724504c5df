//! Flag documents and contexts.

use serde_json::{Map, Value as Json, json};

use super::rule::Rules;
use super::value::{name, scalar, value};
use crate::choices::Choices;

const KEYS: [&str; 8] = ["banner", "price", "beta", "a", "b", "ключ", "a/b~c", "z"];
const EVALUATORS: [&str; 4] = ["is-gold", "half", "a", "chain"];
const SETS: [&str; 3] = ["east", "west", "a"];

/// How far a document may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// What strict validation accepts, or would but for a detail.
    Strict,
    /// Whatever permissive validation makes do with.
    Any,
}

/// A flag document.
pub fn document(choices: &mut Choices<'_>, flavour: Flavour) -> Json {
    let evaluators = &EVALUATORS[..choices.below(4)];
    let rules = Rules { evaluators, known: false, strict: flavour == Flavour::Strict };
    let mut document = json!({"flags": flags(choices, flavour, rules)});
    if !evaluators.is_empty() {
        let mut shared = Map::new();
        for (place, evaluator) in evaluators.iter().enumerate() {
            // References to what stands before make no circle.
            let before = if flavour == Flavour::Any { evaluators } else { &evaluators[..place] };
            let rule = Rules { evaluators: before, ..rules };
            let body = if flavour == Flavour::Strict { rule.operation(choices, 2) } else { rule.argument(choices, 2) };
            shared.insert((*evaluator).to_owned(), body);
        }
        if flavour == Flavour::Any && choices.rarely(8) {
            shared.remove("half");
        }
        document["$evaluators"] = Json::Object(shared);
    }
    if choices.below(3) == 1 {
        document["metadata"] = metadata(choices, flavour);
    }
    document
}

/// The keys of a document's flags.
pub fn flag_keys(document: &Json) -> Vec<String> {
    match &document["flags"] {
        Json::Object(flags) => flags.keys().cloned().collect(),
        Json::Array(flags) => flags.iter().filter_map(|flag| Some(flag.get("key")?.as_str()?.to_owned())).collect(),
        _ => Vec::new(),
    }
}

/// A context, mostly an object.
pub fn context(choices: &mut Choices<'_>) -> Json {
    if choices.rarely(30) {
        return value(choices, 2);
    }
    let mut members = Map::new();
    for _ in 0..choices.below(8) {
        let value = match choices.below(4) {
            0 => value(choices, 3),
            _ => scalar(choices),
        };
        members.insert(name(choices).to_owned(), value);
    }
    Json::Object(members)
}

fn flags(choices: &mut Choices<'_>, flavour: Flavour, rules: Rules<'_>) -> Json {
    let count = 1 + choices.below(4);
    if choices.rarely(6) {
        let element = |choices: &mut Choices<'_>| {
            let mut flag = flag(choices, flavour, rules);
            if flag.is_object() {
                flag["key"] = json!(choices.pick(&KEYS[..4]));
                if choices.below(2) == 1 {
                    flag["metadata"] = json!({"flagSetId": choices.pick(&SETS)});
                }
            }
            flag
        };
        return (0..count).map(|_| element(choices)).collect();
    }
    let mut flags = Map::new();
    for _ in 0..count {
        flags.insert(choices.pick(&KEYS).to_owned(), flag(choices, flavour, rules));
    }
    Json::Object(flags)
}

fn flag(choices: &mut Choices<'_>, flavour: Flavour, rules: Rules<'_>) -> Json {
    if flavour == Flavour::Any && choices.rarely(40) {
        return scalar(choices);
    }
    let state = if choices.rarely(10) { "DISABLED" } else { "ENABLED" };
    let (names, variants) = variants(choices, flavour);
    let mut flag = json!({"state": state, "variants": variants});
    match choices.below(6) {
        0 => {}
        1 => flag["defaultVariant"] = Json::Null,
        _ => flag["defaultVariant"] = json!(names[choices.below(names.len())]),
    }
    if choices.below(8) > 0 {
        flag["targeting"] = rules.operation(choices, 4);
    }
    if choices.below(4) == 1 {
        flag["metadata"] = metadata(choices, flavour);
    }
    if flavour == Flavour::Any && choices.rarely(12) {
        let member = choices.pick(&["state", "variants", "defaultVariant", "targeting", "metadata"]);
        flag[member] = value(choices, 2);
    }
    flag
}

fn variants(choices: &mut Choices<'_>, flavour: Flavour) -> (Vec<&'static str>, Json) {
    let names = [&["on", "off"][..], &["a", "b", "on"], &["true", "false"], &["1", "on", "gold", "off"]];
    let names = names[choices.below(names.len())];
    let kind = choices.below(if flavour == Flavour::Strict { 4 } else { 5 });
    let mut variants = Map::new();
    for name in names {
        let value = match kind {
            0 => json!(choices.below(2) == 1),
            1 => json!(choices.pick(&["blue", "red", "\u{e9}\"\\", ""])),
            2 => json!(choices.pick(&[1i64, 0, -5, 9_007_199_254_740_993])),
            3 => json!({"size": scalar(choices), "list": [scalar(choices)]}),
            _ => value(choices, 3),
        };
        variants.insert((*name).to_owned(), value);
    }
    (names.to_vec(), Json::Object(variants))
}

fn metadata(choices: &mut Choices<'_>, flavour: Flavour) -> Json {
    let mut metadata = Map::new();
    for _ in 0..choices.below(4) {
        let (name, value) = match choices.below(6) {
            0 => ("fractionalVersion", json!(choices.pick(&["v1", "v2", "v3", "v4"]))),
            1 => ("flagSetId", json!(choices.pick(&SETS))),
            2 => ("owner", json!("team")),
            3 => ("revision", json!(choices.below(4))),
            4 => ("$note", json!(choices.pick(&[0.5, 1.0, 1e21]))),
            _ if flavour == Flavour::Strict => ("beta", json!(true)),
            _ => ("odd", value(choices, 1)),
        };
        metadata.insert(name.to_owned(), value);
    }
    Json::Object(metadata)
}
