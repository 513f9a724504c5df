//! Several sources, and which of them counts.

use burgee_server::source::environment;
use reqwest::Method;
use serde_json::json;

use crate::files::{Files, QUICK, is_on, one};
use crate::support::{Service, eventually, json};

async fn with_variables(files: &[&Files], variables: &[(&str, &str)]) -> Service {
    let flags = files.iter().map(|files| files.path.clone()).collect();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Service::with(|config| {
        config.flags = flags;
        config.flag_variables = variables;
        config.watch = QUICK;
    })
    .await
}

#[tokio::test]
async fn s003_25_variables_are_flags() {
    let variables = [
        ("FLAG_ON", "true"),
        ("FLAG_OFF", " false "),
        ("FLAG_COLOUR", "\"red\""),
        ("FLAG_LIMIT", "7"),
        ("FLAG_SHAPE", r#"{"corners": [1, 2]}"#),
        (
            "FLAG_NEW_CHECKOUT",
            r#"{"name": "checkout", "enabled": true, "rollout_percentage": 25, "allowed_users": ["user_123"]}"#,
        ),
        (
            "FLAG_TIER",
            r#"{"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [{"==": [{"var": "tier"}, "gold"]}, "on"]}}"#,
        ),
    ];
    let service = with_variables(&[], &variables).await;
    assert!(is_on(&service, "on").await);
    assert!(!is_on(&service, "off").await);
    let live = service.app.live.load_full();
    let set = live.set(&burgee_server::log::Scope::default()).unwrap();
    let value = |key: &str, context: &str| set.engine.evaluate(key, context).value().map(|value| value.to_json());
    assert_eq!(value("colour", "{}").as_deref(), Some("\"red\""));
    assert_eq!(value("limit", "{}").as_deref(), Some("7"));
    assert_eq!(value("shape", "{}").as_deref(), Some(r#"{"corners":[1,2]}"#));
    assert_eq!(value("tier", r#"{"tier": "gold"}"#).as_deref(), Some("true"));
    let allowed = service.request(Method::GET, "/flags/new_checkout?user_id=user_123");
    assert_eq!(json(allowed).await.1, json!({"flag": "new_checkout", "enabled": true}));
    let other = service.request(Method::GET, "/flags/new_checkout?user_id=user_789");
    assert_eq!(json(other).await.1["enabled"], false);
    service.stop().await;
}

#[test]
fn s003_25_variables_that_are_no_flags_are_refused_by_name() {
    for (name, value, part) in [
        ("FLAG_A", "red", "`FLAG_A` must be true, false or JSON"),
        ("FLAG_A", "", "`FLAG_A` must be true, false or JSON"),
        ("FLAG_A", "{", "`FLAG_A` must be true, false or JSON"),
        ("FLAG_", "true", "names no flag"),
        ("FLAG_A", r#"{"name": "a", "enabled": 1}"#, "`FLAG_A`: `enabled` must be true or false"),
        ("FLAG_A", r#"{"variants": {"a": 1}, "defaultVariant": "a"}"#, "`FLAG_A`: "),
    ] {
        let findings = environment::read(&[(name.into(), value.into())]).unwrap_err();
        assert!(findings[0].to_string().contains(part), "{name}={value}: {}", findings[0]);
    }
    let both = [("FLAG_A".to_owned(), "true".to_owned()), ("FLAG_a".to_owned(), "true".to_owned())];
    assert!(environment::read(&both).unwrap_err()[0].to_string().contains("stand for the same flag"));
}

#[tokio::test]
async fn s003_25_variables_count_more_than_files_later_files_more_than_earlier_ones_and_all_more_than_the_log() {
    use burgee_server::access::Principal;
    use burgee_server::flags::Change;
    use burgee_server::log::Scope;
    use burgee_server::manage::{self, Act};

    let file = |flags: &[(&str, bool)]| {
        let flags: Vec<String> =
            flags.iter().map(|(key, on)| format!(r#""{key}": {{"name": "", "enabled": {on}}}"#)).collect();
        Files::new("flags.json", &format!(r#"{{"flags": {{{}}}}}"#, flags.join(",")))
    };
    let first = file(&[("a", true), ("b", true), ("c-d.E", true)]);
    let second = file(&[("b", false)]);
    let service = with_variables(&[&first, &second], &[("FLAG_C_D_E", "false"), ("FLAG_LOGGED", "true")]).await;
    let act = Act {
        principal: Principal::Admin { key: "test".into(), project: None },
        request_id: String::new(),
        scope: Scope::default(),
    };
    let off = |key: &str| Change { enabled_by_default: Some(false), ..Change::of(key) };
    for key in ["later", "log.ged"] {
        manage::create(&service.app, &act, off(key)).await.unwrap();
    }
    assert!(is_on(&service, "a").await);
    assert!(!is_on(&service, "b").await, "the later file");
    assert!(!is_on(&service, "c-d.E").await, "the variable, whose name cannot have `-`, `.` and small letters");
    assert!(!is_on(&service, "c_d_e").await, "no flag of its own where one is meant");
    assert!(is_on(&service, "logged").await);
    assert!(!is_on(&service, "later").await, "only the log has it");
    let (_, all) = json(service.request(Method::GET, "/flags")).await;
    let keys: Vec<&str> = all["flags"].as_array().unwrap().iter().map(|flag| flag["flag"].as_str().unwrap()).collect();
    assert_eq!(keys, ["a", "b", "c-d.E", "later", "log.ged", "logged"]);
    // What a file no longer has, the one below it has.
    second.replace(r#"{"flags": {}}"#);
    eventually("the earlier file shows", async || is_on(&service, "b").await.then_some(())).await;
    // What a file begins to have hides the log's.
    second.replace(&one("later", true));
    eventually("the file hides the log", async || is_on(&service, "later").await.then_some(())).await;
    service.stop().await;
}

#[tokio::test]
async fn s003_25_a_variable_stands_for_a_flag_that_comes_later() {
    let files = Files::new("flags.json", r#"{"flags": {}}"#);
    let service = with_variables(&[&files], &[("FLAG_DARK_MODE", "true")]).await;
    assert!(is_on(&service, "dark_mode").await);
    files.replace(&one("dark-mode", false));
    eventually("the variable switches it", async || is_on(&service, "dark-mode").await.then_some(())).await;
    let (_, all) = json(service.request(Method::GET, "/flags")).await;
    assert_eq!(all, json!({"flags": [{"flag": "dark-mode", "enabled": true}]}));
    service.stop().await;
}
