//! What is wrong with a source, and where.

use std::fmt::{Display, Formatter};

/// Something found in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The JSON pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    /// Line and column, from 1, in characters.
    pub place: Option<(u32, u32)>,
    /// The stable id of the rule that is broken: one of the engine's, or `switch` for a flag in the form of the configuration
    /// file's document, `yaml-syntax`, or `general`.
    pub rule: &'static str,
    /// Whether it is advice, for which nothing is refused.
    pub is_advice: bool,
    /// One sentence.
    pub message: String,
    /// What to do about it, where the sentence does not say it.
    pub hint: Option<String>,
}

impl Finding {
    /// Something without a place in the text.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            place: None,
            rule: "general",
            is_advice: false,
            message: message.into(),
            hint: None,
        }
    }

    /// The same as a breach of a rule.
    #[must_use]
    pub(super) fn of(self, rule: &'static str) -> Self {
        Self { rule, ..self }
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
        Self {
            pointer: found.path().to_owned(),
            place: Some((found.line(), found.column())),
            rule: found.rule(),
            is_advice: found.is_advice(),
            message: found.message().to_owned(),
            hint: found.hint().map(str::to_owned),
        }
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
        formatter.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(formatter, "; {hint}"))
    }
}
