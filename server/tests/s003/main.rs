//! The configuration file's document: flags from a file that is followed, read over HTTP.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod content;
mod document;
mod faults;
mod files;
mod offline;
mod precedence;
mod reading;
mod watching;
