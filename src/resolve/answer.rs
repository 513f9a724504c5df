//! The answer of one evaluation.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ErrorCode;
use crate::error::fault::Fault;
use crate::flag::{Outcome, Reason, Set, Variant};
use crate::json::{Heap, Src};
use crate::memory::GrowText;
use crate::value::Value;

use super::result::{self, Answer};

/// What an evaluation came to.
///
/// It keeps the flags it was made from alive, so it stays whole while updates go on.
#[derive(Clone)]
pub struct Evaluation {
    pub(super) set: Arc<Set>,
    pub(super) place: Option<u32>,
    /// The key that was asked for, if no flag has it; otherwise the flag knows it, and these are words that the sentence of
    /// an error repeats.
    words: String,
    pub(super) outcome: Outcome,
}

impl Evaluation {
    pub(crate) fn new(set: Arc<Set>, place: Option<u32>, key: &str, mut outcome: Outcome, words: &str) -> Self {
        let words = match (place, &mut outcome.fault) {
            (None, _) => key,
            // Of the words of many evaluations only its own.
            (_, Some(Fault::NoSuchVariant(name))) if name.src == Src::Input => {
                let own = Heap { input: words, ..set.heap() }.text(*name);
                name.start = 0;
                own
            }
            _ => "",
        }
        .to_owned();
        Self { set, place, words, outcome }
    }

    pub(super) fn chosen(&self) -> Option<&Variant> {
        self.set.variant(self.outcome.variant?)
    }

    /// The key that was asked for.
    pub fn key(&self) -> &str {
        let flag = self.place.and_then(|place| self.set.flag(place));
        flag.map_or(&self.words, |flag| self.set.text(flag.key))
    }

    /// The value; `None` where the caller's default applies (disabled, no default variant, error).
    pub fn value(&self) -> Option<Value> {
        self.value_json().map(Value::from_own_json)
    }

    /// The value as JSON text.
    pub fn value_json(&self) -> Option<&str> {
        self.chosen().map(|variant| self.set.text(variant.json))
    }

    /// The name of the variant.
    pub fn variant(&self) -> Option<&str> {
        self.chosen().map(|variant| self.set.text(variant.name))
    }

    /// Why the value is what it is.
    pub fn reason(&self) -> Reason {
        self.outcome.reason
    }

    /// What kind of error it is, if the reason is [`Reason::Error`].
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.outcome.fault.as_ref().map(Fault::code)
    }

    /// The error in one sentence.
    pub fn error_message(&self) -> Option<String> {
        self.outcome.fault.is_some().then(|| {
            let mut sentence = String::new();
            self.whole().sentence(&mut sentence, String::put_str);
            sentence
        })
    }

    /// Flag-set metadata overlaid by that of the flag; for an unknown flag that of the flag set.
    pub fn metadata(&self) -> Vec<(String, Value)> {
        match result::metadata(&self.set, self.place) {
            Value::Object(members) => members,
            _ => Vec::new(),
        }
    }

    /// The answer as JSON, exactly as the WebAssembly module gives it.
    pub fn to_json(&self) -> String {
        // Room for a usual answer, so that it does not grow step by step.
        let mut out = String::with_capacity(256);
        self.write_json(&mut out);
        out
    }

    /// Appends the same to a text whose memory is used again.
    pub fn write_json(&self, out: &mut String) {
        result::write(out, &self.whole(), false);
    }

    /// The answer, read where it lies: texts instead of values.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn answer(&self) -> Answer<'_> {
        self.whole()
    }

    /// Whether there is metadata, of the flag or of the flag set.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn has_metadata(&self) -> bool {
        self.whole().has_metadata()
    }

    /// Appends the metadata as a JSON object, `{}` where there is none.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn write_metadata_json(&self, out: &mut String) {
        self.whole().write_metadata_json(out);
    }

    fn whole(&self) -> Answer<'_> {
        Answer { set: &self.set, place: self.place, key: self.key(), outcome: &self.outcome, words: &self.words }
    }
}

impl core::fmt::Debug for Evaluation {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(&self.to_json())
    }
}
