//! Whether the service lives and is ready.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

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

/// Whether requests are answered well: 200, or 503 with the reasons.
#[utoipa::path(get, path = "/readyz", tag = "Operations", responses((status = 200, description = "Ready"), (status = 503, description = "Not ready")))]
async fn readyz(State(app): State<App>) -> Response {
    let live = app.live.load();
    let body = json!({"status": "ready", "seq": live.state.seq});
    (StatusCode::OK, axum::Json(body)).into_response()
}
