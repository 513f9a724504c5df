//! The shortest decimal that reads back as a double.

use super::big::Big;

/// The fewest digits that read back as this positive double, of those the nearest to it, and the power of ten they are
/// times of. The last digit is not zero.
pub(in crate::json) fn shortest(value: f64) -> (u64, i32) {
    let short = if cfg!(feature = "fast") { short(value) } else { None };
    short.unwrap_or_else(|| long(value))
}

/// Numbers of no more than 15 digits and 22 decimal places.
///
/// `whole` and `power` are doubles without error, so their quotient is the double that the decimal reads as. Decimals
/// of 15 digits lie farther apart than doubles: two of them never read as the same one, so no other one, and none that
/// is shorter, reads as `value`. None is missed: the product is wrong by less than `whole` · 2^−51 < 1/2.
fn short(value: f64) -> Option<(u64, i32)> {
    const MOST: f64 = 1e15;
    let mut power = 1.0;
    for places in 0..=22i32 {
        let scaled = value * power;
        if scaled > MOST {
            return None;
        }
        let mut whole = (scaled + 0.5) as u64;
        if whole as f64 / power == value {
            let mut tens = places.wrapping_neg();
            while whole.is_multiple_of(10) {
                whole /= 10;
                tens = tens.wrapping_add(1);
            }
            return Some((whole, tens));
        }
        power *= 10.0;
    }
    None
}

/// Any number: the decimals that read as it lie between the points halfway to its neighbours. Of the integers there,
/// counted in a unit that gives the number 18 digits or 19, the one with the most zeros at its end is the shortest. It
/// has one zero or more, as any double is told from its neighbours by 17 digits.
fn long(value: f64) -> (u64, i32) {
    let fraction = value.to_bits() & ((1 << 52) - 1);
    let field = (value.to_bits() >> 52) as i32 & 0x7FF;
    let mantissa = if field == 0 { fraction } else { fraction | 1 << 52 };
    // In quarters of the last bit, all of these are integers.
    let exponent = field.max(1).wrapping_sub(1075 + 2);
    let middle = mantissa.wrapping_mul(4);
    // Below a power of two doubles lie twice as close.
    let lower = if fraction == 0 && field > 1 { 1 } else { 2 };
    let log2 = exponent.wrapping_add(63).wrapping_sub_unsigned(middle.leading_zeros());
    // 1262611 / 2^22 is log10(2), near enough for every exponent.
    let tens = 17i32.wrapping_sub(log2.wrapping_mul(1_262_611) >> 22);
    let (centre, above) = integer(middle, exponent, tens);
    let (low, low_above) = integer(middle.wrapping_sub(lower), exponent, tens);
    let (high, high_above) = integer(middle.wrapping_add(2), exponent, tens);
    // A point halfway reads as the double with an even last bit.
    let even = mantissa & 1 == 0;
    let least = low.wrapping_add(u64::from(low_above || !even));
    let most = high.wrapping_sub(u64::from(!high_above && !even));
    let (digits, zeros) = roundest(least, centre, above, most);
    (digits, zeros.wrapping_sub(tens))
}

/// `quarters · 2^exponent · 10^tens` without its fraction, and whether there is one.
fn integer(quarters: u64, exponent: i32, tens: i32) -> (u64, bool) {
    let leading = Big::new(quarters).scaled(tens);
    // Between 10^16 and 10^19, so that the point lies within the bits.
    let places = leading.exponent.wrapping_add(exponent).unsigned_abs();
    let whole = leading.bits.wrapping_shr(places);
    (whole, leading.inexact || whole.wrapping_shl(places) != leading.bits)
}

/// Of the integers from `least` to `most` that end with the most zeros, the nearest to `centre`, which is a fraction
/// more if `above`: its digits without the zeros, and the number of these.
fn roundest(least: u64, centre: u64, above: bool, most: u64) -> (u64, i32) {
    let mut unit = 1u64;
    let mut zeros = 0i32;
    loop {
        let wider = unit.wrapping_mul(10);
        if most.wrapping_sub(most.checked_rem(wider).unwrap_or(0)) < least {
            break;
        }
        unit = wider;
        zeros = zeros.wrapping_add(1);
    }
    let down = centre.checked_div(unit).unwrap_or(0);
    let rest = centre.wrapping_sub(down.wrapping_mul(unit)).wrapping_mul(2);
    // Halfway the even digit is taken, as for reading.
    let nearer_up = rest > unit || (rest == unit && (above || down & 1 == 1));
    let up = down.wrapping_add(1);
    let down_fits = down.wrapping_mul(unit) >= least;
    let up_fits = up.wrapping_mul(unit) <= most;
    (if up_fits && (nearer_up || !down_fits) { up } else { down }, zeros)
}
