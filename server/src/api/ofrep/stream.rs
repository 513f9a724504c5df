//! The stream that says when to ask again.

use axum::extract::{FromRequestParts, Query, Request, State};
use axum::response::Response;
use serde::Deserialize;

use super::schema::Refused;
use super::shape::Ofrep;
use crate::App;
use crate::api::Failure;
use crate::api::stream::{Listener, open, since_of};
use crate::error::{Result, sentences};
use crate::log::event::unix_seconds;
use crate::log::{Scope, Subject};
use crate::push::{Format, May, Message, Place, Replay, Said, Slot, Wish};

/// `refetchEvaluation`, with what the flags are since then.
pub static FORMAT: Format = Format { slot: Slot::Ofrep, change, resync, replay: Replay::Last };

fn change(message: &Message) -> Option<Said> {
    if !matches!(message.event.event_type.subject(), Subject::Flag | Subject::Segment) {
        return None;
    }
    let (etag, modified) = (&message.tag, message.changed_at.timestamp());
    Some(refetch(format!(",\"etag\":\"{etag}\",\"lastModified\":{modified}")))
}

fn resync(_: Place) -> Said {
    refetch(String::new())
}

fn refetch(members: String) -> Said {
    Said::named("message", format!("{{\"type\":\"refetchEvaluation\"{members}}}"))
}

/// Appends the member that announces the stream. Its address has no host, so that clients take the one they know.
pub(super) fn announce(out: &mut String, ticket: &str) {
    // Letters, digits and points need no escapes.
    out.push_str(",\"eventStreams\":[{\"type\":\"sse\",\"endpoint\":{\"requestUri\":\"/ofrep/v1/stream?ticket=");
    out.push_str(ticket);
    out.push_str("\"},\"inactivityDelaySec\":120}]");
}

/// What a stream's query may say.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The ticket of a bulk answer; without one, credentials are needed as anywhere else, or a key in `key`.
    ticket: Option<String>,
}

/// Says when flags of the environment change, as server-sent events.
///
/// Each is named `message`, and its data is `{"type":"refetchEvaluation","etag","lastModified"}`: what the flags are since then,
/// and when they changed, in seconds since 1970. Who was cut off hears at once of what it missed, as one event.
#[utoipa::path(
    get,
    path = "/ofrep/v1/stream",
    tag = "OFREP",
    params(Asked, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client has heard")),
    responses(
        (status = 200, description = "Events, until either side ends it", content_type = "text/event-stream", body = String,
            example = "id: 17\nevent: message\ndata: {\"type\":\"refetchEvaluation\",\"etag\":\"9f2c1c0a5f0e1b7d\",\"lastModified\":1771622898}\n\n"),
        (status = 401, description = "The ticket has ended, or no valid credentials", body = Refused),
        (status = 403, description = "The credentials do not evaluate flags here", body = Refused),
        (status = 429, description = "Too many streams", body = Refused),
        (status = 503, description = "The service stops", body = Refused),
    ),
    security((), ("api_key" = []), ("sdk_key" = []), ("bearer" = []), ("admin_key" = [])),
)]
pub(super) async fn stream(State(app): State<App>, request: Request) -> Result<Response, Failure<Ofrep>> {
    let (mut parts, _) = request.into_parts();
    let asked = Query::<Asked>::try_from_uri(&parts.uri).map_err(|error| sentences::bad_query(&error))?;
    let since = since_of(&parts.headers, None)?;
    let (owner, scope, may): (String, Scope, May) = match &asked.ticket {
        Some(ticket) => {
            let scope = app.tickets.check(ticket, unix_seconds())?;
            (format!("ticket:{scope}"), scope, Box::new(|_| true))
        }
        None => {
            let listener = Listener::<Ofrep>::from_request_parts(&mut parts, &app).await?;
            let scope = listener.principal.scope();
            listener.principal.may_evaluate(&app.live.load().state, &scope)?;
            (listener.principal.actor(), scope, listener.valid)
        }
    };
    Ok(open(&app, &FORMAT, &owner, Wish { scope, flag: None, since, may }).await?)
}
