//! When snapshots are made, and making them beside the writing.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::State;
use crate::error::{Result, sentences};
use crate::store::{Snapshot, Store};

/// How often snapshots are made.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotPolicy {
    /// After so many events.
    pub events: u64,
    /// After so long, if there was any event.
    pub interval: Duration,
}

impl Default for SnapshotPolicy {
    fn default() -> Self {
        Self { events: 1000, interval: Duration::from_secs(600) }
    }
}

/// Keeps a snapshot of a state; serialises it off the threads that answer requests.
pub async fn keep(store: &dyn Store, state: Arc<State>) -> Result<u64> {
    let made = tokio::task::spawn_blocking(move || Snapshot::of(&state)).await;
    let snapshot = made.map_err(|_| sentences::internal())??;
    store.put_snapshot(&snapshot).await?;
    Ok(snapshot.seq)
}

/// The snapshots of one writer. At most one is being made.
pub(super) struct Snapshots {
    store: Arc<dyn Store>,
    policy: SnapshotPolicy,
    /// The place of the last one, or of the last try.
    seq: u64,
    at: Instant,
    running: Option<JoinHandle<()>>,
}

impl Snapshots {
    pub(super) async fn new(store: Arc<dyn Store>, policy: SnapshotPolicy) -> Self {
        let seq = newest(store.as_ref()).await;
        Self { store, policy, seq, at: Instant::now(), running: None }
    }

    /// Starts one if it is time.
    pub(super) fn start_if_due(&mut self, state: &Arc<State>) {
        if self.running.as_ref().is_some_and(|running| !running.is_finished()) {
            return;
        }
        let events = state.seq.saturating_sub(self.seq);
        if events >= self.policy.events || (events > 0 && self.at.elapsed() >= self.policy.interval) {
            self.running = Some(tokio::spawn(made(Arc::clone(&self.store), Arc::clone(state))));
            (self.seq, self.at) = (state.seq, Instant::now());
        }
    }

    /// Waits until one may be due though nothing happens.
    pub(super) async fn wait(&mut self, seq: u64) {
        if let Some(running) = &mut self.running {
            let _ = running.await;
            self.running = None;
        } else if seq > self.seq {
            tokio::time::sleep_until(self.at + self.policy.interval).await;
        } else {
            std::future::pending().await
        }
    }

    /// Makes the last one, if there was any event since.
    pub(super) async fn finish(self, state: &Arc<State>) {
        if let Some(running) = self.running {
            let _ = running.await;
        }
        if newest(self.store.as_ref()).await < state.seq {
            made(self.store, Arc::clone(state)).await;
        }
    }
}

/// The place of the newest snapshot; 0 where there is none.
async fn newest(store: &dyn Store) -> u64 {
    store.snapshot_places().await.ok().and_then(|places| places.first().copied()).unwrap_or(0)
}

/// A snapshot that fails is no harm: the log has everything.
async fn made(store: Arc<dyn Store>, state: Arc<State>) {
    match keep(store.as_ref(), state).await {
        Ok(seq) => tracing::debug!(seq, "a snapshot was made"),
        Err(error) => tracing::warn!(%error, "no snapshot was made"),
    }
}
