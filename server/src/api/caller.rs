//! Who asks, as an argument of handlers.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::request_id::RequestId;
use super::{Failure, Shape};
use crate::App;
use crate::access::key::digest;
use crate::access::keyring::{credential, has_credential};
use crate::access::rate::Class;
use crate::access::{Identity, Principal, address, users};
use crate::error::{Kind, Result, sentences};
use crate::log::Author;

/// The principal of a request, known by the one credential in its headers. Refusals wear the dress `S`.
#[derive(Debug)]
pub struct Caller<S> {
    /// Who.
    pub principal: Principal,
    /// In which request.
    pub request_id: String,
    dress: PhantomData<S>,
}

impl<S> Caller<S> {
    /// Who writes, for the log.
    pub fn author(&self) -> Author {
        self.principal.author(&self.request_id)
    }
}

impl<S: Shape> FromRequestParts<App> for Caller<S> {
    type Rejection = Failure<S>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let principal = identify(parts, app, None).await?.principal.clone();
        let RequestId(request_id) = parts.extensions.get().cloned().unwrap_or_else(|| RequestId(String::new()));
        Ok(Self { principal, request_id, dress: PhantomData })
    }
}

/// A caller who need not say who they are; whoever says it wrong is refused.
impl<S: Shape> OptionalFromRequestParts<App> for Caller<S> {
    type Rejection = Failure<S>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Self::Rejection> {
        if !has_credential(&parts.headers) {
            return Ok(None);
        }
        <Self as FromRequestParts<App>>::from_request_parts(parts, app).await.map(Some)
    }
}

/// Whose credential it is: in a header, or, on streams only, in the query. What has two dots is a token, all else a key.
/// Counted, and refused where it is too often.
pub(crate) async fn identify(parts: &Parts, app: &App, query: Option<&str>) -> Result<Arc<Identity>> {
    match known(parts, app, query).await {
        Ok(identity) => {
            let principal = &identity.principal;
            app.rates.check(class(principal, parts.uri.path()), principal)?;
            Ok(identity)
        }
        Err(error) if error.kind() == Kind::Unauthorized => {
            let address = address::of(parts, &app.config.trusted_proxies);
            app.rates.check_address(Class::Management, address)?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

async fn known(parts: &Parts, app: &App, query: Option<&str>) -> Result<Arc<Identity>> {
    let credential = credential(&parts.headers, query)?;
    if credential.bytes().filter(|byte| *byte == b'.').count() == 2 {
        let user = users::of_token(app, credential).await?;
        return Ok(Arc::new(Principal::User { id: user.id, admin: user.is_admin }.into()));
    }
    app.keyring.find_by_digest(digest(credential)).ok_or_else(sentences::unauthorized)
}

/// Applications evaluate; whoever else asks for flags by an application's route does so too.
fn class(principal: &Principal, path: &str) -> Class {
    let evaluates = matches!(principal, Principal::Application { .. })
        || ["/ofrep/", "/sdk/", "/api/client/"].iter().any(|start| path.starts_with(start));
    if evaluates { Class::Evaluation } else { Class::Management }
}

/// The address that a request comes from, counted as one that logs in or registers.
#[derive(Debug)]
pub struct Visitor<S>(PhantomData<S>);

impl<S: Shape> FromRequestParts<App> for Visitor<S> {
    type Rejection = Failure<S>;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let address = address::of(parts, &app.config.trusted_proxies);
        app.rates.check_address(Class::Auth, address)?;
        Ok(Self(PhantomData))
    }
}
