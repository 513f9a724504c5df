//! Writing: versions, batches, and plans that come to nothing.

use burgee_server::error::Kind;
use burgee_server::flags::{Change, Flag};
use burgee_server::log::{Author, Draft, EventType, Scope, State};
use burgee_server::manage;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use burgee_server::{App, Error};
use serde_json::json;
use std::sync::Arc;

use crate::fixture::{Log, act, bytes, config};
use crate::replay::until;

async fn toggle(app: &App, expected: Option<u64>) -> burgee_server::Result<manage::Done> {
    let change = |flag: &Flag| Ok(Change { enabled: Some(!flag.enabled), ..Change::of("f") });
    manage::update(app, &act(), "f", expected, change).await
}

#[tokio::test]
async fn s000_57_every_event_names_who_made_it() {
    let log = Log::new().await;
    log.create("f", true).await;
    let actors: Vec<String> =
        log.app.store.events_after(0, 10).await.unwrap().into_iter().map(|event| event.actor).collect();
    assert_eq!(actors, ["start", "start", "start", "key:test"]);
}

#[tokio::test]
async fn of_two_who_saw_the_same_version_one_is_told_that_it_moved() {
    let log = Log::new().await;
    let seen = Some(log.create("f", true).await.flag.version);
    let (one, other) = tokio::join!(toggle(&log.app, seen), toggle(&log.app, seen));
    let (done, error) = match (one, other) {
        (Ok(done), Err(error)) | (Err(error), Ok(done)) => (done, error),
        both => panic!("{both:?}"),
    };
    assert_eq!((done.flag.version, done.flag.enabled), (2, false));
    assert_eq!(error.kind(), Kind::Stale);
    assert!(error.message().contains("is at version 2, not 1"), "{error}");
    assert_eq!(manage::delete(&log.app, &act(), "f", seen).await.unwrap_err().kind(), Kind::Stale);
    assert_eq!(log.state().flag(&Scope::default(), "f").unwrap().version, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writers_lose_nothing_and_the_versions_have_no_gap() {
    let log = Log::new().await;
    log.create("f", true).await;
    let writes = (0..200).map(|_| {
        let app = log.app.clone();
        tokio::spawn(async move { toggle(&app, None).await.unwrap().event.version })
    });
    let mut versions = Vec::new();
    for write in writes.collect::<Vec<_>>() {
        versions.push(write.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (2..=201).collect::<Vec<_>>());
    assert!(log.state().flag(&Scope::default(), "f").unwrap().enabled, "an even number of toggles");
    let events = log.app.store.events_after(0, 1000).await.unwrap();
    assert_eq!(bytes(&crate::fixture::fold(&events)), bytes(&log.state()));
}

#[tokio::test]
async fn what_a_refused_order_planned_has_not_happened_and_its_neighbours_have() {
    let log = Log::new().await;
    let before = log.state().seq;
    // All of them are there before the writer begins, so that they share a batch.
    let good = |key: &'static str| log.app.ledger.write(Author::default(), move |_: &State| Ok(vec![created(key)]));
    let half = |_: &State| Ok(vec![created("half"), created("half-too").expecting(Some(7))]);
    let refused = |_: &State| Err(Error::clone(&burgee_server_error()));
    let panics = |_: &State| -> burgee_server::Result<Vec<Draft>> { panic!("a plan that is wrong") };
    let unreadable = |_: &State| Ok(vec![Draft { payload: json!({"flag_id": 1}), ..created("unreadable") }]);
    let (a, b, c, d, e, f) = tokio::join!(
        good("a"),
        log.app.ledger.write(Author::default(), half),
        log.app.ledger.write(Author::default(), refused),
        log.app.ledger.write(Author::default(), panics),
        log.app.ledger.write(Author::default(), unreadable),
        good("f"),
    );
    assert_eq!((a.unwrap()[0].seq, f.unwrap()[0].seq), (before + 1, before + 2));
    let kinds = [b, c, d, e].map(|outcome| outcome.unwrap_err().kind());
    assert_eq!(kinds, [Kind::Stale, Kind::NotFound, Kind::Internal, Kind::Internal]);
    let state = log.state();
    let keys: Vec<_> = state.environment(&Scope::default()).unwrap().flags.keys().cloned().collect();
    assert_eq!((keys, state.seq), (vec!["a".to_owned(), "f".to_owned()], before + 2));
    let log = log.restarted().await;
    assert_eq!(bytes(&log.state()), bytes(&state));
}

/// Some error.
fn burgee_server_error() -> Error {
    State::default().project("nobody").unwrap_err()
}

fn created(key: &str) -> Draft {
    Draft::new(EventType::FlagCreated, &Scope::default(), key, &json!({"flag_id": key}))
}

#[tokio::test]
async fn an_event_that_is_there_already_is_refused_alone() {
    let log = Log::new().await;
    let known = log.app.store.events_after(0, 1).await.unwrap()[0].clone();
    let copy = Draft { origin: Some((known.id, known.timestamp)), ..created("copy") };
    let write = |draft: Draft| log.app.ledger.write(Author::default(), move |_: &State| Ok(vec![draft.clone()]));
    let (a, b, c) = tokio::join!(write(created("a")), write(copy), write(created("c")));
    assert_eq!(b.unwrap_err().kind(), Kind::Duplicate);
    assert_eq!((a.unwrap()[0].seq, c.unwrap()[0].seq), (4, 5));
}

#[tokio::test]
async fn what_another_process_appended_is_met_by_the_next_plan_and_seen_without_one() {
    let log = Log::new().await;
    log.create("f", true).await;
    let store: Arc<dyn burgee_server::store::Store> =
        Arc::new(Sqlite::open(&config(log.folder.path()).data, Sharing::Beside).await.unwrap());
    let other = App::on(config(log.folder.path()), store).await.unwrap();
    toggle(&other, Some(1)).await.unwrap();
    let error = toggle(&log.app, Some(1)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Stale, "{error}");
    toggle(&log.app, Some(2)).await.unwrap();
    // The other one notices by itself.
    until(async || (other.live.load().state.seq == log.state().seq).then_some(())).await;
    assert_eq!(bytes(&other.live.load().state), bytes(&log.state()));
    other.close().await;
}

#[tokio::test]
async fn keys_that_are_parts_of_routes_or_could_be_confused_are_refused() {
    let log = Log::new().await;
    let longest = "x".repeat(manage::LONGEST_KEY);
    for (key, allowed) in [
        ("größe/~1 %2F", true),
        (longest.as_str(), true),
        (&format!("{longest}x"), false),
        ("", false),
        ("stream", false),
        ("a\u{7f}", false),
        ("a\r\nb", false),
    ] {
        let outcome = manage::create(&log.app, &act(), Change::of(key)).await;
        assert_eq!(outcome.is_ok(), allowed, "{key:?}: {outcome:?}");
    }
    let again = manage::create(&log.app, &act(), Change::of("größe/~1 %2F")).await.unwrap_err();
    assert_eq!(again.kind(), Kind::Duplicate);
}
