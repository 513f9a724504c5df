//! Environments of a project.

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
use crate::api::version::{etag, if_match};
use crate::api::{Caller, Failure, Plain, read_json};
use crate::error::Result;
use crate::log::Scope;
use crate::log::reduce::EnvironmentChange;
use crate::log::state::Environment;
use crate::manage::{self, Act};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

/// What a new environment is to be.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"name": "qa", "protected": false}))]
struct NewEnvironment {
    /// Lowercase letters, digits, `-` and `_`, at most 64; it stands in addresses.
    #[garde(custom(good_name))]
    name: String,
    /// Whether only owners change flags in it.
    #[serde(default)]
    #[garde(skip)]
    protected: bool,
}

/// What is to be changed of an environment.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"protected": true}))]
struct EnvironmentBody {
    /// Whether only owners change flags in it.
    #[garde(skip)]
    protected: Option<bool>,
}

fn good_name(name: &str, _: &()) -> garde::Result {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let good = name.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'_');
    if good && name.bytes().next().is_some_and(plain) && name.len() <= 64 {
        Ok(())
    } else {
        let rule = "it must begin with a lowercase letter or a digit, and have only these, `-` and `_`, at most 64";
        Err(garde::Error::new(rule))
    }
}

/// An environment.
#[derive(Debug, Serialize, ToSchema)]
struct EnvironmentView {
    /// Its name.
    #[schema(example = "production")]
    name: String,
    /// Whether only owners change flags in it.
    protected: bool,
    /// How many flags it has.
    flags: usize,
    /// How many events made it what it is, its flags and segments aside.
    version: u64,
    /// When it or anything in it last changed.
    updated_at: DateTime<Utc>,
}

impl From<&Environment> for EnvironmentView {
    fn from(environment: &Environment) -> Self {
        Self {
            name: environment.name.clone(),
            protected: environment.protected,
            flags: environment.live_flags().count(),
            version: environment.version,
            updated_at: environment.updated_at,
        }
    }
}

fn shown(environment: &Environment) -> Response {
    let version = etag(environment.version);
    ([(header::ETAG, version)], axum::Json(EnvironmentView::from(environment))).into_response()
}

fn act_on(app: &App, caller: Caller<Plain>, project: &str, environment: &str) -> Result<Act> {
    let act = act(app, caller, project)?;
    Ok(Act { scope: Scope::new(project, environment), ..act })
}

/// The environments of a project, by name.
#[utoipa::path(
    get, path = "/api/projects/{pid}/environments", tag = "Environments", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id")),
    responses((status = 200, description = "Its environments", body = [EnvironmentView]), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such project, or none of the caller's")),
)]
async fn list(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
) -> Result<Response, Failure<Plain>> {
    act(&app, caller, &pid)?;
    let live = app.live.load_full();
    let environments = live.state.project(&pid)?.environments.values();
    Ok(axum::Json(environments.map(|found| EnvironmentView::from(&**found)).collect::<Vec<_>>()).into_response())
}

/// Creates an environment without flags.
#[utoipa::path(
    post, path = "/api/projects/{pid}/environments", tag = "Environments", request_body = NewEnvironment,
    security(("bearer" = []), ("admin_key" = [])), params(("pid" = String, Path, description = "The project's id")),
    responses((status = 201, description = "Created", body = EnvironmentView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "Not an owner"),
        (status = 404, description = "No such project, or none of the caller's"), (status = 409, description = "There is one of that name, or too many")),
)]
async fn create(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    let NewEnvironment { name, protected } = read_json(&body)?;
    let act = Act { scope: Scope::new(pid, name), ..act };
    let change = EnvironmentChange { protected: Some(protected) };
    let environment = manage::create_environment(&app, &act, change).await?;
    Ok((StatusCode::CREATED, shown(&environment)).into_response())
}

/// Protects an environment, or opens it.
#[utoipa::path(
    patch, path = "/api/projects/{pid}/environments/{environment}", tag = "Environments", request_body = EnvironmentBody,
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("environment" = String, Path, description = "Its name")),
    responses((status = 200, description = "The environment as it is now", body = EnvironmentView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "Not an owner"),
        (status = 404, description = "No such environment, or none of the caller's"), (status = 409, description = "`If-Match` has another version")),
)]
async fn update(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act_on(&app, caller, &pid, &name)?;
    let EnvironmentBody { protected } = read_json(&body)?;
    let change = EnvironmentChange { protected };
    Ok(shown(&*manage::update_environment(&app, &act, if_match(&headers)?, change).await?))
}

/// Deletes an environment with its flags; keys that count only there are revoked.
#[utoipa::path(
    delete, path = "/api/projects/{pid}/environments/{environment}", tag = "Environments",
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("environment" = String, Path, description = "Its name")),
    responses((status = 204, description = "Deleted"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "Not an owner"), (status = 404, description = "No such environment, or none of the caller's"),
        (status = 409, description = "It is `production`, or `If-Match` has another version")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act_on(&app, caller, &pid, &name)?;
    manage::delete_environment(&app, &act, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
