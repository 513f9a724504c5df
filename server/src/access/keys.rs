//! Making, replacing and revoking keys. Each change is an event first, so that none goes unnoticed, and then a row; the event
//! has the key's id only.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Principal;
use super::key::{Key, KeyKind, digest, random_key};
use crate::App;
use crate::error::{Error, Result, sentences};
use crate::log::event::now;
use crate::log::{Author, Draft, EventType, Scope, State};
use crate::manage::Act;

/// What is wanted of a new key.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What it is for.
    pub kind: KeyKind,
    /// Where it counts: an empty project is all of them, which only an admin key has; an empty environment all of the
    /// project's.
    pub scope: Scope,
    /// Its name for people.
    pub label: String,
    /// Whether a client key shows rules and targeted users all the same.
    pub configuration: bool,
    /// From when on it is not accepted.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What `KeyRotated` says.
#[derive(Serialize)]
struct KeyChange<'k> {
    key_id: &'k str,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<KeyKind>,
    #[serde(skip_serializing_if = "str::is_empty")]
    environment: &'k str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'k str,
}

/// Makes the key that a new project shows as its `sdk_key`: one that evaluates in each of its environments. Gives its id and
/// the key.
pub async fn new_project_key(app: &App, project: &str, author: Author) -> Result<(String, String)> {
    replace(app, project, author, now(), "created", |_| Ok(())).await
}

/// The key that a project shows as its `sdk_key`.
pub fn project_key(app: &App, project: &str) -> Option<Arc<str>> {
    app.keyring.of_project(project)
}

/// Replaces the key that a project shows; the old one is accepted for `grace` more, and with none it is invalid at once. Gives
/// the new one's id and the key.
pub async fn rotate_project_key(app: &App, act: &Act, project: &str, grace: Duration) -> Result<(String, String)> {
    let principal = act.principal.clone();
    let owned = project.to_owned();
    let ends = end_of(grace);
    let author = principal.author(&act.request_id);
    replace(app, project, author, ends, "replaced", move |state| principal.may_administer(state, &owned)).await
}

async fn replace(
    app: &App,
    project: &str,
    author: Author,
    ends: DateTime<Utc>,
    action: &'static str,
    check: impl Fn(&State) -> Result<()> + Send + 'static,
) -> Result<(String, String)> {
    let wanted = NewKey {
        kind: KeyKind::Client,
        scope: Scope::new(project, ""),
        label: "sdk_key".into(),
        configuration: false,
        expires_at: None,
    };
    let (mut key, text) = made(wanted, &author.actor)?;
    key.of_project = true;
    let draft = draft(&key, action);
    let owned = project.to_owned();
    let plan = move |state: &State| {
        state.project(&owned)?;
        check(state)?;
        Ok(vec![draft.clone()])
    };
    app.ledger.write(author, plan).await?;
    let changing = app.keyring.change().await;
    app.store.replace_project_key(&key, ends).await?;
    changing.replace(&key, ends);
    Ok((key.id, text))
}

/// Makes a key. What is given back with it is the key itself, which of admin and server keys nobody can see again.
pub async fn new_key(app: &App, act: &Act, wanted: NewKey) -> Result<(Key, String)> {
    if wanted.kind == KeyKind::Admin && !wanted.scope.environment.is_empty() {
        return Err(Error::field("/environment", "`environment`: an admin key is for the whole project; leave it out"));
    }
    let author = act.principal.author(&act.request_id);
    let (key, text) = made(wanted, &author.actor)?;
    let (draft, kind, scope, principal) = (draft(&key, "created"), key.kind, key.scope.clone(), act.principal.clone());
    let plan = move |state: &State| {
        may_change(&principal, state, &scope.project)?;
        if scope.project.is_empty() && kind != KeyKind::Admin {
            return Err(sentences::no_project(""));
        }
        if !scope.environment.is_empty() {
            state.environment(&scope)?;
        }
        Ok(vec![draft.clone()])
    };
    app.ledger.write(author, plan).await?;
    let changing = app.keyring.change().await;
    app.store.add_key(&key).await?;
    changing.put(&key);
    Ok((key, text))
}

/// Replaces a key, wherever it counts, by one for the same; the old one is accepted for `grace` more, and with none it is
/// invalid at once. Gives the new one, and the key itself.
pub async fn rotate(app: &App, act: &Act, id: &str, grace: Duration) -> Result<(Key, String)> {
    let found = app.store.keys().await?.into_iter().find(|key| key.id == id && key.is_valid(now()));
    let old = found.ok_or_else(|| sentences::no_key(id))?;
    if old.of_project {
        let (id, text) = rotate_project_key(app, act, &old.scope.project, grace).await?;
        let made = app.store.keys().await?.into_iter().find(|key| key.id == id);
        return Ok((made.ok_or_else(|| sentences::no_key(&id))?, text));
    }
    let author = act.principal.author(&act.request_id);
    let wanted = NewKey {
        kind: old.kind,
        scope: old.scope.clone(),
        label: old.label.clone(),
        configuration: old.configuration,
        expires_at: old.expires_at,
    };
    let (key, text) = made(wanted, &author.actor)?;
    let (draft, project, principal) = (draft(&key, "replaced"), key.scope.project.clone(), act.principal.clone());
    let plan = move |state: &State| {
        may_change(&principal, state, &project)?;
        Ok(vec![draft.clone()])
    };
    app.ledger.write(author, plan).await?;
    let changing = app.keyring.change().await;
    let ends = end_of(grace);
    app.store.replace_key(&old.id, &key, ends).await?;
    let ends = old.expires_at.map_or(ends, |before| before.min(ends));
    changing.put(&Key { expires_at: Some(ends), ..old });
    changing.put(&key);
    Ok((key, text))
}

/// When a time that begins now is over.
fn end_of(grace: Duration) -> DateTime<Utc> {
    now() + chrono::TimeDelta::from_std(grace).unwrap_or(chrono::TimeDelta::MAX / 2)
}

/// Makes a key of a project invalid at once; an empty project stands for keys of the whole instance.
pub async fn revoke(app: &App, act: &Act, project: &str, id: &str) -> Result<Key> {
    let found = app.store.keys().await?.into_iter().find(|key| key.id == id && key.scope.project == project);
    let principal = act.principal.clone();
    let (owned, name) = (project.to_owned(), id.to_owned());
    let key = found.clone().filter(|key| key.revoked_at.is_none());
    let plan = move |state: &State| {
        may_change(&principal, state, &owned)?;
        let key = key.as_ref().ok_or_else(|| sentences::no_key(&name))?;
        Ok(vec![draft(key, "revoked")])
    };
    app.ledger.write(act.principal.author(&act.request_id), plan).await?;
    let mut key = found.ok_or_else(|| sentences::no_key(id))?;
    let changing = app.keyring.change().await;
    key.revoked_at = Some(now());
    app.store.revoke_key(id, now()).await?;
    changing.remove(&key);
    Ok(key)
}

/// The keys of a project, those that no longer work included; an empty project stands for keys of the whole instance.
pub async fn list(app: &App, act: &Act, project: &str) -> Result<Vec<Key>> {
    may_change(&act.principal, &app.live.load_full().state, project)?;
    let keys = app.store.keys().await?;
    Ok(keys.into_iter().filter(|key| key.scope.project == project).collect())
}

/// Forgets all keys of a project that is gone.
pub async fn drop_project(app: &App, project: &str) -> Result<()> {
    let changing = app.keyring.change().await;
    app.store.drop_keys(project).await?;
    changing.drop_project(project);
    Ok(())
}

/// Keys of a project are its owners' to change, those of the instance its admins'.
fn may_change(principal: &Principal, state: &State, project: &str) -> Result<()> {
    match principal {
        _ if !project.is_empty() => principal.may_administer(state, project),
        Principal::User { admin: true, .. } | Principal::Admin { project: None, .. } => Ok(()),
        _ => Err(sentences::forbidden("change keys of the whole instance")),
    }
}

fn made(wanted: NewKey, created_by: &str) -> Result<(Key, String)> {
    let text = random_key(wanted.kind)?;
    let key = Key {
        id: uuid::Uuid::new_v4().to_string(),
        kind: wanted.kind,
        scope: wanted.scope,
        label: wanted.label,
        digest: digest(&text),
        readable: (wanted.kind == KeyKind::Client).then(|| text.clone()),
        configuration: wanted.configuration && wanted.kind == KeyKind::Client,
        of_project: false,
        created_by: created_by.to_owned(),
        created_at: now(),
        expires_at: wanted.expires_at,
        revoked_at: None,
    };
    Ok((key, text))
}

fn draft(key: &Key, action: &'static str) -> Draft {
    let change = KeyChange {
        key_id: &key.id,
        action,
        kind: Some(key.kind),
        environment: &key.scope.environment,
        label: &key.label,
    };
    Draft::new(EventType::KeyRotated, &Scope::new(key.scope.project.as_str(), ""), &key.id, &change)
}
