//! A change, as listeners get it.

use std::fmt::{Display, Formatter};
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::frame::{Format, SLOTS};
use crate::flags::Flag;
use crate::live::Live;
use crate::log::{Event, Scope};

/// How far a listener has heard: the id of a server-sent event.
///
/// `17` is a place in the log. Changes of sources have no place there, so that once there was one, the time of the last one
/// is added, in milliseconds since 1970: `17.1764322431000`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The place in the log.
    pub seq: u64,
    /// When a source last changed, 0 for never.
    pub source: u64,
}

impl Display for Place {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self.source {
            0 => write!(formatter, "{}", self.seq),
            source => write!(formatter, "{}.{source}", self.seq),
        }
    }
}

impl FromStr for Place {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seq, source) = text.split_once('.').unwrap_or((text, "0"));
        Ok(Self { seq: seq.parse()?, source: source.parse()? })
    }
}

/// A change with what follows from it. Its frames are made when the first stream asks for one.
#[derive(Debug)]
pub struct Message {
    /// How far a listener has heard with it.
    pub place: Place,
    /// Whether it stands in the log; a change of a source does not.
    pub logged: bool,
    /// Where it happened.
    pub scope: Scope,
    /// What happened.
    pub event: Arc<Event>,
    /// The flag as it is since then, if it is about a flag and there still is one.
    pub flag: Option<Arc<Flag>>,
    /// Which flags the environment has since then: [`FlagSet::tag`](crate::live::FlagSet::tag).
    pub tag: String,
    /// When the flags last changed.
    pub changed_at: DateTime<Utc>,
    frames: [OnceLock<Option<Bytes>>; SLOTS],
}

impl Message {
    /// An event, with what requests read since then.
    pub fn new(place: Place, logged: bool, event: Arc<Event>, live: &Live) -> Self {
        let scope = event.scope();
        let set = live.set(&scope).ok();
        Self {
            place,
            logged,
            flag: set.and_then(|set| set.entries.get(&event.flag_id)).map(|entry| Arc::clone(&entry.flag)),
            tag: set.map_or_else(String::new, |set| set.tag.clone()),
            changed_at: set.map_or(event.timestamp, |set| set.changed_at),
            scope,
            event,
            frames: Default::default(),
        }
    }

    /// Its frame of a form; `None` where listeners of that form are not told of it. All streams share the bytes.
    pub fn frame(&self, format: &Format) -> Option<Bytes> {
        let made = || (format.change)(self).map(|said| said.frame(Some(&self.place)));
        match self.frames.get(format.slot as usize) {
            Some(kept) => kept.get_or_init(made).clone(),
            None => made(),
        }
    }
}
