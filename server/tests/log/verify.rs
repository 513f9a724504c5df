//! Whether the log is what was appended.

use burgee_server::log::compact::{Retention, compact};
use burgee_server::log::verify::{Verdict, verify};
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::{Sharing, Sqlite};

use crate::fixture::{Log, config, sql};

async fn verdict(folder: &tempfile::TempDir) -> Verdict {
    let store = Sqlite::open(&config(folder.path()).data, Sharing::Beside).await.unwrap();
    let verdict = verify(&store, &mut |_, _| {}).await.unwrap();
    store.close().await;
    verdict
}

/// A log of nine events with snapshots at 4 and 9, stopped.
async fn nine() -> tempfile::TempDir {
    let log = Log::new().await;
    log.create("f", true).await;
    let log = log.restarted().await;
    for text in ["one", "two", "three", "four", "five"] {
        log.describe("f", text).await;
    }
    log.closed().await
}

#[tokio::test]
async fn a_whole_log_is_found_whole() {
    let folder = nine().await;
    let mut told = Vec::new();
    let store = Sqlite::open(&config(folder.path()).data, Sharing::Beside).await.unwrap();
    let found = verify(&store, &mut |done, of| told.push((done, of))).await.unwrap();
    assert_eq!((found.from, found.to, &found.broken), (0, 9, &None));
    assert_eq!(found.snapshots, [4, 9]);
    assert_eq!(found.chain.len(), 64);
    assert_eq!(told, [(9, 9)]);
    compact(&store, Retention::Newest(3), &mut |_, _| {}).await.unwrap();
    let after = verify(&store, &mut |_, _| {}).await.unwrap();
    assert_eq!((after.from, after.to, &after.broken), (6, 9, &None));
    assert_eq!(after.snapshots, [6, 9]);
    assert_eq!(after.chain, found.chain, "the chain does not depend on what is kept");
    // An empty one as well.
    let folder = tempfile::tempdir().unwrap();
    Sqlite::open(&config(folder.path()).data, Sharing::Alone).await.unwrap();
    assert_eq!(verdict(&folder).await.broken, None);
}

#[tokio::test]
async fn each_kind_of_damage_is_found_where_it_is() {
    for (damage, seq, reason) in [
        (
            "UPDATE events SET payload = '{\"flag_id\":\"f\",\"description\":\"2\"}' WHERE seq = 6",
            6,
            "event 6 is not what was appended",
        ),
        ("UPDATE events SET actor = 'somebody else' WHERE seq = 2", 2, "event 2 is not what was appended"),
        ("UPDATE events SET ts_ms = ts_ms + 1 WHERE seq = 9", 9, "event 9 is not what was appended"),
        ("UPDATE events SET digest = '00' WHERE seq = 3", 3, "event 3 is not what was appended"),
        ("DELETE FROM events WHERE seq = 5", 5, "event 6 where event 5 should be"),
        ("DELETE FROM events WHERE seq = 1", 1, "event 2 where event 1 should be"),
        ("DELETE FROM events WHERE seq = 9", 9, "ends at event 8, but there was an event 9"),
        ("DELETE FROM events WHERE seq > 5", 9, "ends at event 5, but there was an event 9"),
        ("UPDATE events SET payload = 'no JSON' WHERE seq = 7", 7, "event 7 of the log cannot be read"),
        (
            "UPDATE snapshots SET chain = replace(chain, substr(chain, 1, 2), 'zz') WHERE seq = 4",
            4,
            "the snapshot at 4 cannot be read",
        ),
        ("UPDATE snapshots SET chain = digest WHERE seq = 4", 4, "the log's chain breaks at event 4"),
        (
            "UPDATE snapshots SET body = x'7b7d' WHERE seq = 9",
            9,
            "the snapshot at 9 cannot be read: its digest does not fit",
        ),
    ] {
        let folder = nine().await;
        assert!(sql(folder.path(), damage).await > 0, "{damage}");
        let broken = verdict(&folder).await.broken.unwrap_or_else(|| panic!("{damage} was not found"));
        assert_eq!(broken.seq, seq, "{damage}: {}", broken.reason);
        assert!(broken.reason.contains(reason), "{damage}: {}", broken.reason);
    }
}

/// Somebody who changes an event and its digest is found by the next snapshot, whose chain they would have to change, and all
/// that come after it.
#[tokio::test]
async fn an_event_that_was_changed_with_its_digest_breaks_the_chain() {
    let folder = nine().await;
    let store = Sqlite::open(&config(folder.path()).data, Sharing::Beside).await.unwrap();
    let mut event = store.written_after(5, 1).await.unwrap().remove(0);
    event.payload["description"] = "forged".into();
    store.close().await;
    let forged: &'static str =
        format!("UPDATE events SET payload = '{}', digest = '{}' WHERE seq = 6", event.payload, event.digest()).leak();
    assert_eq!(sql(folder.path(), forged).await, 1);
    let broken = verdict(&folder).await.broken.unwrap();
    assert_eq!(broken.seq, 9);
    assert!(
        broken.reason.contains("the log's chain breaks at event 9: the event, or one before it"),
        "{}",
        broken.reason
    );
}

/// A snapshot that is whole and has the right chain, but says something else.
#[tokio::test]
async fn a_snapshot_that_is_not_what_the_events_lead_to_is_found() {
    let folder = nine().await;
    let store = Sqlite::open(&config(folder.path()).data, Sharing::Beside).await.unwrap();
    let mut state = store.snapshot(9).await.unwrap().unwrap().state().unwrap();
    let project = std::sync::Arc::make_mut(state.projects.get_mut("default").unwrap());
    project.name = "another".into();
    store.put_snapshot(&burgee_server::store::Snapshot::of(&state).unwrap()).await.unwrap();
    store.close().await;
    let broken = verdict(&folder).await.broken.unwrap();
    assert_eq!((broken.seq, broken.reason.as_str()), (9, "the snapshot at 9 is not what the events up to it lead to"));
}
