//! The flags of a document.

use std::collections::HashMap;

use datalogic_rs::DataLogic;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Answer;
use crate::context::Context;
use crate::document::Document;
use crate::flag::Flag;
use crate::operators;

/// Evaluates the flags of a document.
pub struct Evaluator {
    logic: DataLogic,
    flags: HashMap<String, Flag>,
    metadata: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct All<'a> {
    flags: Vec<Answer<'a>>,
    flag_metadata: &'a Map<String, Value>,
}

impl Default for Evaluator {
    fn default() -> Self {
        Self { logic: operators::engine(), flags: HashMap::new(), metadata: Map::new() }
    }
}

impl Evaluator {
    /// Replaces the flags; gives their number.
    pub fn update(&mut self, document: &[u8]) -> Result<usize, String> {
        let document: Document = serde_json::from_slice(document).map_err(|error| error.to_string())?;
        let mut flags = HashMap::with_capacity(document.flags.len());
        for (key, text) in document.flags {
            let flag = Flag::new(text, &self.logic, &document.evaluators, &document.metadata)
                .map_err(|error| format!("flag `{key}`: {error}"))?;
            flags.insert(key, flag);
        }
        self.flags = flags;
        self.metadata = document.metadata;
        Ok(self.flags.len())
    }

    /// Writes the answer of one flag as JSON. Flags without a rule do not look at the context.
    pub fn evaluate(&self, key: &str, context: &[u8], out: &mut Vec<u8>) {
        let answer = match self.flags.get(key) {
            Some(flag) => flag.answer(key, &self.logic, &mut Context::new(context)),
            None => Answer::error("FLAG_NOT_FOUND", format!("flag `{key}` not found")).with_metadata(&self.metadata),
        };
        write(&answer, out);
    }

    /// Writes the answers of all flags, sorted by key, as JSON. The context is parsed once.
    pub fn evaluate_all(&self, context: &[u8], out: &mut Vec<u8>) {
        let mut context = Context::new(context);
        let answers = self.flags.iter().map(|(key, flag)| {
            let answer = flag.answer(key, &self.logic, &mut context);
            Answer { key: Some(key), ..answer }
        });
        let mut flags: Vec<_> = answers.collect();
        flags.sort_unstable_by_key(|answer| answer.key);
        write(&All { flags, flag_metadata: &self.metadata }, out);
    }
}

fn write(answer: &impl Serialize, out: &mut Vec<u8>) {
    // Writing to memory cannot fail, and no map has keys that are no strings.
    let _ = serde_json::to_writer(out, answer);
}
