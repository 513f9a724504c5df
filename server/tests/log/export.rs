//! The log as lines of JSON, and back.

use burgee_server::error::Kind;
use burgee_server::log::compact::{Retention, compact};
use burgee_server::log::verify::verify;
use burgee_server::log::{Scope, export, replay};
use burgee_server::manage;
use burgee_server::store::LogStore;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use serde_json::Value;

use crate::fixture::{Log, act, bytes};

async fn exported(store: &dyn burgee_server::store::Store) -> String {
    let mut out = Vec::new();
    export::log(store, &mut out, &mut |_, _| {}).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn filled() -> Log {
    let log = Log::new().await;
    log.create("f", true).await;
    log.describe("f", "ü\n\u{2028}").await;
    log.create("gone", false).await;
    log.delete("gone").await;
    log
}

#[tokio::test]
async fn an_exported_log_goes_back_into_an_empty_store_as_it_was() {
    let log = filled().await;
    for compacted in [false, true] {
        if compacted {
            compact(log.app.store.as_ref(), Retention::Newest(2), &mut |_, _| {}).await.unwrap();
        }
        let text = exported(log.app.store.as_ref()).await;
        assert_eq!(text.lines().count(), if compacted { 3 } else { 7 });
        let folder = tempfile::tempdir().unwrap();
        let copy = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
        let mut told = Vec::new();
        let count = export::restore(&copy, &text, &mut |done, of| told.push((done, of))).await.unwrap();
        assert_eq!((count, told), if compacted { (2, vec![(2, 2)]) } else { (7, vec![(7, 7)]) });
        assert_eq!(bytes(&replay(&copy).await.unwrap()), bytes(&log.state()));
        assert_eq!(exported(&copy).await, text);
        assert_eq!(copy.head().await.unwrap(), log.app.store.head().await.unwrap());
        let (one, other) = (
            verify(log.app.store.as_ref(), &mut |_, _| {}).await.unwrap(),
            verify(&copy, &mut |_, _| {}).await.unwrap(),
        );
        assert_eq!((one.broken, one.chain), (other.broken, other.chain));
        // Not twice.
        assert_eq!(export::restore(&copy, &text, &mut |_, _| {}).await.unwrap_err().kind(), Kind::Duplicate);
    }
}

#[tokio::test]
async fn a_log_that_is_not_whole_goes_back_not_at_all() {
    let text = exported(filled().await.app.store.as_ref()).await;
    let lines: Vec<&str> = text.lines().collect();
    let without_third = [&lines[..2], &lines[3..]].concat().join("\n");
    let torn = text.trim_end().trim_end_matches('}').to_owned();
    for (broken, place) in [(without_third, "line 3: "), (torn, "line 7: "), ("{}".to_owned(), "line 1: ")] {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path(), Sharing::Alone).await.unwrap();
        let error = export::restore(&store, &broken, &mut |_, _| {}).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        assert!(error.message().starts_with(place), "{error}");
        assert_eq!(store.head().await.unwrap().last, 0);
    }
}

#[tokio::test]
async fn an_environments_flags_are_a_document_that_answers_the_same() {
    let log = filled().await;
    let rule = serde_json::json!({"ends_with": [{"var": "email"}, "@example.com"]});
    manage::put_segment(&log.app, &act(), "staff", burgee_server::log::reduce::SegmentChange { rule }).await.unwrap();
    let text = export::flags(&log.state(), &Scope::default()).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["metadata"]["flagSetId"], "default/production");
    assert_eq!(value["flags"].as_object().unwrap().keys().collect::<Vec<_>>(), ["f"]);
    assert!(value["$evaluators"]["staff"].is_object());
    let engine = burgee::Engine::new();
    engine.update(&text).unwrap();
    let live = log.app.live.load_full();
    let set = live.set(&Scope::default()).unwrap();
    let context = r#"{"targetingKey":"u","email":"a@example.com"}"#;
    assert_eq!(format!("{:?}", engine.evaluate("f", context)), format!("{:?}", set.engine.evaluate("f", context)));
    assert_eq!(export::flags(&log.state(), &Scope::new("default", "nowhere")).unwrap_err().kind(), Kind::NotFound);
}
