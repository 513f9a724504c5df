//! Events as they happen.

use axum::extract::State;
use axum::response::Response;

use super::Events;
use super::bodies::{EventBody, Refused};
use crate::App;
use crate::api::Failure;
use crate::api::stream::{Asked, Listener, changes};
use crate::log::Subject;
use crate::push::{Format, Message, Replay, Said, Slot};

/// Unnamed events with the log's event as their data.
pub static FORMAT: Format = Format { slot: Slot::Events, change, resync: Said::resync, replay: Replay::Each };

fn change(message: &Message) -> Option<Said> {
    let told = matches!(message.event.event_type.subject(), Subject::Flag | Subject::Segment);
    // Serialising a structure of strings, numbers and JSON values does not fail.
    told.then(|| Said::unnamed(serde_json::to_string(&message.event).unwrap_or_default()))
}

/// Changes of flags and segments, as server-sent events.
///
/// `data` of each is an event of the log, its `id` the event's place there. With `Last-Event-ID` (or `since`) it begins after
/// that place: 0 gives everything. An event named `resync` says that changes are missing: read `/flags/state`. One named `bye`
/// says that the service stops.
#[utoipa::path(get, path = "/flags/stream", tag = "Events",
    params(Asked, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client has heard")),
    security(("sdk_key" = []), ("admin_key" = []), ("bearer" = []), ("stream_key" = [])), responses(
    (status = 200, description = "Events, until either side ends it", content_type = "text/event-stream", body = EventBody),
    (status = 400, description = "The query is wrong", body = Refused), (status = 401, description = "No valid credentials", body = Refused),
    (status = 403, description = "Not allowed", body = Refused), (status = 429, description = "Too many streams", body = Refused),
    (status = 503, description = "The service stops", body = Refused)))]
pub(super) async fn stream(State(app): State<App>, listener: Listener<Events>) -> Result<Response, Failure<Events>> {
    Ok(changes(&app, &FORMAT, listener).await?)
}
