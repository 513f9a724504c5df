//! Flags as they change.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::Platform;
use super::bodies::{FlagBody, PlatformError, says_all};
use crate::App;
use crate::api::Failure;
use crate::api::stream::{Asked, Listener, changes};
use crate::log::Subject;
use crate::push::{Format, Message, Replay, Said, Slot};

/// `flag_updated` with the flag, `flag_deleted` with its key.
pub static FORMAT: Format = Format { slot: Slot::Platform, change, resync: Said::resync, replay: Replay::LastOfEach };

fn change(message: &Message) -> Option<Said> {
    if message.event.event_type.subject() != Subject::Flag {
        return None;
    }
    // A flag that this form no longer says all of is gone for those who evaluate by it.
    Some(match message.flag.as_deref().filter(|flag| says_all(flag)) {
        // Serialising a structure of strings and numbers does not fail.
        Some(flag) => Said::named("flag_updated", serde_json::to_string(&FlagBody::from(flag)).unwrap_or_default()),
        None => Said::named("flag_deleted", json!({"key": message.event.flag_id}).to_string()),
    })
}

/// Changes of flags, as server-sent events.
///
/// `flag_updated` has the flag, `flag_deleted` its `key`; the `id` of each is its place in the log. With `Last-Event-ID` (or
/// `since`) it begins with how the flags are now that changed since then. An event named `resync` says that changes are
/// missing: fetch `/api/client/flags`. One named `bye` says that the service stops.
#[utoipa::path(get, path = "/api/client/stream", tag = "Platform",
    params(Asked, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client has heard")),
    security(("sdk_key" = []), ("admin_key" = []), ("bearer" = []), ("stream_key" = [])), responses(
    (status = 200, description = "Events, until either side ends it", content_type = "text/event-stream", body = FlagBody),
    (status = 400, description = "The query is wrong", body = PlatformError), (status = 401, description = "No valid credentials", body = PlatformError),
    (status = 403, description = "The key may not see how flags are set up", body = PlatformError), (status = 429, description = "Too many streams", body = PlatformError),
    (status = 503, description = "The service stops", body = PlatformError)))]
pub(super) async fn stream(
    State(app): State<App>,
    listener: Listener<Platform>,
) -> Result<Response, Failure<Platform>> {
    Ok(changes(&app, &FORMAT, listener).await?)
}
