//! Decimal texts of which it is known how far they lie from a double.

/// An integer in limbs of nine decimal digits, lowest first.
pub(crate) struct Integer(Vec<u64>);

const LIMB: u64 = 1_000_000_000;

impl Integer {
    fn new(value: u64) -> Self {
        let mut integer = Self(vec![0; 3]);
        let mut rest = value;
        for limb in &mut integer.0 {
            *limb = rest % LIMB;
            rest /= LIMB;
        }
        integer
    }

    fn multiply(&mut self, factor: u64) {
        let mut carry = 0;
        for limb in &mut self.0 {
            carry += *limb * factor;
            *limb = carry % LIMB;
            carry /= LIMB;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }

    fn power(&mut self, factor: u64, exponent: u32) {
        for _ in 0..exponent {
            self.multiply(factor);
        }
    }

    /// One more or one less; the integer is neither zero nor near the end of its limbs.
    fn step(&mut self, up: bool) {
        for limb in &mut self.0 {
            match (up, *limb) {
                (true, 999_999_999) => *limb = 0,
                (true, _) => return *limb += 1,
                (false, 0) => *limb = LIMB - 1,
                (false, _) => return *limb -= 1,
            }
        }
    }

    fn text(&self) -> String {
        let digits: String = self.0.iter().rev().map(|limb| format!("{limb:09}")).collect();
        digits.trim_start_matches('0').to_owned()
    }
}

/// The point halfway between a positive double and the next one, and texts that differ by one in the last digit.
pub(crate) fn halfway(value: f64) -> [String; 3] {
    let field = value.to_bits() >> 52;
    let fraction = value.to_bits() & ((1 << 52) - 1);
    let mantissa = if field == 0 { fraction } else { fraction | 1 << 52 };
    let exponent = i32::try_from(field.max(1)).expect("eleven bits") - 1076;
    [-1, 0, 1].map(|step| {
        let mut integer = Integer::new(2 * mantissa + 1);
        // 2^-n is 5^n times 10^-n.
        integer.power(if exponent < 0 { 5 } else { 2 }, exponent.unsigned_abs());
        if step != 0 {
            integer.step(step > 0);
        }
        match exponent {
            ..0 => format!("{}e{exponent}", integer.text()),
            _ => integer.text(),
        }
    })
}

/// The same number with its point somewhere else; `text` is digits with an exponent or without.
pub(crate) fn moved(text: &str, places: usize) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_at(digits.len() - places % digits.len());
    let exponent = exponent.parse::<i64>().expect("an exponent") + fraction.len() as i64;
    match fraction {
        "" => format!("{whole}e{exponent}"),
        _ => format!("{whole}.{fraction}E{exponent:+}"),
    }
}

/// Significant digits without zeros at either end, and the power of ten that they are times of.
pub(crate) fn normal(text: &str) -> (String, i64) {
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let short = digits.trim_end_matches('0');
    let exponent = exponent.parse::<i64>().expect("an exponent") - fraction.len() as i64;
    (short.trim_start_matches('0').to_owned(), exponent + (digits.len() - short.len()) as i64)
}
