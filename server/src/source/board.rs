//! How each source does, for people, probes and metrics.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::log::event::now;

/// How a source does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// Its flags are in force as it has them.
    Ready,
    /// It cannot be read or was refused; its flags of before are in force.
    Stale,
    /// It could never be read: none of its flags are in force.
    Failed,
}

impl Condition {
    const ALL: [Self; 3] = [Self::Ready, Self::Stale, Self::Failed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Stale => "stale",
            Self::Failed => "failed",
        }
    }
}

/// A source and how it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Status {
    /// Its name for people.
    #[schema(example = "the file `flags.json`")]
    pub name: String,
    /// How it does.
    pub condition: Condition,
    /// Why it is not ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many flags of it are in force.
    pub flags: usize,
    /// How often new content was taken over.
    pub loads: u64,
    /// Since when its condition is this one.
    pub since: DateTime<Utc>,
}

/// The status of each source, by precedence, the strongest last.
#[derive(Debug, Default)]
pub struct Board(Mutex<Vec<Status>>);

impl Board {
    /// All of them.
    pub fn all(&self) -> Vec<Status> {
        self.lock().clone()
    }

    /// Notes that new content of a source is in force.
    pub(super) fn loaded(&self, name: &str, flags: usize) {
        self.note(name, |status| {
            status.flags = flags;
            status.loads = status.loads.saturating_add(1);
        });
        self.turn(name, Condition::Ready, None);
    }

    /// Notes how a source does. Gives whether that is news.
    pub(super) fn turn(&self, name: &str, condition: Condition, reason: Option<String>) -> bool {
        for known in Condition::ALL {
            let value = if known == condition { 1.0 } else { 0.0 };
            metrics::gauge!("source_state", "source" => name.to_owned(), "state" => known.as_str()).set(value);
        }
        let mut news = false;
        self.note(name, |status| {
            news = status.condition != condition || status.reason != reason;
            if status.condition != condition {
                status.since = now();
            }
            (status.condition, status.reason) = (condition, reason);
        });
        news
    }

    fn note(&self, name: &str, change: impl FnOnce(&mut Status)) {
        let mut all = self.lock();
        if let Some(status) = all.iter_mut().find(|status| status.name == name) {
            return change(status);
        }
        let (name, condition) = (name.to_owned(), Condition::Failed);
        let mut status = Status { name, condition, reason: None, flags: 0, loads: 0, since: now() };
        change(&mut status);
        all.push(status);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Status>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
