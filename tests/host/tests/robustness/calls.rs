//! Calls of the module as data, so that every runtime makes the same ones.

use serde_json::{Value, json};

/// Bytes for the module.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    text: Vec<u8>,
    /// White space is appended up to this many bytes, so that a large input is a short one in a file.
    padded_to: usize,
}

impl<T: Into<Vec<u8>>> From<T> for Input {
    fn from(text: T) -> Self {
        let text = text.into();
        Self { padded_to: text.len(), text }
    }
}

impl Input {
    /// A text with white space behind it.
    pub(crate) fn padded(text: &str, len: usize) -> Self {
        Self { text: text.into(), padded_to: len }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len().max(self.padded_to)
    }

    /// Writes the input to a place of its length.
    pub(crate) fn copy_to(&self, place: &mut [u8]) {
        place.fill(b' ');
        place[..self.text.len()].copy_from_slice(&self.text);
    }

    fn to_json(&self) -> Value {
        match std::str::from_utf8(&self.text) {
            Ok(text) => json!({ "text": text, "length": self.len() }),
            Err(_) => json!({ "bytes": self.text, "length": self.len() }),
        }
    }
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Mode(u32),
    Update(Input),
    Evaluate(Input, Input),
    EvaluateAll(Input),
    EvaluateLogic(Input, Input),
    /// The flag at an index, in a generation, for slot values.
    EvaluateSlots(u32, u32, Input),
    Describe,
    LastError,
}

impl Call {
    /// The first flag of tests for a context.
    pub(crate) fn evaluate(context: impl Into<Input>) -> Self {
        Self::Evaluate(Input::from("f"), context.into())
    }

    pub(crate) fn update(document: impl Into<Input>) -> Self {
        Self::Update(document.into())
    }

    pub(crate) fn logic(rule: impl Into<Input>, data: impl Into<Input>) -> Self {
        Self::EvaluateLogic(rule.into(), data.into())
    }

    pub(crate) fn export(&self) -> &'static str {
        match self {
            Self::Mode(_) => "set_validation_mode",
            Self::Update(_) => "update_state",
            Self::Evaluate(..) => "evaluate",
            Self::EvaluateAll(_) => "evaluate_all",
            Self::EvaluateLogic(..) => "evaluate_logic",
            Self::EvaluateSlots(..) => "evaluate_slots",
            Self::Describe => "describe_state",
            Self::LastError => "last_error",
        }
    }

    /// The arguments before those of the inputs.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        match self {
            Self::Mode(mode) => vec![*mode],
            Self::EvaluateSlots(index, generation, _) => vec![*index, *generation],
            _ => Vec::new(),
        }
    }

    pub(crate) fn inputs(&self) -> Vec<&Input> {
        match self {
            Self::Mode(_) | Self::Describe | Self::LastError => Vec::new(),
            Self::Update(input) | Self::EvaluateAll(input) | Self::EvaluateSlots(.., input) => vec![input],
            Self::Evaluate(first, second) | Self::EvaluateLogic(first, second) => vec![first, second],
        }
    }

    /// Whether the result is the place of a text, not a number.
    pub(crate) fn answers_text(&self) -> bool {
        !matches!(self, Self::EvaluateSlots(..))
    }

    /// The call for a runtime that is another program.
    pub(crate) fn to_json(&self) -> Value {
        let inputs: Vec<Value> = self.inputs().into_iter().map(Input::to_json).collect();
        json!({ "export": self.export(), "numbers": self.numbers(), "inputs": inputs, "text": self.answers_text() })
    }
}

/// Calls of one instance.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) calls: Vec<Call>,
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, calls: impl Into<Vec<Call>>) -> Self {
        Self { name: name.into(), calls: calls.into() }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "name": self.name, "calls": self.calls.iter().map(Call::to_json).collect::<Vec<_>>() })
    }
}
