//! From a state and an event to the next state. Nothing else changes states, and nothing else decides here: no clock, no
//! randomness, no store.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{Environment, Member, Project};
use super::upcast::today;
use super::{Event, EventType, State};
use crate::access::Role;
use crate::error::{Result, sentences};
use crate::flags::{Change, Flag, Segment};

/// What `ProjectCreated` and `ProjectUpdated` say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProjectChange {
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is; an empty text takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The user who owns it, at its creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

/// What `EnvironmentCreated` and `EnvironmentUpdated` say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentChange {
    /// Whether only owners may change flags in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
}

/// What `SegmentChanged` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SegmentChange {
    /// JSON Logic that is true for whom it holds.
    pub rule: Value,
}

/// What `MemberChanged` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberChange {
    /// The role; null takes it away.
    pub role: Option<Role>,
}

/// Applies an event, in the form in which it was written. It must be the one after the last. Events of types that this
/// version does not know only count as places in the log.
pub fn apply(state: &mut State, event: &Event) -> Result<()> {
    if event.seq != state.seq + 1 {
        return Err(sentences::out_of_place(event.seq, state.seq + 1));
    }
    // Of the written form: another one would have another link.
    let link = state.chain.then(&event.digest());
    change(state, &today(event))?;
    (state.seq, state.chain) = (event.seq, link);
    Ok(())
}

fn change(state: &mut State, event: &Event) -> Result<()> {
    match &event.event_type {
        EventType::FlagCreated | EventType::FlagUpdated | EventType::FlagDeleted => flag(state, event)?,
        EventType::ProjectCreated | EventType::ProjectUpdated => project(state, event)?,
        EventType::ProjectDeleted => {
            state.projects.remove(&event.project);
        }
        EventType::EnvironmentCreated | EventType::EnvironmentUpdated => environment(state, event)?,
        EventType::EnvironmentDeleted => {
            if let Some(project) = project_mut(state, event) {
                project.environments.remove(&event.environment);
            }
        }
        EventType::SegmentChanged | EventType::SegmentDeleted => segment(state, event)?,
        EventType::MemberChanged => member(state, event)?,
        EventType::KeyRotated => {
            if let Some(project) = project_mut(state, event) {
                project.keys_version = event.version;
            }
        }
        EventType::FlagEval | EventType::Other(_) => {}
    }
    Ok(())
}

/// A flag after one of its events: made, changed or marked as deleted. `None` where it was never made. The event is in
/// today's form.
pub fn flag_after(before: Option<Arc<Flag>>, event: &Event) -> Result<Option<Arc<Flag>>> {
    let made = || Arc::new(Flag::new(event.id.as_str(), event.flag_id.as_str(), event.timestamp));
    let created = event.event_type == EventType::FlagCreated;
    let Some(mut after) = (if created { Some(made()) } else { before }) else { return Ok(None) };
    let flag = Arc::make_mut(&mut after);
    match event.event_type {
        EventType::FlagDeleted => flag.is_deleted = true,
        EventType::FlagCreated | EventType::FlagUpdated => flag.apply(&payload::<Change>(event)?),
        _ => return Ok(Some(after)),
    }
    flag.version = event.version;
    flag.updated_at = event.timestamp;
    flag.updated_by.clone_from(&event.actor);
    Ok(Some(after))
}

/// The payload as the type that the event's type has.
fn payload<T: serde::de::DeserializeOwned>(event: &Event) -> Result<T> {
    T::deserialize(&event.payload).map_err(|error| sentences::unreadable_event(event.seq, &error))
}

fn project_mut<'s>(state: &'s mut State, event: &Event) -> Option<&'s mut Project> {
    state.projects.get_mut(&event.project).map(Arc::make_mut)
}

/// The environment of an event, noted as changed by it.
fn environment_mut<'s>(state: &'s mut State, event: &Event) -> Option<&'s mut Environment> {
    let project = project_mut(state, event)?;
    let environment = Arc::make_mut(project.environments.get_mut(&event.environment)?);
    environment.seq = event.seq;
    // Imported events happened earlier.
    environment.updated_at = environment.updated_at.max(event.timestamp);
    Some(environment)
}

fn flag(state: &mut State, event: &Event) -> Result<()> {
    let Some(environment) = environment_mut(state, event) else { return Ok(()) };
    let before = environment.flags.remove(&event.flag_id);
    if let Some(after) = flag_after(before, event)? {
        environment.flags.insert(event.flag_id.clone(), after);
    }
    Ok(())
}

fn project(state: &mut State, event: &Event) -> Result<()> {
    let change: ProjectChange = payload(event)?;
    let new = || Project {
        id: event.project.clone(),
        name: String::new(),
        description: None,
        created_by: String::new(),
        members: BTreeMap::new(),
        environments: BTreeMap::new(),
        keys_version: 0,
        version: 0,
        created_at: event.timestamp,
        updated_at: event.timestamp,
    };
    let project = match event.event_type {
        EventType::ProjectCreated => state.projects.entry(event.project.clone()).or_insert_with(|| Arc::new(new())),
        _ => match state.projects.get_mut(&event.project) {
            Some(project) => project,
            None => return Ok(()),
        },
    };
    let project = Arc::make_mut(project);
    if let Some(name) = change.name {
        project.name = name;
    }
    if let Some(description) = change.description {
        project.description = (!description.is_empty()).then_some(description);
    }
    if let Some(owner) = change.created_by {
        project.members.insert(owner.clone(), Member { role: Some(Role::Owner), version: 0 });
        project.created_by = owner;
    }
    project.version = event.version;
    project.updated_at = event.timestamp;
    Ok(())
}

fn environment(state: &mut State, event: &Event) -> Result<()> {
    let change: EnvironmentChange = payload(event)?;
    let Some(project) = project_mut(state, event) else { return Ok(()) };
    if event.event_type == EventType::EnvironmentCreated {
        let new = || Arc::new(Environment::new(event.environment.as_str(), event.seq, event.timestamp));
        project.environments.entry(event.environment.clone()).or_insert_with(new);
    }
    let Some(environment) = environment_mut(state, event) else { return Ok(()) };
    if let Some(protected) = change.protected {
        environment.protected = protected;
    }
    environment.version = event.version;
    Ok(())
}

fn segment(state: &mut State, event: &Event) -> Result<()> {
    let Some(environment) = environment_mut(state, event) else { return Ok(()) };
    let (name, version) = (event.flag_id.clone(), event.version);
    if event.event_type == EventType::SegmentDeleted {
        environment.segments.remove(&name);
        environment.dropped_segments.insert(name, version);
    } else {
        let SegmentChange { rule } = payload(event)?;
        environment.dropped_segments.remove(&name);
        environment.segments.insert(name.clone(), Segment { name, rule, version });
    }
    Ok(())
}

fn member(state: &mut State, event: &Event) -> Result<()> {
    let MemberChange { role } = payload(event)?;
    if let Some(project) = project_mut(state, event) {
        project.members.insert(event.flag_id.clone(), Member { role, version: event.version });
    }
    Ok(())
}
