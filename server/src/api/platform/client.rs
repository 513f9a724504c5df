//! What applications fetch.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::Platform;
use super::bodies::{FlagBody, PlatformError, says_all};
use crate::App;
use crate::api::{Caller, Failure};
use crate::live::FlagSet;
use crate::page::Page;

/// All flags that a client can evaluate by itself.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientFlags<'f> {
    /// By key.
    flags: Vec<FlagBody<'f>>,
}

fn page(set: &FlagSet) -> Page {
    let flags = set.entries.values().map(|entry| &*entry.flag).filter(|flag| says_all(flag));
    Page::json(&ClientFlags { flags: flags.map(FlagBody::from).collect() })
}

/// All flags, to be evaluated by the client.
///
/// Flags that this form does not say all of, those with rules, variants or another hash, are left out: a client would come to
/// another answer than the service. With `If-None-Match` 304 where nothing changed.
#[utoipa::path(get, path = "/api/client/flags", tag = "Platform", security(("sdk_key" = []), ("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "The flags", body = ClientFlags), (status = 304, description = "The client has them"),
    (status = 401, description = "No valid credentials", body = PlatformError), (status = 403, description = "The key may not see how flags are set up", body = PlatformError)))]
pub(super) async fn flags(
    State(app): State<App>,
    caller: Caller<Platform>,
    headers: HeaderMap,
) -> Result<Response, Failure<Platform>> {
    let live = app.live.load();
    let scope = caller.principal.scope();
    caller.principal.may_see(&live.state, &scope)?;
    let set = live.set(&scope)?;
    Ok(set.pages.platform.get_or_init(|| page(set)).answer(&headers, "no-cache"))
}
