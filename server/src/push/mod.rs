//! Changes, told to everybody who listens.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::log::{Event, Scope};

/// How many changes a listener may be behind before it is told to start again.
const QUEUE: usize = 64;

/// A change, as listeners get it.
#[derive(Debug)]
pub struct Message {
    /// Its place in the log; `None` for a change of a source, which the log knows nothing of.
    pub seq: Option<u64>,
    /// Where it happened.
    pub scope: Scope,
    /// What happened.
    pub event: Arc<Event>,
}

/// The one place where changes are told.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<Arc<Message>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(QUEUE) }
    }
}

impl Hub {
    /// Everything that is told from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Message>> {
        self.sender.subscribe()
    }

    /// Tells an event of the log.
    pub fn publish(&self, event: &Arc<Event>) {
        let message = Message { seq: Some(event.seq), scope: event.scope(), event: Arc::clone(event) };
        // Nobody listening is no error.
        let _ = self.sender.send(Arc::new(message));
    }

    /// Tells a change of a source.
    pub fn publish_unlogged(&self, event: Event) {
        let message = Message { seq: None, scope: event.scope(), event: Arc::new(event) };
        let _ = self.sender.send(Arc::new(message));
    }
}
