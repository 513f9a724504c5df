//! One flag, and all of them, for a user.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use burgee::{Answer, EvaluationContext};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::App;
use crate::access::Principal;
use crate::api::{Caller, Failure, Plain};
use crate::error::{Result, sentences};
use crate::flags::Person;
use crate::flags::verdict::verdict;
use crate::live::FlagSet;
use crate::log::Scope;
use crate::log::event::now;

/// Who asks.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct User {
    /// The user's id. Without one, the user is in bucket 50 of 100 and no allowed user.
    #[param(example = "user_123")]
    user_id: Option<String>,
}

/// Whether a flag is on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(example = json!({"flag": "dark_mode", "enabled": true}))]
pub(super) struct FlagState<'a> {
    /// The flag's key.
    flag: &'a str,
    /// Its value, where that is true or false; of other flags, whether the user has one of their values and is not left out.
    enabled: bool,
}

/// Whether each flag is on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(example = json!({"flags": [{"flag": "dark_mode", "enabled": true}, {"flag": "new_checkout_flow", "enabled": false}]}))]
pub(super) struct FlagStates<'a> {
    /// By key, ascending.
    flags: Vec<FlagState<'a>>,
}

/// Whether a flag is on for a user. A flag that does not exist is off. Answers without a key unless the service is set up to
/// ask for one; with a key, it is the flag of that key's project.
#[utoipa::path(
    get,
    path = "/flags/{flag_id}",
    tag = "File",
    params(("flag_id" = String, Path, description = "The flag's key", example = "dark_mode"), User,
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the answer that the client has")),
    responses(
        (status = 200, description = "On or off", body = FlagState<'static>, headers(("ETag" = String), ("Cache-Control" = String))),
        (status = 304, description = "The client has the answer"),
        (status = 400, description = "The query cannot be read"),
        (status = 401, description = "The credentials are wrong, or the service asks for some"),
        (status = 429, description = "Too many requests; `Retry-After` says for how many seconds to wait"),
    ),
    security((), ("sdk_key" = []), ("admin_key" = []), ("bearer" = [])),
)]
pub(super) async fn one(
    State(app): State<App>,
    caller: Option<Caller<Plain>>,
    Path(key): Path<String>,
    user: Result<Query<User>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure<Plain>> {
    let user = query(user)?;
    let live = app.live.load();
    let set = live.set(&scope(&app, caller)?)?;
    let person = Person::with_id(user.user_id.as_deref());
    let enabled = set.engine.evaluate_with(&key, context(&person), |answer| {
        app.recorder.count(set, &answer);
        is_on(set, &answer)
    });
    // A small answer is its own fingerprint.
    let body = json!(FlagState { flag: &key, enabled }).to_string();
    let etag = etag(&[&set.scope.to_string(), &body]);
    Ok(answer(&app, &headers, &etag, || body))
}

/// Whether each flag is on for a user, as for one flag.
#[utoipa::path(
    get,
    path = "/flags",
    tag = "File",
    params(User, ("If-None-Match" = Option<String>, Header, description = "The ETag of the answer that the client has")),
    responses(
        (status = 200, description = "All flags", body = FlagStates<'static>, headers(("ETag" = String), ("Cache-Control" = String))),
        (status = 304, description = "The client has the answer"),
        (status = 400, description = "The query cannot be read"),
        (status = 401, description = "The credentials are wrong, or the service asks for some"),
        (status = 429, description = "Too many requests; `Retry-After` says for how many seconds to wait"),
    ),
    security((), ("sdk_key" = []), ("admin_key" = []), ("bearer" = [])),
)]
pub(super) async fn all(
    State(app): State<App>,
    caller: Option<Caller<Plain>>,
    user: Result<Query<User>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure<Plain>> {
    let user = query(user)?;
    let live = app.live.load();
    let set = live.set(&scope(&app, caller)?)?;
    let person = Person::with_id(user.user_id.as_deref());
    let user = user.user_id.as_deref().map_or("", |user| user);
    let body = || list(&app, set, &person);
    if set.engine.uses_time() {
        // The same flags may say something else a second later, so that only the answer tells.
        let body = body();
        let etag = etag(&[&set.tag, &body]);
        return Ok(answer(&app, &headers, &etag, || body));
    }
    let known = if person.user.is_some() { "user" } else { "nobody" };
    Ok(answer(&app, &headers, &etag(&[&set.tag, known, user]), body))
}

fn list(app: &App, set: &FlagSet, person: &Person<'_>) -> String {
    let all = set.engine.evaluate_all(context(person));
    app.recorder.count_all(set, &all);
    let flags = all.answers().map(|answer| FlagState { flag: answer.key(), enabled: is_on(set, &answer) });
    // Texts and booleans do not fail to serialise.
    serde_json::to_string(&FlagStates { flags: flags.collect() }).unwrap_or_default()
}

fn query(user: Result<Query<User>, QueryRejection>) -> Result<User> {
    user.map(|Query(user)| user).map_err(|error| sentences::bad_query(&error))
}

/// Where the caller's flags are.
fn scope(app: &App, caller: Option<Caller<Plain>>) -> Result<Scope> {
    let principal = match caller {
        Some(caller) => caller.principal,
        None if app.config.public_reads => return Ok(Scope::default()),
        None => return Err(sentences::unauthorized()),
    };
    let scope = principal.scope();
    let open = app.config.public_reads && scope == Scope::default();
    if !open && !matches!(principal, Principal::Application { .. }) {
        principal.may_read(&app.live.load().state, &scope.project)?;
    }
    Ok(scope)
}

fn context<'a>(person: &'a Person<'_>) -> EvaluationContext<'a> {
    EvaluationContext::attributes(person).at(now().timestamp())
}

fn is_on(set: &FlagSet, answer: &Answer<'_>) -> bool {
    set.entries.get(answer.key()).is_some_and(|entry| verdict(&entry.flag, answer).enabled)
}

/// A tag for what depends on these texts.
fn etag(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    let digits: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// The answer, or 304 where the client has it. It is the client's own: others have other users or keys.
fn answer(app: &App, headers: &HeaderMap, etag: &str, body: impl FnOnce() -> String) -> Response {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    let mut response = if known.any(|tag| tag == etag || tag == "*") {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, "application/json")], body()).into_response()
    };
    let cache = format!("private, max-age={}", app.config.cache_seconds);
    for (name, value) in [(ETAG, etag), (CACHE_CONTROL, cache.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
