//! The stream that says when to ask again.

use burgee_server::access::key::KeyKind;
use burgee_server::access::keys::{self, NewKey};
use burgee_server::access::ticket::LIFETIME;
use burgee_server::log::Scope;
use burgee_server::manage::{self, Act};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::description::Description;
use crate::support::sse::{Frame, Stream};
use crate::support::{ADMIN, SDK, Service};
use crate::{act, all, bring, change, evaluate, put, send, switch};

/// The address that an answer announces.
async fn announced(service: &Service) -> String {
    let (status, body, _) = send(all(service).json(&json!({"context": {}}))).await;
    assert_eq!(status, 200);
    let stream = &body["eventStreams"][0];
    assert_eq!((&stream["type"], &stream["inactivityDelaySec"]), (&json!("sse"), &json!(120)));
    stream["endpoint"]["requestUri"].as_str().unwrap().to_owned()
}

/// A request without credentials.
fn bare(service: &Service, path: &str) -> RequestBuilder {
    service.request(Method::GET, path)
}

/// Fails unless it says to ask again; gives the flags' tag.
fn refetch(frame: &Frame) -> String {
    assert_eq!(frame.event.as_deref(), Some("message"));
    let data = frame.json();
    Description::get().check_event(&data);
    assert_eq!(data["type"], "refetchEvaluation");
    data["etag"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn ofrep_a_stream_says_when_to_ask_again() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let before = chrono::Utc::now().timestamp();
    let path = announced(&service).await;
    let mut stream = Stream::open(bare(&service, &path)).await;
    assert_eq!(stream.response.headers()["content-type"], "text/event-stream");
    change(&service, "f", &switch("off")).await;
    let first = stream.next().await;
    let modified = first.json()["lastModified"].as_i64().unwrap();
    assert!((before..before + 60).contains(&modified), "{modified} is in seconds since 1970");
    let tag = refetch(&first);
    // Who is told finds it changed.
    assert_eq!(evaluate(&service, "f", json!({})).await.1["value"], json!(false));
    // What an event says may come back as it is.
    let again = format!("/ofrep/v1/evaluate/flags?flagConfigEtag={tag}&flagConfigLastModified={modified}");
    let (status, body, _) = send(service.sdk(Method::POST, &again).json(&json!({"context": {}}))).await;
    assert_eq!((status, &body["flags"][0]["value"]), (200, &json!(false)));
    bring(&service, &[("g", switch("on"))]);
    put(&service, "h", &switch("on")).await;
    assert_ne!(refetch(&stream.next().await), tag);
}

#[tokio::test]
async fn ofrep_a_stream_tells_of_its_own_environment_only() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let path = announced(&service).await;
    let mut stream = Stream::open(bare(&service, &path)).await;
    let staging = Act { scope: Scope::new(Scope::DEFAULT_PROJECT, "staging"), ..act() };
    let elsewhere = burgee_server::flags::Change::of("elsewhere");
    manage::create(&service.app, &staging, elsewhere).await.unwrap();
    change(&service, "f", &switch("off")).await;
    let frame = stream.next().await;
    let seq = service.app.live.load().state.seq;
    assert_eq!(frame.id.as_deref(), Some(seq.to_string().as_str()), "the change of the other environment is not told");
}

#[tokio::test]
async fn ofrep_who_was_cut_off_hears_once_of_all_it_missed() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let path = announced(&service).await;
    let heard = service.app.live.load().state.seq;
    for default in ["off", "on", "off"] {
        change(&service, "f", &switch(default)).await;
    }
    let mut stream = Stream::open(bare(&service, &path).header("Last-Event-ID", heard.to_string())).await;
    let frame = stream.next().await;
    refetch(&frame);
    assert_eq!(frame.id, Some(service.app.live.load().state.seq.to_string()));
    change(&service, "f", &switch("on")).await;
    assert_eq!(stream.next().await.id, Some(service.app.live.load().state.seq.to_string()));
    let mut stream = Stream::open(bare(&service, &path).header("Last-Event-ID", "never heard of")).await;
    refetch(&stream.next().await);
}

#[tokio::test]
async fn ofrep_a_stream_is_opened_by_a_ticket_or_a_key() {
    let service = Service::start().await;
    let path = announced(&service).await;
    let ticket = path.split_once("ticket=").unwrap().1;
    assert!(!path.contains(SDK) && !path.contains(ADMIN), "the key is in no address");
    let keyed = format!("/ofrep/v1/stream?key={SDK}");
    for good in [
        bare(&service, &path),
        bare(&service, "/ofrep/v1/stream").header("X-API-Key", SDK),
        bare(&service, "/ofrep/v1/stream").bearer_auth(ADMIN),
        bare(&service, &keyed),
    ] {
        drop(Stream::open(good).await);
    }
    let now = chrono::Utc::now().timestamp().unsigned_abs();
    let ended = service.app.tickets.issue(&Scope::default(), now - LIFETIME);
    for bad in [
        "/ofrep/v1/stream".to_owned(),
        "/ofrep/v1/stream?ticket=".to_owned(),
        "/ofrep/v1/stream?key=wrong".to_owned(),
        format!("/ofrep/v1/stream?ticket={SDK}"),
        format!("/ofrep/v1/stream?ticket={ended}"),
        format!("/ofrep/v1/stream?ticket={}{}", &ticket[..ticket.len() - 1], if ticket.ends_with('0') { 1 } else { 0 }),
    ] {
        let response = bare(&service, &bad).send().await.unwrap();
        assert_eq!(response.status(), 401, "{bad}");
        let body: Value = response.json().await.unwrap();
        assert!(body["errorDetails"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn ofrep_a_key_of_a_project_acts_on_its_own() {
    let service = Service::start().await;
    put(&service, "f", &switch("on")).await;
    let scope = Scope::new(Scope::DEFAULT_PROJECT, "staging");
    let wanted = NewKey {
        kind: KeyKind::Client,
        scope: scope.clone(),
        label: "staging".into(),
        configuration: false,
        expires_at: None,
    };
    let (key, text) = keys::new_key(&service.app, &act(), wanted).await.unwrap();
    let staging = Act { scope, ..act() };
    manage::create(&service.app, &staging, burgee_server::flags::Change::of("g")).await.unwrap();
    let request = || service.request(Method::POST, "/ofrep/v1/evaluate/flags").header("X-API-Key", &text);
    let (status, body, _) = send(request().json(&json!({"context": {}}))).await;
    assert_eq!((status, &body["flags"][0]["key"]), (200, &json!("g")));
    assert_eq!(
        (body["flags"].as_array().unwrap().len(), &body["metadata"]["flagSetId"]),
        (1, &json!("default/staging"))
    );
    // The stream that is announced is that of the same environment.
    let path = body["eventStreams"][0]["endpoint"]["requestUri"].as_str().unwrap();
    let mut stream = Stream::open(bare(&service, path)).await;
    change(&service, "f", &switch("off")).await;
    manage::create(&service.app, &staging, burgee_server::flags::Change::of("h")).await.unwrap();
    assert_eq!(stream.next().await.id, Some(service.app.live.load().state.seq.to_string()));
    // With the key itself, it ends with the key.
    let keyed = service.request(Method::GET, "/ofrep/v1/stream").header("X-API-Key", &text);
    let mut stream = Stream::open(keyed).await;
    keys::revoke(&service.app, &act(), Scope::DEFAULT_PROJECT, &key.id).await.unwrap();
    manage::create(&service.app, &staging, burgee_server::flags::Change::of("i")).await.unwrap();
    assert_eq!(stream.event().await, None);
    assert_eq!(send(request().json(&json!({"context": {}}))).await.0, 401);
}
