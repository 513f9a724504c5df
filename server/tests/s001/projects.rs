//! Projects and their keys.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::json as answer;
use crate::{Project, pointers};

#[tokio::test]
async fn s001_03_create_a_project() {
    let project = Project::start().await;
    let created = project.ok(Method::GET, "", Value::Null).await;
    assert_eq!((&created["name"], &created["description"]), (&json!("My App"), &json!("Production app")));
    assert!(uuid::Uuid::parse_str(created["id"].as_str().unwrap()).is_ok());
    for time in ["created_at", "updated_at"] {
        assert!(chrono::DateTime::parse_from_rfc3339(created[time].as_str().unwrap()).is_ok(), "{created}");
    }
    assert_eq!(created["environments"], json!(["production", "staging"]));
    let nameless = project.service.admin(Method::POST, "/api/projects").json(&json!({"description": "no name"}));
    let (status, refusal) = answer(nameless).await;
    assert_eq!((status, pointers(&refusal)), (400, vec!["/name"]));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_04_an_admin_sees_all_projects_and_a_project_s_key_none_but_its_own() {
    let project = Project::start().await;
    let (status, all) = answer(project.service.admin(Method::GET, "/api/projects")).await;
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|found| found["id"].as_str().unwrap()).collect();
    assert_eq!((status, ids.len()), (200, 2));
    assert!(ids.contains(&"default") && ids.contains(&project.id.as_str()));
    let own = project.service.request(Method::GET, "/api/projects").header("X-SDK-Key", &project.key);
    assert_eq!(answer(own).await, (200, json!([])));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_05_an_unknown_project_is_404() {
    let project = Project::start().await;
    for path in ["/api/projects/nowhere", "/api/projects/nowhere/flags", "/api/projects/nowhere/segments"] {
        let (status, refusal) = answer(project.service.admin(Method::GET, path)).await;
        assert_eq!((status, &refusal["error"]), (404, &json!("not_found")), "{path}");
    }
    assert_eq!(project.send(Method::GET, "/flags?environment=nowhere", Value::Null).await.0, 404);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_06_update_a_project_by_the_fields_given() {
    let project = Project::start().await;
    let renamed = project.ok(Method::PUT, "", json!({"name": "Renamed"})).await;
    assert_eq!((&renamed["name"], &renamed["description"]), (&json!("Renamed"), &json!("Production app")));
    let bare = project.ok(Method::PUT, "", json!({"description": null})).await;
    assert_eq!((&bare["name"], &bare["description"]), (&json!("Renamed"), &Value::Null));
    let version = bare["version"].as_u64().unwrap();
    let stale =
        project.service.admin(Method::PUT, &project.path("")).header("If-Match", format!("\"{}\"", version - 1));
    let (status, refusal) = answer(stale.json(&json!({"name": "Late"}))).await;
    assert_eq!((status, &refusal["error"]), (409, &json!("version_conflict")), "{refusal}");
    for (body, pointer) in
        [(json!({"name": ""}), "/name"), (json!({"name": 7}), "/name"), (json!({"name": "a\nb"}), "/name")]
    {
        let (status, refusal) = project.send(Method::PUT, "", body.clone()).await;
        assert_eq!((status, pointers(&refusal)), (400, vec![pointer]), "{body}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_07_delete_a_project_with_all_that_it_has() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 100})).await;
    project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    assert_eq!(project.evaluate(json!({"user_id": "ada"})).await["f"]["enabled"], json!(true));
    assert_eq!(project.send(Method::DELETE, "", Value::Null).await, (204, json!("")));
    for below in ["", "/flags", "/flags/f", "/flags/f/rules"] {
        assert_eq!(project.send(Method::GET, below, Value::Null).await.0, 404, "{below}");
    }
    let evaluate = project.service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", &project.key);
    assert_eq!(answer(evaluate.json(&json!({"user_id": "ada"}))).await.0, 401);
    let (status, refusal) = answer(project.service.admin(Method::DELETE, "/api/projects/default")).await;
    assert_eq!(status, 409, "{refusal}");
    assert_eq!(answer(project.service.admin(Method::GET, "/api/projects/default")).await.0, 200);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_08_regenerate_the_key() {
    let project = Project::start().await;
    let renewed = project.ok(Method::POST, "/regenerate-key", Value::Null).await;
    let new = renewed["sdk_key"].as_str().unwrap();
    assert_ne!(new, project.key);
    assert_eq!(project.ok(Method::GET, "", Value::Null).await["sdk_key"], json!(new));
    for (key, status) in [(project.key.as_str(), 401), (new, 200)] {
        let evaluate = project.service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", key);
        assert_eq!(answer(evaluate.json(&json!({"user_id": "ada"}))).await.0, status);
    }
    project.service.stop().await;
}

#[test]
fn s001_38_ten_thousand_keys_are_unique_and_of_the_form() {
    use burgee_server::access::key::{KeyKind, random_key};
    let keys: HashSet<String> = (0..10_000).map(|_| random_key(KeyKind::Client).unwrap()).collect();
    assert_eq!(keys.len(), 10_000);
    for key in keys {
        let random = key.strip_prefix("sdk_").unwrap();
        assert!(random.len() == 32 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{key}");
    }
}

#[tokio::test]
async fn s001_42_the_sdk_key_is_what_opens_evaluation() {
    let project = Project::start().await;
    let evaluate = || project.service.request(Method::POST, "/sdk/v1/evaluate").json(&json!({"user_id": "ada"}));
    assert_eq!(answer(evaluate()).await.0, 401);
    assert_eq!(answer(evaluate().header("X-SDK-Key", "sdk_00000000000000000000000000000000")).await.0, 401);
    assert_eq!(answer(evaluate().header("X-SDK-Key", &project.key)).await.0, 200);
    // It evaluates, and that is all.
    for (method, below) in [(Method::GET, "/flags"), (Method::DELETE, ""), (Method::POST, "/regenerate-key")] {
        let request = project.service.request(method.clone(), &project.path(below)).header("X-SDK-Key", &project.key);
        assert_eq!(answer(request).await.0, 403, "{method} {below}");
    }
    project.service.stop().await;
}
