//! `in` and `merge`.

use super::Machine;
use super::dispatch::Outcome;
use crate::json::{Heap, Val};

impl Machine<'_> {
    /// `in`: a text in a text, or a value in a list.
    pub(super) fn contains(&mut self, base: usize) -> Outcome<Val> {
        let (needle, haystack) = (self.argument(base, 0), self.argument(base, 1));
        match (needle, haystack) {
            (Val::Str(needle), Val::Str(haystack)) => {
                self.spend_reading(haystack.len as usize)?;
                let heap = self.heap();
                Ok(Val::Bool(heap.text(haystack).contains(heap.text(needle))))
            }
            (_, Val::List(list)) => {
                self.spend_reading((list.len as usize).saturating_mul(16))?;
                for place in 0..list.len {
                    let item = self.heap().span(list).get(place as usize).copied().unwrap_or(Val::Null);
                    if self.strictly_equal(needle, item)? {
                        return Ok(Val::Bool(true));
                    }
                }
                Ok(Val::Bool(false))
            }
            _ => Ok(Val::Bool(false)),
        }
    }

    /// `merge`: lists by their items, everything else as one item.
    pub(super) fn merge(&mut self, base: usize) -> Outcome<Val> {
        let mark = self.scratch.pending.len();
        for place in 0..self.count(base) {
            match self.argument(base, place) {
                Val::List(list) => {
                    let scratch = &mut *self.scratch;
                    let heap = Heap { pool: &self.program.pool, input: self.input, scratch: &scratch.arena };
                    scratch.pending.extend_from_slice(heap.span(list));
                }
                other => self.scratch.pending.push(other),
            }
            let count = self.scratch.pending.len().saturating_sub(mark);
            if count.saturating_mul(16) > crate::limits::Limits::STANDARD.built {
                break;
            }
        }
        self.finished_list(mark)
    }
}
