//! The event-sourced document, row by row: what is asked over HTTP. The log and its reducer have tests of their own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod changes;
mod history;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod wire;
