//! The answer of one evaluation, as a caller of an SDK sees it.

use anyhow::{Context, Result};
use burgee::Resolution;
use serde_json::Value;

use crate::json;

/// The type that a caller asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number that a double holds.
    Float,
    /// Text.
    String,
    /// An object.
    Object,
}

impl Kind {
    /// The kind of this name, in any case.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "float" => Self::Float,
            "string" => Self::String,
            "object" => Self::Object,
            _ => anyhow::bail!("unknown type `{name}`"),
        })
    }

    /// Reads the text of a table's cell, in which quotes are escaped.
    pub fn read(self, text: &str) -> Result<Value> {
        Ok(match self {
            Self::String => Value::from(text),
            Self::Boolean => Value::from(text.parse::<bool>()?),
            Self::Integer => Value::from(text.parse::<i64>()?),
            Self::Float => Value::from(text.parse::<f64>()?),
            Self::Object => json::parse(&text.replace("\\\"", "\""))?,
        })
    }

    /// The host's part of the type check: whether a value can be handed over in this type without loss.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Self::Boolean => value.is_boolean(),
            Self::String => value.is_string(),
            Self::Object => value.is_object(),
            Self::Integer => value.is_i64() || value.as_f64().is_some_and(is_integer),
            Self::Float => match value.as_i64() {
                Some(integer) => (integer as f64) as i128 == i128::from(integer),
                None => value.is_number(),
            },
        }
    }
}

fn is_integer(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() < 9_223_372_036_854_775_808.0
}

/// An answer, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The value, if there is one.
    pub value: Option<Value>,
    /// The name of the variant.
    pub variant: Option<String>,
    /// Why the value is what it is.
    pub reason: String,
    /// The kind of error.
    pub error_code: Option<String>,
    /// The error in words.
    pub error_message: Option<String>,
    /// Metadata; an empty object if there is none.
    pub metadata: Value,
}

impl Answer {
    /// Reads the JSON that the module answers, as a member of a bulk answer or alone.
    pub fn of(json: &Value) -> Result<Self> {
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        Ok(Self {
            value: json.get("value").cloned(),
            variant: text("variant"),
            reason: text("reason").context("an answer without a reason")?,
            error_code: text("errorCode"),
            error_message: text("errorMessage"),
            metadata: json.get("flagMetadata").cloned().unwrap_or_else(|| Value::Object(Default::default())),
        })
    }

    /// Turns a value of another type into an error, as the SDK of a typed language does.
    pub fn typed(mut self, kind: Kind) -> Self {
        if self.value.as_ref().is_some_and(|value| !kind.holds(value)) {
            self.value = None;
            self.reason = "ERROR".to_owned();
            self.error_code = Some("TYPE_MISMATCH".to_owned());
            self.error_message = Some(format!("the value is not of type {kind:?}"));
        }
        self
    }

    /// An answer of the typed native interface.
    pub fn resolved<T>(resolution: Resolution<T>, value: impl FnOnce(T) -> Result<Value>) -> Result<Self> {
        Ok(Self {
            value: resolution.value.map(value).transpose()?,
            variant: resolution.variant,
            reason: resolution.reason.as_str().to_owned(),
            error_code: resolution.error_code.map(|code| code.as_str().to_owned()),
            error_message: resolution.error_message,
            metadata: json::parse(&resolution.metadata.to_json())?,
        })
    }
}
