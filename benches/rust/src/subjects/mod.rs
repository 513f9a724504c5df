//! What is measured.

pub mod baseline;
pub mod client;
pub mod datalogic4;
pub mod datalogic5;
pub mod guests;
pub mod list;
pub mod native;
pub mod slots;

use std::fmt;

use anyhow::Result;
use serde_json::Value;

/// Who was measured.
#[derive(Clone)]
pub struct Label {
    /// Where the code runs.
    pub runtime: &'static str,
    /// Whose code it is.
    pub subject: &'static str,
    /// How it is called.
    pub way: &'static str,
    /// The versions of what took part.
    pub versions: String,
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, {}, {}", self.subject, self.runtime, self.way)
    }
}

/// What a subject is asked.
#[derive(Clone, Copy)]
pub enum Question<'a> {
    /// One flag.
    One {
        /// Its key.
        key: &'a str,
        /// The context as JSON.
        context: &'a [u8],
    },
    /// All flags.
    All {
        /// The context as JSON.
        context: &'a [u8],
    },
}

impl Question<'_> {
    /// The key of one flag, nothing for all of them, and the context: what a subject keeps until it is run.
    fn kept(self) -> (Option<String>, Vec<u8>) {
        match self {
            Self::One { key, context } => (Some(key.to_owned()), context.to_vec()),
            Self::All { context } => (None, context.to_vec()),
        }
    }
}

/// Something that evaluates flags.
pub trait Evaluate {
    /// Forgets all flags and loads these.
    fn load(&mut self, document: &[u8]) -> Result<()>;

    /// Makes ready for a question: what an application has done before it asks.
    fn prepare(&mut self, question: Question<'_>) -> Result<()>;

    /// Answers the question that many times.
    fn run(&mut self, times: u64) -> Result<()>;

    /// The answer, in the shape that burgee's JSON has.
    fn answer(&mut self) -> Result<Value>;
}

/// Something that loads flags.
pub trait Update {
    /// Forgets all flags.
    fn forget(&mut self) -> Result<()>;

    /// Loads flags.
    fn update(&mut self, document: &[u8]) -> Result<()>;
}

/// An evaluator and its name.
pub struct Evaluator {
    /// The name.
    pub label: Label,
    /// The code.
    pub code: Box<dyn Evaluate>,
}

/// A loader and its name.
pub struct Updater {
    /// The name.
    pub label: Label,
    /// The code.
    pub code: Box<dyn Update>,
}
