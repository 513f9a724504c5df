//! The one place where changes are told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::broadcast;

use super::{Message, Place};
use crate::error::{Result, sentences};
use crate::live::Live;
use crate::log::Event;

/// How many changes a listener may be behind before it is told to start again.
pub const QUEUE: usize = 64;

/// What listeners are told.
#[derive(Clone, Debug)]
pub enum Told {
    /// Something changed.
    Change(Arc<Message>),
    /// The service stops.
    Stop,
}

/// Tells changes, and knows who listens.
#[derive(Debug)]
pub struct Hub {
    sender: broadcast::Sender<Told>,
    /// Held while something is told or somebody begins to listen, so that each listener begins at one place.
    telling: Mutex<Telling>,
    /// Streams by whose they are.
    seats: Arc<Mutex<HashMap<Arc<str>, usize>>>,
}

#[derive(Debug, Default)]
struct Telling {
    place: Place,
    stopped: bool,
}

impl Telling {
    /// Goes on to the place of a source's change.
    fn step(&mut self, at: DateTime<Utc>) {
        let now = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        // Two changes within a millisecond are two.
        self.place.source = now.max(self.place.source + 1);
    }
}

impl Default for Hub {
    fn default() -> Self {
        let sender = broadcast::Sender::new(QUEUE);
        Self { sender, telling: Mutex::default(), seats: Arc::default() }
    }
}

impl Hub {
    /// Everything that is told from now on, and the place after which that is.
    pub fn subscribe(&self) -> Result<(broadcast::Receiver<Told>, Place)> {
        let telling = locked(&self.telling);
        if telling.stopped {
            return Err(sentences::stopping());
        }
        Ok((self.sender.subscribe(), telling.place))
    }

    /// What was told last.
    pub fn place(&self) -> Place {
        locked(&self.telling).place
    }

    /// Begins after a place of the log: that of the state that was loaded.
    pub fn begin(&self, seq: u64) {
        locked(&self.telling).place.seq = seq;
    }

    /// Tells an event of the log, once `live` shows what follows from it.
    pub fn publish(&self, event: &Arc<Event>, live: &Live) {
        let mut telling = locked(&self.telling);
        telling.place.seq = event.seq;
        self.tell(Told::Change(Arc::new(Message::new(telling.place, true, Arc::clone(event), live))));
    }

    /// Whether there is anybody to tell.
    pub fn is_heard(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Notes a change of a source that nobody was there to hear of: who comes back missed it.
    pub fn pass_over(&self, at: DateTime<Utc>) {
        locked(&self.telling).step(at);
    }

    /// Tells a change of a source, once `live` shows it.
    pub fn publish_unlogged(&self, event: Event, live: &Live) {
        let mut telling = locked(&self.telling);
        telling.step(event.timestamp);
        self.tell(Told::Change(Arc::new(Message::new(telling.place, false, Arc::new(event), live))));
    }

    /// Lets every stream say farewell and end; new ones are refused.
    pub fn stop(&self) {
        locked(&self.telling).stopped = true;
        self.tell(Told::Stop);
    }

    fn tell(&self, told: Told) {
        // Nobody listening is no error.
        let _ = self.sender.send(told);
    }

    /// A place for a stream of `owner`, who may have `most` of them.
    pub fn seat(&self, owner: &str, most: usize) -> Result<Seat> {
        let mut seats = locked(&self.seats);
        // All streams of an owner share the name.
        let owner = seats.get_key_value(owner).map_or_else(|| Arc::from(owner), |(known, _)| Arc::clone(known));
        let taken = seats.entry(Arc::clone(&owner)).or_default();
        if *taken >= most {
            return Err(sentences::too_many_streams(most));
        }
        *taken += 1;
        metrics::gauge!("sse_clients").increment(1.0);
        Ok(Seat { owner, seats: Arc::clone(&self.seats) })
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        locked(&self.seats).values().sum()
    }
}

/// A stream that is open, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    owner: Arc<str>,
    seats: Arc<Mutex<HashMap<Arc<str>, usize>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = locked(&self.seats);
        if let Some(taken) = seats.get_mut(&self.owner) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.owner);
            }
        }
        metrics::gauge!("sse_clients").decrement(1.0);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
