//! The document's file, rules, routes and literal answers.

use std::net::{IpAddr, Ipv4Addr};

use burgee_server::config::{self, Config};
use reqwest::Method;
use serde_json::json;

use crate::files::{EXAMPLE, Files, text};
use crate::support::json;

/// Whether one flag, written as the document has it, is on for a user.
async fn table(cases: &[(&str, Option<&str>, bool)]) {
    for (flag, user, expected) in cases {
        let files = Files::new("flags.json", &format!(r#"{{"flags": {{"f": {flag}}}}}"#));
        let service = files.service().await;
        let query = user.map(|user| format!("?user_id={user}")).unwrap_or_default();
        let (status, body) = json(service.request(Method::GET, &format!("/flags/f{query}"))).await;
        assert_eq!((status, &body), (200, &json!({"flag": "f", "enabled": expected})), "{flag} for {user:?}");
        service.stop().await;
    }
}

#[tokio::test]
async fn s003_01_the_documents_file_loads_unchanged() {
    let service = Files::new("flags.json", EXAMPLE).service().await;
    let (_, all) = text(&service, "/flags").await;
    let expected = r#"{"flags":[{"flag":"dark_mode","enabled":true},{"flag":"experimental_search","enabled":false},{"flag":"new_checkout_flow","enabled":false}]}"#;
    assert_eq!(all, expected);
    service.stop().await;
}

#[tokio::test]
async fn s003_02_a_percentage_is_0_to_100_and_null_or_none_means_everybody() {
    table(&[
        (r#"{"name": "f", "enabled": true, "rollout_percentage": null}"#, None, true),
        (r#"{"name": "f", "enabled": true}"#, None, true),
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 0}"#, Some("user_789"), false),
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 0}"#, Some("d"), false),
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 100}"#, Some("user_123"), true),
    ])
    .await;
}

#[tokio::test]
async fn s003_03_allowed_users_are_optional_and_none_by_default() {
    table(&[
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 0}"#, Some("user_1"), false),
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 0, "allowed_users": []}"#, Some("user_1"), false),
        (
            r#"{"name": "f", "enabled": true, "rollout_percentage": 0, "allowed_users": ["user_1"]}"#,
            Some("user_1"),
            true,
        ),
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 0, "allowed_users": ["user_1"]}"#, None, false),
    ])
    .await;
}

#[tokio::test]
async fn s003_04_an_unknown_flag_is_off_and_no_error() {
    let service = Files::new("flags.json", EXAMPLE).service().await;
    assert_eq!(text(&service, "/flags/nope").await, (200, r#"{"flag":"nope","enabled":false}"#.into()));
    let quoted = r#"{"flag":"a\"b/ü","enabled":false}"#;
    assert_eq!(text(&service, "/flags/a%22b%2F%C3%BC").await, (200, quoted.into()));
    service.stop().await;
}

#[tokio::test]
async fn s003_05_a_disabled_flag_is_off_for_allowed_users_too() {
    let flag = r#"{"name": "f", "enabled": false, "rollout_percentage": 100, "allowed_users": ["user_123"]}"#;
    table(&[(flag, Some("user_123"), false), (flag, None, false)]).await;
}

#[tokio::test]
async fn s003_06_an_allowed_user_is_in_whatever_the_percentage() {
    let flag = r#"{"name": "f", "enabled": true, "rollout_percentage": 25, "allowed_users": ["user_123"]}"#;
    table(&[(flag, Some("user_123"), true), (flag, Some("user_1234"), false)]).await;
}

#[tokio::test]
async fn s003_07_the_bucket_is_the_documents_hash_of_the_user_alone() {
    // 40, 82 and 61 by the document's hash; a key with dots changes nothing, because the flag is not hashed.
    for (user, bucket) in [("user_789", 40), ("user_123", 82), ("user_456", 61)] {
        let at = |percentage: u8| {
            format!(r#"{{"name": "f", "enabled": true, "rollout_percentage": {percentage}, "allowed_users": []}}"#)
        };
        let (below, above) = (at(bucket), at(bucket + 1));
        table(&[(&below, Some(user), false), (&above, Some(user), true), (&at(25), Some(user), false)]).await;
    }
    let dotted = r#"{"flags": {"a.b": {"name": "", "enabled": true, "rollout_percentage": 41}}}"#;
    let service = Files::new("flags.json", dotted).service().await;
    let on = r#"{"flag":"a.b","enabled":true}"#;
    assert_eq!(text(&service, "/flags/a.b?user_id=user_789").await, (200, on.into()));
    let off = r#"{"flag":"a.b","enabled":false}"#;
    assert_eq!(text(&service, "/flags/a.b?user_id=user_456").await, (200, off.into()));
    service.stop().await;
}

#[tokio::test]
async fn s003_08_a_caller_without_an_id_has_bucket_50() {
    table(&[
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 50}"#, None, false),
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 51}"#, None, true),
        // An empty id is an id: its hash is 0.
        (r#"{"name": "f", "enabled": true, "rollout_percentage": 1}"#, Some(""), true),
    ])
    .await;
}

#[tokio::test]
async fn s003_09_without_a_percentage_or_with_100_everybody_is_in() {
    for flag in [r#"{"name": "f", "enabled": true}"#, r#"{"name": "f", "enabled": true, "rollout_percentage": 100}"#] {
        table(&[(flag, None, true), (flag, Some("user_123"), true), (flag, Some("%F0%9F%98%80"), true)]).await;
    }
}

#[tokio::test]
async fn s003_10_the_documents_curls_give_its_literal_answers() {
    let service = Files::new("flags.json", EXAMPLE).service().await;
    for (path, body) in [
        ("/flags/dark_mode", r#"{"flag":"dark_mode","enabled":true}"#),
        ("/flags/new_checkout_flow?user_id=user_789", r#"{"flag":"new_checkout_flow","enabled":false}"#),
        ("/flags/new_checkout_flow?user_id=user_123", r#"{"flag":"new_checkout_flow","enabled":true}"#),
    ] {
        assert_eq!(text(&service, path).await, (200, body.into()), "{path}");
    }
    service.stop().await;
}

#[tokio::test]
async fn s003_11_all_flags_are_listed_for_a_user() {
    let service = Files::new("flags.json", EXAMPLE).service().await;
    let expected = r#"{"flags":[{"flag":"dark_mode","enabled":true},{"flag":"experimental_search","enabled":false},{"flag":"new_checkout_flow","enabled":true}]}"#;
    assert_eq!(text(&service, "/flags?user_id=user_123").await, (200, expected.into()));
    service.stop().await;
    let empty = Files::new("flags.json", r#"{"flags": {}}"#).service().await;
    assert_eq!(text(&empty, "/flags").await, (200, r#"{"flags":[]}"#.into()));
    empty.stop().await;
}

#[tokio::test]
async fn s003_12_health_answers_200() {
    let service = Files::new("flags.json", EXAMPLE).service().await;
    assert_eq!(text(&service, "/health").await.0, 200);
    service.stop().await;
}

#[test]
fn s003_13_the_file_is_that_of_config_path_or_the_documents_and_the_address_is_local() {
    let folder = tempfile::tempdir().unwrap();
    let none: Vec<std::path::PathBuf> = Vec::new();
    assert_eq!(config::flag_files(Vec::new(), folder.path()), none);
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/flags.json"), EXAMPLE).unwrap();
    assert_eq!(config::flag_files(Vec::new(), folder.path()), [folder.path().join("config/flags.json")]);
    // A file that is named is meant, also where it does not exist.
    assert_eq!(config::flag_files(vec!["other.json".into()], folder.path()), [std::path::Path::new("other.json")]);
    // C2: one port, local unless it is opened; the document's 0.0.0.0:3000 is HOST and PORT.
    let config = Config::default();
    assert_eq!((config.host, config.port), (IpAddr::V4(Ipv4Addr::LOCALHOST), 8080));
}
