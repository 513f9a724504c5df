//! What is wrong or doubtful in a flag document: rule, place, sentence, hint.

use alloc::string::String;
use alloc::vec::Vec;

/// The stable names of what can be found; hosts and editors may key on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "schema"), expect(dead_code, reason = "some are only found by the schema check"))]
pub(crate) enum Rule {
    JsonSyntax,
    JsonDepth,
    JsonNumber,
    Utf8,
    TooLarge,
    RootType,
    FlagsMissing,
    FlagsType,
    DuplicateKey,
    FlagType,
    FlagKey,
    DuplicateFlag,
    State,
    Variants,
    VariantName,
    VariantType,
    DefaultVariant,
    Targeting,
    UnknownOperator,
    OperatorArguments,
    OneOperator,
    Metadata,
    Evaluators,
    UnknownReference,
    ReferenceCycle,
    ReferenceDepth,
    FlagdVariable,
    NumberPrecision,
    FractionalVersion,
}

impl Rule {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::JsonSyntax => "json-syntax",
            Self::JsonDepth => "json-depth",
            Self::JsonNumber => "json-number",
            Self::Utf8 => "utf8",
            Self::TooLarge => "too-large",
            Self::RootType => "root-type",
            Self::FlagsMissing => "flags-missing",
            Self::FlagsType => "flags-type",
            Self::DuplicateKey => "duplicate-key",
            Self::FlagType => "flag-type",
            Self::FlagKey => "flag-key",
            Self::DuplicateFlag => "duplicate-flag",
            Self::State => "state",
            Self::Variants => "variants",
            Self::VariantName => "variant-name",
            Self::VariantType => "variant-type",
            Self::DefaultVariant => "default-variant",
            Self::Targeting => "targeting",
            Self::UnknownOperator => "unknown-operator",
            Self::OperatorArguments => "operator-arguments",
            Self::OneOperator => "one-operator",
            Self::Metadata => "metadata",
            Self::Evaluators => "evaluators",
            Self::UnknownReference => "unknown-reference",
            Self::ReferenceCycle => "reference-cycle",
            Self::ReferenceDepth => "reference-depth",
            Self::FlagdVariable => "flagd-variable",
            Self::NumberPrecision => "number-precision",
            Self::FractionalVersion => "fractional-version",
        }
    }

    /// Whether strict validation only warns of it: the document means what it says, but not to every reader.
    pub(crate) fn is_advice(self) -> bool {
        matches!(self, Self::NumberPrecision | Self::FractionalVersion)
    }
}

/// One finding, with its place as a byte offset of the document.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) rule: Rule,
    pub(crate) at: u32,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// The findings of one document: the first ones in full, the others as a count.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Found>,
    /// How many more were found than are listed.
    pub(crate) truncated: u32,
    /// At least one of all is more than advice.
    pub(crate) refuses: bool,
    limit: usize,
}

impl Findings {
    pub(crate) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), truncated: 0, refuses: false, limit }
    }

    /// Notes a finding, unless something was found at the same place, which then says it better.
    pub(crate) fn add_first(&mut self, rule: Rule, at: u32, sentence: impl FnOnce() -> (String, Option<String>)) {
        if !self.list.iter().any(|found| found.at == at) {
            self.add(rule, at, sentence);
        }
    }

    /// Notes a finding. The sentence is only made where it will be listed. Two checks may see the same fault: the
    /// same rule at the same place is one finding.
    pub(crate) fn add(&mut self, rule: Rule, at: u32, sentence: impl FnOnce() -> (String, Option<String>)) {
        if self.admits(rule, at) {
            self.push(rule, at, sentence());
        }
    }

    /// Whether a finding will be listed. Out of line, as is what follows: every check has its own copy of `add`.
    #[inline(never)]
    fn admits(&mut self, rule: Rule, at: u32) -> bool {
        self.refuses |= !rule.is_advice();
        if self.list.iter().any(|found| found.rule == rule && found.at == at) {
            return false;
        }
        let full = self.list.len() >= self.limit;
        self.truncated = self.truncated.saturating_add(u32::from(full));
        !full
    }

    #[inline(never)]
    fn push(&mut self, rule: Rule, at: u32, (message, hint): (String, Option<String>)) {
        self.list.push(Found { rule, at, message, hint });
    }
}
