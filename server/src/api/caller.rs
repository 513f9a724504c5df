//! Who asks, as an argument of handlers.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::request_id::RequestId;
use super::{Failure, Shape};
use crate::App;
use crate::access::keyring::credential;
use crate::access::{Principal, users};
use crate::error::{Result, sentences};
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
        let principal = identify(parts, app, None).await?;
        let RequestId(request_id) = parts.extensions.get().cloned().unwrap_or_else(|| RequestId(String::new()));
        Ok(Self { principal, request_id, dress: PhantomData })
    }
}

/// Whose credential it is: in a header, or, on streams only, in the query. What has two dots is a token, all else a key.
pub(crate) async fn identify(parts: &Parts, app: &App, query: Option<&str>) -> Result<Principal> {
    let credential = credential(&parts.headers, query)?;
    if credential.bytes().filter(|byte| *byte == b'.').count() == 2 {
        let user = users::of_token(app, credential).await?;
        return Ok(Principal::User { id: user.id, admin: user.is_admin });
    }
    app.keyring.find(credential).ok_or_else(sentences::unauthorized)
}
