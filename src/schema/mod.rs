//! JSON Schema as far as the two files in `schemas/` need it: the table made of them, and the walk over a document.

mod check;
mod node;
mod pattern;
mod report;
#[rustfmt::skip]
mod table;

pub(crate) use check::check;
