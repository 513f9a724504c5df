//! The operators by name.

/// What an author can write as the one member of a rule object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operator {
    Var,
    Missing,
    MissingSome,
    If,
    Equal,
    StrictEqual,
    NotEqual,
    StrictNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Modulo,
    Divide,
    Multiply,
    Add,
    Subtract,
    Max,
    Min,
    Map,
    Filter,
    Reduce,
    All,
    None,
    Some,
    In,
    Substr,
    Cat,
    Merge,
    Not,
    Truthy,
    Or,
    And,
    StartsWith,
    EndsWith,
    SemVer,
    Fractional,
}

const OPERATORS: [(&str, Operator); 38] = [
    ("var", Operator::Var),
    ("if", Operator::If),
    ("?:", Operator::If),
    ("==", Operator::Equal),
    ("===", Operator::StrictEqual),
    ("!=", Operator::NotEqual),
    ("!==", Operator::StrictNotEqual),
    ("and", Operator::And),
    ("or", Operator::Or),
    ("in", Operator::In),
    ("fractional", Operator::Fractional),
    ("sem_ver", Operator::SemVer),
    ("starts_with", Operator::StartsWith),
    ("ends_with", Operator::EndsWith),
    ("!", Operator::Not),
    ("!!", Operator::Truthy),
    ("<", Operator::Less),
    ("<=", Operator::LessEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterEqual),
    ("+", Operator::Add),
    ("-", Operator::Subtract),
    ("*", Operator::Multiply),
    ("/", Operator::Divide),
    ("%", Operator::Modulo),
    ("max", Operator::Max),
    ("min", Operator::Min),
    ("cat", Operator::Cat),
    ("substr", Operator::Substr),
    ("merge", Operator::Merge),
    ("missing", Operator::Missing),
    ("missing_some", Operator::MissingSome),
    ("map", Operator::Map),
    ("filter", Operator::Filter),
    ("reduce", Operator::Reduce),
    ("all", Operator::All),
    ("none", Operator::None),
    ("some", Operator::Some),
];

impl Operator {
    /// The operator with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        OPERATORS.iter().find(|(known, _)| *known == name).map(|(_, operator)| *operator)
    }
}

/// A generation of the `fractional` operator: what it hashes and how a hash becomes a bucket.
///
/// An engine has one as its default; a flag set or a flag chooses another with the metadata `fractionalVersion`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fractional {
    /// Floating-point shares of the hash's magnitude, as flagd had before core 0.15.
    #[cfg(feature = "fractional-versions")]
    V1,
    /// Integer shares of the hash of a string: flagd's current rule.
    #[default]
    V2,
    /// As v2, over the CBOR encoding of any value: flagd's accepted next rule.
    #[cfg(feature = "fractional-versions")]
    V3,
}

impl Fractional {
    /// `v1`, `v2` or `v3`, as far as this build has them.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            #[cfg(feature = "fractional-versions")]
            "v1" => Some(Self::V1),
            "v2" => Some(Self::V2),
            #[cfg(feature = "fractional-versions")]
            "v3" => Some(Self::V3),
            _ => None,
        }
    }

    /// Whether this names a generation that other builds have.
    pub(crate) fn is_left_out(name: &str) -> bool {
        cfg!(not(feature = "fractional-versions")) && matches!(name, "v1" | "v3")
    }
}
