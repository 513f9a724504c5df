//! What the log asks of a store.

use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result, sentences};
use crate::log::event::{Link, now};
use crate::log::upcast::upcast;
use crate::log::{Event, Scope, State};

/// Events in order, and snapshots of what they lead to.
#[async_trait]
pub trait LogStore: Send + Sync + 'static {
    /// Appends events in one transaction, which is durable when this returns. Refused as
    /// [`Kind::Stale`](crate::error::Kind::Stale) where the log does not end at `after`; the first event must have the
    /// place after it, and the others follow without gaps.
    async fn append(&self, after: u64, events: &[Arc<Event>]) -> Result<()>;

    /// At most `limit` events after a place, in order and without gaps, in the form in which they were written: what the
    /// chain is made of. [`Kind::Gone`](crate::error::Kind::Gone) where some of them were compacted away.
    async fn written_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>>;

    /// The same in today's form.
    async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>> {
        Ok(self.written_after(seq, limit).await?.into_iter().map(upcast).collect())
    }

    /// The digests that events had when they were appended, as [`written_after`](Self::written_after) has the events.
    async fn digests_after(&self, seq: u64, limit: u32) -> Result<Vec<String>>;

    /// The events of one flag's key that are still kept, in order and in today's form. Those of a former environment of
    /// that name are among them.
    async fn flag_events(&self, scope: &Scope, key: &str) -> Result<Vec<Event>>;

    /// Where the log begins and ends.
    async fn head(&self) -> Result<LogHead>;

    /// Up to which place every event happened before this moment; 0 where the first one did not.
    async fn last_before(&self, ts_ms: i64) -> Result<u64>;

    /// Keeps a snapshot. Of all snapshots the two newest stay, and the one where the log begins after a compaction.
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<()>;

    /// The places of all snapshots, newest first.
    async fn snapshot_places(&self) -> Result<Vec<u64>>;

    /// The snapshot of a place.
    async fn snapshot(&self, seq: u64) -> Result<Option<Snapshot>>;

    /// Lets the log begin after a snapshot, which is kept for as long as it does: one of its own or, where it is empty, one of
    /// another log. Events up to it are no longer given; the room that they take is freed by [`free`](Self::free).
    async fn compact(&self, base: &Snapshot) -> Result<()>;

    /// Frees the room of at most `limit` events that were compacted away; gives of how many, 0 once none is left.
    async fn free(&self, limit: u32) -> Result<u64>;

    /// Ends all use of the store, so that another process can open it.
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
    /// The form of the state: [`State::FORM`] of the program that made it.
    pub form: u32,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// The state as JSON.
    pub body: Vec<u8>,
    /// SHA-256 of the body.
    pub digest: Link,
}

impl Snapshot {
    /// A snapshot of a state, made now. It takes a while for thousands of flags.
    pub fn of(state: &State) -> Result<Self> {
        let body = serde_json::to_vec(state).map_err(|error| sentences::unreadable_snapshot(state.seq, &error))?;
        let (seq, chain, created_ms) = (state.seq, state.chain, now().timestamp_millis());
        Ok(Self { seq, chain, form: State::FORM, created_ms, digest: digest(&body), body })
    }

    /// The state, if the snapshot is whole.
    pub fn state(&self) -> Result<State> {
        let broken = |reason: &str| -> Error { sentences::unreadable_snapshot(self.seq, &reason) };
        if digest(&self.body) != self.digest {
            return Err(broken("its digest does not fit its content"));
        }
        let state: State =
            serde_json::from_slice(&self.body).map_err(|error| sentences::unreadable_snapshot(self.seq, &error))?;
        if (state.seq, state.chain) != (self.seq, self.chain) {
            return Err(broken("its content is of another place"));
        }
        Ok(state)
    }
}

fn digest(body: &[u8]) -> Link {
    Link(Sha256::digest(body).into())
}
