//! What the log asks of a store.

use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::error::{Result, sentences};
use crate::log::event::{Link, now};
use crate::log::{Event, Scope, State};

/// Events in order, and snapshots of what they lead to.
#[async_trait]
pub trait LogStore: Send + Sync + 'static {
    /// Appends events in one transaction, which is durable when this returns. Refused as
    /// [`Kind::Stale`](crate::error::Kind::Stale) where the log does not end at `after`.
    async fn append(&self, after: u64, events: &[Arc<Event>]) -> Result<()>;

    /// At most `limit` events after a place, in order. [`Kind::Gone`](crate::error::Kind::Gone) where some of them were
    /// compacted away.
    async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>>;

    /// The events of one flag that are still kept, by version.
    async fn flag_events(&self, scope: &Scope, key: &str) -> Result<Vec<Event>>;

    /// Where the log begins and ends.
    async fn head(&self) -> Result<LogHead>;

    /// Keeps a snapshot, and of older ones only the newest.
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<()>;

    /// The snapshots, newest first.
    async fn snapshots(&self) -> Result<Vec<Snapshot>>;

    /// Drops events up to a place, which a snapshot must cover; gives how many.
    async fn compact(&self, through: u64) -> Result<u64>;

    /// Ends its use; others may open it from then on.
    async fn close(&self);
}

/// Where the log begins and ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogHead {
    /// The place of the last event that was ever appended; 0 where there was none.
    pub last: u64,
    /// Up to which place events were compacted away; 0 where all are there.
    pub compacted: u64,
}

/// A state as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The place of the last event that it holds.
    pub seq: u64,
    /// The chain's link at that place.
    pub chain: Link,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// The state as JSON.
    pub body: Vec<u8>,
    /// SHA-256 of the body.
    pub digest: Link,
}

impl Snapshot {
    /// A snapshot of a state, made now.
    pub fn of(state: &State) -> Self {
        // Serialising a structure of strings, numbers and JSON values does not fail.
        let body = serde_json::to_vec(state).unwrap_or_default();
        let (seq, chain, created_ms) = (state.seq, state.chain, now().timestamp_millis());
        Self { seq, chain, created_ms, digest: digest(&body), body }
    }

    /// The state, if the snapshot is whole.
    pub fn state(&self) -> Result<State> {
        if digest(&self.body) != self.digest {
            return Err(sentences::unreadable_snapshot(self.seq, &"its digest does not fit its content"));
        }
        serde_json::from_slice(&self.body).map_err(|error| sentences::unreadable_snapshot(self.seq, &error))
    }
}

fn digest(body: &[u8]) -> Link {
    Link(Sha256::digest(body).into())
}
