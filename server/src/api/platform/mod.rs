//! The platform document's interface: administrators manage boolean flags, applications fetch all of them and follow changes.

mod admin;
mod bodies;
mod client;
mod stream;

pub use stream::FORMAT;

use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shape;
use crate::App;
use crate::error::{Error, Kind};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(admin::create, admin::list))
        .routes(routes!(admin::get, admin::update, admin::delete))
        .routes(routes!(admin::toggle))
        .routes(routes!(admin::toggle_by_post))
        .routes(routes!(admin::history))
        .routes(routes!(client::flags))
        .routes(routes!(stream::stream))
}

/// `{"error": code, "message": sentence, "fields": [{"pointer", "message"}]}` with the document's words.
#[derive(Debug)]
pub struct Platform;

impl Shape for Platform {
    fn body(error: &Error) -> Value {
        // A body that is no JSON object at all, or no JSON, has no field that could be wrong.
        let whole = error.wrong_fields().iter().all(|field| field.pointer.is_empty());
        let code = match error.kind() {
            Kind::Invalid if whole => "invalid_request",
            kind => kind.code(),
        };
        let mut body = json!({"error": code, "message": error.message()});
        if let (Value::Object(members), [_, ..]) = (&mut body, error.wrong_fields()) {
            members.insert("fields".into(), json!(error.wrong_fields()));
        }
        body
    }
}
