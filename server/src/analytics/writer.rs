//! The one task that brings evaluations into the store: in batches, and never for long at once, because the log is written
//! through the same connection.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use super::recorder::{Load, Message};
use super::{Counts, Evaluated, Mode, Recording};
use crate::error::Result;
use crate::live::LiveCell;
use crate::log::event::now;
use crate::log::{Scope, State};
use crate::store::Store;
use crate::store::evaluations::EvaluatedFlag;

/// After how many evaluations they are written, if a second did not pass before.
const BATCH: usize = 1000;
/// How many messages are taken at once.
const MESSAGES: usize = 64;
/// How many evaluations share a transaction at most, if they are of several requests.
const TOGETHER: usize = 4000;
/// The counts of how many flags share a transaction.
const FLAGS: usize = 500;
/// How often a batch is tried before it is given up.
const TRIES: u32 = 3;
/// How long it waits after a failure.
const PAUSE: Duration = Duration::from_millis(200);
/// How many rows are dropped at once, and of how many requests.
const DROP_ROWS: u32 = 5000;
const DROP_REQUESTS: u32 = 100;
/// How often old evaluations are dropped.
const PRUNING: Duration = Duration::from_secs(60 * 60);

pub(super) struct Writer {
    recording: Recording,
    store: Arc<dyn Store>,
    live: Arc<LiveCell>,
    load: Arc<Load>,
    waiting: Vec<Evaluated>,
    rows: usize,
    /// Flags that something is kept of.
    known: Known,
    /// Ids of flags that were deleted: what comes of them is not kept.
    gone: HashSet<String>,
    /// The state that deleted flags were last looked for in.
    seq: Option<u64>,
    pruned_at: Option<Instant>,
    failing: bool,
}

impl Writer {
    pub(super) fn new(recording: Recording, store: Arc<dyn Store>, live: Arc<LiveCell>, load: Arc<Load>) -> Self {
        Self {
            recording,
            store,
            live,
            load,
            waiting: Vec::new(),
            rows: 0,
            known: Known::default(),
            gone: HashSet::new(),
            seq: None,
            pruned_at: None,
            failing: false,
        }
    }

    pub(super) async fn run(mut self, mut received: mpsc::Receiver<Message>) {
        match self.store.evaluated_flags().await {
            Ok(flags) => flags.iter().for_each(|flag| self.known.note(&flag.scope, &flag.flag_id, &flag.flag_key)),
            Err(error) => tracing::warn!(%error, "what is kept of evaluations was not read"),
        }
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut messages = Vec::with_capacity(MESSAGES);
        loop {
            tokio::select! {
                count = received.recv_many(&mut messages, MESSAGES) => {
                    let mut stopped = count == 0;
                    for message in messages.drain(..) {
                        stopped |= self.take(message).await;
                    }
                    if stopped {
                        break;
                    }
                    if self.rows >= BATCH {
                        self.write().await;
                    }
                }
                _ = second.tick() => self.each_second().await,
            }
        }
        while let Ok(message) = received.try_recv() {
            self.take(message).await;
        }
        self.write().await;
        self.write_counts().await;
    }

    /// Takes a message; true where it is the last one.
    async fn take(&mut self, message: Message) -> bool {
        match message {
            Message::Request(evaluated) => {
                self.rows += evaluated.outcomes.len();
                self.waiting.push(*evaluated);
                false
            }
            Message::Flush(done) => {
                self.write().await;
                self.write_counts().await;
                // Who no longer waits does not want to know.
                let _ = done.send(());
                false
            }
            Message::Stop => true,
        }
    }

    async fn each_second(&mut self) {
        self.write().await;
        self.write_counts().await;
        self.forget_deleted().await;
        if self.pruned_at.is_none_or(|at| at.elapsed() >= PRUNING) {
            self.prune().await;
            self.pruned_at = Some(Instant::now());
        }
    }

    async fn write(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.rows = 0;
        let bytes: usize = waiting.iter().map(Evaluated::bytes).sum();
        if !self.gone.is_empty() {
            for evaluated in &mut waiting {
                evaluated.outcomes.retain(|outcome| !self.gone.contains(&outcome.tally.flag().id));
            }
        }
        for evaluated in &waiting {
            for outcome in &evaluated.outcomes {
                let (scope, flag) = (outcome.tally.scope(), outcome.tally.flag());
                self.known.note(scope, &flag.id, &flag.key);
            }
        }
        let mut rest = waiting.as_slice();
        while !rest.is_empty() {
            let (together, more) = rest.split_at(fitting(rest));
            let store = Arc::clone(&self.store);
            if !self.try_often(|| store.add_evaluations(together)).await {
                self.load.lose(together.iter().map(|evaluated| evaluated.outcomes.len() as u64).sum());
            }
            rest = more;
        }
        self.load.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    async fn write_counts(&mut self) {
        let live = self.live.load_full();
        let mut counts = self.live.leftovers().take();
        counts.extend(live.sets().flat_map(|set| set.entries.values()).filter_map(|entry| entry.tally.take()));
        // The figures have them, and nobody else is to.
        if self.recording.mode == Mode::Off {
            return;
        }
        counts.retain(|counted| !self.gone.contains(&counted.flag_id));
        for Counts { scope, flag_id, flag_key, .. } in &counts {
            self.known.note(scope, flag_id, flag_key);
        }
        let at = now();
        for together in counts.chunks(FLAGS) {
            let store = Arc::clone(&self.store);
            if !self.try_often(|| store.add_counts(at.timestamp() / 60, at, together)).await {
                together.iter().cloned().for_each(|counts| self.live.leftovers().put(counts));
            }
        }
    }

    /// Does something again a few times if it fails; false if it failed each time. Whoever reads the log is told once.
    async fn try_often<'t, F>(&mut self, what: impl Fn() -> F) -> bool
    where
        F: Future<Output = Result<()>> + 't,
    {
        for _ in 0..TRIES {
            match what().await {
                Ok(()) => {
                    self.failing = false;
                    return true;
                }
                Err(error) if !self.failing => {
                    self.failing = true;
                    tracing::warn!(%error, "evaluations were not written");
                }
                Err(_) => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
        false
    }

    /// Drops what is kept of flags and projects that were deleted since it was last looked at.
    async fn forget_deleted(&mut self) {
        let state = Arc::clone(&self.live.load().state);
        if self.seq == Some(state.seq) {
            return;
        }
        self.seq = Some(state.seq);
        let deleted = self.known.deleted(&state);
        let projects: HashSet<&str> = deleted.iter().map(|flag| flag.scope.project.as_str()).collect();
        self.gone.extend(deleted.iter().map(|flag| flag.flag_id.clone()));
        let outcome = async {
            for project in projects.into_iter().filter(|project| !state.projects.contains_key(*project)) {
                while !self.store.forget_requests(project, DROP_ROWS).await? {}
            }
            for flag in &deleted {
                while !self.store.forget_flag(flag, DROP_ROWS).await? {}
            }
            Ok::<(), crate::Error>(())
        };
        match outcome.await {
            Ok(()) => deleted.iter().for_each(|flag| self.known.forget(flag)),
            Err(error) => {
                tracing::warn!(%error, "evaluations of deleted flags were not dropped; the next second tries again");
                self.seq = None;
            }
        }
    }

    async fn prune(&mut self) {
        self.gone.clear();
        let retention = chrono::TimeDelta::from_std(self.recording.retention);
        let Some(before) = retention.ok().and_then(|kept| now().checked_sub_signed(kept)) else { return };
        if let Err(error) = self.drop_before(before).await {
            tracing::warn!(%error, "old evaluations were not dropped");
        }
    }

    async fn drop_before(&self, before: DateTime<Utc>) -> Result<()> {
        while !self.store.prune(before, DROP_REQUESTS).await? {}
        Ok(())
    }
}

/// Flags that something is kept of: keys by scope and id.
#[derive(Default)]
struct Known(HashMap<Scope, HashMap<String, String>>);

impl Known {
    fn note(&mut self, scope: &Scope, id: &str, key: &str) {
        if self.0.get(scope).is_none_or(|flags| !flags.contains_key(id)) {
            self.0.entry(scope.clone()).or_default().insert(id.to_owned(), key.to_owned());
        }
    }

    fn forget(&mut self, flag: &EvaluatedFlag) {
        if let Some(flags) = self.0.get_mut(&flag.scope) {
            flags.remove(&flag.flag_id);
        }
    }

    /// Those that the log had and no longer has. A flag of a source has its key for its id; its source may be away for a while
    /// only.
    fn deleted(&self, state: &State) -> Vec<EvaluatedFlag> {
        let there = |scope: &Scope, id: &str, key: &str| {
            let found = state.environment(scope).ok().and_then(|environment| environment.flags.get(key));
            id == key || found.is_some_and(|flag| flag.id == id && !flag.is_deleted)
        };
        let all = self.0.iter().flat_map(|(scope, flags)| flags.iter().map(move |(id, key)| (scope, id, key)));
        all.filter(|(scope, id, key)| !there(scope, id, key))
            .map(|(scope, id, key)| EvaluatedFlag { scope: scope.clone(), flag_id: id.clone(), flag_key: key.clone() })
            .collect()
    }
}

/// How many requests share a transaction: at least one.
fn fitting(requests: &[Evaluated]) -> usize {
    let mut rows = 0;
    let fits = |evaluated: &&Evaluated| {
        rows += evaluated.outcomes.len();
        rows <= TOGETHER
    };
    requests.iter().take_while(fits).count().max(1)
}
