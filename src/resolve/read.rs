//! Answers read where they lie.

use alloc::string::String;

use super::result::{self, Answer};
use crate::ErrorCode;
use crate::error::fault::Fault;
use crate::flag::{Reason, Variant};
use crate::json::{Text, write};
use crate::memory::GrowText;
use crate::value::Value;

impl<'a> Answer<'a> {
    /// The key that was asked for.
    pub fn key(&self) -> &'a str {
        self.key
    }

    /// Appends the key as a JSON string, quotes included.
    pub fn write_key_json(&self, out: &mut String) {
        write::string(out, self.key);
    }

    /// The value; `None` where the caller's default applies (disabled, no default variant, error).
    pub fn value(&self) -> Option<Value> {
        self.value_json().map(Value::from_own_json)
    }

    /// The value as JSON text.
    pub fn value_json(&self) -> Option<&'a str> {
        Some(self.set.text(self.chosen()?.json))
    }

    /// The name of the variant.
    pub fn variant(&self) -> Option<&'a str> {
        Some(self.set.text(self.chosen()?.name))
    }

    /// Value and variant as two members of a JSON object: `"value":true,"variant":"on"`.
    pub fn value_and_variant_json(&self) -> Option<&'a str> {
        let head = self.chosen()?.head;
        let len = head.len.saturating_sub(result::BEHIND_VARIANT);
        Some(self.set.text(Text { len, ..head }))
    }

    /// Why the value is what it is.
    pub fn reason(&self) -> Reason {
        self.outcome.reason
    }

    /// What kind of error it is, if the reason is [`Reason::Error`].
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.outcome.fault.as_ref().map(Fault::code)
    }

    /// Appends the error in one sentence; nothing where there is none.
    pub fn write_error(&self, out: &mut String) {
        self.sentence(out, String::put_str);
    }

    /// Appends the error in one sentence as a JSON string, quotes included; `null` where there is none.
    pub fn write_error_json(&self, out: &mut String) {
        if self.outcome.fault.is_none() {
            return out.push_str("null");
        }
        out.push('"');
        self.sentence(out, write::inside);
        out.push('"');
    }

    /// Whether there is metadata, of the flag or of the flag set.
    pub fn has_metadata(&self) -> bool {
        !self.set.metadata(self.place).is_empty()
    }

    /// Appends flag-set metadata overlaid by that of the flag as a JSON object, `{}` where there is none; for an unknown
    /// flag that of the flag set.
    pub fn write_metadata_json(&self, out: &mut String) {
        self.set.write_metadata(out, self.set.metadata(self.place));
    }

    /// Appends the answer as JSON, exactly as the WebAssembly module gives it.
    pub fn write_json(&self, out: &mut String) {
        result::write(out, self, false);
    }

    fn chosen(&self) -> Option<&'a Variant> {
        self.set.variant(self.outcome.variant?)
    }
}

impl core::fmt::Debug for Answer<'_> {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut text = String::new();
        self.write_json(&mut text);
        formatter.write_str(&text)
    }
}
