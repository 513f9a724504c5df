//! `fractional`: a stable share of the contexts for each variant.
//!
//! The three generations differ in what is hashed and in how a hash becomes a bucket; all use MurmurHash3 with seed 0.

#[cfg(feature = "fractional-versions")]
use super::cbor;
use super::dispatch::Outcome;
use super::{Machine, Scope, murmur};
use crate::json::value::nth;
use crate::json::{Text, Val};
use crate::memory::Grow;
use crate::rule::special::{MOST_WEIGHT, whole_weight};
#[cfg(feature = "fractional-versions")]
use crate::{limits::Limits, rule::Fractional};

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
            #[cfg(feature = "fractional-versions")]
            Fractional::V1 => self.floating_bucket(base, first, hash),
            _ => self.integer_bucket(base, first, hash),
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
            self.scratch.stack.put_all(heap.span(entries));
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
            #[cfg(feature = "fractional-versions")]
            Fractional::V1 => floating_place(sums, hash),
            _ => integer_place(sums, hash),
        };
        Ok(place.and_then(|place| heap.span(variants).get(place)).copied().unwrap_or(Val::Null))
    }

    /// The hash of the bucket value, and the argument at which the distribution begins.
    #[inline(never)]
    fn hash(&mut self, base: usize) -> Outcome<(Option<u32>, usize)> {
        match self.version {
            #[cfg(feature = "fractional-versions")]
            Fractional::V3 => self.typed_hash(base),
            _ => self.text_hash(base),
        }
    }

    /// v1, v2: a string as bucket value, otherwise flag key and targeting key. Gives where the distribution begins.
    fn text_hash(&mut self, base: usize) -> Outcome<(Option<u32>, usize)> {
        match self.argument(base, 0) {
            Val::Str(text) => {
                self.spend_reading((text.len as usize).saturating_mul(4))?;
                Ok((Some(murmur::hash(self.bytes(text))), 1))
            }
            other => {
                let first = usize::from(other.is_null());
                let Some(key) = self.targeting_key()?.filter(|key| key.len > 0) else { return Ok((None, first)) };
                let mut bytes = core::mem::take(&mut self.scratch.bytes);
                bytes.clear();
                bytes.put_all(self.bytes(self.flag_key));
                bytes.put_all(self.bytes(key));
                let hash = murmur::hash(&bytes);
                self.scratch.bytes = bytes;
                Ok((Some(hash), first))
            }
        }
    }

    /// v3: any value but null, or an array with flag key and targeting key where the first argument is a bucket.
    #[cfg(feature = "fractional-versions")]
    fn typed_hash(&mut self, base: usize) -> Outcome<(Option<u32>, usize)> {
        let mut bytes = core::mem::take(&mut self.scratch.bytes);
        bytes.clear();
        let first = match self.argument(base, 0) {
            Val::Null => None,
            Val::List(_) => self.targeting_key()?.map(|key| {
                cbor::push_head(&mut bytes, 4, 2);
                cbor::push_text(&mut bytes, self.text(self.flag_key));
                cbor::push_text(&mut bytes, self.text(key));
                0
            }),
            value => {
                cbor::push_value(&mut bytes, &self.heap(), value, Limits::STANDARD.depth)?;
                if matches!(value, Val::Map(_)) {
                    // Its members were put in order.
                    self.spend_reading(bytes.len().saturating_mul(64))?;
                }
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
        let weight = match nth(items, 1) {
            Val::Null => Val::Int(1),
            weight @ (Val::Int(_) | Val::Num(_)) => weight,
            _ => return None,
        };
        Some((variant, weight))
    }

    /// v2, v3: the first entry whose running sum lies above the bucket.
    fn integer_bucket(&self, base: usize, first: usize, hash: u32) -> Option<Val> {
        let count = self.count(base);
        let mut total = 0i64;
        for place in first..count {
            total = total.checked_add(whole_weight(self.entry(base, place)?.1)?)?;
        }
        if total <= 0 || total > MOST_WEIGHT {
            return None;
        }
        let bucket = bucket(hash, total)?;
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
    #[cfg(feature = "fractional-versions")]
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
#[cfg(feature = "fractional-versions")]
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

/// v2, v3: the bucket of a hash among `total`, `hash × total / 2^32`.
fn bucket(hash: u32, total: i64) -> Option<u64> {
    Some(u64::from(hash).checked_mul(total.unsigned_abs())? >> 32)
}

/// v2, v3: the place of the first running sum above the bucket.
fn integer_place(sums: &[Val], hash: u32) -> Option<usize> {
    let total = sums.last().map_or(0, sum);
    let bucket = bucket(hash, total)?;
    Some(sums.partition_point(|end| sum(end).unsigned_abs() <= bucket))
}

/// v1: the same in doubles, added up in the order of the entries as the shares would be.
#[cfg(feature = "fractional-versions")]
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
