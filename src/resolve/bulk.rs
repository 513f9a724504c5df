//! The answers of all flags.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::result::{self, Answer};
use super::{Evaluation, EvaluationContext, evaluate};
use crate::error::sentences;
use crate::flag::{Outcome, Set};
use crate::json::write::Members;
use crate::limits::Limits;
use crate::memory::GrowText;
use crate::ops::Scratch;

/// Every flag of a set, or of one flag set of it, evaluated for one context: sorted by key, then by flag set.
#[derive(Clone, Debug)]
pub struct BulkEvaluation {
    set: Arc<Set>,
    outcomes: Vec<(u32, Outcome)>,
    /// What sentences repeat.
    words: String,
}

impl BulkEvaluation {
    pub(crate) fn new(
        set: Arc<Set>,
        places: impl Iterator<Item = u32>,
        context: &EvaluationContext<'_>,
        scratch: &mut Scratch,
    ) -> Self {
        let outcomes = evaluate::evaluate_many(&set, places, context, scratch);
        Self { set, outcomes, words: core::mem::take(&mut scratch.words) }
    }

    /// How many flags were evaluated.
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Whether there is no flag.
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// The answers one by one. An error of one flag is that flag's answer and stops nothing.
    pub fn iter(&self) -> impl Iterator<Item = Evaluation> + '_ {
        self.outcomes.iter().map(|(place, outcome)| {
            Evaluation::new(Arc::clone(&self.set), Some(*place), self.key(*place), *outcome, &self.words)
        })
    }

    /// The answers one by one, read where they lie: nothing is copied for one.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn answers(&self) -> impl ExactSizeIterator<Item = Answer<'_>> + DoubleEndedIterator {
        let (set, words) = (&*self.set, self.words.as_str());
        self.outcomes.iter().map(move |(place, outcome)| {
            let key = self.key(*place);
            Answer { set, place: Some(*place), key, outcome, words }
        })
    }

    /// Whether the flag set has metadata.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn has_flag_set_metadata(&self) -> bool {
        !self.set.metadata(None).is_empty()
    }

    /// Appends the metadata of the flag set as a JSON object, `{}` where there is none.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub fn write_flag_set_metadata_json(&self, out: &mut String) {
        self.set.write_metadata(out, self.set.metadata(None));
    }

    fn key(&self, place: u32) -> &str {
        self.set.flag(place).map_or("", |flag| self.set.text(flag.key))
    }

    /// All answers as JSON, exactly as the WebAssembly module gives them; over 256 MiB, an error of the same shape as a
    /// refused update's.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut members = Members::begin(&mut out);
        let list = members.name("flags");
        list.put_char('[');
        for (number, (place, outcome)) in self.outcomes.iter().enumerate() {
            if number > 0 {
                list.put_char(',');
            }
            let (set, key, words) = (&*self.set, self.key(*place), self.words.as_str());
            result::write(list, &Answer { set, place: Some(*place), key, outcome, words }, true);
            if list.len() > Limits::STANDARD.bulk {
                return sentences::bulk_size().to_json();
            }
        }
        list.put_char(']');
        result::write_metadata(&mut members, &self.set, None);
        members.end();
        out
    }
}
