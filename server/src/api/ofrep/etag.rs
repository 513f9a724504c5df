//! ETags of bulk answers. They are known before anything is evaluated, so that who has the answer costs nothing.
//!
//! `"<what>-<when>"`: `what` is a digest of the flags and of the context (and of the answers, where these change with the
//! time alone), `when` the [`Window`] of the stream ticket in the answer. A client that hears 304 keeps the ticket it has,
//! also the one from a cache that is days old; so 304 is said only while that ticket still opens a stream. Without it, a
//! provider whose stream broke would come back with a dead ticket, again and again.

use std::fmt::Write as _;

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

use crate::access::ticket::Window;

/// Bytes of the digest that an ETag shows.
const SHOWN: usize = 12;

/// Which answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Etag {
    what: [u8; SHOWN],
    when: Window,
}

impl Etag {
    /// That of the flags with this tag for a context. White space between the tokens of the context does not count, the
    /// order of its members does: a client writes the same context the same way, and where it does not, the answer is only
    /// worked out once more. `answers` are told where they change with the time.
    pub fn of(tag: &str, context: &str, answers: Option<&str>, when: Window) -> Self {
        let mut hash = Sha256::new();
        hash.update(tag);
        without_space(context.as_bytes(), |piece| hash.update(piece));
        if let Some(answers) = answers {
            hash.update(answers);
        }
        let mut what = [0; SHOWN];
        what.iter_mut().zip(hash.finalize()).for_each(|(shown, byte)| *shown = byte);
        Self { what, when }
    }

    /// The header.
    pub fn header(&self) -> HeaderValue {
        header(&format!("\"{self}\""))
    }

    /// The ETag that the client has, if it names this answer and a ticket that still holds.
    pub fn known(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = given.flat_map(|value| value.split(',')).map(str::trim);
        tags.find_map(|tag| match tag {
            "*" => Some(self.header()),
            // As some clients have lost the quotes, and weak comparison takes no notice of the mark, both are left off.
            tag => {
                let bare = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
                self.is(bare).then(|| header(&format!("\"{bare}\"")))
            }
        })
    }

    fn is(&self, bare: &str) -> bool {
        let Some((what, when)) = bare.split_once('-') else { return false };
        let mut own = String::with_capacity(SHOWN * 2);
        self.write_what(&mut own);
        what == own && u64::from_str_radix(when, 16).is_ok_and(|when| self.when.honours(when))
    }

    fn write_what(&self, out: &mut String) {
        for byte in self.what {
            for half in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
    }
}

impl std::fmt::Display for Etag {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::with_capacity(SHOWN * 2 + 12);
        self.write_what(&mut text);
        write!(text, "-{:x}", self.when.number())?;
        formatter.write_str(&text)
    }
}

/// Digits, quotes and a hyphen are a valid header.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The pieces of a JSON text without the white space between its tokens.
fn without_space(text: &[u8], mut take: impl FnMut(&[u8])) {
    let (mut inside, mut escaped, mut start) = (false, false, 0);
    for (place, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b' ' | b'\t' | b'\n' | b'\r' if !inside => {
                take(text.get(start..place).unwrap_or_default());
                start = place + 1;
            }
            _ => {}
        }
    }
    take(text.get(start..).unwrap_or_default());
}
