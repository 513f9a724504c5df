//! Changes, told to everybody who listens: one broadcast, from which each interface's streams take frames of their form.
//!
//! ```text
//! publish ─► Hub (a ring of messages) ─► Follower, one a stream: first the log, then what is told ─► frames
//!                     └► Message: its frame of each form is made once, and shared by all streams
//! ```

pub mod delta;
pub mod follow;
pub mod frame;
pub mod hub;
pub mod message;

pub use follow::{Follower, May, Since, Wish};
pub use frame::{Format, Replay, Said, Slot};
pub use hub::{Hub, Seat};
pub use message::{Message, Place};
