//! JSON text to values, in one pass.
//!
//! Strings without escapes are not copied: they point into the text. Nesting is limited, so the recursion is too.
//!
//! The smallest functions of the scanner and of the machine are marked to be inlined. That is a hint: the plain module
//! takes it, which is a seventh of the time of an evaluation, and the core module, built for size alone, does not.

use alloc::vec::Vec;

use super::document::NO_POOL;
use super::duplicates::{names, retain_pairs};
use super::number;
use super::place::Placed;
use super::value::{Arena, Heap, Span, Src, Text, Val, index, nth};
use crate::limits::Limits;
use crate::memory::{Grow, projected};

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The text ended inside a value.
    Truncated,
    /// No value can begin here.
    Value,
    /// Something other than `,` or the closing bracket.
    Separator,
    /// A member's name is not a string.
    Name,
    /// No `:` behind a member's name.
    Colon,
    /// Something stands behind the value.
    Trailing,
    /// A control character that must be written as an escape.
    Control,
    /// An unknown escape.
    Escape,
    /// Half of a surrogate pair.
    Surrogate,
    /// A number that breaks the grammar.
    Number,
    /// A number too large for a double.
    Range,
    /// Nested too deep.
    Depth,
    /// Not UTF-8.
    Utf8,
}

/// A problem and the byte offset where it was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyntaxError {
    pub(crate) problem: Problem,
    pub(crate) at: usize,
}

pub(crate) type Parsed<T> = Result<T, SyntaxError>;

/// Bytes as text, or the offset of the first byte that is not UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Parsed<&str> {
    core::str::from_utf8(bytes).map_err(|error| SyntaxError { problem: Problem::Utf8, at: error.valid_up_to() })
}

/// Reads one text into an arena that the caller keeps between calls.
pub(crate) fn parse_value(text: &str, arena: &mut Arena, limits: &Limits) -> Parsed<Val> {
    Parser::new(text, limits).only_value(arena)
}

/// The same for an object in which members are only looked for: of those with the same name all stay at the top.
pub(crate) fn parse_members(text: &str, arena: &mut Arena, limits: &Limits) -> Parsed<Val> {
    let mut parser = Parser::new(text, limits);
    parser.repeats = true;
    parser.only_value(arena)
}

/// The same, with every string copied, for a text that is not kept.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn parse_copied(text: &str, arena: &mut Arena, limits: &Limits) -> Parsed<Val> {
    let mut parser = Parser::new(text, limits);
    parser.copy = true;
    parser.only_value(arena)
}

/// Fewer values tell nothing of a document.
const FORESEEN: usize = 512;

/// A reader over one text.
pub(crate) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) pos: usize,
    depth: u32,
    limit: u32,
    /// Values are kept with their places.
    pub(super) places: bool,
    /// Strings are copied even where they have no escapes.
    pub(super) copy: bool,
    /// The outermost object keeps members with the same name.
    repeats: bool,
    /// Items of lists and objects that are still being read, where they are kept with their places.
    pending: Vec<Placed>,
    pub(super) duplicates: Vec<u32>,
    /// The members of the object with the most names, in the order of these.
    pub(super) order: Vec<u32>,
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str, limits: &Limits) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            depth: 0,
            limit: limits.depth,
            places: false,
            copy: false,
            repeats: false,
            pending: Vec::new(),
            duplicates: Vec::new(),
            order: Vec::new(),
        }
    }

    pub(crate) fn fail<T>(&self, problem: Problem) -> Parsed<T> {
        let problem = if self.pos >= self.bytes.len() { Problem::Truncated } else { problem };
        Err(SyntaxError { problem, at: self.pos })
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    #[inline]
    pub(crate) fn bump(&mut self) {
        self.pos = self.pos.saturating_add(1);
    }

    /// Moves to the next byte that is no white space and gives its offset.
    #[inline]
    pub(crate) fn skip_space(&mut self) -> usize {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.bump();
        }
        self.pos
    }

    /// Reads the value that the text is.
    fn only_value(&mut self, arena: &mut Arena) -> Parsed<Val> {
        self.skip_space();
        let value = self.value(arena)?;
        self.end()?;
        Ok(value)
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Parsed<()> {
        self.skip_space();
        if self.pos < self.bytes.len() {
            return Err(SyntaxError { problem: Problem::Trailing, at: self.pos });
        }
        Ok(())
    }

    /// Takes one level of nesting; the only way down.
    #[inline]
    pub(crate) fn descend(&mut self) -> Parsed<()> {
        if self.depth >= self.limit {
            return Err(SyntaxError { problem: Problem::Depth, at: self.pos });
        }
        self.depth = self.depth.saturating_add(1);
        self.bump();
        Ok(())
    }

    #[inline]
    pub(crate) fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.bump();
    }

    /// Reads the value that begins at the current byte.
    pub(crate) fn value(&mut self, arena: &mut Arena) -> Parsed<Val> {
        match self.peek() {
            Some(b'"') => Ok(Val::Str(self.text(arena)?)),
            Some(b'{') => self.object(arena),
            Some(b'[') => self.array(arena),
            Some(b't') => self.word("true", Val::Bool(true)),
            Some(b'f') => self.word("false", Val::Bool(false)),
            Some(b'n') => self.word("null", Val::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.fail(Problem::Value),
        }
    }

    pub(crate) fn word<T>(&mut self, word: &str, value: T) -> Parsed<T> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                return self.fail(Problem::Value);
            }
            self.bump();
        }
        Ok(value)
    }

    /// The text and the shape of the number that begins here; moves behind it.
    pub(crate) fn number_text(&mut self) -> Parsed<(&'t str, number::Shape)> {
        let start = self.pos;
        match number::shape(self.bytes.get(start..).unwrap_or(&[])) {
            Ok(shape) => {
                self.pos = start.saturating_add(shape.len);
                Ok((self.text.get(start..self.pos).unwrap_or(""), shape))
            }
            Err(offset) => {
                self.pos = start.saturating_add(offset);
                self.fail(Problem::Number)
            }
        }
    }

    fn number(&mut self) -> Parsed<Val> {
        let start = self.pos;
        let (text, _) = self.number_text()?;
        number::value(text).ok_or(SyntaxError { problem: Problem::Range, at: start })
    }

    fn array(&mut self, arena: &mut Arena) -> Parsed<Val> {
        self.descend()?;
        let mark = self.mark(arena);
        if self.skip_space_then(b']') {
            self.ascend();
            return Ok(Val::List(Span { src: Src::Scratch, ..Span::EMPTY }));
        }
        loop {
            self.item(arena)?;
            match self.next(b']')? {
                true => self.skip_space(),
                false => break,
            };
        }
        self.ascend();
        Ok(Val::List(self.close(arena, mark)))
    }

    fn object(&mut self, arena: &mut Arena) -> Parsed<Val> {
        self.descend()?;
        let mark = self.mark(arena);
        if self.skip_space_then(b'}') {
            self.ascend();
            return Ok(Val::Map(Span { src: Src::Scratch, ..Span::EMPTY }));
        }
        loop {
            let at = self.pos;
            let name = self.name(arena)?;
            self.push(arena, Val::Str(name), at);
            self.item(arena)?;
            match self.next(b'}')? {
                true => self.skip_space(),
                false => break,
            };
        }
        self.ascend();
        // One member, as in most rules, has no other to be confused with.
        let looked_for = self.repeats && self.depth == 0;
        if self.mark(arena).saturating_sub(mark) > 2 && !looked_for {
            self.drop_duplicates(arena, mark);
        }
        Ok(Val::Map(self.close(arena, mark)))
    }

    /// How many values are still waiting for the end of what they stand in.
    #[inline]
    fn mark(&self, arena: &Arena) -> usize {
        if self.places { self.pending.len() } else { arena.pending.len() }
    }

    fn item(&mut self, arena: &mut Arena) -> Parsed<()> {
        let at = self.pos;
        let value = self.value(arena)?;
        self.push(arena, value, at);
        Ok(())
    }

    fn push(&mut self, arena: &mut Arena, value: Val, at: usize) {
        if self.places {
            self.pending.put(Placed::new(value, index(at), &mut arena.vals));
        } else {
            arena.pending.put(value);
        }
    }

    fn skip_space_then(&mut self, close: u8) -> bool {
        self.skip_space();
        self.peek() == Some(close)
    }

    /// Behind an item: true after a comma (a further item must follow), false at the closing bracket.
    pub(crate) fn next(&mut self, close: u8) -> Parsed<bool> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.bump();
                self.skip_space();
                Ok(true)
            }
            Some(byte) if byte == close => Ok(false),
            _ => self.fail(Problem::Separator),
        }
    }

    /// A member's name and the colon behind it; moves to the value.
    pub(crate) fn name(&mut self, arena: &mut Arena) -> Parsed<Text> {
        if self.peek() != Some(b'"') {
            return self.fail(Problem::Name);
        }
        let name = self.text(arena)?;
        self.colon()?;
        Ok(name)
    }

    pub(crate) fn colon(&mut self) -> Parsed<()> {
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.fail(Problem::Colon);
        }
        self.bump();
        self.skip_space();
        Ok(())
    }

    /// Moves the values pushed since `mark` to their final place, side by side.
    fn close(&mut self, arena: &mut Arena, mark: usize) -> Span {
        if self.places {
            let items = self.pending.get(mark..).unwrap_or(&[]);
            if cfg!(feature = "fast") {
                foresee(&mut arena.placed, self.pending.len(), items.len(), self.pos, self.bytes.len());
            }
            let span = Span { start: index(arena.placed.len()), len: index(items.len()), src: Src::Input };
            arena.placed.put_all(items);
            self.pending.truncate(mark);
            return span;
        }
        let items = arena.pending.get(mark..).unwrap_or(&[]);
        let span = Span { start: index(arena.vals.len()), len: index(items.len()), src: Src::Scratch };
        arena.vals.put_all(items);
        arena.pending.truncate(mark);
        span
    }

    /// Of members with the same name only the last stays.
    #[inline(never)]
    fn drop_duplicates(&mut self, arena: &mut Arena, mark: usize) {
        #[cfg(feature = "fast")]
        let mut found = arena.names.take().unwrap_or_default();
        #[cfg(not(feature = "fast"))]
        let mut found = super::duplicates::Names::default();
        let heap = Heap { pool: &NO_POOL, input: self.text, scratch: arena };
        let name = |member: u32| {
            let place = mark.saturating_add((member as usize).saturating_mul(2));
            let value = match self.places {
                true => self.pending.get(place).map_or(Val::Null, |placed| placed.value(&arena.vals)),
                false => nth(&arena.pending, place),
            };
            if let Val::Str(text) = value { heap.bytes(text) } else { &[] }
        };
        names(index(self.mark(arena).saturating_sub(mark) / 2), &name, &mut found);
        if !found.superseded.is_empty() {
            if self.places {
                for winner in found.superseded.iter().flatten() {
                    let key = mark.saturating_add((*winner as usize).saturating_mul(2));
                    self.duplicates.put(self.pending.get(key).map_or(0, |key| key.place()));
                }
                retain_pairs(&mut self.pending, mark, &found.superseded);
            } else {
                retain_pairs(&mut arena.pending, mark, &found.superseded);
            }
        } else if cfg!(feature = "fast") && self.places && found.order.len() > self.order.len() {
            core::mem::swap(&mut self.order, &mut found.order);
        }
        #[cfg(feature = "fast")]
        {
            arena.names = Some(found);
        }
    }
}

/// Makes room for as many values as the rest of a document has if it goes on as it began: doubling would leave half of
/// it empty. What began with many values need not go on so, so that room for eight times as many is the most.
#[inline]
fn foresee(values: &mut Vec<Placed>, pending: usize, more: usize, done: usize, rest: usize) {
    let count = values.len();
    if count < FORESEEN || values.capacity().saturating_sub(count) >= more {
        return;
    }
    let known = count.saturating_add(pending);
    let all = projected(known, done, rest);
    values.make_room(all.min(known.saturating_mul(8)).saturating_sub(count).max(more));
}
