//! All flags of a document, and the way from a key to a flag.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Flag, Variant};
use crate::json::hash::Fingerprint;
use crate::json::value::same_bytes;
use crate::json::{Heap, Text};
use crate::rule::{Program, Rule};

/// The flags in force. Nothing changes in it once it is built.
#[derive(Debug, Default)]
pub(crate) struct Set {
    pub(crate) program: Program,
    /// What all rules together read, for evaluations of every flag.
    pub(crate) reading: Option<Rule>,
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
    table: Vec<(u64, u32)>,
    /// For each value of the highest bits of a hash, where its entries begin.
    directory: Vec<u32>,
    /// How far a hash is shifted to find its place in the directory.
    shift: u32,
}

fn hash(key: &str) -> u64 {
    let hash = Fingerprint::new(0).bytes(key.as_bytes()).short();
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

    /// Orders the flags and builds the table.
    pub(crate) fn arrange(&mut self) {
        let identity = |place: u32| {
            let flag = self.flags.get(place as usize);
            flag.map(|flag| (self.text(flag.key), flag.set.map(|set| self.text(set))))
        };
        let order = crate::order::sorted(self.flags.len(), &|left, right| identity(left).cmp(&identity(right)));
        let mut flags: Vec<Option<Flag>> = core::mem::take(&mut self.flags).into_iter().map(Some).collect();
        self.flags.extend(order.iter().filter_map(|place| flags.get_mut(*place as usize)?.take()));
        let hashes: Vec<u64> = self.flags.iter().map(|flag| hash(self.text(flag.key))).collect();
        let at = |place: u32| hashes.get(place as usize).copied().unwrap_or(0);
        // The sort keeps the order of equal hashes, and places are given in ascending order.
        let order = crate::order::sorted(hashes.len(), &|left, right| at(left).cmp(&at(right)));
        self.table = order.into_iter().map(|place| (at(place), place)).collect();
        // About two entries for each place of the directory.
        let bits = (self.table.len() / 2).checked_ilog2().map_or(0, |bits| bits.saturating_add(1)).min(20);
        self.shift = 64u32.saturating_sub(bits);
        let buckets = 1usize.wrapping_shl(bits);
        let bucket = |hash: u64| hash.checked_shr(self.shift).unwrap_or(0) as usize;
        let mut directory = Vec::with_capacity(buckets.saturating_add(1));
        for (&(hash, _), place) in self.table.iter().zip(0u32..) {
            while directory.len() <= bucket(hash) {
                directory.push(place);
            }
        }
        directory.resize(buckets.saturating_add(1), crate::json::value::index(self.table.len()));
        self.directory = directory;
    }

    /// The flag with this key. Of several flag sets the last one by name answers, as in flagd.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        let hash = hash(key);
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
        let wanted = (key, set);
        let order = |flag: &Flag| (self.text(flag.key), flag.set.map(|set| self.text(set)));
        let place = self.flags.binary_search_by(|flag| order(flag).cmp(&wanted)).ok()?;
        Some(crate::json::value::index(place))
    }

    /// The metadata of a flag, or of the flag set where there is no such flag, as runs of entries.
    pub(crate) fn metadata(&self, place: Option<u32>) -> &[Text] {
        let flag = place.and_then(|place| self.flag(place));
        let runs = flag.map_or(&self.metadata, |flag| &flag.metadata);
        self.runs.get(runs.start as usize..runs.end as usize).unwrap_or(&[])
    }

    /// Appends metadata as a JSON object.
    pub(crate) fn write_metadata(&self, out: &mut String, runs: &[Text]) {
        out.push('{');
        for (place, run) in runs.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            out.push_str(self.text(*run));
        }
        out.push('}');
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
