//! What happened to a flag, and taking it back.

use burgee_server::error::Kind;
use burgee_server::flags::{Change, Flag};
use burgee_server::log::compact::{Retention, compact};
use burgee_server::log::{Author, Draft, EventType, Scope, State};
use burgee_server::manage::{self, history, rollback};
use serde_json::json;

use crate::fixture::{Log, act};

/// What a flag says, without what changes with each event.
fn content(flag: &Flag) -> Flag {
    let at = chrono::DateTime::UNIX_EPOCH;
    Flag { version: 0, updated_at: at, created_at: at, updated_by: String::new(), id: String::new(), ..flag.clone() }
}

#[tokio::test]
async fn s000_21_a_flags_history_tells_who_did_what_and_when_and_can_be_taken_back() {
    let log = Log::new().await;
    let made = log.create("f", true).await;
    let second = log.describe("f", "second").await;
    let change =
        |_: &Flag| Ok(Change { rollout_percentage: Some(Some(30)), tags: Some(vec!["t".into()]), ..Change::of("f") });
    let third = manage::update(&log.app, &act(), "f", None, change).await.unwrap();
    log.delete("f").await;

    let told = history(&log.app, &act(), "f").await.unwrap();
    assert_eq!(told.base, None);
    let versions: Vec<_> = told.events.iter().map(|event| event.version).collect();
    assert_eq!(versions, [1, 2, 3, 4]);
    assert!(told.events.iter().all(|event| event.actor == "key:test" && event.request_id == "r-1"));
    assert_eq!(history(&log.app, &act(), &made.flag.id).await.unwrap().events, told.events, "by its id as well");

    for (version, then) in [(1, &made), (2, &second), (3, &third)] {
        assert_eq!(told.at("f", version).unwrap(), then.flag);
        let done = rollback(&log.app, &act(), "f", version, None).await.unwrap();
        assert_eq!(content(&done.flag), content(&then.flag), "version {version}");
        assert_eq!(done.event.payload["rolled_back_to"], version);
        let kind = if version == 1 { EventType::FlagCreated } else { EventType::FlagUpdated };
        assert_eq!((done.event.version, &done.event.event_type), (4 + version, &kind), "a deleted flag is made anew");
    }
    assert_eq!(history(&log.app, &act(), "f").await.unwrap().events.len(), 7, "nothing was taken out");
    for nowhere in [0, 4, 8, u64::MAX] {
        let error = rollback(&log.app, &act(), "f", nowhere, None).await.unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound, "{nowhere}");
    }
    let stale = rollback(&log.app, &act(), "f", 1, Some(3)).await.unwrap_err();
    assert_eq!(stale.kind(), Kind::Stale);
}

#[tokio::test]
async fn after_a_compaction_a_history_begins_with_what_the_flag_was() {
    let log = Log::new().await;
    log.create("f", true).await;
    log.create("untouched", true).await;
    let second = log.describe("f", "second").await;
    let seq = log.state().seq;
    let third = log.describe("f", "third").await;
    log.create("young", true).await;
    let newest = Retention::Newest(log.state().seq - seq);
    compact(log.app.store.as_ref(), newest, &mut |_, _| {}).await.unwrap();

    let told = history(&log.app, &act(), "f").await.unwrap();
    assert_eq!(told.base.as_ref(), Some(&second.flag));
    assert_eq!(told.events.len(), 1);
    assert_eq!(told.now().unwrap(), Some(third.flag));
    let done = rollback(&log.app, &act(), "f", 2, None).await.unwrap();
    assert_eq!(done.flag.description.as_deref(), Some("second"));
    let error = rollback(&log.app, &act(), "f", 1, None).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound, "{error}");
    let untouched = history(&log.app, &act(), "untouched").await.unwrap();
    assert_eq!((untouched.base.map(|flag| flag.version), untouched.events.len()), (Some(1), 0));
    let young = history(&log.app, &act(), "young").await.unwrap();
    assert_eq!((young.base, young.events.len()), (None, 1));
}

#[tokio::test]
async fn what_happened_in_a_former_environment_is_no_history_of_this_one() {
    let log = Log::new().await;
    log.create("f", true).await;
    let anew = |_: &State| {
        let draft = |kind| Draft::new(kind, &Scope::default(), "production", &json!({}));
        Ok(vec![draft(EventType::EnvironmentDeleted), draft(EventType::EnvironmentCreated)])
    };
    log.app.ledger.write(Author::default(), anew).await.unwrap();
    assert_eq!(history(&log.app, &act(), "f").await.unwrap_err().kind(), Kind::NotFound);
    let made = log.create("f", false).await;
    assert_eq!(made.flag.version, 1);
    let told = history(&log.app, &act(), "f").await.unwrap();
    assert_eq!(told.events, [burgee_server::log::Event::clone(&made.event)]);
    assert!(!told.at("f", 1).unwrap().enabled_by_default);
}
