//! JSON values that a caller owns.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::number::Style;
use crate::json::write;
use crate::json::{Arena, Heap, Val};

/// A JSON value.
///
/// Integers that fit 64 bits are exact; every other number is a double. `Display` and [`Value::to_json`] give JSON text.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number without fraction and exponent that fits 64 bits.
    Int(i64),
    /// Any other number; never NaN or infinite when it comes from the engine.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, its members in order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// The value as compact JSON. A float without a fraction keeps its point: `1.0`.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => crate::json::number::write_integer(out, *value),
            Self::Float(value) if !value.is_finite() => out.push_str("null"),
            Self::Float(value) => crate::json::number::write_double(out, *value, Style::Document),
            Self::String(value) => write::string(out, value),
            Self::Array(items) => write::array(out, items, |out, item| item.write(out)),
            Self::Object(members) => {
                let mut object = write::Members::begin(out);
                for (name, value) in members {
                    value.write(object.name(name));
                }
                object.end();
            }
        }
    }

    /// Copies an arena's value. Its nesting is limited by the parser or by the rule's depth.
    pub(crate) fn from_val(heap: &Heap<'_>, value: Val) -> Self {
        match value {
            Val::Null => Self::Null,
            Val::Bool(value) => Self::Bool(value),
            Val::Int(value) => Self::Int(value),
            Val::Num(value) => Self::Float(value),
            Val::Str(text) => Self::String(heap.text(text).to_owned()),
            Val::List(list) => Self::Array(heap.span(list).iter().map(|item| Self::from_val(heap, *item)).collect()),
            Val::Map(map) => Self::Object(
                heap.members(map).map(|(name, value)| (name.to_owned(), Self::from_val(heap, value))).collect(),
            ),
        }
    }

    /// Reads text that the engine wrote itself.
    pub(crate) fn from_own_json(text: &str) -> Self {
        let mut arena = Arena::new();
        let limits = &crate::limits::Limits::STANDARD;
        let value = crate::json::parse_value(text, &mut arena, limits).unwrap_or(Val::Null);
        Self::from_val(&Heap { pool: &arena, input: text, scratch: &arena }, value)
    }
}

impl core::fmt::Display for Value {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(&self.to_json())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
}

impl<N: Into<String>> FromIterator<(N, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(members: I) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

#[cfg(feature = "serde")]
impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(integer) => Self::Int(integer),
                None => number.as_f64().map_or(Self::Null, Self::Float),
            },
            serde_json::Value::String(value) => Self::String(value),
            serde_json::Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}

#[cfg(feature = "serde")]
impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Int(value) => Self::from(value),
            // A double that is not finite has no JSON form.
            Value::Float(value) => serde_json::Number::from_f64(value).map_or(Self::Null, Self::Number),
            Value::String(value) => Self::String(value),
            Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}
