//! What applications fetch and follow.

use std::time::{Duration, Instant};

use burgee_server::access::Principal;
use burgee_server::access::key::KeyKind;
use burgee_server::access::keys::{self, NewKey};
use burgee_server::log::Scope;
use burgee_server::log::reduce::SegmentChange;
use burgee_server::manage::{Act, put_segment};
use reqwest::Method;
use serde_json::json;

use crate::admin::{checkout, create};
use crate::support::sse::Stream;
use crate::support::{SDK, Service, json};

async fn stream(service: &Service) -> Stream {
    Stream::open(service.sdk(Method::GET, "/api/client/stream")).await
}

#[tokio::test]
async fn s004_08_the_client_gets_all_configurations() {
    let service = Service::start().await;
    assert_eq!(json(service.sdk(Method::GET, "/api/client/flags")).await, (200, json!({"flags": []})));
    let flag = create(&service, &checkout()).await;
    assert_eq!(json(service.sdk(Method::GET, "/api/client/flags")).await, (200, json!({"flags": [flag]})));
    service.stop().await;
}

#[tokio::test]
async fn s004_08_nothing_is_sent_twice_that_the_client_has() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let get = |tag: Option<&str>| {
        let request = service.sdk(Method::GET, "/api/client/flags");
        tag.into_iter().fold(request, |request, tag| request.header("If-None-Match", tag)).send()
    };
    let first = get(None).await.unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = get(Some(&tag)).await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    // A description is part of the answer, though not of what is evaluated.
    let path = "/api/admin/flags/new-checkout-flow";
    json(service.admin(Method::PUT, path).json(&json!({"description": "Another"}))).await;
    let after = get(Some(&tag)).await.unwrap();
    assert_eq!(after.status(), 200);
    assert_ne!(after.headers()["etag"].to_str().unwrap(), tag);
    service.stop().await;
}

/// A client that evaluates a flag by itself must come to the service's answer, so it gets only flags that its form says all of.
#[tokio::test]
async fn s004_15_flags_that_this_form_does_not_say_are_left_out() {
    let service = Service::start().await;
    let bodies = [
        json!({"flag_id": "on-for-all", "enabled_by_default": true}),
        json!({"flag_id": "other-hash", "rollout_percentage": 50}),
        json!({"flag_id": "rules", "rules": [{"rule_type": "cohort", "rule_value": "beta"}]}),
        json!({"flag_id": "variants", "variants": ["a", "b"]}),
        json!({"flag_id": "targeted", "targeted_users": ["user-1"]}),
        json!({"flag_id": "off-with-rules", "enabled": false, "rules": [{"rule_type": "cohort", "rule_value": "beta"}]}),
    ];
    for body in bodies {
        assert_eq!(json(service.admin(Method::POST, "/flags").json(&body)).await.0, 201);
    }
    let (_, answer) = json(service.sdk(Method::GET, "/api/client/flags")).await;
    let keys: Vec<&str> =
        answer["flags"].as_array().unwrap().iter().map(|flag| flag["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["off-with-rules", "on-for-all", "targeted"]);
    assert_eq!(answer["flags"][1]["rollout_percentage"], 100);
    // One that is no longer said is gone for those who follow.
    let mut stream = stream(&service).await;
    let rules = json!({"rules": [{"rule_type": "cohort", "rule_value": "beta"}]});
    json(service.admin(Method::PATCH, "/flags/targeted").json(&rules)).await;
    let frame = stream.next().await;
    assert_eq!((frame.event.as_deref(), frame.json()), (Some("flag_deleted"), json!({"key": "targeted"})));
    service.stop().await;
}

#[tokio::test]
async fn s004_09_the_stream_tells_the_flag_or_its_key() {
    let service = Service::start().await;
    let mut stream = stream(&service).await;
    let created = create(&service, &checkout()).await;
    let path = "/api/admin/flags/new-checkout-flow";
    let (_, toggled) = json(service.admin(Method::PATCH, &format!("{path}/toggle"))).await;
    service.admin(Method::DELETE, path).send().await.unwrap();
    for (name, data) in
        [("flag_updated", created), ("flag_updated", toggled), ("flag_deleted", json!({"key": "new-checkout-flow"}))]
    {
        let frame = stream.next().await;
        assert_eq!((frame.event.as_deref(), frame.json()), (Some(name), data));
        assert!(frame.id.unwrap().parse::<u64>().is_ok());
    }
    assert_eq!(stream.response.headers()["content-type"], "text/event-stream");
    service.stop().await;
}

#[tokio::test]
async fn s004_09_who_comes_back_gets_what_changed_as_it_is_now() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let mut first = stream(&service).await;
    let greeting = first.block().await.unwrap();
    drop(first);
    let path = "/api/admin/flags/new-checkout-flow";
    for percentage in [30, 40, 50] {
        json(service.admin(Method::PUT, path).json(&json!({"rollout_percentage": percentage}))).await;
    }
    // A segment of a flag's name is another thing.
    let change = SegmentChange { rule: json!({"==": [{"var": "plan"}, "pro"]}) };
    put_segment(&service.app, &operator(), "new-checkout-flow", change).await.unwrap();
    create(&service, &json!({"key": "gone"})).await;
    service.admin(Method::DELETE, "/api/admin/flags/gone").send().await.unwrap();
    let request = service.sdk(Method::GET, "/api/client/stream").header("Last-Event-ID", greeting.id.unwrap());
    let mut back = Stream::open(request).await;
    let frame = back.next().await;
    assert_eq!((frame.event.as_deref(), &frame.json()["rollout_percentage"]), (Some("flag_updated"), &json!(50)));
    let frame = back.next().await;
    assert_eq!((frame.event.as_deref(), frame.json()), (Some("flag_deleted"), json!({"key": "gone"})));
    json(service.admin(Method::PUT, path).json(&json!({"enabled": false}))).await;
    assert_eq!(back.next().await.json()["enabled"], false);
    service.stop().await;
}

#[tokio::test]
async fn s004_10_client_routes_need_the_key_which_a_stream_takes_from_the_query() {
    let service = Service::start().await;
    for path in ["/api/client/flags", "/api/client/stream"] {
        for wrong in [None, Some("wrong"), Some("")] {
            let request = service.request(Method::GET, path);
            let (status, answer) =
                json(wrong.into_iter().fold(request, |request, key| request.header("X-SDK-Key", key))).await;
            assert_eq!((status, &answer["error"]), (401, &json!("unauthorized")), "{path} {wrong:?}");
        }
    }
    let mut stream = Stream::open(service.request(Method::GET, &format!("/api/client/stream?key={SDK}"))).await;
    create(&service, &checkout()).await;
    assert_eq!(stream.next().await.event.as_deref(), Some("flag_updated"));
    for path in [format!("/api/client/flags?key={SDK}"), "/api/client/stream?key=wrong".into()] {
        assert_eq!(json(service.request(Method::GET, &path)).await.0, 401, "{path}");
    }
    service.stop().await;
}

#[tokio::test]
async fn s004_16_a_change_reaches_every_client_without_polling() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let mut streams = Vec::new();
    for _ in 0..200 {
        streams.push(stream(&service).await);
    }
    let begin = Instant::now();
    let (_, toggled) = json(service.admin(Method::PATCH, "/api/admin/flags/new-checkout-flow/toggle")).await;
    for stream in &mut streams {
        let frame = stream.next().await;
        assert_eq!((frame.event.as_deref(), frame.json()), (Some("flag_updated"), toggled.clone()));
    }
    // A generous bound; figures are in docs/service/performance.md.
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    service.stop().await;
}

/// A key that may only evaluate sees no rules and no users.
#[tokio::test]
async fn s004_10_a_key_that_only_evaluates_sees_no_configuration() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let key = client_key(&service, false).await;
    for path in ["/api/client/flags", "/api/client/stream", "/flags/state", "/flags/stream", "/flags/events"] {
        let (status, answer) = json(service.request(Method::GET, path).header("X-SDK-Key", &key)).await;
        assert_eq!((status, &answer["error"]), (403, &json!("forbidden")), "{path}");
    }
    let key = client_key(&service, true).await;
    let (status, answer) = json(service.request(Method::GET, "/api/client/flags").header("X-SDK-Key", &key)).await;
    assert_eq!((status, answer["flags"].as_array().unwrap().len()), (200, 1));
    service.stop().await;
}

/// A stream ends with the right to it.
#[tokio::test]
async fn s004_10_a_revoked_key_hears_nothing_more() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let key = client_key(&service, true).await;
    let mut stream = Stream::open(service.request(Method::GET, "/api/client/stream").header("X-SDK-Key", &key)).await;
    json(service.admin(Method::PATCH, "/api/admin/flags/new-checkout-flow/toggle")).await;
    assert_eq!(stream.next().await.event.as_deref(), Some("flag_updated"));
    revoke(&service, &key).await;
    json(service.admin(Method::PATCH, "/api/admin/flags/new-checkout-flow/toggle")).await;
    assert_eq!(stream.event().await, None);
    service.stop().await;
}

/// A new key of the default project that evaluates, and sees the configuration or not.
async fn client_key(service: &Service, configuration: bool) -> String {
    let wanted = NewKey {
        kind: KeyKind::Client,
        scope: Scope::default(),
        label: "test".into(),
        configuration,
        expires_at: None,
    };
    keys::new_key(&service.app, &operator(), wanted).await.unwrap().1
}

async fn revoke(service: &Service, key: &str) {
    let all = keys::list(&service.app, &operator(), "default").await.unwrap();
    let id = all.iter().find(|known| known.readable.as_deref() == Some(key)).unwrap().id.clone();
    keys::revoke(&service.app, &operator(), "default", &id).await.unwrap();
}

fn operator() -> Act {
    let principal = Principal::Admin { key: "test".into(), project: None };
    Act { principal, request_id: "test".into(), scope: Scope::default() }
}
