//! Letting go of old events.

use burgee_server::log::compact::{Compacted, Retention, compact};
use burgee_server::log::verify::verify;
use burgee_server::store::LogHead;
use burgee_server::store::sqlite::FILE;

use crate::fixture::{Log, bytes, sql};

#[tokio::test]
async fn s000_20_a_compacted_log_is_shorter_and_leads_to_the_same_state() {
    let log = Log::new().await;
    log.create("f", true).await;
    for number in 0..20 {
        log.describe("f", &number.to_string()).await;
    }
    let state = bytes(&log.state());
    let last = log.state().seq;
    let mut told = Vec::new();
    let done =
        compact(log.app.store.as_ref(), Retention::Newest(5), &mut |done, of| told.push((done, of))).await.unwrap();
    assert_eq!(done, Compacted { before: 0, through: last - 5, freed: last - 5 });
    assert_eq!(told, [(last - 5, last - 5)]);
    assert_eq!(log.app.store.head().await.unwrap(), LogHead { last, compacted: last - 5 });
    assert_eq!(sql(log.folder.path(), "UPDATE events SET actor = actor").await, 5, "rows that are left");

    let log = log.restarted().await;
    assert_eq!(bytes(&log.state()), state);
    log.describe("f", "afterwards").await;
    let again = compact(log.app.store.as_ref(), Retention::Newest(5), &mut |_, _| {}).await.unwrap();
    assert_eq!(again, Compacted { before: last - 5, through: last - 4, freed: 1 });
    // Nothing to do is no error, and nothing comes back.
    let none = compact(log.app.store.as_ref(), Retention::Newest(1000), &mut |_, _| {}).await.unwrap();
    assert_eq!(none, Compacted { before: last - 4, through: last - 4, freed: 0 });
    let verdict = verify(log.app.store.as_ref(), &mut |_, _| {}).await.unwrap();
    assert_eq!((verdict.broken, verdict.from), (None, last - 4));
}

#[tokio::test]
async fn retention_by_time_keeps_what_happened_since() {
    let log = Log::new().await;
    let store = log.app.store.as_ref();
    let first = log.create("f", true).await.event;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let second = log.describe("f", "second").await.event;
    assert!(second.timestamp > first.timestamp);
    let done = compact(store, Retention::Since(second.timestamp), &mut |_, _| {}).await.unwrap();
    assert_eq!(done.through, first.seq);
    let late = second.timestamp + chrono::TimeDelta::days(1);
    let done = compact(store, Retention::Since(late), &mut |_, _| {}).await.unwrap();
    assert_eq!((done.before, done.through), (first.seq, second.seq));
}

#[tokio::test]
async fn a_compaction_that_was_cut_short_is_finished_by_the_next() {
    let log = Log::new().await;
    for number in 0..9 {
        log.create(&format!("flag-{number}"), true).await;
    }
    let state = log.state();
    // As if it had ended right behind its snapshot.
    let base = burgee_server::store::Snapshot::of(&state).unwrap();
    log.app.store.compact(&base).await.unwrap();
    let log = log.restarted().await;
    assert_eq!(bytes(&log.state()), bytes(&state));
    let done = compact(log.app.store.as_ref(), Retention::Newest(100), &mut |_, _| {}).await.unwrap();
    assert_eq!(done, Compacted { before: state.seq, through: state.seq, freed: state.seq });
}

#[tokio::test]
async fn a_compaction_gives_room_back_to_the_disk() {
    let log = Log::new().await;
    log.create("f", true).await;
    let long = "x".repeat(50_000);
    for _ in 0..40 {
        log.describe("f", &long).await;
    }
    let size = |log: &tempfile::TempDir| std::fs::metadata(log.path().join("data").join(FILE)).unwrap().len();
    let folder = log.closed().await;
    let before = size(&folder);
    let log = Log::on(folder).await;
    compact(log.app.store.as_ref(), Retention::Newest(1), &mut |_, _| {}).await.unwrap();
    let folder = log.closed().await;
    assert!(size(&folder) < before / 2, "{} of {before} bytes are left", size(&folder));
}
