//! Arithmetic: exact on 64-bit integers while the result fits, otherwise on doubles, and null instead of nonsense.

use core::cmp::Ordering;

use super::Machine;
use super::compare::{double, numeric, reading};
use super::dispatch::Outcome;
use crate::json::Val;
use crate::rule::Operator;

impl Machine<'_> {
    /// Folds the arguments from the left. An argument that is no number, a division by zero and an overflow give null.
    #[inline(never)]
    pub(super) fn arithmetic(&mut self, operator: Operator, base: usize) -> Outcome<Val> {
        let count = self.count(base);
        let cost = (0..count).fold(0usize, |cost, place| cost.saturating_add(reading(self.argument(base, place))));
        self.spend_reading(cost)?;
        Ok(self.fold(operator, base, count).unwrap_or(Val::Null))
    }

    fn fold(&self, operator: Operator, base: usize, count: usize) -> Option<Val> {
        let first = match (count, operator) {
            (0, Operator::Add) => return Some(Val::Int(0)),
            (0, Operator::Multiply) => return Some(Val::Int(1)),
            (0, _) => return None,
            _ => self.number(self.argument(base, 0))?,
        };
        if count == 1 {
            return match operator {
                Operator::Subtract => combine(Operator::Subtract, Val::Int(0), first),
                Operator::Modulo => None,
                _ => Some(first),
            };
        }
        // A remainder has two sides; further arguments mean nothing.
        let count = if operator == Operator::Modulo { 2 } else { count };
        (1..count).try_fold(first, |left, place| combine(operator, left, self.number(self.argument(base, place))?))
    }
}

fn combine(operator: Operator, left: Val, right: Val) -> Option<Val> {
    if let (Val::Int(left), Val::Int(right)) = (left, right)
        && let Some(exact) = exact(operator, left, right)
    {
        return Some(Val::Int(exact));
    }
    match operator {
        Operator::Max => return Some(if numeric(left, right) == Some(Ordering::Less) { right } else { left }),
        Operator::Min => return Some(if numeric(left, right) == Some(Ordering::Greater) { right } else { left }),
        _ => {}
    }
    let (left, right) = (double(left), double(right));
    let result = match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide if right != 0.0 => left / right,
        Operator::Modulo if right != 0.0 => remainder(left, right),
        _ => return None,
    };
    result.is_finite().then_some(Val::Num(result))
}

/// What `left % right` gives: exact, with the sign of the left side. The compiler's own costs 2 KB of the module.
fn remainder(left: f64, right: f64) -> f64 {
    if left.abs() < right.abs() {
        return left;
    }
    let (mut rest, highest) = parts(left.abs());
    let (divisor, lowest) = parts(right.abs());
    // Long division in binary, from the highest place to the lowest. Both mantissas have 53 bits at most, so the rest
    // stays below twice the divisor and nothing is lost when it doubles.
    for _ in lowest..=highest {
        rest = if rest >= divisor { rest.wrapping_sub(divisor) } else { rest };
        rest = rest.wrapping_shl(1);
    }
    // The last turn doubled once too often.
    let magnitude = joined(rest >> 1, lowest);
    if left.is_sign_negative() { -magnitude } else { magnitude }
}

/// The leading one of a double's mantissa.
const ONE: u64 = 1 << 52;

/// A magnitude that is not zero as `mantissa × 2^exponent`, the mantissa with its leading one.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let (mut mantissa, mut exponent) = (bits & ONE.wrapping_sub(1), (bits >> 52) as i32);
    if exponent > 0 {
        mantissa |= ONE;
    } else if mantissa > 0 {
        // A subnormal number has the exponent of the smallest normal ones.
        let zeros = mantissa.leading_zeros().wrapping_sub(11);
        mantissa = mantissa.wrapping_shl(zeros);
        exponent = 1i32.wrapping_sub(zeros.cast_signed());
    }
    (mantissa, exponent)
}

/// The double with these parts; a mantissa that is shorter moves up, and down where the number is subnormal.
fn joined(mantissa: u64, exponent: i32) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let zeros = mantissa.leading_zeros().wrapping_sub(11);
    let exponent = exponent.wrapping_sub(zeros.cast_signed());
    let mantissa = mantissa.wrapping_shl(zeros);
    if exponent > 0 {
        return f64::from_bits((exponent as u64) << 52 | (mantissa & ONE.wrapping_sub(1)));
    }
    f64::from_bits(mantissa.wrapping_shr(1i32.wrapping_sub(exponent).unsigned_abs()))
}

/// The result on integers, where it is an integer that fits.
fn exact(operator: Operator, left: i64, right: i64) -> Option<i64> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Modulo => left.checked_rem(right),
        Operator::Divide if left.checked_rem(right) == Some(0) => left.checked_div(right),
        _ => None,
    }
}
