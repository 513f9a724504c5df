//! Streams of server-sent events, whatever interface they belong to.

use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::{FromRequestParts, Query};
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use super::caller::identify;
use super::{Failure, Shape};
use crate::App;
use crate::access::Principal;
use crate::access::key::digest;
use crate::access::keyring::credential;
use crate::error::{Error, Result, sentences};
use crate::handover::Offer;
use crate::push::{Follower, Format, May, Since, Wish};

/// The header in which a client that was cut off says what it has heard.
pub const LAST_EVENT_ID: &str = "last-event-id";

/// What a stream's query may say.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// A key, for clients that cannot send headers, such as the browsers' `EventSource`.
    pub key: Option<String>,
    /// The id of the last event that the client has heard, for clients that cannot send `Last-Event-ID`; 0 for everything.
    #[param(example = "17")]
    pub since: Option<String>,
    /// Only changes of this flag.
    pub flag: Option<String>,
}

/// A client that asks for a stream: who, and what of it. Refusals wear the dress `S`.
pub struct Listener<S> {
    /// Who.
    pub principal: Principal,
    /// Only changes of this flag.
    pub flag: Option<String>,
    /// What they have heard.
    pub since: Option<Since>,
    /// Whether the credential still counts.
    pub valid: May,
    dress: PhantomData<S>,
}

impl<S: Shape> FromRequestParts<App> for Listener<S> {
    type Rejection = Failure<S>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let query = Query::<Asked>::try_from_uri(&parts.uri).map_err(|error| sentences::bad_query(&error))?;
        let Asked { key, since, flag } = query.0;
        let principal = identify(parts, app, key.as_deref()).await?.principal.clone();
        let since = since_of(&parts.headers, since.as_deref())?;
        let valid = valid(&parts.headers, key.as_deref(), &principal)?;
        Ok(Self { principal, flag, since, valid, dress: PhantomData })
    }
}

/// What a client has heard. A header that is no place of ours is no fault of the client, which only repeats it.
pub(crate) fn since_of(headers: &HeaderMap, query: Option<&str>) -> Result<Option<Since>> {
    if let Some(value) =
        headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty())
    {
        return Ok(Some(value.parse().map_or(Since::Unknown, Since::Place)));
    }
    let parsed = |text: &str| text.parse().map(Since::Place).map_err(|_| sentences::bad_since(text));
    query.map(parsed).transpose()
}

/// Whether the credential of a request still counts, to be asked later. Tokens of users are checked once: they are short-lived.
fn valid(headers: &HeaderMap, query: Option<&str>, principal: &Principal) -> Result<May> {
    if let Principal::User { .. } = principal {
        return Ok(Box::new(|_| true));
    }
    let key = digest(credential(headers, query)?);
    Ok(Box::new(move |app| app.keyring.find_by_digest(key).is_some()))
}

/// Tells a listener who may see flags as they are set up what happens to them.
pub(crate) async fn changes<S>(app: &App, format: &'static Format, listener: Listener<S>) -> Result<Response> {
    let Listener { principal, flag, since, valid, .. } = listener;
    let scope = principal.scope();
    principal.may_see(&app.live.load().state, &scope)?;
    let owner = principal.actor();
    let (place, valid_now) = (scope.clone(), valid);
    let may: May = Box::new(move |app| valid_now(app) && principal.may_see(&app.live.load().state, &place).is_ok());
    open(app, format, &owner, Wish { scope, flag, since, may }).await
}

/// Opens a stream on behalf of `owner`.
pub(crate) async fn open(app: &App, format: &'static Format, owner: &str, wish: Wish) -> Result<Response, Error> {
    let seat = app.hub.seat(owner, app.config.streams_per_key)?;
    let follower = Follower::begin(app, format, wish, seat).await?;
    let offer = Offer::new(Box::pin(follower.frames()));
    let mut response = Response::new(Body::new(offer.body()));
    response.extensions_mut().insert(offer);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // nginx and its like pass each frame on at once.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
