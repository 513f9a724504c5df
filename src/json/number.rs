//! Numbers as text: reading JSON numbers and numeric strings, writing canonical numbers.

use alloc::string::String;

use super::Val;

/// 2^53 − 1: the largest integer that hosts with doubles only read exactly.
pub(crate) const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Where a number's text ends and what it holds.
pub(crate) struct Shape {
    /// Bytes of the number.
    pub(crate) len: usize,
    /// It has neither fraction nor exponent.
    pub(crate) integer: bool,
    /// It may be too large for a double: it has an exponent, or hundreds of digits.
    wide: bool,
}

impl Shape {
    /// Whether the number is too large for a double.
    pub(crate) fn overflows(&self, text: &str) -> bool {
        self.wide && !text.parse::<f64>().is_ok_and(f64::is_finite)
    }
}

/// The shape of the JSON number at the start of `bytes`; `Err` gives the offset of the byte that breaks the grammar.
pub(crate) fn shape(bytes: &[u8]) -> Result<Shape, usize> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let first = at;
    at = digits(bytes, at)?;
    if bytes.get(first) == Some(&b'0') && at > first.saturating_add(1) {
        return Err(first.saturating_add(1));
    }
    let mut wide = at > 300;
    let mut integer = true;
    if bytes.get(at) == Some(&b'.') {
        integer = false;
        at = digits(bytes, at.saturating_add(1))?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        integer = false;
        wide = true;
        at = at.saturating_add(1);
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at = at.saturating_add(1);
        }
        at = digits(bytes, at)?;
    }
    Ok(Shape { len: at, integer, wide })
}

/// One digit or more from `at`; the offset behind them.
fn digits(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let count = bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    if count == 0 { Err(at) } else { Ok(at.saturating_add(count)) }
}

/// The value of a number whose shape is known; `None` when it is too large for a double.
pub(crate) fn value(text: &str, shape: &Shape) -> Option<Val> {
    // `-0` has no integer form: as a double it keeps its sign.
    if shape.integer
        && text != "-0"
        && let Some(integer) = integer(text)
    {
        return Some(Val::Int(integer));
    }
    let number = text.parse::<f64>().ok()?;
    number.is_finite().then_some(Val::Num(number))
}

/// A decimal integer that fits 64 bits.
fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut value: i64 = 0;
    for byte in digits.bytes() {
        let digit = i64::from(byte.wrapping_sub(b'0'));
        // Counted down from zero: i64 reaches one further below than above.
        value = value.checked_mul(10)?.checked_sub(digit)?;
    }
    if negative { Some(value) } else { value.checked_neg() }
}

/// A string where an operator wants a number: decimal digits with optional sign, fraction and exponent, and nothing
/// around them. The empty string is 0. Words (`inf`, `nan`), hexadecimal and padded text are no numbers.
pub(crate) fn from_string(text: &str) -> Option<Val> {
    if text.is_empty() {
        return Some(Val::Int(0));
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) && !unsigned.is_empty() {
        let signed = text.strip_prefix('+').unwrap_or(text);
        if let Some(integer) = integer(signed) {
            return Some(Val::Int(integer));
        }
    }
    let number = text.parse::<f64>().ok()?;
    number.is_finite().then_some(Val::Num(number))
}

/// How a double without a fraction is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As a result of a rule: `1`, never `1.0`.
    Canonical,
    /// As a value of a document: `1.0` stays `1.0`, so that a host keeps the author's type.
    Document,
}

/// Appends an integer in decimal.
pub(crate) fn write_integer(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    let mut rest = value.unsigned_abs();
    let mut digits = [0u8; 20];
    let mut count = 0usize;
    for slot in digits.iter_mut().rev() {
        *slot = b'0'.wrapping_add((rest % 10) as u8);
        rest /= 10;
        count = count.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    let used = digits.get(20usize.saturating_sub(count)..).unwrap_or(&[]);
    out.push_str(core::str::from_utf8(used).unwrap_or("0"));
}

/// Appends a double with the fewest digits that read back as the same double, laid out as JavaScript does: plain
/// between 1e-6 and 1e21, otherwise with an exponent (`1e+21`, `1e-7`).
pub(crate) fn write_double(out: &mut String, value: f64, style: Style) {
    if value == 0.0 {
        out.push_str(match style {
            Style::Canonical => "0",
            Style::Document if value.is_sign_positive() => "0.0",
            Style::Document => "-0.0",
        });
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let (negative, digits, exponent) = decimal(buffer.format_finite(value));
    let digits = digits.text();
    let (head, tail) = digits.split_at_checked(1).unwrap_or((digits, ""));
    if negative {
        out.push('-');
    }
    if (-6..0).contains(&exponent) {
        out.push_str("0.");
        for _ in exponent.saturating_add(1)..0 {
            out.push('0');
        }
        out.push_str(digits);
    } else if (0..21).contains(&exponent) {
        plain(out, head, tail, exponent.unsigned_abs() as usize, style);
    } else {
        out.push_str(head);
        if !tail.is_empty() {
            out.push('.');
            out.push_str(tail);
        }
        out.push_str(if exponent < 0 { "e-" } else { "e+" });
        write_integer(out, i64::from(exponent.unsigned_abs()));
    }
}

/// Sign, significant digits and the exponent of the first one, of a double in any decimal notation.
fn decimal(text: &str) -> (bool, Buffer, i32) {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let mut exponent = exponent.parse::<i32>().unwrap_or(0);
    let mut digits = Buffer::default();
    let mut fraction = false;
    // The exponent of the first significant digit: up for digits before the point, down for zeros behind it.
    exponent = exponent.saturating_sub(1);
    for byte in mantissa.bytes() {
        if byte == b'.' {
            fraction = true;
            continue;
        }
        let leading_zero = byte == b'0' && digits.len == 0;
        if !leading_zero {
            digits.push(byte);
        }
        match (fraction, leading_zero) {
            (false, false) => exponent = exponent.saturating_add(1),
            (true, true) => exponent = exponent.saturating_sub(1),
            _ => {}
        }
    }
    digits.drop_trailing_zeros();
    (negative, digits, exponent)
}

/// A double of at least 1 without an exponent: `point` digits of the tail stand before the decimal point.
fn plain(out: &mut String, head: &str, tail: &str, point: usize, style: Style) {
    out.push_str(head);
    match tail.split_at_checked(point) {
        Some((before, after)) => {
            out.push_str(before);
            if !after.is_empty() {
                out.push('.');
                out.push_str(after);
                return;
            }
        }
        None => {
            out.push_str(tail);
            for _ in tail.len()..point {
                out.push('0');
            }
        }
    }
    if style == Style::Document {
        out.push_str(".0");
    }
}

/// Room for the digits of a double, of which none has more than 17.
#[derive(Default)]
struct Buffer {
    bytes: [u8; 32],
    len: usize,
}

impl Buffer {
    fn push(&mut self, digit: u8) {
        if let Some(slot) = self.bytes.get_mut(self.len) {
            *slot = digit;
            self.len = self.len.saturating_add(1);
        }
    }

    fn drop_trailing_zeros(&mut self) {
        while let Some(shorter) = self.len.checked_sub(1)
            && self.bytes.get(shorter) == Some(&b'0')
        {
            self.len = shorter;
        }
    }

    fn text(&self) -> &str {
        self.bytes.get(..self.len).and_then(|used| core::str::from_utf8(used).ok()).unwrap_or("0")
    }
}
