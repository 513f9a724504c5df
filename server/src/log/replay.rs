//! From the store to a state: a snapshot, and what happened after it.

use super::{Event, State, reduce};
use crate::error::{Result, sentences};
use crate::store::Store;

/// How many events are read at once, so that a long log needs no more memory than a short one.
pub(crate) const PAGE: u32 = 1000;

/// The state that the newest readable snapshot and the events after it lead to.
pub async fn replay(store: &dyn Store) -> Result<State> {
    let mut state = newest(store).await?;
    follow(store, &mut state, |_| Ok(())).await?;
    Ok(state)
}

/// Applies all events after a state, and hands out each page of them, in the form in which they were written.
pub(crate) async fn follow(
    store: &dyn Store,
    state: &mut State,
    mut each: impl FnMut(Vec<Event>) -> Result<()> + Send,
) -> Result<()> {
    loop {
        let events = store.written_after(state.seq, PAGE).await?;
        if events.is_empty() {
            return Ok(());
        }
        for event in &events {
            reduce::apply(state, event)?;
        }
        each(events)?;
    }
}

/// The state of the newest snapshot that can be used. Without one, that before the first event.
async fn newest(store: &dyn Store) -> Result<State> {
    let base = store.head().await?.compacted;
    for place in store.snapshot_places().await? {
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
