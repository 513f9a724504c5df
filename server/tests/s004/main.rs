//! The platform's document, row by row.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod admin;
mod client;
mod evaluation;
mod proxy;
#[path = "../support/mod.rs"]
mod support;
