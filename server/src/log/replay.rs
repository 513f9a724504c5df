//! From the store to a state: a snapshot, and what happened after it.

use super::{Event, State, reduce};
use crate::error::{Result, sentences};
use crate::store::Store;

/// How many events are read at once, so that a long log needs no more memory than a short one.
pub(crate) const PAGE: u32 = 1000;

/// What is told of work that takes a while: how many events are done, of how many.
pub type Progress<'p> = &'p mut (dyn FnMut(u64, u64) + Send);

/// The state that the newest readable snapshot and the events after it lead to.
pub async fn replay(store: &dyn Store) -> Result<State> {
    let mut state = newest(store, u64::MAX).await?;
    follow(store, &mut state, u64::MAX, |_| Ok(())).await?;
    Ok(state)
}

/// The state at a place of the log.
pub async fn replay_to(store: &dyn Store, seq: u64, progress: Progress<'_>) -> Result<State> {
    let mut state = newest(store, seq).await?;
    let (from, mut done) = (state.seq, 0);
    let count = |events: Vec<Event>| {
        done += events.len() as u64;
        progress(done, seq.saturating_sub(from));
        Ok(())
    };
    follow(store, &mut state, seq, count).await?;
    Ok(state)
}

/// Applies all events after a state, up to a place, and hands out each page of them, in the form in which they were written.
pub(crate) async fn follow(
    store: &dyn Store,
    state: &mut State,
    to: u64,
    mut each: impl FnMut(Vec<Event>) -> Result<()> + Send,
) -> Result<()> {
    while state.seq < to {
        let most = u32::try_from(to - state.seq).unwrap_or(PAGE).min(PAGE);
        let events = store.written_after(state.seq, most).await?;
        if events.is_empty() {
            break;
        }
        for event in &events {
            reduce::apply(state, event)?;
        }
        each(events)?;
    }
    Ok(())
}

/// The state of the newest snapshot that can be used, at or before a place. Without one, that before the first event.
async fn newest(store: &dyn Store, to: u64) -> Result<State> {
    let base = store.head().await?.compacted;
    for place in store.snapshot_places().await?.into_iter().filter(|place| *place <= to) {
        let Some(snapshot) = store.snapshot(place).await.unwrap_or_else(passed_over) else { continue };
        // The one where the log begins is all there is of what was before it.
        if snapshot.form != State::FORM && place != base {
            continue;
        }
        match snapshot.state() {
            Ok(state) => return Ok(state),
            Err(error) => passed_over::<()>(error),
        };
    }
    if base > 0 { Err(sentences::no_base(base)) } else { Ok(State::default()) }
}

fn passed_over<T>(error: crate::Error) -> Option<T> {
    tracing::warn!(%error, "a snapshot is passed over");
    None
}
