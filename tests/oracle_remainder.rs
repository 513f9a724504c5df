//! `%` over doubles against the remainder of the standard library.

#![expect(clippy::arithmetic_side_effects, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/tape.rs"]
mod tape;

use burgee::evaluate_logic_json;
use tape::Tape;

fn remainder(left: f64, right: f64) -> String {
    let data = format!(r#"{{"left": {left:?}, "right": {right:?}}}"#);
    evaluate_logic_json(br#"{"%": [{"var": "left"}, {"var": "right"}]}"#, data.as_bytes())
}

/// Any finite double, often one near the other end of the range or near a whole number.
fn double(choices: &mut Tape<'_>) -> f64 {
    let bits = u64::from(choices.word()) << 32 | u64::from(choices.word());
    match choices.below(4) {
        0 => f64::from_bits(bits),
        1 => f64::from_bits(bits >> 12),
        2 => (bits >> 40) as f64 / 8.0,
        _ => f64::from_bits(bits & !(0x7FF << 52) | (1000 + choices.below(60) as u64) << 52),
    }
}

#[test]
fn the_remainder_of_doubles_is_that_of_the_standard_library() {
    tape::for_all(60_000, 8, |choices| {
        let mut choices = Tape::new(choices);
        let (left, right) = (double(&mut choices), double(&mut choices));
        if !left.is_finite() || !right.is_finite() || right == 0.0 {
            return Ok(());
        }
        let answer = remainder(left, right);
        let text = answer.strip_prefix(r#"{"success":true,"result":"#).and_then(|rest| rest.strip_suffix('}'));
        match text.and_then(|text| text.parse::<f64>().ok()) {
            Some(given) if given == left % right => Ok(()),
            _ => Err(format!("{left:?} % {right:?} is {:?}, not {answer}", left % right)),
        }
    });
}
