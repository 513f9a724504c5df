//! Frames of server-sent events, and how an interface says changes in them.

use std::fmt::Write;

use bytes::Bytes;

use super::{Message, Place};

/// Milliseconds after which a client that was cut off tries again.
pub const RETRY: u32 = 3000;

/// Where messages keep the frame of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Events, as the event-sourced document has them.
    Events,
    /// Flags, as the platform's document has them.
    Platform,
    /// `refetchEvaluation`, as OFREP has it.
    Ofrep,
}

/// How many [`Slot`]s there are.
pub(super) const SLOTS: usize = 3;

/// What a listener who was away gets of what it missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Every event.
    Each,
    /// The last one of each flag and segment: what is told is how the flag is now.
    LastOfEach,
    /// The last one about a flag or segment.
    Last,
}

/// How an interface tells changes.
#[derive(Debug)]
pub struct Format {
    /// Where its frames are kept.
    pub slot: Slot,
    /// What it says of a change; `None` for nothing.
    pub change: fn(&Message) -> Option<Said>,
    /// What it says to a listener who must start from the state as it is, because changes are missing.
    pub resync: fn(Place) -> Said,
    /// What listeners who were away get.
    pub replay: Replay,
}

/// An event and its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The event's name; without one, clients take it for `message`.
    pub event: Option<&'static str>,
    /// One line.
    pub data: String,
}

impl Said {
    /// Data without a name.
    pub fn unnamed(data: String) -> Self {
        Self { event: None, data }
    }

    /// Data under a name.
    pub fn named(event: &'static str, data: String) -> Self {
        Self { event: Some(event), data }
    }

    /// `{"seq": …}` under the name `resync`.
    pub fn resync(place: Place) -> Self {
        Self::named("resync", format!("{{\"seq\":{}}}", place.seq))
    }

    /// The frame. A client that is cut off after it asks for what follows its id.
    pub fn frame(&self, id: Option<&Place>) -> Bytes {
        let mut out = String::with_capacity(self.data.len() + 64);
        // Writing into a string does not fail.
        if let Some(id) = id {
            let _ = writeln!(out, "id: {id}");
        }
        if let Some(event) = self.event {
            let _ = writeln!(out, "event: {event}");
        }
        let _ = write!(out, "data: {}\n\n", self.data);
        out.into()
    }
}

/// The first frame: how long to wait before another try, and what to ask for then. It reaches no listener of the client.
pub(super) fn greeting(place: Place) -> Bytes {
    format!("retry: {RETRY}\nid: {place}\n\n").into()
}

/// A comment, which clients pass over and proxies take for a sign of life.
pub(super) const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");

/// The last frame of a service that stops.
pub(super) const BYE: Bytes = Bytes::from_static(b"event: bye\ndata: {}\n\n");
