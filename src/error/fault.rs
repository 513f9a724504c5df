//! Why an evaluation answered with an error.

use crate::json::{SyntaxError, Text};

/// The OpenFeature error code of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// No flag has this key.
    FlagNotFound,
    /// The targeting or the context could not be read.
    ParseError,
    /// The value is of another type than asked for.
    TypeMismatch,
    /// Everything else: no such variant, a budget used up.
    General,
}

impl ErrorCode {
    /// The name on the wire, for example `FLAG_NOT_FOUND`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::ParseError => "PARSE_ERROR",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::General => "GENERAL",
        }
    }
}

impl core::fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What stopped a rule while it ran. It is as small as a value, because every operator may give one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// An operator that this engine does not have: a constant of the program is its name.
    UnknownOperator(u32),
    /// A rule object with more than one member.
    ManyMembers,
    /// The step budget is used up.
    Steps,
    /// A value grew over its limit.
    Built,
    /// A built value is nested too deep to be hashed or joined.
    Depth,
    /// An attribute that a computed path leads to is nested too deep.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    Attribute,
}

/// Everything that makes an evaluation answer with an error. It owns nothing, so that an answer with an error takes no
/// memory: what its sentence repeats is a text of the pool, or of the words of the evaluation (those of the input).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    UnknownFlag,
    LongKey,
    NothingLoaded,
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    UnknownIndex(u32),
    /// Bytes that lie outside the module's memory.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    Outside(&'static str),
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    KeyEncoding(usize),
    /// Slot data that breaks off or has an unknown tag at this byte.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    Slots(usize),
    /// A flag that slots cannot answer.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    NeedsJson,
    ContextSize,
    Context {
        error: SyntaxError,
        line: u32,
        column: u32,
    },
    /// The flag cannot work; the sentence was made when it was loaded.
    Quarantined(Text),
    /// What stopped the rule, and the name of an operator that nobody knows.
    Rule(Stop, Text),
    /// Targeting chose a name that is no variant.
    NoSuchVariant(Text),
    /// Targeting gave something that cannot be a name.
    NotAName(&'static str),
    /// The default variant is a name that no variant has.
    BadDefault(Text),
    Type {
        expected: &'static str,
        found: &'static str,
    },
}

impl Fault {
    /// What its sentence repeats.
    pub(crate) fn word(&self) -> Text {
        match self {
            Self::Quarantined(word) | Self::Rule(_, word) | Self::NoSuchVariant(word) | Self::BadDefault(word) => *word,
            _ => Text::EMPTY,
        }
    }

    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownFlag | Self::LongKey | Self::NothingLoaded => ErrorCode::FlagNotFound,
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            Self::UnknownIndex(_) => ErrorCode::FlagNotFound,
            #[cfg(all(feature = "abi", target_arch = "wasm32"))]
            Self::Slots(_) | Self::KeyEncoding(_) => ErrorCode::ParseError,
            Self::ContextSize | Self::Context { .. } | Self::Quarantined(_) => ErrorCode::ParseError,
            Self::Rule(Stop::UnknownOperator(_) | Stop::ManyMembers, _) => ErrorCode::ParseError,
            #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
            Self::Rule(Stop::Attribute, _) => ErrorCode::ParseError,
            Self::Type { .. } => ErrorCode::TypeMismatch,
            _ => ErrorCode::General,
        }
    }
}
