//! Sentences about text that is not JSON.

use alloc::string::String;
use alloc::vec::Vec;

use super::finding::Rule;
use super::sentences::{Put, say};
use super::{Error, Finding};
use crate::json::path::Places;
use crate::json::{Problem, SyntaxError};
use crate::memory::GrowText;

pub(super) fn problem(problem: Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::Truncated => ("the text ends inside a value", "check that all of it was written and sent"),
        Problem::Value => ("a value was expected", "strings need double quotes, and a comma needs a value behind it"),
        Problem::Separator => ("`,` or a closing bracket was expected", "put a comma between two items"),
        Problem::Name => ("a name in double quotes was expected", "quote the name, and put no comma before `}`"),
        Problem::Colon => ("`:` was expected behind the name", "write `\"name\": value`"),
        Problem::Trailing => ("something stands behind the end of the value", "a text holds one JSON value"),
        Problem::Control => ("a control character stands in a string", "write it as an escape such as `\\n`"),
        Problem::Escape => (
            "an escape in a string is unknown",
            "use one of `\\\"` `\\\\` `\\/` `\\b` `\\f` `\\n` `\\r` `\\t` `\\uXXXX`",
        ),
        Problem::Surrogate => {
            ("a `\\u` escape is half of a surrogate pair", "write the character itself, or both halves")
        }
        Problem::Number => {
            ("a number is malformed", "write it like `-12`, `0.5` or `1e6`, without leading zeros or a bare point")
        }
        Problem::Range => ("a number is too large for a double", "keep it below 1.8e308, or write it as a string"),
        Problem::Depth => ("JSON nesting depth exceeds the limit of 128", "flatten the value"),
        Problem::Utf8 => ("the text is not UTF-8", "save it in UTF-8"),
    }
}

fn problem_rule(problem: Problem) -> Rule {
    match problem {
        Problem::Depth => Rule::JsonDepth,
        Problem::Range => Rule::JsonNumber,
        Problem::Utf8 => Rule::Utf8,
        _ => Rule::JsonSyntax,
    }
}

/// The place of a syntax error in its text: line and column.
pub(crate) fn place(bytes: &[u8], error: SyntaxError) -> (u32, u32) {
    let place = Places::new(bytes).place(error.at);
    (place.line, place.column)
}

/// Appends that something cannot be read, why, and where.
#[inline(never)]
pub(super) fn unreadable(out: &mut String, put: Put, pieces: [&str; 2], (line, column): (u32, u32), byte: usize) {
    let pattern = "% cannot be read: % at line @, column @ (byte @)";
    say(out, put, pattern, &pieces, &[line as usize, column as usize, byte]);
}

/// A text (`what`, for example "the flag document") that is not JSON.
pub(crate) fn not_json(what: &str, bytes: &[u8], error: SyntaxError) -> Error {
    let (line, column) = place(bytes, error);
    let (message, hint) = match bytes {
        [] => ("the text is empty", "check the pointer and the length, or that the file was written"),
        _ => problem(error.problem),
    };
    let mut sentence = String::new();
    unreadable(&mut sentence, String::put_str, [what, message], (line, column), error.at);
    let finding = Finding {
        rule: problem_rule(error.problem).id(),
        path: String::new(),
        line,
        column,
        flag: None,
        message: String::from(message),
        hint: Some(String::from(hint)),
    };
    Error::with_findings(sentence, Vec::from([finding]), 0)
}
