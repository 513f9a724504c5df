//! Who asks, and what they may do: keys, users, tokens, roles, and the shell around all requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod cast;
mod injection;
mod keys;
mod matrix;
mod rates;
mod roles;
mod secrets;
mod shell;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
mod users;
