//! What happened, and what follows from it.

pub mod compact;
pub mod event;
pub mod export;
pub mod history;
pub mod import;
pub mod ledger;
pub mod reduce;
pub mod replay;
pub mod snapshots;
pub mod state;
pub mod stream;
pub mod upcast;
pub mod verify;
pub mod versions;

pub use event::{Event, EventType, Scope, Subject};
pub use ledger::{Author, Draft, Ledger};
pub use replay::{Progress, replay};
pub use snapshots::SnapshotPolicy;
pub use state::State;
