//! Equality, order and the reading of values as numbers.

use core::cmp::Ordering;

use super::Machine;
use super::dispatch::Outcome;
use crate::json::number::from_string;
use crate::json::value::same_bytes;
use crate::json::{Text, Val};
use crate::rule::Operator;

impl Machine<'_> {
    /// `==` and `===` of the first two arguments; with fewer there is nothing equal.
    #[inline(never)]
    pub(super) fn equal(&mut self, base: usize, strict: bool) -> Outcome<Val> {
        if self.count(base) < 2 {
            return Ok(Val::Bool(false));
        }
        let (left, right) = (self.argument(base, 0), self.argument(base, 1));
        if let (Val::Str(left), Val::Str(right)) = (left, right) {
            return self.same_text(left, right).map(Val::Bool);
        }
        if !strict {
            self.spend_reading(reading(left).saturating_add(reading(right)))?;
        }
        Ok(Val::Bool(if strict { same_scalar(left, right) } else { self.loosely_equal(left, right) }))
    }

    /// Equal without any conversion, as `===` and `in` see it. Lists and objects equal nothing.
    pub(super) fn strictly_equal(&mut self, left: Val, right: Val) -> Outcome<bool> {
        match (left, right) {
            (Val::Str(left), Val::Str(right)) => self.same_text(left, right),
            _ => Ok(same_scalar(left, right)),
        }
    }

    #[inline]
    pub(super) fn same_text(&mut self, left: Text, right: Text) -> Outcome<bool> {
        if left.len != right.len {
            return Ok(false);
        }
        self.spend_reading(left.len as usize)?;
        Ok(same_bytes(self.bytes(left), self.bytes(right)))
    }

    /// Equal after conversion to numbers; null equals only null.
    fn loosely_equal(&self, left: Val, right: Val) -> bool {
        if left.is_null() || right.is_null() {
            return left.is_null() && right.is_null();
        }
        match (self.number(left), self.number(right)) {
            (Some(left), Some(right)) => numeric(left, right) == Some(Ordering::Equal),
            _ => false,
        }
    }

    /// `<` and its kin: each argument against the next one.
    #[inline(never)]
    pub(super) fn ordered(&mut self, operator: Operator, base: usize) -> Outcome<Val> {
        let count = self.count(base);
        for place in 1..count {
            let left = self.argument(base, place.saturating_sub(1));
            let right = self.argument(base, place);
            let order = self.order(left, right)?;
            let holds = match operator {
                Operator::Less => order.is_some_and(Ordering::is_lt),
                Operator::LessEqual => order.is_some_and(Ordering::is_le),
                Operator::Greater => order.is_some_and(Ordering::is_gt),
                _ => order.is_some_and(Ordering::is_ge),
            };
            if !holds {
                return Ok(Val::Bool(false));
            }
        }
        Ok(Val::Bool(count > 1))
    }

    /// Two strings by their bytes, everything else as numbers; `None` where there is no order.
    fn order(&mut self, left: Val, right: Val) -> Outcome<Option<Ordering>> {
        if let (Val::Str(left), Val::Str(right)) = (left, right) {
            self.spend_reading(left.len.min(right.len) as usize)?;
            return Ok(Some(self.bytes(left).cmp(self.bytes(right))));
        }
        self.spend_reading(reading(left).saturating_add(reading(right)))?;
        Ok(match (self.number(left), self.number(right)) {
            (Some(left), Some(right)) => numeric(left, right),
            _ => None,
        })
    }

    /// A value as a number: null is 0, booleans 0 and 1, strings if they are written as one; lists and objects never.
    pub(super) fn number(&self, value: Val) -> Option<Val> {
        match value {
            Val::Null => Some(Val::Int(0)),
            Val::Bool(value) => Some(Val::Int(i64::from(value))),
            Val::Int(_) | Val::Num(_) => Some(value),
            // No double takes more digits than this to write; a longer text is no number an author means.
            Val::Str(text) if text.len > 1100 => None,
            Val::Str(text) => from_string(self.text(text)),
            Val::List(_) | Val::Map(_) => None,
        }
    }
}

/// What reading a value as a number costs, in bytes: digits are worked on, not only looked at.
pub(super) fn reading(value: Val) -> usize {
    match value {
        Val::Str(text) => (text.len as usize).saturating_add(60).saturating_mul(16),
        _ => 64,
    }
}

/// A number as a double.
pub(super) fn double(value: Val) -> f64 {
    match value {
        Val::Int(value) => value as f64,
        Val::Num(value) => value,
        _ => 0.0,
    }
}

/// Two numbers: exact if both are integers, otherwise as doubles.
pub(super) fn numeric(left: Val, right: Val) -> Option<Ordering> {
    match (left, right) {
        (Val::Int(left), Val::Int(right)) => Some(left.cmp(&right)),
        _ => double(left).partial_cmp(&double(right)),
    }
}

fn same_scalar(left: Val, right: Val) -> bool {
    match (left, right) {
        (Val::Null, Val::Null) => true,
        (Val::Bool(left), Val::Bool(right)) => left == right,
        (Val::Int(_) | Val::Num(_), Val::Int(_) | Val::Num(_)) => numeric(left, right) == Some(Ordering::Equal),
        _ => false,
    }
}
