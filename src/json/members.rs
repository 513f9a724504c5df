//! Members of objects by bisection, for work that looks for many.

use alloc::vec::Vec;

use super::path;
use super::value::{Heap, Span, Val, index};
use crate::memory::Grow;
use crate::order::{Sorter, sort_texts};

/// Objects with fewer members are searched one by one.
const FEW: u32 = 16;

/// The members of a context's objects in order, of each object from the first time that one of them is looked for. Their
/// names differ: the parser saw to that.
#[derive(Debug, Default)]
pub(crate) struct Indexes {
    /// For each value of the context, if it is the first name of an object in order: one more than the place in `order`
    /// where the members of that object begin.
    starts: Vec<u32>,
    order: Vec<u32>,
    sorter: Sorter,
}

impl Indexes {
    /// One step into a value, as [`path::step`] takes it.
    pub(crate) fn step(&mut self, heap: &Heap<'_>, value: Val, segment: &str) -> Option<Val> {
        match value {
            Val::Map(map) if map.len / 2 > FEW => self.member(heap, map, segment.as_bytes()),
            _ => path::step(heap, value, segment),
        }
    }

    fn member(&mut self, heap: &Heap<'_>, map: Span, wanted: &[u8]) -> Option<Val> {
        let count = (map.len / 2) as usize;
        let name = |member: u32| match heap.item(map, member.wrapping_mul(2)) {
            Val::Str(text) => heap.bytes(text),
            _ => &[],
        };
        self.starts.fit(heap.scratch.vals.len(), 0);
        let start = self.starts.get_mut(map.start as usize)?;
        if *start == 0 {
            *start = index(self.order.len()).saturating_add(1);
            sort_texts(count, &name, &mut self.sorter, &mut self.order);
        }
        let begin = start.saturating_sub(1) as usize;
        let order = self.order.get(begin..begin.saturating_add(count))?;
        let found = order.binary_search_by(|member| name(*member).cmp(wanted)).ok()?;
        let member = order.get(found)?;
        Some(heap.item(map, member.wrapping_mul(2).wrapping_add(1)))
    }
}
