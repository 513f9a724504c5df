//! Whether requests are answered well, and why not.

use std::time::Duration;

use serde::Serialize;

use crate::App;
use crate::source::{Condition, Status};

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the service says of itself.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Readiness {
    /// `ready`, `degraded` where what is served is older than it should be, or `unready`.
    #[schema(example = "ready")]
    pub status: &'static str,
    /// Why it is not `ready`, a sentence each.
    pub reasons: Vec<String>,
    /// The place in the log of the state in force.
    pub seq: u64,
    /// How the store does.
    pub store: Component,
    /// How each source does.
    pub sources: Vec<Status>,
}

/// A part of the service.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Component {
    /// `ready` or `failed`.
    pub condition: Condition,
}

impl Readiness {
    /// Whether requests should come here: also with the flags of before, which are better than none.
    pub fn is_ready(&self) -> bool {
        self.status != "unready"
    }

    /// Asks the store and all sources.
    pub async fn of(app: &App) -> Self {
        let sources = app.sources.board.all();
        let mut reasons: Vec<String> = Vec::new();
        let store = match tokio::time::timeout(PATIENCE, app.store.head()).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(format!("the store: {error}")),
            Err(_) => Some(format!("the store has not answered for {} seconds", PATIENCE.as_secs())),
        };
        let condition = if store.is_some() { Condition::Failed } else { Condition::Ready };
        let unready = store.is_some() || sources.iter().any(|source| source.condition == Condition::Failed);
        reasons.extend(store);
        reasons.extend(sources.iter().filter_map(|source| source.reason.clone()));
        let status = match (unready, reasons.is_empty()) {
            (true, _) => "unready",
            (false, false) => "degraded",
            (false, true) => "ready",
        };
        let seq = app.live.load().state.seq;
        Self { status, reasons, seq, store: Component { condition }, sources }
    }
}
