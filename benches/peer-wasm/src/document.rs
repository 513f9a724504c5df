//! flagd's format, read by serde.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
pub(crate) struct Document {
    pub(crate) flags: HashMap<String, FlagText>,
    #[serde(rename = "$evaluators", default)]
    pub(crate) evaluators: Map<String, Value>,
    #[serde(default)]
    pub(crate) metadata: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FlagText {
    pub(crate) state: State,
    pub(crate) variants: Map<String, Value>,
    #[serde(default)]
    pub(crate) default_variant: Option<String>,
    #[serde(default)]
    pub(crate) targeting: Option<Value>,
    #[serde(default)]
    pub(crate) metadata: Map<String, Value>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    Enabled,
    Disabled,
}

/// How many references may lead from one to the next.
const HOPS: usize = 64;

/// Puts shared rules in the place of `{"$ref": name}`.
pub(crate) fn resolve(rule: &mut Value, evaluators: &Map<String, Value>, hops: usize) -> Result<(), String> {
    match rule {
        Value::Object(members) if members.len() == 1 && members.contains_key("$ref") => {
            let name = members["$ref"].as_str().unwrap_or_default();
            let shared = evaluators.get(name).ok_or_else(|| format!("no evaluator named `{name}`"))?;
            if hops == HOPS {
                return Err(format!("more than {HOPS} references up to `{name}`"));
            }
            *rule = shared.clone();
            resolve(rule, evaluators, hops + 1)
        }
        Value::Object(members) => members.values_mut().try_for_each(|value| resolve(value, evaluators, hops)),
        Value::Array(items) => items.iter_mut().try_for_each(|value| resolve(value, evaluators, hops)),
        _ => Ok(()),
    }
}

/// Whether a rule can read what is added to a context: no other rule pays for it.
pub(crate) fn reads_additions(rule: &Value) -> bool {
    match rule {
        Value::Object(members) => {
            members.iter().any(|(operator, arguments)| operator == "fractional" || reads_additions(arguments))
        }
        Value::Array(items) => items.iter().any(reads_additions),
        Value::String(text) => text.is_empty() || text.starts_with("$flagd") || text == "targetingKey",
        _ => false,
    }
}
