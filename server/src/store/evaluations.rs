//! What analytics asks of a store.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::analytics::{Counts, Evaluated};
use crate::error::Result;
use crate::log::Scope;

/// Evaluations, and how many there were. Losing the last second of them is no harm; slowing down the log would be one, so
/// that each function holds the writer for a short time only.
#[async_trait]
pub trait EvaluationStore: Send + Sync + 'static {
    /// Adds evaluations, all or none.
    async fn add_evaluations(&self, requests: &[Evaluated]) -> Result<()>;

    /// Adds counts of a minute, in minutes since 1970, all or none.
    async fn add_counts(&self, minute: i64, at: DateTime<Utc>, counts: &[Counts]) -> Result<()>;

    /// Evaluations of a flag, newest first, from below a number on.
    async fn evaluations(&self, scope: &Scope, flag: &str, below: Option<i64>, limit: u32) -> Result<Vec<Evaluation>>;

    /// When each flag of an environment was last evaluated, by its id.
    async fn last_evaluated(&self, scope: &Scope) -> Result<HashMap<String, DateTime<Utc>>>;

    /// The flags of an environment that were evaluated most since a minute, most first.
    async fn top_flags(&self, scope: &Scope, since: i64, limit: u32) -> Result<Vec<TopFlag>>;

    /// How often a flag gave what since a minute, oldest first.
    async fn minutes(&self, scope: &Scope, flag: &str, since: i64) -> Result<Vec<Minute>>;

    /// The flags that anything is kept of.
    async fn evaluated_flags(&self) -> Result<Vec<EvaluatedFlag>>;

    /// Drops what is kept of a flag, at most so many rows at once; false while there is more.
    async fn forget_flag(&self, flag: &EvaluatedFlag, limit: u32) -> Result<bool>;

    /// Drops the users and contexts of a project that is gone, at most so many at once; false while there are more.
    async fn forget_requests(&self, project: &str, limit: u32) -> Result<bool>;

    /// Drops what is older, of at most so many requests at once; false while there is more.
    async fn prune(&self, before: DateTime<Utc>, limit: u32) -> Result<bool>;
}

/// One evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Its number; later ones have higher ones.
    pub id: i64,
    /// Whom for.
    pub user_identifier: String,
    /// On or off.
    pub result: bool,
    /// The variant; `None` where the caller's default applied.
    pub variant: Option<String>,
    /// Why.
    pub reason: String,
    /// The context as it was sent, as JSON; `None` where it was too long to be kept.
    pub context: Option<String>,
    /// When.
    pub evaluated_at: DateTime<Utc>,
}

/// A flag and how often it was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopFlag {
    /// Its id.
    pub flag_id: String,
    /// Its key.
    pub flag_key: String,
    /// How often.
    pub count: u64,
    /// When last.
    pub last_evaluated_at: DateTime<Utc>,
}

/// What a flag gave in a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minute {
    /// Minutes since 1970.
    pub minute: i64,
    /// The variant; `None` for the caller's default.
    pub variant: Option<String>,
    /// The engine's reason.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// A flag that something is kept of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluatedFlag {
    /// Where.
    pub scope: Scope,
    /// Its id.
    pub flag_id: String,
    /// Its key.
    pub flag_key: String,
}
