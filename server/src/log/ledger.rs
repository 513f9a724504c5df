//! The one writer: plans become events, events become durable, and then the state that readers see.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tracing::Instrument;

use super::event::{Event, EventType, Scope, Subject, now};
use super::replay::follow;
use super::snapshots::Snapshots;
use super::upcast::today;
use super::{SnapshotPolicy, State, reduce};
use crate::error::{Error, Kind, Result, sentences};
use crate::store::Store;

/// How many plans share a transaction at most.
const BATCH: usize = 256;
/// How many plans wait at most.
const QUEUE: usize = 1024;
/// How long it may take until events count that another process appended.
const LOOK: Duration = Duration::from_secs(1);
/// How often plans are made anew after somebody else appended.
const TRIES: usize = 5;

/// Who writes, and in which request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// `user:<id>`, `key:<id>`, or the name of a command.
    pub actor: String,
    /// The request's id.
    pub request_id: String,
}

/// An event that is to happen: the log gives it id, time, place and version.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What kind of thing.
    pub event_type: EventType,
    /// Where; the environment is empty where a whole project is concerned.
    pub scope: Scope,
    /// The flag's key, or the name or id of what it is about.
    pub flag_id: String,
    /// What.
    pub payload: Value,
    /// The version that the subject must still have.
    pub expected: Option<u64>,
    /// The id and the time that it has, where it happened elsewhere before.
    pub origin: Option<(String, DateTime<Utc>)>,
}

impl Draft {
    /// An event about a flag, with what it says as its payload.
    pub fn new(event_type: EventType, scope: &Scope, flag_id: &str, payload: &impl serde::Serialize) -> Self {
        // Payloads are structures of strings, numbers and JSON values, which do not fail to serialise.
        let payload = serde_json::to_value(payload).unwrap_or_default();
        Self { event_type, scope: scope.clone(), flag_id: flag_id.to_owned(), payload, expected: None, origin: None }
    }

    /// The same, refused unless the subject still has this version.
    #[must_use]
    pub fn expecting(self, version: Option<u64>) -> Self {
        Self { expected: version, ..self }
    }
}

/// What is to happen, made from the state that it meets. It is asked again where somebody else was quicker.
type Plan = Box<dyn Fn(&State) -> Result<Vec<Draft>> + Send>;

/// What became of an order.
type Outcome = Result<Vec<Arc<Event>>>;

struct Order {
    author: Author,
    plan: Plan,
    reply: oneshot::Sender<Outcome>,
}

/// What is told of each batch that became durable: the state after it, and its events.
pub type Publish = Arc<dyn Fn(Arc<State>, &[Arc<Event>]) + Send + Sync>;

/// The way to write. Clones write to the same log; when the last one is gone, or one was closed, the writer ends.
#[derive(Clone)]
pub struct Ledger {
    orders: mpsc::Sender<Order>,
    stop: Arc<Notify>,
}

impl Ledger {
    /// Starts the writer on a state that the store's log leads to.
    pub fn start(
        store: Arc<dyn Store>,
        state: Arc<State>,
        publish: Publish,
        policy: SnapshotPolicy,
    ) -> (Self, JoinHandle<()>) {
        let (orders, received) = mpsc::channel(QUEUE);
        let stop = Arc::new(Notify::new());
        let writer = tokio::spawn(Writer { store, state, publish }.run(received, Arc::clone(&stop), policy));
        (Self { orders, stop }, writer)
    }

    /// Lets the writer end once it has done what it was asked for. What comes later is refused.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Whether it takes no more.
    pub fn is_stopped(&self) -> bool {
        self.orders.is_closed()
    }

    /// Appends what a plan says of the current state; the events are durable and visible when this returns.
    pub async fn write(
        &self,
        author: Author,
        plan: impl Fn(&State) -> Result<Vec<Draft>> + Send + 'static,
    ) -> Result<Vec<Arc<Event>>> {
        let (reply, answer) = oneshot::channel();
        let order = Order { author, plan: Box::new(plan), reply };
        self.orders.send(order).await.map_err(|_| sentences::stopping())?;
        answer.await.map_err(|_| sentences::stopping())?
    }
}

struct Writer {
    store: Arc<dyn Store>,
    state: Arc<State>,
    publish: Publish,
}

impl Writer {
    async fn run(mut self, mut received: mpsc::Receiver<Order>, stop: Arc<Notify>, policy: SnapshotPolicy) {
        let mut snapshots = Snapshots::new(Arc::clone(&self.store), policy).await;
        let mut orders = Vec::with_capacity(BATCH);
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            snapshots.start_if_due(&self.state);
            tokio::select! {
                // Orders that wait already are still received afterwards.
                () = stop.notified() => received.close(),
                count = received.recv_many(&mut orders, BATCH) => match count {
                    0 => break,
                    _ => self.batch(std::mem::take(&mut orders)).await,
                },
                () = snapshots.wait(self.state.seq) => {}
                _ = look.tick() => self.look().await,
            }
        }
        snapshots.finish(&self.state).await;
    }

    async fn batch(&mut self, mut orders: Vec<Order>) {
        let mut refusal = sentences::internal();
        for _ in 0..TRIES {
            let state = State::clone(&self.state);
            // Plans compile flags, and some of them many.
            let Ok(planned) = tokio::task::spawn_blocking(|| plan(state, orders)).await else {
                tracing::error!("the plans of a batch could not be made");
                return;
            };
            let outcomes;
            let next;
            (next, orders, outcomes) = planned;
            let events: Vec<Arc<Event>> = outcomes.iter().flatten().flatten().cloned().collect();
            let span = tracing::info_span!("log.append", events = events.len());
            match self.append(next, events).instrument(span).await {
                Ok(()) => return answer(orders, outcomes),
                Err(error) if error.kind() == Kind::Stale => refusal = error,
                // One of them brought an event that is there already; the others have nothing to do with that.
                Err(error) if error.kind() == Kind::Duplicate && orders.len() > 1 => {
                    for order in orders {
                        Box::pin(self.batch(vec![order])).await;
                    }
                    return;
                }
                Err(error) => return refuse(orders, &error),
            }
            if let Err(error) = self.catch_up().await {
                return refuse(orders, &error);
            }
        }
        refuse(orders, &refusal);
    }

    async fn append(&mut self, next: State, events: Vec<Arc<Event>>) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        self.store.append(self.state.seq, &events).await?;
        self.show(Arc::new(next), events).await;
        Ok(())
    }

    /// Hands a state to its readers. It compiles flags, which takes a while for many of them.
    async fn show(&mut self, state: Arc<State>, events: Vec<Arc<Event>>) {
        self.state = Arc::clone(&state);
        metrics::counter!("events_appended_total").increment(events.len() as u64);
        let happened: Vec<_> = events.iter().map(|event| event.timestamp).collect();
        let publish = Arc::clone(&self.publish);
        let shown = tokio::task::spawn_blocking(move || publish(state, &events)).await;
        if let Err(error) = shown {
            tracing::error!(%error, "the new state could not be shown");
        }
        let lag = metrics::histogram!("event_apply_lag_seconds");
        happened.into_iter().for_each(|at| lag.record((now() - at).as_seconds_f64()));
    }

    /// Looks whether another process appended something.
    async fn look(&mut self) {
        let followed = match self.store.head().await {
            Ok(head) if head.last > self.state.seq => self.catch_up().await,
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = followed {
            tracing::warn!(%error, "the log was not followed");
        }
    }

    /// Follows what another process appended.
    async fn catch_up(&mut self) -> Result<()> {
        let mut state = State::clone(&self.state);
        let mut events = Vec::new();
        let keep = |page: Vec<Event>| {
            events.extend(page.iter().map(|event| Arc::new(today(event).into_owned())));
            Ok(())
        };
        follow(self.store.as_ref(), &mut state, u64::MAX, keep).await?;
        self.show(Arc::new(state), events).await;
        Ok(())
    }
}

/// What each order comes to, one after the other, each on the state that those before it lead to.
fn plan(mut state: State, orders: Vec<Order>) -> (State, Vec<Order>, Vec<Outcome>) {
    let mut one = |order: &Order| {
        let mut after = state.clone();
        let planned = (order.plan)(&state).and_then(|drafts| happen(&mut after, &order.author, drafts))?;
        state = after;
        Ok(planned)
    };
    // A plan that panics is refused like another; those beside it know nothing of it.
    let mut caught =
        |order| catch_unwind(AssertUnwindSafe(|| one(order))).unwrap_or_else(|_| Err(sentences::internal()));
    let outcomes = orders.iter().map(&mut caught).collect();
    (state, orders, outcomes)
}

/// Turns drafts into events and applies them.
pub(crate) fn happen(state: &mut State, author: &Author, drafts: Vec<Draft>) -> Result<Vec<Arc<Event>>> {
    let mut events = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let version = version(state, &draft);
        if let Some(expected) = draft.expected.filter(|expected| *expected != version) {
            return Err(sentences::stale(&format!("`{}`", draft.flag_id), expected, version));
        }
        let new = Event::new(draft.event_type, &draft.flag_id, version + 1, draft.payload);
        let (id, timestamp) = draft.origin.unwrap_or((new.id, new.timestamp));
        let event = Event {
            id,
            timestamp,
            seq: state.seq + 1,
            project: draft.scope.project,
            environment: draft.scope.environment,
            actor: author.actor.clone(),
            request_id: author.request_id.clone(),
            ..new
        };
        reduce::apply(state, &event)?;
        events.push(Arc::new(event));
    }
    Ok(events)
}

/// The version that the subject of a draft has.
fn version(state: &State, draft: &Draft) -> u64 {
    let project = state.projects.get(&draft.scope.project);
    let environment = project.and_then(|project| project.environments.get(&draft.scope.environment));
    let name = &draft.flag_id;
    let found = match draft.event_type.subject() {
        Subject::Flag => environment.and_then(|found| found.flags.get(name)).map(|flag| flag.version),
        Subject::Project => project.map(|project| project.version),
        Subject::Environment => environment.map(|environment| environment.version),
        Subject::Segment => environment.and_then(|found| {
            let segment = found.segments.get(name).map(|segment| segment.version);
            segment.or_else(|| found.dropped_segments.get(name).copied())
        }),
        Subject::Member => project.and_then(|found| found.members.get(name)).map(|member| member.version),
        Subject::Key => project.map(|project| project.keys_version),
        Subject::Other => None,
    };
    found.unwrap_or(0)
}

fn answer(orders: Vec<Order>, outcomes: Vec<Outcome>) {
    for (order, outcome) in orders.into_iter().zip(outcomes) {
        // Who no longer waits does not want to know.
        let _ = order.reply.send(outcome);
    }
}

fn refuse(orders: Vec<Order>, error: &Error) {
    for order in orders {
        let _ = order.reply.send(Err(error.clone()));
    }
}
