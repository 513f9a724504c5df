//! Each request, measured; and at `debug`, a line for it, and a span around everything that is logged meanwhile.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Instant;

use arc_swap::ArcSwap;
use axum::response::Response;
use http::Method;
use metrics::Histogram;
use tracing::Instrument;

use crate::error::{Error, Kind};

const DURATION: &str = "http_server_request_duration_seconds";

/// Methods that have a name in figures.
const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];

/// Takes the time of an answer. The path in full may hold names of people; the route does not.
pub async fn measured(id: &str, method: &Method, route: &str, answer: impl Future<Output = Response>) -> Response {
    let started = Instant::now();
    let method = METHODS.iter().find(|known| *known == method).map_or("_OTHER", Method::as_str);
    let response = if tracing::enabled!(tracing::Level::DEBUG) {
        let span = tracing::debug_span!("request", id, method, route);
        answer.instrument(span).await
    } else {
        answer.await
    };
    let took = started.elapsed();
    let status = response.status().as_u16();
    histogram(method, route, status).record(took.as_secs_f64());
    match response.extensions().get::<Error>() {
        Some(error) if error.kind() != Kind::Internal => {
            tracing::warn!(id, method, route, status, ?took, %error, "a request failed");
        }
        Some(error) => tracing::error!(id, method, route, status, ?took, %error, "a request failed"),
        None if status == 500 => tracing::error!(id, method, route, status, ?took, "a request failed"),
        None => tracing::debug!(id, method, route, status, ?took, "answered"),
    }
    response
}

type Known = HashMap<(&'static str, u16, Cow<'static, str>), Histogram>;

/// The figure of a route. There are as many as routes, methods and statuses that were met.
fn histogram(method: &'static str, route: &str, status: u16) -> Histogram {
    static KNOWN: OnceLock<ArcSwap<Known>> = OnceLock::new();
    let known = KNOWN.get_or_init(ArcSwap::default);
    if let Some(found) = known.load().get(&(method, status, Cow::Borrowed(route))) {
        return found.clone();
    }
    let made = metrics::histogram!(
        DURATION,
        "http_request_method" => method,
        "http_route" => route.to_owned(),
        "http_response_status_code" => status.to_string(),
    );
    known.rcu(|known| {
        let mut more = Known::clone(known);
        more.insert((method, status, Cow::Owned(route.to_owned())), made.clone());
        more
    });
    made
}
