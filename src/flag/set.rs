//! All flags of a document, and the way from a key to a flag.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Flag, Variant};
use crate::json::hash::Fingerprint;
use crate::json::value::{index, same_bytes};
use crate::json::{Heap, Text};
use crate::memory::{Grow, GrowText, list_for, listed};
use crate::order::{Ranked, Sorter, is_sorted, rank, sort_ranked};
use crate::rule::{Program, Rule};

/// The flags in force. Nothing changes in it once it is built.
#[derive(Debug, Default)]
pub(crate) struct Set {
    pub(crate) program: Program,
    /// What all rules together read, for evaluations of every flag.
    pub(crate) reading: Option<Rule>,
    /// Whether a flag may read the time.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub(crate) uses_time: bool,
    /// By key, then by flag set.
    pub(crate) flags: Vec<Flag>,
    pub(crate) variants: Vec<Variant>,
    /// Runs of metadata entries as JSON, `"name":value` with commas between.
    pub(crate) runs: Vec<Text>,
    /// The metadata of the flag set: runs.
    pub(crate) metadata: core::ops::Range<u32>,
    /// Bytes of the document it was made from.
    pub(crate) document_len: usize,
    /// Hashes of keys with places of flags, ascending. Equal hashes lie side by side, so that keys made to collide
    /// cost a few comparisons more and no search grows beyond a logarithm.
    table: Vec<Ranked>,
    /// For each value of the highest bits of a hash, where its entries begin.
    directory: Vec<u32>,
    /// How far a hash is shifted to find its place in the directory.
    shift: u32,
}

fn hash(key: &[u8]) -> u64 {
    let hash = Fingerprint::text(0, key).short();
    // The table is ordered by the highest bits, so the last word must reach them.
    (hash ^ hash >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

impl Set {
    pub(crate) fn heap(&self) -> Heap<'_> {
        self.program.heap()
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        self.heap().text(text)
    }

    /// Places of the flags by key, then by flag set; equal ones keep their order. `guess` may be that order.
    #[inline(never)]
    pub(crate) fn order(&self, guess: &[u32]) -> Vec<u32> {
        let compare = |left: u32, right: u32| match (self.flag(left), self.flag(right)) {
            (Some(left), Some(right)) => self.identity(left).cmp(&self.identity(right)),
            (left, right) => left.is_some().cmp(&right.is_some()),
        };
        // Strictly ascending, so that each place is there once.
        if cfg!(feature = "fast") && guess.len() == self.flags.len() && is_sorted(guess, &compare, true) {
            return listed(guess.iter().copied());
        }
        if cfg!(not(feature = "fast")) {
            return crate::order::sorted(self.flags.len(), &compare);
        }
        let key = |place: u32| self.flag(place).map_or(&[][..], |flag| self.heap().bytes(flag.key));
        let mut order = Vec::new();
        crate::order::sort_texts(self.flags.len(), &key, &mut Sorter::default(), &mut order);
        // Equal keys may be of different flag sets.
        if !is_sorted(&order, &compare, false) {
            crate::order::sort(&mut order, &compare);
        }
        order
    }

    /// What tells a flag from others: its key, and the flag set.
    #[inline(never)]
    pub(crate) fn identity(&self, flag: &Flag) -> (&[u8], Option<&[u8]>) {
        let heap = self.heap();
        (heap.bytes(flag.key), flag.set.map(|set| heap.bytes(set)))
    }

    /// Puts the flags into an order of their places, which may leave some out.
    #[inline(never)]
    pub(crate) fn arrange(&mut self, order: &mut [u32]) {
        if cfg!(feature = "fast") && order.len() == self.flags.len() {
            self.permute(order);
        } else {
            self.choose(order);
        }
        if cfg!(feature = "fast") {
            self.index();
        }
    }

    /// The same where none is left out: without memory for a second list.
    fn permute(&mut self, order: &mut [u32]) {
        for start in 0..order.len() {
            let mut place = start;
            // Follows the places that wait for each other, and marks each as done by pointing to itself.
            while let Some(from) = order.get_mut(place).map(|from| core::mem::replace(from, index(place)) as usize)
                && from != place
                && from != start
            {
                if let Ok([here, there]) = self.flags.get_disjoint_mut([place, from]) {
                    core::mem::swap(here, there);
                }
                place = from;
            }
        }
    }

    #[inline(never)]
    fn choose(&mut self, order: &[u32]) {
        let mut flags = listed(core::mem::take(&mut self.flags).into_iter().map(Some));
        self.flags = list_for(order.len());
        for place in order {
            if let Some(flag) = flags.get_mut(*place as usize).and_then(Option::take) {
                self.flags.put(flag);
            }
        }
    }

    /// Builds the table.
    fn index(&mut self) {
        // About two entries for each place of the directory.
        let bits = (self.flags.len() / 2).checked_ilog2().map_or(0, |bits| bits.saturating_add(1)).min(20);
        self.shift = 64u32.saturating_sub(bits);
        let buckets = 1usize.wrapping_shl(bits);
        let hash_of = |place: u32| self.flag(place).map_or(0, |flag| hash(self.heap().bytes(flag.key)));
        let mut ranked = Vec::new();
        rank(&mut ranked, self.flags.len(), &hash_of);
        // Entries are counted, then put where their bucket ends: afterwards that is where it begins.
        let mut directory = core::mem::take(&mut self.directory);
        directory.clear();
        let bucket = |hash: u64| hash.checked_shr(self.shift).unwrap_or(0) as usize;
        directory.fit(buckets.saturating_add(1), 0);
        for &(hash, _) in &ranked {
            if let Some(count) = directory.get_mut(bucket(hash)) {
                *count = count.saturating_add(1);
            }
        }
        let mut sum = 0u32;
        for count in &mut directory {
            sum = sum.saturating_add(*count);
            *count = sum;
        }
        let mut table = listed(ranked.iter().copied());
        for &(hash, place) in ranked.iter().rev() {
            let Some(end) = directory.get_mut(bucket(hash)) else { continue };
            *end = end.saturating_sub(1);
            if let Some(entry) = table.get_mut(*end as usize) {
                *entry = (hash, place);
            }
        }
        let mut buffer = Vec::new();
        let mut begin = 0usize;
        for &end in directory.get(1..).unwrap_or(&[]) {
            let end = end as usize;
            if end.saturating_sub(begin) > 1
                && let Some(entries) = table.get_mut(begin..end)
            {
                sort_ranked(entries, &mut buffer);
            }
            begin = end;
        }
        self.table = table;
        self.directory = directory;
    }

    /// The flag with this key. Of several flag sets the last one by name answers, as in flagd.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        if cfg!(not(feature = "fast")) {
            let above = self.flags.partition_point(|flag| self.text(flag.key) <= key);
            let place = above.checked_sub(1)?;
            return (self.text(self.flags.get(place)?.key) == key).then(|| index(place));
        }
        let hash = hash(key.as_bytes());
        let bucket = hash.checked_shr(self.shift).unwrap_or(0) as usize;
        let begin = *self.directory.get(bucket)? as usize;
        let end = *self.directory.get(bucket.saturating_add(1))? as usize;
        let candidates = self.table.get(begin..end)?;
        // Places ascend within equal hashes and flags are ordered by key, so the last match is found by bisection.
        let above = candidates.partition_point(|&(other, place)| {
            other < hash || (other == hash && self.flag(place).is_some_and(|flag| self.text(flag.key) <= key))
        });
        let (_, place) = *candidates.get(above.checked_sub(1)?)?;
        let heap = self.heap();
        self.flag(place).is_some_and(|flag| same_bytes(heap.bytes(flag.key), key.as_bytes())).then_some(place)
    }

    /// The flag with this key in one flag set; `None` stands for flags without one.
    pub(crate) fn find_in(&self, set: Option<&str>, key: &str) -> Option<u32> {
        let wanted = (key.as_bytes(), set.map(str::as_bytes));
        let place = self.flags.binary_search_by(|flag| self.identity(flag).cmp(&wanted)).ok()?;
        Some(index(place))
    }

    /// The metadata of a flag, or of the flag set where there is no such flag, as runs of entries.
    pub(crate) fn metadata(&self, place: Option<u32>) -> &[Text] {
        let flag = place.and_then(|place| self.flag(place));
        let runs = flag.map_or(&self.metadata, |flag| &flag.metadata);
        self.runs.get(runs.start as usize..runs.end as usize).unwrap_or(&[])
    }

    /// Appends metadata as a JSON object.
    pub(crate) fn write_metadata(&self, out: &mut String, runs: &[Text]) {
        out.put_char('{');
        for (place, run) in runs.iter().enumerate() {
            if place > 0 {
                out.put_char(',');
            }
            out.put_str(self.text(*run));
        }
        out.put_char('}');
    }

    /// The places of all flags.
    pub(crate) fn places(&self) -> core::ops::Range<u32> {
        0..index(self.flags.len())
    }

    pub(crate) fn flag(&self, place: u32) -> Option<&Flag> {
        self.flags.get(place as usize)
    }

    pub(crate) fn variant(&self, place: u32) -> Option<&Variant> {
        self.variants.get(place as usize)
    }

    /// The place of a flag's variant of this name.
    pub(crate) fn variant_named(&self, flag: &Flag, name: &str) -> Option<u32> {
        let heap = self.heap();
        let named = |variant: &Variant| same_bytes(heap.bytes(variant.name), name.as_bytes());
        flag.variants.clone().find(|&place| self.variant(place).is_some_and(named))
    }
}
