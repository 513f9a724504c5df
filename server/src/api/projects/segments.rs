//! Segments of an environment: people whom rules refer to by a name.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use garde::Validate;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Place, act_in};
use crate::App;
use crate::api::version::etag;
use crate::api::{Caller, Failure, Plain, read_json};
use crate::error::{Error, Result, sentences};
use crate::flags::Segment;
use crate::log::reduce::SegmentChange;
use crate::manage::{self, Act};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, put, delete))
}

/// Who is in a segment.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"rule": {"ends_with": [{"var": "email"}, "@example.com"]}}))]
struct SegmentBody {
    /// JSON Logic that is true for whom it holds.
    #[schema(value_type = Object)]
    #[garde(skip)]
    rule: Value,
}

fn found(app: &App, act: &Act, name: &str) -> Result<Segment> {
    let live = app.live.load();
    let segments = &live.state.environment(&act.scope)?.segments;
    segments.get(name).cloned().ok_or_else(|| sentences::no_segment(name))
}

fn shown(segment: &Segment) -> Response {
    ([(header::ETAG, etag(segment.version))], axum::Json(segment)).into_response()
}

/// The segments of an environment, by name.
#[utoipa::path(
    get, path = "/api/projects/{pid}/segments", tag = "Segments", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), Place),
    responses((status = 200, description = "Its segments", body = [Segment]), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such project or environment, or none of the caller's")),
)]
async fn list(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let live = app.live.load();
    let segments: Vec<&Segment> = live.state.environment(&act.scope)?.segments.values().collect();
    Ok(axum::Json(segments).into_response())
}

/// One segment.
#[utoipa::path(
    get, path = "/api/projects/{pid}/segments/{name}", tag = "Segments", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("name" = String, Path, description = "The segment's name"), Place),
    responses((status = 200, description = "The segment", body = Segment), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such segment, or none of the caller's")),
)]
async fn get(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, name)): Path<(String, String)>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    Ok(shown(&found(&app, &act, &name)?))
}

/// Creates or replaces a segment.
#[utoipa::path(
    put, path = "/api/projects/{pid}/segments/{name}", tag = "Segments", request_body = SegmentBody,
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("name" = String, Path, description = "The segment's name"), Place),
    responses((status = 200, description = "The segment as it is now", body = Segment), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A viewer, or a protected environment"),
        (status = 404, description = "No such project or environment, or none of the caller's")),
)]
async fn put(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, name)): Path<(String, String)>,
    Query(place): Query<Place>,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let SegmentBody { rule } = read_json(&body)?;
    super::flag_body::line(&name, &()).map_err(|error| Error::field("", format!("the segment's name {error}")))?;
    manage::put_segment(&app, &act, &name, SegmentChange { rule }).await?;
    Ok(shown(&found(&app, &act, &name)?))
}

/// Deletes a segment that no flag refers to.
#[utoipa::path(
    delete, path = "/api/projects/{pid}/segments/{name}", tag = "Segments", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("name" = String, Path, description = "The segment's name"), Place),
    responses((status = 204, description = "Deleted"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "A viewer, or a protected environment"), (status = 404, description = "No such segment, or none of the caller's"),
        (status = 409, description = "A flag refers to it")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, name)): Path<(String, String)>,
    Query(place): Query<Place>,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    manage::delete_segment(&app, &act, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
