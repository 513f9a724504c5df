//! Numbers as text: reading against `str::parse` of the standard library, writing against the crate `zmij`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "oracle/decimals.rs"]
mod decimals;

use burgee::{Engine, ErrorCode, Value};
use decimals::{halfway, moved, normal};

/// Random bits, always the same ones (SplitMix64).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, count: u64) -> u64 {
        self.bits() % count
    }

    /// Any positive double, all exponents alike.
    fn double(&mut self) -> f64 {
        loop {
            let value = f64::from_bits(self.bits() >> 1);
            if value.is_finite() && value > 0.0 {
                return value;
            }
        }
    }

    /// A positive double of which the decimal is short enough for a rule or a person to write.
    fn moderate(&mut self) -> f64 {
        let exponent = 1023 - 80 + self.below(160);
        f64::from_bits(exponent << 52 | self.bits() >> 12)
    }

    fn digits(&mut self, count: u64) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).expect("a digit"))).collect()
    }
}

/// What a rule makes of each of these JSON texts.
fn each(rule: &str, items: &[String]) -> Vec<Value> {
    let engine = Engine::new();
    let mut results = Vec::new();
    for part in items.chunks(500) {
        let data = format!("[{}]", part.join(","));
        match engine.evaluate_logic(rule.as_bytes(), data.as_bytes()).expect("the rule fails for none") {
            Value::Array(values) => results.extend(values),
            other => panic!("no list: {other}"),
        }
    }
    assert_eq!(results.len(), items.len());
    results
}

/// The number as a rule sees it in JSON, and as it sees it in a string.
#[track_caller]
fn assert_read(texts: &[String]) {
    let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    let from_strings = each(r#"{"map":[{"var":""},{"+":[{"var":""}]}]}"#, &quoted);
    let from_json = each(r#"{"var":""}"#, texts);
    for (text, (json, string)) in texts.iter().zip(from_json.into_iter().zip(from_strings)) {
        let expected = text.parse::<f64>().expect("a number");
        assert_eq!(double(&json).map(f64::to_bits), Some(expected.to_bits()), "{text} as JSON gives {json}");
        // Longer strings are no numbers for a rule.
        let expected = (text.len() <= 1100).then_some(expected);
        assert_eq!(double(&string), expected, "\"{text}\" gives {string}");
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

#[track_caller]
fn assert_written(value: f64) {
    let text = Value::Float(value).to_json();
    let expected = zmij::Buffer::new().format_finite(value).to_owned();
    assert_eq!(normal(&text), normal(&expected), "{value:e}");
    assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text}");
    let size = value.abs();
    assert_eq!(text.contains('e'), !(1e-6..1e21).contains(&size), "{text}");
}

/// The doubles on both sides of one, and itself.
fn near(value: f64) -> impl Iterator<Item = f64> {
    [value.next_down(), value, value.next_up()].into_iter().filter(|near| near.is_finite() && *near > 0.0)
}

#[test]
fn doubles_are_written_as_short_as_they_can_be() {
    let mut random = Random(1);
    for _ in 0..60_000 {
        assert_written(random.double());
        assert_written(-random.moderate());
    }
    for _ in 0..20_000 {
        // Subnormals of every length.
        let subnormal = (random.bits() >> 12 >> random.below(52)).max(1);
        assert_written(f64::from_bits(subnormal));
        assert_written((random.bits() >> random.below(64)) as f64 + 1.0);
        // Few bits set: many of these end with a five that is halfway between two shorter texts.
        assert_written(f64::from_bits((random.below(2046) + 1) << 52 | random.below(16) << 48));
    }
    for exponent in 0..=0x7FE {
        near(f64::from_bits(exponent << 52)).for_each(assert_written);
    }
    for bit in 0..52 {
        near(f64::from_bits(1 << bit)).for_each(assert_written);
    }
    for tens in -324..=308 {
        let value = format!("1e{tens}").parse::<f64>().expect("a number");
        near(value).for_each(assert_written);
    }
}

#[test]
fn short_decimals_are_written_as_they_were_read() {
    let mut random = Random(2);
    for _ in 0..60_000 {
        let (count, tens) = (random.below(17) + 1, random.below(60) as i64 - 40);
        let text = format!("{}{}e{tens}", random.below(9) + 1, random.digits(count - 1));
        let value = text.parse::<f64>().expect("a number");
        assert_written(value);
        if count <= 15 {
            assert_eq!(normal(&Value::Float(value).to_json()), normal(&text));
        }
    }
}

#[test]
fn decimals_of_any_length_are_read_as_the_nearest_double() {
    let mut random = Random(3);
    let mut texts = Vec::new();
    for _ in 0..40_000 {
        let count = random.below(19);
        let text = format!("{}{}e{}", random.below(9) + 1, random.digits(count), random.below(80) as i64 - 50);
        texts.push(moved(&text, random.below(20) as usize));
    }
    for _ in 0..40_000 {
        // Rounded to some digits and so a little above or below the double.
        let digits = 1 + random.below(24) as usize;
        texts.push(format!("{:.digits$e}", random.double()));
        texts.push(format!("{:.digits$e}", random.moderate()));
    }
    for _ in 0..2_000 {
        let (count, tens) = (17 + random.below(784), random.below(700) as i64 - 400);
        let text = format!("{}{}e{tens}", random.below(9) + 1, random.digits(count));
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            texts.push(moved(&text, random.below(900) as usize));
        }
        let (zeros, count) = (random.below(330) as usize, random.below(40) + 1);
        texts.push(format!("-0.{}{}", "0".repeat(zeros), random.digits(count)));
    }
    assert_read(&texts);
}

#[test]
fn points_halfway_between_two_doubles_go_to_the_even_one() {
    let mut random = Random(4);
    let mut values: Vec<f64> = (0..6_000).map(|_| random.moderate()).collect();
    values.extend((0..400).map(|_| random.double()));
    values.extend((0..200).map(|_| f64::from_bits(random.bits() >> 12 >> random.below(52))));
    values.extend((0..0x7FE).step_by(23).flat_map(|exponent| near(f64::from_bits(exponent << 52))));
    values.extend([0.0, f64::from_bits(1), f64::MIN_POSITIVE, f64::MIN_POSITIVE.next_down(), f64::MAX.next_down()]);
    let mut texts = Vec::new();
    for value in values {
        for text in halfway(value) {
            texts.push(moved(&text, random.below(800) as usize));
            // Digits that follow only after hundreds of others.
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let zeros = "0".repeat(random.below(800) as usize);
            texts.push(format!("{digits}.0{zeros}e{exponent}"));
            texts.push(format!("{digits}.{zeros}1e{exponent}"));
        }
    }
    assert_read(&texts);
}

#[test]
fn the_smallest_numbers_become_zero() {
    let [below, halfway, above] = halfway(0.0);
    assert_read(&[below.clone(), halfway.clone(), above.clone(), format!("-{below}"), format!("-{halfway}")]);
    for zero in [&below, &halfway, "1e-324", "2e-324", "1e-999", "1e-99999999999999999999", "0e5", "0e99999999999999"] {
        assert_eq!(each(r#"{"var":""}"#, &[zero.to_owned()]), [Value::Float(0.0)], "{zero}");
    }
    for smallest in [&above, "3e-324", "5e-324"] {
        assert_eq!(each(r#"{"var":""}"#, &[smallest.to_owned()]), [Value::Float(5e-324)], "{smallest}");
    }
    for zero in ["-0", "-0.0", "-0e7", "-1e-400"] {
        assert_eq!(each(r#"{"var":""}"#, &[zero.to_owned()]).first().map(Value::to_json).as_deref(), Some("-0.0"));
    }
}

/// Whether a context holds this number, read by a flag or only passed over.
fn accepted(engine: &Engine, key: &str, text: &str) -> bool {
    let answer = engine.evaluate("f", format!("{{\"{key}\":{text}}}").as_str());
    let refused = answer.error_code() == Some(ErrorCode::ParseError);
    assert_eq!(refused, answer.error_message().is_some_and(|message| message.contains("double")), "{answer:?}");
    !refused
}

#[test]
fn numbers_beyond_the_doubles_are_refused_wherever_they_stand() {
    let engine = Engine::new();
    let document = r#"{"flags":{"f":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"on",
        "targeting":{"if":[{"==":[{"var":"read"},1.5]},"on"]}}}}"#;
    engine.update(document).expect("valid");
    let mut texts: Vec<String> =
        ["1e308", "1e309", "0e309", "1e400", "1e99999999999999999999", "0e99999999999999999999"]
            .map(str::to_owned)
            .into();
    let mut random = Random(5);
    // The last one is where infinity begins: one half more in the last bit of the largest double.
    for text in halfway(f64::MAX.next_down()).into_iter().chain(halfway(f64::MAX)) {
        texts.extend((0..40).map(|_| moved(&text, random.below(309) as usize)));
        texts.extend([format!("0.{}{text}e400", "0".repeat(91)), format!("{text}.0"), format!("{text}.1"), text]);
    }
    for _ in 0..2_000 {
        let count = random.below(40);
        let text = format!("1.797693134862315{}e308", random.digits(count));
        texts.extend([format!("-{text}"), text]);
        let (count, tens) = (random.below(30), random.below(12) + 300);
        texts.push(format!("{}{}e{tens}", random.below(9) + 1, random.digits(count)));
        let count = random.below(12) + 300;
        texts.push(format!("{}{}", random.below(9) + 1, random.digits(count)));
    }
    let mut counts = [0, 0];
    for text in texts {
        let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
        *counts.get_mut(usize::from(finite)).expect("two") += 1;
        assert_eq!(accepted(&engine, "read", &text), finite, "{text}");
        assert_eq!(accepted(&engine, "passed over", &text), finite, "{text}");
    }
    assert!(counts.iter().all(|count| *count > 1_000), "{counts:?}");
}

#[test]
fn a_mebibyte_of_digits_is_a_number_like_any_other() {
    const LENGTH: usize = 1_000_000;
    let (zeros, nines) = ("0".repeat(LENGTH), "9".repeat(LENGTH));
    let one = &halfway(1.0)[1];
    let (digits, exponent) = one.split_once('e').expect("a fraction");
    for (text, expected) in [
        (format!("0.{zeros}1e{}", LENGTH + 1), 1.0),
        (format!("1{zeros}e-{LENGTH}"), 1.0),
        (format!("{nines}e-{LENGTH}"), 1.0),
        (format!("0.{nines}"), 1.0),
        (format!("1{zeros}.{zeros}e-{}", LENGTH - 5), 1e5),
        (format!("0.{zeros}{nines}"), 0.0),
        (format!("{digits}{zeros}e{}", exponent.parse::<i64>().expect("a number") - LENGTH as i64), 1.0),
        (
            format!("{digits}{zeros}1e{}", exponent.parse::<i64>().expect("a number") - LENGTH as i64 - 1),
            1.0f64.next_up(),
        ),
    ] {
        let (start, end) = (&text[..20], &text[text.len() - 20..]);
        let data = Engine::new().evaluate_logic(br#"{"var":""}"#, text.as_bytes()).expect("a number");
        assert_eq!(data, Value::Float(expected), "{start}…{end}");
    }
    for text in [nines, format!("1{zeros}e-5"), format!("0.{zeros}1e{}", LENGTH + 400)] {
        assert!(Engine::new().evaluate_logic(br#"{"var":""}"#, text.as_bytes()).is_err());
    }
}

#[test]
fn a_string_is_a_number_if_it_is_written_as_a_decimal() {
    let known = [
        ("", Value::Int(0)),
        ("+5", Value::Int(5)),
        ("-0", Value::Int(0)),
        ("0005", Value::Int(5)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("9223372036854775807", Value::Int(i64::MAX)),
        ("+09223372036854775808", Value::Float(9_223_372_036_854_775_808.0)),
        ("10000000000000000000", Value::Float(1e19)),
        ("18446744073709551616", Value::Float(18_446_744_073_709_551_616.0)),
        ("1e0", Value::Float(1.0)),
        ("5.", Value::Float(5.0)),
        (".5", Value::Float(0.5)),
        ("-.5e+1", Value::Float(-5.0)),
        ("1e999", Value::Null),
        ("infinity", Value::Null),
        ("nan", Value::Null),
        ("0x1", Value::Null),
        (" 1", Value::Null),
        ("1_0", Value::Null),
    ];
    let rule = r#"{"map":[{"var":""},{"+":[{"var":""}]}]}"#;
    for (text, expected) in known {
        let given = each(rule, &[format!("\"{text}\"")]);
        assert_eq!(given.first(), Some(&expected), "{text}");
    }
    let mut random = Random(6);
    let alphabet = ["0", "1", "59", ".", "e", "E", "+", "-", "7", "i", " ", "0", "3"];
    let mut texts = Vec::new();
    for _ in 0..60_000 {
        let count = random.below(8) + 1;
        texts.push((0..count).filter_map(|_| alphabet.get(random.below(13) as usize).copied()).collect::<String>());
    }
    let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    let mut numbers = 0;
    for (text, given) in texts.iter().zip(each(rule, &quoted)) {
        // The standard library takes the same decimals, and words, of which these characters form none.
        let expected = text.parse::<f64>().ok().filter(|value| value.is_finite());
        assert_eq!(double(&given), expected, "{text} gives {given}");
        numbers += usize::from(expected.is_some());
    }
    assert!(numbers > 10_000, "{numbers}");
}

#[test]
fn numbers_are_laid_out_as_in_javascript() {
    for (value, canonical, document) in [
        (1.0, "1", "1.0"),
        (-0.0, "0", "-0.0"),
        (0.5, "0.5", "0.5"),
        (1500.0, "1500", "1500.0"),
        (1e15, "1000000000000000", "1000000000000000.0"),
        (1e20, "100000000000000000000", "100000000000000000000.0"),
        (123_456_789_012_345_680_000.0, "123456789012345680000", "123456789012345680000.0"),
        (1e21, "1e+21", "1e+21"),
        (-1.5e21, "-1.5e+21", "-1.5e+21"),
        (0.000_001, "0.000001", "0.000001"),
        (0.000_000_12, "1.2e-7", "1.2e-7"),
        (1e-7, "1e-7", "1e-7"),
        (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
        (9_007_199_254_740_993.0, "9007199254740992", "9007199254740992.0"),
        (f64::MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"),
        (f64::MIN_POSITIVE, "2.2250738585072014e-308", "2.2250738585072014e-308"),
        (5e-324, "5e-324", "5e-324"),
        (2f64.powi(-44), "5.684341886080802e-14", "5.684341886080802e-14"),
    ] {
        assert_eq!(Value::Float(value).to_json(), document);
        let given = each(r#"{"map":[{"var":""},{"cat":[{"var":""}]}]}"#, &[document.to_owned()]);
        assert_eq!(given, [Value::String(canonical.to_owned())], "{document}");
    }
}
