//! Following changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burgee_server::push::delta::Delta;
use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::sse::{Frame, PATIENCE, Stream};
use crate::support::{SDK, Service, compact, json};

async fn create(service: &Service, flag: &str) {
    let (status, answer) = json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": flag}))).await;
    assert_eq!(status, 201, "{answer}");
}

async fn patch(service: &Service, flag: &str, body: Value) {
    let (status, answer) = json(service.admin(Method::PATCH, &format!("/flags/{flag}")).json(&body)).await;
    assert_eq!(status, 200, "{answer}");
}

async fn delete(service: &Service, flag: &str) {
    assert_eq!(json(service.admin(Method::DELETE, &format!("/flags/{flag}"))).await.0, 200);
}

async fn stream(service: &Service) -> Stream {
    Stream::open(service.sdk(Method::GET, "/flags/stream")).await
}

/// Waits until something holds that must come.
async fn until(what: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !what() {
        assert!(Instant::now() < end, "it did not come");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn s000_15_each_subscriber_gets_each_event() {
    let service = Service::start().await;
    let (mut first, mut second) = (stream(&service).await, stream(&service).await);
    create(&service, "checkout").await;
    patch(&service, "checkout", json!({"enabled_by_default": true})).await;
    delete(&service, "checkout").await;
    for stream in [&mut first, &mut second] {
        for (version, kind) in [(1, "FlagCreated"), (2, "FlagUpdated"), (3, "FlagDeleted")] {
            let event = stream.next().await.json();
            assert_eq!((&event["version"], &event["event_type"]), (&json!(version), &json!(kind)));
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn s000_38_creation_change_and_deletion_are_told_with_their_place() {
    let service = Service::start().await;
    let mut stream = stream(&service).await;
    let greeting = stream.block().await.unwrap();
    assert_eq!((greeting.retry.as_deref(), &greeting.data), (Some("3000"), &None));
    assert_eq!(greeting.id.unwrap(), service.app.live.load().state.seq.to_string());
    let (_, answer) = json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": "checkout"}))).await;
    let frame = stream.next().await;
    assert_eq!(frame.event, None);
    assert_eq!(frame.json(), answer["event"]);
    assert_eq!(frame.id.as_deref(), Some(answer["event"]["seq"].to_string().as_str()));
    service.stop().await;
}

#[tokio::test]
async fn s000_39_clients_that_go_are_no_longer_counted() {
    let service = Service::start().await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(stream(&service).await);
    }
    assert_eq!(service.app.hub.streams(), 100);
    create(&service, "checkout").await;
    for stream in &mut streams {
        assert_eq!(stream.next().await.json()["flag_id"], "checkout");
    }
    streams.truncate(50);
    until(|| service.app.hub.streams() == 50).await;
    create(&service, "other").await;
    for stream in &mut streams {
        assert_eq!(stream.next().await.json()["flag_id"], "other");
    }
    drop(streams);
    until(|| service.app.hub.streams() == 0).await;
    service.stop().await;
}

#[tokio::test]
async fn s000_23_last_event_id_0_gives_everything() {
    let service = Service::start().await;
    create(&service, "checkout").await;
    patch(&service, "checkout", json!({"rollout_percentage": 50})).await;
    create(&service, "gone").await;
    delete(&service, "gone").await;
    let open = |name: &'static str, value: &'static str| service.sdk(Method::GET, "/flags/stream").header(name, value);
    for request in [open("Last-Event-ID", "0"), service.sdk(Method::GET, "/flags/stream?since=0")] {
        let mut stream = Stream::open(request).await;
        let mut told = Vec::new();
        for _ in 0..4 {
            let event = stream.next().await.json();
            told.push((event["flag_id"].as_str().unwrap().to_owned(), event["version"].as_u64().unwrap()));
        }
        let expected = [("checkout", 1), ("checkout", 2), ("gone", 1), ("gone", 2)];
        assert_eq!(told, expected.map(|(flag, version)| (flag.to_owned(), version)));
    }
    service.stop().await;
}

/// A client knows the flags from the events alone.
#[tokio::test]
async fn s000_22_deltas_laid_over_each_other_are_the_state() {
    let service = Service::start().await;
    create(&service, "checkout").await;
    let mut stream = Stream::open(service.sdk(Method::GET, "/flags/stream?since=0")).await;
    patch(&service, "checkout", json!({"rollout_percentage": 50, "targeted_users": ["user-1"]})).await;
    create(&service, "gone").await;
    // The default takes the percentage's place.
    patch(&service, "checkout", json!({"enabled_by_default": true})).await;
    delete(&service, "gone").await;
    create(&service, "again").await;
    patch(&service, "again", json!({"description": "first", "tags": ["a"]})).await;
    delete(&service, "again").await;
    create(&service, "again").await;
    patch(&service, "checkout", json!({"rules": [{"rule_type": "cohort", "rule_value": "beta"}]})).await;
    let back = service.admin(Method::POST, "/flags/checkout/rollback").json(&json!({"version": 2}));
    assert_eq!(json(back).await.0, 200);
    let mut flags: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for number in 0..11 {
        let event = serde_json::from_value(stream.next().await.json()).unwrap();
        let delta = Delta::of(&event).unwrap_or_else(|| panic!("event {number} has no delta: {event:?}"));
        delta.clone().apply(&mut flags);
        // A second time it changes nothing.
        let known = flags.clone();
        delta.apply(&mut flags);
        assert_eq!(flags, known);
    }
    let (_, state) = json(service.sdk(Method::GET, "/flags/state")).await;
    let state = state["flags"].as_array().unwrap();
    assert_eq!(state.len(), flags.len());
    let defaults = json!({
        "enabled": true, "default_variant": null, "weights": {}, "rollout_percentage": null, "targeted_users": [], "rules": [],
        "bucketing": "murmur3", "definition": null, "tags": [], "owner": null, "archived": false
    });
    for flag in state {
        let folded = &flags[flag["flag_id"].as_str().unwrap()];
        for (field, value) in flag.as_object().unwrap() {
            // Said of the state alone.
            if ["is_deleted", "updated_at", "source"].contains(&field.as_str()) {
                continue;
            }
            assert_eq!(folded.get(field).unwrap_or(&defaults[field]), value, "{field} of {flag}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn s000_23_a_client_that_was_cut_off_misses_nothing_and_gets_nothing_twice() {
    let service = Arc::new(Service::start().await);
    create(&service, "checkout").await;
    let writing = tokio::spawn({
        let service = Arc::clone(&service);
        async move {
            for number in 0..200 {
                patch(&service, "checkout", json!({"rollout_percentage": number % 101})).await;
            }
        }
    });
    // It comes back each few events, while the log grows.
    let (mut versions, mut last) = (Vec::new(), "0".to_owned());
    while versions.len() < 201 {
        let request = service.sdk(Method::GET, "/flags/stream").header("Last-Event-ID", &last);
        let mut stream = Stream::open(request).await;
        for _ in 0..7 {
            if versions.len() == 201 {
                break;
            }
            let frame = stream.next().await;
            assert_eq!(frame.event, None, "{frame:?}");
            versions.push(frame.json()["version"].as_u64().unwrap());
        }
        last = stream.last_id.unwrap();
    }
    writing.await.unwrap();
    assert_eq!(versions, (1..=201).collect::<Vec<_>>());
}

#[tokio::test]
async fn s000_23_a_long_log_is_replayed_and_then_followed() {
    let service = Service::start().await;
    let writes = (0..700).map(|number| {
        let request = service.admin(Method::POST, "/flags").json(&json!({"flag_id": format!("flag-{number}")}));
        json(request)
    });
    futures_util::future::join_all(writes).await;
    let mut stream = Stream::open(service.sdk(Method::GET, "/flags/stream?since=0")).await;
    let mut last = 0;
    for _ in 0..700 {
        let seq = stream.next().await.json()["seq"].as_u64().unwrap();
        assert!(last == 0 || seq == last + 1, "{last} then {seq}");
        last = seq;
    }
    create(&service, "last").await;
    let event = stream.next().await.json();
    assert_eq!((&event["flag_id"], event["seq"].as_u64().unwrap()), (&json!("last"), last + 1));
    service.stop().await;
}

#[tokio::test]
async fn s000_23_where_changes_are_missing_the_client_is_told_to_start_anew() {
    let service = Service::start().await;
    create(&service, "checkout").await;
    let seq = service.app.live.load().state.seq;
    // Ahead of the log, and no place at all.
    for id in [(seq + 1).to_string(), "9.9".into(), "what-another-server-said".into()] {
        let mut stream = Stream::open(service.sdk(Method::GET, "/flags/stream").header("Last-Event-ID", &id)).await;
        let frame = stream.next().await;
        assert_eq!((frame.event.as_deref(), frame.json()), (Some("resync"), json!({"seq": seq})), "{id}");
        assert_eq!(frame.id, Some(seq.to_string()));
    }
    assert_eq!(json(service.sdk(Method::GET, "/flags/stream?since=soon")).await.0, 400);
    // Compacted away.
    assert_eq!(compact(&service.app).await, seq);
    let mut stream = Stream::open(service.sdk(Method::GET, "/flags/stream?since=1")).await;
    assert_eq!(stream.next().await.event.as_deref(), Some("resync"));
    patch(&service, "checkout", json!({"enabled": false})).await;
    assert_eq!(stream.next().await.json()["version"], 2);
    // At the end of the log nothing is missing.
    let mut stream = Stream::open(service.sdk(Method::GET, &format!("/flags/stream?since={seq}"))).await;
    assert_eq!(stream.next().await.json()["version"], 2);
    service.stop().await;
}

#[tokio::test]
async fn s000_39_a_client_that_never_reads_holds_nobody_up() {
    let service = Service::start().await;
    create(&service, "checkout").await;
    let mut asleep = asleep(&service).await;
    let mut awake = stream(&service).await;
    // More than the sockets of a connection hold, and several times the queue.
    let users: Vec<String> = (0..1500).map(|number| format!("a-user-with-a-long-name-{number}")).collect();
    for number in 0..300 {
        patch(&service, "checkout", json!({"targeted_users": users, "rollout_percentage": number % 100})).await;
        let event = awake.next().await.json();
        assert_eq!(event["version"], number + 2);
    }
    // What it did read goes on without a gap up to where it is told to start anew.
    let text = read_until(&mut asleep, "event: resync\n").await;
    let (_, frames) = text.split_once("\r\n\r\n").unwrap();
    let mut version = 1;
    for frame in frames.split("\n\n").map(Frame::parse).filter(|frame| frame.data.is_some() && frame.event.is_none()) {
        version += 1;
        assert_eq!(frame.json()["version"], version);
    }
    assert!(version < 236, "{version}");
    // Then it follows again.
    patch(&service, "checkout", json!({"targeted_users": []})).await;
    let text = read_until(&mut asleep, "\"version\":302,").await;
    assert!(!text.contains("\"version\":301,"), "{text}");
    service.stop().await;
}

/// A client that asks for the stream and then reads nothing, with as little room in its socket as there can be.
async fn asleep(service: &Service) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut socket = socket.connect(service.address).await.unwrap();
    let request = format!("GET /flags/stream HTTP/1.0\r\nX-SDK-Key: {SDK}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    until(|| service.app.hub.streams() == 1).await;
    socket
}

async fn read_until(socket: &mut TcpStream, end: &str) -> String {
    let (mut text, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    let mut seen = 0;
    while !text[seen..].windows(end.len()).any(|window| window == end.as_bytes()) {
        seen = text.len().saturating_sub(end.len());
        let count = tokio::time::timeout(PATIENCE, socket.read(&mut buffer)).await.expect("bytes in time").unwrap();
        assert!(count > 0, "the stream ended");
        text.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn s000_39_a_key_has_so_many_streams_and_no_more() {
    let service = Service::with(|config| config.streams_per_key = 3).await;
    let streams = [stream(&service).await, stream(&service).await, stream(&service).await];
    let response = service.sdk(Method::GET, "/flags/stream").send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(response.json::<Value>().await.unwrap()["error"], "rate_limited");
    // Others have their own.
    Stream::open(service.admin(Method::GET, "/flags/stream")).await;
    drop(streams);
    until(|| service.app.hub.streams() == 0).await;
    stream(&service).await;
    service.stop().await;
}

#[tokio::test]
async fn s000_41_a_stream_takes_its_key_from_the_query_too() {
    let service = Service::start().await;
    let mut stream = Stream::open(service.request(Method::GET, &format!("/flags/stream?key={SDK}"))).await;
    create(&service, "checkout").await;
    assert_eq!(stream.next().await.json()["flag_id"], "checkout");
    for path in ["/flags/stream?key=wrong", "/flags/stream?key="] {
        assert_eq!(json(service.request(Method::GET, path)).await.0, 401, "{path}");
    }
    let two = service.admin(Method::GET, &format!("/flags/stream?key={SDK}"));
    assert_eq!(json(two).await.0, 401);
    service.stop().await;
}

#[tokio::test]
async fn s000_58_a_client_follows_one_flag() {
    let service = Service::start().await;
    create(&service, "checkout").await;
    let mut live = Stream::open(service.sdk(Method::GET, "/flags/stream?flag=checkout")).await;
    create(&service, "other").await;
    patch(&service, "checkout", json!({"enabled": false})).await;
    let mut replayed = Stream::open(service.sdk(Method::GET, "/flags/stream?flag=checkout&since=0")).await;
    assert_eq!(replayed.next().await.json()["version"], 1);
    for stream in [&mut live, &mut replayed] {
        let event = stream.next().await.json();
        assert_eq!((&event["flag_id"], &event["version"]), (&json!("checkout"), &json!(2)));
    }
    service.stop().await;
}

#[tokio::test]
async fn s000_39_a_service_that_stops_says_so_on_each_stream() {
    let service = Service::start().await;
    let mut streams = vec![stream(&service).await, stream(&service).await];
    let stopping = tokio::spawn(service.stop());
    for stream in &mut streams {
        assert_eq!(stream.next().await.event.as_deref(), Some("bye"));
        assert_eq!(stream.event().await, None);
    }
    tokio::time::timeout(PATIENCE, stopping).await.expect("the service ends").unwrap();
}

#[tokio::test]
async fn s000_39_all_streams_share_the_bytes_of_a_message() {
    let service = Service::start().await;
    let (mut receiver, _) = service.app.hub.subscribe().unwrap();
    create(&service, "checkout").await;
    let burgee_server::push::hub::Told::Change(message) = receiver.recv().await.unwrap() else { panic!("a change") };
    let frames =
        [message.frame(&burgee_server::api::events::FORMAT), message.frame(&burgee_server::api::events::FORMAT)];
    let [Some(first), Some(second)] = frames else { panic!("frames") };
    assert_eq!(first.as_ptr(), second.as_ptr());
    service.stop().await;
}

/// The integration test that the document asks for; the reducer's unit tests are in `tests/log`.
#[tokio::test]
async fn s000_50_create_update_and_delete_are_streamed_and_what_they_lead_to_is_answered() {
    let service = Service::start().await;
    let mut stream = stream(&service).await;
    let answer =
        async |user: &str| crate::support::evaluate(&service.app, "checkout", user, json!({}))["value"].clone();
    create(&service, "checkout").await;
    assert_eq!(stream.next().await.json()["event_type"], "FlagCreated");
    assert_eq!(answer("user-1").await, false);
    patch(&service, "checkout", json!({"targeted_users": ["user-1"]})).await;
    // Who hears of a change finds it.
    assert_eq!(stream.next().await.json()["event_type"], "FlagUpdated");
    assert_eq!((answer("user-1").await, answer("user-2").await), (json!(true), json!(false)));
    patch(&service, "checkout", json!({"enabled_by_default": true})).await;
    assert_eq!(stream.next().await.json()["payload"]["enabled_by_default"], true);
    assert_eq!(answer("user-2").await, true);
    delete(&service, "checkout").await;
    assert_eq!(stream.next().await.json()["event_type"], "FlagDeleted");
    assert_eq!(answer("user-1").await, Value::Null);
    service.stop().await;
}
