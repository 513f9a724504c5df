//! Where the log and the tables live. Every store passes the same contract (`tests/store`).

pub mod accounts;
pub mod evaluations;
mod log;
pub mod sqlite;

pub use self::accounts::{AccountStore, User};
pub use self::evaluations::EvaluationStore;
pub use self::log::{LogHead, LogStore, Snapshot};

/// Everything that must survive.
pub trait Store: LogStore + AccountStore + EvaluationStore {}

impl<T: LogStore + AccountStore + EvaluationStore> Store for T {}
