//! From the store to the state, at a start.

use std::sync::Arc;
use std::time::Duration;

use burgee_server::log::ledger::Publish;
use burgee_server::log::{Author, Draft, EventType, Ledger, Scope, SnapshotPolicy, State, replay};
use burgee_server::store::sqlite::{Sharing, Sqlite};
use burgee_server::store::{LogStore, Store};
use serde_json::json;

use crate::fixture::{Log, act, bytes, config, sql};

/// Waits until something holds.
pub(crate) async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1500 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came");
}

#[tokio::test]
async fn s000_18_ten_thousand_flags_are_found_without_the_store() {
    let log = Log::new().await;
    let plan = |_: &State| {
        let draft = |number| {
            let key = format!("flag-{number}");
            let payload = json!({"flag_id": key, "enabled_by_default": true});
            Draft::new(EventType::FlagCreated, &Scope::default(), &key, &payload)
        };
        Ok((0..10_000).map(draft).collect())
    };
    log.app.ledger.write(Author::default(), plan).await.unwrap();
    log.app.close().await;
    assert!(log.app.store.head().await.is_err(), "the store is closed");
    let live = log.app.live.load_full();
    let set = live.set(&Scope::default()).unwrap();
    for number in 0..10_000 {
        let key = format!("flag-{number}");
        assert_eq!(set.flag(&key).unwrap().flag.version, 1);
        assert_eq!(live.state.flag(&Scope::default(), &key).unwrap().key, key);
    }
    assert_eq!(set.engine.evaluate_bool("flag-9999", "{}").value, Some(true));
}

#[tokio::test]
async fn s000_19_a_start_reads_the_snapshot_and_only_what_came_after_it() {
    let log = Log::new().await;
    log.create("f", true).await;
    // A stop makes a snapshot.
    let folder = log.closed().await;
    let log = Log::on(folder).await;
    let covered = log.app.store.snapshot_places().await.unwrap()[0];
    assert_eq!(covered, log.state().seq);
    log.describe("f", "after it").await;
    let state = log.state();
    // As a process that is killed leaves it.
    let store = Sqlite::open(&config(log.folder.path()).data, Sharing::Beside).await.unwrap();
    assert_eq!(sql(log.folder.path(), "UPDATE events SET payload = 'no JSON' WHERE seq <= 4").await, covered);
    assert_eq!(bytes(&replay(&store).await.unwrap()), bytes(&state), "none of the broken ones was read");
    assert_eq!(sql(log.folder.path(), "DELETE FROM snapshots").await, 1);
    assert!(replay(&store).await.unwrap_err().message().starts_with("event 1 of the log cannot be read"));
}

#[tokio::test]
async fn s000_23_the_state_follows_from_the_events_alone() {
    let log = Log::new().await;
    log.create("f", true).await;
    log.describe("f", "text").await;
    log.create("g", false).await;
    log.delete("g").await;
    let events = log.app.store.events_after(0, 1000).await.unwrap();
    assert_eq!(bytes(&crate::fixture::fold(&events)), bytes(&log.state()));
}

#[tokio::test]
async fn s000_40_a_restart_answers_as_before() {
    let log = Log::new().await;
    log.create("on", true).await;
    log.create("off", false).await;
    log.create("gone", true).await;
    log.delete("gone").await;
    let answers = |log: &Log| {
        let live = log.app.live.load_full();
        let set = live.set(&Scope::default()).unwrap();
        let all = ["on", "off", "gone"].map(|key| format!("{:?}", set.engine.evaluate(key, r#"{"targetingKey":"u"}"#)));
        (set.tag.clone(), set.seq, set.changed_at, all, bytes(&live.state))
    };
    let before = answers(&log);
    let log = log.restarted().await;
    assert_eq!(answers(&log), before);
}

#[tokio::test]
async fn s000_56_the_log_is_in_a_file_and_a_broken_snapshot_does_no_harm() {
    let log = Log::new().await;
    log.create("f", true).await;
    let log = log.restarted().await;
    log.describe("f", "text").await;
    let state = bytes(&log.state());
    let folder = log.closed().await;
    for broken in [
        "UPDATE snapshots SET body = x'7b' WHERE seq = (SELECT max(seq) FROM snapshots)",
        "UPDATE snapshots SET chain = 'x'",
    ] {
        assert!(sql(folder.path(), broken).await > 0);
        let store = Sqlite::open(&config(folder.path()).data, Sharing::Alone).await.unwrap();
        assert_eq!(bytes(&replay(&store).await.unwrap()), state);
        store.close().await;
    }
}

#[tokio::test]
async fn a_snapshot_of_another_form_is_passed_over() {
    let log = Log::new().await;
    log.create("f", true).await;
    let state = log.state();
    let folder = log.closed().await;
    // What it says is wrong, which shows whether it was used.
    let wrong = "UPDATE snapshots SET form = 99, body = x'7b7d'";
    assert_eq!(sql(folder.path(), wrong).await, 1);
    let log = Log::on(folder).await;
    assert_eq!(bytes(&log.state()), bytes(&state));
}

#[tokio::test]
async fn without_a_base_a_compacted_log_is_refused_with_what_to_do() {
    let log = Log::new().await;
    log.create("f", true).await;
    let all = burgee_server::log::compact::Retention::Newest(0);
    burgee_server::log::compact::compact(log.app.store.as_ref(), all, &mut |_, _| {}).await.unwrap();
    let folder = log.closed().await;
    sql(folder.path(), "UPDATE snapshots SET body = x'00'").await;
    let error = burgee_server::App::open(config(folder.path())).await.err().unwrap();
    assert!(error.message().contains("put back a copy of the data folder"), "{error}");
}

#[tokio::test]
async fn flags_that_cannot_be_loaded_leave_those_of_before_in_force() {
    use burgee_server::flags::{Definition, Flag};
    let log = Log::new().await;
    log.create("on", true).await;
    // Deeper than the engine reads, in a document that nobody checked.
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let definition = Some(Definition::from(&json!({"state": "ENABLED", "variants": {"deep": deep}})));
    let flag = Flag { definition, ..Flag::new("deep", "deep", chrono::DateTime::UNIX_EPOCH) };
    let flags = [("deep".to_owned(), Arc::new(flag))].into();
    log.app.live.set_source(burgee_server::live::SourceFlags { name: "a test".into(), flags, ..Default::default() });
    let live = log.app.live.load_full();
    let set = live.set(&Scope::default()).unwrap();
    assert!(set.entries.contains_key("deep"));
    assert_eq!(set.engine.evaluate_bool("on", "{}").value, Some(true));
}

/// A writer of its own, with its own idea of when snapshots are due.
async fn writer(store: &Arc<dyn Store>, policy: SnapshotPolicy) -> Ledger {
    let state = Arc::new(replay(store.as_ref()).await.unwrap());
    let nobody: Publish = Arc::new(|_, _| {});
    Ledger::start(Arc::clone(store), state, nobody, policy).0
}

async fn project(ledger: &Ledger, name: &'static str) {
    let plan = move |_: &State| {
        Ok(vec![Draft::new(EventType::ProjectCreated, &Scope::new(name, ""), name, &json!({"name": name}))])
    };
    ledger.write(Author::default(), plan).await.unwrap();
}

#[tokio::test]
async fn snapshots_come_after_so_many_events_beside_the_writing() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(folder.path(), Sharing::Alone).await.unwrap());
    let policy = SnapshotPolicy { events: 3, interval: Duration::from_secs(3600) };
    let ledger = writer(&store, policy).await;
    for name in ["a", "b"] {
        project(&ledger, name).await;
    }
    assert!(store.snapshot_places().await.unwrap().is_empty());
    project(&ledger, "c").await;
    let places = until(async || Some(store.snapshot_places().await.unwrap()).filter(|places| !places.is_empty())).await;
    assert_eq!(places, [3]);
    let state = store.snapshot(3).await.unwrap().unwrap().state().unwrap();
    assert_eq!(state.projects.len(), 3);
}

#[tokio::test]
async fn snapshots_come_in_time_when_nobody_writes_and_only_if_something_happened() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(folder.path(), Sharing::Alone).await.unwrap());
    let policy = SnapshotPolicy { events: 1_000_000, interval: Duration::from_millis(50) };
    let ledger = writer(&store, policy).await;
    project(&ledger, "a").await;
    until(async || (store.snapshot_places().await.unwrap() == [1]).then_some(())).await;
    let made = store.snapshot(1).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(store.snapshot(1).await.unwrap(), made, "nothing happened since");
    project(&ledger, "b").await;
    until(async || (store.snapshot_places().await.unwrap() == [2, 1]).then_some(())).await;
}

#[tokio::test]
async fn a_stop_finishes_what_was_asked_for_and_makes_a_snapshot() {
    let log = Log::new().await;
    let app = log.app.clone();
    let writes: Vec<_> = (0..50)
        .map(|number| {
            let app = app.clone();
            tokio::spawn(async move {
                let change = burgee_server::flags::Change::of(format!("flag-{number}"));
                burgee_server::manage::create(&app, &act(), change).await.map(|done| done.event.seq)
            })
        })
        .collect();
    tokio::task::yield_now().await;
    log.app.close().await;
    let mut done = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert_eq!(error.kind(), burgee_server::error::Kind::Unavailable),
        }
    }
    let seq = log.state().seq;
    let log = Log::on(log.folder).await;
    assert_eq!(log.state().seq, seq);
    assert_eq!(log.app.store.snapshot_places().await.unwrap()[0], seq);
    let live = log.app.live.load_full();
    assert_eq!(
        live.set(&Scope::default()).unwrap().entries.len(),
        done,
        "what was answered is there, and nothing else"
    );
}
