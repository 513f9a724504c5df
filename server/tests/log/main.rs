//! The log: what its events are, what follows from them, and what can be done with it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod compact;
mod events;
mod export;
mod fixture;
mod functions;
mod history;
mod import;
mod random;
mod released;
mod replay;
mod verify;
mod writer;
