//! Tickets: what stands in the address of an event stream instead of a key. A ticket opens streams of one environment for a
//! few minutes, so that an address in somebody's log is soon worth nothing.

use super::hmac;
use crate::error::{Result, sentences};
use crate::log::Scope;

/// How long a ticket opens streams, in seconds.
pub const LIFETIME: u64 = 5 * 60;

/// Makes tickets and checks them.
pub struct Tickets {
    secret: [u8; hmac::LENGTH],
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tickets")
    }
}

impl Tickets {
    /// Tickets by a secret, from which they take one of their own.
    pub fn new(secret: &str) -> Self {
        Self { secret: hmac::sign(secret.as_bytes(), &[b"stream ticket"]) }
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
