//! Whether the service lives and is ready.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::observe::ready::Readiness;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(healthz)).routes(routes!(readyz))
}

/// Whether the process lives: `ok`, or JSON for those who accept it.
#[utoipa::path(get, path = "/health", tag = "Operations", responses((status = 200, description = "It lives", body = String, example = "ok")))]
async fn health(headers: HeaderMap) -> Response {
    let json_wanted = headers.get(header::ACCEPT).is_some_and(|value| value.as_bytes() == b"application/json");
    if json_wanted { axum::Json(json!({"status": "ok"})).into_response() } else { "ok".into_response() }
}

/// The same under the name that container platforms ask for.
#[utoipa::path(get, path = "/healthz", tag = "Operations", responses((status = 200, description = "It lives", body = String, example = "ok")))]
async fn healthz(headers: HeaderMap) -> Response {
    health(headers).await
}

/// Whether requests should come here: 200, also with flags that are older than they should be (`degraded`), or 503. The
/// reasons are in the body.
#[utoipa::path(get, path = "/readyz", tag = "Operations", responses(
    (status = 200, description = "Ready or degraded", body = Readiness),
    (status = 503, description = "Not ready", body = Readiness)), security(()))]
async fn readyz(State(app): State<App>) -> Response {
    let readiness = Readiness::of(&app).await;
    let status = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(readiness)).into_response()
}
