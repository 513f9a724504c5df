//! `burgee key`: credentials of programs.

use std::sync::Arc;
use std::time::Duration;

use burgee_server::access::Principal;
use burgee_server::access::key::{Key, KeyKind};
use burgee_server::access::keys::{self, NewKey};
use burgee_server::log::Scope;
use burgee_server::manage::Act;
use burgee_server::store::{AccountStore, LogStore};
use burgee_server::{App, Error};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clap::ValueEnum;
use serde_json::json;

use super::{Answered, Data, app, wait};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{FAINT, GOOD, NAME, Output, STRONG, table};

pub(crate) const EXAMPLES: &str = examples! {
    "for a program of yours, in project `default`" => "burgee key new --kind server --label checkout",
    "which there are" => "burgee key list",
};

const NEW_EXAMPLES: &str = examples! {
    "for a program that runs at your place: evaluates, and sees rules" => "burgee key new --kind server --label checkout",
    "for programs in the hands of users: evaluates one environment" => "burgee key new --kind client --environment staging --label web",
    "for an operator, who may do everything, for a day" => "burgee key new --kind admin --label migration --expires-in 1d",
};

const ROTATE_EXAMPLES: &str = examples! {
    "the old one works for an hour more; `burgee key list` tells ids" => "burgee key rotate \"$KEY_ID\" --grace 1h",
};

const REVOKE_EXAMPLES: &str = examples! {
    "a running service refuses it within a second" => "burgee key revoke \"$KEY_ID\"",
};

const LIST_EXAMPLES: &str = examples! {
    "of all projects" => "burgee key list",
    "of one, as a script reads it" => "burgee key list --project default --json",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make a key
    #[command(after_help = NEW_EXAMPLES)]
    New(New),
    /// Replace a key by one for the same
    #[command(after_help = ROTATE_EXAMPLES)]
    Rotate {
        /// The key's id
        id: String,
        /// How long the old one is still accepted
        #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = humantime::parse_duration)]
        grace: Duration,
        #[command(flatten)]
        data: Data,
    },
    /// Make a key invalid
    #[command(after_help = REVOKE_EXAMPLES)]
    Revoke {
        /// The key's id
        id: String,
        #[command(flatten)]
        data: Data,
    },
    /// List all keys, those that no longer work included
    #[command(after_help = LIST_EXAMPLES)]
    List {
        /// Only of this project
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(clap::Args)]
struct New {
    /// What it is for
    #[arg(long, value_enum)]
    kind: Kind,
    /// The project's id [default: `default`; for admin keys all projects]
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// The environment's name [default: all of the project's]
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// A name for people
    #[arg(long, value_name = "TEXT", default_value = "")]
    label: String,
    /// A client key shows rules and targeted users all the same
    #[arg(long)]
    configuration: bool,
    /// How long it is accepted [default: until it is revoked]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    expires_in: Option<Duration>,
    #[command(flatten)]
    data: Data,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Manages everything, in all projects or in one
    Admin,
    /// Evaluates, and sees rules and targeted users: for programs that nobody outside reads
    Server,
    /// Evaluates: for programs in the hands of users; no secret
    Client,
}

impl From<Kind> for KeyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Admin => Self::Admin,
            Kind::Server => Self::Server,
            Kind::Client => Self::Client,
        }
    }
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        match self.what {
            What::New(new) => new.run(output),
            What::Rotate { id, grace, data } => {
                let (key, text) = change(&data, async |app, act| keys::rotate(app, act, &id, grace).await)?;
                let after = match grace {
                    Duration::ZERO => "the old one is invalid".to_owned(),
                    grace => format!("the old one works for {} more", humantime::format_duration(grace)),
                };
                told("replaced", &after, &key, Some(&text), output)
            }
            What::Revoke { id, data } => {
                let key = change(&data, async |app, act| {
                    let found = app.store.keys().await?.into_iter().find(|key| key.id == id);
                    let project = found.map(|key| key.scope.project).unwrap_or_default();
                    keys::revoke(app, act, &project, &id).await
                })?;
                told("revoked", "", &key, None, output)
            }
            What::List { project, data } => list(&data, project.as_deref(), output),
        }
    }
}

impl New {
    fn run(self, output: Output) -> Answered {
        let project = match (self.project, self.kind) {
            (Some(project), _) => project,
            (None, Kind::Admin) => String::new(),
            (None, _) => Scope::DEFAULT_PROJECT.to_owned(),
        };
        let expires_at = self.expires_in.and_then(|age| Utc::now().checked_add_signed(TimeDelta::from_std(age).ok()?));
        let wanted = NewKey {
            kind: self.kind.into(),
            scope: Scope::new(project, self.environment.unwrap_or_default()),
            label: self.label,
            configuration: self.configuration,
            expires_at,
        };
        let (key, text) = change(&self.data, async |app, act| keys::new_key(app, act, wanted).await)?;
        told("made", "", &key, Some(&text), output)
    }
}

/// Changes keys. A running service notices.
fn change<T>(data: &Data, work: impl AsyncFnOnce(&App, &Act) -> Result<T, Error>) -> Result<T> {
    wait(async {
        let store = Arc::new(data.open_or_create().await?);
        let app = app(data, store).await?;
        let principal = Principal::Admin { key: "command".into(), project: None };
        let act = Act { principal, request_id: String::new(), scope: Scope::default() };
        let done = work(&app, &act).await;
        app.close().await;
        Ok(done?)
    })
}

fn told(what: &str, after: &str, key: &Key, text: Option<&str>, output: Output) -> Answered {
    let mut json = json(key);
    if let (Some(text), Some(members)) = (text, json.as_object_mut()) {
        members.insert("key".into(), text.into());
    }
    output.answer(&json, |out| {
        let after = if after.is_empty() { String::new() } else { format!("; {after}") };
        let kind = key.kind.as_str();
        writeln!(out, "{GOOD}{what}{GOOD:#} {kind} key {NAME}{}{NAME:#} for {}{after}", key.id, place(key))?;
        match text {
            Some(text) if key.readable.is_some() => writeln!(out, "{FAINT}key{FAINT:#} {STRONG}{text}{STRONG:#}"),
            Some(text) => {
                writeln!(out, "{FAINT}key{FAINT:#} {STRONG}{text}{STRONG:#} {FAINT}(shown only now){FAINT:#}")
            }
            None => Ok(()),
        }
    })?;
    Ok(Exit::Done)
}

fn list(data: &Data, project: Option<&str>, output: Output) -> Answered {
    data.must_exist()?;
    let mut keys = wait(async {
        let store = data.open_or_create().await?;
        let keys = store.keys().await;
        store.close().await;
        Ok(keys?)
    })?;
    keys.retain(|key| project.is_none_or(|project| key.scope.project == project));
    output.answer(&json!({"keys": keys.iter().map(json).collect::<Vec<_>>()}), |out| {
        let row =
            |key: &Key| vec![key.id.clone(), key.kind.as_str().to_owned(), place(key), state(key), key.label.clone()];
        table(out, &["id", "kind", "for", "state", "label"], &keys.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(Exit::Done)
}

/// What is shown of a key to whom it was made for. Client keys are no secret.
fn json(key: &Key) -> serde_json::Value {
    let mut json = json!({
        "id": key.id,
        "kind": key.kind,
        "project": key.scope.project,
        "environment": key.scope.environment,
        "label": key.label,
        "valid": key.is_valid(Utc::now()),
        "created_by": key.created_by,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    });
    if let (Some(readable), Some(members)) = (&key.readable, json.as_object_mut()) {
        members.insert("key".into(), readable.as_str().into());
    }
    json
}

fn place(key: &Key) -> String {
    match (key.scope.project.as_str(), key.scope.environment.as_str()) {
        ("", _) => "everything".to_owned(),
        (project, "") => project.to_owned(),
        (project, environment) => format!("{project}/{environment}"),
    }
}

fn state(key: &Key) -> String {
    let at = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    match (key.revoked_at, key.expires_at) {
        (Some(revoked), _) => format!("revoked {}", at(revoked)),
        (None, Some(ends)) if ends <= Utc::now() => format!("expired {}", at(ends)),
        (None, Some(ends)) => format!("until {}", at(ends)),
        (None, None) => "valid".to_owned(),
    }
}
