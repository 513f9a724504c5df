//! Values, rules, flag documents and contexts made of choices: mostly what an author means, now and then anything.

mod document;
mod rule;
mod value;

pub use document::{Flavour, context, document, flag_keys};
pub use rule::{OPERATORS, Rules};
pub use value::{name, scalar, value};
