//! The published interfaces: a folder each, which only translates.

mod auth;
pub mod body;
pub mod caller;
pub mod events;
pub mod failure;
mod file;
pub mod health;
mod metrics;
pub mod ofrep;
pub mod platform;
pub mod projects;
pub mod request_id;
pub mod shell;
pub mod stream;
pub mod version;

pub use body::read_json;
pub use caller::Caller;
pub use failure::{Failure, Plain, Shape};

use std::sync::OnceLock;

use axum::Router;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// The description of all routes, before they are added.
#[derive(OpenApi)]
#[openapi(info(title = "burgee", description = "The flag service"), modifiers(&Credentials))]
struct Description;

/// How requests say who asks. `security(...)` of routes refers to these names.
struct Credentials;

impl utoipa::Modify for Credentials {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token of `/auth/login`, or any key"));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
        for (name, header) in [("sdk_key", "X-SDK-Key"), ("api_key", "X-API-Key"), ("admin_key", "X-Admin-API-Key")] {
            let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(header)));
            components.add_security_scheme(name, key);
        }
        let of_streams =
            ApiKeyValue::with_description("key", "Any key; on streams only, for clients that send no headers");
        components.add_security_scheme("stream_key", SecurityScheme::ApiKey(ApiKey::Query(of_streams)));
    }
}

/// All routes, with their description.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(auth::routes())
        .merge(file::routes())
        .merge(health::routes())
        .merge(ofrep::routes())
        .merge(projects::routes())
        .merge(events::routes())
        .merge(platform::routes())
}

/// The service's routes.
pub fn router(app: App) -> Router {
    let (mut router, _) = routes().split_for_parts();
    if app.config.management_port.is_none() {
        router = router.merge(Router::from(metrics::routes()));
    }
    router.route("/openapi.json", axum::routing::get(page)).with_state(app)
}

/// The description as a page. It is written when somebody first asks for it, and not at each start.
async fn page() -> impl axum::response::IntoResponse {
    static PAGE: OnceLock<bytes::Bytes> = OnceLock::new();
    let page = PAGE.get_or_init(|| description().to_json().unwrap_or_default().into());
    ([(http::header::CONTENT_TYPE, "application/json")], page.clone())
}

/// The routes of the operators' port.
pub fn management(app: App) -> Router {
    Router::from(health::routes().merge(metrics::routes())).with_state(app)
}

/// The description of all routes, as `/openapi.json` gives it. It names the figures in any case; their route may be on the
/// operators' port only.
pub fn description() -> utoipa::openapi::OpenApi {
    routes().merge(metrics::routes()).into_openapi()
}
