//! What rules read of attributes: their slots, or the whole context.

use crate::attributes::{Attributes, ask, import};
use crate::error::fault::Fault;
use crate::json::parse::{Problem, SyntaxError};
use crate::json::{Span, Val};
use crate::ops::Scratch;
use crate::rule::{Program, Rule};

fn too_deep() -> Fault {
    Fault::Context { error: SyntaxError { problem: Problem::Depth, at: 0 }, line: 1, column: 1 }
}

/// Asks for the value of each slot of a rule.
pub(super) fn read_slots(
    attributes: &dyn Attributes,
    program: &Program,
    rule: &Rule,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    each_slot(attributes, program, rule, scratch, |slot, value| *slot = value)
}

/// The same for values that stand over those which were read: what is not there leaves a slot as it is.
pub(super) fn lay_over(
    attributes: &dyn Attributes,
    program: &Program,
    rule: &Rule,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    each_slot(attributes, program, rule, scratch, |slot, value| *slot = value.or(*slot))
}

fn each_slot(
    attributes: &dyn Attributes,
    program: &Program,
    rule: &Rule,
    scratch: &mut Scratch,
    settle: impl Fn(&mut Option<Val>, Option<Val>),
) -> Result<(), Fault> {
    for &slot in program.list(rule.slots) {
        let value = match ask(attributes, program.path(slot)) {
            Some(attribute) => Some(import(attribute, &mut scratch.arena).ok_or_else(too_deep)?),
            None => None,
        };
        if let Some(place) = scratch.slots.get_mut(slot as usize) {
            settle(place, value);
        }
    }
    Ok(())
}

/// Asks for the whole context.
pub(super) fn read_whole(attributes: &dyn Attributes, scratch: &mut Scratch) -> Result<(), Fault> {
    let whole = match attributes.value(&[]) {
        Some(attribute) => import(attribute, &mut scratch.arena).ok_or_else(too_deep)?,
        None => Val::Null,
    };
    scratch.whole = Some(if matches!(whole, Val::Map(_)) { whole } else { Val::Map(Span::EMPTY) });
    Ok(())
}
