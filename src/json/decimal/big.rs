//! The one operation on large integers that conversions need: times a power of ten, in either direction.

/// Room for the largest numerator: 775 digits take 81 limbs, 5^1098 takes 80, so the dividend 83 and a digit more.
const LIMBS: usize = 88;

/// The power of five that a limb holds.
const FIVES: u32 = 13;

/// A positive integer.
pub(super) struct Big {
    /// From the lowest to the highest; zero from `len` on.
    limbs: [u32; LIMBS],
    /// Limbs in use; the highest is not zero.
    len: usize,
}

/// The leading bits of a number: `bits · 2^exponent`, and less than one more in the last bit if `inexact`.
pub(super) struct Leading {
    /// The highest bit is set.
    pub(super) bits: u64,
    pub(super) exponent: i32,
    pub(super) inexact: bool,
}

impl Big {
    pub(super) fn new(value: u64) -> Self {
        let mut limbs = [0; LIMBS];
        let [low, high, ..] = &mut limbs;
        *low = value as u32;
        *high = (value >> 32) as u32;
        let mut big = Self { limbs, len: 2 };
        big.trim();
        big
    }

    /// Times `factor`, plus `addend`.
    pub(super) fn multiply(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for limb in self.limbs.iter_mut().take(self.len) {
            // At most (2^32 − 1)² + 2^32 − 1, which 64 bits hold.
            carry = u64::from(*limb).wrapping_mul(u64::from(factor)).wrapping_add(carry);
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry != 0
            && let Some(limb) = self.limbs.get_mut(self.len)
        {
            *limb = carry as u32;
            self.len = self.len.wrapping_add(1);
        }
    }

    /// Times 5^`exponent`.
    fn fives(&mut self, exponent: u32) {
        let mut left = exponent;
        while left > 0 {
            let step = left.min(FIVES);
            self.multiply(5u32.wrapping_pow(step), 0);
            left = left.wrapping_sub(step);
        }
    }

    /// Long division by a number of which the highest bit of the highest limb is set. The quotient takes the limbs
    /// above those of `by`, the remainder stays in these.
    fn divide(&mut self, by: &Self) {
        let leading = u64::from(by.highest(1));
        for place in (0..=self.len.saturating_sub(by.len)).rev() {
            let end = place.wrapping_add(by.len);
            let limb = |at: usize| u64::from(self.limbs.get(at).copied().unwrap_or(0));
            let dividend = limb(end) << 32 | limb(end.wrapping_sub(1));
            // Too large by two at most, as the divisor's highest bit is set.
            let estimate = dividend.checked_div(leading).unwrap_or(0);
            let mut digit = estimate.min(u64::from(u32::MAX)) as u32;
            let rest = self.limbs.get_mut(place..).unwrap_or(&mut []);
            let by = by.limbs.get(..=by.len).unwrap_or(&[]);
            let mut negative = subtract(rest, by, digit);
            while negative {
                digit = digit.wrapping_sub(1);
                negative = !add(rest, by);
            }
            if let Some(limb) = self.limbs.get_mut(end) {
                *limb = digit;
            }
        }
        self.len = self.len.wrapping_add(1);
        self.trim();
    }

    /// Times 2^32 as often as it takes to fill `len` limbs; how often that was.
    fn widen(&mut self, len: usize) -> usize {
        let added = len.saturating_sub(self.len);
        for place in (0..self.len).rev() {
            let limb = self.limbs.get_mut(place).map_or(0, core::mem::take);
            if let Some(higher) = self.limbs.get_mut(place.wrapping_add(added)) {
                *higher = limb;
            }
        }
        self.len = self.len.wrapping_add(added);
        added
    }

    fn trim(&mut self) {
        while self.highest(1) == 0 && self.len > 0 {
            self.len = self.len.wrapping_sub(1);
        }
    }

    /// The highest limb for 1, the one below it for 2.
    fn highest(&self, place: usize) -> u32 {
        self.limbs.get(self.len.wrapping_sub(place)).copied().unwrap_or(0)
    }

    /// The leading bits of this number times 10^`tens`.
    pub(super) fn scaled(mut self, tens: i32) -> Leading {
        if tens >= 0 {
            self.fives(tens.unsigned_abs());
            return self.leading(tens);
        }
        let mut by = Self::new(1);
        by.fives(tens.unsigned_abs());
        let shift = by.highest(1).leading_zeros();
        by.multiply(1u32.wrapping_shl(shift), 0);
        // Three limbs more give a quotient of more than 64 bits.
        let added = self.widen(by.len.wrapping_add(3));
        self.divide(&by);
        let limbs = by.len.wrapping_add(added) as i32;
        // What is left of the remainder lies below the quotient, just as a fraction does.
        self.leading(tens.wrapping_add_unsigned(shift).wrapping_sub(limbs.wrapping_mul(32)))
    }

    fn leading(&self, exponent: i32) -> Leading {
        let high = u64::from(self.highest(1)) << 32 | u64::from(self.highest(2));
        let next = u64::from(self.highest(3)) << 32;
        let shift = high.leading_zeros();
        // In two steps, as a shift by 64 would be none.
        let bits = high.wrapping_shl(shift) | (next >> 1).wrapping_shr(63u32.wrapping_sub(shift));
        let below = self.limbs.iter().take(self.len.saturating_sub(3)).any(|limb| *limb != 0);
        let place = (self.len as i32).wrapping_sub(2).wrapping_mul(32).wrapping_sub_unsigned(shift);
        Leading { bits, exponent: exponent.wrapping_add(place), inexact: below || next.wrapping_shl(shift) != 0 }
    }
}

/// Takes `digit` times `by` off, and tells whether the result is below zero.
fn subtract(from: &mut [u32], by: &[u32], digit: u32) -> bool {
    let mut borrow = 0u64;
    for (limb, part) in from.iter_mut().zip(by) {
        let taken = u64::from(*part).wrapping_mul(u64::from(digit)).wrapping_add(borrow);
        let (rest, under) = limb.overflowing_sub(taken as u32);
        *limb = rest;
        borrow = (taken >> 32).wrapping_add(u64::from(under));
    }
    borrow != 0
}

/// Adds, and tells whether the result is zero or more again.
fn add(to: &mut [u32], part: &[u32]) -> bool {
    let mut carry = 0u64;
    for (limb, part) in to.iter_mut().zip(part) {
        carry = carry.wrapping_add(u64::from(*limb)).wrapping_add(u64::from(*part));
        *limb = carry as u32;
        carry >>= 32;
    }
    carry != 0
}
