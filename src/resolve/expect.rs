//! Typed access: the value in the type that the caller asks for, without loss.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::{Evaluation, result};
use crate::ErrorCode;
use crate::error::fault::Fault;
use crate::flag::{Outcome, Reason};
use crate::json::Val;
use crate::json::value::whole;
use crate::value::Value;

/// An evaluation whose value has a type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Resolution<T> {
    /// The value; `None` where the caller's default applies.
    pub value: Option<T>,
    /// The name of the variant.
    pub variant: Option<String>,
    /// Why the value is what it is.
    pub reason: Reason,
    /// What kind of error it is, if the reason is [`Reason::Error`].
    pub error_code: Option<ErrorCode>,
    /// The error in one sentence.
    pub error_message: Option<String>,
    /// Flag-set metadata overlaid by that of the flag, as an object.
    pub metadata: Value,
}

/// How a type is called in a sentence, and how a value becomes one.
struct Expected<T> {
    name: &'static str,
    read: fn(&Evaluation, Val) -> Option<T>,
}

impl Evaluation {
    fn typed<T>(mut self, expected: &Expected<T>) -> Resolution<T> {
        let value = match self.chosen() {
            Some(variant) => {
                let found = variant.value;
                let value = (expected.read)(&self, found);
                if value.is_none() {
                    let fault = Fault::Type { expected: expected.name, found: found.kind() };
                    self.outcome = Outcome { variant: self.outcome.variant, ..Outcome::fault(fault) };
                }
                value
            }
            None => None,
        };
        Resolution {
            value,
            variant: self.variant().map(ToOwned::to_owned),
            reason: self.outcome.reason,
            error_code: self.error_code(),
            error_message: self.error_message(),
            metadata: result::metadata(&self.set, self.place),
        }
    }

    pub(crate) fn into_bool(self) -> Resolution<bool> {
        let read = |_: &Self, value| match value {
            Val::Bool(value) => Some(value),
            _ => None,
        };
        self.typed(&Expected { name: "a boolean", read })
    }

    /// With `truncate` a fraction is cut off, as flagd's daemon does; otherwise it is a type mismatch.
    pub(crate) fn into_int(self, truncate: bool) -> Resolution<i64> {
        let lossless: fn(&Self, Val) -> Option<i64> = |_, value| match value {
            Val::Int(value) => Some(value),
            Val::Num(value) => whole(value),
            _ => None,
        };
        let cut: fn(&Self, Val) -> Option<i64> = |_, value| match value {
            Val::Int(value) => Some(value),
            Val::Num(value) => Some(value as i64),
            _ => None,
        };
        self.typed(&Expected { name: "an integer", read: if truncate { cut } else { lossless } })
    }

    pub(crate) fn into_float(self) -> Resolution<f64> {
        let read = |_: &Self, value| match value {
            // Beyond 2^53 a double may miss the integer; then the type asked for cannot hold the value.
            Val::Int(value) if i128::from(value) == (value as f64) as i128 => Some(value as f64),
            Val::Num(value) => Some(value),
            _ => None,
        };
        self.typed(&Expected { name: "a number that a double holds exactly", read })
    }

    pub(crate) fn into_text(self) -> Resolution<String> {
        let read = |evaluation: &Self, value| match value {
            Val::Str(text) => Some(evaluation.set.text(text).to_owned()),
            _ => None,
        };
        self.typed(&Expected { name: "a string", read })
    }

    pub(crate) fn into_object(self) -> Resolution<Value> {
        let read = |evaluation: &Self, value| match value {
            Val::Map(_) => evaluation.value(),
            _ => None,
        };
        self.typed(&Expected { name: "an object", read })
    }
}
