//! Evaluations, recorded: each one with whom it was for, or only how many there were. An evaluation never waits for it.
//!
//! ```text
//! /sdk/v1/evaluate ─► record ─► bounded queue ─┐
//! every interface  ─► count ─► atomics of a flag ─► each second ─► writer ─► store
//! ```

mod recorder;
mod tally;
mod writer;

pub use recorder::{Evaluated, LONGEST_CONTEXT, Outcome, Recorder};
pub use tally::{Counts, Leftovers, Tally};

use std::time::Duration;

/// What is kept of evaluations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    /// How much of each.
    pub mode: Mode,
    /// How long it is kept.
    pub retention: Duration,
    /// How many requests may wait to be written.
    pub queue: usize,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// Each evaluation of `/sdk/v1/evaluate` with its user and context, and counts of all.
    #[default]
    All,
    /// How often each flag gave which variant, minute by minute.
    Counts,
    /// Nothing: only the figures for Prometheus count on.
    Off,
}

impl Default for Recording {
    fn default() -> Self {
        Self { mode: Mode::default(), retention: Duration::from_secs(30 * 24 * 60 * 60), queue: 65_536 }
    }
}
