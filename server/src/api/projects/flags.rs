//! Flags of a project.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::flag_body::FlagBody;
use super::flag_view::FlagView;
use super::{Place, act_in};
use crate::App;
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, Plain, read_json};
use crate::flags::{Change, Flag};
use crate::manage::{self, Act};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(toggle, toggle_by_patch))
}

/// Which flags of an environment.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The environment; `production` where it is left out.
    environment: Option<String>,
    /// Only flags with this tag.
    tag: Option<String>,
    /// Only flags whose key, name or description has this text, whatever its case.
    q: Option<String>,
    /// Whether archived flags are wanted as well.
    #[serde(default)]
    archived: bool,
}

impl Wanted {
    fn has(&self, flag: &Flag) -> bool {
        let found = |text: &str, q: &str| text.to_lowercase().contains(q);
        let by_text = self.q.as_ref().is_none_or(|q| {
            let q = q.to_lowercase();
            let description = flag.description.as_deref().unwrap_or("");
            found(&flag.key, &q) || found(&flag.name, &q) || found(description, &q)
        });
        by_text && (self.archived || !flag.archived) && self.tag.as_ref().is_none_or(|tag| flag.tags.contains(tag))
    }
}

fn shown(act: &Act, flag: &Flag) -> Response {
    ([(header::ETAG, etag(flag.version))], axum::Json(FlagView::new(&act.scope, flag))).into_response()
}

/// Creates a flag, in one environment.
#[utoipa::path(
    post, path = "/api/projects/{pid}/flags", tag = "Flags", request_body = FlagBody,
    security(("bearer" = []), ("admin_key" = [])), params(("pid" = String, Path, description = "The project's id"), Place),
    responses((status = 201, description = "Created", body = FlagView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A viewer, or a protected environment"),
        (status = 404, description = "No such project, or none of the caller's"),
        (status = 409, description = "The environment has a flag of this key")),
)]
async fn create(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    Query(place): Query<Place>,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let change = read_json::<FlagBody>(&body)?.creation()?;
    let done = manage::create(&app, &act, change).await?;
    Ok((StatusCode::CREATED, shown(&act, &done.flag)).into_response())
}

/// The flags of an environment, by key.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), Wanted),
    responses((status = 200, description = "Its flags", body = [FlagView]), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such project or environment, or none of the caller's")),
)]
async fn list(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &Place { environment: wanted.environment.clone() })?;
    let live = app.live.load_full();
    let last = app.store.last_evaluated(&act.scope).await?;
    let entries = live.set(&act.scope)?.entries.values().filter(|entry| wanted.has(&entry.flag));
    let views: Vec<FlagView<'_>> = entries
        .map(|entry| {
            FlagView::new(&act.scope, &entry.flag).with(last.get(&entry.flag.id).copied(), entry.source.as_deref())
        })
        .collect();
    Ok(axum::Json(views).into_response())
}

/// One flag.
#[utoipa::path(
    get, path = "/api/projects/{pid}/flags/{fid}", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "The flag", body = FlagView), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such flag, or none of the caller's")),
)]
async fn get(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let live = app.live.load_full();
    let entry = live.set(&act.scope)?.find(&fid)?;
    let last = app.store.last_evaluated(&act.scope).await?.get(&entry.flag.id).copied();
    let view = FlagView::new(&act.scope, &entry.flag).with(last, entry.source.as_deref());
    Ok(([(header::ETAG, etag(entry.flag.version))], axum::Json(view)).into_response())
}

/// Changes the fields that the body has.
#[utoipa::path(
    put, path = "/api/projects/{pid}/flags/{fid}", tag = "Flags", request_body(content = FlagBody, example = json!({"rollout_percentage": 50})),
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "The flag as it is now", body = FlagView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A viewer, or a protected environment"),
        (status = 404, description = "No such flag, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn update(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let body: FlagBody = read_json(&body)?;
    let done = manage::update(&app, &act, &fid, if_match(&headers)?, move |flag| body.change(flag)).await?;
    Ok(shown(&act, &done.flag))
}

/// Deletes a flag with its rules and evaluations.
#[utoipa::path(
    delete, path = "/api/projects/{pid}/flags/{fid}", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 204, description = "Deleted"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "A viewer, or a protected environment"), (status = 404, description = "No such flag, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    manage::delete(&app, &act, &fid, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches a flag on or off, whichever it is not.
#[utoipa::path(
    post, path = "/api/projects/{pid}/flags/{fid}/toggle", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "The flag as it is now", body = FlagView), (status = 401, description = "No valid credentials"),
        (status = 403, description = "A viewer, or a protected environment"), (status = 404, description = "No such flag, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn toggle(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, fid)): Path<(String, String)>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Failure<Plain>> {
    let act = act_in(&app, caller, &pid, &place)?;
    let flip = |flag: &Flag| Ok(Change { enabled: Some(!flag.enabled), ..Change::default() });
    let done = manage::update(&app, &act, &fid, if_match(&headers)?, flip).await?;
    Ok(shown(&act, &done.flag))
}

/// The same by the method that the platform's document has for it.
#[utoipa::path(
    patch, path = "/api/projects/{pid}/flags/{fid}/toggle", tag = "Flags", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("fid" = String, Path, description = "The flag's id or key"), Place),
    responses((status = 200, description = "The flag as it is now", body = FlagView), (status = 401, description = "No valid credentials"),
        (status = 403, description = "A viewer, or a protected environment"), (status = 404, description = "No such flag, or none of the caller's"),
        (status = 409, description = "`If-Match` has another version, or a source owns the flag")),
)]
async fn toggle_by_patch(
    app: State<App>,
    caller: Caller<Plain>,
    path: Path<(String, String)>,
    place: Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Failure<Plain>> {
    toggle(app, caller, path, place, headers).await
}
