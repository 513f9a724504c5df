//! A flag as the engine evaluates it: a definition in flagd's format.
//!
//! A boolean flag has the variants `rule_match` and `rollout` (true) and `rollout_excluded` (false), so that the variant
//! tells why. A flag with variants of its own keeps their names.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::model::Definition;
use super::{Bucketing, Flag, Rule, RuleType, Segment, bucket};
use crate::error::{Result, sentences};

/// In by a rule or by name.
pub const RULE_MATCH: &str = "rule_match";
/// In by the percentage.
pub const ROLLOUT: &str = "rollout";
/// Left out by the percentage.
pub const ROLLOUT_EXCLUDED: &str = "rollout_excluded";

/// The definition of a flag, as JSON text.
pub fn text(flag: &Flag) -> Arc<str> {
    match &flag.definition {
        Some(definition) if flag.is_on() => Arc::from(definition.text()),
        Some(definition) => Arc::from(disabled(definition)),
        None => Arc::from(built(flag).to_string()),
    }
}

/// A definition as its author wrote it, but switched off.
fn disabled(definition: &Definition) -> String {
    let mut value = serde_json::from_str(definition.text()).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.insert("state".into(), json!("DISABLED"));
    }
    value.to_string()
}

/// What the fields of a flag say.
fn built(flag: &Flag) -> Value {
    let variants = variants(&flag.variants);
    let own = variants.is_some();
    let mut out = Map::new();
    out.insert("state".into(), state(flag));
    let (in_by_rule, in_by_default, left_out) = match &variants {
        Some(variants) => {
            let first = default_choice(flag, variants);
            (first.clone(), first, flag.default_variant.clone().map_or(Value::Null, Value::String))
        }
        None => (json!(RULE_MATCH), json!(ROLLOUT), json!(ROLLOUT_EXCLUDED)),
    };
    let boolean = || Map::from_iter([(RULE_MATCH, true), (ROLLOUT, true), (ROLLOUT_EXCLUDED, false)].map(named));
    out.insert("variants".into(), Value::Object(variants.unwrap_or_else(boolean)));
    let nobody = left_out.clone();
    let mut branches = branches(flag, &in_by_rule);
    let rest = match (flag.percentage(), flag.bucketing) {
        (100.., _) => in_by_default,
        (0, _) => left_out,
        (percentage, Bucketing::Murmur3) if !own => {
            let excluded = 100 - percentage;
            json!({"fractional": [[ROLLOUT, percentage], [ROLLOUT_EXCLUDED, excluded]]})
        }
        (percentage, hash) => {
            branches.push(inside(flag, hash, percentage));
            branches.push(in_by_default);
            left_out
        }
    };
    if branches.is_empty() && !rest.is_object() {
        // The same for everybody, which may be no variant at all.
        out.insert("defaultVariant".into(), rest);
    } else {
        // Also for those whom no bucket can be computed for, because they have no targeting key.
        out.insert("defaultVariant".into(), nobody);
        if !branches.is_empty() {
            branches.push(rest);
            out.insert("targeting".into(), json!({"if": branches}));
        } else if !rest.is_null() {
            out.insert("targeting".into(), rest);
        }
    }
    let mut metadata = Map::new();
    if flag.has_own_hash() {
        metadata.insert("hash".into(), json!(flag.bucketing.as_str()));
    }
    if let Some(owner) = &flag.owner {
        metadata.insert("owner".into(), json!(owner));
    }
    if !metadata.is_empty() {
        out.insert("metadata".into(), Value::Object(metadata));
    }
    Value::Object(out)
}

fn named((name, value): (&str, bool)) -> (String, Value) {
    (name.to_owned(), Value::Bool(value))
}

fn state(flag: &Flag) -> Value {
    json!(if flag.is_on() { "ENABLED" } else { "DISABLED" })
}

/// The conditions of those who are in by name, each followed by what they get.
fn branches(flag: &Flag, in_by_rule: &Value) -> Vec<Value> {
    let mut rules: Vec<&Rule> = flag.rules.iter().filter(|rule| rule.enabled).collect();
    // Stable, so that of equal ones the older comes first.
    rules.sort_by_key(|rule| Reverse(rule.priority));
    let mut branches = Vec::with_capacity(rules.len() * 2 + 4);
    for rule in rules {
        branches.push(condition(rule));
        branches.push(rule.variant.as_ref().map_or_else(|| in_by_rule.clone(), |variant| json!(variant)));
    }
    if !flag.targeted_users.is_empty() {
        branches.push(json!({"in": [{"var": "targetingKey"}, flag.targeted_users]}));
        branches.push(in_by_rule.clone());
    }
    branches
}

fn condition(rule: &Rule) -> Value {
    let value = &rule.rule_value;
    match rule.rule_type {
        // Lists compare strictly: `7` is not `"7"`, and a user without an id is nobody.
        RuleType::UserId => json!({"in": [{"var": "targetingKey"}, [value]]}),
        RuleType::UserEmail => json!({"in": [{"var": "email"}, [value]]}),
        RuleType::EmailDomain => json!({"ends_with": [{"var": "email"}, value]}),
        RuleType::Cohort => json!({"in": [{"var": "cohort"}, [value]]}),
        RuleType::Segment => json!({"$ref": value}),
    }
}

/// Whether the user's bucket is inside the percentage.
fn inside(flag: &Flag, hash: Bucketing, percentage: u8) -> Value {
    match hash {
        // A flag with variants of its own: one draw decides who is in, another one which variant.
        Bucketing::Murmur3 => {
            let seed = json!({"cat": [{"var": "$flagd.flagKey"}, ":rollout:", {"var": "targetingKey"}]});
            let drawn = json!({"fractional": [seed, ["in", percentage], ["out", 100 - percentage]]});
            // Who has no targeting key is in no draw.
            json!({"and": [{"var": "targetingKey"}, {"==": [drawn, "in"]}]})
        }
        _ => json!({"<": [{"var": bucket::operand(hash, &flag.key)}, percentage]}),
    }
}

/// What those who are in get: a draw by the weights, or the first variant.
fn default_choice(flag: &Flag, variants: &Map<String, Value>) -> Value {
    if flag.weights.values().any(|weight| *weight > 0) {
        let shares: Vec<Value> = flag.weights.iter().map(|(name, weight)| json!([name, weight])).collect();
        return json!({"fractional": shares});
    }
    variants.keys().next().map_or(Value::Null, |name| json!(name))
}

/// The variants of a flag that is not a plain switch, by name: an object of names and values, a list of names, or a list of
/// objects with `name` (or `key`) and `value`. Nothing, an empty list and an empty object stand for a switch.
pub fn variants(given: &Value) -> Option<Map<String, Value>> {
    let named: Map<String, Value> = match given {
        Value::Object(members) => members.clone(),
        Value::Array(items) => items.iter().filter_map(variant).collect(),
        _ => return None,
    };
    (!named.is_empty()).then_some(named)
}

/// The names of the variants that a flag may give.
pub fn variant_names(flag: &Flag) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        variants: BTreeMap<String, serde::de::IgnoredAny>,
    }
    let named = |definition: &Definition| serde_json::from_str::<Named>(definition.text()).ok();
    match &flag.definition {
        Some(definition) => named(definition).map_or_else(Vec::new, |named| named.variants.into_keys().collect()),
        None => match variants(&flag.variants) {
            Some(variants) => variants.keys().cloned().collect(),
            None => [RULE_MATCH, ROLLOUT, ROLLOUT_EXCLUDED].map(str::to_owned).into(),
        },
    }
}

fn variant(item: &Value) -> Option<(String, Value)> {
    match item {
        Value::String(name) => Some((name.clone(), item.clone())),
        Value::Object(members) => {
            let name = members.get("name").or_else(|| members.get("key"))?.as_str()?;
            Some((name.to_owned(), members.get("value").cloned().unwrap_or_else(|| json!(name))))
        }
        _ => None,
    }
}

/// A document of one environment: what the engine loads.
pub fn document<'a>(
    flag_set: &str,
    segments: impl Iterator<Item = (&'a str, &'a Value)>,
    definitions: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str("{\"metadata\":{\"flagSetId\":");
    out.push_str(&json!(flag_set).to_string());
    out.push_str("},\"$evaluators\":");
    let segments: Map<String, Value> = segments.map(|(name, rule)| (name.to_owned(), rule.clone())).collect();
    out.push_str(&Value::Object(segments).to_string());
    out.push_str(",\"flags\":{");
    for (number, (key, definition)) in definitions.enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push_str(&Value::String(key.to_owned()).to_string());
        out.push(':');
        out.push_str(definition);
    }
    out.push_str("}}");
    out
}

/// Refuses a flag whose fields contradict each other, or whose definition the engine would not load, with the place.
pub fn check<'a>(flag: &Flag, segments: impl Iterator<Item = &'a Segment>) -> Result<()> {
    super::check::names(flag)?;
    let text = text(flag);
    let segments = segments.map(|segment| (segment.name.as_str(), &segment.rule));
    let document = document("check", segments, std::iter::once((flag.key.as_str(), &*text)));
    let Err(error) = burgee::Engine::new().update(&document) else { return Ok(()) };
    let finding = error.findings().first();
    let (path, message) = finding.map_or(("", error.message()), |finding| (finding.path(), finding.message()));
    let prefix = format!("/flags/{}", pointer_part(&flag.key));
    let inner = path.strip_prefix(&prefix).unwrap_or(path);
    let field = if flag.definition.is_some() { "/definition" } else { "" };
    Err(sentences::definition_refused(&flag.key, &format!("{field}{inner}"), message))
}

/// A name as a part of a JSON pointer (RFC 6901).
pub fn pointer_part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
