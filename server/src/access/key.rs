//! A key: a credential of a program.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Principal;
use crate::error::{Result, sentences};
use crate::log::Scope;

/// SHA-256 of a key. Keys are long and random, so nothing slower is needed.
pub type KeyDigest = [u8; 32];

/// How many characters of a key are random: 62 to the power of 32 are 190 bits.
const RANDOM: usize = 32;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Manages: everything in a project, or in all of them.
    Admin,
    /// Evaluates, and sees rules and targeted users: for programs that nobody outside reads.
    Server,
    /// Evaluates: for programs in the hands of users. It is no secret, so it can be read again.
    Client,
}

impl KeyKind {
    const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::Admin, "admin", "adm_"), (Self::Server, "server", "srv_"), (Self::Client, "client", "sdk_")];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(kind, ..)| *kind)
    }

    fn prefix(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., prefix)| prefix)
    }
}

/// What is kept of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// A UUID. It names the key in the log and in answers.
    pub id: String,
    /// What it is for.
    pub kind: KeyKind,
    /// Where it counts: an empty project is all of them, an empty environment all of the project's.
    pub scope: Scope,
    /// Its name for people.
    pub label: String,
    /// By which it is found.
    pub digest: KeyDigest,
    /// The key itself, of client keys only.
    pub readable: Option<String>,
    /// Whether a client key shows rules and targeted users all the same.
    pub configuration: bool,
    /// Whether it is the one that the project shows as its `sdk_key`.
    pub of_project: bool,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// From when on it is not accepted.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Key {
    /// Whether it is accepted at a time.
    pub fn is_valid(&self, at: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|ends| at < ends)
    }

    /// Who asks with it.
    pub fn principal(&self) -> Principal {
        let key = self.id.clone();
        let project = Some(self.scope.project.clone()).filter(|project| !project.is_empty());
        match self.kind {
            KeyKind::Admin => Principal::Admin { key, project },
            KeyKind::Server => Principal::Application { key, scope: self.scope.clone(), configuration: true },
            KeyKind::Client => {
                Principal::Application { key, scope: self.scope.clone(), configuration: self.configuration }
            }
        }
    }
}

/// The digest of a key.
pub fn digest(key: &str) -> KeyDigest {
    Sha256::digest(key.as_bytes()).into()
}

/// A key that nobody has: a prefix that says its kind, and 32 letters and digits of the system's random source.
pub fn random_key(kind: KeyKind) -> Result<String> {
    let mut key = String::from(kind.prefix());
    let length = key.len() + RANDOM;
    let mut bytes = [0; 2 * RANDOM];
    while key.len() < length {
        random(&mut bytes)?;
        // Bytes from 248 on would make the first letters of the alphabet more likely.
        let letters = bytes.iter().filter(|byte| **byte < 248);
        let letters = letters.filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
        key.extend(letters.take(length - key.len()).map(|letter| char::from(*letter)));
    }
    Ok(key)
}

/// Fills a place with bytes of the system's random source.
pub(crate) fn random(place: &mut [u8]) -> Result<()> {
    getrandom::fill(place).map_err(|error| sentences::no_randomness(&error))
}
