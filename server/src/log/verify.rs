//! Whether the log is what was appended: each event against its digest, the chain against the snapshots, and snapshots against
//! what a replay leads to.

use serde::Serialize;

use super::replay::PAGE;
use super::{Event, Progress, State, reduce};
use crate::error::{Error, Result, sentences};
use crate::store::Store;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Where the log begins: events up to this place were compacted away.
    pub from: u64,
    /// The place of the last event that was looked at.
    pub to: u64,
    /// The places of the snapshots that agree with it.
    pub snapshots: Vec<u64>,
    /// The link of the chain after the last event, to compare with a copy or with a note of it.
    pub chain: String,
    /// What does not agree, if anything.
    pub broken: Option<Break>,
}

/// Where the log first is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// The place of the event or the snapshot.
    pub seq: u64,
    /// One sentence.
    pub reason: String,
}

impl Break {
    fn at(seq: u64, error: &Error) -> Self {
        Self { seq, reason: error.message().to_owned() }
    }
}

/// Walks the whole log, from where it begins. An error is a store that cannot be read at all.
pub async fn verify(store: &dyn Store, progress: Progress<'_>) -> Result<Verdict> {
    loop {
        let head = store.head().await?;
        let mut walk = Walk { store, state: State::default(), snapshots: Vec::new() };
        let broken = walk.all(head.compacted, head.last, &mut *progress).await.err();
        // Somebody compacted it meanwhile: it begins elsewhere now.
        if broken.is_some() && store.head().await?.compacted != head.compacted {
            continue;
        }
        let Walk { state, snapshots, .. } = walk;
        return Ok(Verdict { from: head.compacted, to: state.seq, snapshots, chain: state.chain.to_string(), broken });
    }
}

struct Walk<'s> {
    store: &'s dyn Store,
    state: State,
    snapshots: Vec<u64>,
}

impl Walk<'_> {
    async fn all(&mut self, from: u64, last: u64, progress: Progress<'_>) -> Result<(), Break> {
        let mut places = self.store.snapshot_places().await.map_err(|error| Break::at(from, &error))?;
        places.sort_unstable();
        if from > 0 {
            self.begin(from).await.map_err(|error| Break::at(from, &error))?;
        }
        while self.state.seq < last {
            for (event, digest) in self.page().await? {
                self.one(&event, &digest)?;
                if places.binary_search(&event.seq).is_ok() {
                    self.compare().await?;
                }
            }
            progress(self.state.seq.min(last) - from, last - from);
        }
        match places.last().filter(|place| **place > self.state.seq.max(last)) {
            Some(place) => Err(Break::at(*place, &sentences::events_missing(self.state.seq, *place))),
            None => Ok(()),
        }
    }

    /// Begins where events were compacted away.
    async fn begin(&mut self, base: u64) -> Result<()> {
        let snapshot = self.store.snapshot(base).await?.ok_or_else(|| sentences::no_base(base))?;
        self.state = snapshot.state()?;
        self.snapshots.push(base);
        Ok(())
    }

    /// Events and the digests that they had.
    async fn page(&self) -> Result<Vec<(Event, String)>, Break> {
        let next = self.state.seq + 1;
        let broken = |error: Error| Break::at(next, &error);
        let events = match self.store.written_after(self.state.seq, PAGE).await {
            Ok(events) => events,
            // One by one, up to the one that cannot be read.
            Err(_) => self.store.written_after(self.state.seq, 1).await.map_err(broken)?,
        };
        if events.is_empty() {
            return Err(broken(sentences::events_missing(self.state.seq, next)));
        }
        let count = u32::try_from(events.len()).unwrap_or(PAGE);
        let digests = self.store.digests_after(self.state.seq, count).await.map_err(broken)?;
        Ok(events.into_iter().zip(digests).collect())
    }

    fn one(&mut self, event: &Event, digest: &str) -> Result<(), Break> {
        if event.digest().to_string() != digest {
            return Err(Break::at(event.seq, &sentences::event_changed(event.seq)));
        }
        reduce::apply(&mut self.state, event).map_err(|error| Break::at(event.seq, &error))
    }

    /// Compares the state with the snapshot of its place.
    async fn compare(&mut self) -> Result<(), Break> {
        let seq = self.state.seq;
        let broken = |error: Error| Break::at(seq, &error);
        // It may have been dropped since, for a newer one.
        let Some(snapshot) = self.store.snapshot(seq).await.map_err(broken)? else { return Ok(()) };
        if snapshot.chain != self.state.chain {
            return Err(broken(sentences::chain_broken(seq)));
        }
        // Another form says the same in other words.
        if snapshot.form == State::FORM && snapshot.state().map_err(broken)? != self.state {
            return Err(broken(sentences::other_state(seq)));
        }
        self.snapshots.push(seq);
        Ok(())
    }
}
