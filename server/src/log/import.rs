//! Flags of elsewhere as events of today: all of a text, or nothing.
//!
//! | text | becomes |
//! |---|---|
//! | events of the event-sourced document's system, one a line or as a list | the same events, with their ids and times where they have them |
//! | a file in flagd's format, JSON or YAML | `FlagCreated` for each flag, `SegmentChanged` for each shared evaluator |
//! | a file of the configuration file's document | `FlagCreated` for each flag |
//!
//! What the service itself exported goes back by [`restore`](super::export::restore).

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::event::now;
use super::reduce::SegmentChange;
use super::stream::{self, happen_well};
use super::{Author, Draft, Event, EventType, Ledger, Progress, Scope, State};
use crate::error::{Error, Result, sentences};
use crate::source::Finding;
use crate::source::content::{self, Form};

/// What a text has to import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// What is to happen, each with where it stands in the text.
    pub drafts: Vec<(String, Draft)>,
    /// How many evaluations were left out: the log of changes has none.
    pub evaluations: u64,
    /// What is no fault, but most likely not meant.
    pub warnings: Vec<Finding>,
}

/// What was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// How many events were appended.
    pub events: u64,
    /// How many flags were created.
    pub flags: u64,
    /// How many evaluations were left out.
    pub evaluations: u64,
}

/// An event as the document's system has it; its sketch has neither id nor time.
#[derive(Deserialize)]
struct Foreign {
    #[serde(default)]
    id: Option<String>,
    event_type: EventType,
    flag_id: String,
    #[serde(default)]
    timestamp: Option<DateTime<Utc>>,
    #[serde(default)]
    payload: Map<String, Value>,
    #[serde(default)]
    schema: u32,
}

/// Reads a text, whose form the file's name or its beginning tells, for an environment.
pub fn read(path: &Path, text: &str, scope: &Scope) -> Result<Import> {
    let first = text.trim_start_matches('\u{feff}').trim_start();
    let line: Option<Map<String, Value>> = first.lines().next().and_then(|line| serde_json::from_str(line).ok());
    if first.starts_with('[') {
        let events: Vec<Value> = serde_json::from_str(first).map_err(|error| sentences::not_json(&error))?;
        let placed = events.into_iter().zip(1_u64..).map(|(event, number)| (format!("event {number}"), Ok(event)));
        return foreign(placed, scope);
    }
    if line.is_some_and(|line| line.contains_key("event_type") || line.contains_key("snapshot")) {
        let lines = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
        let placed = lines.map(|(line, number)| (format!("line {number}"), serde_json::from_str(line)));
        return foreign(placed, scope);
    }
    file(content::read(text, Form::of(path, text), now()).map_err(refused)?, scope)
}

fn refused(findings: Vec<Finding>) -> Error {
    let fields = findings.into_iter().map(|finding| {
        let message = finding.to_string();
        crate::error::Field { pointer: finding.pointer, message }
    });
    Error::fields(fields.collect())
}

fn foreign(events: impl Iterator<Item = (String, serde_json::Result<Value>)>, scope: &Scope) -> Result<Import> {
    let mut import = Import::default();
    for (place, event) in events {
        let event: Foreign =
            event.and_then(Foreign::deserialize).map_err(|error| sentences::bad_part(&place, &error))?;
        if event.schema > 0 {
            return Err(sentences::own_export());
        }
        match &event.event_type {
            EventType::FlagEval => import.evaluations += 1,
            _ => {
                let draft = draft(event, scope).map_err(|error| sentences::bad_part(&place, &error))?;
                import.drafts.push((place, draft));
            }
        }
    }
    Ok(import)
}

/// The draft of an event, with its id and its time where it has them.
fn draft(event: Foreign, scope: &Scope) -> Result<Draft> {
    let Foreign { id, event_type, flag_id, timestamp, payload, .. } = event;
    let new = Event::new(event_type.clone(), &flag_id, 0, Value::Null);
    let id = id.and_then(|id| uuid::Uuid::parse_str(&id).ok()).map_or(new.id, |id| id.to_string());
    // In whole milliseconds, which is what the log keeps.
    let at = timestamp.and_then(|at| DateTime::from_timestamp_millis(at.timestamp_millis())).unwrap_or(new.timestamp);
    Ok(Draft { origin: Some((id, at)), ..stream::draft(scope, &flag_id, event_type, payload)? })
}

fn file(content: content::Content, scope: &Scope) -> Result<Import> {
    let mut import = Import { warnings: content.warnings, ..Import::default() };
    for (name, rule) in content.evaluators {
        let draft = Draft::new(EventType::SegmentChanged, scope, &name, &SegmentChange { rule });
        import.drafts.push((format!("the shared rule `{name}`"), draft));
    }
    for (key, flag) in content.flags {
        let draft = Draft::new(EventType::FlagCreated, scope, &key, &flag.as_change());
        import.drafts.push((format!("the flag `{key}`"), draft));
    }
    Ok(import)
}

impl Import {
    /// Appends all of it in one transaction, or nothing: where a flag exists already or cannot be evaluated, for example.
    pub async fn write(self, ledger: &Ledger, author: Author, progress: Progress<'_>) -> Result<Imported> {
        let created = self.drafts.iter().filter(|(_, draft)| draft.event_type == EventType::FlagCreated).count();
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let (drafts, evaluations) = (self.drafts, self.evaluations);
        let total = drafts.len() as u64;
        let planned = author.clone();
        let plan = move |state: &State| {
            checked(state, &planned, &drafts, |done| {
                // Who no longer listens does not want to know.
                let _ = told.send(done);
            })
        };
        let writing = ledger.write(author, plan);
        tokio::pin!(writing);
        let events = loop {
            tokio::select! {
                Some(done) = heard.recv() => progress(done, total),
                written = &mut writing => break written?.len() as u64,
            }
        };
        progress(total, total);
        Ok(Imported { events, flags: created as u64, evaluations })
    }
}

/// The drafts, if each can happen after those before it.
fn checked(
    state: &State,
    author: &Author,
    drafts: &[(String, Draft)],
    mut each: impl FnMut(u64),
) -> Result<Vec<Draft>> {
    let mut state = state.clone();
    for ((place, draft), done) in drafts.iter().zip(1..) {
        happen_well(&mut state, author, draft).map_err(|error| error.of_part(place))?;
        each(done);
    }
    Ok(drafts.iter().map(|(_, draft)| draft.clone()).collect())
}
