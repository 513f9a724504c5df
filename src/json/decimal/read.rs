//! Decimal text to the nearest double.

use super::big::{Big, Leading};

/// Digits that 64 bits hold, whichever they are.
const HEAD: u32 = 19;

/// Digits after those that can decide how a number is rounded: a point halfway between two doubles is m · 2^−1075 or
/// larger, with m below 2^54, so it has no more than log10(2^54 · 5^1075) < 768 digits. Whatever follows these only
/// matters for not being zero.
const TAIL: u32 = 756;

/// An exponent beyond any that the length of a text could outweigh.
const FAR: i64 = 1 << 50;

/// The largest double is 0.18e309.
const LARGEST: i64 = 309;

/// The smallest double is 0.49e−323, and half of that rounds to zero.
const SMALLEST: i64 = -323;

/// A number as its text gives it: the digits of `head`, then those of `tail`, times 10^`tens` with the point between
/// them.
pub(in crate::json) struct Decimal<'t> {
    negative: bool,
    /// Neither point nor exponent.
    whole: bool,
    /// The first significant digits.
    head: u64,
    /// How many these are.
    count: u32,
    /// Text from the next digit on, if there are more.
    tail: &'t [u8],
    tens: i64,
}

impl<'t> Decimal<'t> {
    /// Digits with optional sign, point and exponent; there may be no digit before the point or none behind it.
    pub(in crate::json) fn read(text: &'t str) -> Option<Self> {
        let (negative, mut rest) = sign(text.as_bytes());
        let mut number = Self { negative, whole: true, head: 0, count: 0, tail: &[], tens: 0 };
        let mut any = false;
        while let Some((&byte, after)) = rest.split_first() {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    number.digit(byte.wrapping_sub(b'0'), rest);
                }
                b'.' if number.whole => number.whole = false,
                b'e' | b'E' if any => {
                    number.whole = false;
                    number.tens = number.tens.saturating_add(exponent(after)?);
                    break;
                }
                _ => return None,
            }
            rest = after;
        }
        any.then_some(number)
    }

    /// One more digit, with which `rest` begins.
    fn digit(&mut self, digit: u8, rest: &'t [u8]) {
        let place = i64::from(!self.whole);
        if self.count < HEAD {
            self.head = self.head.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.count = self.count.wrapping_add(u32::from(self.head != 0));
            self.tens = self.tens.wrapping_sub(place);
        } else {
            if self.tail.is_empty() {
                self.tail = rest;
            }
            self.tens = self.tens.wrapping_add(1).wrapping_sub(place);
        }
    }

    pub(in crate::json) fn is_negative_zero(&self) -> bool {
        self.negative && self.head == 0
    }

    /// The number as a 64-bit integer, if it is written as one.
    pub(in crate::json) fn integer(&self) -> Option<i64> {
        if !self.whole || !self.tail.is_empty() {
            None
        } else if self.negative {
            0i64.checked_sub_unsigned(self.head)
        } else {
            i64::try_from(self.head).ok()
        }
    }

    /// Whether the number is too large for a double. Almost always the place of the first digit tells.
    pub(in crate::json) fn overflows(&self) -> bool {
        self.head != 0 && self.first() >= LARGEST && self.double().is_infinite()
    }

    /// The nearest double; of two that are equally near, the one with an even last bit.
    pub(in crate::json) fn double(&self) -> f64 {
        let size = if self.head == 0 || self.first() < SMALLEST {
            0.0
        } else if self.first() > LARGEST {
            f64::INFINITY
        } else {
            let short = if cfg!(feature = "fast") { self.short() } else { None };
            short.unwrap_or_else(|| self.long())
        };
        if self.negative { -size } else { size }
    }

    /// The place of the first digit: 1 for the ones.
    fn first(&self) -> i64 {
        self.tens.saturating_add(i64::from(self.count))
    }

    /// Numbers of which digits and power of ten are doubles themselves: one operation rounds once, so it is right.
    fn short(&self) -> Option<f64> {
        const POWERS: [f64; 5] = [1e1, 1e2, 1e4, 1e8, 1e16];
        let tens = self.tens.unsigned_abs();
        if self.head > 1 << 53 || tens > 22 || !self.tail.is_empty() {
            return None;
        }
        let mut power = 1.0;
        for (bit, factor) in POWERS.into_iter().enumerate() {
            if tens >> bit & 1 == 1 {
                power *= factor;
            }
        }
        let head = self.head as f64;
        Some(if self.tens < 0 { head / power } else { head * power })
    }

    fn long(&self) -> f64 {
        let tens = self.tens as i32;
        let size = nearest(&Big::new(self.head).scaled(tens));
        // With its tail the number lies below the next head, which mostly is nearest to the same double.
        if self.tail.is_empty() || nearest(&Big::new(self.head.wrapping_add(1)).scaled(tens)) == size {
            return size;
        }
        self.with_tail()
    }

    fn with_tail(&self) -> f64 {
        let mut big = Big::new(self.head);
        let mut left = TAIL;
        let (mut unit, mut part) = (1u32, 0u32);
        let mut more = false;
        for byte in self.tail.iter().take_while(|byte| !matches!(byte, b'e' | b'E')).filter(|byte| **byte != b'.') {
            if left == 0 {
                more |= *byte != b'0';
                continue;
            }
            left = left.wrapping_sub(1);
            unit = unit.wrapping_mul(10);
            part = part.wrapping_mul(10).wrapping_add(u32::from(byte.wrapping_sub(b'0')));
            if unit == 1_000_000_000 {
                big.multiply(unit, part);
                (unit, part) = (1, 0);
            }
        }
        big.multiply(unit, part);
        let read = i64::from(TAIL.wrapping_sub(left));
        let mut leading = big.scaled(self.tens.wrapping_sub(read) as i32);
        leading.inexact |= more;
        nearest(&leading)
    }
}

fn sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    }
}

fn exponent(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(bytes);
    let mut value = 0i64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit)).min(FAR);
    }
    let value = if negative { value.wrapping_neg() } else { value };
    (!digits.is_empty()).then_some(value)
}

/// Rounds to the 53 bits of a double, or to the fewer that a small one has.
fn nearest(leading: &Leading) -> f64 {
    // The exponent of the first bit, counted from that of the smallest normal doubles.
    let exponent = leading.exponent.wrapping_add(63 + 1022);
    if exponent > 2045 {
        return f64::INFINITY;
    }
    let dropped = exponent.min(0).wrapping_sub(11).unsigned_abs();
    let Some(half) = 1u64.checked_shl(dropped.wrapping_sub(1)) else { return 0.0 };
    let bits = leading.bits | u64::from(leading.inexact);
    let kept = bits.checked_shr(dropped).unwrap_or(0);
    let rest = bits & half.wrapping_shl(1).wrapping_sub(1);
    let up = rest > half || (rest == half && kept & 1 == 1);
    // The highest of 53 bits counts as one more of the exponent, and so does what rounding carries, up to infinity.
    let field = (exponent.max(0).unsigned_abs() as u64) << 52;
    f64::from_bits(field.wrapping_add(kept).wrapping_add(u64::from(up)))
}
