//! The runner for what is written in Rust.

pub mod bulk;
pub mod clock;
pub mod evaluations;
pub mod index;
pub mod options;
pub mod profile;
pub mod results;
pub mod subjects;
pub mod updates;
mod versions;
