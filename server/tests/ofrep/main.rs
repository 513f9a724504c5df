//! OFREP 0.3: what it answers, and that each answer is one that its description allows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod all_flags;
mod description;
mod one_flag;
mod streams;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;

use burgee_server::access::Principal;
use burgee_server::flags::{Change, Definition, Flag};
use burgee_server::live::SourceFlags;
use burgee_server::log::Scope;
use burgee_server::manage::{self, Act};
use description::Description;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use support::{SDK, Service};

/// An admin's act in the environment that interfaces without projects use.
fn act() -> Act {
    let principal = Principal::Admin { key: "test".into(), project: None };
    Act { principal, request_id: "test".into(), scope: Scope::default() }
}

/// Creates a flag by its definition in flagd's format.
async fn put(service: &Service, key: &str, definition: &Value) {
    let change = Change { definition: Some(Some(Definition::from(definition))), ..Change::of(key) };
    manage::create(&service.app, &act(), change).await.unwrap();
}

/// Changes a flag's definition.
async fn change(service: &Service, key: &str, definition: &Value) {
    let definition = Definition::from(definition);
    let change = move |_: &Flag| Ok(Change { definition: Some(Some(definition.clone())), ..Change::default() });
    manage::update(&service.app, &act(), key, None, change).await.unwrap();
}

/// Flags that the log would refuse, as a source brings them.
fn bring(service: &Service, flags: &[(&str, Value)]) {
    let at = chrono::DateTime::UNIX_EPOCH;
    let flag = |(key, definition): &(&str, Value)| {
        let mut flag = Flag::new(*key, *key, at);
        flag.definition = Some(Definition::from(definition));
        ((*key).to_owned(), Arc::new(flag))
    };
    let flags = flags.iter().map(flag).collect();
    service.app.live.set_source(SourceFlags { name: "a test".into(), flags, ..SourceFlags::default() });
}

/// A boolean flag.
fn switch(default: &str) -> Value {
    json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": default})
}

/// A request for one flag.
fn one(service: &Service, key: &str) -> RequestBuilder {
    service.request(Method::POST, &format!("/ofrep/v1/evaluate/flags/{key}")).header("X-API-Key", SDK)
}

/// A request for all flags.
fn all(service: &Service) -> RequestBuilder {
    service.request(Method::POST, "/ofrep/v1/evaluate/flags").header("X-API-Key", SDK)
}

/// Sends a request, and fails unless the description of its route allows the answer.
async fn send(request: RequestBuilder) -> (u16, Value, Response) {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let path = request.url().path().to_owned();
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    Description::get().check(&path, status.as_u16(), &body);
    if status == 200 {
        assert_eq!(headers["content-type"], "application/json");
    }
    let mut kept = http::Response::builder().status(status);
    *kept.headers_mut().unwrap() = headers;
    (status.as_u16(), body, kept.body(String::new()).unwrap().into())
}

/// The answer for one flag and a context.
async fn evaluate(service: &Service, key: &str, context: Value) -> (u16, Value) {
    let (status, body, _) = send(one(service, key).json(&json!({ "context": context }))).await;
    (status, body)
}
