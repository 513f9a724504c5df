//! One sort and one table of names for the whole crate.
//!
//! The standard library's sorts and maps are compiled anew for every type and closure; measured in the module, ten uses
//! of them weighed 60 KB. Places are sorted here, whatever they stand for, and names are found in one kind of map.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Sorts places by what they stand for. Equal ones keep their order; n log n comparisons at most.
pub(crate) fn sort(places: &mut Vec<u32>, compare: &dyn Fn(u32, u32) -> Ordering) {
    let count = places.len();
    let mut merged: Vec<u32> = Vec::with_capacity(count);
    let mut width = 1usize;
    while width < count {
        merged.clear();
        for pair in places.chunks(width.saturating_mul(2)) {
            let (left, right) = pair.split_at_checked(width).unwrap_or((pair, &[]));
            merge(left, right, compare, &mut merged);
        }
        core::mem::swap(places, &mut merged);
        width = width.saturating_mul(2);
    }
}

fn merge(mut left: &[u32], mut right: &[u32], compare: &dyn Fn(u32, u32) -> Ordering, out: &mut Vec<u32>) {
    while let ([first, rest_left @ ..], [second, rest_right @ ..]) = (left, right) {
        if compare(*second, *first).is_lt() {
            out.push(*second);
            right = rest_right;
        } else {
            out.push(*first);
            left = rest_left;
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
}

/// The places `0..count` in order.
pub(crate) fn sorted(count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut places: Vec<u32> = (0u32..).take(count).collect();
    sort(&mut places, compare);
    places
}

/// Names and the places they stand for. A balanced tree, so that no choice of names makes it slow.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<String, u32>);

impl Names {
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }

    /// Notes a place and gives the one that the name stood for before.
    pub(crate) fn insert(&mut self, name: String, place: u32) -> Option<u32> {
        self.0.insert(name, place)
    }
}
