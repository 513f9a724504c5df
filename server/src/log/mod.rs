//! What happened, and what follows from it.

pub mod event;
pub mod history;
pub mod ledger;
pub mod reduce;
pub mod replay;
pub mod snapshots;
pub mod state;
pub mod upcast;

pub use event::{Event, EventType, Scope, Subject};
pub use ledger::{Author, Draft, Ledger};
pub use replay::replay;
pub use snapshots::SnapshotPolicy;
pub use state::State;
