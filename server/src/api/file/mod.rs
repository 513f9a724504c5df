//! The interface of the configuration file's document: is a flag on for a user?

mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read::one)).routes(routes!(read::all))
}
