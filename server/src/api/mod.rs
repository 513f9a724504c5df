//! The published interfaces: a folder each, which only translates.

pub mod body;
pub mod caller;
pub mod failure;
pub mod health;
pub mod ofrep;
pub mod request_id;
pub mod version;

pub use body::read_json;
pub use caller::Caller;
pub use failure::{Failure, Plain, Shape};

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// The description of all routes, before they are added.
#[derive(OpenApi)]
#[openapi(info(title = "burgee", description = "The flag service"))]
struct Description;

/// All routes, with their description.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi()).merge(health::routes()).merge(ofrep::routes())
}

/// The service's routes.
pub fn router(app: App) -> Router {
    let (router, description) = routes().split_for_parts();
    let description: bytes::Bytes = description.to_json().unwrap_or_default().into();
    let page = move || async move { ([(http::header::CONTENT_TYPE, "application/json")], description) };
    router.route("/openapi.json", axum::routing::get(page)).with_state(app)
}

/// The description of all routes, as `/openapi.json` gives it.
pub fn description() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}
