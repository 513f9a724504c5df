//! Registering and logging in, as the multi-project document has it.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Visitor;
use super::{Failure, Plain, read_json};
use crate::App;
use crate::access::{password, users};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(log_in))
}

/// Who wants an account.
#[derive(Deserialize, garde::Validate, ToSchema)]
struct Registration {
    /// The address, which is compared without regard to case.
    #[garde(custom(good_email))]
    #[schema(example = "developer@example.com")]
    email: String,
    /// 8 to 1024 bytes.
    #[garde(custom(good_password))]
    #[schema(example = "secure123", min_length = 8, max_length = 1024)]
    password: String,
}

fn good_email(email: &str, _: &()) -> garde::Result {
    users::email_fault(email).map_or(Ok(()), |fault| Err(garde::Error::new(fault)))
}

fn good_password(password: &str, _: &()) -> garde::Result {
    password::fault(password).map_or(Ok(()), |fault| Err(garde::Error::new(fault)))
}

/// Who was registered.
#[derive(Serialize, ToSchema)]
struct Registered {
    /// A UUID.
    #[schema(example = "5f3c1f0e-3c2b-4f0e-9d56-0a1f5c0f1b11")]
    id: String,
    /// The address.
    #[schema(example = "developer@example.com")]
    email: String,
}

/// Who wants to log in.
#[derive(Deserialize, garde::Validate, ToSchema)]
struct Credentials {
    /// The address, in any case.
    #[garde(skip)]
    #[schema(example = "developer@example.com")]
    email: String,
    /// The password.
    #[garde(skip)]
    #[schema(example = "secure123")]
    password: String,
}

/// What stands for a user from now on.
#[derive(Serialize, ToSchema)]
struct Token {
    /// A JSON web token, valid for 24 hours; sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl")]
    token: String,
}

/// Registers a user.
#[utoipa::path(post, path = "/auth/register", tag = "Users", request_body = Registration,
    responses((status = 201, description = "Registered", body = Registered),
        (status = 400, description = "The address is none, or the password is too short or too long"),
        (status = 403, description = "Registration is closed"),
        (status = 409, description = "The address is registered already"),
        (status = 429, description = "Too often from this address"),
        (status = 503, description = "Too many at once")))]
async fn register(
    State(app): State<App>,
    _: Visitor<Plain>,
    body: Bytes,
) -> Result<(StatusCode, Json<Registered>), Failure<Plain>> {
    let Registration { email, password } = read_json(&body)?;
    let user = users::register(&app, &email, &password).await?;
    tracing::info!(user = user.id, "a user registered");
    Ok((StatusCode::CREATED, Json(Registered { id: user.id, email: user.email })))
}

/// Gives a token for an address and its password.
#[utoipa::path(post, path = "/auth/login", tag = "Users", request_body = Credentials,
    responses((status = 200, description = "Logged in", body = Token),
        (status = 400, description = "The body is not of this form"),
        (status = 401, description = "The address or the password is wrong"),
        (status = 429, description = "Too often from this address"),
        (status = 503, description = "Too many at once")))]
async fn log_in(State(app): State<App>, _: Visitor<Plain>, body: Bytes) -> Result<Json<Token>, Failure<Plain>> {
    let Credentials { email, password } = read_json(&body)?;
    Ok(Json(Token { token: users::log_in(&app, &email, &password).await? }))
}
