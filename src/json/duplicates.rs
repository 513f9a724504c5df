//! Names that stand more than once in an object: the last one counts.

use alloc::vec::Vec;

use super::value::{index, same_bytes};
use crate::memory::Grow;
use crate::order::Sorter;

/// More names than this are sorted; fewer are compared pair by pair.
const FEW: u32 = 8;

/// What a look at the names of an object tells. Its memory is used again for the next object.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// For each member the last one of the same name, where it is not the last itself; empty when no name stands twice.
    pub(super) superseded: Vec<Option<u32>>,
    /// The members in the order of their names; empty where they are few.
    pub(super) order: Vec<u32>,
    #[cfg(feature = "fast")]
    sorter: Sorter,
}

impl Names {
    /// Bytes that are kept for the next object.
    #[cfg(feature = "fast")]
    pub(crate) fn size(&self) -> usize {
        let own = self.superseded.capacity().saturating_add(self.order.capacity()).saturating_mul(8);
        own.saturating_add(self.sorter.size())
    }
}

/// Looks for names that stand twice. No text makes this slower than n log n.
pub(super) fn names<'t>(count: u32, name: &dyn Fn(u32) -> &'t [u8], found: &mut Names) {
    found.superseded.clear();
    found.order.clear();
    if count <= FEW && differ(count, name) {
        return;
    }
    if cfg!(feature = "fast") && count <= FEW {
        let winner = |member: u32| {
            let same = |later: &u32| same_bytes(name(*later), name(member));
            (member.saturating_add(1)..count).rev().find(same)
        };
        let mut repeats = false;
        for member in 0..count {
            let winner = winner(member);
            repeats |= winner.is_some();
            found.superseded.put(winner);
        }
        if !repeats {
            found.superseded.clear();
        }
        return;
    }
    #[cfg(feature = "fast")]
    let sorter = &mut found.sorter;
    #[cfg(not(feature = "fast"))]
    let sorter = &mut Sorter::default();
    crate::order::sort_texts(count as usize, name, sorter, &mut found.order);
    let mut winner = None;
    // Backwards, so that of equal names the last one comes first.
    for &member in found.order.iter().rev() {
        match winner {
            Some(last) if same_bytes(name(last), name(member)) => {
                found.superseded.fit(count as usize, None);
                if let Some(slot) = found.superseded.get_mut(member as usize) {
                    *slot = Some(last);
                }
            }
            _ => winner = Some(member),
        }
    }
}

/// Whether a few names differ at first sight: in their lengths or first bytes. Most do.
#[inline]
fn differ<'t>(count: u32, name: &dyn Fn(u32) -> &'t [u8]) -> bool {
    let mut seen = 0u64;
    for member in 0..count {
        let name = name(member);
        let first = name.first().copied().unwrap_or(0);
        let bit = 1u64.wrapping_shl(u32::from(first).wrapping_add(index(name.len()).wrapping_mul(5)));
        if seen & bit != 0 {
            return false;
        }
        seen |= bit;
    }
    true
}

/// Keeps the pairs behind `mark` that nothing supersedes.
pub(super) fn retain_pairs<T: Copy>(values: &mut Vec<T>, mark: usize, superseded: &[Option<u32>]) {
    let mut to = mark;
    let mut from = mark;
    for member in superseded {
        let pair = values.get(from..).and_then(|rest| rest.first_chunk::<2>()).copied();
        from = from.saturating_add(2);
        if member.is_some() {
            continue;
        }
        let place = values.get_mut(to..).and_then(|rest| rest.first_chunk_mut::<2>());
        if let (Some(pair), Some(place)) = (pair, place) {
            *place = pair;
            to = to.saturating_add(2);
        }
    }
    values.truncate(to);
}
