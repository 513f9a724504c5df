//! The event-sourced document's interface: flags are written as events, which are streamed. Reads of single flags under the
//! same paths are those of [`file`](super).

mod bodies;
mod changes;
mod history;
mod module;
mod state;
mod stream;

pub use stream::FORMAT;

use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shape;
use crate::App;
use crate::error::Error;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(changes::create))
        .routes(routes!(changes::update, changes::delete))
        .routes(routes!(changes::roll_back))
        .routes(routes!(history::history))
        .routes(routes!(history::flag_events))
        .routes(routes!(history::all_events))
        .routes(routes!(state::state))
        .routes(routes!(stream::stream))
        .routes(routes!(module::module))
}

/// `{"ok": false, "error": code, "message": sentence, "fields": [{"pointer", "message"}]}`.
#[derive(Debug)]
pub struct Events;

impl Shape for Events {
    fn body(error: &Error) -> Value {
        let mut body = json!({"ok": false, "error": error.kind().code(), "message": error.message()});
        if let (Value::Object(members), [_, ..]) = (&mut body, error.wrong_fields()) {
            members.insert("fields".into(), json!(error.wrong_fields()));
        }
        body
    }
}
