//! What happens to the data when something goes wrong: the real program, killed, starved of room, and given broken files.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod damage;
mod folder;
mod full;
mod killed;
mod program;
mod stopped;
