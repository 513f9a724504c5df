//! What events are, and what follows from each.

use burgee_server::error::Kind;
use burgee_server::flags::Change;
use burgee_server::log::{Event, EventType, State, reduce};
use burgee_server::manage;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::fixture::{Log, act, beginning, event, fold};

fn flag(state: &State, key: &str) -> Value {
    let environment = &state.projects["default"].environments["production"];
    serde_json::to_value(&environment.flags[key]).unwrap()
}

/// The named members only.
fn some(value: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), value[*name].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn after(events: &[(EventType, u64, Value)]) -> State {
    let mut all = beginning();
    for (event_type, version, payload) in events {
        all.push(event(all.len() as u64 + 1, event_type.clone(), "f", *version, payload.clone()));
    }
    fold(&all)
}

fn created() -> Value {
    json!({"flag_id": "f", "name": "F", "description": "what it is for", "enabled_by_default": true, "variants": ["a", "b"]})
}

#[test]
fn s000_02_an_event_has_the_six_published_members_under_these_names() {
    let written = serde_json::to_string(&event(7, EventType::FlagCreated, "f", 1, json!({"flag_id": "f"}))).unwrap();
    let golden = concat!(
        r#"{"id":"00000000-0000-4000-8000-000000000007","event_type":"FlagCreated","flag_id":"f","version":1,"#,
        r#""timestamp":"2023-11-14T22:13:20.007Z","payload":{"flag_id":"f"},"#,
        r#""seq":7,"schema":1,"project":"default","environment":"production","actor":"user:ada","request_id":""}"#,
    );
    assert_eq!(written, golden);
    assert_eq!(serde_json::to_string(&serde_json::from_str::<Event>(golden).unwrap()).unwrap(), golden);
}

#[test]
fn s000_03_the_types_are_written_as_the_document_names_them() {
    let names = ["FlagCreated", "FlagUpdated", "FlagDeleted", "FlagEval"];
    let types = [EventType::FlagCreated, EventType::FlagUpdated, EventType::FlagDeleted, EventType::FlagEval];
    for (name, event_type) in names.into_iter().zip(types) {
        assert_eq!(serde_json::to_value(&event_type).unwrap(), name);
        assert_eq!(serde_json::from_value::<EventType>(name.into()).unwrap(), event_type);
    }
    assert_eq!(EventType::from("flagcreated"), EventType::Other("flagcreated".into()), "case counts");
}

#[tokio::test]
async fn s000_04_a_created_flags_payload_has_the_documents_members() {
    let log = Log::new().await;
    let change = Change {
        name: Some("F".into()),
        description: Some(Some("what it is for".into())),
        enabled_by_default: Some(true),
        variants: Some(json!(["a", "b"])),
        ..Change::of("f")
    };
    let done = manage::create(&log.app, &act(), change).await.unwrap();
    assert_eq!(done.event.event_type, EventType::FlagCreated);
    assert_eq!(done.event.payload.to_string(), created().to_string());
    let read = log.app.store.events_after(done.event.seq - 1, 1).await.unwrap();
    assert_eq!(read, [Event::clone(&done.event)], "as it stands in the log");
}

#[tokio::test]
async fn s000_05_an_updated_flags_payload_has_what_was_given_and_nothing_else() {
    let log = Log::new().await;
    log.create("f", false).await;
    let done = log.describe("f", "new").await;
    assert_eq!(done.event.event_type, EventType::FlagUpdated);
    assert_eq!(done.event.payload, json!({"flag_id": "f", "description": "new"}));
    let clear = |_: &burgee_server::flags::Flag| Ok(Change { description: Some(None), ..Change::of("f") });
    let done = manage::update(&log.app, &act(), "f", None, clear).await.unwrap();
    assert_eq!(done.event.payload, json!({"flag_id": "f", "description": null}));
    assert_eq!(done.flag.description, None);
}

#[tokio::test]
async fn s000_06_a_deleted_flags_payload_is_its_id() {
    let log = Log::new().await;
    log.create("f", true).await;
    let done = log.delete("f").await;
    assert_eq!(done.event.event_type, EventType::FlagDeleted);
    assert_eq!(done.event.payload, json!({"flag_id": "f"}));
}

#[tokio::test]
async fn s000_08_what_a_later_version_wrote_is_read_kept_and_not_applied() {
    let log = Log::new().await;
    log.create("f", true).await;
    let before = log.state();
    let later = |seq, event_type: &str, payload| {
        let mut event = event(seq, EventType::from(event_type), "f", 2, payload);
        event.extra.insert("region".into(), json!({"name": "eu"}));
        std::sync::Arc::new(Event { schema: 2, ..event })
    };
    let unknown_type = later(before.seq + 1, "FlagRenamed", json!({"to": "g"}));
    let unknown_member = later(before.seq + 2, "FlagUpdated", json!({"flag_id": "f", "owner": "ada", "color": "red"}));
    log.app.store.append(before.seq, &[unknown_type.clone(), unknown_member.clone()]).await.unwrap();

    let log = log.restarted().await;
    let state = log.state();
    let expected = json!({"key": "f", "version": 2, "owner": "ada", "enabled_by_default": true, "color": null});
    assert_eq!(some(&flag(&state, "f"), &["key", "version", "owner", "enabled_by_default", "color"]), expected);
    let kept = log.app.store.events_after(before.seq, 10).await.unwrap();
    assert_eq!(kept, [Event::clone(&unknown_type), Event::clone(&unknown_member)]);
    // Writing goes on behind them.
    assert_eq!(log.describe("f", "still").await.event.version, 3);
}

#[test]
fn s000_09_created_makes_a_flag() {
    let state = after(&[(EventType::FlagCreated, 1, created())]);
    let expected = json!({
        "key": "f", "name": "F", "enabled_by_default": true, "variants": ["a", "b"], "is_deleted": false, "version": 1,
    });
    let names = ["key", "name", "enabled_by_default", "variants", "is_deleted", "version"];
    assert_eq!(some(&flag(&state, "f"), &names), expected);
    assert_eq!(flag(&state, "f")["id"], "00000000-0000-4000-8000-000000000003", "the id of the event that made it");
}

#[test]
fn s000_10_updated_merges_what_it_has_and_counts() {
    let updated = json!({"flag_id": "f", "enabled_by_default": false, "description": null});
    let state = after(&[(EventType::FlagCreated, 1, created()), (EventType::FlagUpdated, 2, updated)]);
    let expected = json!({
        "name": "F", "description": null, "enabled_by_default": false, "variants": ["a", "b"], "version": 2,
        "updated_by": "user:ada", "updated_at": "2023-11-14T22:13:20.004Z", "created_at": "2023-11-14T22:13:20.003Z",
    });
    let names: Vec<&str> = expected.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(some(&flag(&state, "f"), &names), expected);
}

#[test]
fn s000_11_deleted_marks_the_flag_and_counts() {
    let deleted = (EventType::FlagDeleted, 2, json!({"flag_id": "f"}));
    let state = after(&[(EventType::FlagCreated, 1, created()), deleted.clone()]);
    assert_eq!(some(&flag(&state, "f"), &["is_deleted", "version"]), json!({"is_deleted": true, "version": 2}));
    let environment = &state.projects["default"].environments["production"];
    assert_eq!(environment.flag("f").unwrap_err().kind(), Kind::NotFound);
    assert_eq!(environment.live_flags().count(), 0);

    // Made anew it is another flag, which goes on counting.
    let again = json!({"flag_id": "f"});
    let state = after(&[(EventType::FlagCreated, 1, created()), deleted, (EventType::FlagCreated, 3, again)]);
    let expected =
        json!({"name": "f", "is_deleted": false, "version": 3, "id": "00000000-0000-4000-8000-000000000005"});
    assert_eq!(some(&flag(&state, "f"), &["name", "is_deleted", "version", "id"]), expected);
}

#[test]
fn s000_16_a_new_event_has_an_id_and_a_time_of_its_own() {
    let before = Utc::now();
    let events: Vec<Event> = (0..100).map(|_| Event::new(EventType::FlagCreated, "f", 1, json!({}))).collect();
    let ids: std::collections::HashSet<_> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), 100);
    for event in &events {
        let id = uuid::Uuid::parse_str(&event.id).unwrap();
        assert_eq!((id.get_version_num(), id.to_string()), (4, event.id.clone()));
        let earliest = DateTime::from_timestamp_millis(before.timestamp_millis()).unwrap();
        assert!(event.timestamp >= earliest && event.timestamp <= Utc::now());
    }
}

#[test]
fn an_event_that_is_not_the_next_one_is_refused() {
    let mut state = fold(&beginning());
    let before = state.clone();
    for seq in [0, 1, 2, 4, u64::MAX] {
        let event = event(seq, EventType::FlagCreated, "f", 1, created());
        assert_eq!(reduce::apply(&mut state, &event).unwrap_err().kind(), Kind::Internal);
        assert_eq!(state, before);
    }
}

#[test]
fn what_was_said_of_a_former_environment_or_project_is_over() {
    let mut all = beginning();
    let mut add = |event_type, name: &str, payload| {
        let seq = all.len() as u64 + 1;
        let environment =
            if matches!(event_type, EventType::ProjectDeleted | EventType::ProjectCreated) { "" } else { "production" };
        all.push(Event { environment: environment.into(), ..event(seq, event_type, name, 1, payload) });
    };
    add(EventType::FlagCreated, "f", created());
    add(EventType::SegmentChanged, "s", json!({"rule": true}));
    add(EventType::EnvironmentDeleted, "production", json!({}));
    // Nobody is there to be changed.
    add(EventType::FlagUpdated, "f", json!({"flag_id": "f"}));
    add(EventType::EnvironmentCreated, "production", json!({}));
    let state = fold(&all);
    let environment = &state.projects["default"].environments["production"];
    assert_eq!((environment.flags.len(), environment.segments.len(), environment.since), (0, 0, 7));
    let mut add = |event_type, name: &str| {
        let seq = all.len() as u64 + 1;
        all.push(Event { environment: String::new(), ..event(seq, event_type, name, 1, json!({})) });
    };
    add(EventType::ProjectDeleted, "default");
    assert!(fold(&all).projects.is_empty());
}
