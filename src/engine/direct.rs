//! What the module asks of its engine: settings that change, and answers written into a buffer that is kept.

use alloc::string::String;
use alloc::sync::Arc;

use super::load::State;
use super::{Engine, Options, Report, Validation};
use crate::Error;
use crate::error::fault::Fault;
use crate::error::sentences;
use crate::flag::Outcome;
use crate::memory::GrowText;
use crate::ops::Scratch;
use crate::resolve::result::{self, Answer};
use crate::resolve::{self, BulkEvaluation, EvaluationContext};

impl Engine {
    pub(crate) fn set_validation(&mut self, validation: Validation) {
        self.options.validation = validation;
    }

    /// Forgets the flags; the generation goes on, so that no host takes a later state for an earlier one.
    pub(crate) fn reset(&mut self) {
        let generation = self.current.get().generation;
        self.options = Options::default();
        self.current.set(Arc::new(State::empty(generation)));
    }

    /// Replaces the flags by those of an update that was prepared.
    pub(crate) fn put_in_force(&self, report: &Report) {
        self.current.set(report.state());
    }

    /// Writes the answer of the flag with this key, and the sentence of an error.
    pub(crate) fn write_by_key(
        &self,
        key: &str,
        context: &EvaluationContext<'_>,
        scratch: &mut Scratch,
        out: &mut String,
        error: &mut String,
    ) {
        let state = self.current.get();
        write(&state, state.lookup(key), key, context, scratch, out, error)
    }

    /// Writes the answer of the flag at a place of `flagIndices`.
    pub(crate) fn write_at(
        &self,
        place: u32,
        context: &EvaluationContext<'_>,
        scratch: &mut Scratch,
        out: &mut String,
        error: &mut String,
    ) {
        let state = self.current.get();
        match state.set.flag(place) {
            Some(flag) => write(&state, Ok(place), state.set.text(flag.key), context, scratch, out, error),
            None => write(&state, Err(Fault::UnknownIndex(place)), "", context, scratch, out, error),
        }
    }

    /// The answers of all flags.
    pub(crate) fn answer_all(&self, context: &EvaluationContext<'_>, scratch: &mut Scratch) -> BulkEvaluation {
        let set = &self.current.get().set;
        BulkEvaluation::new(Arc::clone(set), set.places(), context, scratch)
    }

    /// The reply to a call for all flags that an input made impossible.
    pub(crate) fn refuse(fault: &Fault) -> String {
        let mut error = String::new();
        sentences::fault(&mut error, String::put_str, fault, "", "");
        Error::new(error).to_json()
    }

    /// Writes the answer that an input made impossible before any flag was looked at, and its sentence.
    pub(crate) fn write_fault(&self, fault: Fault, out: &mut String, error: &mut String) {
        let (set, outcome) = (&self.current.get().set, &Outcome::fault(fault));
        finish(&Answer { set, place: None, key: "", outcome, words: "" }, out, error);
    }
}

fn write(
    state: &State,
    found: Result<u32, Fault>,
    key: &str,
    context: &EvaluationContext<'_>,
    scratch: &mut Scratch,
    out: &mut String,
    error: &mut String,
) {
    let set = &state.set;
    let (place, outcome) = match found {
        Ok(place) => (Some(place), &resolve::evaluate::evaluate(set, place, context, scratch)),
        Err(fault) => (None, &Outcome::fault(fault)),
    };
    finish(&Answer { set, place, key, outcome, words: &scratch.words }, out, error);
}

fn finish(answer: &Answer<'_>, out: &mut String, error: &mut String) {
    result::write(out, answer, false);
    if answer.outcome.fault.is_some() {
        error.clear();
        answer.sentence(error, String::put_str);
    }
}
