//! Values of a document with their places: eight bytes each, because a document is read as a whole before anything of
//! it is kept.

use alloc::vec::Vec;

use super::value::{Span, Src, Text, Val, nth};
use crate::memory::Grow;

/// A value and the byte at which it begins: 27 bits for the place, enough for the longest document, 3 for the kind, and
/// 34 for what the kind needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed(u64);

const PLACE: u32 = 27;
const KIND: u32 = 3;
/// Bits of the length of a list or an object, below its start.
const LEN: u32 = 7;

const NULL: u64 = 0;
const BOOL: u64 = 1;
const INT: u64 = 2;
const TEXT: u64 = 3;
const LIST: u64 = 4;
const MAP: u64 = 5;
/// The value lies in the list of those that need more room.
const LARGE: u64 = 6;

impl Placed {
    /// Packs a value. What needs more room goes into `large`: doubles, long integers, decoded texts, long lists.
    pub(super) fn new(value: Val, at: u32, large: &mut Vec<Val>) -> Self {
        let (kind, content) = match value {
            Val::Null => (NULL, 0),
            Val::Bool(value) => (BOOL, u64::from(value)),
            Val::Int(number) if i32::try_from(number).is_ok() => (INT, u64::from(number.cast_unsigned() as u32)),
            // Behind its quote.
            Val::Str(Text { len, src: Src::Input, .. }) => (TEXT, u64::from(len)),
            Val::List(span) | Val::Map(span) if span.len >> LEN == 0 => {
                let kind = if matches!(value, Val::List(_)) { LIST } else { MAP };
                (kind, u64::from(span.start) << LEN | u64::from(span.len))
            }
            _ => {
                large.put(value);
                (LARGE, large.len().saturating_sub(1) as u64)
            }
        };
        Self((content << KIND | kind) << PLACE | u64::from(at))
    }

    #[inline]
    pub(super) fn place(self) -> u32 {
        self.0 as u32 & ((1 << PLACE) - 1)
    }

    /// Whether the value lies in the list of those that need more room.
    pub(super) fn is_large(self) -> bool {
        self.kind() == LARGE
    }

    #[inline]
    fn kind(self) -> u64 {
        self.0 >> PLACE & ((1 << KIND) - 1)
    }

    #[inline]
    pub(super) fn value(self, large: &[Val]) -> Val {
        let content = self.0 >> (PLACE + KIND);
        let low = content as u32;
        match self.kind() {
            BOOL => Val::Bool(low != 0),
            INT => Val::Int(i64::from(low.cast_signed())),
            TEXT => Val::Str(Text { start: self.place().wrapping_add(1), len: low, src: Src::Input }),
            LIST => Val::List(span(content)),
            MAP => Val::Map(span(content)),
            LARGE => nth(large, low as usize),
            _ => Val::Null,
        }
    }
}

#[inline]
fn span(content: u64) -> Span {
    Span { start: (content >> LEN) as u32, len: content as u32 & ((1 << LEN) - 1), src: Src::Input }
}
