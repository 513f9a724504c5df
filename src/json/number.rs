//! Numbers as text: reading JSON numbers and numeric strings, writing canonical numbers.

use alloc::string::String;

use super::Val;
use super::decimal::{Decimal, shortest};
use crate::memory::GrowText;

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
        self.wide && Decimal::read(text).is_none_or(|number| number.overflows())
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
pub(crate) fn value(text: &str) -> Option<Val> {
    let number = Decimal::read(text)?;
    // `-0` has no integer form: as a double it keeps its sign.
    if number.is_negative_zero() { Some(Val::Num(-0.0)) } else { number_of(&number) }
}

/// A string where an operator wants a number: decimal digits with optional sign, fraction and exponent, and nothing
/// around them. The empty string is 0. Words (`inf`, `nan`), hexadecimal and padded text are no numbers.
pub(crate) fn from_string(text: &str) -> Option<Val> {
    if text.is_empty() { Some(Val::Int(0)) } else { number_of(&Decimal::read(text)?) }
}

fn number_of(number: &Decimal<'_>) -> Option<Val> {
    if let Some(integer) = number.integer() {
        return Some(Val::Int(integer));
    }
    let double = number.double();
    double.is_finite().then_some(Val::Num(double))
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
        out.put_char('-');
    }
    out.put_str(Digits::of(value.unsigned_abs()).text());
}

/// Appends a double with the fewest digits that read back as the same double, laid out as JavaScript does: plain
/// between 1e-6 and 1e21, otherwise with an exponent (`1e+21`, `1e-7`).
pub(crate) fn write_double(out: &mut String, value: f64, style: Style) {
    if value == 0.0 {
        out.put_str(match style {
            Style::Canonical => "0",
            Style::Document if value.is_sign_positive() => "0.0",
            Style::Document => "-0.0",
        });
        return;
    }
    let (digits, tens) = shortest(value.abs());
    let digits = Digits::of(digits);
    let digits = digits.text();
    let (head, tail) = digits.split_at_checked(1).unwrap_or((digits, ""));
    // The power of ten of the first digit.
    let exponent = tens.saturating_add(tail.len() as i32);
    if value < 0.0 {
        out.put_char('-');
    }
    if (-6..0).contains(&exponent) {
        out.put_str("0.");
        zeros(out, exponent.saturating_add(1).unsigned_abs() as usize);
        out.put_str(digits);
    } else if (0..21).contains(&exponent) {
        plain(out, head, tail, exponent.unsigned_abs() as usize, style);
    } else {
        out.put_str(head);
        if !tail.is_empty() {
            out.put_char('.');
            out.put_str(tail);
        }
        out.put_str(if exponent < 0 { "e-" } else { "e+" });
        write_integer(out, i64::from(exponent.unsigned_abs()));
    }
}

/// A double of at least 1 without an exponent: `point` digits of the tail stand before the decimal point.
fn plain(out: &mut String, head: &str, tail: &str, point: usize, style: Style) {
    out.put_str(head);
    match tail.split_at_checked(point) {
        Some((before, after)) => {
            out.put_str(before);
            if !after.is_empty() {
                out.put_char('.');
                out.put_str(after);
                return;
            }
        }
        None => {
            out.put_str(tail);
            zeros(out, point.saturating_sub(tail.len()));
        }
    }
    if style == Style::Document {
        out.put_str(".0");
    }
}

fn zeros(out: &mut String, count: usize) {
    out.put_str("000000000000000000000".get(..count).unwrap_or(""));
}

/// The digits of an integer, at the end of the room for the longest one.
struct Digits {
    bytes: [u8; 20],
    start: usize,
}

impl Digits {
    fn of(value: u64) -> Self {
        let mut rest = value;
        let mut digits = Self { bytes: [0; 20], start: 20 };
        for slot in digits.bytes.iter_mut().rev() {
            *slot = b'0'.wrapping_add((rest % 10) as u8);
            rest /= 10;
            digits.start = digits.start.saturating_sub(1);
            if rest == 0 {
                break;
            }
        }
        digits
    }

    fn text(&self) -> &str {
        self.bytes.get(self.start..).and_then(|used| core::str::from_utf8(used).ok()).unwrap_or("0")
    }
}
