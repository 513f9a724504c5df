//! An answer of the engine in the words of the documents: on or off for somebody, and why.

use burgee::{Answer, Reason};

use super::compile::{ROLLOUT, ROLLOUT_EXCLUDED, RULE_MATCH};
use super::{Flag, compile};

/// Why a flag is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Off for everybody.
    Disabled,
    /// In by a rule or by name.
    RuleMatch,
    /// In by the percentage.
    Rollout,
    /// Left out by the percentage.
    RolloutExcluded,
    /// Chosen by the targeting of a definition, or of a flag with variants that has both rules and a percentage.
    TargetingMatch,
    /// A definition without targeting.
    Static,
    /// A definition whose targeting chose nothing.
    Default,
    /// The flag could not be evaluated.
    Error,
}

impl Why {
    /// Its name in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::RuleMatch => RULE_MATCH,
            Self::Rollout => ROLLOUT,
            Self::RolloutExcluded => ROLLOUT_EXCLUDED,
            Self::TargetingMatch => "targeting_match",
            Self::Static => "static",
            Self::Default => "default",
            Self::Error => "error",
        }
    }
}

/// On or off for somebody, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The value of a boolean flag; of others, whether somebody is in, and so has a value that is not for those left out.
    pub enabled: bool,
    /// Why.
    pub why: Why,
}

/// What an answer says of a flag.
pub fn verdict(flag: &Flag, answer: &Answer<'_>) -> Verdict {
    let why = why(flag, answer);
    let enabled = match answer.value_json() {
        Some("true") => true,
        Some("false") | None => false,
        Some(_) => !matches!(why, Why::RolloutExcluded | Why::Disabled | Why::Error),
    };
    Verdict { enabled, why }
}

fn why(flag: &Flag, answer: &Answer<'_>) -> Why {
    match (answer.reason(), answer.variant()) {
        (Reason::Disabled, _) => Why::Disabled,
        (Reason::Error, _) => Why::Error,
        (reason, _) if flag.definition.is_some() => match reason {
            Reason::Static => Why::Static,
            Reason::Default => Why::Default,
            _ => Why::TargetingMatch,
        },
        // A switch: its variants are named for what they mean.
        (_, Some(RULE_MATCH)) if compile::variants(&flag.variants).is_none() => Why::RuleMatch,
        (_, Some(ROLLOUT)) if compile::variants(&flag.variants).is_none() => Why::Rollout,
        (_, Some(ROLLOUT_EXCLUDED)) if compile::variants(&flag.variants).is_none() => Why::RolloutExcluded,
        (reason, variant) => of_variants(flag, reason, variant),
    }
}

/// Of a flag with variants of its own, their names do not tell why: what can have chosen one does. Who has the variant of
/// those who are left out counts as left out, also where a draw may give it.
fn of_variants(flag: &Flag, reason: Reason, variant: Option<&str>) -> Why {
    let named = !flag.targeted_users.is_empty() || flag.rules.iter().any(|rule| rule.enabled);
    match flag.percentage() {
        0..=99 if reason == Reason::Default || variant == flag.default_variant.as_deref() => Why::RolloutExcluded,
        _ if !named => Why::Rollout,
        0 => Why::RuleMatch,
        _ => Why::TargetingMatch,
    }
}
