//! Settings and state from call to call.

use crate::support::{FLAGS, assert_flags_work, call, evaluate, read, start, start_with_flags, update};

/// A document that only permissive validation accepts.
const FAULTY: &str = r#"{"flags": {
  "good": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"},
  "bad": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "of"}
}}"#;

#[test]
fn before_the_first_update_no_flag_is_found() {
    let mut host = start();
    let answer = evaluate(&mut host, "banner", "");
    assert_eq!((&answer["reason"], &answer["errorCode"]), (&"ERROR".into(), &"FLAG_NOT_FOUND".into()));
    assert_eq!(read(host.evaluate_all(b""))["flags"].as_array().map(Vec::len), Some(0));
}

#[test]
fn validation_is_strict_until_said_otherwise() {
    let mut host = start();
    assert_eq!(update(&mut host, FAULTY.as_bytes())["success"], false);
    assert_eq!(read(host.set_validation_mode(1)).to_string(), r#"{"success":true}"#);
    let report = update(&mut host, FAULTY.as_bytes());
    assert_eq!(report["success"], true, "{report}");
    assert_eq!(report["warnings"][0]["rule"], "default-variant", "{report}");
    assert_eq!(evaluate(&mut host, "good", "")["value"], true);
    assert_eq!(evaluate(&mut host, "bad", "")["errorCode"], "GENERAL");
    assert_eq!(read(host.set_validation_mode(0)).to_string(), r#"{"success":true}"#);
    assert_eq!(update(&mut host, FAULTY.as_bytes())["success"], false);
}

#[test]
fn an_unknown_validation_mode_is_an_error_and_changes_nothing() {
    let mut host = start();
    for mode in [2, 3, u32::MAX] {
        let answer = call(&mut host, "set_validation_mode", &[mode]);
        assert_eq!(answer["success"], false);
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert_eq!(update(&mut host, FAULTY.as_bytes())["success"], false);
}

#[test]
fn the_time_that_was_set_is_what_rules_see() {
    let mut host = start_with_flags();
    assert_eq!(evaluate(&mut host, "sale", "")["value"], "running", "the time is 0 until it is set");
    for (time, value) in [(999, "running"), (1_000, "over"), (-5, "running"), (i64::MAX, "over"), (i64::MIN, "running")]
    {
        host.set_time(time).expect("it returns");
        assert_eq!(evaluate(&mut host, "sale", "")["value"], value, "at {time}");
    }
}

#[test]
fn reset_forgets_flags_settings_and_time() {
    let mut host = start_with_flags();
    host.set_time(5_000).expect("it returns");
    read(host.set_validation_mode(1));
    assert_eq!(read(host.reset()).to_string(), r#"{"success":true}"#);
    assert_eq!(evaluate(&mut host, "banner", "")["errorCode"], "FLAG_NOT_FOUND");
    assert_eq!(update(&mut host, FAULTY.as_bytes())["success"], false, "validation is strict again");
    update(&mut host, FLAGS.as_bytes());
    assert_eq!(evaluate(&mut host, "sale", "")["value"], "running", "the time is 0 again");
}

#[test]
fn the_generation_grows_with_every_change() {
    let mut host = start();
    let mut last = 0;
    for round in 0..5 {
        let report = update(&mut host, FLAGS.replace("1000", &format!("100{round}")).as_bytes());
        let generation = report["generation"].as_u64().expect("a generation");
        assert!(generation > last, "{generation} after {last}");
        last = generation;
    }
    read(host.reset());
    let after = update(&mut host, FLAGS.as_bytes())["generation"].as_u64();
    assert!(after > Some(last), "a reset must not bring back an old generation: {after:?} after {last}");
}

#[test]
fn the_same_text_again_changes_nothing() {
    let mut host = start();
    let first = update(&mut host, FLAGS.as_bytes());
    assert_eq!(first["changedFlags"], serde_json::json!(["banner", "price", "sale"]));
    let second = update(&mut host, FLAGS.as_bytes());
    for list in ["changedFlags", "added", "removed"] {
        assert_eq!(second[list], serde_json::json!([]), "{list}");
    }
    for same in ["preEvaluated", "requiredContextKeys", "flagIndices", "flagSetMetadata", "generation", "warnings"] {
        assert_eq!(second[same], first[same], "{same}");
    }
}

#[test]
fn a_flag_can_be_asked_for_by_its_index() {
    let mut host = start();
    let report = update(&mut host, FLAGS.as_bytes());
    let indices = report["flagIndices"].as_object().expect("indices");
    assert_eq!(indices.len(), 3);
    for (key, index) in indices {
        let index = u32::try_from(index.as_u64().expect("a number")).expect("a small number");
        let by_index = host.evaluate_by_index(index, br#"{"tier": "gold"}"#).expect("it answers");
        assert_eq!(by_index, host.evaluate(key.as_bytes(), br#"{"tier": "gold"}"#).expect("it answers"));
    }
    for index in [3, 4, 1_000, u32::MAX] {
        let answer = read(host.evaluate_by_index(index, b""));
        assert_eq!(answer["reason"], "ERROR", "{answer}");
        assert!(answer["errorCode"].is_string() && answer.get("value").is_none(), "{answer}");
    }
    assert_flags_work(&mut host);
}

#[test]
fn all_flags_come_sorted_by_key() {
    let mut host = start_with_flags();
    let all = read(host.evaluate_all(br#"{"tier": "gold"}"#));
    let keys: Vec<&str> =
        all["flags"].as_array().into_iter().flatten().filter_map(|flag| flag["key"].as_str()).collect();
    assert_eq!(keys, ["banner", "price", "sale"]);
    assert_eq!(all["flags"][1]["value"], 20);
}

#[test]
fn two_instances_share_nothing() {
    let mut first = start_with_flags();
    let mut second = start();
    assert_eq!(evaluate(&mut second, "banner", "")["errorCode"], "FLAG_NOT_FOUND");
    assert_flags_work(&mut first);
}

#[test]
fn the_same_text_again_and_again_gets_the_same_report_without_changes() {
    let mut host = start();
    let first = update(&mut host, FLAGS.as_bytes());
    assert_eq!(first["changedFlags"].as_array().map(Vec::len), Some(3));
    let mut wanted = first.clone();
    for list in ["changedFlags", "added", "removed"] {
        wanted[list] = serde_json::json!([]);
    }
    for _ in 0..3 {
        assert_eq!(update(&mut host, FLAGS.as_bytes()), wanted);
        assert_flags_work(&mut host);
        assert_eq!(update(&mut host, b"{")["success"], false, "a refused text in between changes nothing");
    }
    let other = update(&mut host, OTHER.as_bytes());
    assert_eq!(other["changedFlags"].as_array().map(Vec::len), Some(4));
    assert_eq!(update(&mut host, FLAGS.as_bytes())["added"].as_array().map(Vec::len), Some(3));
    read(host.reset());
    assert_eq!(update(&mut host, FLAGS.as_bytes())["added"].as_array().map(Vec::len), Some(3));
}

/// A document with another flag.
const OTHER: &str = r#"{"flags": {"other": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}"#;
