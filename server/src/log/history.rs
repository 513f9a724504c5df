//! One flag's part of the log.

use std::sync::Arc;

use super::{Event, Scope, State, reduce};
use crate::error::{Result, sentences};
use crate::flags::Flag;
use crate::store::Store;

/// What the log still has of a flag: where its history begins, and what happened since.
#[derive(Clone, Debug)]
pub struct History {
    /// What it was where the log begins after a compaction; `None` where all of its events are there.
    pub base: Option<Arc<Flag>>,
    /// What happened since, by version, in today's form.
    pub events: Vec<Event>,
}

impl History {
    /// Reads it. `state` is one in which the environment is there.
    pub async fn load(store: &dyn Store, state: &State, scope: &Scope, key: &str) -> Result<Self> {
        let since = state.environment(scope)?.since;
        let compacted = store.head().await?.compacted;
        let mut base = None;
        if compacted > since {
            let snapshot = store.snapshot(compacted).await?.ok_or_else(|| sentences::no_base(compacted))?;
            let then = snapshot.state()?;
            base = then.environment(scope).ok().and_then(|found| found.flags.get(key)).cloned();
        }
        let mut events = store.flag_events(scope, key).await?;
        events.retain(|event| event.seq > since);
        Ok(Self { base, events })
    }

    /// The flag's key, unless nothing is known of it.
    pub fn key(&self) -> Option<&str> {
        let base = self.base.as_ref().map(|flag| flag.key.as_str());
        base.or_else(|| self.events.first().map(|event| event.flag_id.as_str()))
    }

    /// The flag now: what all of it leads to. `None` where it was never made.
    pub fn now(&self) -> Result<Option<Arc<Flag>>> {
        self.events.iter().try_fold(self.base.clone(), reduce::flag_after)
    }

    /// The flag as it was at a version, unless it was deleted then.
    pub fn at(&self, key: &str, version: u64) -> Result<Arc<Flag>> {
        let mut flag = self.base.clone();
        for event in self.events.iter().take_while(|event| event.version <= version) {
            flag = reduce::flag_after(flag, event)?;
        }
        let found = flag.filter(|flag| flag.version == version && !flag.is_deleted);
        found.ok_or_else(|| sentences::no_version(key, version))
    }
}
