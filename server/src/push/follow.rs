//! What one stream tells: what it missed, from the log; then what happens.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::frame::{BYE, HEARTBEAT, greeting};
use super::hub::Told;
use super::{Format, Message, Place, Replay, Seat};
use crate::App;
use crate::error::{Kind, Result};
use crate::log::{Event, EventType, Scope, Subject};

/// How many events are read from the log at once.
const PAGE: u32 = 256;

/// What a stream is to tell, and how long it may.
pub struct Wish {
    /// Of which environment.
    pub scope: Scope,
    /// Of which flag only.
    pub flag: Option<String>,
    /// What the client has heard; without it, the stream begins now.
    pub since: Option<Since>,
    /// Whether the client still may listen: asked before each frame, so that a stream ends with the right to it.
    pub may: May,
}

/// Whether a client still may listen.
pub type May = Box<dyn Fn(&App) -> bool + Send + Sync>;

/// What a client says that it has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Everything up to a place.
    Place(Place),
    /// Something that is no place of ours, so that it must start from the state as it is.
    Unknown,
}

/// One stream's ear.
pub struct Follower {
    app: App,
    receiver: Receiver<Told>,
    format: &'static Format,
    scope: Scope,
    flag: Option<String>,
    may: May,
    heard: Place,
    /// Frames that are ready.
    ready: VecDeque<Bytes>,
    catching_up: bool,
    over: bool,
    _seat: Seat,
}

impl Follower {
    /// Begins to listen.
    pub async fn begin(app: &App, format: &'static Format, wish: Wish, seat: Seat) -> Result<Self> {
        let (receiver, told) = app.hub.subscribe()?;
        let Wish { scope, flag, since, may } = wish;
        let mut follower = Self {
            app: app.clone(),
            receiver,
            format,
            scope,
            flag,
            may,
            heard: told,
            ready: VecDeque::new(),
            catching_up: false,
            over: false,
            _seat: seat,
        };
        match since {
            None => follower.ready.push_back(greeting(told)),
            Some(Since::Place(place)) if follower.can_go_on(place, told).await? => {
                follower.heard = Place { seq: place.seq, source: told.source };
                follower.catching_up = true;
                follower.ready.push_back(greeting(follower.heard));
            }
            Some(_) => {
                follower.ready.push_back(greeting(told));
                follower.resync(told);
            }
        }
        Ok(follower)
    }

    /// Whether everything that happened since a place is known.
    async fn can_go_on(&self, place: Place, told: Place) -> Result<bool> {
        // Changes of sources are in no log. Who begins at the very beginning asks for the log.
        let sources_missed = place.source != told.source && self.scope == Scope::default() && place.seq > 0;
        let known = place.seq <= told.seq || place.seq <= self.app.store.head().await?.last;
        Ok(known && !sources_missed)
    }

    /// Everything there is to say, until the service stops or the environment is gone.
    pub fn frames(self) -> impl Stream<Item = Bytes> + Send {
        futures_util::stream::unfold(self, |mut follower| async move {
            let frame = follower.next().await?;
            Some((frame, follower))
        })
    }

    /// The next frame; none for who may not listen any longer.
    async fn next(&mut self) -> Option<Bytes> {
        let frame = self.wait().await?;
        (self.may)(&self.app).then_some(frame)
    }

    async fn wait(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                if self.ready.is_empty() {
                    // Nothing is kept for a stream that waits.
                    self.ready = VecDeque::new();
                }
                return Some(frame);
            }
            if self.over {
                return None;
            }
            if self.catching_up {
                self.catch_up().await;
                continue;
            }
            // A timer each: one tick for all would make ten thousand writes at the same moment.
            match tokio::time::timeout(self.app.config.heartbeat, self.receiver.recv()).await {
                Err(_) => return Some(HEARTBEAT),
                Ok(Ok(Told::Change(message))) => self.hear(&message),
                Ok(Ok(Told::Stop)) => {
                    self.over = true;
                    return Some(BYE);
                }
                Ok(Err(RecvError::Lagged(_))) => self.start_anew(),
                Ok(Err(RecvError::Closed)) => return None,
            }
        }
    }

    fn hear(&mut self, message: &Message) {
        if message.logged && message.place.seq <= self.heard.seq {
            // The log had it already.
            return;
        }
        // A change of a source may have been told before the log was read further.
        self.heard = Place { seq: self.heard.seq.max(message.place.seq), ..message.place };
        if !message.event.concerns(&self.scope) {
            return;
        }
        if matches!(message.event.event_type, EventType::ProjectDeleted | EventType::EnvironmentDeleted) {
            self.resync(message.place);
            self.over = true;
        } else if self.wants(&message.event) {
            self.ready.extend(message.frame(self.format));
        }
    }

    fn wants(&self, event: &Event) -> bool {
        let flag = self.flag.as_ref();
        flag.is_none_or(|flag| event.event_type.subject() == Subject::Flag && event.flag_id == *flag)
    }

    /// Reads the next part of the log. The ear is opened anew before, so that nothing falls between log and broadcast, however
    /// long the reading takes.
    async fn catch_up(&mut self) {
        let Ok((receiver, told)) = self.app.hub.subscribe() else {
            self.over = true;
            self.ready.push_back(BYE);
            return;
        };
        self.receiver = receiver;
        let read = match self.format.replay {
            Replay::Each => self.page().await,
            Replay::LastOfEach | Replay::Last => self.last_ones().await,
        };
        match read {
            Ok(events) => events.into_iter().for_each(|event| self.replay(event, told)),
            Err(error) if error.kind() == Kind::Gone => {
                self.catching_up = false;
                self.heard = told;
                self.resync(told);
            }
            Err(error) => {
                // The client comes back and asks for the same.
                tracing::warn!(%error, "a stream ends, because the log cannot be read");
                self.over = true;
            }
        }
    }

    /// A part of the log.
    async fn page(&mut self) -> Result<Vec<Event>> {
        let events = self.app.store.events_after(self.heard.seq, PAGE).await?;
        self.catching_up = events.len() >= PAGE as usize;
        Ok(events)
    }

    /// Of the rest of the log, the last event of each flag and segment, or the last of all of them.
    async fn last_ones(&mut self) -> Result<Vec<Event>> {
        let mut last = HashMap::new();
        let mut seq = self.heard.seq;
        loop {
            let events = self.app.store.events_after(seq, PAGE).await?;
            let full = events.len() >= PAGE as usize;
            for event in events {
                seq = event.seq;
                let subject = event.event_type.subject();
                let told = matches!(subject, Subject::Flag | Subject::Segment);
                if told && event.concerns(&self.scope) && self.wants(&event) {
                    let name = match self.format.replay {
                        Replay::Last => None,
                        _ => Some((subject, event.flag_id.clone())),
                    };
                    last.insert(name, event);
                }
            }
            if !full {
                break;
            }
        }
        self.catching_up = false;
        let mut events: Vec<Event> = last.into_values().collect();
        events.sort_by_key(|event| event.seq);
        Ok(events)
    }

    fn replay(&mut self, event: Event, told: Place) {
        let place = Place { seq: event.seq, source: told.source };
        let live = self.app.live.load_full();
        self.hear(&Message::new(place, true, event.into(), &live));
    }

    /// Passes over what it could not follow.
    fn start_anew(&mut self) {
        match self.app.hub.subscribe() {
            Ok((receiver, told)) => {
                (self.receiver, self.heard) = (receiver, told);
                self.resync(told);
            }
            Err(_) => {
                self.over = true;
                self.ready.push_back(BYE);
            }
        }
    }

    fn resync(&mut self, place: Place) {
        self.ready.push_back((self.format.resync)(place).frame(Some(&place)));
    }
}
