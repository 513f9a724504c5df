//! One flag set out of several.

use alloc::string::String;
use alloc::sync::Arc;

use super::load::State;
use super::{answer, cell};
use crate::Error;
use crate::error::fault::Fault;
use crate::error::sentences;
use crate::flag::Flag;
use crate::resolve::{BulkEvaluation, Evaluation, EvaluationContext};

/// Which flags are in reach.
#[derive(Clone, Debug)]
enum Chosen {
    All,
    /// The flag set of this name; `None` stands for flags without one.
    Set(Option<String>),
}

/// The flags of one flag set, as they were when [`Engine::select`](crate::Engine::select) was called.
#[derive(Clone, Debug)]
pub struct Selection {
    state: Arc<State>,
    chosen: Chosen,
}

impl Selection {
    pub(super) fn new(state: Arc<State>, selector: &str) -> Result<Self, Error> {
        let chosen = match selector.split_once('=') {
            None if selector.is_empty() => Chosen::All,
            Some(("flagSetId", "")) => Chosen::Set(None),
            Some(("flagSetId", name)) => Chosen::Set(Some(String::from(name))),
            _ => return Err(sentences::bad_selector(selector)),
        };
        Ok(Self { state, chosen })
    }

    /// Evaluates a flag of the flag set.
    pub fn evaluate<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Evaluation {
        let found = match &self.chosen {
            Chosen::All => self.state.lookup(key),
            Chosen::Set(name) => self.state.set.find_in(name.as_deref(), key).ok_or(Fault::UnknownFlag),
        };
        cell::with_scratch(|scratch| answer(&self.state.set, found, key, &context.into(), scratch))
    }

    /// Evaluates every flag of the flag set.
    pub fn evaluate_all<'a>(&self, context: impl Into<EvaluationContext<'a>>) -> BulkEvaluation {
        let set = &self.state.set;
        let places = set.flags.iter().zip(0u32..).filter(|(flag, _)| self.holds(flag)).map(|(_, place)| place);
        cell::with_scratch(|scratch| BulkEvaluation::new(Arc::clone(set), places, &context.into(), scratch))
    }

    fn holds(&self, flag: &Flag) -> bool {
        match &self.chosen {
            Chosen::All => true,
            Chosen::Set(name) => flag.set.map(|set| self.state.set.text(set)) == name.as_deref(),
        }
    }
}
