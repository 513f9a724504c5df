//! Keys of a project, besides the one that it shows as its `sdk_key`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use garde::Validate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act;
use crate::App;
use crate::access::key::{Key, KeyKind};
use crate::access::keys::{self, NewKey};
use crate::api::{Caller, Failure, Plain, read_json};
use crate::log::Scope;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

/// What a new key is to be.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"kind": "server", "label": "checkout backend", "environment": "production"}))]
struct NewKeyBody {
    /// `admin` manages the project, `server` evaluates and sees rules, `client` evaluates and can be read again.
    #[garde(skip)]
    kind: KeyKind,
    /// Its name for people.
    #[garde(custom(super::flag_body::line))]
    label: String,
    /// The environment; without one, all of the project's, of which `production` is meant where a request names none.
    #[garde(skip)]
    environment: Option<String>,
    /// Whether a client key shows rules and targeted users all the same.
    #[serde(default)]
    #[garde(skip)]
    configuration: bool,
    /// From when on it is not accepted.
    #[garde(skip)]
    expires_at: Option<DateTime<Utc>>,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
struct KeyView {
    /// A UUID; it names the key in the log.
    id: String,
    /// What it is for.
    kind: KeyKind,
    /// Its name for people.
    label: String,
    /// The environment; null for all of the project's.
    environment: Option<String>,
    /// The key itself: of a client key always, of others only in the answer that made it.
    #[schema(example = "srv_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6")]
    key: Option<String>,
    /// Whether it shows rules and targeted users.
    configuration: bool,
    /// Whether it is the one that the project shows as its `sdk_key`.
    of_project: bool,
    /// Who made it.
    #[schema(example = "user:5f3c1f0e-3c2b-4f0e-9d56-0a1f5c0f1b11")]
    created_by: String,
    /// When.
    created_at: DateTime<Utc>,
    /// From when on it is not accepted.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Key> for KeyView {
    fn from(key: Key) -> Self {
        Self {
            id: key.id,
            kind: key.kind,
            label: key.label,
            environment: Some(key.scope.environment).filter(|name| !name.is_empty()),
            key: key.readable,
            configuration: key.configuration || key.kind != KeyKind::Client,
            of_project: key.of_project,
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// The keys of a project, those that no longer work included, the oldest first.
#[utoipa::path(
    get, path = "/api/projects/{pid}/keys", tag = "Keys", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id")),
    responses((status = 200, description = "Its keys", body = [KeyView]), (status = 401, description = "No valid credentials"),
        (status = 403, description = "Not an owner"), (status = 404, description = "No such project, or none of the caller's")),
)]
async fn list(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    let keys = keys::list(&app, &act, &pid).await?;
    Ok(axum::Json(keys.into_iter().map(KeyView::from).collect::<Vec<_>>()).into_response())
}

/// Makes a key. Admin and server keys are shown this once.
#[utoipa::path(
    post, path = "/api/projects/{pid}/keys", tag = "Keys", request_body = NewKeyBody,
    security(("bearer" = []), ("admin_key" = [])), params(("pid" = String, Path, description = "The project's id")),
    responses((status = 201, description = "Made", body = KeyView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "Not an owner"),
        (status = 404, description = "No such project or environment, or none of the caller's")),
)]
async fn create(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    let NewKeyBody { kind, label, environment, configuration, expires_at } = read_json(&body)?;
    let scope = Scope::new(pid, environment.unwrap_or_default());
    let (key, text) = keys::new_key(&app, &act, NewKey { kind, scope, label, configuration, expires_at }).await?;
    let view = KeyView { key: Some(text), ..KeyView::from(key) };
    Ok((StatusCode::CREATED, axum::Json(view)).into_response())
}

/// Revokes a key: it is invalid at once.
#[utoipa::path(
    delete, path = "/api/projects/{pid}/keys/{key}", tag = "Keys", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("key" = String, Path, description = "The key's id")),
    responses((status = 204, description = "Revoked"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "Not an owner"), (status = 404, description = "No such key, or none of the caller's")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, key)): Path<(String, String)>,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    keys::revoke(&app, &act, &pid, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
