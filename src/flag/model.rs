//! Flags as they are kept between updates.

use crate::error::fault::Fault;
use crate::json::hash::Fingerprint;
use crate::json::{Text, Val};
use crate::rule::{Fractional, Rule};

/// Why an evaluation gave what it gave, in OpenFeature's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The flag has no targeting: its default variant, whatever the context.
    Static,
    /// Targeting gave null: the default variant, or no value where there is none.
    Default,
    /// Targeting chose the variant.
    TargetingMatch,
    /// The flag is disabled: no value.
    Disabled,
    /// See the error code.
    Error,
}

impl Reason {
    /// The name on the wire, for example `TARGETING_MATCH`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::Default => "DEFAULT",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Disabled => "DISABLED",
            Self::Error => "ERROR",
        }
    }
}

impl core::fmt::Display for Reason {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What an evaluation comes to, in places of the set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// Place in the set's variants.
    pub(crate) variant: Option<u32>,
    pub(crate) reason: Reason,
    pub(crate) fault: Option<Fault>,
}

impl Outcome {
    pub(crate) fn plain(reason: Reason) -> Self {
        Self { variant: None, reason, fault: None }
    }

    pub(crate) fn variant(variant: u32, reason: Reason) -> Self {
        Self { variant: Some(variant), reason, fault: None }
    }

    pub(crate) fn fault(fault: Fault) -> Self {
        Self { variant: None, reason: Reason::Error, fault: Some(fault) }
    }
}

/// A named value of a flag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variant {
    pub(crate) name: Text,
    /// The value as JSON.
    pub(crate) json: Text,
    /// The answer with this variant, up to the reason.
    pub(crate) head: Text,
    /// The value itself if it is a scalar; of lists and objects only what they are.
    pub(crate) value: Val,
}

/// The variant without targeting.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DefaultVariant {
    /// The caller's default applies.
    None,
    /// Place in the set's variants.
    Variant(u32),
    /// A name that no variant has.
    Unknown(Text),
}

/// Whether a flag takes part.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing {
    Enabled,
    Disabled,
    /// It cannot work, for this reason.
    Quarantined(Text),
}

/// One flag.
#[derive(Debug)]
pub(crate) struct Flag {
    pub(crate) key: Text,
    /// The `flagSetId` of its merged metadata, if that is a string.
    pub(crate) set: Option<Text>,
    pub(crate) standing: Standing,
    /// Its variants: places of the set.
    pub(crate) variants: core::ops::Range<u32>,
    pub(crate) default: DefaultVariant,
    pub(crate) rule: Option<Rule>,
    /// The merged metadata: runs of the set.
    pub(crate) metadata: core::ops::Range<u32>,
    pub(crate) fractional: Fractional,
    /// Slots cannot answer it: it reads more than they say, or has more variants than an answer word tells apart.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    pub(crate) needs_json: bool,
    /// The answer, if it is the same for every context and time.
    pub(crate) ready: Option<Outcome>,
    /// Changes when anything about the flag does.
    pub(crate) fingerprint: Fingerprint,
}

#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
impl Flag {
    /// Whether its answer may change with the time alone.
    pub(crate) fn may_read_time(&self) -> bool {
        self.ready.is_none() && self.rule.as_ref().is_some_and(Rule::may_read_time)
    }
}
