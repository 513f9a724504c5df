//! Evaluation without JSON: what a host must know of the flags, and answers in one word.

use alloc::string::String;

use super::Engine;
use super::load::State;
use super::report::winners;
use crate::error::fault::Fault;
use crate::error::sentences;
use crate::flag::{Flag, Outcome, Reason, Set};
use crate::json::Val;
use crate::json::write::{self, Members};
use crate::limits::Limits;
use crate::memory::GrowText;
use crate::ops::Scratch;
use crate::resolve::result::Answer;
use crate::resolve::{self, EvaluationContext};
use crate::rule::{Program, Rule};

/// In an answer: no variant.
const NO_VARIANT: u32 = 0xFFFF;
/// The largest slot number and variant index that sixteen bits hold beside [`NO_VARIANT`].
const MOST: u32 = 0xFFFE;
/// The error code of a generation that is no longer in force.
const STALE: u32 = 5;

impl Engine {
    /// Everything that a host reads once per update: slots, and of each flag its slots, variants and metadata.
    pub(crate) fn describe(&self) -> String {
        let state = self.current.get();
        let set = &state.set;
        let mut out = String::new();
        let mut members = Members::begin(&mut out);
        members.integer("generation", i64::try_from(state.generation).unwrap_or(i64::MAX));
        let slots = set.program.slots.iter().take(MOST as usize);
        write::array(members.name("slots"), slots, |out, slot| {
            write::array(out, set.heap().span(slot.path), |out, segment| {
                if let Val::Str(segment) = segment {
                    write::string(out, set.text(*segment));
                }
            });
        });
        let list = members.name("flags");
        list.put_char('[');
        for (number, (key, place, flag)) in winners(set).enumerate() {
            if number > 0 {
                list.put_char(',');
            }
            describe_flag(list, &state, key, place, flag);
            if list.len() > Limits::STANDARD.bulk {
                return sentences::bulk_size().to_json();
            }
        }
        list.put_char(']');
        members.end();
        out
    }

    /// Evaluates the flag at a place for slot values; gives the answer word, and writes what went wrong.
    pub(crate) fn answer_word(
        &self,
        place: u32,
        generation: u32,
        context: Result<EvaluationContext<'_>, Fault>,
        scratch: &mut Scratch,
        error: &mut String,
    ) -> u32 {
        let state = self.current.get();
        let set = &state.set;
        // A host sees the low half of the number; between two descriptions lie fewer than 2^32 updates.
        if state.generation as u32 != generation {
            error.clear();
            sentences::stale(error, generation);
            return word(NO_VARIANT, Reason::Error, STALE);
        }
        let Some(flag) = set.flag(place) else {
            return failed(set, place, &Outcome::fault(Fault::UnknownIndex(place)), "", error);
        };
        if let (Some(ready), Ok(context)) = (&flag.ready, &context)
            && ready.fault.is_none()
            && !flag.needs_json
            && context.admit().is_ok()
        {
            return word_of(flag, ready);
        }
        let outcome = match context {
            _ if flag.needs_json => Outcome::fault(Fault::NeedsJson),
            Ok(context) => resolve::evaluate::evaluate(set, place, &context, scratch),
            Err(fault) => Outcome::fault(fault),
        };
        match outcome.fault {
            Some(_) => failed(set, place, &outcome, &scratch.words, error),
            None => word_of(flag, &outcome),
        }
    }
}

fn describe_flag(out: &mut String, state: &State, key: &str, place: u32, flag: &Flag) {
    let set = &state.set;
    let json = flag.needs_json;
    let rule = flag.rule.as_ref().filter(|_| flag.ready.is_none());
    let mut members = Members::begin(out);
    members.string("key", key);
    members.integer("index", i64::from(place));
    let slots = rule.filter(|_| !json).map_or(&[][..], |rule| set.program.list(rule.slots));
    write::array(members.name("slots"), slots, |out, slot| {
        crate::json::number::write_integer(out, i64::from(*slot));
    });
    members.raw("wholeContext", if json { "true" } else { "false" });
    members.raw("usesTime", if rule.is_some_and(|rule| rule.time) { "true" } else { "false" });
    let variants = flag.variants.clone().filter_map(|place| set.variant(place));
    write::array(members.name("variants"), variants, |out, variant| {
        let mut members = Members::begin(out);
        members.string("name", set.text(variant.name));
        members.raw("value", set.text(variant.json));
        members.end();
    });
    set.write_metadata(members.name("metadata"), set.metadata(Some(place)));
    members.end();
}

/// Whether a flag reads the context in a way that slots cannot say, or has more variants than a word can tell apart.
pub(super) fn needs_json(program: &Program, flag: &Flag) -> bool {
    let variants = flag.variants.end.saturating_sub(flag.variants.start);
    let wide = |rule: &Rule| rule.whole || program.list(rule.slots).last().is_some_and(|slot| *slot > MOST);
    variants > MOST || (flag.ready.is_none() && flag.rule.as_ref().is_some_and(wide))
}

fn word_of(flag: &Flag, outcome: &Outcome) -> u32 {
    let variant = outcome.variant.map_or(NO_VARIANT, |variant| variant.saturating_sub(flag.variants.start));
    word(variant, outcome.reason, 0)
}

/// The answer where memory is short.
pub(crate) const SHORT: u32 = word(NO_VARIANT, Reason::Error, 4);

/// Writes the sentence of an error and gives its word.
fn failed(set: &Set, place: u32, outcome: &Outcome, words: &str, error: &mut String) -> u32 {
    let key = set.flag(place).map_or("", |flag| set.text(flag.key));
    error.clear();
    Answer { set, place: Some(place), key, outcome, words }.sentence(error, String::put_str);
    word(NO_VARIANT, Reason::Error, code_of(outcome))
}

/// The error code of an answer; 0 for none.
fn code_of(outcome: &Outcome) -> u32 {
    match outcome.fault.as_ref().map(Fault::code) {
        None => 0,
        Some(crate::ErrorCode::FlagNotFound) => 1,
        Some(crate::ErrorCode::ParseError) => 2,
        Some(crate::ErrorCode::TypeMismatch) => 3,
        Some(crate::ErrorCode::General) => 4,
    }
}

/// Packs an answer: variant in bits 0–15, reason in 16–19, error code in 20–23.
const fn word(variant: u32, reason: Reason, code: u32) -> u32 {
    let reason = match reason {
        Reason::Static => 0,
        Reason::Default => 1,
        Reason::TargetingMatch => 2,
        Reason::Disabled => 3,
        Reason::Error => 4,
    };
    variant | reason << 16 | code << 20
}
