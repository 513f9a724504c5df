//! `fractional`: a stable share of the contexts for each variant.
//!
//! The three generations differ in what is hashed and in how a hash becomes a bucket; all use MurmurHash3 with seed 0.

use alloc::vec::Vec;

use super::dispatch::Outcome;
use super::{Machine, Scope, murmur};
use crate::error::fault::Stop;
use crate::json::{Heap, Text, Val};
use crate::limits::Limits;
use crate::rule::Fractional;
use crate::rule::special::{MOST_WEIGHT, whole_weight};

impl Machine<'_> {
    /// `fractional`: an optional bucket value, then lists of variant and weight.
    #[inline(never)]
    pub(super) fn fractional(&mut self, base: usize) -> Outcome<Val> {
        let count = self.count(base);
        if count == 0 {
            return Ok(Val::Null);
        }
        let (hash, first) = self.hash(base)?;
        let Some(hash) = hash else { return Ok(Val::Null) };
        self.spend_reading(count.saturating_mul(32))?;
        Ok(match self.version {
            Fractional::V1 => self.floating_bucket(base, first, hash),
            Fractional::V2 | Fractional::V3 => self.integer_bucket(base, first, hash),
        }
        .unwrap_or(Val::Null))
    }

    /// The same over a constant distribution, with the first argument at `base`.
    #[inline(never)]
    pub(super) fn distributed(&mut self, base: usize, table: u32) -> Outcome<Val> {
        let program = self.program;
        let Val::List(table) = program.constant(table) else { return Ok(Val::Null) };
        let heap = program.heap();
        let &[Val::Bool(keyed), Val::List(entries), Val::List(sums), Val::List(variants)] = heap.span(table) else {
            return Ok(Val::Null);
        };
        if !keyed && matches!(self.argument(base, 0), Val::List(_)) {
            // A list that was computed is an entry itself.
            self.scratch.stack.extend_from_slice(heap.span(entries));
            return self.fractional(base);
        }
        let (hash, first) = self.hash(base)?;
        let Some(hash) = hash else { return Ok(Val::Null) };
        self.spend_reading((sums.len as usize).saturating_mul(32))?;
        if first == 0 && !keyed {
            // Neither a bucket value nor an entry.
            return Ok(Val::Null);
        }
        let sums = heap.span(sums);
        let place = match self.version {
            Fractional::V1 => floating_place(sums, hash),
            Fractional::V2 | Fractional::V3 => integer_place(sums, hash),
        };
        Ok(place.and_then(|place| heap.span(variants).get(place)).copied().unwrap_or(Val::Null))
    }

    /// The hash of the bucket value, and the argument at which the distribution begins.
    #[inline(never)]
    fn hash(&mut self, base: usize) -> Outcome<(Option<u32>, usize)> {
        match self.version {
            Fractional::V3 => self.typed_hash(base),
            Fractional::V1 | Fractional::V2 => self.text_hash(base),
        }
    }

    /// v1, v2: a string as bucket value, otherwise flag key and targeting key. Gives where the distribution begins.
    fn text_hash(&mut self, base: usize) -> Outcome<(Option<u32>, usize)> {
        match self.argument(base, 0) {
            Val::Str(text) => {
                self.spend_reading((text.len as usize).saturating_mul(4))?;
                Ok((Some(murmur::hash(self.heap().text(text).as_bytes())), 1))
            }
            other => {
                let first = usize::from(other.is_null());
                let Some(key) = self.targeting_key()?.filter(|key| key.len > 0) else { return Ok((None, first)) };
                let mut bytes = core::mem::take(&mut self.scratch.bytes);
                bytes.clear();
                bytes.extend_from_slice(self.heap().text(self.flag_key).as_bytes());
                bytes.extend_from_slice(self.heap().text(key).as_bytes());
                let hash = murmur::hash(&bytes);
                self.scratch.bytes = bytes;
                Ok((Some(hash), first))
            }
        }
    }

    /// v3: any value but null, or an array with flag key and targeting key where the first argument is a bucket.
    fn typed_hash(&mut self, base: usize) -> Outcome<(Option<u32>, usize)> {
        let mut bytes = core::mem::take(&mut self.scratch.bytes);
        bytes.clear();
        let first = match self.argument(base, 0) {
            Val::Null => None,
            Val::List(_) => self.targeting_key()?.map(|key| {
                head(&mut bytes, 4, 2);
                cbor_text(&mut bytes, self.heap().text(self.flag_key));
                cbor_text(&mut bytes, self.heap().text(key));
                0
            }),
            value => {
                cbor(&mut bytes, &self.heap(), value, Limits::STANDARD.depth)?;
                Some(1)
            }
        };
        let hash = first.map(|_| murmur::hash(&bytes));
        let length = bytes.len();
        self.scratch.bytes = bytes;
        self.spend_reading(length.saturating_mul(4))?;
        Ok((hash, first.unwrap_or(0)))
    }

    /// The targeting key, if it is a string. Inside an iterator the context is out of reach.
    fn targeting_key(&mut self) -> Outcome<Option<Text>> {
        if !matches!(self.scope, Scope::Context) {
            return Ok(None);
        }
        Ok(match self.slot(0)? {
            Some(Val::Str(text)) => Some(text),
            _ => None,
        })
    }

    /// Variant and weight of one entry; `None` where it is malformed.
    fn entry(&self, base: usize, place: usize) -> Option<(Val, Val)> {
        let Val::List(entry) = self.argument(base, place) else { return None };
        let items = self.heap().span(entry);
        let variant = *items.first()?;
        if matches!(variant, Val::List(_) | Val::Map(_)) {
            return None;
        }
        let weight = match items.get(1).copied().unwrap_or(Val::Null) {
            Val::Null => Val::Int(1),
            weight @ (Val::Int(_) | Val::Num(_)) => weight,
            _ => return None,
        };
        Some((variant, weight))
    }

    /// v2, v3: `hash × total / 2^32` picks the first entry whose running sum lies above it.
    fn integer_bucket(&self, base: usize, first: usize, hash: u32) -> Option<Val> {
        let count = self.count(base);
        let mut total = 0i64;
        for place in first..count {
            total = total.checked_add(whole_weight(self.entry(base, place)?.1)?)?;
        }
        if total <= 0 || total > MOST_WEIGHT {
            return None;
        }
        let bucket = u64::from(hash).checked_mul(total.unsigned_abs())? >> 32;
        let mut sum = 0u64;
        for place in first..count {
            let (variant, weight) = self.entry(base, place)?;
            sum = sum.checked_add(whole_weight(weight)?.unsigned_abs())?;
            if sum > bucket {
                return Some(variant);
            }
        }
        None
    }

    /// v1: shares of 100 as doubles, against the magnitude of the signed hash.
    fn floating_bucket(&self, base: usize, first: usize, hash: u32) -> Option<Val> {
        let count = self.count(base);
        let weight = |place: usize| {
            let (variant, weight) = self.entry(base, place)?;
            Some((variant, super::compare::double(weight).max(0.0)))
        };
        let mut total = 0.0;
        for place in first..count {
            total += weight(place)?.1;
        }
        if total <= 0.0 {
            return None;
        }
        let bucket = floating_share(hash);
        let mut end = 0.0;
        for place in first..count {
            let (variant, weight) = weight(place)?;
            end += 100.0 * weight / total;
            if bucket < end {
                return Some(variant);
            }
        }
        None
    }
}

/// v1: the magnitude of the signed hash as a share of 100.
fn floating_share(hash: u32) -> f64 {
    f64::from(hash.cast_signed().unsigned_abs()) / f64::from(i32::MAX) * 100.0
}

/// A running sum of weights.
fn sum(sum: &Val) -> i64 {
    match sum {
        Val::Int(sum) => *sum,
        _ => 0,
    }
}

/// v2, v3: the place of the first running sum above `hash × total / 2^32`.
fn integer_place(sums: &[Val], hash: u32) -> Option<usize> {
    let total = sums.last().map_or(0, sum);
    let bucket = u64::from(hash).checked_mul(total.unsigned_abs())? >> 32;
    Some(sums.partition_point(|end| sum(end).unsigned_abs() <= bucket))
}

/// v1: the same in doubles, added up in the order of the entries as the shares would be.
fn floating_place(sums: &[Val], hash: u32) -> Option<usize> {
    let total = sums.last().map_or(0, sum) as f64;
    let bucket = floating_share(hash);
    let (mut before, mut end) = (0, 0.0);
    sums.iter().position(|after| {
        end += 100.0 * sum(after).saturating_sub(before) as f64 / total;
        before = sum(after);
        bucket < end
    })
}

// --- deterministic CBOR, RFC 8949 section 4.2.1 ----------------------------------------------------------------

/// The head of an item: major type and argument in the fewest bytes.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let (short, width) = match argument {
        0..=23 => (bytes[7], 0),
        24..=0xFF => (24, 1),
        0x100..=0xFFFF => (25, 2),
        0x1_0000..=0xFFFF_FFFF => (26, 4),
        _ => (27, 8),
    };
    out.push(major | short);
    out.extend_from_slice(bytes.get(8usize.saturating_sub(width)..).unwrap_or(&[]));
}

fn cbor_text(out: &mut Vec<u8>, text: &str) {
    head(out, 3, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn cbor(out: &mut Vec<u8>, heap: &Heap<'_>, value: Val, depth: u32) -> Result<(), Stop> {
    if out.len() > Limits::STANDARD.built {
        return Err(Stop::Built);
    }
    match value {
        Val::Null => out.push(0xf6),
        Val::Bool(value) => out.push(if value { 0xf5 } else { 0xf4 }),
        Val::Int(value) => cbor_integer(out, value < 0, value.unsigned_abs()),
        Val::Num(value) => cbor_double(out, value),
        Val::Str(text) => cbor_text(out, heap.text(text)),
        Val::List(list) => {
            let depth = depth.checked_sub(1).ok_or(Stop::Depth)?;
            head(out, 4, u64::from(list.len));
            for item in heap.span(list) {
                cbor(out, heap, *item, depth)?;
            }
        }
        Val::Map(map) => {
            let depth = depth.checked_sub(1).ok_or(Stop::Depth)?;
            let members: Vec<(&str, Val)> = heap.members(map).collect();
            let name = |place: u32| members.get(place as usize).map_or("", |(name, _)| *name);
            // Encoded keys begin with their length, so bytewise order of the encoding is shorter first.
            let order = crate::order::sorted(members.len(), &|left, right| {
                let (left, right) = (name(left), name(right));
                left.len().cmp(&right.len()).then_with(|| left.cmp(right))
            });
            head(out, 5, members.len() as u64);
            for place in order {
                cbor_text(out, name(place));
                let value = members.get(place as usize).map_or(Val::Null, |(_, value)| *value);
                cbor(out, heap, value, depth)?;
            }
        }
    }
    Ok(())
}

fn cbor_integer(out: &mut Vec<u8>, negative: bool, magnitude: u64) {
    if negative {
        head(out, 1, magnitude.saturating_sub(1));
    } else {
        head(out, 0, magnitude);
    }
}

/// An integral double within 64 bits as an integer, any other in the shortest of three widths that keeps it exact.
fn cbor_double(out: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs() as u64;
    let in_range = (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&value);
    if in_range && magnitude as f64 == value.abs() {
        return cbor_integer(out, value < 0.0, magnitude);
    }
    if let Some(half) = half(value) {
        out.push(0xf9);
        out.extend_from_slice(&half.to_be_bytes());
    } else if f64::from(value as f32) == value {
        out.push(0xfa);
        out.extend_from_slice(&(value as f32).to_be_bytes());
    } else {
        out.push(0xfb);
        out.extend_from_slice(&value.to_be_bytes());
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
