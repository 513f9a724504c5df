//! Evaluates, for one flag and for all.

use std::cell::OnceCell;
use std::sync::Arc;

use axum::BoxError;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use burgee::{Attribute, Attributes, BulkEvaluation, ErrorCode, EvaluationContext};
use bytes::Bytes;
use http::header::ETAG;
use http::{HeaderMap, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::etag::Etag;
use super::schema::{Evaluated, EvaluatedAll, EvaluationRequest, Failed, FailedAll, Refused};
use super::shape;
use super::{context, stream, writing};
use crate::App;
use crate::access::Identity;
use crate::access::ticket::Window;
use crate::api::caller::identify;
use crate::api::shell::BODY_BYTES;
use crate::error::{Result, sentences};
use crate::flags::bucket::{ATTRIBUTE, Buckets};
use crate::live::{FlagSet, Live};
use crate::log::event::unix_seconds;

/// The route of one flag.
pub(super) const ONE: &str = "/ofrep/v1/evaluate/flags/{key}";
/// The route of all flags.
pub(super) const ALL: &str = "/ofrep/v1/evaluate/flags";

/// The buckets that rules of the documents ask for, worked out when one does.
struct Hashes<'a> {
    context: &'a str,
    user: OnceCell<Option<String>>,
}

impl Attributes for Hashes<'_> {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        path.first().filter(|first| **first == ATTRIBUTE)?;
        let user = self.user.get_or_init(|| context::targeting_key(self.context));
        Buckets { user: user.as_deref() }.bucket(path)
    }
}

/// Hands over what a flag set is evaluated for.
fn with_context<T>(set: &FlagSet, context: &str, now: u64, read: impl FnOnce(EvaluationContext<'_>) -> T) -> T {
    let plain = EvaluationContext::from(context).at(i64::try_from(now).unwrap_or(i64::MAX));
    if set.has_hashes { read(plain.with(&Hashes { context, user: OnceCell::new() })) } else { read(plain) }
}

/// Whether the engine can read the context, which JSON alone does not say: it may be nested too deep, or have a number that
/// is none.
fn check_context(set: &FlagSet, context: &str) -> Result<()> {
    let read = set.engine.evaluate_logic(b"true", context.as_bytes());
    read.map(drop).map_err(|error| sentences::unreadable_context(&error))
}

/// Evaluates a flag for a context. `variant` is empty where the application's default applies; the engine's reason `DEFAULT`,
/// which the protocol does not know, is said as `UNKNOWN`. A `targetingKey` is not asked for.
#[utoipa::path(
    post,
    path = ONE,
    tag = "OFREP",
    params(("key" = String, Path, description = "The flag's key", example = "discount-banner")),
    request_body(content = EvaluationRequest, example = json!({"context": {"targetingKey": "user-123", "plan": "premium"}})),
    responses(
        (status = 200, description = "The answer", body = Evaluated,
            example = json!({"key": "discount-banner", "value": true, "variant": "on", "reason": "TARGETING_MATCH"})),
        (status = 400, description = "The context cannot be read, or the flag cannot be evaluated", body = Failed),
        (status = 401, description = "No valid credentials", body = Refused),
        (status = 403, description = "The credentials do not evaluate flags here", body = Refused),
        (status = 404, description = "No such flag", body = Failed),
        (status = 413, description = "The body is too large", body = Refused),
        (status = 429, description = "Too many requests; `Retry-After` says for how many seconds to wait", body = Refused),
        (status = 500, description = "Something broke", body = Refused),
    ),
    security(("api_key" = []), ("sdk_key" = []), ("bearer" = []), ("admin_key" = [])),
)]
pub(super) async fn evaluate_flag(State(app): State<App>, Path(key): Path<String>, request: Request) -> Response {
    answer(&app, Some(&key), request).await
}

/// The same for a key with a slash, which some of the published providers put into the path as it is.
pub(super) async fn evaluate_flag_with_slash(
    State(app): State<App>,
    Path((first, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer(&app, Some(&format!("{first}/{rest}")), request).await
}

/// Evaluates all flags for a context. The `ETag` is known before anything is evaluated: with `If-None-Match`, an answer that
/// would be the same is 304. The stream in `eventStreams` tells when to ask again; its ticket holds for some minutes, and an
/// answer whose ticket has ended is given anew.
#[utoipa::path(
    post,
    path = ALL,
    tag = "OFREP",
    params(
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the answer that the client has"),
        ("flagConfigEtag" = Option<String>, Query, description = "What a stream said; every answer is as new as that"),
        ("flagConfigLastModified" = Option<String>, Query, description = "The same"),
    ),
    request_body(content = EvaluationRequest, example = json!({"context": {"targetingKey": "user-123", "plan": "premium"}})),
    responses(
        (status = 200, description = "The answers by key", body = EvaluatedAll, headers(("ETag" = String)),
            example = json!({"flags": [{"key": "discount-banner", "value": true, "variant": "on", "reason": "STATIC"}],
                "metadata": {"flagSetId": "default/production"}})),
        (status = 304, description = "The client has the answer"),
        (status = 400, description = "The context cannot be read", body = FailedAll),
        (status = 401, description = "No valid credentials", body = Refused),
        (status = 403, description = "The credentials do not evaluate flags here", body = Refused),
        (status = 413, description = "The body is too large", body = Refused),
        (status = 429, description = "Too many requests; `Retry-After` says for how many seconds to wait", body = Refused),
        (status = 500, description = "Something broke", body = Refused),
    ),
    security(("api_key" = []), ("sdk_key" = []), ("bearer" = []), ("admin_key" = [])),
)]
pub(super) async fn evaluate_flags(State(app): State<App>, request: Request) -> Response {
    answer(&app, None, request).await
}

/// Answers a request for a flag, or without a key for all of them.
pub(super) async fn answer<B>(app: &App, key: Option<&str>, request: Request<B>) -> Response
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let (parts, body) = request.into_parts();
    let evaluated = async {
        let identity = identify(&parts, app, None).await?;
        let body = whole(body).await?;
        match key {
            Some(key) => flag(app, &identity, key, &body),
            None => flags(app, &identity, &parts.headers, &body),
        }
    };
    evaluated.await.unwrap_or_else(|error| shape::refuse(error, key))
}

async fn whole<B>(body: B) -> Result<Bytes>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let collected = Limited::new(body, BODY_BYTES).collect().await;
    collected.map(|body| body.to_bytes()).map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => sentences::too_large(),
        None => sentences::unread_body(&error),
    })
}

/// The flags of the environment that the caller acts on.
fn set<'l>(live: &'l Live, caller: &Identity) -> Result<&'l Arc<FlagSet>> {
    caller.principal.may_evaluate(&live.state, &caller.scope)?;
    live.set(&caller.scope)
}

/// The answer for one flag.
fn flag(app: &App, caller: &Identity, key: &str, body: &[u8]) -> Result<Response> {
    let live = app.live.load();
    let set = set(&live, caller)?;
    let context = context::read(body)?;
    let mut out = String::with_capacity(writing::USUAL_BYTES);
    let code = with_context(set, context, unix_seconds(), |context| {
        set.engine.evaluate_with(key, context, |answer| {
            writing::write(&mut out, &answer);
            app.recorder.count(set, &answer);
            answer.error_code()
        })
    });
    let status = match code {
        None => StatusCode::OK,
        Some(ErrorCode::FlagNotFound) => StatusCode::NOT_FOUND,
        Some(ErrorCode::ParseError) => {
            check_context(set, context)?;
            StatusCode::BAD_REQUEST
        }
        Some(_) => StatusCode::BAD_REQUEST,
    };
    Ok(shape::answer(status, out))
}

/// The answer for all flags, or 304.
fn flags(app: &App, caller: &Identity, headers: &HeaderMap, body: &[u8]) -> Result<Response> {
    let live = app.live.load();
    let set = set(&live, caller)?;
    let context = context::read(body)?;
    let now = unix_seconds();
    let window = Window::of(now);
    let mut out = String::new();
    let early = if set.uses_time { Some(write_flags(&mut out, set, context, now)?) } else { None };
    let etag = Etag::of(&set.tag, context, early.as_ref().map(|_| out.as_str()), window);
    if let Some(known) = etag.known(headers) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().insert(ETAG, known);
        return Ok(response);
    }
    let all = match early {
        Some(all) => all,
        None => write_flags(&mut out, set, context, now)?,
    };
    app.recorder.count_all(set, &all);
    stream::announce(&mut out, &app.tickets.shared(&set.scope, window));
    out.push('}');
    let mut response = shape::answer(StatusCode::OK, out);
    response.headers_mut().insert(ETAG, etag.header());
    Ok(response)
}

/// Evaluates all flags, and writes them and what is known of the flag set.
fn write_flags(out: &mut String, set: &FlagSet, context: &str, now: u64) -> Result<BulkEvaluation> {
    let all = with_context(set, context, now, |context| set.engine.evaluate_all(context));
    out.reserve(all.len() * writing::USUAL_BYTES + 256);
    out.push_str("{\"flags\":[");
    let mut unreadable = false;
    for (number, answer) in all.answers().enumerate() {
        if number > 0 {
            out.push(',');
        }
        writing::write(out, &answer);
        unreadable |= answer.error_code() == Some(ErrorCode::ParseError);
    }
    out.push(']');
    if unreadable {
        check_context(set, context)?;
    }
    if all.has_flag_set_metadata() {
        out.push_str(",\"metadata\":");
        all.write_flag_set_metadata_json(out);
    }
    Ok(all)
}
