//! A parsed text with the place of every value.

use alloc::vec::Vec;

use super::parse::{Parsed, Parser, utf8};
use super::place::Placed;
use super::value::{Arena, Heap, Span, Val, index, same_bytes};
use crate::limits::Limits;
use crate::memory::Grow;

/// A parsed text with the place of every value.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(crate) text: &'t str,
    arena: Arena,
    /// Index of the root value.
    pub(crate) root: u32,
    /// Places of names that stood in their object before: of each, the last one, which is the one that counts.
    pub(crate) duplicates: Vec<u32>,
    /// Members of the object with the most names, in the order of these: in a large document that object holds the flags.
    pub(crate) order: Vec<u32>,
}

pub(super) static NO_POOL: Arena = Arena::new();

impl Document<'_> {
    pub(crate) fn heap(&self) -> Heap<'_> {
        Heap { pool: &NO_POOL, input: self.text, scratch: &self.arena }
    }

    pub(crate) fn val(&self, index: u32) -> Val {
        self.arena.placed(index)
    }

    /// The byte at which the value at `index` begins.
    #[cfg_attr(not(feature = "fast"), inline(never))]
    pub(crate) fn place(&self, index: u32) -> u32 {
        self.arena.placed.get(index as usize).map_or(0, |value| value.place())
    }

    /// Numbers that 32 bits do not hold, each with its place.
    pub(crate) fn large_numbers(&self) -> impl Iterator<Item = (Val, u32)> {
        let large = self.arena.placed.iter().filter(|value| value.is_large());
        large.map(|value| (value.value(&self.arena.vals), value.place()))
    }

    /// The index of a member's value, and of its name one before.
    pub(crate) fn member(&self, map: Span, name: &str) -> Option<u32> {
        map.members().find(|&key| same_bytes(self.string_bytes(key), name.as_bytes())).map(|key| key.saturating_add(1))
    }

    /// The string at an index; anything else reads as empty.
    pub(crate) fn string(&self, index: u32) -> &str {
        match self.val(index) {
            Val::Str(text) => self.heap().text(text),
            _ => "",
        }
    }

    /// The same as bytes.
    #[inline]
    pub(crate) fn string_bytes(&self, index: u32) -> &[u8] {
        match self.val(index) {
            Val::Str(text) => self.heap().bytes(text),
            _ => &[],
        }
    }
}

/// Reads a whole document and keeps the place of every value.
pub(crate) fn parse_document<'t>(bytes: &'t [u8], limits: &Limits) -> Parsed<Document<'t>> {
    let text = utf8(bytes)?;
    let mut arena = Arena::new();
    let mut parser = Parser::new(text, limits);
    parser.places = true;
    let start = parser.skip_space();
    let root = parser.value(&mut arena)?;
    parser.end()?;
    let at = index(arena.placed.len());
    arena.placed.put(Placed::new(root, index(start), &mut arena.vals));
    // What only reading needed makes room for what is built of the document.
    #[cfg(feature = "fast")]
    {
        arena.pending = Vec::new();
        arena.names = None;
        arena.placed.shrink_to_fit();
    }
    Ok(Document { text, arena, root: at, duplicates: parser.duplicates, order: parser.order })
}
