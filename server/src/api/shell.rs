//! What is around all routes: an id for each request, limits of time and size, errors in the interface's dress, answers that
//! browsers may read, and what is left of a panic.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::ofrep::Ofrep;
use super::request_id::{self, RequestId};
use super::{Failure, Plain};
use crate::Config;
use crate::error::{Error, Result, sentences};
use crate::observe::requests;

/// The most bytes of a body.
pub const BODY_BYTES: usize = 1024 * 1024;
/// The most bytes of a body where documents of many flags are sent.
pub const UPLOAD_BYTES: usize = 100 * 1024 * 1024;

/// How many bytes of a large body must come in a second.
const BYTES_PER_SECOND: u64 = 64 * 1024;

/// The most bytes of a framework's own words about an error.
const WORDS: usize = 4096;

/// For routes that take documents of many flags: `.layer(shell::uploads())`.
pub fn uploads() -> DefaultBodyLimit {
    DefaultBodyLimit::max(UPLOAD_BYTES)
}

/// Puts all of it around routes.
pub fn around(router: Router, config: &Config, cors: CorsLayer) -> Router {
    let around = from_fn_with_state(config.limits.request, answer);
    router.layer(DefaultBodyLimit::max(BODY_BYTES)).layer(around).layer(cors)
}

async fn answer(State(limit): State<Duration>, mut request: Request, next: Next) -> Response {
    let RequestId(id) = request_id::of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let (method, path_is_ofrep) = (request.method().clone(), request.uri().path().starts_with("/ofrep/"));
    let limit = limit + time_for_body(request.headers());
    complete(&id, &method, route, within(limit, &id, path_is_ofrep, next.run(request))).await
}

/// An evaluation by OFREP outside of the router, with everything that is around routes but what pages of other origins need.
pub(crate) async fn around_evaluation(
    id: &str,
    limit: Duration,
    route: &str,
    answer: impl Future<Output = Response>,
) -> Response {
    complete(id, &Method::POST, route, within(limit, id, true, answer)).await
}

async fn complete(id: &str, method: &Method, route: &str, answer: impl Future<Output = Response>) -> Response {
    let response = requests::measured(id, method, route, answer).await;
    with_id(response, id)
}

/// An answer in any case: also where it takes too long, and where something panics.
async fn within(limit: Duration, id: &str, path_is_ofrep: bool, answer: impl Future<Output = Response>) -> Response {
    let answered = AssertUnwindSafe(tokio::time::timeout(limit, answer)).catch_unwind().await;
    match answered {
        Ok(Ok(response)) => dressed(response, path_is_ofrep).await,
        Ok(Err(_)) => closing(failure(sentences::too_slow(), path_is_ofrep)),
        Err(panic) => {
            let words = panic.downcast_ref::<&str>().copied();
            let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("");
            tracing::error!(id, panic = words, "a request panicked");
            failure(sentences::broken(id), path_is_ofrep)
        }
    }
}

fn with_id(mut response: Response, id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(HeaderName::from_static(request_id::HEADER), value);
    }
    response
}

/// What is left of the request is not read, so nothing else can come on its connection.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body of a known size beyond the common limit has time by its size.
fn time_for_body(headers: &HeaderMap) -> Duration {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let length = length.filter(|length| *length > BODY_BYTES as u64).unwrap_or(0).min(UPLOAD_BYTES as u64);
    Duration::from_secs(length / BYTES_PER_SECOND)
}

/// Errors that the framework says in words of its own, as the interface says errors.
async fn dressed(response: Response, path_is_ofrep: bool) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind.is_some_and(|kind| !kind.starts_with(b"text/plain")) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let error = match status {
        StatusCode::NOT_FOUND => sentences::no_route(),
        StatusCode::METHOD_NOT_ALLOWED => sentences::no_method(),
        StatusCode::REQUEST_TIMEOUT => sentences::too_slow(),
        StatusCode::PAYLOAD_TOO_LARGE => sentences::too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => sentences::wrong_media_type(),
        status if status.is_client_error() => sentences::refused_request(&words(body).await),
        _ => sentences::internal(),
    };
    let too_large = status == StatusCode::PAYLOAD_TOO_LARGE;
    let mut response = failure(error, path_is_ofrep);
    *response.status_mut() = status;
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allow.clone());
    }
    if too_large { closing(response) } else { response }
}

fn failure(error: Error, path_is_ofrep: bool) -> Response {
    if path_is_ofrep {
        Failure::<Ofrep>::from(error).into_response()
    } else {
        Failure::<Plain>::from(error).into_response()
    }
}

async fn words(body: Body) -> String {
    let bytes = Limited::new(body, WORDS).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).escape_debug().to_string()
}

/// Answers that pages of other origins may read. No credentials of the browser's own are involved: keys and tokens are sent by
/// the page itself.
pub fn cors(origins: &[String]) -> Result<CorsLayer> {
    let names = |names: &[&'static str]| names.iter().map(|name| HeaderName::from_static(name)).collect::<Vec<_>>();
    let asked = [
        "x-sdk-key",
        "x-api-key",
        "x-admin-api-key",
        "authorization",
        "content-type",
        "if-match",
        "if-none-match",
        "last-event-id",
        "cache-control",
        "x-request-id",
    ];
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(names(&asked))
        .expose_headers(names(&["etag", "retry-after", "x-request-id"]))
        .max_age(Duration::from_secs(600));
    if origins.is_empty() {
        // The same for all origins, so that caches need not tell them apart.
        return Ok(layer.allow_origin(Any).vary([]));
    }
    let origins = origins.iter().map(|origin| checked(origin)).collect::<Result<Vec<_>>>()?;
    Ok(layer.allow_origin(AllowOrigin::list(origins)))
}

/// A scheme, a host and perhaps a port, as browsers send it.
fn checked(origin: &str) -> Result<HeaderValue> {
    let refused = || sentences::bad_origin(origin);
    let uri: http::Uri = origin.parse().map_err(|_| refused())?;
    let (scheme, authority) = (uri.scheme_str().ok_or_else(refused)?, uri.authority().ok_or_else(refused)?);
    let exact = format!("{scheme}://{authority}");
    if origin != exact || origin.contains('@') {
        return Err(refused());
    }
    HeaderValue::from_str(origin).map_err(|_| refused())
}
