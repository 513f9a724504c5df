//! The one error type, and every sentence that the engine says.

pub(crate) mod fault;
pub(crate) mod finding;
#[cfg(feature = "schema")]
pub(crate) mod schema;
pub(crate) mod sentences;
pub(crate) mod suggest;
pub(crate) mod syntax;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// Something found in a flag document, with its place for people and its rule for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(crate) rule: &'static str,
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) flag: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Finding {
    /// The stable id of the rule, for example `unknown-operator`.
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// The JSON pointer (RFC 6901) of the value or member concerned; empty for the whole document.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1, in Unicode characters.
    pub fn column(&self) -> u32 {
        self.column
    }

    /// The key of the flag concerned, if it is one flag's matter.
    pub fn flag(&self) -> Option<&str> {
        self.flag.as_deref()
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether it is advice, for which strict validation refuses nothing.
    pub fn is_advice(&self) -> bool {
        use finding::Rule;
        [Rule::NumberPrecision, Rule::FractionalVersion].iter().any(|advice| advice.id() == self.rule)
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// Why the engine refused a document, a rule or a selector.
///
/// `Display` gives one sentence in lower case without a full stop; [`Error::findings`] gives every place.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    message: String,
    findings: Vec<Finding>,
    truncated: u32,
}

impl Error {
    pub(crate) fn new(message: String) -> Self {
        Self::with_findings(message, Vec::new(), 0)
    }

    pub(crate) fn with_findings(message: String, findings: Vec<Finding>, truncated: u32) -> Self {
        Self(Box::new(Inner { message, findings, truncated }))
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Every place that was found, in the order of the text; at most 100.
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// How many more were found than [`Error::findings`] lists.
    pub fn truncated(&self) -> u32 {
        self.0.truncated
    }

    /// The stable name of the first rule that was broken, or `general`.
    pub fn code(&self) -> &'static str {
        self.0.findings.first().map_or("general", Finding::rule)
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

// The sentence is what a reader of an unwrapped error needs, so `Debug` says the same.
impl core::fmt::Debug for Error {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl core::error::Error for Error {}
