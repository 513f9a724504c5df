//! Compiled rules.

use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow, ensure};
use datalogic_rs::datavalue::OwnedDataValue;
use datalogic_rs::{DataValue, Engine, Logic};

use super::context::Context;

/// How many references may lead from one to the next.
const HOPS: usize = 64;

/// Rules that others refer to.
pub(super) struct Evaluators<'a>(HashMap<&'a str, &'a OwnedDataValue>);

impl<'a> Evaluators<'a> {
    pub(super) fn new(section: Option<&'a OwnedDataValue>) -> Self {
        Self(section.into_iter().flat_map(OwnedDataValue::entries).collect())
    }

    /// A rule with shared rules in the place of `{"$ref": name}`.
    fn resolve(&self, rule: &OwnedDataValue, hops: usize) -> Result<OwnedDataValue> {
        let name = rule.get("$ref").and_then(OwnedDataValue::as_str);
        Ok(match (rule, name) {
            (_, Some(name)) => {
                ensure!(hops < HOPS, "more than {HOPS} references up to `{name}`");
                let shared = self.0.get(name).with_context(|| format!("no evaluator named `{name}`"))?;
                self.resolve(shared, hops + 1)?
            }
            (OwnedDataValue::Object(members), None) => {
                let members = members.iter().map(|(name, value)| Ok((name.clone(), self.resolve(value, hops)?)));
                OwnedDataValue::Object(members.collect::<Result<_>>()?)
            }
            (OwnedDataValue::Array(items), None) => {
                OwnedDataValue::Array(items.iter().map(|item| self.resolve(item, hops)).collect::<Result<_>>()?)
            }
            (other, None) => other.clone(),
        })
    }
}

/// A compiled rule.
pub(super) struct Rule {
    logic: Logic,
    reads_additions: bool,
}

impl Rule {
    pub(super) fn new(targeting: &OwnedDataValue, engine: &Engine, evaluators: &Evaluators<'_>) -> Result<Self> {
        let targeting = evaluators.resolve(targeting, 0)?;
        let reads_additions = reads_additions(&targeting);
        Ok(Self { logic: engine.compile(targeting).map_err(|error| anyhow!("{error}"))?, reads_additions })
    }

    pub(super) fn run<'a>(
        &'a self,
        key: &'a str,
        engine: &Engine,
        context: &mut Context<'a>,
    ) -> Result<&'a DataValue<'a>, String> {
        let data = if self.reads_additions { context.data_for(key)? } else { context.data()? };
        engine.evaluate(&self.logic, data, context.arena).map_err(|error| error.to_string())
    }
}

/// Whether a rule can read what is added to a context: no other rule pays for it.
fn reads_additions(rule: &OwnedDataValue) -> bool {
    match rule {
        OwnedDataValue::Object(members) => {
            members.iter().any(|(operator, arguments)| operator == "fractional" || reads_additions(arguments))
        }
        OwnedDataValue::Array(items) => items.iter().any(reads_additions),
        OwnedDataValue::String(text) => text.is_empty() || text.starts_with("$flagd") || text == "targetingKey",
        _ => false,
    }
}
