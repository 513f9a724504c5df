//! What happened, and what follows from it.

pub mod event;
pub mod ledger;
pub mod reduce;
pub mod state;
pub mod upcast;

pub use event::{Event, EventType, Scope, Subject};
pub use ledger::{Author, Draft, Ledger};
pub use state::State;
