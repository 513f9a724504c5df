//! Tickets: what stands in the address of an event stream instead of a key. A ticket opens streams of one environment for a
//! few minutes, so that an address in somebody's log is soon worth nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::hmac;
use crate::error::{Result, sentences};
use crate::log::Scope;

/// How long a ticket opens streams, in seconds.
pub const LIFETIME: u64 = 5 * 60;

/// A stretch of time in which everybody in an environment gets the same ticket, so that answers that announce it are the
/// same. It is half as long as a ticket holds: a ticket holds in its own window and in the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window(u64);

impl Window {
    /// That of a time, in seconds since 1970.
    pub fn of(now: u64) -> Self {
        Self(now / (LIFETIME / 2))
    }

    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Whether tickets of a window still hold in this one.
    pub fn honours(self, number: u64) -> bool {
        number == self.0 || number.checked_add(1) == Some(self.0)
    }

    fn begin(self) -> u64 {
        self.0.saturating_mul(LIFETIME / 2)
    }
}

/// Makes tickets and checks them.
pub struct Tickets {
    secret: [u8; hmac::LENGTH],
    /// The tickets of the window in which one was last asked for.
    current: Mutex<(Window, HashMap<Scope, Arc<str>>)>,
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tickets")
    }
}

impl Tickets {
    /// Tickets by a secret, from which they take one of their own.
    pub fn new(secret: &str) -> Self {
        let current = Mutex::new((Window::of(0), HashMap::new()));
        Self { secret: hmac::sign(secret.as_bytes(), &[b"stream ticket"]), current }
    }

    /// The ticket for streams of an environment that everybody gets in a window.
    pub fn shared(&self, scope: &Scope, window: Window) -> Arc<str> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 != window {
            *current = (window, HashMap::new());
        }
        if let Some(ticket) = current.1.get(scope) {
            return Arc::clone(ticket);
        }
        let ticket: Arc<str> = self.issue(scope, window.begin()).into();
        current.1.insert(scope.clone(), Arc::clone(&ticket));
        ticket
    }

    /// A ticket for streams of an environment from a time on, in seconds since 1970: letters, digits, `-`, `_` and `.`.
    pub fn issue(&self, scope: &Scope, now: u64) -> String {
        let ends = now.saturating_add(LIFETIME).to_string();
        let place = format!("{}/{}", scope.project, scope.environment);
        let signature = hmac::sign(&self.secret, &[ends.as_bytes(), b".", place.as_bytes()]);
        format!("{}.{ends}.{}", hexadecimal(place.as_bytes()), hexadecimal(&signature))
    }

    /// The environment of a ticket that is ours and has not ended.
    pub fn check(&self, ticket: &str, now: u64) -> Result<Scope> {
        let read = || {
            let (place, rest) = ticket.split_once('.')?;
            let (ends, signature) = rest.split_once('.')?;
            let (place, signature) = (bytes(place)?, bytes(signature)?);
            if !hmac::fits(&self.secret, &[ends.as_bytes(), b".", &place], &signature) {
                return None;
            }
            let place = String::from_utf8(place).ok()?;
            let (project, environment) = place.split_once('/')?;
            let ends: u64 = ends.parse().ok()?;
            (now < ends).then(|| Scope::new(project, environment))
        };
        read().ok_or_else(sentences::bad_ticket)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}
