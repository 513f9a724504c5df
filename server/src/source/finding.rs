//! What is wrong with a source, and where.

use std::fmt::{Display, Formatter};

/// Something found in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The JSON pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    /// Line and column, from 1, in characters; none in YAML, whose places the reader does not keep.
    pub place: Option<(u32, u32)>,
    /// One sentence.
    pub message: String,
}

impl Finding {
    /// Something without a place in the text.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), place: None, message: message.into() }
    }

    /// The same at an offset of a text.
    #[must_use]
    pub(super) fn at(self, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or("");
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.rsplit('\n').next().unwrap_or("").chars().count().saturating_add(1);
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { place: Some((small(line), small(column))), ..self }
    }
}

impl From<&burgee::Finding> for Finding {
    fn from(found: &burgee::Finding) -> Self {
        let message = match found.hint() {
            Some(hint) => format!("{}; {hint}", found.message()),
            None => found.message().to_owned(),
        };
        Self { pointer: found.path().to_owned(), place: Some((found.line(), found.column())), message }
    }
}

impl Display for Finding {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        if let Some((line, column)) = self.place {
            write!(formatter, "line {line}, column {column}: ")?;
        }
        if !self.pointer.is_empty() {
            write!(formatter, "`{}`: ", self.pointer)?;
        }
        formatter.write_str(&self.message)
    }
}
