//! What compiling gives: one program for all rules of a document.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::Code;
use super::special::by_length;
use crate::error::fault::Stop;
use crate::json::value::{index, nth};
use crate::json::{Arena, Heap, Span, Text, Val};
use crate::memory::{Grow, list_for, listed};

/// The slot of `targetingKey`, and its root: every program has it.
pub(crate) const TARGETING_KEY: u32 = 0;

/// A value of the context that rules read by a constant path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// The segments, strings in the pool; the first one is the root.
    pub(crate) path: Span,
    /// The index of its top-level key.
    pub(crate) root: u32,
}

/// The instructions, constants and slots of all rules.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) pool: Arena,
    pub(crate) constants: Vec<Val>,
    pub(crate) code: Vec<Code>,
    pub(crate) slots: Vec<Slot>,
    /// The top-level keys that slots begin with.
    pub(crate) roots: Vec<Text>,
    /// Their places in the order of keys.
    #[cfg(feature = "fast")]
    ranks: Vec<u32>,
    /// Entry points of shared rules.
    pub(crate) shared: Vec<u32>,
    /// Storage for the needs of rules.
    pub(crate) lists: Vec<u32>,
}

impl Program {
    pub(crate) fn constant(&self, index: u32) -> Val {
        nth(&self.constants, index as usize)
    }

    /// The name of the operator that nobody knows and that stopped a rule; otherwise nothing.
    pub(crate) fn unknown(&self, stop: Stop) -> Text {
        match stop {
            Stop::UnknownOperator(name) => match self.constant(name) {
                Val::Str(name) => name,
                _ => Text::EMPTY,
            },
            _ => Text::EMPTY,
        }
    }

    /// Read access to what is compiled in, without any input.
    pub(crate) fn heap(&self) -> Heap<'_> {
        Heap { pool: &self.pool, input: "", scratch: &self.pool }
    }

    /// The name of a top-level key.
    #[inline]
    pub(crate) fn root(&self, root: u32) -> &[u8] {
        self.roots.get(root as usize).map_or(&[], |name| self.heap().bytes(*name))
    }

    /// What a rule reads whose slots are these.
    pub(crate) fn reading(&mut self, entry: u32, needs: &Needs) -> Rule {
        let mut rule = Rule::without_slots(entry, needs);
        rule.slots = self.store(&needs.slots);
        self.add_roots(&mut rule);
        rule
    }

    /// Notes the top-level keys that the slots of a rule begin with.
    pub(crate) fn add_roots(&mut self, rule: &mut Rule) {
        let slots = self.list(rule.slots);
        let root = |slot: u32| self.slots.get(slot as usize).map_or(TARGETING_KEY, |slot| slot.root);
        let mut sorted = listed(slots.iter().map(|slot| root(*slot)));
        crate::order::sort(&mut sorted, &|left, right| self.in_order(left, right));
        let mut all = list_for(sorted.len());
        for root in sorted {
            if all.last() != Some(&root) {
                all.put(root);
            }
        }
        if cfg!(feature = "fast") {
            let place = |slot: &u32| all.binary_search_by(|known| self.in_order(*known, root(*slot))).map_or(0, index);
            let places = listed(slots.iter().map(place));
            rule.lengths = all.iter().fold(0, |lengths, root| lengths | 1 << (self.root(*root).len() & 63));
            rule.places = self.store(&places);
        }
        rule.roots = self.store(&all);
    }

    /// The order of top-level keys: by length, then by their bytes.
    #[cfg(not(feature = "fast"))]
    fn in_order(&self, left: u32, right: u32) -> Ordering {
        by_length(self.root(left), self.root(right))
    }

    /// The same by the ranks of the keys. Each rule has up to 256 of them, and comparing long ones for every rule would
    /// take a time that is a product of both.
    #[cfg(feature = "fast")]
    fn in_order(&self, left: u32, right: u32) -> Ordering {
        let rank = |root: u32| self.ranks.get(root as usize);
        rank(left).cmp(&rank(right))
    }

    /// Gives each top-level key its rank, once all are known.
    #[cfg(feature = "fast")]
    pub(crate) fn rank_roots(&mut self) {
        let order = crate::order::sorted(self.roots.len(), &|left, right| by_length(self.root(left), self.root(right)));
        self.ranks.fit(order.len(), 0);
        for (rank, root) in (0u32..).zip(order) {
            if let Some(place) = self.ranks.get_mut(root as usize) {
                *place = rank;
            }
        }
    }

    /// The segments of the path of a slot.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub(crate) fn path(&self, slot: u32) -> impl Iterator<Item = &str> {
        let heap = self.heap();
        let segments = self.slots.get(slot as usize).map_or(Span::EMPTY, |slot| slot.path);
        heap.span(segments).iter().map(move |segment| match segment {
            Val::Str(segment) => heap.text(*segment),
            _ => "",
        })
    }

    /// The numbers of a stored list.
    pub(crate) fn list(&self, (start, len): (u32, u32)) -> &[u32] {
        let start = start as usize;
        self.lists.get(start..start.saturating_add(len as usize)).unwrap_or(&[])
    }

    /// Stores a list of numbers.
    pub(crate) fn store(&mut self, list: &[u32]) -> (u32, u32) {
        let start = index(self.lists.len());
        self.lists.put_all(list);
        (start, index(list.len()))
    }
}

/// What a rule reads, shared rules included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Needs {
    /// Slots, ascending.
    pub(crate) slots: Vec<u32>,
    /// The whole context: a computed path, `{"var": ""}`, or too many slots to list.
    pub(crate) whole: bool,
    /// The time.
    pub(crate) time: bool,
    /// The operator `fractional`, in whichever generation.
    #[cfg(not(feature = "fractional-versions"))]
    pub(crate) fractional: bool,
}

impl Needs {
    /// A rule that reads more than this counts as reading everything: a list of thousands of keys for each of
    /// thousands of flags would make a report quadratic in its document.
    pub(crate) const MOST: usize = 256;

    pub(crate) fn slot(&mut self, slot: u32) {
        if self.whole {
            return;
        }
        if let Err(place) = self.slots.binary_search(&slot) {
            let mut moved = slot;
            for later in self.slots.iter_mut().skip(place) {
                core::mem::swap(later, &mut moved);
            }
            self.slots.push(moved);
        }
        self.limit();
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.whole = false;
        self.time = false;
        #[cfg(not(feature = "fractional-versions"))]
        {
            self.fractional = false;
        }
    }

    pub(crate) fn fractional(&mut self) {
        #[cfg(not(feature = "fractional-versions"))]
        {
            self.fractional = true;
        }
    }

    pub(crate) fn everything(&mut self) {
        self.whole = true;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.whole |= other.whole;
        self.time |= other.time;
        #[cfg(not(feature = "fractional-versions"))]
        {
            self.fractional |= other.fractional;
        }
        for &slot in &other.slots {
            self.slot(slot);
        }
    }

    fn limit(&mut self) {
        if self.slots.len() > Self::MOST {
            self.everything();
        }
    }
}

/// A compiled rule of one flag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) entry: u32,
    /// The slots it reads, ascending, as a list of the program.
    pub(crate) slots: (u32, u32),
    /// The top-level keys it reads, in order of length, as a list of the program.
    pub(crate) roots: (u32, u32),
    /// Of each of its slots, the place of the top-level key among those.
    pub(crate) places: (u32, u32),
    /// A bit for each length of those keys, by the last six binary digits: most other keys are known by it.
    pub(crate) lengths: u64,
    pub(crate) whole: bool,
    pub(crate) time: bool,
    #[cfg(not(feature = "fractional-versions"))]
    pub(crate) fractional: bool,
}

impl Rule {
    /// A rule that reads all of the context or nothing of it.
    pub(crate) fn without_slots(entry: u32, needs: &Needs) -> Self {
        Self {
            entry,
            slots: (0, 0),
            roots: (0, 0),
            places: (0, 0),
            lengths: 0,
            whole: needs.whole,
            time: needs.time,
            #[cfg(not(feature = "fractional-versions"))]
            fractional: needs.fractional,
        }
    }

    /// Whether it may read a top-level key of this length.
    #[inline]
    pub(crate) fn reads_length(&self, length: usize) -> bool {
        self.lengths >> (length & 63) & 1 == 1
    }

    /// Whether it reads the time, or may do so by a computed path.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub(crate) fn may_read_time(&self) -> bool {
        self.whole || self.time
    }

    /// The answer is the same for every context and time.
    pub(crate) fn is_constant(&self) -> bool {
        !self.whole && !self.time && self.slots.1 == 0
    }
}
