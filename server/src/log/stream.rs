//! The event-sourced document's functions by their names: one flag's events appended and read, what they lead to, and all that
//! happens from now on.

use std::sync::Arc;

use futures_util::{Stream, stream};
use serde_json::{Map, Value};
use tokio::sync::broadcast::error::RecvError;

use super::history::History;
use super::ledger::happen;
use super::{Author, Draft, Event, EventType, Ledger, Scope, State};
use crate::error::{Error, Result, sentences};
use crate::flags::{Change, Flag, compile};
use crate::manage;
use crate::push::Hub;
use crate::push::hub::Told;
use crate::store::Store;

/// Appends an event of a flag: it is durable, and readers see what follows from it, when this returns. Refused where the flag
/// would not be one that can be evaluated.
pub async fn append_event(
    ledger: &Ledger,
    author: Author,
    scope: &Scope,
    flag_id: &str,
    event_type: EventType,
    payload: Map<String, Value>,
) -> Result<Arc<Event>> {
    let draft = draft(scope, flag_id, event_type, payload)?;
    let planned = author.clone();
    let plan = move |state: &State| {
        happen_well(&mut state.clone(), &planned, &draft)?;
        Ok(vec![draft.clone()])
    };
    ledger.write(author, plan).await?.into_iter().next().ok_or_else(sentences::internal)
}

/// The events of a flag that are kept, by version: of all its lives in this environment, deleted or not.
pub async fn load_events(store: &dyn Store, state: &State, scope: &Scope, flag_id: &str) -> Result<Vec<Event>> {
    Ok(History::load(store, state, scope, flag_id).await?.events)
}

/// The flag that its events lead to, also where it is deleted.
pub async fn build_snapshot(store: &dyn Store, state: &State, scope: &Scope, flag_id: &str) -> Result<Arc<Flag>> {
    History::load(store, state, scope, flag_id).await?.now()?.ok_or_else(|| sentences::no_flag(flag_id))
}

/// What somebody hears who listens for updates.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// An event was appended, and readers see what follows from it.
    Event(Arc<Event>),
    /// So many changes went by unheard, because they came faster than they were taken. The log has them.
    Missed(u64),
}

/// Everything that happens from now on, whatever it is about, until the service stops. Refused once it does.
pub fn subscribe_updates(hub: &Hub) -> Result<impl Stream<Item = Update> + Send + use<>> {
    let (receiver, _) = hub.subscribe()?;
    Ok(stream::unfold(receiver, |mut receiver| async {
        let update = match receiver.recv().await {
            Ok(Told::Change(message)) => Update::Event(Arc::clone(&message.event)),
            Err(RecvError::Lagged(count)) => Update::Missed(count),
            Ok(Told::Stop) | Err(RecvError::Closed) => return None,
        };
        Some((update, receiver))
    }))
}

/// The draft of a flag's event, if its key and its payload can be ones.
pub(super) fn draft(
    scope: &Scope,
    flag_id: &str,
    event_type: EventType,
    mut payload: Map<String, Value>,
) -> Result<Draft> {
    if !matches!(event_type, EventType::FlagCreated | EventType::FlagUpdated | EventType::FlagDeleted) {
        return Err(sentences::foreign_type(event_type.as_str()));
    }
    if let Some(fault) = manage::key_fault(flag_id) {
        return Err(Error::field("/flag_id", fault));
    }
    payload.insert("flag_id".into(), flag_id.into());
    let read: serde_json::Result<Change> = serde::Deserialize::deserialize(&Value::Object(payload.clone()));
    read.map_err(|error| Error::field("/payload", format!("the payload: {error}")))?;
    Ok(Draft::new(event_type, scope, flag_id, &payload))
}

/// Lets a draft happen, if it makes sense in this state and leads to a flag that can be evaluated.
pub(super) fn happen_well(state: &mut State, author: &Author, draft: &Draft) -> Result<()> {
    let before = state.environment(&draft.scope)?;
    let name = &draft.flag_id;
    match draft.event_type {
        // By its key alone: to look for an id among all flags would make large imports slow.
        EventType::FlagCreated if before.flags.get(name).is_some_and(|flag| !flag.is_deleted) => {
            return Err(sentences::flag_exists(name));
        }
        EventType::FlagUpdated | EventType::FlagDeleted => {
            before.flag(name)?;
        }
        EventType::SegmentChanged => {
            let known = before.segments.get(name);
            if known.is_some_and(|known| draft.payload.get("rule") != Some(&known.rule)) {
                return Err(sentences::segment_exists(name));
            }
        }
        _ => {}
    }
    happen(state, author, vec![draft.clone()])?;
    let after = state.environment(&draft.scope)?;
    match after.flags.get(name).filter(|flag| !flag.is_deleted) {
        Some(flag) => compile::check(flag, after.segments.values()),
        None => Ok(()),
    }
}
