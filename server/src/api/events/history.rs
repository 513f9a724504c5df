//! What happened: of one flag with what each version changed, and of all as the log has it.

use axum::Json;
use axum::extract::{Path, Query, State};
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Events;
use super::bodies::{EventBody, EventList, Refused};
use crate::App;
use crate::api::{Caller, Failure};
use crate::error::sentences;
use crate::log::history::History;
use crate::log::versions::{Version, versions};
use crate::log::{Event, Subject};
use crate::manage::{self, Act};

/// The most events of one answer.
const MOST: u32 = 1000;

/// A flag's versions.
#[derive(Serialize, ToSchema)]
pub(super) struct FlagHistory {
    ok: bool,
    /// The flag's key.
    flag_id: String,
    /// The newest first.
    versions: Vec<Version>,
}

/// The history of a flag: each version with who made it, when, in which request, and what it changed.
///
/// Also of a flag that was deleted, under its key.
#[utoipa::path(get, path = "/flags/{flag_id}/history", tag = "Events", params(("flag_id" = String, Path, description = "The flag's key or id")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "Its versions", body = FlagHistory), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 404, description = "No such flag", body = Refused)))]
pub(super) async fn history(
    State(app): State<App>,
    caller: Caller<Events>,
    Path(flag): Path<String>,
) -> Result<Json<FlagHistory>, Failure<Events>> {
    let history = history_of(&app, caller, &flag).await?;
    let flag_id = history.key().unwrap_or(&flag).to_owned();
    let mut versions = versions(history)?;
    versions.reverse();
    Ok(Json(FlagHistory { ok: true, flag_id, versions }))
}

/// The events of a flag, the oldest first.
#[utoipa::path(get, path = "/flags/{flag_id}/events", tag = "Events", params(("flag_id" = String, Path, description = "The flag's key or id")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "What happened", body = EventList), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 404, description = "No such flag", body = Refused)))]
pub(super) async fn flag_events(
    State(app): State<App>,
    caller: Caller<Events>,
    Path(flag): Path<String>,
) -> Result<Json<EventList>, Failure<Events>> {
    Ok(Json(EventList { ok: true, events: history_of(&app, caller, &flag).await?.events }))
}

async fn history_of(app: &App, caller: Caller<Events>, flag: &str) -> crate::Result<History> {
    let act = Act { scope: caller.principal.scope(), principal: caller.principal, request_id: caller.request_id };
    manage::history(app, &act, flag).await
}

/// Which part of the log.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Events after this place; 0 for all.
    #[serde(default)]
    since: u64,
    /// How many places of the log to look at: 1 to 1000, which is the default.
    limit: Option<u32>,
}

/// Events of an environment, as far as they are about flags and segments.
#[derive(Serialize, ToSchema)]
pub(super) struct Replayed {
    ok: bool,
    /// In order.
    #[schema(value_type = Vec<EventBody>)]
    events: Vec<Event>,
    /// The `since` that goes on from here.
    next: u64,
    /// Whether there is more by now.
    more: bool,
}

/// The events of all flags and segments after a place of the log, page by page.
///
/// 410 where events were compacted away: start from `/flags/state` then.
#[utoipa::path(get, path = "/flags/events", tag = "Events", params(Part), security(("admin_key" = []), ("sdk_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "What happened", body = Replayed), (status = 400, description = "The query is wrong", body = Refused),
    (status = 401, description = "No valid credentials", body = Refused), (status = 403, description = "Not allowed", body = Refused),
    (status = 410, description = "Compacted away", body = Refused)))]
pub(super) async fn all_events(
    State(app): State<App>,
    caller: Caller<Events>,
    uri: Uri,
) -> Result<Json<Replayed>, Failure<Events>> {
    let Query(Part { since, limit }) = Query::try_from_uri(&uri).map_err(|error| sentences::bad_query(&error))?;
    let scope = caller.principal.scope();
    caller.principal.may_see(&app.live.load().state, &scope)?;
    let limit = limit.unwrap_or(MOST).clamp(1, MOST);
    let read = app.store.events_after(since, limit).await?;
    let next = read.last().map_or(since, |event| event.seq);
    let more = app.store.head().await?.last > next;
    let told = |event: &Event| {
        let subject = matches!(event.event_type.subject(), Subject::Flag | Subject::Segment);
        subject && event.concerns(&scope)
    };
    Ok(Json(Replayed { ok: true, events: read.into_iter().filter(told).collect(), next, more }))
}
