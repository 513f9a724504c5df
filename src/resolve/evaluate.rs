//! The evaluation algorithm: ready answer, or context, rule, variant.

use alloc::string::String;
use alloc::vec::Vec;

use super::EvaluationContext;
use crate::error::fault::{Fault, Stop};
use crate::error::sentences::repeated;
use crate::flag::{DefaultVariant, Flag, Outcome, Reason, Set, Standing};
use crate::json::number::Style;
use crate::json::value::index;
use crate::json::{Heap, Src, Text, Val, write};
use crate::limits::Limits;
use crate::memory::{GrowText, listed};
use crate::ops::{Machine, Scope, Scratch};
use crate::rule::Rule;

/// Evaluates a flag of a set for a context. The words that a sentence about it repeats lie in the scratch memory.
pub(crate) fn evaluate(set: &Set, place: u32, context: &EvaluationContext<'_>, scratch: &mut Scratch) -> Outcome {
    scratch.words.clear();
    one(set, place, context, scratch)
}

fn one(set: &Set, place: u32, context: &EvaluationContext<'_>, scratch: &mut Scratch) -> Outcome {
    if let Err(fault) = context.admit() {
        return Outcome::fault(fault);
    }
    let Some(flag) = set.flag(place) else { return Outcome::fault(Fault::UnknownFlag) };
    if let Some(ready) = &flag.ready {
        return *ready;
    }
    match &flag.rule {
        Some(rule) => targeted(set, flag, rule, context, scratch),
        None => untargeted(flag),
    }
}

/// The answer of a flag that looks at nothing, within a number of steps; `None` if it does look, or needs more.
pub(crate) fn ready(set: &Set, flag: &Flag, scratch: &mut Scratch, steps: &mut u32) -> Option<Outcome> {
    let rule = match (&flag.rule, &flag.standing) {
        (Some(rule), Standing::Enabled) => rule,
        _ => return Some(untargeted(flag)),
    };
    if !rule.is_constant() {
        return None;
    }
    let granted = (*steps).min(Limits::STANDARD.steps);
    let context = EvaluationContext::empty();
    scratch.clear();
    let (outcome, spent) = decide(set, flag, rule, &context, "", scratch, granted);
    *steps = steps.saturating_sub(spent);
    let cut_short = matches!(outcome.fault, Some(Fault::Rule(Stop::Steps, _)));
    (!cut_short || granted == Limits::STANDARD.steps).then_some(outcome)
}

/// A flag without targeting that applies: disabled, quarantined or static.
fn untargeted(flag: &Flag) -> Outcome {
    match &flag.standing {
        Standing::Disabled => Outcome::plain(Reason::Disabled),
        Standing::Quarantined(reason) => Outcome::fault(Fault::Quarantined(*reason)),
        Standing::Enabled => by_default(flag, Reason::Static),
    }
}

/// The default variant; without one the caller's default applies, whose reason is always `DEFAULT`.
fn by_default(flag: &Flag, reason: Reason) -> Outcome {
    match flag.default {
        DefaultVariant::None => Outcome::plain(Reason::Default),
        DefaultVariant::Variant(variant) => Outcome::variant(variant, reason),
        DefaultVariant::Unknown(name) => Outcome::fault(Fault::BadDefault(name)),
    }
}

fn machine<'e>(
    set: &'e Set,
    flag: &Flag,
    rule: &Rule,
    context: &EvaluationContext<'e>,
    input: &'e str,
    scratch: &'e mut Scratch,
    steps: u32,
) -> Machine<'e> {
    Machine {
        program: &set.program,
        input,
        scratch,
        scope: Scope::Context,
        whole: rule.whole,
        flag_key: flag.key,
        now: context.now(),
        version: flag.fractional,
        steps,
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        over: context.over(),
    }
}

fn targeted(set: &Set, flag: &Flag, rule: &Rule, context: &EvaluationContext<'_>, scratch: &mut Scratch) -> Outcome {
    scratch.clear();
    match read(set, rule, context, scratch) {
        Ok(input) => {
            let (outcome, spent) = decide(set, flag, rule, context, input, scratch, Limits::STANDARD.steps);
            scratch.trim((spent as usize).saturating_add(context.size() / 8));
            outcome
        }
        Err(fault) => {
            scratch.trim(context.size());
            Outcome::fault(fault)
        }
    }
}

/// Reads what a rule needs of a context; gives the text into which values may point.
#[inline]
fn read<'c>(set: &Set, rule: &Rule, context: &EvaluationContext<'c>, scratch: &mut Scratch) -> Result<&'c str, Fault> {
    let input = context.input()?;
    context.read(input, &set.program, rule, scratch)?;
    Ok(input)
}

/// Applies a rule to what was read; gives the steps it took as well.
#[inline]
fn decide(
    set: &Set,
    flag: &Flag,
    rule: &Rule,
    context: &EvaluationContext<'_>,
    input: &str,
    scratch: &mut Scratch,
    steps: u32,
) -> (Outcome, u32) {
    let mut machine = machine(set, flag, rule, context, input, scratch, steps);
    let result = machine.run(rule.entry);
    let spent = steps.saturating_sub(machine.steps);
    let heap = Heap { pool: &set.program.pool, input, scratch: &scratch.arena };
    (chosen(set, flag, result, &heap, &mut scratch.words), spent)
}

/// Evaluates many flags for one context, which is read once for all of them. Their words lie in the scratch memory.
pub(crate) fn evaluate_many(
    set: &Set,
    places: impl Iterator<Item = u32>,
    context: &EvaluationContext<'_>,
    scratch: &mut Scratch,
) -> Vec<(u32, Outcome)> {
    scratch.words.clear();
    // A context that is too large is refused flag by flag, without a look at it.
    let reading = set.reading.as_ref().filter(|_| context.admit().is_ok());
    let mut read: Option<Result<&str, Outcome>> = None;
    let mut mark = scratch.mark();
    let mut work = context.size();
    let outcomes = places.map(|place| {
        let flag = set.flag(place).filter(|flag| flag.ready.is_none());
        let (Some(flag), Some(reading)) = (flag, reading) else {
            return (place, one(set, place, context, scratch));
        };
        let Some(rule) = &flag.rule else { return (place, untargeted(flag)) };
        let input = read.get_or_insert_with(|| {
            scratch.clear();
            let input = read_all(set, reading, context, scratch).map_err(Outcome::fault);
            mark = scratch.mark();
            input
        });
        match input {
            Ok(input) => {
                scratch.rewind(mark);
                let (outcome, spent) = decide(set, flag, rule, context, input, scratch, Limits::STANDARD.steps);
                work = work.saturating_add(spent as usize);
                (place, outcome)
            }
            Err(outcome) => (place, *outcome),
        }
    });
    let outcomes = listed(outcomes);
    scratch.trim(work);
    outcomes
}

/// Reads the slots of all rules, and the whole context where one of them needs it.
fn read_all<'c>(
    set: &Set,
    reading: &Rule,
    context: &EvaluationContext<'c>,
    scratch: &mut Scratch,
) -> Result<&'c str, Fault> {
    let slots = Rule { whole: false, ..*reading };
    let input = read(set, &slots, context, scratch)?;
    if reading.whole {
        context.read(input, &set.program, reading, scratch)?;
    }
    Ok(input)
}

/// The variant that a rule's result names. A name that is none is noted among the words, as far as a sentence repeats it.
fn chosen(set: &Set, flag: &Flag, result: Result<Val, Stop>, heap: &Heap<'_>, words: &mut String) -> Outcome {
    let start = words.len();
    let name = match result {
        Err(stop) => return Outcome::fault(Fault::Rule(stop, set.program.unknown(stop))),
        Ok(Val::Null) => return by_default(flag, Reason::Default),
        Ok(Val::Str(text)) => Some(heap.text(text)),
        Ok(other @ (Val::List(_) | Val::Map(_))) => return Outcome::fault(Fault::NotAName(other.kind())),
        Ok(scalar) => {
            // It is too short and too flat for a limit.
            let _ = write::value(words, heap, scalar, Style::Canonical, 1, usize::MAX);
            None
        }
    };
    let written = || words.get(start..).unwrap_or("");
    match set.variant_named(flag, name.unwrap_or_else(written)) {
        Some(variant) => Outcome::variant(variant, Reason::TargetingMatch),
        None if name.is_some_and(str::is_empty) => Outcome::fault(Fault::NotAName("an empty string")),
        None => {
            words.put_str(repeated(name.unwrap_or("")));
            let len = index(words.len().saturating_sub(start));
            Outcome::fault(Fault::NoSuchVariant(Text { start: index(start), len, src: Src::Input }))
        }
    }
}
