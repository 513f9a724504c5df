//! What a flag document says.

pub(crate) mod diff;
pub(crate) mod metadata;
pub(crate) mod model;
pub(crate) mod parse;
pub(crate) mod set;

pub use model::Reason;
pub(crate) use model::{DefaultVariant, Flag, Outcome, Standing, Variant};
pub(crate) use set::Set;
