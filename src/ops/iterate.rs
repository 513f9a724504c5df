//! `map`, `filter`, `all`, `none`, `some`, `reduce`: loops of the machine.

use super::dispatch::{Outcome, truthy};
use super::{Machine, Scope};
use crate::json::{Span, Src, Val};
use crate::memory::Grow;
use crate::rule::Loop;

/// A loop that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    kind: Loop,
    list: Span,
    next: u32,
    body: u32,
    exit: u32,
    /// The accumulator of `reduce`.
    value: Val,
    /// Where the items of the result begin in `pending`.
    mark: usize,
    outer: Scope,
}

impl Machine<'_> {
    #[inline(never)]
    pub(super) fn enter(&mut self, kind: Loop, body: u32, exit: u32) -> u32 {
        let list = match self.pop() {
            Val::List(list) => list,
            _ => Span::EMPTY,
        };
        let value = if kind == Loop::Reduce { self.pop() } else { Val::Null };
        let mark = self.scratch.pending.len();
        let frame = Frame { kind, list, next: 0, body, exit, value, mark, outer: self.scope };
        if list.len == 0 {
            let value = match kind {
                Loop::Map | Loop::Filter => Val::List(Span::EMPTY),
                Loop::All | Loop::Some => Val::Bool(false),
                Loop::None => Val::Bool(true),
                Loop::Reduce => value,
            };
            self.push(value);
            return exit;
        }
        self.turn(frame)
    }

    /// Begins the next turn of a loop.
    fn turn(&mut self, mut frame: Frame) -> u32 {
        let current = self.item(frame.list, frame.next);
        self.scope = match frame.kind {
            Loop::Reduce => Scope::Fold { current, accumulator: frame.value },
            _ => Scope::Element(current),
        };
        frame.next = frame.next.saturating_add(1);
        self.scratch.loops.put(frame);
        frame.body
    }

    /// Ends a turn: takes the body's result and goes on with the next item or behind the loop.
    #[inline(never)]
    pub(super) fn next(&mut self, at: u32) -> Outcome<u32> {
        let result = self.pop();
        let Some(mut frame) = self.scratch.loops.pop() else { return Ok(at) };
        let decided = match frame.kind {
            Loop::Map => {
                self.scratch.pending.put(result);
                None
            }
            Loop::Filter => {
                if truthy(result) {
                    let item = self.item(frame.list, frame.next.saturating_sub(1));
                    self.scratch.pending.put(item);
                }
                None
            }
            Loop::Reduce => {
                frame.value = result;
                None
            }
            Loop::All => (!truthy(result)).then_some(false),
            Loop::Some => truthy(result).then_some(true),
            Loop::None => truthy(result).then_some(false),
        };
        if decided.is_none() && frame.next < frame.list.len {
            return Ok(self.turn(frame));
        }
        self.scope = frame.outer;
        let value = match frame.kind {
            Loop::Map | Loop::Filter => self.finished_list(frame.mark)?,
            Loop::Reduce => frame.value,
            Loop::All | Loop::None => Val::Bool(decided.unwrap_or(true)),
            Loop::Some => Val::Bool(decided.unwrap_or(false)),
        };
        self.push(value);
        Ok(frame.exit)
    }

    /// What was collected in `pending` since `mark`, as a list.
    pub(super) fn finished_list(&mut self, mark: usize) -> Outcome<Val> {
        let count = self.scratch.pending.len().saturating_sub(mark);
        self.spend_building(count.saturating_mul(16))?;
        let scratch = &mut *self.scratch;
        let span = scratch.arena.list(scratch.pending.get(mark..).unwrap_or(&[]), Src::Scratch);
        scratch.pending.truncate(mark);
        Ok(Val::List(span))
    }
}
