//! Reading the context: slots, paths, `missing`.

use super::dispatch::Outcome;
use super::{Machine, Scope};
use crate::json::path::{segments, step};
use crate::json::value::index;
use crate::json::{Heap, Span, Src, Text, Val};
use crate::memory::Grow;

/// Bytes of an object with two members and their names.
const SMALL_OBJECT: usize = 96;

/// What a computed path names.
enum Target {
    Whole,
    Flagd,
    TargetingKey,
    Value(Option<Val>),
}

/// The segments of a constant path.
fn names<'h>(heap: &Heap<'h>, path: Span) -> impl Iterator<Item = &'h str> {
    let heap = *heap;
    heap.span(path).iter().map(move |segment| match segment {
        Val::Str(segment) => heap.text(*segment),
        _ => "",
    })
}

/// Follows a path step by step. An object is searched member by member, which is what a step costs.
fn walk(heap: &Heap<'_>, start: Option<Val>, names: &mut dyn Iterator<Item = &str>, cost: &mut usize) -> Option<Val> {
    let mut value = start?;
    for name in names {
        if let Val::Map(members) = value {
            *cost = cost.saturating_add((members.len as usize).saturating_mul(16));
        }
        value = step(heap, value, name)?;
    }
    Some(value)
}

impl Machine<'_> {
    /// The value of a slot; `None` where the context has none.
    #[inline]
    pub(super) fn slot(&mut self, slot: u32) -> Outcome<Option<Val>> {
        if self.whole { self.slot_of_whole(slot) } else { Ok(self.scratch.slots.get(slot as usize).copied().flatten()) }
    }

    #[cold]
    fn slot_of_whole(&mut self, slot: u32) -> Outcome<Option<Val>> {
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        if let Some(value) = self.slot_of_over(slot)? {
            return Ok(Some(value));
        }
        let Some(slot) = self.program.slots.get(slot as usize) else { return Ok(None) };
        let mut cost = 0;
        let heap = self.heap();
        let value = walk(&heap, self.scratch.whole, &mut names(&heap, slot.path), &mut cost);
        self.spend_reading(cost)?;
        Ok(value)
    }

    /// The object `$flagd`.
    #[inline(never)]
    pub(super) fn flagd(&mut self) -> Outcome<Val> {
        self.spend_building(SMALL_OBJECT)?;
        let arena = &mut self.scratch.arena;
        let flag_key = Val::Str(arena.text("flagKey", Src::Scratch));
        let timestamp = Val::Str(arena.text("timestamp", Src::Scratch));
        let members = [flag_key, Val::Str(self.flag_key), timestamp, Val::Int(self.now)];
        Ok(Val::Map(arena.list(&members, Src::Scratch)))
    }

    /// All that `var` reads from: the enriched context, the element, or current and accumulator.
    #[inline(never)]
    pub(super) fn whole_value(&mut self) -> Outcome<Val> {
        match self.scope {
            Scope::Element(value) => Ok(value),
            Scope::Fold { current, accumulator } => {
                self.spend_building(SMALL_OBJECT)?;
                let arena = &mut self.scratch.arena;
                let current_name = Val::Str(arena.text("current", Src::Scratch));
                let accumulator_name = Val::Str(arena.text("accumulator", Src::Scratch));
                let members = [current_name, current, accumulator_name, accumulator];
                Ok(Val::Map(arena.list(&members, Src::Scratch)))
            }
            Scope::Context => self.enriched(),
        }
    }

    /// The context with `$flagd`, which stands above a member of that name. It is made once for an evaluation.
    fn enriched(&mut self) -> Outcome<Val> {
        let given = match self.scratch.whole {
            Some(Val::Map(span)) => span,
            _ => Span::EMPTY,
        };
        if let Some(enriched) = self.scratch.enriched {
            return Ok(enriched);
        }
        self.spend_reading((given.len as usize).saturating_mul(16))?;
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        let given = self.overlaid(given)?;
        let flagd = self.flagd()?;
        let name = Val::Str(self.scratch.arena.text("$flagd", Src::Scratch));
        let mark = self.scratch.pending.len();
        for key in given.members() {
            let scratch = &mut *self.scratch;
            let (name, value) = (scratch.arena.val(key), scratch.arena.val(key.saturating_add(1)));
            let heap = Heap { pool: &self.program.pool, input: self.input, scratch: &scratch.arena };
            if !matches!(name, Val::Str(text) if heap.text(text) == "$flagd") {
                scratch.pending.put(name);
                scratch.pending.put(value);
            }
        }
        let scratch = &mut *self.scratch;
        scratch.pending.put(name);
        scratch.pending.put(flagd);
        let span = scratch.arena.list(scratch.pending.get(mark..).unwrap_or(&[]), Src::Scratch);
        scratch.pending.truncate(mark);
        scratch.enriched = Some(Val::Map(span));
        Ok(Val::Map(span))
    }

    /// What a constant path leads to inside an iterator.
    #[inline(never)]
    pub(super) fn field(&mut self, path: u32) -> Outcome<Val> {
        let Val::List(path) = self.program.constant(path) else { return Ok(Val::Null) };
        // A rule may build values that are deeper than any text, and a path goes down as far.
        let mut cost = (path.len as usize).saturating_mul(16);
        let heap = self.heap();
        let value = self.follow(&heap, &mut names(&heap, path), &mut cost);
        self.spend_reading(cost)?;
        Ok(value.unwrap_or(Val::Null))
    }

    /// Follows a path from what the scope gives to read.
    fn follow(&self, heap: &Heap<'_>, names: &mut dyn Iterator<Item = &str>, cost: &mut usize) -> Option<Val> {
        let start = match self.scope {
            Scope::Element(value) => value,
            Scope::Fold { current, accumulator } => match names.next()? {
                "current" => current,
                "accumulator" => accumulator,
                _ => return None,
            },
            Scope::Context => self.scratch.whole?,
        };
        walk(heap, Some(start), names, cost)
    }

    /// What a computed path leads to; `None` where there is nothing.
    #[inline(never)]
    pub(super) fn lookup(&mut self, path: Val) -> Outcome<Option<Val>> {
        let text = match path {
            Val::Str(text) => text,
            Val::Null => return self.whole_value().map(Some),
            Val::Int(_) | Val::Num(_) => self.number_text(path)?,
            _ => return Ok(None),
        };
        self.lookup_text(text)
    }

    fn lookup_text(&mut self, path: Text) -> Outcome<Option<Val>> {
        self.spend_reading(path.len as usize)?;
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        if let Some(value) = self.path_of_over(path)? {
            return Ok(Some(value));
        }
        let mut cost = 0;
        let target = self.target(path, &mut cost);
        self.spend_reading(cost)?;
        match target {
            Target::Whole => self.whole_value().map(Some),
            Target::Flagd => self.flagd().map(Some),
            Target::TargetingKey => Ok(Some(self.slot(0)?.unwrap_or(Val::Str(Text::EMPTY)))),
            Target::Value(value) => Ok(value),
        }
    }

    /// Where a path leads, as far as that needs nothing built.
    fn target(&self, path: Text, cost: &mut usize) -> Target {
        let heap = self.heap();
        let path = heap.text(path);
        let mut parts = segments(path);
        let Some(first) = parts.next() else { return Target::Whole };
        let context = matches!(self.scope, Scope::Context);
        Target::Value(match (first, parts.next(), parts.next()) {
            ("$flagd", None, _) if context => return Target::Flagd,
            ("$flagd", Some("flagKey"), None) if context => Some(Val::Str(self.flag_key)),
            ("$flagd", Some("timestamp"), None) if context => Some(Val::Int(self.now)),
            ("$flagd", ..) if context => None,
            ("targetingKey", None, _) if context => return Target::TargetingKey,
            _ => self.follow(&heap, &mut segments(path), cost),
        })
    }

    /// The names of a constant list (name, slot, name, slot) whose slots hold nothing. With `skip` 1 the list begins
    /// with how many must be there for the result to be empty.
    #[inline(never)]
    pub(super) fn missing_slots(&mut self, names: u32, skip: usize) -> Outcome<Val> {
        let Val::List(list) = self.program.constant(names) else { return Ok(Val::Null) };
        let program = self.program;
        let items = program.heap().span(list);
        self.spend_reading(items.len().saturating_mul(16))?;
        let enough = if skip == 0 { None } else { items.first().copied() };
        let pairs = items.get(skip..).unwrap_or(&[]).chunks_exact(2);
        let total = pairs.len();
        let mark = self.scratch.pending.len();
        for pair in pairs {
            let [name, Val::Int(slot)] = pair else { continue };
            let there = match u32::try_from(*slot) {
                Ok(slot) => self.slot(slot)?.is_some_and(|value| !value.is_null()),
                Err(_) => *slot == crate::rule::PRESENT,
            };
            if !there {
                self.scratch.pending.put(*name);
            }
        }
        self.missing_result(mark, total, enough)
    }

    /// The missing names that were collected since `mark`; none of them if enough of all are there.
    fn missing_result(&mut self, mark: usize, total: usize, enough: Option<Val>) -> Outcome<Val> {
        let missing = self.scratch.pending.len().saturating_sub(mark);
        self.spend_building(missing.saturating_mul(16))?;
        let present = total.saturating_sub(missing);
        let satisfied = match enough {
            Some(Val::Int(count)) => i64::try_from(present).unwrap_or(i64::MAX) >= count,
            Some(Val::Num(count)) => present as f64 >= count,
            _ => false,
        };
        let scratch = &mut *self.scratch;
        let names = if satisfied { &[][..] } else { scratch.pending.get(mark..).unwrap_or(&[]) };
        let span = scratch.arena.list(names, Src::Scratch);
        scratch.pending.truncate(mark);
        Ok(Val::List(span))
    }

    /// `missing` with computed names: the arguments, or the items of the first one.
    #[inline(never)]
    pub(super) fn missing_names(&mut self, base: usize) -> Outcome<Val> {
        match self.argument(base, 0) {
            Val::List(list) => self.missing_in(list.len, None, &|machine, place| machine.item(list, place)),
            _ => {
                self.missing_in(index(self.count(base)), None, &|machine, place| machine.argument(base, place as usize))
            }
        }
    }

    /// `missing_some` with computed arguments.
    #[inline(never)]
    pub(super) fn missing_some_names(&mut self, base: usize) -> Outcome<Val> {
        let enough = Some(self.number(self.argument(base, 0)).unwrap_or(Val::Int(0)));
        match self.argument(base, 1) {
            Val::List(list) => self.missing_in(list.len, enough, &|machine, place| machine.item(list, place)),
            name => self.missing_in(1, enough, &|_, _| name),
        }
    }

    fn missing_in(&mut self, total: u32, enough: Option<Val>, name: &dyn Fn(&Self, u32) -> Val) -> Outcome<Val> {
        let mark = self.scratch.pending.len();
        for place in 0..total {
            self.spend(1)?;
            let name = name(self, place);
            if !self.is_there(name)? {
                self.scratch.pending.put(name);
            }
        }
        self.missing_result(mark, total as usize, enough)
    }

    fn is_there(&mut self, name: Val) -> Outcome<bool> {
        // `var` reads an absent targeting key as `""`; here it is missing all the same.
        if let (Scope::Context, Val::Str(text)) = (self.scope, name)
            && self.text(text) == "targetingKey"
        {
            return Ok(self.slot(0)?.is_some_and(|value| !value.is_null()));
        }
        Ok(self.lookup(name)?.is_some_and(|value| !value.is_null()))
    }
}
