//! Where interfaces say what they evaluated.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use burgee::{Answer, BulkEvaluation};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::writer::Writer;
use super::{Mode, Recording, Tally};
use crate::flags::Verdict;
use crate::live::{Entry, FlagSet, LiveCell};
use crate::observe::evaluations;
use crate::store::Store;

/// How many bytes may wait to be written, beside the bound on requests: a user may send a large context.
const QUEUED_BYTES: usize = 64 << 20;

/// The longest context that is kept, in bytes. Of evaluations with a longer one everything else is.
pub const LONGEST_CONTEXT: usize = 8 << 10;

/// The flags that one request evaluated.
#[derive(Debug)]
pub struct Evaluated {
    mode: Mode,
    /// Whom for.
    pub user: Box<str>,
    /// The context as it was sent, a JSON object.
    pub context: Option<Box<str>>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What each flag gave.
    pub outcomes: Vec<Outcome>,
}

/// What one flag gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The flag.
    pub tally: Arc<Tally>,
    /// The place of the variant among its variants.
    pub variant: u16,
    /// On or off, and why.
    pub verdict: Verdict,
}

impl Evaluated {
    /// Adds the answer of a flag, which counts it as well.
    pub fn add(&mut self, entry: &Entry, answer: &Answer<'_>, verdict: Verdict) {
        let variant = entry.tally.count(answer);
        if self.mode == Mode::All {
            self.outcomes.push(Outcome { tally: Arc::clone(&entry.tally), variant, verdict });
        }
    }

    /// What it takes of memory, about.
    pub(super) fn bytes(&self) -> usize {
        let texts = self.user.len() + self.context.as_ref().map_or(0, |context| context.len());
        size_of::<Self>() + texts + self.outcomes.capacity() * size_of::<Outcome>()
    }
}

/// What waits for the writer.
pub(super) enum Message {
    /// A request.
    Request(Box<Evaluated>),
    /// Somebody wants to know when everything before is written.
    Flush(oneshot::Sender<()>),
    /// Write what there is, and end.
    Stop,
}

/// How much waits, and what did not find room.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) bytes: AtomicUsize,
    dropped: AtomicU64,
}

impl Load {
    /// Counts evaluations that are lost.
    pub(super) fn lose(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
        metrics::counter!("evaluations_dropped_total").increment(count);
    }
}

/// Takes evaluations and hands them to the writer.
pub struct Recorder {
    mode: Mode,
    queue: mpsc::Sender<Message>,
    load: Arc<Load>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    /// Starts the writer.
    pub fn start(recording: Recording, store: &Arc<dyn Store>, live: &Arc<LiveCell>) -> Self {
        let (queue, received) = mpsc::channel(recording.queue.max(1));
        let load = Arc::new(Load::default());
        let writer = Writer::new(recording, Arc::clone(store), Arc::clone(live), Arc::clone(&load));
        let writer = tokio::spawn(writer.run(received));
        Self { mode: recording.mode, queue, load, writer: Mutex::new(Some(writer)) }
    }

    /// Counts the answer of a flag. It costs a look-up of the key and an atomic addition.
    pub fn count(&self, set: &FlagSet, answer: &Answer<'_>) {
        match set.entries.get(answer.key()) {
            Some(entry) => drop(entry.tally.count(answer)),
            None => evaluations::add_unknown(),
        }
    }

    /// Counts the answers of all flags. It costs an atomic addition for each.
    pub fn count_all(&self, set: &FlagSet, all: &BulkEvaluation) {
        for (entry, answer) in set.answers(all) {
            entry.tally.count(&answer);
        }
    }

    /// Whether contexts are kept.
    pub fn wants_contexts(&self) -> bool {
        self.mode == Mode::All
    }

    /// A request that evaluates flags for a user; [`Recorder::record`] takes it when it has.
    pub fn request(&self, user: &str, context: Option<String>, at_ms: i64, flags: usize) -> Evaluated {
        let each = self.mode == Mode::All;
        let context = context.filter(|context| each && context.len() <= LONGEST_CONTEXT);
        let outcomes = Vec::with_capacity(if each { flags } else { 0 });
        Evaluated { mode: self.mode, user: user.into(), context: context.map(Box::from), at_ms, outcomes }
    }

    /// Records what a request evaluated.
    pub fn record(&self, evaluated: Evaluated) {
        if evaluated.outcomes.is_empty() {
            return;
        }
        let (bytes, count) = (evaluated.bytes(), evaluated.outcomes.len() as u64);
        let full = self.load.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > QUEUED_BYTES;
        if full || self.queue.try_send(Message::Request(Box::new(evaluated))).is_err() {
            self.load.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.load.lose(count);
        }
    }

    /// How many evaluations did not find room.
    pub fn dropped(&self) -> u64 {
        self.load.dropped.load(Ordering::Relaxed)
    }

    /// Waits until everything that was recorded before is in the store.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            // It fails where the writer ended, which writes everything before.
            let _ = written.await;
        }
    }

    /// Writes what there is, and ends.
    pub async fn stop(&self) {
        if let Some(writer) = self.writer.lock().await.take() {
            let _ = self.queue.send(Message::Stop).await;
            // It ends by itself; where it panicked, that was told.
            let _ = writer.await;
        }
    }
}
