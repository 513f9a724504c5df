//! Names that stand more than once in an object: the last one counts.

use alloc::vec::Vec;

use super::value::{Heap, Val};

/// For each member the last one of the same name, where it is not the last itself; empty when no name stands twice.
pub(super) fn superseded(heap: &Heap<'_>, members: &[Val]) -> Vec<Option<usize>> {
    let count = members.len() / 2;
    let name = |member: usize| match members.get(member.saturating_mul(2)) {
        Some(Val::Str(text)) => heap.text(*text),
        _ => "",
    };
    // Few names are compared pair by pair, many are sorted: no text makes this slower than n log n.
    if count <= 8 {
        let winner = |member: usize| (member.saturating_add(1)..count).rev().find(|&later| name(later) == name(member));
        if !(0..count).any(|member| winner(member).is_some()) {
            return Vec::new();
        }
        return (0..count).map(winner).collect();
    }
    let order = crate::order::sorted(count, &|a, b| name(a as usize).cmp(name(b as usize)).then(b.cmp(&a)));
    let mut found = Vec::new();
    let mut winner = None;
    for member in order {
        let member = member as usize;
        match winner {
            Some(last) if name(last) == name(member) => {
                if found.is_empty() {
                    found.resize(count, None);
                }
                if let Some(slot) = found.get_mut(member) {
                    *slot = Some(last);
                }
            }
            _ => winner = Some(member),
        }
    }
    found
}

/// Keeps the pairs behind `mark` that nothing supersedes.
pub(super) fn retain_pairs<T: Copy>(values: &mut Vec<T>, mark: usize, superseded: &[Option<usize>]) {
    let mut to = mark;
    let mut from = mark;
    for member in superseded {
        let pair = values.get(from..).and_then(|rest| rest.first_chunk::<2>()).copied();
        from = from.saturating_add(2);
        if member.is_some() {
            continue;
        }
        if let (Some(pair), Some(place)) = (pair, values.get_mut(to..to.saturating_add(2))) {
            place.copy_from_slice(&pair);
            to = to.saturating_add(2);
        }
    }
    values.truncate(to);
}
