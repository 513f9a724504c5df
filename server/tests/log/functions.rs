//! The document's functions by their names.

use std::pin::pin;

use burgee_server::error::Kind;
use burgee_server::log::stream::{Update, append_event, build_snapshot, load_events, subscribe_updates};
use burgee_server::log::{Author, Event, EventType, Scope};
use futures_util::StreamExt;
use serde_json::{Map, Value, json};

use crate::fixture::Log;

async fn append(
    log: &Log,
    key: &str,
    event_type: EventType,
    payload: Value,
) -> burgee_server::Result<std::sync::Arc<Event>> {
    let author = Author { actor: "user:ada".into(), request_id: "r-9".into() };
    let payload: Map<String, Value> = payload.as_object().unwrap().clone();
    append_event(&log.app.ledger, author, &Scope::default(), key, event_type, payload).await
}

#[tokio::test]
async fn s000_12_append_event_appends_what_makes_sense() {
    let log = Log::new().await;
    let event = append(&log, "f", EventType::FlagCreated, json!({"enabled_by_default": true})).await.unwrap();
    assert_eq!((event.version, event.actor.as_str(), event.request_id.as_str()), (1, "user:ada", "r-9"));
    assert_eq!(event.payload, json!({"enabled_by_default": true, "flag_id": "f"}));
    let event = append(&log, "f", EventType::FlagUpdated, json!({"name": "F"})).await.unwrap();
    assert_eq!(event.version, 2);
    let before = log.state();
    let refused = [
        ("f", EventType::FlagCreated, json!({}), Kind::Duplicate),
        ("g", EventType::FlagUpdated, json!({}), Kind::NotFound),
        ("g", EventType::FlagDeleted, json!({}), Kind::NotFound),
        ("f", EventType::FlagUpdated, json!({"enabled": "yes"}), Kind::Invalid),
        // The engine would not take it.
        ("f", EventType::FlagUpdated, json!({"definition": {"state": "ENABLED"}}), Kind::Invalid),
        ("", EventType::FlagCreated, json!({}), Kind::Invalid),
        ("a\nb", EventType::FlagCreated, json!({}), Kind::Invalid),
        ("f", EventType::FlagEval, json!({}), Kind::Invalid),
        ("f", EventType::Other("FlagRenamed".into()), json!({}), Kind::Invalid),
    ];
    for (key, event_type, payload, kind) in refused {
        let error = append(&log, key, event_type.clone(), payload.clone()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{event_type:?} {payload}: {error}");
    }
    assert_eq!(log.state(), before);
    append(&log, "f", EventType::FlagDeleted, json!({})).await.unwrap();
}

#[tokio::test]
async fn s000_13_load_events_gives_a_flags_events_by_version() {
    let log = Log::new().await;
    log.create("f", true).await;
    log.create("g", true).await;
    log.describe("f", "one").await;
    log.describe("g", "one").await;
    log.delete("f").await;
    log.create("f", false).await;
    let (store, state) = (log.app.store.as_ref(), log.state());
    let events = load_events(store, &state, &Scope::default(), "f").await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.version, event.event_type.as_str())).collect();
    assert_eq!(told, [(1, "FlagCreated"), (2, "FlagUpdated"), (3, "FlagDeleted"), (4, "FlagCreated")]);
    assert!(events.iter().all(|event| event.flag_id == "f"));
    assert_eq!(load_events(store, &state, &Scope::default(), "nobody").await.unwrap(), []);
    let elsewhere = Scope::new("default", "nowhere");
    assert_eq!(load_events(store, &state, &elsewhere, "f").await.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn s000_14_build_snapshot_is_the_fold_of_load_events() {
    let log = Log::new().await;
    log.create("f", true).await;
    log.describe("f", "one").await;
    log.create("gone", true).await;
    log.delete("gone").await;
    log.create("again", true).await;
    log.delete("again").await;
    log.create("again", false).await;
    let (store, state) = (log.app.store.as_ref(), log.state());
    let environment = state.environment(&Scope::default()).unwrap();
    for key in ["f", "gone", "again"] {
        let built = build_snapshot(store, &state, &Scope::default(), key).await.unwrap();
        let events = load_events(store, &state, &Scope::default(), key).await.unwrap();
        let mut folded = None;
        for event in &events {
            folded = burgee_server::log::reduce::flag_after(folded, event).unwrap();
        }
        assert_eq!(Some(&built), folded.as_ref());
        assert_eq!(&built, &environment.flags[key], "what the state has");
    }
    let error = build_snapshot(store, &state, &Scope::default(), "nobody").await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
}

#[tokio::test]
async fn s000_15_each_who_subscribes_hears_each_event_once_readers_see_it() {
    let log = Log::new().await;
    log.create("before", true).await;
    let mut one = pin!(subscribe_updates(&log.app.hub).unwrap());
    let mut other = pin!(subscribe_updates(&log.app.hub).unwrap());
    let appended = [log.create("f", true).await, log.describe("f", "text").await, log.delete("f").await];
    for done in &appended {
        let expected = Some(Update::Event(done.event.clone()));
        assert_eq!((one.next().await, other.next().await), (expected.clone(), expected));
        assert!(log.app.live.load().state.seq >= done.event.seq);
    }
    // Who does not listen for a while is told how much went by.
    for number in 0..200 {
        log.describe("before", &number.to_string()).await;
    }
    let Some(Update::Missed(missed)) = one.next().await else { panic!("nothing was missed") };
    let Some(Update::Event(event)) = one.next().await else { panic!("nothing is left") };
    assert_eq!(event.seq, appended[2].event.seq + missed + 1);
    log.app.hub.stop();
    assert!(subscribe_updates(&log.app.hub).is_err());
    let rest: Vec<_> = one.collect().await;
    assert_eq!(rest.len() as u64, 200 - missed - 1, "all that was left, and then the end");
}
