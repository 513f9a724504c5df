//! One pass over a context that reads only the wanted top-level keys and still checks the whole text.

use super::parse::{Parsed, Parser, Problem, SyntaxError};
use super::string::plain_end;
use super::value::{Arena, Heap, Val};
use crate::limits::Limits;

/// The bit of the innermost container: set for an object.
const OBJECT: u128 = 1;

/// Reads `text` and puts the values of the top-level keys for which `wanted` gives a place into `found`.
///
/// A text that is valid JSON but no object wants nothing: it counts as the empty context.
pub(crate) fn top_level(
    text: &str,
    limits: &Limits,
    wanted: &dyn Fn(&str) -> Option<usize>,
    arena: &mut Arena,
    found: &mut [Option<Val>],
) -> Parsed<()> {
    let mut parser = Parser::new(text, limits);
    parser.skip_space();
    if parser.peek() != Some(b'{') {
        skip(&mut parser)?;
        return parser.end();
    }
    parser.descend()?;
    parser.skip_space();
    if parser.peek() == Some(b'}') {
        parser.ascend();
        return parser.end();
    }
    loop {
        let place = match simple_name(text, parser.pos) {
            Some((name, value)) => {
                parser.pos = value;
                wanted(name)
            }
            None => {
                let mark = arena.text.len();
                let name = parser.name(arena)?;
                let heap = Heap { pool: arena, input: text, scratch: arena };
                let place = wanted(heap.text(name));
                arena.text.truncate(mark);
                place
            }
        };
        match place.and_then(|place| found.get_mut(place)) {
            Some(slot) => *slot = Some(parser.value(arena)?),
            None => match plain_end(parser.bytes, parser.pos) {
                Some(quote) => parser.pos = quote.saturating_add(1),
                None => skip(&mut parser)?,
            },
        }
        if let Some(next) = simple_comma(parser.bytes, parser.pos) {
            parser.pos = next;
        } else if !parser.next(b'}')? {
            parser.ascend();
            return parser.end();
        }
    }
}

/// A name without escapes with its colon, and where its value begins, as nearly every context spells it: with one space
/// or none. Everything else, errors too, is left to the parser.
#[inline]
fn simple_name(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let quote = plain_end(bytes, at)?;
    let colon = quote.saturating_add(1);
    if *bytes.get(colon)? != b':' {
        return None;
    }
    let value = after_space(bytes, colon.saturating_add(1))?;
    Some((text.get(at.saturating_add(1)..quote)?, value))
}

/// Where the next member begins, if a comma and one space or none lead to it.
#[inline]
fn simple_comma(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b',' {
        return None;
    }
    after_space(bytes, at.saturating_add(1))
}

/// The place behind one space or none, if no further white space stands there.
#[inline]
fn after_space(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at.saturating_add(usize::from(*bytes.get(at)? == b' '));
    (!matches!(bytes.get(at)?, b' ' | b'\n' | b'\t' | b'\r')).then_some(at)
}

/// Checks the value that begins here and builds nothing. Its nesting is kept as bits, so nothing recurses.
fn skip(parser: &mut Parser<'_>) -> Parsed<()> {
    if parser.peek() == Some(b'"') {
        return skip_string(parser);
    }
    let mut containers: u128 = 0;
    let mut open = 0u32;
    loop {
        let opened = match parser.peek() {
            Some(b'{') => Some(OBJECT),
            Some(b'[') => Some(0),
            _ => None,
        };
        match opened {
            Some(kind) => {
                parser.descend()?;
                parser.skip_space();
                containers = containers << 1 | kind;
                open = open.saturating_add(1);
                if parser.peek() != Some(closing(kind)) {
                    if kind == OBJECT {
                        skip_name(parser)?;
                    }
                    continue;
                }
            }
            None => skip_scalar(parser)?,
        }
        // Behind a value, or at the bracket that closes an empty container.
        loop {
            if open == 0 {
                return Ok(());
            }
            let kind = containers & OBJECT;
            if parser.next(closing(kind))? {
                if kind == OBJECT {
                    skip_name(parser)?;
                }
                break;
            }
            parser.ascend();
            containers >>= 1;
            open = open.saturating_sub(1);
        }
    }
}

#[inline]
fn closing(kind: u128) -> u8 {
    if kind == OBJECT { b'}' } else { b']' }
}

fn skip_name(parser: &mut Parser<'_>) -> Parsed<()> {
    if parser.peek() != Some(b'"') {
        return parser.fail(Problem::Name);
    }
    skip_string(parser)?;
    parser.colon()
}

fn skip_scalar(parser: &mut Parser<'_>) -> Parsed<()> {
    match parser.peek() {
        Some(b'"') => skip_string(parser),
        Some(b't') => parser.word("true", ()),
        Some(b'f') => parser.word("false", ()),
        Some(b'n') => parser.word("null", ()),
        Some(b'-' | b'0'..=b'9') => {
            let at = parser.skip_space();
            let (text, shape) = parser.number_text()?;
            if shape.overflows(text) { Err(SyntaxError { problem: Problem::Range, at }) } else { Ok(()) }
        }
        _ => parser.fail(Problem::Value),
    }
}

#[inline]
fn skip_string(parser: &mut Parser<'_>) -> Parsed<()> {
    parser.bump();
    loop {
        parser.plain_run()?;
        if parser.peek() == Some(b'"') {
            parser.bump();
            return Ok(());
        }
        parser.escape()?;
    }
}
