//! Figures for Prometheus.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::observe::metrics::render;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// Figures in Prometheus' text format. Where the service has a port for operators, they are there only.
#[utoipa::path(get, path = "/metrics", tag = "Operations", responses((status = 200, description = "Figures", body = String,
    example = "# TYPE snapshot_seq gauge\nsnapshot_seq 42\n")), security(()))]
async fn metrics() -> Response {
    // Many series take a while to write.
    let text = tokio::task::spawn_blocking(render).await.unwrap_or_default();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
