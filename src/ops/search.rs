//! A text in a text.

use alloc::vec::Vec;

use crate::memory::Grow;

/// Whether the needle stands in the haystack. Every byte is looked at at most twice (Knuth, Morris and Pratt), so that
/// no choice of texts is slow; `table` is memory to work in, whose contents stay as they are.
///
/// The standard library's search costs 6 KB of the module with what it brings along.
pub(super) fn contains(haystack: &[u8], needle: &[u8], table: &mut Vec<u32>) -> bool {
    if needle.len() > haystack.len() {
        return false;
    }
    let mark = table.len();
    let found = search(haystack, needle, table, mark);
    table.truncate(mark);
    found
}

/// The table tells, for each length of a match, the longest shorter one that ends at the same byte.
fn search(haystack: &[u8], needle: &[u8], table: &mut Vec<u32>, mark: usize) -> bool {
    let shorter = |table: &[u32], matched: usize| -> usize {
        let place = mark.saturating_add(matched).saturating_sub(1);
        table.get(place).map_or(0, |length| *length as usize)
    };
    let extend = |table: &[u32], mut matched: usize, byte: u8| -> usize {
        while matched > 0 && needle.get(matched) != Some(&byte) {
            matched = shorter(table, matched);
        }
        matched.saturating_add(usize::from(needle.get(matched) == Some(&byte)))
    };
    let end = mark.saturating_add(needle.len());
    table.fit(end, 0);
    if table.len() < end {
        // Memory is short, so the answer does not count; with half a table there might be none.
        return false;
    }
    let mut matched = 0usize;
    for (place, &byte) in needle.iter().enumerate() {
        matched = if place == 0 { 0 } else { extend(table, matched, byte) };
        if let Some(length) = table.get_mut(mark.saturating_add(place)) {
            *length = crate::json::value::index(matched);
        }
    }
    matched = 0;
    for &byte in haystack {
        if matched == needle.len() {
            break;
        }
        matched = extend(table, matched, byte);
    }
    matched == needle.len()
}
