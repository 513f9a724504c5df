//! The built module against input that is made to exhaust it: its stack, its steps, its memory, and time.
//!
//! `make soak` runs the tests that are ignored here as well; they print the figures of `docs/robustness.md`.

mod calls;
mod documents;
mod growth;
mod guests;
mod heavy;
mod hostile;
mod measure;
mod memory;
mod node;
mod runtimes;
mod stack;
mod steps;

use anyhow::Result;
use burgee_conformance::places;

/// The bytes of the module under test.
fn module() -> Result<Vec<u8>> {
    Ok(std::fs::read(places::module_path()?)?)
}
