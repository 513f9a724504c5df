//! A second encoder of deterministic CBOR (RFC 8949 section 4.2.1), written apart from the engine's.

use serde_json::Value as Json;

/// The encoding of a JSON value, numbers normalised as flagd's decision record has it.
pub(crate) fn encode(value: &Json) -> Vec<u8> {
    match value {
        Json::Null => vec![0xf6],
        Json::Bool(false) => vec![0xf4],
        Json::Bool(true) => vec![0xf5],
        Json::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(value), ..) => head(0, value.into()),
            (None, Some(value), _) => integer(value.into()),
            (None, None, Some(value)) => double(value),
            (None, None, None) => unreachable!("a number of JSON is one of the three"),
        },
        Json::String(text) => [head(3, text.len() as u128), text.clone().into_bytes()].concat(),
        Json::Array(items) => {
            let items = items.iter().map(encode).collect::<Vec<_>>();
            [head(4, items.len() as u128), items.concat()].concat()
        }
        Json::Object(members) => {
            let encoded = |(name, value): (&String, &Json)| (encode(&Json::from(name.as_str())), encode(value));
            let mut members = members.iter().map(encoded).collect::<Vec<_>>();
            members.sort();
            let bytes = members.into_iter().flat_map(|(name, value)| [name, value]).collect::<Vec<_>>();
            [head(5, (bytes.len() / 2) as u128), bytes.concat()].concat()
        }
    }
}

fn head(major: u8, argument: u128) -> Vec<u8> {
    let big = argument.to_be_bytes();
    let (short, width) = match argument {
        0..=23 => (big[15], 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    let mut bytes = vec![major << 5 | short];
    bytes.extend(&big[16 - width..]);
    bytes
}

fn integer(value: i128) -> Vec<u8> {
    if value < 0 { head(1, (-1 - value).unsigned_abs()) } else { head(0, value.unsigned_abs()) }
}

fn double(value: f64) -> Vec<u8> {
    if value.fract() == 0.0 && value >= -(2f64.powi(63)) && value < 2f64.powi(64) {
        return integer(value as i128);
    }
    // Every half is tried by its value: slow, and independent of how a half's bits are cut out of a double.
    if let Some(half) = (0..=u16::MAX).find(|bits| half_value(*bits).to_bits() == value.to_bits()) {
        return [vec![0xf9], half.to_be_bytes().to_vec()].concat();
    }
    let single = value as f32;
    if f64::from(single).to_bits() == value.to_bits() {
        return [vec![0xfa], single.to_be_bytes().to_vec()].concat();
    }
    [vec![0xfb], value.to_be_bytes().to_vec()].concat()
}

/// The value of a half, from the definition in RFC 8949 appendix D.
fn half_value(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 => f64::INFINITY,
        _ => (mantissa + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}
