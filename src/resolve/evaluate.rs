//! The evaluation algorithm: ready answer, or context, rule, variant.

use alloc::string::String;
use alloc::vec::Vec;

use super::EvaluationContext;
use crate::error::fault::{Fault, Stop};
use crate::flag::{DefaultVariant, Flag, Outcome, Reason, Set, Standing};
use crate::json::number::{Style, write_double, write_integer};
use crate::json::{Heap, Val};
use crate::limits::Limits;
use crate::memory::{listed, text_of};
use crate::ops::{Machine, Scope, Scratch};
use crate::rule::Rule;

/// Evaluates a flag of a set for a context.
pub(crate) fn evaluate(set: &Set, place: u32, context: &EvaluationContext<'_>, scratch: &mut Scratch) -> Outcome {
    if let Err(fault) = context.admit() {
        return Outcome::fault(fault);
    }
    let Some(flag) = set.flag(place) else { return Outcome::fault(Fault::UnknownFlag) };
    if let Some(ready) = &flag.ready {
        return ready.clone();
    }
    match &flag.rule {
        Some(rule) => targeted(set, flag, rule, context, scratch),
        None => untargeted(set, flag),
    }
}

/// The answer of a flag that looks at nothing, within a number of steps; `None` if it does look, or needs more.
pub(crate) fn ready(set: &Set, flag: &Flag, scratch: &mut Scratch, steps: &mut u32) -> Option<Outcome> {
    let rule = match (&flag.rule, &flag.standing) {
        (Some(rule), Standing::Enabled) => rule,
        _ => return Some(untargeted(set, flag)),
    };
    if !rule.is_constant() {
        return None;
    }
    let granted = (*steps).min(Limits::STANDARD.steps);
    let context = EvaluationContext::empty();
    scratch.clear();
    let (outcome, spent) = decide(set, flag, rule, &context, "", scratch, granted);
    *steps = steps.saturating_sub(spent);
    let cut_short = matches!(outcome.fault.as_deref(), Some(Fault::Rule(Stop::Steps, _)));
    (!cut_short || granted == Limits::STANDARD.steps).then_some(outcome)
}

/// A flag without targeting that applies: disabled, quarantined or static.
fn untargeted(set: &Set, flag: &Flag) -> Outcome {
    match &flag.standing {
        Standing::Disabled => Outcome::plain(Reason::Disabled),
        Standing::Quarantined(reason) => Outcome::fault(Fault::Quarantined(reason.clone())),
        Standing::Enabled => by_default(set, flag, Reason::Static),
    }
}

/// The default variant; without one the caller's default applies, whose reason is always `DEFAULT`.
fn by_default(set: &Set, flag: &Flag, reason: Reason) -> Outcome {
    match flag.default {
        DefaultVariant::None => Outcome::plain(Reason::Default),
        DefaultVariant::Variant(variant) => Outcome::variant(variant, reason),
        DefaultVariant::Unknown(name) => Outcome::fault(Fault::BadDefault(text_of(set.text(name)))),
    }
}

fn machine<'e>(
    set: &'e Set,
    flag: &Flag,
    rule: &Rule,
    context: &EvaluationContext<'_>,
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
    (chosen(set, flag, result, &heap), spent)
}

/// Evaluates many flags for one context, which is read once for all of them.
pub(crate) fn evaluate_many(
    set: &Set,
    places: impl Iterator<Item = u32>,
    context: &EvaluationContext<'_>,
    scratch: &mut Scratch,
) -> Vec<(u32, Outcome)> {
    // A context that is too large is refused flag by flag, without a look at it.
    let reading = set.reading.as_ref().filter(|_| context.admit().is_ok());
    let mut read: Option<Result<&str, Outcome>> = None;
    let mut mark = scratch.mark();
    let mut work = context.size();
    let outcomes = places.map(|place| {
        let flag = set.flag(place).filter(|flag| flag.ready.is_none());
        let (Some(flag), Some(reading)) = (flag, reading) else {
            return (place, evaluate(set, place, context, scratch));
        };
        let Some(rule) = &flag.rule else { return (place, untargeted(set, flag)) };
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
            Err(outcome) => (place, outcome.clone()),
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

/// The variant that a rule's result names.
fn chosen(set: &Set, flag: &Flag, result: Result<Val, Stop>, heap: &Heap<'_>) -> Outcome {
    let mut number = String::new();
    let name = match result {
        Err(stop) => return Outcome::fault(Fault::Rule(stop, text_of(set.program.unknown(stop)))),
        Ok(Val::Null) => return by_default(set, flag, Reason::Default),
        Ok(Val::Str(text)) => heap.text(text),
        Ok(Val::Bool(true)) => "true",
        Ok(Val::Bool(false)) => "false",
        Ok(Val::Int(value)) => {
            write_integer(&mut number, value);
            &number
        }
        Ok(Val::Num(value)) => {
            write_double(&mut number, value, Style::Canonical);
            &number
        }
        Ok(other) => return Outcome::fault(Fault::NotAName(other.kind())),
    };
    match set.variant_named(flag, name) {
        Some(variant) => Outcome::variant(variant, Reason::TargetingMatch),
        None if name.is_empty() => Outcome::fault(Fault::NotAName("an empty string")),
        None => Outcome::fault(Fault::NoSuchVariant(text_of(name))),
    }
}
