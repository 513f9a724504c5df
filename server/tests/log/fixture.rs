//! A log in a temporary folder, and events by hand.

use std::path::Path;

use burgee_server::access::Principal;
use burgee_server::flags::Change;
use burgee_server::log::{Event, EventType, Scope, State, reduce};
use burgee_server::manage::{self, Act, Done};
use burgee_server::store::sqlite::FILE;
use burgee_server::{App, Config};
use chrono::DateTime;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

/// A service without connections.
pub(crate) struct Log {
    pub(crate) app: App,
    pub(crate) folder: tempfile::TempDir,
}

impl Log {
    pub(crate) async fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap()).await
    }

    /// On a folder that may have a log.
    pub(crate) async fn on(folder: tempfile::TempDir) -> Self {
        let app = App::open(config(folder.path())).await.unwrap();
        Self { app, folder }
    }

    /// Stops and starts again.
    pub(crate) async fn restarted(self) -> Self {
        Self::on(self.closed().await).await
    }

    /// Stops.
    pub(crate) async fn closed(self) -> tempfile::TempDir {
        self.app.close().await;
        self.folder
    }

    pub(crate) fn state(&self) -> State {
        State::clone(&self.app.live.load().state)
    }

    /// Creates a boolean flag.
    pub(crate) async fn create(&self, key: &str, on: bool) -> Done {
        let change = Change { enabled_by_default: Some(on), ..Change::of(key) };
        manage::create(&self.app, &act(), change).await.unwrap()
    }

    /// Changes the description.
    pub(crate) async fn describe(&self, key: &str, text: &str) -> Done {
        let description = Some(Some(text.to_owned()));
        let change = move |flag: &burgee_server::flags::Flag| {
            Ok(Change { description: description.clone(), ..Change::of(flag.key.as_str()) })
        };
        manage::update(&self.app, &act(), key, None, change).await.unwrap()
    }

    pub(crate) async fn delete(&self, key: &str) -> Done {
        manage::delete(&self.app, &act(), key, None).await.unwrap()
    }
}

pub(crate) fn config(folder: &Path) -> Config {
    Config { data: folder.join("data"), port: 0, ..Config::default() }
}

/// Somebody who may do everything.
pub(crate) fn act() -> Act {
    let principal = Principal::Admin { key: "test".into(), project: None };
    Act { principal, request_id: "r-1".into(), scope: Scope::default() }
}

/// Changes a database behind its store's back.
pub(crate) async fn sql(folder: &Path, statement: &'static str) -> u64 {
    let options = SqliteConnectOptions::new().filename(folder.join("data").join(FILE));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let done = sqlx::query(statement).execute(&pool).await.unwrap();
    pool.close().await;
    done.rows_affected()
}

/// An event of project `default`, environment `production`, in an instant that follows from its place.
pub(crate) fn event(seq: u64, event_type: EventType, name: &str, version: u64, payload: Value) -> Event {
    Event {
        id: format!("00000000-0000-4000-8000-{seq:012}"),
        seq,
        timestamp: DateTime::from_timestamp_millis(1_700_000_000_000 + seq as i64).unwrap(),
        project: "default".into(),
        environment: "production".into(),
        actor: "user:ada".into(),
        ..Event::new(event_type, name, version, payload)
    }
}

/// A log's first two events: a project and its environment.
pub(crate) fn beginning() -> Vec<Event> {
    let project = event(1, EventType::ProjectCreated, "default", 1, json!({"name": "Default"}));
    let environment = event(2, EventType::EnvironmentCreated, "production", 1, json!({"protected": false}));
    vec![Event { environment: String::new(), ..project }, environment]
}

/// What events lead to.
pub(crate) fn fold<'e>(events: impl IntoIterator<Item = &'e Event>) -> State {
    let mut state = State::default();
    for event in events {
        reduce::apply(&mut state, event).unwrap();
    }
    state
}

/// A state as bytes.
pub(crate) fn bytes(state: &State) -> String {
    serde_json::to_string(state).unwrap()
}
