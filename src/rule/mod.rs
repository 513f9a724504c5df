//! Targeting to compiled rule: references resolved, operators checked, what a rule reads written down.

pub(crate) mod code;
pub(crate) mod compile;
mod data;
mod operation;
pub(crate) mod operator;
pub(crate) mod program;
pub(crate) mod refs;
mod shared;
pub(crate) mod special;

pub(crate) use code::{Code, Loop, SPREAD};
pub(crate) use data::PRESENT;
pub use operator::Fractional;
pub(crate) use operator::Operator;
pub(crate) use program::{Program, Rule};
