//! Deterministic CBOR, RFC 8949 section 4.2.1: what `fractional` v3 hashes.

use alloc::vec::Vec;

use crate::error::fault::Stop;
use crate::json::{Heap, Val};
use crate::limits::Limits;
use crate::memory::{Grow, listed};

/// The head of an item: major type and argument in the fewest bytes.
pub(super) fn push_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let (short, width) = match argument {
        0..=23 => (bytes[7], 0),
        24..=0xFF => (24, 1),
        0x100..=0xFFFF => (25, 2),
        0x1_0000..=0xFFFF_FFFF => (26, 4),
        _ => (27, 8),
    };
    out.put(major | short);
    out.put_all(bytes.get(8usize.saturating_sub(width)..).unwrap_or(&[]));
}

pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    push_head(out, 3, text.len() as u64);
    out.put_all(text.as_bytes());
}

pub(super) fn push_value(out: &mut Vec<u8>, heap: &Heap<'_>, value: Val, depth: u32) -> Result<(), Stop> {
    if out.len() > Limits::STANDARD.built {
        return Err(Stop::Built);
    }
    match value {
        Val::Null => out.put(0xf6),
        Val::Bool(value) => out.put(if value { 0xf5 } else { 0xf4 }),
        Val::Int(value) => push_integer(out, value < 0, value.unsigned_abs()),
        Val::Num(value) => push_double(out, value),
        Val::Str(text) => push_text(out, heap.text(text)),
        Val::List(list) => {
            let depth = depth.checked_sub(1).ok_or(Stop::Depth)?;
            push_head(out, 4, u64::from(list.len));
            for item in heap.span(list) {
                push_value(out, heap, *item, depth)?;
            }
        }
        Val::Map(map) => {
            let depth = depth.checked_sub(1).ok_or(Stop::Depth)?;
            let members: Vec<(&str, Val)> = listed(heap.members(map));
            let name = |place: u32| members.get(place as usize).map_or("", |(name, _)| *name);
            // Encoded keys begin with their length, so bytewise order of the encoding is shorter first.
            let order = crate::order::sorted(members.len(), &|left, right| {
                let (left, right) = (name(left), name(right));
                left.len().cmp(&right.len()).then_with(|| left.cmp(right))
            });
            push_head(out, 5, members.len() as u64);
            for place in order {
                push_text(out, name(place));
                let value = members.get(place as usize).map_or(Val::Null, |(_, value)| *value);
                push_value(out, heap, value, depth)?;
            }
        }
    }
    Ok(())
}

fn push_integer(out: &mut Vec<u8>, negative: bool, magnitude: u64) {
    if negative {
        push_head(out, 1, magnitude.saturating_sub(1));
    } else {
        push_head(out, 0, magnitude);
    }
}

/// An integral double within 64 bits as an integer, any other in the shortest of three widths that keeps it exact.
fn push_double(out: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs() as u64;
    let in_range = (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&value);
    if in_range && magnitude as f64 == value.abs() {
        return push_integer(out, value < 0.0, magnitude);
    }
    if let Some(half) = half(value) {
        out.put(0xf9);
        out.put_all(&half.to_be_bytes());
    } else if f64::from(value as f32) == value {
        out.put(0xfa);
        out.put_all(&(value as f32).to_be_bytes());
    } else {
        out.put(0xfb);
        out.put_all(&value.to_be_bytes());
    }
}

/// The bits of a half-precision number, if the double is exactly one.
fn half(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = ((bits >> 48) & 0x8000) as u16;
    let exponent = ((bits >> 52) & 0x7FF) as i32;
    let mantissa = bits & 0x000F_FFFF_FFFF_FFFF;
    // The exponent of a double is biased by 1023, that of a half by 15.
    let unbiased = exponent.wrapping_sub(1023);
    match unbiased {
        -14..=15 => {
            let kept = mantissa >> 42;
            let biased = unbiased.wrapping_add(15) as u16;
            (kept << 42 == mantissa).then_some(sign | biased << 10 | kept as u16)
        }
        // A subnormal half: the leading one becomes a digit of the mantissa.
        -24..=-15 => {
            let shift = 28u32.wrapping_sub(unbiased as u32);
            let full = mantissa | 1 << 52;
            let kept = full.checked_shr(shift)?;
            (kept.checked_shl(shift) == Some(full)).then_some(sign | kept as u16)
        }
        _ => None,
    }
}
