//! Flags: creating, changing, deleting, and going back.

use std::sync::Arc;

use super::{Act, Done, first};
use crate::App;
use crate::error::{Error, Result, sentences};
use crate::flags::{Change, Flag, compile};
use crate::log::history::History;
use crate::log::{Draft, Event, EventType, State};

/// The longest key, in bytes.
pub const LONGEST_KEY: usize = 256;

/// Keys that are parts of routes, and could not be read there as flags.
const RESERVED: [&str; 3] = ["stream", "events", "state"];

/// Whether a key is a part of a route.
pub(crate) fn is_reserved(key: &str) -> bool {
    RESERVED.contains(&key)
}

/// Creates a flag; refused where there is one of that key.
pub async fn create(app: &App, act: &Act, change: Change) -> Result<Done> {
    let change = whole(change);
    check_key(&change.flag_id)?;
    check_source(app, act, &change.flag_id)?;
    let Act { principal, scope, .. } = act.clone();
    let key = change.flag_id.clone();
    let plan = move |state: &State| {
        principal.may_write(state, &scope)?;
        let environment = state.environment(&scope)?;
        if environment.flag(&change.flag_id).is_ok() {
            return Err(sentences::flag_exists(&change.flag_id));
        }
        let mut flag = Flag::new("", change.flag_id.as_str(), chrono::DateTime::UNIX_EPOCH);
        flag.apply(&change);
        compile::check(&flag, environment.segments.values())?;
        Ok(vec![Draft::new(EventType::FlagCreated, &scope, &change.flag_id, &change)])
    };
    finish(app, act, &key, app.ledger.write(act.author(), plan).await?)
}

/// What the event of a creation says at least, so that it can be read without another one.
fn whole(change: Change) -> Change {
    Change {
        name: change.name.or_else(|| Some(change.flag_id.clone())),
        description: change.description.or(Some(None)),
        enabled_by_default: change.enabled_by_default.or(Some(false)),
        variants: change.variants.or(Some(serde_json::Value::Null)),
        ..change
    }
}

/// Changes a flag, found by its key or its id. `change` makes the change from the flag as it is; one that says nothing
/// is an event all the same.
pub async fn update(
    app: &App,
    act: &Act,
    key_or_id: &str,
    expected: Option<u64>,
    change: impl Fn(&Flag) -> Result<Change> + Send + 'static,
) -> Result<Done> {
    let key = key_of(app, act, key_or_id)?;
    let Act { principal, scope, .. } = act.clone();
    let name = key.clone();
    let plan = move |state: &State| {
        principal.may_write(state, &scope)?;
        let environment = state.environment(&scope)?;
        let flag = environment.flag(&name)?;
        let mut change = Change { flag_id: name.clone(), ..change(flag)? };
        if change.enabled_by_default.is_some() && flag.rollout_percentage.is_some() {
            // It takes the percentage's place; said, so that whoever lays payloads over each other comes to the same.
            change.rollout_percentage = change.rollout_percentage.or(Some(None));
        }
        if let Some(expected) = expected.filter(|expected| *expected != flag.version) {
            return Err(sentences::stale(&format!("`{name}`"), expected, flag.version));
        }
        let mut after = Flag::clone(flag);
        after.apply(&change);
        compile::check(&after, environment.segments.values())?;
        Ok(vec![Draft::new(EventType::FlagUpdated, &scope, &name, &change).expecting(expected)])
    };
    finish(app, act, &key, app.ledger.write(act.author(), plan).await?)
}

/// Deletes a flag.
pub async fn delete(app: &App, act: &Act, key_or_id: &str, expected: Option<u64>) -> Result<Done> {
    let key = key_of(app, act, key_or_id)?;
    let Act { principal, scope, .. } = act.clone();
    let name = key.clone();
    let plan = move |state: &State| {
        principal.may_write(state, &scope)?;
        state.flag(&scope, &name)?;
        let payload = Change::of(name.as_str());
        Ok(vec![Draft::new(EventType::FlagDeleted, &scope, &name, &payload).expecting(expected)])
    };
    finish(app, act, &key, app.ledger.write(act.author(), plan).await?)
}

/// Everything that happened to a flag and is still kept, by version.
pub async fn history(app: &App, act: &Act, key_or_id: &str) -> Result<History> {
    let live = app.live.load_full();
    act.principal.may_read(&live.state, &act.scope.project)?;
    let flag = live.state.environment(&act.scope)?.flag_or_past(key_or_id)?;
    History::load(app.store.as_ref(), &live.state, &act.scope, &flag.key).await
}

/// Makes a flag again what it was at a version, as a new event. A deleted flag is created anew.
pub async fn rollback(app: &App, act: &Act, key_or_id: &str, version: u64, expected: Option<u64>) -> Result<Done> {
    let then = history(app, act, key_or_id).await?.at(key_or_id, version)?;
    let change = Change { rolled_back_to: Some(version), ..then.as_change() };
    let key = then.key.clone();
    check_source(app, act, &key)?;
    let Act { principal, scope, .. } = act.clone();
    let plan = move |state: &State| {
        principal.may_write(state, &scope)?;
        let environment = state.environment(&scope)?;
        compile::check(&then, environment.segments.values())?;
        let kind = match environment.flag(&change.flag_id) {
            Ok(_) => EventType::FlagUpdated,
            Err(_) => EventType::FlagCreated,
        };
        Ok(vec![Draft::new(kind, &scope, &change.flag_id, &change).expecting(expected)])
    };
    finish(app, act, &key, app.ledger.write(act.author(), plan).await?)
}

/// The key of a flag that may be changed, found by its key or its id.
fn key_of(app: &App, act: &Act, key_or_id: &str) -> Result<String> {
    let live = app.live.load();
    act.principal.may_read(&live.state, &act.scope.project)?;
    let set = live.set(&act.scope)?;
    let key = set.find(key_or_id)?.flag.key.clone();
    set.check_writable(&key)?;
    Ok(key)
}

fn check_source(app: &App, act: &Act, key: &str) -> Result<()> {
    let live = app.live.load();
    act.principal.may_read(&live.state, &act.scope.project)?;
    live.set(&act.scope)?.check_writable(key)
}

/// Refuses a key that no flag may have.
fn check_key(key: &str) -> Result<()> {
    match key_fault(key) {
        Some(fault) => Err(Error::field("/flag_id", fault)),
        None if is_reserved(key) => Err(Error::field("/flag_id", sentences::reserved_key(key))),
        None => Ok(()),
    }
}

/// What is wrong with a key: any text is one that is not empty, not too long, and has no control characters.
pub(crate) fn key_fault(key: &str) -> Option<String> {
    let fault = |reason: &str| Some(format!("the key `{}` {reason}", key.escape_debug()));
    if key.is_empty() {
        fault("must not be empty")
    } else if key.len() > LONGEST_KEY {
        fault(&format!("has {} bytes; at most {LONGEST_KEY} are allowed", key.len()))
    } else if key.chars().any(char::is_control) {
        fault("has a control character")
    } else {
        None
    }
}

/// The event and the flag as it is since then.
fn finish(app: &App, act: &Act, key: &str, events: Vec<Arc<Event>>) -> Result<Done> {
    let event = first(events)?;
    let live = app.live.load();
    let flag = live.state.environment(&act.scope)?.flags.get(key).ok_or_else(|| sentences::no_flag(key))?;
    Ok(Done { event, flag: Arc::clone(flag) })
}
