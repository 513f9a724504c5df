//! What every store must do. The contract takes the store as a parameter, so that another store is one more line here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod contract;
mod place;
mod schema;

use place::SqliteFolder;

contract::for_store!(sqlite, SqliteFolder);
