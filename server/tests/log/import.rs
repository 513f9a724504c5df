//! Flags of elsewhere.

use std::path::Path;

use burgee_server::error::Kind;
use burgee_server::log::import::{self, Imported};
use burgee_server::log::{Author, Scope};
use serde_json::json;

use crate::fixture::{Log, act, bytes};

async fn import(log: &Log, name: &str, text: &str) -> burgee_server::Result<Imported> {
    let read = import::read(Path::new(name), text, &Scope::default())?;
    let author = Author { actor: "import".into(), request_id: String::new() };
    read.write(&log.app.ledger, author, &mut |_, _| {}).await
}

/// What a boolean flag answers.
fn answer(log: &Log, key: &str, context: &str) -> Option<bool> {
    let live = log.app.live.load_full();
    live.set(&Scope::default()).unwrap().engine.evaluate_bool(key, context).value
}

#[tokio::test]
async fn s000_55_the_documents_events_are_taken_over_with_their_ids_and_times() {
    let log = Log::new().await;
    let text = concat!(
        r#"{"id":"5f4b1a52-7d0e-4a43-9d1c-1f7f0f3f8b10","event_type":"FlagCreated","flag_id":"dark","version":1,"timestamp":"2024-03-01T12:00:00.123456Z","payload":{"flag_id":"dark","name":"Dark","description":null,"enabled_by_default":false,"variants":[]}}"#,
        "\n\n",
        r#"{"id":"5f4b1a52-7d0e-4a43-9d1c-1f7f0f3f8b11","event_type":"FlagEval","flag_id":"dark","version":2,"timestamp":"2024-03-01T12:00:01Z","payload":{"flag_id":"dark","context":{"user_id":"u"},"enabled":false,"reason":"default"}}"#,
        "\n",
        r#"{"id":"5f4b1a52-7d0e-4a43-9d1c-1f7f0f3f8b12","event_type":"FlagUpdated","flag_id":"dark","version":2,"timestamp":"2024-03-02T12:00:00Z","payload":{"flag_id":"dark","enabled_by_default":true}}"#,
        "\n",
        r#"{"event_type":"FlagCreated","flag_id":"old","version":1,"payload":{"name":"Old","enabled_by_default":true,"variants":["a","b"]}}"#,
        "\n",
        r#"{"event_type":"FlagDeleted","flag_id":"old","version":2}"#,
    );
    let done = import(&log, "events.jsonl", text).await.unwrap();
    assert_eq!(done, Imported { events: 4, flags: 2, evaluations: 1 });
    let state = log.state();
    let flag = state.flag(&Scope::default(), "dark").unwrap();
    assert_eq!((flag.id.as_str(), flag.version), ("5f4b1a52-7d0e-4a43-9d1c-1f7f0f3f8b10", 2));
    assert_eq!(flag.created_at.to_rfc3339(), "2024-03-01T12:00:00.123+00:00");
    assert_eq!(flag.updated_at.to_rfc3339(), "2024-03-02T12:00:00+00:00");
    assert_eq!(answer(&log, "dark", "{}"), Some(true));
    assert_eq!(state.flag(&Scope::default(), "old").unwrap_err().kind(), Kind::NotFound);
    // The environment did not go back in time.
    assert!(state.environment(&Scope::default()).unwrap().updated_at.to_rfc3339().as_str() > "2026");
    assert_eq!(log.app.store.events_after(state.seq - 1, 1).await.unwrap()[0].actor, "import");

    // Once is enough.
    let error = import(&log, "events.jsonl", text).await.unwrap_err();
    assert!(error.message().starts_with("line 1: a flag `dark` exists already"), "{error}");
    let log = log.restarted().await;
    assert_eq!(bytes(&log.state()), bytes(&state));
}

#[tokio::test]
async fn s000_55_the_sketchs_list_of_events_is_taken_over() {
    let log = Log::new().await;
    let list = json!([
        {"event_type": "FlagCreated", "flag_id": "f", "version": 1, "payload": {"name": "F", "description": "d", "enabled_by_default": true, "variants": []}},
        {"event_type": "FlagUpdated", "flag_id": "f", "version": 2, "payload": {"enabled_by_default": false}},
    ]);
    let done = import(&log, "events.json", &list.to_string()).await.unwrap();
    assert_eq!((done.events, done.flags), (2, 1));
    assert_eq!(answer(&log, "f", "{}"), Some(false));
}

#[tokio::test]
async fn s000_55_files_of_flagd_and_of_the_configuration_file_become_flags() {
    let log = Log::new().await;
    let flagd = "
flags:
  banner:
    state: ENABLED
    variants: {yes: true, no: false}
    defaultVariant: 'no'
    targeting: {if: [{$ref: staff}, 'yes']}
$evaluators:
  staff: {ends_with: [{var: email}, '@example.com']}
";
    let done = import(&log, "flags.yaml", flagd).await.unwrap();
    assert_eq!(done, Imported { events: 2, flags: 1, evaluations: 0 });
    assert_eq!(answer(&log, "banner", r#"{"email":"a@example.com"}"#), Some(true));
    assert_eq!(answer(&log, "banner", r#"{"email":"a@example.org"}"#), Some(false));
    let file = r#"{"flags": {"dark_mode": {"name": "dark_mode", "enabled": true, "rollout_percentage": null, "allowed_users": []}}}"#;
    import(&log, "flags.json", file).await.unwrap();
    assert_eq!(answer(&log, "dark_mode", "{}"), Some(true));
}

#[tokio::test]
async fn s000_54_events_may_have_rules_percentages_and_cohorts() {
    let log = Log::new().await;
    let rule = |id: &str, kind: &str, value: &str, priority: i32| json!({"id": id, "rule_type": kind, "rule_value": value, "enabled": true, "priority": priority, "created_at": "2024-01-01T00:00:00Z"});
    let created = json!({
        "event_type": "FlagCreated", "flag_id": "f", "payload": {
            "rollout_percentage": 0, "rules": [rule("1", "cohort", "beta", 1), rule("2", "user_id", "u-1", 2)],
        },
    });
    import(&log, "events.jsonl", &created.to_string()).await.unwrap();
    for (context, expected) in [
        (r#"{"targetingKey":"u-1"}"#, true),
        (r#"{"targetingKey":"u-2"}"#, false),
        (r#"{"targetingKey":"u-2","cohort":"beta"}"#, true),
        (r#"{"cohort":"betamax"}"#, false),
    ] {
        assert_eq!(answer(&log, "f", context), Some(expected), "{context}");
    }
}

#[tokio::test]
async fn one_bad_part_keeps_all_of_a_text_out_and_is_told_with_its_place() {
    let log = Log::new().await;
    log.create("taken", true).await;
    let before = bytes(&log.state());
    let good = r#"{"event_type":"FlagCreated","flag_id":"a","payload":{}}"#;
    for (second, place) in [
        (r#"{"event_type":"FlagCreated","flag_id":"a","payload":{}}"#, "line 2: a flag `a` exists already"),
        (r#"{"event_type":"FlagUpdated","flag_id":"b","payload":{}}"#, "line 2: there is no flag `b`"),
        (r#"{"event_type":"FlagUpdated","flag_id":"a","payload":{"enabled":1}}"#, "line 2: the payload: invalid type"),
        (
            r#"{"event_type":"FlagUpdated","flag_id":"a","payload":{"rules":[{}]}}"#,
            "line 2: the payload: missing field",
        ),
        (r#"{"event_type":"FlagRenamed","flag_id":"a","payload":{}}"#, "line 2: `FlagRenamed` is no type"),
        (r#"{"event_type":"FlagUpdated","payload":{}}"#, "line 2: missing field `flag_id`"),
        (
            r#"{"event_type":"FlagUpdated","flag_id":"a","payload":{"definition":{"variants":{}}}}"#,
            "line 2: the definition of `a` is refused",
        ),
        ("{", "line 2: EOF"),
        (r#"{"event_type":"FlagCreated","flag_id":"b","schema":1,"payload":{}}"#, "this is an exported log"),
    ] {
        let error = import(&log, "events.jsonl", &format!("{good}\n{second}")).await.unwrap_err();
        assert!(error.message().starts_with(place), "{second}: {error}");
    }
    let both = r#"{"flags": {"a": {"name": "a", "enabled": true}, "taken": {"name": "taken", "enabled": true}}}"#;
    let error = import(&log, "flags.json", both).await.unwrap_err();
    assert!(error.message().starts_with("the flag `taken`: a flag `taken` exists already"), "{error}");
    let broken = r#"{"flags": {"a": {"name": "a", "enabled": "yes"}}}"#;
    let error = import(&log, "flags.json", broken).await.unwrap_err();
    assert_eq!((error.kind(), error.wrong_fields()[0].pointer.as_str()), (Kind::Invalid, "/flags/a/enabled"));
    assert_eq!(bytes(&log.state()), before);
}

#[tokio::test]
async fn a_shared_rule_of_another_meaning_is_not_replaced() {
    let log = Log::new().await;
    let file = |rule: &str| format!(r#"{{"flags": {{}}, "$evaluators": {{"staff": {rule}}}}}"#);
    import(&log, "one.json", &file(r#"{"==": [{"var": "a"}, 1]}"#)).await.unwrap();
    let error = import(&log, "two.json", &file(r#"{"==": [{"var": "a"}, 2]}"#)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Duplicate);
    assert!(error.message().contains("the environment has another segment `staff`"), "{error}");
}

#[tokio::test]
async fn a_large_import_is_one_transaction_and_tells_how_far_it_is() {
    let log = Log::new().await;
    let line = |number| {
        format!(
            r#"{{"event_type":"FlagCreated","flag_id":"flag-{number}","payload":{{"rollout_percentage":{}}}}}"#,
            number % 101
        )
    };
    let text: Vec<String> = (0..2000).map(line).collect();
    let read = import::read(Path::new("events.jsonl"), &text.join("\n"), &Scope::default()).unwrap();
    let mut told = Vec::new();
    let before = log.state().seq;
    let done =
        read.write(&log.app.ledger, act().principal.author("r"), &mut |done, of| told.push((done, of))).await.unwrap();
    assert_eq!((done.events, log.state().seq), (2000, before + 2000));
    assert_eq!(told.last(), Some(&(2000, 2000)));
    assert!(told.is_sorted());
}
