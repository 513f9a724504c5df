//! Every key that is accepted, by what is kept of it: a digest. Looking one up takes no lock.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use tokio::sync::{Mutex, MutexGuard};

use super::key::{Key, KeyDigest, digest};
use super::secrets::Secrets;
use super::{Identity, Principal};
use crate::error::{Result, sentences};
use crate::log::Scope;
use crate::store::Store;

/// The headers that carry a key, in the order in which they are looked at.
pub const KEY_HEADERS: [&str; 3] = ["x-sdk-key", "x-api-key", "x-admin-api-key"];

/// Every key that is accepted, and whose it is.
#[derive(Debug, Default)]
pub struct Keyring {
    /// Those of the environment, which no store has.
    configured: HashMap<KeyDigest, Arc<Identity>>,
    stored: ArcSwap<Stored>,
    /// Taken by those who change keys; holds what the store had counted when its keys were last read.
    changing: Mutex<Option<u64>>,
}

/// The keys of the store that are not revoked.
#[derive(Clone, Debug, Default)]
struct Stored {
    held: HashMap<KeyDigest, Arc<Held>>,
    /// The key that each project shows.
    of_project: HashMap<String, Arc<str>>,
}

#[derive(Debug)]
struct Held {
    identity: Arc<Identity>,
    ends: Option<DateTime<Utc>>,
}

impl Stored {
    fn put(&mut self, key: &Key) {
        if key.revoked_at.is_some() {
            return;
        }
        self.held
            .insert(key.digest, Arc::new(Held { identity: Arc::new(key.principal().into()), ends: key.expires_at }));
        if let (true, None, Some(readable)) = (key.of_project, key.expires_at, &key.readable) {
            self.of_project.insert(key.scope.project.clone(), readable.as_str().into());
        }
    }
}

impl Keyring {
    /// The keys that are configured; those of the store are read with [`Keyring::refresh`].
    pub fn new(secrets: &Secrets) -> Self {
        let scope = Scope::new(Scope::DEFAULT_PROJECT, "");
        let sdk = Principal::Application { key: "SDK_API_KEY".into(), scope, configuration: true };
        let admin = Principal::Admin { key: "ADMIN_API_KEY".into(), project: None };
        // Where both are the same, it may do everything.
        let configured = [(&secrets.sdk_key, sdk), (&secrets.admin_key, admin)];
        let configured = configured.map(|(key, principal)| (digest(key), Arc::new(Identity::from(principal))));
        Self { configured: configured.into(), ..Self::default() }
    }

    /// Whose key it is.
    pub fn find(&self, key: &str) -> Option<Principal> {
        self.find_by_digest(digest(key)).map(|found| found.principal.clone())
    }

    /// Whose key it is, by its digest. Nothing is copied.
    pub fn find_by_digest(&self, digest: KeyDigest) -> Option<Arc<Identity>> {
        if let Some(identity) = self.configured.get(&digest) {
            return Some(Arc::clone(identity));
        }
        let stored = self.stored.load();
        let held = stored.held.get(&digest)?;
        let valid = held.ends.is_none_or(|ends| Utc::now() < ends);
        valid.then(|| Arc::clone(&held.identity))
    }

    /// The key that a project shows.
    pub fn of_project(&self, project: &str) -> Option<Arc<str>> {
        self.stored.load().of_project.get(project).cloned()
    }

    /// Reads the keys of the store, if anybody changed any since they were last read.
    pub async fn refresh(&self, store: &dyn Store) -> Result<()> {
        let mut seen = self.changing.lock().await;
        let count = store.key_changes().await?;
        if *seen == Some(count) {
            return Ok(());
        }
        let mut stored = Stored::default();
        store.keys().await?.iter().for_each(|key| stored.put(key));
        self.stored.store(stored.into());
        *seen = Some(count);
        Ok(())
    }

    /// Keeps others from changing keys until the change is in the store and shown here.
    pub(crate) async fn change(&self) -> Changing<'_> {
        Changing { ring: self, _lock: self.changing.lock().await }
    }
}

/// The right to change keys.
pub(crate) struct Changing<'r> {
    ring: &'r Keyring,
    _lock: MutexGuard<'r, Option<u64>>,
}

impl Changing<'_> {
    /// Shows a key.
    pub(crate) fn put(&self, key: &Key) {
        self.show(|stored| stored.put(key));
    }

    /// Shows a key as that of its project; the one before it ends at a time.
    pub(crate) fn replace(&self, key: &Key, ends: DateTime<Utc>) {
        self.show(|stored| {
            let before = stored.of_project.get(&key.scope.project).map(|before| digest(before));
            if let Some(held) = before.and_then(|before| stored.held.get_mut(&before)) {
                *held = Arc::new(Held { identity: Arc::clone(&held.identity), ends: Some(ends) });
            }
            stored.put(key);
        });
    }

    /// Shows a key no longer.
    pub(crate) fn remove(&self, key: &Key) {
        self.show(|stored| {
            stored.held.remove(&key.digest);
            if key.of_project
                && stored.of_project.get(&key.scope.project).map(|shown| digest(shown)) == Some(key.digest)
            {
                stored.of_project.remove(&key.scope.project);
            }
        });
    }

    /// Shows none of a project's keys any longer.
    pub(crate) fn drop_project(&self, project: &str) {
        self.show(|stored| {
            stored.held.retain(|_, held| match &held.identity.principal {
                Principal::Application { scope, .. } => scope.project != project,
                Principal::Admin { project: Some(own), .. } => own != project,
                _ => true,
            });
            stored.of_project.remove(project);
        });
    }

    fn show(&self, change: impl FnOnce(&mut Stored)) {
        let mut stored = Stored::clone(&self.ring.stored.load());
        change(&mut stored);
        self.ring.stored.store(stored.into());
    }
}

/// Whether a request has a credential, right or wrong.
pub(crate) fn has_credential(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || KEY_HEADERS.iter().any(|name| headers.contains_key(*name))
}

/// The one credential of a request. Several that differ are refused, so that nobody has to guess which one counts.
pub(crate) fn credential<'r>(headers: &'r HeaderMap, query: Option<&'r str>) -> Result<&'r str> {
    let bearer = headers.get_all(AUTHORIZATION).iter().map(|value| {
        let text = value.to_str().unwrap_or("");
        match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => "",
        }
    });
    let keys = KEY_HEADERS.iter().flat_map(|name| headers.get_all(*name)).map(|value| value.to_str().unwrap_or(""));
    let mut found = bearer.chain(keys).chain(query);
    let first = found.next().filter(|first| !first.is_empty()).ok_or_else(sentences::unauthorized)?;
    if found.any(|other| other != first) {
        return Err(sentences::several_credentials());
    }
    Ok(first)
}
