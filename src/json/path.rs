//! Paths: the dotted ones of `var`, and JSON pointers with line and column for people.

use alloc::string::String;

use super::Document;
use super::number::write_integer;
use super::value::{Heap, Val};
use crate::memory::GrowText;

/// The segments of a dotted path. Empty ones do not count: `a..b` is `a.b`, and `` is the whole value.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = &str> {
    pieces(path, b'.').filter(|segment| !segment.is_empty())
}

/// The pieces of a text between single ASCII bytes, as `split` gives them: that one costs 3 KB of the module with the
/// search that it brings along.
pub(crate) fn pieces(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (piece, after) = match text.bytes().position(|byte| byte == separator) {
            Some(at) => (text.get(..at)?, text.get(at.saturating_add(1)..)),
            None => (text, None),
        };
        rest = after;
        Some(piece)
    })
}

/// One step into a value: a member of an object or an item of a list.
pub(crate) fn step(heap: &Heap<'_>, value: Val, segment: &str) -> Option<Val> {
    match value {
        Val::Map(span) => heap.member(span, segment),
        Val::List(span) => heap.span(span).get(place(segment)?).copied(),
        _ => None,
    }
}

/// A segment as a place in a list: digits only.
pub(crate) fn place(segment: &str) -> Option<usize> {
    if segment.bytes().all(|byte| byte.is_ascii_digit()) { segment.parse().ok() } else { None }
}

/// Appends one segment of a JSON pointer (RFC 6901).
pub(crate) fn push_pointer(pointer: &mut String, segment: &str) {
    pointer.put_char('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.put_str("~0"),
            '/' => pointer.put_str("~1"),
            other => pointer.put_char(other),
        }
    }
}

/// The name that a segment of a JSON pointer stands for.
pub(crate) fn unescape(segment: &str) -> String {
    let mut name = String::new();
    let mut characters = segment.chars();
    while let Some(character) = characters.next() {
        name.put_char(match (character, characters.as_str().as_bytes().first()) {
            ('~', Some(b'0' | b'1')) => {
                if characters.next() == Some('1') {
                    '/'
                } else {
                    '~'
                }
            }
            _ => character,
        });
    }
    name
}

/// The JSON pointer of the value or name that begins at byte `at`.
pub(crate) fn pointer(document: &Document<'_>, at: u32) -> String {
    let mut pointer = String::new();
    let mut value = document.val(document.root);
    loop {
        let (span, wide, count) = match value {
            Val::List(span) => (span, 1, span.len),
            Val::Map(span) => (span, 2, span.len / 2),
            _ => return pointer,
        };
        // Items stand in the order of the text: the last one that begins at or before `at` holds it.
        let index = |item: u32| span.start.saturating_add(item.saturating_mul(wide));
        let mut low = 0;
        let mut high = count;
        while low < high {
            let middle = low.midpoint(high);
            if document.place(index(middle)) <= at { low = middle.saturating_add(1) } else { high = middle }
        }
        let Some(item) = low.checked_sub(1) else { return pointer };
        if wide == 2 {
            push_pointer(&mut pointer, document.string(index(item)));
            value = document.val(index(item).saturating_add(1));
        } else {
            pointer.put_char('/');
            write_integer(&mut pointer, i64::from(item));
            value = document.val(index(item));
        }
    }
}

/// A place in a text for people: both count from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Walks a text once for any number of ascending offsets.
pub(crate) struct Places<'t> {
    bytes: &'t [u8],
    at: usize,
    place: Place,
}

impl<'t> Places<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, place: Place { line: 1, column: 1 } }
    }

    /// The place of byte `at`, which must not lie before the last one asked for.
    pub(crate) fn place(&mut self, at: usize) -> Place {
        let end = at.min(self.bytes.len());
        for &byte in self.bytes.get(self.at..end).unwrap_or(&[]) {
            match byte {
                b'\n' => self.place = Place { line: self.place.line.saturating_add(1), column: 1 },
                // Continuation bytes of UTF-8 belong to the character before.
                0x80..=0xBF => {}
                _ => self.place.column = self.place.column.saturating_add(1),
            }
        }
        self.at = self.at.max(end);
        self.place
    }
}
