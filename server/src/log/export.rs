//! The log as lines of JSON, and back: for other programs, for audits, and to move a log to another store.

use std::fmt::Display;
use std::io::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::event::Link;
use super::replay::{PAGE, follow};
use super::{Event, Progress, Scope, State, reduce};
use crate::error::{Result, sentences};
use crate::flags::compile;
use crate::store::{LogHead, Snapshot, Store};

/// The first line of a log whose first events were compacted away.
#[derive(Serialize, Deserialize)]
struct Base {
    snapshot: Head,
    state: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    seq: u64,
    chain: Link,
    form: u32,
    created_ms: i64,
    digest: Link,
}

/// Writes all events that are kept, one line each, in the form in which they were written; before them, where events were
/// compacted away, one line `{"snapshot": …, "state": …}`. Gives how many events.
pub async fn log(store: &dyn Store, out: &mut (dyn Write + Send), progress: Progress<'_>) -> Result<u64> {
    let LogHead { last, compacted } = store.head().await?;
    let mut state = State::default();
    if compacted > 0 {
        let snapshot = store.snapshot(compacted).await?.ok_or_else(|| sentences::no_base(compacted))?;
        state = snapshot.state()?;
        line(out, &base(snapshot)?)?;
    }
    let mut done = 0;
    let write = |events: Vec<Event>| {
        events.iter().try_for_each(|event| line(out, event))?;
        done += events.len() as u64;
        progress(done, last - compacted);
        Ok(())
    };
    follow(store, &mut state, last, write).await?;
    out.flush().map_err(|error| sentences::cannot_write(&error))?;
    Ok(done)
}

fn line(out: &mut (dyn Write + Send), value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(|error| sentences::cannot_write(&error))?;
    out.write_all(b"\n").map_err(|error| sentences::cannot_write(&error))
}

fn base(snapshot: Snapshot) -> Result<Base> {
    let broken = |error: &dyn Display| sentences::unreadable_snapshot(snapshot.seq, error);
    let text = String::from_utf8(snapshot.body).map_err(|error| broken(&error))?;
    let state = RawValue::from_string(text).map_err(|error| broken(&error))?;
    let Snapshot { seq, chain, form, created_ms, digest, .. } = snapshot;
    Ok(Base { snapshot: Head { seq, chain, form, created_ms, digest }, state })
}

/// Appends what [`log`] wrote to a log that is empty: the same events, with the same places, ids and chain. All lines are read
/// before the first is written. Gives how many events.
pub async fn restore(store: &dyn Store, text: &str, progress: Progress<'_>) -> Result<u64> {
    if store.head().await? != LogHead::default() {
        return Err(sentences::log_not_empty());
    }
    let mut lines = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty()).peekable();
    let mut state = State::default();
    let first = lines.peek().and_then(|(line, _)| serde_json::from_str::<Base>(line).ok());
    let snapshot = first.map(|Base { snapshot, state }| {
        let Head { seq, chain, form, created_ms, digest } = snapshot;
        Snapshot { seq, chain, form, created_ms, digest, body: Box::<str>::from(state).into_string().into_bytes() }
    });
    if let Some(snapshot) = &snapshot {
        state = snapshot.state()?;
        lines.next();
    }
    let mut events: Vec<Arc<Event>> = Vec::new();
    for (line, number) in lines {
        let bad = |error: &dyn Display| sentences::bad_part(&format!("line {number}"), error);
        let event: Event = serde_json::from_str(line).map_err(|error| bad(&error))?;
        reduce::apply(&mut state, &event).map_err(|error| bad(&error))?;
        events.push(Arc::new(event));
    }
    let mut after = 0;
    if let Some(snapshot) = &snapshot {
        store.compact(snapshot).await?;
        after = snapshot.seq;
    }
    let total = events.len() as u64;
    for page in events.chunks(PAGE as usize) {
        store.append(after, page).await?;
        after += page.len() as u64;
        progress(after - (state.seq - total), total);
    }
    Ok(total)
}

/// The flags of an environment as a document in flagd's format. Flags that are archived or switched off are in it, disabled;
/// those of sources are not, because the log does not have them.
pub fn flags(state: &State, scope: &Scope) -> Result<String> {
    let environment = state.environment(scope)?;
    let segments = environment.segments.iter().map(|(name, segment)| (name.as_str(), &segment.rule));
    let definitions: Vec<_> = environment.live_flags().map(|flag| (flag.key.as_str(), compile::text(flag))).collect();
    let definitions = definitions.iter().map(|(key, definition)| (*key, &**definition));
    let document = compile::document(&scope.to_string(), segments, definitions);
    let value: Map<String, Value> = serde_json::from_str(&document).map_err(|error| sentences::cannot_write(&error))?;
    serde_json::to_string_pretty(&value).map_err(|error| sentences::cannot_write(&error))
}
