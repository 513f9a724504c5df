//! Creating, changing, deleting, and going back.

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::header::ETAG;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::Events;
use super::bodies::{Fields, Happened, Refused, RollBack};
use crate::App;
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, read_json};
use crate::log::event::now;
use crate::manage::{self, Act, Done};

type Answer = Result<(StatusCode, [(http::HeaderName, HeaderValue); 1], Json<Happened>), Failure<Events>>;

fn act(caller: Caller<Events>) -> Act {
    Act { scope: caller.principal.scope(), principal: caller.principal, request_id: caller.request_id }
}

fn happened(status: StatusCode, done: Done) -> Answer {
    let version = etag(done.event.version);
    Ok((status, [(ETAG, version)], Json(Happened { ok: true, event: done.event })))
}

/// Create a flag.
///
/// Only fields that are given are in the event, and of those that a flag always has the defaults.
#[utoipa::path(post, path = "/flags", tag = "Events", request_body = Fields, security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 201, description = "What happened", body = Happened),
    (status = 400, description = "A field is wrong", body = Refused), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 409, description = "There is such a flag", body = Refused),
    (status = 507, description = "The disk is full", body = Refused)))]
pub(super) async fn create(State(app): State<App>, caller: Caller<Events>, body: Bytes) -> Answer {
    let change = read_json::<Fields>(&body)?.new_flag(now())?;
    happened(StatusCode::CREATED, manage::create(&app, &act(caller), change).await?)
}

/// Change fields of a flag.
///
/// With `If-Match: "<version>"` only if it still has that version.
#[utoipa::path(patch, path = "/flags/{flag_id}", tag = "Events", request_body(content = Fields, example = json!({"enabled_by_default": true})),
    params(("flag_id" = String, Path, description = "The flag's key or id")), security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "What happened", body = Happened),
    (status = 400, description = "A field is wrong", body = Refused), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 404, description = "No such flag", body = Refused),
    (status = 409, description = "Another version, or a source's flag", body = Refused), (status = 507, description = "The disk is full", body = Refused)))]
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller<Events>,
    Path(flag): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let change = read_json::<Fields>(&body)?.update(now())?;
    happened(StatusCode::OK, manage::update(&app, &act(caller), &flag, if_match(&headers)?, change).await?)
}

/// Delete a flag.
#[utoipa::path(delete, path = "/flags/{flag_id}", tag = "Events", params(("flag_id" = String, Path, description = "The flag's key or id")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "What happened", body = Happened), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 404, description = "No such flag", body = Refused),
    (status = 409, description = "Another version, or a source's flag", body = Refused), (status = 507, description = "The disk is full", body = Refused)))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller<Events>,
    Path(flag): Path<String>,
    headers: HeaderMap,
) -> Answer {
    happened(StatusCode::OK, manage::delete(&app, &act(caller), &flag, if_match(&headers)?).await?)
}

/// Make a flag again what it was at a version.
///
/// That is a new event; a flag that was deleted is created anew.
#[utoipa::path(post, path = "/flags/{flag_id}/rollback", tag = "Events", request_body = RollBack,
    params(("flag_id" = String, Path, description = "The flag's key or id")), security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "What happened", body = Happened),
    (status = 400, description = "A field is wrong", body = Refused), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 404, description = "No such flag or version", body = Refused),
    (status = 409, description = "Another version, or a source's flag", body = Refused), (status = 507, description = "The disk is full", body = Refused)))]
pub(super) async fn roll_back(
    State(app): State<App>,
    caller: Caller<Events>,
    Path(flag): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let RollBack { version } = read_json(&body)?;
    happened(StatusCode::OK, manage::rollback(&app, &act(caller), &flag, version, if_match(&headers)?).await?)
}
