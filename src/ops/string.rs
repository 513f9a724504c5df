//! Text: `cat`, `substr`, `starts_with`, `ends_with`, and the text of a value.

use alloc::string::String;

use super::Machine;
use super::compare::double;
use super::dispatch::Outcome;
use crate::error::fault::Stop;
use crate::json::number::{Style, write_double, write_integer};
use crate::json::value::characters;
use crate::json::write::{self, Overflow};
use crate::json::{Heap, Src, Text, Val};
use crate::limits::Limits;
use crate::memory::{GrowText, has_text_room, text_of};

impl Machine<'_> {
    /// `cat`: the texts of all arguments in one.
    #[inline(never)]
    pub(super) fn cat(&mut self, base: usize) -> Outcome<Val> {
        let start = self.scratch.arena.text.len();
        for place in 0..self.count(base) {
            let value = self.argument(base, place);
            self.append(value, start, Limits::STANDARD.depth)?;
        }
        let text = self.scratch.arena.text_since(start, Src::Scratch);
        self.spend_building(text.len as usize)?;
        Ok(Val::Str(text))
    }

    /// Appends the text of a value to the one that began at `start`. Lists are joined by commas, as in JavaScript.
    fn append(&mut self, value: Val, start: usize, depth: u32) -> Outcome<()> {
        match value {
            Val::Null => {}
            Val::Str(text) => self.append_text(text),
            Val::List(list) => {
                let depth = depth.checked_sub(1).ok_or(Stop::Depth)?;
                for place in 0..list.len {
                    self.spend(1)?;
                    if place > 0 {
                        self.scratch.arena.text.put_char(',');
                    }
                    let item = self.item(list, place);
                    self.append(item, start, depth)?;
                }
            }
            other => {
                let mut text = String::new();
                let room = Limits::STANDARD.built;
                write::value(&mut text, &self.heap(), other, Style::Canonical, depth, room).map_err(overflow)?;
                self.scratch.arena.text.put_str(&text);
                // A number costs much more than the few bytes it may be written with.
                self.spend_reading(text.len().saturating_mul(256))?;
            }
        }
        let length = self.scratch.arena.text.len().saturating_sub(start);
        if length > Limits::STANDARD.built { Err(Stop::Built) } else { Ok(()) }
    }

    fn append_text(&mut self, text: Text) {
        let begin = text.start as usize;
        let end = begin.saturating_add(text.len as usize);
        let arena = &mut self.scratch.arena;
        match text.src {
            Src::Scratch if cfg!(feature = "fast") && arena.text.get(begin..end).is_some() => {
                if has_text_room(&mut arena.text, end.saturating_sub(begin)) {
                    arena.text.extend_from_within(begin..end);
                }
            }
            Src::Scratch => {
                let text = text_of(arena.text.get(begin..end).unwrap_or(""));
                arena.text.put_str(&text);
            }
            Src::Pool => arena.text.put_str(self.program.pool.text.get(begin..end).unwrap_or("")),
            Src::Input => arena.text.put_str(self.input.get(begin..end).unwrap_or("")),
        }
    }

    /// The canonical text of a number.
    pub(super) fn number_text(&mut self, value: Val) -> Outcome<Text> {
        self.spend_building(32)?;
        let text = &mut self.scratch.arena.text;
        let start = text.len();
        match value {
            Val::Int(number) => write_integer(text, number),
            Val::Num(number) => write_double(text, number, Style::Canonical),
            _ => {}
        }
        Ok(self.scratch.arena.text_since(start, Src::Scratch))
    }

    /// `substr`: from a character on, up to a length; negative numbers count from the end.
    #[inline(never)]
    pub(super) fn substr(&mut self, base: usize) -> Outcome<Val> {
        let text = match self.argument(base, 0) {
            Val::Str(text) => text,
            other => {
                let start = self.scratch.arena.text.len();
                self.append(other, start, Limits::STANDARD.depth)?;
                let text = self.scratch.arena.text_since(start, Src::Scratch);
                self.spend_building(text.len as usize)?;
                text
            }
        };
        // Characters are counted one by one, up to three times.
        self.spend_reading((text.len as usize).saturating_mul(8))?;
        let length = characters(self.bytes(text));
        let start = self.character(self.argument(base, 1), length);
        let end = match self.argument(base, 2) {
            Val::Null => length,
            stop => match self.whole_number(stop) {
                count if count < 0 => offset(count, length),
                count => start.saturating_add(usize::try_from(count).unwrap_or(usize::MAX)).min(length),
            },
        };
        let cut = slice(&self.heap(), text, start, end);
        Ok(Val::Str(cut))
    }

    fn character(&self, value: Val, length: usize) -> usize {
        offset(self.whole_number(value), length)
    }

    /// A number without its fraction; 0 where the value is no number.
    fn whole_number(&self, value: Val) -> i64 {
        match self.number(value) {
            Some(Val::Int(number)) => number,
            Some(number) => double(number) as i64,
            None => 0,
        }
    }

    /// `starts_with`, `ends_with`: two strings, otherwise null.
    #[inline(never)]
    pub(super) fn affix(&mut self, base: usize, test: fn(&[u8], &[u8]) -> bool) -> Outcome<Val> {
        match (self.count(base), self.argument(base, 0), self.argument(base, 1)) {
            (2, Val::Str(text), Val::Str(affix)) => {
                self.spend_reading(affix.len.min(text.len) as usize)?;
                Ok(Val::Bool(test(self.bytes(text), self.bytes(affix))))
            }
            _ => Ok(Val::Null),
        }
    }
}

/// A character's place, counted from the end if negative, within the text.
fn offset(place: i64, length: usize) -> usize {
    let signed = i64::try_from(length).unwrap_or(i64::MAX);
    let from_start = if place < 0 { signed.saturating_add(place).max(0) } else { place.min(signed) };
    usize::try_from(from_start).unwrap_or(0)
}

/// The characters `start..end` of a text; it is a part of the same text, so nothing is copied.
fn slice(heap: &Heap<'_>, text: Text, start: usize, end: usize) -> Text {
    let whole = heap.text(text);
    let byte = |place: usize| whole.char_indices().nth(place).map_or(whole.len(), |(at, _)| at);
    let from = byte(start);
    let to = byte(end).max(from);
    let add = |base: u32, bytes: usize| base.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    Text { start: add(text.start, from), len: add(0, to.saturating_sub(from)), src: text.src }
}

fn overflow(overflow: Overflow) -> Stop {
    match overflow {
        Overflow::Depth => Stop::Depth,
        Overflow::Size => Stop::Built,
    }
}
