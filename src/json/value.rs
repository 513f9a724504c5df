//! The data model: 16-byte values that point into an arena instead of owning memory.
//!
//! A value is `Copy`, so the evaluator's stack is a plain vector that keeps its capacity between evaluations. Where a
//! string or list lies is told by its [`Src`]; a [`Heap`] brings the three places together for reading.

#[cfg(feature = "fast")]
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

#[cfg(feature = "fast")]
use super::duplicates::Names;
use super::place::Placed;
use crate::memory::{Grow, GrowText};

/// Where a string or a list lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Src {
    /// What was compiled once and lives as long as the flags.
    Pool,
    /// The text that is being read: strings without escapes, and lists of a document, which keeps their items.
    Input,
    /// What was decoded or built during this call.
    Scratch,
}

/// A string: bytes `start..start + len` of its source, always on character boundaries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    pub(crate) start: u32,
    pub(crate) len: u32,
    pub(crate) src: Src,
}

/// A run of values. A list has its items here; an object has key, value, key, value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
    pub(crate) src: Src,
}

impl Text {
    pub(crate) const EMPTY: Self = Self { start: 0, len: 0, src: Src::Pool };
}

impl Span {
    pub(crate) const EMPTY: Self = Self { start: 0, len: 0, src: Src::Pool };

    /// The indexes of the members of an object: of each, its key; the value is the next one. Spans lie in an arena, whose
    /// indexes are 32 bits, so nothing wraps.
    pub(crate) fn members(self) -> impl Iterator<Item = u32> + Clone {
        (0..self.len / 2).map(move |member| self.start.wrapping_add(member.wrapping_mul(2)))
    }

    /// The indexes of the items of a list.
    pub(crate) fn items(self) -> core::ops::Range<u32> {
        self.start..self.start.wrapping_add(self.len)
    }
}

/// A JSON value. Integers that fit 64 bits are exact; every other number is a finite double.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Val {
    Null,
    Bool(bool),
    Int(i64),
    Num(f64),
    Str(Text),
    List(Span),
    Map(Span),
}

/// The integer that a double is, if its magnitude lies below 2^63: at that bound the double stands for other integers
/// as well.
pub(crate) fn whole(value: f64) -> Option<i64> {
    let integer = value as i64;
    (value.abs() < 9_223_372_036_854_775_808.0 && integer as f64 == value).then_some(integer)
}

/// Whether two runs of bytes are the same, eight at a time: the compiler's own comparison takes them one by one on this
/// target.
pub(crate) fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    let (left_words, left_rest) = left.as_chunks::<8>();
    let (right_words, right_rest) = right.as_chunks::<8>();
    let same_word = |(left, right): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*left) == u64::from_le_bytes(*right);
    left.len() == right.len()
        && left_words.iter().zip(right_words).all(same_word)
        && left_rest.iter().zip(right_rest).all(|(left, right)| left == right)
}

/// Whether two values are the same boolean, integer or text; nothing else counts as the same.
pub(crate) fn same_constant(left: Val, left_heap: &Heap<'_>, right: Val, right_heap: &Heap<'_>) -> bool {
    match (left, right) {
        (Val::Bool(left), Val::Bool(right)) => left == right,
        (Val::Int(left), Val::Int(right)) => left == right,
        (Val::Str(left), Val::Str(right)) => same_bytes(left_heap.bytes(left), right_heap.bytes(right)),
        _ => false,
    }
}

/// A value of a list; null where there is none.
#[cfg_attr(feature = "fast", inline)]
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn nth(values: &[Val], place: usize) -> Val {
    values.get(place).map_or(Val::Null, |value| *value)
}

/// How many characters a text has: continuation bytes of UTF-8 belong to the character before.
pub(crate) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count()
}

impl Val {
    /// What the value is called in a sentence.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Num(_) => "a number",
            Self::Str(_) => "a string",
            Self::List(_) => "an array",
            Self::Map(_) => "an object",
        }
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }
}

/// Owned storage for decoded strings and for the items of lists and objects.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    pub(crate) text: String,
    pub(crate) vals: Vec<Val>,
    /// Items of lists and objects that are still being read.
    pub(super) pending: Vec<Val>,
    /// The values of a document, each with its place; `vals` has those of them that need more room.
    pub(super) placed: Vec<Placed>,
    /// Memory for the search for names that stand twice; the core module takes it anew each time.
    #[cfg(feature = "fast")]
    pub(crate) names: Option<Box<Names>>,
}

impl Arena {
    pub(crate) const fn new() -> Self {
        Self {
            text: String::new(),
            vals: Vec::new(),
            pending: Vec::new(),
            placed: Vec::new(),
            #[cfg(feature = "fast")]
            names: None,
        }
    }

    /// Forgets the contents and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.vals.clear();
        self.pending.clear();
        self.placed.clear();
    }

    /// Copies a string in and tells where it lies.
    pub(crate) fn text(&mut self, text: &str, src: Src) -> Text {
        let start = index(self.text.len());
        self.text.put_str(text);
        Text { start, len: index(text.len()), src }
    }

    /// The bytes pushed since `start`, as a string.
    pub(crate) fn text_since(&self, start: usize, src: Src) -> Text {
        Text { start: index(start), len: index(self.text.len().saturating_sub(start)), src }
    }

    /// Copies values in and tells where they lie.
    pub(crate) fn list(&mut self, items: &[Val], src: Src) -> Span {
        let start = index(self.vals.len());
        self.vals.put_all(items);
        Span { start, len: index(items.len()), src }
    }

    #[inline]
    pub(crate) fn val(&self, index: u32) -> Val {
        nth(&self.vals, index as usize)
    }

    /// A value of a document.
    #[cfg_attr(feature = "fast", inline)]
    #[cfg_attr(not(feature = "fast"), inline(never))]
    pub(super) fn placed(&self, index: u32) -> Val {
        self.placed.get(index as usize).map_or(Val::Null, |value| value.value(&self.vals))
    }
}

/// An index as it is kept in values. Texts are limited to 100 MiB and steps bound what is built, so nothing saturates;
/// if something did, the lookup would give an empty string.
#[inline]
pub(crate) fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Read access to everything a value may point into.
#[derive(Clone, Copy)]
pub(crate) struct Heap<'a> {
    pub(crate) pool: &'a Arena,
    pub(crate) input: &'a str,
    pub(crate) scratch: &'a Arena,
}

impl<'a> Heap<'a> {
    pub(crate) fn text(&self, text: Text) -> &'a str {
        let source: &'a str = match text.src {
            Src::Pool => &self.pool.text,
            Src::Input => self.input,
            Src::Scratch => &self.scratch.text,
        };
        let start = text.start as usize;
        source.get(start..start.saturating_add(text.len as usize)).unwrap_or("")
    }

    /// The same as bytes: quicker, because nothing has to be a boundary of characters.
    #[inline]
    pub(crate) fn bytes(&self, text: Text) -> &'a [u8] {
        let source: &'a [u8] = match text.src {
            Src::Pool => self.pool.text.as_bytes(),
            Src::Input => self.input.as_bytes(),
            Src::Scratch => self.scratch.text.as_bytes(),
        };
        let start = text.start as usize;
        source.get(start..start.saturating_add(text.len as usize)).unwrap_or(&[])
    }

    #[inline]
    pub(crate) fn span(&self, span: Span) -> &'a [Val] {
        let source: &'a [Val] = match span.src {
            Src::Pool => &self.pool.vals,
            // Values of a document are read one by one.
            Src::Input => &[],
            Src::Scratch => &self.scratch.vals,
        };
        let start = span.start as usize;
        source.get(start..start.saturating_add(span.len as usize)).unwrap_or(&[])
    }

    /// An item of a list or an object, wherever that lies.
    pub(crate) fn item(&self, span: Span, place: u32) -> Val {
        match span.src {
            Src::Input => self.scratch.placed(span.start.wrapping_add(place)),
            _ => nth(self.span(span), place as usize),
        }
    }

    /// The members of an object, keys decoded.
    pub(crate) fn members(&self, span: Span) -> impl Iterator<Item = (&'a str, Val)> + use<'a> {
        let heap = *self;
        self.span(span).chunks_exact(2).map(move |pair| match pair {
            [Val::Str(key), value] => (heap.text(*key), *value),
            _ => ("", Val::Null),
        })
    }

    /// The value of a member; the last one wins where a key stands twice.
    pub(crate) fn member(&self, span: Span, key: &str) -> Option<Val> {
        let is_named = |name: Text| name.len as usize == key.len() && same_bytes(self.bytes(name), key.as_bytes());
        self.span(span).chunks_exact(2).rev().find_map(|pair| match *pair {
            [Val::Str(name), value] if is_named(name) => Some(value),
            _ => None,
        })
    }
}
