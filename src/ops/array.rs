//! `in` and `merge`.

use core::cmp::Ordering;

use super::dispatch::Outcome;
use super::{Machine, search};
use crate::json::{Heap, Val};
use crate::memory::Grow;

impl Machine<'_> {
    /// `in`: a text in a text, or a value in a list.
    #[inline(never)]
    pub(super) fn contains(&mut self, base: usize) -> Outcome<Val> {
        let (needle, haystack) = (self.argument(base, 0), self.argument(base, 1));
        match (needle, haystack) {
            (Val::Str(needle), Val::Str(haystack)) => {
                // A search takes several times as long as a comparison.
                self.spend_reading((haystack.len as usize).saturating_mul(8))?;
                let program = self.program;
                let scratch = &mut *self.scratch;
                let heap = Heap { pool: &program.pool, input: self.input, scratch: &scratch.arena };
                Ok(Val::Bool(search::contains(heap.bytes(haystack), heap.bytes(needle), &mut scratch.calls)))
            }
            (_, Val::List(list)) => {
                self.spend_reading((list.len as usize).saturating_mul(16))?;
                for place in 0..list.len {
                    let item = self.item(list, place);
                    if self.strictly_equal(needle, item)? {
                        return Ok(Val::Bool(true));
                    }
                }
                Ok(Val::Bool(false))
            }
            _ => Ok(Val::Bool(false)),
        }
    }

    /// `in` over a constant list of texts in order of length.
    #[inline(never)]
    pub(super) fn in_texts(&mut self, needle: Val, texts: u32) -> Outcome<Val> {
        let (Val::Str(needle), Val::List(texts)) = (needle, self.program.constant(texts)) else {
            return Ok(Val::Bool(false));
        };
        // Texts of the needle's length are compared, and their number halves with each.
        self.spend_reading((needle.len as usize).saturating_mul(32))?;
        let heap = self.heap();
        let bytes = heap.bytes(needle);
        let found = heap.span(texts).binary_search_by(|text| match text {
            Val::Str(text) if text.len == needle.len => heap.bytes(*text).cmp(bytes),
            Val::Str(text) => text.len.cmp(&needle.len),
            _ => Ordering::Less,
        });
        Ok(Val::Bool(found.is_ok()))
    }

    /// `merge`: lists by their items, everything else as one item.
    #[inline(never)]
    pub(super) fn merge(&mut self, base: usize) -> Outcome<Val> {
        let mark = self.scratch.pending.len();
        for place in 0..self.count(base) {
            match self.argument(base, place) {
                Val::List(list) => {
                    let scratch = &mut *self.scratch;
                    let heap = Heap { pool: &self.program.pool, input: self.input, scratch: &scratch.arena };
                    scratch.pending.put_all(heap.span(list));
                }
                other => self.scratch.pending.put(other),
            }
            let count = self.scratch.pending.len().saturating_sub(mark);
            if count.saturating_mul(16) > crate::limits::Limits::STANDARD.built {
                break;
            }
        }
        self.finished_list(mark)
    }
}
