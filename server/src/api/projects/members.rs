//! Members of a project.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use garde::Validate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act;
use crate::App;
use crate::access::Role;
use crate::api::{Caller, Failure, Plain, read_json};
use crate::manage::{self, Membership};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, delete))
}

/// What a member may do.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[schema(example = json!({"role": "editor"}))]
struct MemberBody {
    /// `viewer` reads, `editor` changes flags except in protected environments, `owner` does everything.
    #[garde(skip)]
    role: Role,
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
struct MemberView {
    /// The user's id.
    #[schema(example = "5f3c1f0e-3c2b-4f0e-9d56-0a1f5c0f1b11")]
    user_id: String,
    /// The user's address.
    #[schema(example = "developer@example.com")]
    email: String,
    /// What they may do.
    role: Role,
}

impl From<Membership> for MemberView {
    fn from(Membership { user, role }: Membership) -> Self {
        Self { user_id: user.id, email: user.email, role }
    }
}

/// The members of a project, by address.
#[utoipa::path(
    get, path = "/api/projects/{pid}/members", tag = "Members", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id")),
    responses((status = 200, description = "Its members", body = [MemberView]), (status = 401, description = "No valid credentials"),
        (status = 404, description = "No such project, or none of the caller's")),
)]
async fn list(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path(pid): Path<String>,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    let members = manage::members(&app, &act).await?;
    Ok(axum::Json(members.into_iter().map(MemberView::from).collect::<Vec<_>>()).into_response())
}

/// Gives a user a role, instead of the one that they have.
#[utoipa::path(
    put, path = "/api/projects/{pid}/members/{user}", tag = "Members", request_body = MemberBody,
    security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("user" = String, Path, description = "The user's id or address")),
    responses((status = 200, description = "The member as it is now", body = MemberView), (status = 400, description = "A wrong body"),
        (status = 401, description = "No valid credentials"), (status = 403, description = "Not an owner"),
        (status = 404, description = "No such project or user, or none of the caller's"), (status = 409, description = "The last owner")),
)]
async fn put(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, user)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    let MemberBody { role } = read_json(&body)?;
    let member = manage::put_member(&app, &act, &user, role).await?;
    Ok(axum::Json(MemberView::from(member)).into_response())
}

/// Takes a user's role away; everybody may do so for themselves.
#[utoipa::path(
    delete, path = "/api/projects/{pid}/members/{user}", tag = "Members", security(("bearer" = []), ("admin_key" = [])),
    params(("pid" = String, Path, description = "The project's id"), ("user" = String, Path, description = "The user's id or address")),
    responses((status = 204, description = "Not a member any longer"), (status = 401, description = "No valid credentials"),
        (status = 403, description = "Not an owner"), (status = 404, description = "No such project or member, or none of the caller's"),
        (status = 409, description = "The last owner")),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller<Plain>,
    Path((pid, user)): Path<(String, String)>,
) -> Result<StatusCode, Failure<Plain>> {
    let act = act(&app, caller, &pid)?;
    manage::delete_member(&app, &act, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}
