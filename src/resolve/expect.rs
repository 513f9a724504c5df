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

    /// The boolean; a value of another type is an error, as with [`Engine::evaluate_bool`](crate::Engine::evaluate_bool).
    pub fn into_bool(self) -> Resolution<bool> {
        let read = |_: &Self, value| match value {
            Val::Bool(value) => Some(value),
            _ => None,
        };
        self.typed(&Expected { name: "a boolean", read })
    }

    /// The integer; 10.0 reads as 10, and 3.5 is a type mismatch.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn into_int(self) -> Resolution<i64> {
        self.integral(false)
    }

    /// The integer without the fraction, as flagd's daemon reads it: 3.9 is 3.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn into_truncated_int(self) -> Resolution<i64> {
        self.integral(true)
    }

    /// With `truncate` a fraction is cut off, as flagd's daemon does; otherwise it is a type mismatch.
    pub(crate) fn integral(self, truncate: bool) -> Resolution<i64> {
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

    /// The number as a double; an integer that no double holds is a type mismatch.
    pub fn into_float(self) -> Resolution<f64> {
        let read = |_: &Self, value| match value {
            // Beyond 2^53 a double may miss the integer; then the type asked for cannot hold the value.
            Val::Int(value) if i128::from(value) == (value as f64) as i128 => Some(value as f64),
            Val::Num(value) => Some(value),
            _ => None,
        };
        self.typed(&Expected { name: "a number that a double holds exactly", read })
    }

    /// The string.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn into_string(self) -> Resolution<String> {
        self.into_text()
    }

    pub(crate) fn into_text(self) -> Resolution<String> {
        let read = |evaluation: &Self, value| match value {
            Val::Str(text) => Some(evaluation.set.text(text).to_owned()),
            _ => None,
        };
        self.typed(&Expected { name: "a string", read })
    }

    /// The object.
    pub fn into_object(self) -> Resolution<Value> {
        let read = |evaluation: &Self, value| match value {
            Val::Map(_) => evaluation.value(),
            _ => None,
        };
        self.typed(&Expected { name: "an object", read })
    }
}
