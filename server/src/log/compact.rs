//! Letting go of old events.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Progress;
use super::replay::replay_to;
use crate::error::{Result, sentences};
use crate::store::{Snapshot, Store};

/// How many events are dropped in one transaction, so that nobody waits for long.
const STEP: u32 = 1000;

/// Which events stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Those from this moment on, and everything after the first of them.
    Since(DateTime<Utc>),
    /// So many of the newest.
    Newest(u64),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Compacted {
    /// Up to which place events were gone before.
    pub before: u64,
    /// Up to which place they are gone now; there a snapshot is kept.
    pub through: u64,
    /// Of how many events the room was freed.
    pub freed: u64,
}

/// Drops old events. First the snapshot that takes their place becomes durable, then they go; stopped at any point, the log
/// is whole. A flag's history then begins with what it was at that snapshot.
pub async fn compact(store: &dyn Store, retention: Retention, progress: Progress<'_>) -> Result<Compacted> {
    let head = store.head().await?;
    let before = head.compacted;
    let wanted = match retention {
        Retention::Since(moment) => store.last_before(moment.timestamp_millis()).await?,
        Retention::Newest(count) => head.last.saturating_sub(count),
    };
    let through = wanted.clamp(before, head.last);
    if through > before {
        let state = Arc::new(replay_to(store, through, &mut |_, _| {}).await?);
        let made = tokio::task::spawn_blocking(move || Snapshot::of(&state)).await;
        store.compact(&made.map_err(|_| sentences::internal())??).await?;
    }
    let (mut freed, total) = (0, through - before);
    loop {
        match store.free(STEP).await? {
            0 => return Ok(Compacted { before, through, freed }),
            count => freed += count,
        }
        progress(freed.min(total), total);
    }
}
