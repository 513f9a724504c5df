//! Keys, by what is kept of them: a digest.

use std::collections::HashMap;

use arc_swap::ArcSwap;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};

use super::Principal;
use crate::error::{Result, sentences};

/// SHA-256 of a key. Keys are long and random, so nothing slower is needed.
pub type KeyDigest = [u8; 32];

/// The headers that carry a key, in the order in which they are looked at.
pub const KEY_HEADERS: [&str; 3] = ["x-sdk-key", "x-api-key", "x-admin-api-key"];

/// The digest of a key.
pub fn digest(key: &str) -> KeyDigest {
    Sha256::digest(key.as_bytes()).into()
}

/// Every key that is accepted, and whose it is.
#[derive(Debug, Default)]
pub struct Keyring {
    keys: ArcSwap<HashMap<KeyDigest, Principal>>,
}

impl Keyring {
    /// Replaces all keys.
    pub fn replace(&self, keys: HashMap<KeyDigest, Principal>) {
        self.keys.store(keys.into());
    }

    /// Whose key it is.
    pub fn find(&self, key: &str) -> Option<Principal> {
        self.keys.load().get(&digest(key)).cloned()
    }
}

/// The one credential of a request. Several that differ are refused, so that nobody has to guess which one counts.
pub(crate) fn credential<'r>(headers: &'r HeaderMap, query: Option<&'r str>) -> Result<&'r str> {
    let bearer = headers.get(AUTHORIZATION).map(|value| {
        let text = value.to_str().unwrap_or("");
        match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => "",
        }
    });
    let keys = KEY_HEADERS.iter().filter_map(|name| headers.get(*name)).map(|value| value.to_str().unwrap_or(""));
    let mut found = bearer.into_iter().chain(keys).chain(query);
    let first = found.next().filter(|first| !first.is_empty()).ok_or_else(sentences::unauthorized)?;
    if found.any(|other| other != first) {
        return Err(sentences::several_credentials());
    }
    Ok(first)
}
