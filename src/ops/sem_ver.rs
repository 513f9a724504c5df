//! `sem_ver`: the order of two versions.

use super::Machine;
use super::dispatch::Outcome;
use crate::json::{Heap, Text, Val};
use crate::version::{Relation, Version};

impl Machine<'_> {
    /// `sem_ver`: version, relation, version. Anything else is null.
    #[inline(never)]
    pub(super) fn sem_ver(&mut self, base: usize) -> Outcome<Val> {
        let Val::Str(relation) = self.argument(base, 1) else { return Ok(Val::Null) };
        let (Some(left), Some(right)) =
            (self.version_text(self.argument(base, 0))?, self.version_text(self.argument(base, 2))?)
        else {
            return Ok(Val::Null);
        };
        if self.count(base) != 3 {
            return Ok(Val::Null);
        }
        self.spend_reading(left.len.saturating_add(right.len) as usize)?;
        let (Some(relation), Some(left), Some(right)) =
            (Relation::named(self.text(relation)), Version::parse(self.text(left)), Version::parse(self.text(right)))
        else {
            return Ok(Val::Null);
        };
        Ok(Val::Bool(relation.holds(&left, &right)))
    }

    /// The same against a constant that was taken apart.
    #[inline(never)]
    pub(super) fn against_version(&mut self, value: Val, pieces: u32) -> Outcome<Val> {
        let Some(left) = self.version_text(value)? else { return Ok(Val::Null) };
        self.spend_reading(left.len as usize)?;
        let heap = self.heap();
        let held = Version::parse(heap.text(left)).zip(compiled(&heap, self.program.constant(pieces)));
        Ok(held.map_or(Val::Null, |(left, (relation, right))| Val::Bool(relation.holds(&left, &right))))
    }

    /// The text of a version: a string, or a number written out.
    fn version_text(&mut self, value: Val) -> Outcome<Option<Text>> {
        match value {
            Val::Str(text) => Ok(Some(text)),
            Val::Int(_) | Val::Num(_) => self.number_text(value).map(Some),
            _ => Ok(None),
        }
    }
}

/// Relation and version as they were compiled.
fn compiled<'h>(heap: &Heap<'h>, pieces: Val) -> Option<(Relation, Version<'h>)> {
    let Val::List(pieces) = pieces else { return None };
    let [Val::Int(relation), Val::Str(major), Val::Str(minor), Val::Str(patch), Val::Str(prerelease)] =
        heap.span(pieces)
    else {
        return None;
    };
    let numbers = [major, minor, patch].map(|number| heap.text(*number));
    Some((Relation::of_code(*relation)?, Version { numbers, prerelease: heap.text(*prerelease) }))
}
