//! One sort, by a comparison or by numbers, one way to make a list and one table of names for the whole crate.
//!
//! The standard library's sorts and maps are compiled anew for every type and closure; measured in the module, ten uses
//! of them weighed 60 KB. Places are sorted here, whatever they stand for, and names are found in one kind of map.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::memory::{Grow, is_short, list_for, text_of};

/// Sorts places by what they stand for. Equal ones keep their order; n log n comparisons at most.
pub(crate) fn sort(places: &mut Vec<u32>, compare: &dyn Fn(u32, u32) -> Ordering) {
    let count = places.len();
    if count < 2 {
        return;
    }
    let mut merged: Vec<u32> = list_for(count);
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
            out.put(*second);
            right = rest_right;
        } else {
            out.put(*first);
            left = rest_left;
        }
    }
    out.put_all(left);
    out.put_all(right);
}

/// Whether places are in order, and no two equal if that is asked for.
#[inline(never)]
pub(crate) fn is_sorted(places: &[u32], compare: &dyn Fn(u32, u32) -> Ordering, strictly: bool) -> bool {
    let most = if strictly { Ordering::Less } else { Ordering::Equal };
    let mut pairs = places.iter().zip(places.iter().skip(1));
    pairs.all(|(left, right)| compare(*left, *right) <= most)
}

/// The places `0..count` in order.
pub(crate) fn sorted(count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut places = list_for(count);
    for place in (0u32..).take(count) {
        places.put(place);
    }
    sort(&mut places, compare);
    places
}

/// A number that orders a place, and the place.
pub(crate) type Ranked = (u64, u32);

/// Memory for sorting that is used again.
#[derive(Debug, Default)]
pub(crate) struct Sorter {
    ranked: Vec<Ranked>,
    merged: Vec<Ranked>,
    /// Runs that are alike so far: from, to, and how many bytes of their texts.
    waiting: Vec<(usize, usize, usize)>,
}

impl Sorter {
    /// Bytes that are kept.
    #[cfg(feature = "fast")]
    pub(crate) fn size(&self) -> usize {
        let ranked = self.ranked.capacity().saturating_add(self.merged.capacity());
        ranked.saturating_mul(size_of::<Ranked>()).saturating_add(self.waiting.capacity().saturating_mul(24))
    }
}

/// Appends the places `0..count` in the order of their texts. Equal texts keep their order.
///
/// Seven bytes at a time are compared as one number: a comparison of texts costs a call and a look at two places far
/// apart. Each text is read once, so that long texts made to be alike cost no more than others.
pub(crate) fn sort_texts<'t>(count: usize, text: &dyn Fn(u32) -> &'t [u8], sorter: &mut Sorter, order: &mut Vec<u32>) {
    if cfg!(not(feature = "fast")) {
        *order = sorted(count, &|left, right| text(left).cmp(text(right)));
        return;
    }
    let Sorter { ranked, merged, waiting } = sorter;
    rank(ranked, count, &|_| 0);
    waiting.put((0, count, 0));
    while let Some((start, end, offset)) = waiting.pop() {
        let Some(part) = ranked.get_mut(start..end) else { continue };
        for (word, place) in part.iter_mut() {
            *word = piece(text(*place), offset);
        }
        sort_ranked(part, merged);
        let mut at = start;
        for run in part.chunk_by(|(left, _), (right, _)| left == right) {
            let next = at.saturating_add(run.len());
            if run.len() > 1 && run.first().is_some_and(|(word, _)| *word as u8 == MORE) {
                waiting.put((at, next, offset.saturating_add(7)));
            }
            at = next;
        }
    }
    order.make_room(count);
    for (_, place) in ranked {
        order.put(*place);
    }
}

/// Makes a list of the places `0..count`, each with its number.
#[inline(never)]
pub(crate) fn rank(list: &mut Vec<Ranked>, count: usize, number: &dyn Fn(u32) -> u64) {
    list.clear();
    list.make_room(count);
    for place in (0u32..).take(count) {
        list.put((number(place), place));
    }
}

/// As the lowest byte of a piece: the text goes on behind it. Otherwise that byte is the number of bytes of the piece.
const MORE: u8 = 8;

/// The next seven bytes of a text as a number that orders texts as their bytes do.
#[inline]
fn piece(text: &[u8], offset: usize) -> u64 {
    let rest = text.get(offset..).unwrap_or(&[]);
    match rest.first_chunk::<8>() {
        Some(bytes) => u64::from_be_bytes(*bytes) & !0xFF | u64::from(MORE),
        None => {
            let word = rest.iter().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
            let missing = 8usize.saturating_sub(rest.len());
            word.wrapping_shl(8u32.wrapping_mul(missing as u32)) | rest.len() as u64
        }
    }
}

/// Sorts by the numbers. Equal ones keep their order; what is in order is seen to be so in one pass.
#[inline(never)]
pub(crate) fn sort_ranked(list: &mut [Ranked], buffer: &mut Vec<Ranked>) {
    let mut last = 0u64;
    if list.iter().all(|(next, _)| core::mem::replace(&mut last, *next) <= *next) {
        return;
    }
    buffer.clear();
    buffer.fit(list.len(), (0, 0));
    if buffer.len() < list.len() {
        // Memory is short, so the order does not count.
        return;
    }
    let mut width = 1usize;
    while width < list.len() {
        let double = width.saturating_mul(2);
        for (pair, out) in list.chunks(double).zip(buffer.chunks_mut(double)) {
            let (left, right) = pair.split_at_checked(width).unwrap_or((pair, &[]));
            merge_ranked(left, right, out);
        }
        list.copy_from_slice(buffer);
        width = double;
    }
}

#[inline]
fn merge_ranked<'l>(mut left: &'l [Ranked], mut right: &'l [Ranked], out: &mut [Ranked]) {
    for slot in out {
        let right_is_next = match (left, right) {
            ([first, ..], [second, ..]) => second.0 < first.0,
            ([], _) => true,
            (_, []) => false,
        };
        let from = if right_is_next { &mut right } else { &mut left };
        if let [first, rest @ ..] = *from {
            *slot = *first;
            *from = rest;
        }
    }
}

/// Names and the places they stand for. A balanced tree, so that no choice of names makes it slow; an AA tree, because
/// it has the least code of them: 5 KB less in the module than the standard library's map.
#[derive(Debug, Default)]
pub(crate) struct Names {
    nodes: Vec<Node>,
    root: u32,
}

/// A name in the tree. Links count nodes from 1; 0 leads nowhere.
#[derive(Debug)]
struct Node {
    name: String,
    place: u32,
    level: u32,
    below: [u32; 2],
}

/// Which of the two links.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

impl Names {
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        self.node(self.find(name)).map(|node| node.place)
    }

    /// Notes a place and gives the one that the name stood for before.
    pub(crate) fn insert(&mut self, name: &str, place: u32) -> Option<u32> {
        let known = self.find(name);
        if let Some(node) = self.node_mut(known) {
            return Some(core::mem::replace(&mut node.place, place));
        }
        let known = self.nodes.len();
        // Each name is a text of its own: thousands would use the reserve up.
        if !is_short() {
            self.nodes.put(Node { name: text_of(name), place, level: 1, below: [0, 0] });
        }
        if self.nodes.len() == known {
            return None;
        }
        self.root = self.hang(self.root, crate::json::value::index(self.nodes.len()));
        None
    }

    fn node(&self, link: u32) -> Option<&Node> {
        self.nodes.get((link as usize).checked_sub(1)?)
    }

    fn node_mut(&mut self, link: u32) -> Option<&mut Node> {
        self.nodes.get_mut((link as usize).checked_sub(1)?)
    }

    #[inline(never)]
    fn find(&self, name: &str) -> u32 {
        let mut link = self.root;
        while let Some(node) = self.node(link) {
            let side = match name.cmp(&node.name) {
                Ordering::Less => Side::Left,
                Ordering::Equal => break,
                Ordering::Greater => Side::Right,
            };
            link = self.below(link, side);
        }
        link
    }

    fn below(&self, link: u32, side: Side) -> u32 {
        self.node(link).map_or(0, |node| match side {
            Side::Left => node.below[0],
            Side::Right => node.below[1],
        })
    }

    fn set_below(&mut self, link: u32, side: Side, target: u32) {
        if let Some(node) = self.node_mut(link) {
            match side {
                Side::Left => node.below[0] = target,
                Side::Right => node.below[1] = target,
            }
        }
    }

    fn level(&self, link: u32) -> u32 {
        self.node(link).map_or(0, |node| node.level)
    }

    /// Hangs a new node below another one and gives what stands there then. The depth is at most twice the logarithm.
    fn hang(&mut self, at: u32, new: u32) -> u32 {
        let (Some(node), Some(added)) = (self.node(at), self.node(new)) else { return new };
        let side = if added.name < node.name { Side::Left } else { Side::Right };
        let below = self.hang(self.below(at, side), new);
        self.set_below(at, side, below);
        let mut top = at;
        let left = self.below(top, Side::Left);
        if self.level(left) == self.level(top) {
            self.set_below(top, Side::Left, self.below(left, Side::Right));
            self.set_below(left, Side::Right, top);
            top = left;
        }
        let right = self.below(top, Side::Right);
        if self.level(self.below(right, Side::Right)) == self.level(top) {
            self.set_below(top, Side::Right, self.below(right, Side::Left));
            self.set_below(right, Side::Left, top);
            if let Some(node) = self.node_mut(right) {
                node.level = node.level.saturating_add(1);
            }
            top = right;
        }
        top
    }
}
