//! Attributes that stand over the context, for rules that do not say in advance what they read: those are asked for while
//! the rule runs.

use super::dispatch::Outcome;
use super::{Machine, Scope};
use crate::attributes::{Attribute, ask, import};
use crate::error::fault::Stop;
use crate::json::path::segments;
use crate::json::{Heap, Span, Src, Text, Val};
use crate::memory::Grow;

impl Machine<'_> {
    /// What stands over a slot.
    pub(super) fn slot_of_over(&mut self, slot: u32) -> Outcome<Option<Val>> {
        let Some(over) = self.over else { return Ok(None) };
        let program = self.program;
        self.copied(ask(over, program.path(slot)))
    }

    /// What stands over a computed path. What is not read from the context has nothing over it.
    pub(super) fn path_of_over(&mut self, path: Text) -> Outcome<Option<Val>> {
        let (Some(over), Scope::Context) = (self.over, self.scope) else { return Ok(None) };
        let path = self.text(path);
        let attribute = match segments(path).next() {
            None | Some("$flagd") => None,
            Some(_) => ask(over, segments(path)),
        };
        self.copied(attribute)
    }

    /// The members of the context with those of the object that stands over it.
    pub(super) fn overlaid(&mut self, given: Span) -> Outcome<Span> {
        let Some(over) = self.over else { return Ok(given) };
        let Some(Val::Map(members)) = self.copied(over.value(&[]))? else { return Ok(given) };
        let pairs = (given.len as usize).saturating_mul((members.len as usize).saturating_add(1));
        self.spend_reading(pairs.saturating_mul(16))?;
        let mark = self.scratch.pending.len();
        for key in given.members() {
            let scratch = &mut *self.scratch;
            let (name, value) = (scratch.arena.val(key), scratch.arena.val(key.saturating_add(1)));
            let heap = Heap { pool: &self.program.pool, input: self.input, scratch: &scratch.arena };
            let replaced = matches!(name, Val::Str(text) if heap.member(members, heap.text(text)).is_some());
            if !replaced {
                scratch.pending.put_all(&[name, value]);
            }
        }
        let scratch = &mut *self.scratch;
        let heap = Heap { pool: &self.program.pool, input: self.input, scratch: &scratch.arena };
        scratch.pending.put_all(heap.span(members));
        let span = scratch.arena.list(scratch.pending.get(mark..).unwrap_or(&[]), Src::Scratch);
        scratch.pending.truncate(mark);
        Ok(span)
    }

    /// Copies an attribute, which is paid for as anything that a rule builds.
    fn copied(&mut self, attribute: Option<Attribute<'_>>) -> Outcome<Option<Val>> {
        let Some(attribute) = attribute else { return Ok(None) };
        let (text, values) = self.scratch.mark();
        let value = import(attribute, &mut self.scratch.arena).ok_or(Stop::Attribute)?;
        let (text_after, values_after) = self.scratch.mark();
        let built = values_after.saturating_sub(values).saturating_mul(16);
        self.spend_building(built.saturating_add(text_after.saturating_sub(text)))?;
        Ok(Some(value))
    }
}
