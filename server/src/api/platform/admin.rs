//! Managing flags.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::ETAG;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::Platform;
use super::bodies::{FlagBody, FlagUpdate, NewFlag, PlatformError};
use crate::App;
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, read_json};
use crate::flags::{Change, Flag};
use crate::log::versions::{Version, versions};
use crate::manage::{self, Act};

type Answer = Result<Response, Failure<Platform>>;

fn act(caller: Caller<Platform>) -> Act {
    Act { scope: caller.principal.scope(), principal: caller.principal, request_id: caller.request_id }
}

fn shown(status: StatusCode, flag: &Flag) -> Response {
    (status, [(ETAG, etag(flag.version))], Json(FlagBody::from(flag))).into_response()
}

/// Create a flag.
#[utoipa::path(post, path = "/api/admin/flags", tag = "Platform", request_body = NewFlag, security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 201, description = "The flag", body = FlagBody),
    (status = 400, description = "A field is wrong", body = PlatformError), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 409, description = "There is such a flag", body = PlatformError),
    (status = 507, description = "The disk is full", body = PlatformError)))]
pub(super) async fn create(State(app): State<App>, caller: Caller<Platform>, body: Bytes) -> Answer {
    let change = read_json::<NewFlag>(&body)?.change();
    let done = manage::create(&app, &act(caller), change).await?;
    Ok(shown(StatusCode::CREATED, &done.flag))
}

/// All flags, by key.
#[utoipa::path(get, path = "/api/admin/flags", tag = "Platform", security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "The flags", body = Vec<FlagBody>), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError)))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Platform>) -> Answer {
    let live = app.live.load();
    let scope = caller.principal.scope();
    caller.principal.may_read(&live.state, &scope.project)?;
    let flags: Vec<FlagBody> = live.set(&scope)?.entries.values().map(|entry| FlagBody::from(&*entry.flag)).collect();
    Ok(Json(flags).into_response())
}

/// A flag.
#[utoipa::path(get, path = "/api/admin/flags/{id}", tag = "Platform", params(("id" = String, Path, description = "The flag's id or key")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "The flag", body = FlagBody), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 404, description = "No such flag", body = PlatformError)))]
pub(super) async fn get(State(app): State<App>, caller: Caller<Platform>, Path(id): Path<String>) -> Answer {
    let live = app.live.load();
    let scope = caller.principal.scope();
    caller.principal.may_read(&live.state, &scope.project)?;
    Ok(shown(StatusCode::OK, &live.set(&scope)?.find(&id)?.flag))
}

/// Change a flag: the fields that are given.
///
/// With `If-Match: "<version>"` only if it still has that version.
#[utoipa::path(put, path = "/api/admin/flags/{id}", tag = "Platform", request_body = FlagUpdate,
    params(("id" = String, Path, description = "The flag's id or key")), security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "The flag", body = FlagBody),
    (status = 400, description = "A field is wrong", body = PlatformError), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 404, description = "No such flag", body = PlatformError),
    (status = 409, description = "Another version, or a source's flag", body = PlatformError), (status = 507, description = "The disk is full", body = PlatformError)))]
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller<Platform>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted: FlagUpdate = read_json(&body)?;
    let change = move |flag: &Flag| wanted.change(flag);
    let done = manage::update(&app, &act(caller), &id, if_match(&headers)?, change).await?;
    Ok(shown(StatusCode::OK, &done.flag))
}

/// Delete a flag.
#[utoipa::path(delete, path = "/api/admin/flags/{id}", tag = "Platform", params(("id" = String, Path, description = "The flag's id or key")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 204, description = "Deleted"), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 404, description = "No such flag", body = PlatformError),
    (status = 409, description = "Another version, or a source's flag", body = PlatformError), (status = 507, description = "The disk is full", body = PlatformError)))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller<Platform>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    manage::delete(&app, &act(caller), &id, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Switch a flag on or off.
#[utoipa::path(patch, path = "/api/admin/flags/{id}/toggle", tag = "Platform", params(("id" = String, Path, description = "The flag's id or key")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "The flag", body = FlagBody), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 404, description = "No such flag", body = PlatformError),
    (status = 409, description = "Another version, or a source's flag", body = PlatformError), (status = 507, description = "The disk is full", body = PlatformError)))]
pub(super) async fn toggle(
    State(app): State<App>,
    caller: Caller<Platform>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let change = |flag: &Flag| Ok(Change { enabled: Some(!flag.enabled), ..Change::default() });
    let done = manage::update(&app, &act(caller), &id, if_match(&headers)?, change).await?;
    Ok(shown(StatusCode::OK, &done.flag))
}

/// The same as `PATCH`, as the multi-project interface has it.
#[utoipa::path(post, path = "/api/admin/flags/{id}/toggle", tag = "Platform", params(("id" = String, Path, description = "The flag's id or key")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "The flag", body = FlagBody), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 404, description = "No such flag", body = PlatformError),
    (status = 409, description = "Another version, or a source's flag", body = PlatformError), (status = 507, description = "The disk is full", body = PlatformError)))]
pub(super) async fn toggle_by_post(
    state: State<App>,
    caller: Caller<Platform>,
    id: Path<String>,
    headers: HeaderMap,
) -> Answer {
    toggle(state, caller, id, headers).await
}

/// Who changed what, and when.
#[derive(Serialize, ToSchema)]
pub(super) struct Audit {
    /// The flag's key.
    key: String,
    /// The newest first.
    versions: Vec<Version>,
}

/// The audit log of a flag: each version with who made it, when, in which request, and what it changed.
///
/// Also of a flag that was deleted, under its key.
#[utoipa::path(get, path = "/api/admin/flags/{id}/history", tag = "Platform", params(("id" = String, Path, description = "The flag's id or key")),
    security(("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "Its versions", body = Audit), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "Not allowed", body = PlatformError), (status = 404, description = "No such flag", body = PlatformError)))]
pub(super) async fn history(
    State(app): State<App>,
    caller: Caller<Platform>,
    Path(id): Path<String>,
) -> Result<Json<Audit>, Failure<Platform>> {
    let history = manage::history(&app, &act(caller), &id).await?;
    let key = history.key().unwrap_or(&id).to_owned();
    let mut versions = versions(history)?;
    versions.reverse();
    Ok(Json(Audit { key, versions }))
}
