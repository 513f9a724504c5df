//! Values to JSON text.

use alloc::string::String;

use super::number::{Style, write_double, write_integer};
use super::value::{Heap, Val};
use crate::memory::GrowText;

/// Why a value could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// Nested too deep.
    Depth,
    /// The text would be longer than it may be.
    Size,
}

/// Appends a string with its quotes.
pub(crate) fn string(out: &mut String, text: &str) {
    out.put_char('"');
    inside(out, text);
    out.put_char('"');
}

/// Appends what stands between the quotes of a string.
pub(crate) fn inside(out: &mut String, text: &str) {
    let mut rest = text;
    // Everything up to a byte that needs an escape is copied in one piece; such bytes are ASCII, so cuts are clean.
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.put_str(plain);
        escape(out, tail.bytes().next().unwrap_or(b'"'));
        rest = tail.get(1..).unwrap_or("");
    }
    out.put_str(rest);
}

fn escape(out: &mut String, byte: u8) {
    match byte {
        b'"' => out.put_str("\\\""),
        b'\\' => out.put_str("\\\\"),
        b'\n' => out.put_str("\\n"),
        b'\r' => out.put_str("\\r"),
        b'\t' => out.put_str("\\t"),
        0x08 => out.put_str("\\b"),
        0x0c => out.put_str("\\f"),
        other => {
            out.put_str("\\u00");
            for digit in [other >> 4, other & 0xF] {
                out.put_char(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
    }
}

/// Appends a value. `depth` levels may be nested and `out` may grow to `size` bytes.
pub(crate) fn value(
    out: &mut String,
    heap: &Heap<'_>,
    value: Val,
    style: Style,
    depth: u32,
    size: usize,
) -> Result<(), Overflow> {
    if out.len() > size {
        return Err(Overflow::Size);
    }
    match value {
        Val::Null => out.put_str("null"),
        Val::Bool(true) => out.put_str("true"),
        Val::Bool(false) => out.put_str("false"),
        Val::Int(number) => write_integer(out, number),
        Val::Num(number) => write_double(out, number, style),
        Val::Str(text) => string(out, heap.text(text)),
        Val::List(span) => {
            let depth = depth.checked_sub(1).ok_or(Overflow::Depth)?;
            out.put_char('[');
            for place in 0..span.len {
                if place > 0 {
                    out.put_char(',');
                }
                self::value(out, heap, heap.item(span, place), style, depth, size)?;
            }
            out.put_char(']');
        }
        Val::Map(span) => {
            let depth = depth.checked_sub(1).ok_or(Overflow::Depth)?;
            out.put_char('{');
            for place in 0..span.len {
                if place & 1 == 1 {
                    out.put_char(':');
                } else if place > 0 {
                    out.put_char(',');
                }
                self::value(out, heap, heap.item(span, place), style, depth, size)?;
            }
            out.put_char('}');
        }
    }
    Ok(())
}

/// Writes an object member by member.
pub(crate) struct Members<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Members<'o> {
    pub(crate) fn begin(out: &'o mut String) -> Self {
        out.put_char('{');
        Self { out, empty: true }
    }

    /// Begins a member; its value is what is appended next.
    pub(crate) fn name(&mut self, name: &str) -> &mut String {
        if !self.empty {
            self.out.put_char(',');
        }
        self.empty = false;
        string(self.out, name);
        self.out.put_char(':');
        self.out
    }

    pub(crate) fn string(&mut self, name: &str, value: &str) {
        string(self.name(name), value);
    }

    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        self.name(name).put_str(json);
    }

    pub(crate) fn integer(&mut self, name: &str, value: i64) {
        write_integer(self.name(name), value);
    }

    pub(crate) fn end(self) {
        self.out.put_char('}');
    }
}

/// Appends an array of what `each` writes.
pub(crate) fn array<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut String, T)) {
    out.put_char('[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.put_char(',');
        }
        each(out, item);
    }
    out.put_char(']');
}
