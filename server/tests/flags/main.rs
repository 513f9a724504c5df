//! What each document calls a flag, as the definition that the engine evaluates: taken strictly, and answered as the document
//! says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod buckets;
mod definitions;
mod documents;
mod probe;
