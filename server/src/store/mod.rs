//! Where the log and the tables live. Every store passes the same contract (`tests/store`).

mod log;
pub mod sqlite;

pub use self::log::{LogHead, LogStore, Snapshot};

/// Everything that must survive.
pub trait Store: LogStore {}

impl<T: LogStore> Store for T {}
