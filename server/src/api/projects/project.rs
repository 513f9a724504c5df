//! Projects, as the document shows them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use garde::Validate;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act;
use crate::App;
use crate::access::keys;
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, Plain, read_json};
use crate::error::Error;
use crate::log::Scope;
use crate::log::reduce::ProjectChange;
use crate::log::state::Project;
use crate::manage::{self, Act};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(regenerate_key))
}

/// What a project is to be.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"name": "My App", "description": "Production app"}))]
struct ProjectBody {
    /// The name for people; needed when the project is created.
    #[garde(inner(custom(super::flag_body::line)))]
    name: Option<String>,
    /// What it is; null or an empty text takes it away.
    #[serde(default, deserialize_with = "crate::flags::model::present")]
    #[schema(value_type = Option<String>)]
    #[garde(inner(inner(length(max = 1000))))]
    description: Option<Option<String>>,
}

impl ProjectBody {
    fn change(self) -> ProjectChange {
        let description = self.description.map(Option::unwrap_or_default);
        ProjectChange { name: self.name, description, created_by: None }
    }
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectView {
    /// A UUID, or `default`.
    #[schema(example = "7c9e6679-7425-40de-944b-e07fc1f90ae7")]
    id: String,
    /// The name for people.
    #[schema(example = "My App")]
    name: String,
    /// What it is.
    description: Option<String>,
    /// The key that applications evaluate with; null where the caller may not see it.
    #[schema(example = "sdk_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6")]
    sdk_key: Option<String>,
    /// Its environments.
    environments: Vec<String>,
    /// How many events made it what it is.
    version: u64,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When it was last changed, its flags aside.
    updated_at: DateTime<Utc>,
}

fn view(app: &App, project: &Project) -> ProjectView {
    ProjectView {
        id: project.id.clone(),
        name: project.name.clone(),
        description: project.description.clone(),
        sdk_key: keys::project_key(app, &project.id).map(|key| key.to_string()),
        environments: project.environments.keys().cloned().collect(),
        version: project.version,
        created_at: project.created_at,
        updated_at: project.updated_at,
    }
}

fn shown(app: &App, project: &Project) -> Response {
    ([(header::ETAG, etag(project.version))], axum::Json(view(app, project))).into_response()
}

/// Creates a project with the environments `production` and `staging` and a key for applications.
#[utoipa::path(
    post, path = "/api/projects", tag = "Projects", request_body = ProjectBody,
    security(("bearer" = []), ("admin_key" = [])),
    responses((status = 201, description = "Created", body = ProjectView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "A key of one project")),
)]
async fn create(State(app): State<App>, caller: Caller<Plain>, body: Bytes) -> Result<Response, Failure<Plain>> {
    let author = caller.author();
    let Caller { principal, request_id, .. } = caller;
    let act = Act { principal, request_id, scope: Scope::default() };
    let body: ProjectBody = read_json(&body)?;
    if body.name.is_none() {
        return Err(Error::field("/name", "`name` is missing").into());
    }
    let project = manage::create_project(&app, &act, body.change()).await?;
    keys::new_project_key(&app, &project.id, author).await?;
    Ok((StatusCode::CREATED, shown(&app, &project)).into_response())
}

/// The projects of the caller.
#[utoipa::path(
    get, path = "/api/projects", tag = "Projects", security(("bearer" = []), ("admin_key" = [])),
    responses((status = 200, description = "Those that the caller is a member of; all of them for an admin", body = [ProjectView]),
        (status = 401, description = "No valid credentials")),
)]
async fn list(State(app): State<App>, caller: Caller<Plain>) -> Result<Response, Failure<Plain>> {
    let live = app.live.load_full();
    let own = |project: &&std::sync::Arc<Project>| caller.principal.may_read(&live.state, &project.id).is_ok();
    let projects: Vec<ProjectView> = live.state.projects.values().filter(own).map(|found| view(&app, found)).collect();
    Ok(axum::Json(projects).into_response())
}

/// One project.
#[utoipa::path(
    get, path = "/api/projects/{pid}", tag = "Projects", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id")),
    responses((status = 200, description = "The project", body = ProjectView), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such project, or none of the caller's")),
)]
async fn get(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
) -> Result<Response, Failure<Plain>> {
    let live = app.live.load_full();
    caller.principal.may_read(&live.state, &pid)?;
    Ok(shown(&app, live.state.project(&pid)?))
}

/// Changes the fields that the body has.
#[utoipa::path(
    put, path = "/api/projects/{pid}", tag = "Projects", request_body = ProjectBody,
    security(("bearer" = []), ("admin_key" = [])), params(("pid" = String, Path, description = "The project's id")),
    responses((status = 200, description = "The project as it is now", body = ProjectView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "Not an owner"),
        (status = 404, description = "No such project, or none of the caller's"), (status = 409, description = "`If-Match` has another version")),
)]
async fn update(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    let body: ProjectBody = read_json(&body)?;
    let project = manage::update_project(&app, &act, if_match(&headers)?, body.change()).await?;
    Ok(shown(&app, &project))
}

/// Deletes a project with its flags, rules, evaluations and keys.
#[utoipa::path(
    delete, path = "/api/projects/{pid}", tag = "Projects", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id")),
    responses((status = 204, description = "Deleted"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "Not an owner"), (status = 404, description = "No such project, or none of the caller's"),
        (status = 409, description = "The project `default`, or `If-Match` has another version")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    manage::delete_project(&app, &act, if_match(&headers)?).await?;
    keys::drop_project(&app, &pid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces the key that applications evaluate with; the old one is invalid at once.
#[utoipa::path(
    post, path = "/api/projects/{pid}/regenerate-key", tag = "Projects", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id")),
    responses((status = 200, description = "The project with its new key", body = ProjectView),
        (status = 401, description = "No valid credentials"), (status = 403, description = "Not an owner"),
        (status = 404, description = "No such project, or none of the caller's")),
)]
async fn regenerate_key(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    keys::rotate_project_key(&app, &act, &pid, std::time::Duration::ZERO).await?;
    Ok(shown(&app, app.live.load().state.project(&pid)?))
}
