//! One flag set out of several.

use alloc::string::String;
use alloc::sync::Arc;

use super::load::State;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
use super::visit;
use super::{answer, cell};
use crate::Error;
use crate::error::fault::Fault;
use crate::error::sentences;
use crate::flag::Flag;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
use crate::resolve::Answer;
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

    /// All flags.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub(super) fn all(state: Arc<State>) -> Self {
        Self { state, chosen: Chosen::All }
    }

    /// Evaluates a flag of the flag set.
    pub fn evaluate<'a>(&self, key: &str, context: impl Into<EvaluationContext<'a>>) -> Evaluation {
        cell::with_scratch(|scratch| answer(&self.state.set, self.find(key), key, &context.into(), scratch))
    }

    /// Evaluates every flag of the flag set.
    pub fn evaluate_all<'a>(&self, context: impl Into<EvaluationContext<'a>>) -> BulkEvaluation {
        let set = &self.state.set;
        let places = set.flags.iter().zip(0u32..).filter(|(flag, _)| self.holds(flag)).map(|(_, place)| place);
        cell::with_scratch(|scratch| BulkEvaluation::new(Arc::clone(set), places, &context.into(), scratch))
    }

    fn find(&self, key: &str) -> Result<u32, Fault> {
        match &self.chosen {
            Chosen::All => self.state.lookup(key),
            Chosen::Set(name) => self.state.set.find_in(name.as_deref(), key).ok_or(Fault::UnknownFlag),
        }
    }

    fn holds(&self, flag: &Flag) -> bool {
        match &self.chosen {
            Chosen::All => true,
            Chosen::Set(name) => flag.set.map(|set| self.state.set.text(set)) == name.as_deref(),
        }
    }
}

/// What is known of the flags without an evaluation, and answers that are read where they lie.
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
impl Selection {
    /// Evaluates a flag of the flag set as [`Engine::evaluate_with`](crate::Engine::evaluate_with) does.
    pub fn evaluate_with<'a, T>(
        &self,
        key: &str,
        context: impl Into<EvaluationContext<'a>>,
        read: impl FnOnce(Answer<'_>) -> T,
    ) -> T {
        cell::with_scratch(|scratch| visit(&self.state.set, self.find(key), key, &context.into(), scratch, read))
    }

    /// How many flags there are: as many as [`Selection::evaluate_all`] answers.
    pub fn len(&self) -> usize {
        self.flags().count()
    }

    /// Whether there is no flag.
    pub fn is_empty(&self) -> bool {
        self.flags().next().is_none()
    }

    /// The keys of the flags in the order of [`Selection::evaluate_all`]: ascending, and once for each flag set that has
    /// such a flag.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.flags().map(|flag| self.state.set.text(flag.key))
    }

    /// Whether there is a flag with this key.
    pub fn contains(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Whether a flag has the same answer for every context and time, which was worked out when the document was loaded;
    /// `None` if there is no such flag. It may be `false` for a rule that reads nothing and takes many steps. A text that
    /// is larger than a context may be is an error for each flag.
    pub fn is_constant(&self, key: &str) -> Option<bool> {
        let flag = self.state.set.flag(self.find(key).ok()?)?;
        Some(flag.ready.is_some())
    }

    /// Whether the answer of a flag may change with the time alone: its rule, or a shared rule that it calls, reads
    /// `$flagd.timestamp`, takes the whole context, or has a computed path, which may lead there. A rule that reads more
    /// than 256 paths counts as well. With `false` the same flags give the same answers for the same context at any time.
    pub fn uses_time(&self) -> bool {
        match &self.chosen {
            Chosen::All => self.state.set.uses_time,
            Chosen::Set(_) => self.flags().any(Flag::may_read_time),
        }
    }

    /// The number of the state that the flags are of, as in [`Report::generation`](crate::Report::generation); 0 before
    /// the first update.
    pub fn generation(&self) -> u64 {
        self.state.generation
    }

    /// Whether the flag set has metadata.
    pub fn has_flag_set_metadata(&self) -> bool {
        !self.state.set.metadata(None).is_empty()
    }

    /// Appends the metadata of the flag set as a JSON object, `{}` where there is none.
    pub fn write_flag_set_metadata_json(&self, out: &mut String) {
        self.state.set.write_metadata(out, self.state.set.metadata(None));
    }

    fn flags(&self) -> impl Iterator<Item = &Flag> {
        self.state.set.flags.iter().filter(|flag| self.holds(flag))
    }
}
