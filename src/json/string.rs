//! Strings of a JSON text: where they end, and what their escapes stand for.

use super::parse::{Parsed, Parser, Problem, SyntaxError};
use super::value::{Arena, Src, Text, index};
use crate::memory::GrowText;

impl Parser<'_> {
    /// Reads a string; without escapes it stays where it is, otherwise it is decoded.
    #[inline]
    pub(super) fn text(&mut self, arena: &mut Arena) -> Parsed<Text> {
        match plain_end(self.bytes, self.pos) {
            Some(end) if !self.copy => {
                let start = self.pos.saturating_add(1);
                self.pos = end.saturating_add(1);
                Ok(Text { start: index(start), len: index(end.saturating_sub(start)), src: Src::Input })
            }
            _ => self.string(arena),
        }
    }

    /// Decodes a string into the arena.
    #[inline(never)]
    fn string(&mut self, arena: &mut Arena) -> Parsed<Text> {
        self.bump();
        let begin = arena.text.len();
        loop {
            let from = self.pos;
            self.plain_run()?;
            arena.text.put_str(self.text.get(from..self.pos).unwrap_or(""));
            if self.peek() == Some(b'"') {
                break;
            }
            let decoded = self.escape()?;
            arena.text.put_char(decoded);
        }
        self.bump();
        Ok(arena.text_since(begin, Src::Scratch))
    }

    /// Moves to the next quote or backslash.
    #[inline]
    pub(crate) fn plain_run(&mut self) -> Parsed<()> {
        let rest = self.bytes.get(self.pos..).unwrap_or(&[]);
        self.pos = self.pos.saturating_add(plain_len(rest));
        match self.peek() {
            Some(b'"' | b'\\') => Ok(()),
            Some(_) => self.fail(Problem::Control),
            None => self.fail(Problem::Truncated),
        }
    }

    /// The character that an escape stands for; moves behind it.
    pub(crate) fn escape(&mut self) -> Parsed<char> {
        let start = self.pos;
        self.bump();
        let decoded = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return self.fail(Problem::Escape),
        };
        self.bump();
        Ok(decoded)
    }

    fn unicode(&mut self, start: usize) -> Parsed<char> {
        let lone = SyntaxError { problem: Problem::Surrogate, at: start };
        let first = self.hex()?;
        let code = match first {
            0xD800..=0xDBFF => {
                if self.peek() != Some(b'\\') {
                    return Err(lone);
                }
                self.bump();
                if self.peek() != Some(b'u') {
                    return Err(lone);
                }
                let second = self.hex()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(lone);
                }
                // The ten low bits of each half are an offset from 0x10000.
                0x10000u32.wrapping_add((first & 0x3FF) << 10 | (second & 0x3FF))
            }
            other => other,
        };
        char::from_u32(code).ok_or(lone)
    }

    /// The four hexadecimal digits behind the `u` at the current byte.
    fn hex(&mut self) -> Parsed<u32> {
        self.bump();
        let mut code = 0u32;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            match digit {
                Some(digit) => code = code << 4 | digit,
                None => return self.fail(Problem::Escape),
            }
            self.bump();
        }
        Ok(code)
    }
}

/// The end of a string without escapes whose opening quote stands at `at`: the place of its closing quote.
#[inline]
pub(super) fn plain_end(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let start = at.saturating_add(1);
    let end = start.saturating_add(plain_len(bytes.get(start..)?));
    (*bytes.get(end)? == b'"').then_some(end)
}

/// How many bytes stand before the first quote, backslash or control character.
#[inline]
fn plain_len(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut len = 0usize;
    for word in words {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return len.saturating_add((found.trailing_zeros() / 8) as usize);
        }
        len = len.saturating_add(8);
    }
    let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    len.saturating_add(rest.iter().position(is_special).unwrap_or(rest.len()))
}

/// The high bit of each of eight bytes that is a quote, a backslash or a control character. A byte above the first one
/// found may be marked by mistake (a borrow runs upwards), so only the first one counts.
#[inline]
fn special(word: u64) -> u64 {
    // A quote with its second bit flipped is a space, and what was a space lies above it: one test finds both kinds.
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let control = word ^ ONES.wrapping_mul(2);
    let backslash = word ^ ONES.wrapping_mul(b'\\' as u64);
    let borrows = control.wrapping_sub(ONES.wrapping_mul(0x21)) | backslash.wrapping_sub(ONES);
    // The bytes looked for are ASCII, so that a flipped byte has the high bit that it had.
    borrows & !word & HIGH
}
