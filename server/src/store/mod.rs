//! Where the log and the tables live. Every store passes the same contract (`tests/store`).

pub mod accounts;
mod log;
pub mod sqlite;

pub use self::accounts::{AccountStore, User};
pub use self::log::{LogHead, LogStore, Snapshot};

/// Everything that must survive.
pub trait Store: LogStore + AccountStore {}

impl<T: LogStore + AccountStore> Store for T {}
