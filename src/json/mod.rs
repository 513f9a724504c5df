//! Bytes to values and back: the only place where text is read.

mod decimal;
pub(crate) mod document;
pub(crate) mod duplicates;
pub(crate) mod hash;
pub(crate) mod members;
pub(crate) mod number;
pub(crate) mod parse;
pub(crate) mod path;
mod place;
pub(crate) mod scan;
mod string;
pub(crate) mod value;
pub(crate) mod write;

pub(crate) use document::{Document, parse_document};
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) use parse::parse_copied;
pub(crate) use parse::{Problem, SyntaxError, parse_value};
pub(crate) use value::{Arena, Heap, Span, Src, Text, Val};
