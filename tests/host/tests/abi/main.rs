//! The built module as a host meets it: what it contains, who owns memory, bad input, and limits.

mod bad_documents;
mod contents;
mod core;
mod core_memory;
mod doubles;
mod limits;
mod mutations;
mod ownership;
mod places;
mod short_memory;
mod slots;
mod state;
mod steps;
mod support;
