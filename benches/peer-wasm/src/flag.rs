//! One flag: its rule compiled, its answer made.

use std::sync::Arc;

use datalogic_rs::{CompiledLogic, DataLogic};
use serde_json::{Map, Value};

use crate::Answer;
use crate::context::Context;
use crate::document::{FlagText, State, reads_additions, resolve};

pub(crate) struct Flag {
    state: State,
    variants: Map<String, Value>,
    default_variant: Option<String>,
    rule: Option<Rule>,
    metadata: Map<String, Value>,
}

struct Rule {
    compiled: Arc<CompiledLogic>,
    reads_additions: bool,
}

impl Flag {
    /// Compiles a flag of a document with these shared rules and this metadata.
    pub(crate) fn new(
        text: FlagText,
        logic: &DataLogic,
        evaluators: &Map<String, Value>,
        set_metadata: &Map<String, Value>,
    ) -> Result<Self, String> {
        let rule = match text.targeting {
            None | Some(Value::Null) => None,
            Some(Value::Object(members)) if members.is_empty() => None,
            Some(mut targeting) => {
                resolve(&mut targeting, evaluators, 0)?;
                let compiled = logic.compile(&targeting).map_err(|error| error.to_string())?;
                Some(Rule { compiled, reads_additions: reads_additions(&targeting) })
            }
        };
        let mut metadata = set_metadata.clone();
        metadata.extend(text.metadata);
        let default_variant = text.default_variant.filter(|name| !name.is_empty());
        Ok(Self { state: text.state, variants: text.variants, default_variant, rule, metadata })
    }

    /// Evaluates the flag.
    pub(crate) fn answer(&self, key: &str, logic: &DataLogic, context: &mut Context<'_>) -> Answer<'_> {
        let answer = match (self.state, &self.rule) {
            (State::Disabled, _) => Answer::of("DISABLED"),
            (State::Enabled, None) => self.default("STATIC"),
            (State::Enabled, Some(rule)) => match rule.run(key, logic, context) {
                Ok(result) => self.targeted(&result),
                Err(message) => Answer::error("PARSE_ERROR", message),
            },
        };
        answer.with_metadata(&self.metadata)
    }

    fn default(&self, reason: &'static str) -> Answer<'_> {
        match &self.default_variant {
            Some(name) => self.variant(name, reason),
            None => Answer::of("DEFAULT"),
        }
    }

    fn targeted(&self, result: &Value) -> Answer<'_> {
        match result {
            Value::Null => self.default("DEFAULT"),
            Value::String(name) => self.variant(name, "TARGETING_MATCH"),
            Value::Bool(true) => self.variant("true", "TARGETING_MATCH"),
            Value::Bool(false) => self.variant("false", "TARGETING_MATCH"),
            Value::Number(number) => self.variant(&number.to_string(), "TARGETING_MATCH"),
            _ => Answer::error("GENERAL", "the rule gave no name of a variant".to_owned()),
        }
    }

    fn variant(&self, name: &str, reason: &'static str) -> Answer<'_> {
        match self.variants.get_key_value(name) {
            Some((name, value)) => Answer { value: Some(value), variant: Some(name), ..Answer::of(reason) },
            None => Answer::error("GENERAL", format!("there is no variant `{name}`")),
        }
    }
}

impl Rule {
    fn run(&self, key: &str, logic: &DataLogic, context: &mut Context<'_>) -> Result<Value, String> {
        let data = if self.reads_additions { context.data_for(key)? } else { context.data()? };
        logic.evaluate(&self.compiled, Arc::clone(data)).map_err(|error| error.to_string())
    }
}
