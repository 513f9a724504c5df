//! The OpenFeature remote evaluation protocol, 0.3: one flag, all flags, and a stream that says when to ask again.

mod context;
pub(crate) mod direct;
pub mod etag;
mod evaluate;
mod schema;
mod shape;
pub mod stream;
mod writing;

pub use shape::Ofrep;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(evaluate::evaluate_flag))
        .routes(routes!(evaluate::evaluate_flags))
        .routes(routes!(stream::stream))
        // Not described: it is the first one for a client that did not encode the key.
        .route("/ofrep/v1/evaluate/flags/{key}/{*rest}", axum::routing::post(evaluate::evaluate_flag_with_slash))
}
