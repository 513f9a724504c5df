//! What happened to a flag, going back, and its definition.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use garde::Validate;
use http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::flag_view::FlagView;
use super::{Place, act_in};
use crate::App;
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, Plain, read_json};
use crate::manage;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(history)).routes(routes!(rollback)).routes(routes!(definition))
}

/// Everything that happened to a flag and is still kept, by version.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}/history", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "Its events", body = [Object], example = json!([{
            "id": "0f6c2a6e-6b4e-4a39-9d3f-2f4f0a5f7c11", "event_type": "FlagUpdated", "flag_id": "dark_mode", "version": 2,
            "timestamp": "2026-01-01T12:00:00Z", "payload": {"flag_id": "dark_mode", "rollout_percentage": 50}, "seq": 17,
            "actor": "user:7c9e6679-7425-40de-944b-e07fc1f90ae7", "request_id": "5b2f"
        }])),
        (status = 401, description = "No valid credentials"), (status = 404, description = "No such flag, or none of the caller's")),
)]
async fn history(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    Ok(axum::Json(manage::history(&app, &act, &fid).await?.events).into_response())
}

/// The version to go back to.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"version": 3}))]
struct RollbackBody {
    /// A version of the flag's history.
    #[garde(range(min = 1))]
    version: u64,
}

/// Makes a flag again what it was at a version. That is a new version; a deleted flag is created anew.
#[utoipa::path(
    post, path = "/api/projects/{pid}/flags/{fid}/rollback", tag = "Flags", request_body = RollbackBody,
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "The flag as it is now", body = FlagView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A viewer, or a protected environment"),
        (status = 404, description = "No such flag or version, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn rollback(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let RollbackBody { version } = read_json(&body)?;
    let flag = manage::rollback(&app, &act, &fid, version, if_match(&headers)?).await?.flag;
    Ok(([(header::ETAG, etag(flag.version))], axum::Json(FlagView::new(&act.scope, &flag))).into_response())
}

/// The flag in flagd's format, as it is evaluated.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}/definition", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "Its definition", body = Object, example = json!({
            "state": "ENABLED", "variants": {"rule_match": true, "rollout": true, "rollout_excluded": false},
            "defaultVariant": "rollout_excluded",
            "targeting": {"fractional": [["rollout", 50], ["rollout_excluded", 50]]}
        })),
        (status = 401, description = "No valid credentials"), (status = 404, description = "No such flag, or none of the caller's")),
)]
async fn definition(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let live = app.live.load_full();
    let entry = live.set(&act.scope)?.find(&fid)?;
    let headers = [
        (header::ETAG, etag(entry.flag.version)),
        (header::CONTENT_TYPE, http::HeaderValue::from_static("application/json")),
    ];
    Ok((headers, entry.definition.to_string()).into_response())
}
