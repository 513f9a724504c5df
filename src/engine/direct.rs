//! What the module asks of its engine: settings that change, and answers written into a buffer that is kept.

use alloc::string::String;
use alloc::sync::Arc;

use super::load::State;
use super::{Engine, Options, Report, Validation};
use crate::error::fault::Fault;
use crate::flag::Outcome;
use crate::ops::Scratch;
use crate::resolve::{self, BulkEvaluation, EvaluationContext, result};

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

    /// Writes the answer of the flag with this key; gives the sentence of an error.
    pub(crate) fn write_by_key(
        &self,
        key: &str,
        context: &EvaluationContext<'_>,
        scratch: &mut Scratch,
        out: &mut String,
    ) -> Option<String> {
        let state = self.current.get();
        write(&state, state.lookup(key), key, context, scratch, out)
    }

    /// Writes the answer of the flag at a place of `flagIndices`.
    pub(crate) fn write_at(
        &self,
        place: u32,
        context: &EvaluationContext<'_>,
        scratch: &mut Scratch,
        out: &mut String,
    ) -> Option<String> {
        let state = self.current.get();
        match state.set.flag(place) {
            Some(flag) => write(&state, Ok(place), state.set.text(flag.key), context, scratch, out),
            None => write(&state, Err(Fault::UnknownIndex(place)), "", context, scratch, out),
        }
    }

    /// The answers of all flags.
    pub(crate) fn answer_all(&self, context: &EvaluationContext<'_>, scratch: &mut Scratch) -> BulkEvaluation {
        let set = &self.current.get().set;
        BulkEvaluation::new(Arc::clone(set), set.places(), context, scratch)
    }

    /// Writes the answer that an input made impossible before any flag was looked at.
    pub(crate) fn write_fault(&self, fault: Fault, out: &mut String) -> Option<String> {
        result::write(out, &self.current.get().set, None, "", false, &Outcome::fault(fault))
    }
}

fn write(
    state: &State,
    found: Result<u32, Fault>,
    key: &str,
    context: &EvaluationContext<'_>,
    scratch: &mut Scratch,
    out: &mut String,
) -> Option<String> {
    let (place, outcome) = match found {
        Ok(place) => (Some(place), resolve::evaluate::evaluate(&state.set, place, context, scratch)),
        Err(fault) => (None, Outcome::fault(fault)),
    };
    result::write(out, &state.set, place, key, false, &outcome)
}
