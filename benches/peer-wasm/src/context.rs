//! Contexts, parsed when the first rule asks and kept for the other flags.

use std::sync::Arc;

use serde_json::{Map, Value, json};

pub(crate) struct Context<'a> {
    text: &'a [u8],
    parsed: Option<Arc<Value>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, parsed: None }
    }

    /// The context as a rule sees it.
    pub(crate) fn data(&mut self) -> Result<&mut Arc<Value>, String> {
        let data = match self.parsed.take() {
            Some(data) => data,
            None => Arc::new(parse(self.text)?),
        };
        Ok(self.parsed.insert(data))
    }

    /// The same with what flagd adds for one flag.
    pub(crate) fn data_for(&mut self, key: &str) -> Result<&mut Arc<Value>, String> {
        let data = self.data()?;
        if let Value::Object(members) = Arc::make_mut(data) {
            members.entry("targetingKey").or_insert_with(|| Value::String(String::new()));
            members.insert("$flagd".to_owned(), json!({ "flagKey": key, "timestamp": 0 }));
        }
        Ok(data)
    }
}

fn parse(text: &[u8]) -> Result<Value, String> {
    if text.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match serde_json::from_slice(text) {
        Ok(Value::Object(members)) => Ok(Value::Object(members)),
        Ok(_) => Ok(Value::Object(Map::new())),
        Err(error) => Err(format!("the context is not JSON: {error}")),
    }
}
