//! The short way to an evaluation. Applications ask for nothing as often, and the router, with its layers and extractors, takes
//! more time than the evaluation. So the server hands these two routes here, unless a page of another origin asks, whose answer
//! needs headers that the router's layers add. The answers are the same otherwise.

use axum::response::Response;
use http::header::ORIGIN;
use http::{Method, Request};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;

use super::evaluate;
use crate::App;
use crate::api::request_id::{self, RequestId};
use crate::api::shell::around_evaluation;

/// What is to be evaluated.
pub(crate) enum Wanted {
    /// The flag of this key.
    Flag(String),
    /// All flags.
    All,
}

/// What a request wants evaluated; none where the router has to answer.
pub(crate) fn wanted<B>(request: &Request<B>) -> Option<Wanted> {
    let rest = request.uri().path().strip_prefix(evaluate::ALL)?;
    if request.method() != Method::POST || request.headers().contains_key(ORIGIN) {
        return None;
    }
    match rest.strip_prefix('/') {
        Some("") => None,
        Some(key) => Some(Wanted::Flag(percent_decode_str(key).decode_utf8().ok()?.into_owned())),
        None => rest.is_empty().then_some(Wanted::All),
    }
}

/// Answers such a request.
pub(crate) async fn answer(app: App, wanted: Wanted, request: Request<Incoming>) -> Response {
    let RequestId(id) = request_id::of(request.headers());
    let limit = app.config.limits.request;
    let (route, key) = match &wanted {
        Wanted::Flag(key) => (evaluate::ONE, Some(key.as_str())),
        Wanted::All => (evaluate::ALL, None),
    };
    around_evaluation(&id, limit, route, evaluate::answer(&app, key, request)).await
}
