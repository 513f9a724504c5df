//! Flags of a project.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::json as answer;
use crate::{Project, pointers};

#[tokio::test]
async fn s001_09_create_a_flag() {
    let project = Project::start().await;
    let body = json!({"name": "Dark Mode", "key": "dark_mode", "description": "Enable dark mode UI", "enabled": true,
        "rollout_percentage": 50});
    let flag = project.flag(body.clone()).await;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&flag[name], value);
    }
    assert_eq!(flag["project_id"], json!(project.id));
    assert!(uuid::Uuid::parse_str(flag["id"].as_str().unwrap()).is_ok());
    for time in ["created_at", "updated_at"] {
        assert!(chrono::DateTime::parse_from_rfc3339(flag[time].as_str().unwrap()).is_ok(), "{flag}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_10_list_flags_and_search_them() {
    let project = Project::start().await;
    assert_eq!(project.ok(Method::GET, "/flags", Value::Null).await, json!([]));
    project.flag(json!({"name": "Dark Mode", "key": "dark_mode", "tags": ["ui"]})).await;
    project
        .flag(json!({"name": "Checkout", "key": "new_checkout", "description": "The DARK side", "tags": ["money"]}))
        .await;
    project.flag(json!({"name": "Old", "key": "old", "archived": true, "tags": ["ui"]})).await;
    for (query, keys) in [
        ("", vec!["dark_mode", "new_checkout"]),
        ("?archived=true", vec!["dark_mode", "new_checkout", "old"]),
        ("?tag=ui", vec!["dark_mode"]),
        ("?tag=ui&archived=true", vec!["dark_mode", "old"]),
        ("?q=dark", vec!["dark_mode", "new_checkout"]),
        ("?q=CHECK", vec!["new_checkout"]),
        ("?q=nothing", vec![]),
        ("?environment=staging", vec![]),
    ] {
        let flags = project.ok(Method::GET, &format!("/flags{query}"), Value::Null).await;
        let found: Vec<&str> = flags.as_array().unwrap().iter().map(|flag| flag["key"].as_str().unwrap()).collect();
        assert_eq!(found, keys, "{query}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_11_get_a_flag_by_id_or_key() {
    let project = Project::start().await;
    let flag = project.flag(json!({"name": "F", "key": "f"})).await;
    let id = flag["id"].as_str().unwrap();
    assert_eq!(project.ok(Method::GET, &format!("/flags/{id}"), Value::Null).await, flag);
    assert_eq!(project.ok(Method::GET, "/flags/f", Value::Null).await, flag);
    let (status, refusal) = project.send(Method::GET, "/flags/g", Value::Null).await;
    assert_eq!((status, &refusal["error"]), (404, &json!("not_found")));
    let stranger = uuid::Uuid::new_v4();
    assert_eq!(project.send(Method::GET, &format!("/flags/{stranger}"), Value::Null).await.0, 404);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_12_update_a_flag_by_the_fields_given() {
    let project = Project::start().await;
    let flag = project.flag(json!({"name": "F", "key": "f", "description": "d", "enabled": true})).await;
    let id = flag["id"].as_str().unwrap();
    let half = project.ok(Method::PUT, &format!("/flags/{id}"), json!({"rollout_percentage": 50})).await;
    assert_eq!(half["rollout_percentage"], json!(50));
    for name in ["id", "name", "key", "description", "enabled", "created_at"] {
        assert_eq!(half[name], flag[name], "{name}");
    }
    let bare = project.ok(Method::PUT, "/flags/f", json!({"description": null, "key": "f"})).await;
    assert_eq!((&bare["description"], &bare["rollout_percentage"]), (&Value::Null, &json!(50)));
    let (status, refusal) = project.send(Method::PUT, "/flags/f", json!({"key": "g"})).await;
    assert_eq!((status, pointers(&refusal)), (400, vec!["/key"]));
    let stale = project.service.admin(Method::PUT, &project.path("/flags/f")).header("If-Match", "\"1\"");
    assert_eq!(answer(stale.json(&json!({"enabled": false}))).await.0, 409);
    let current = project.service.admin(Method::PUT, &project.path("/flags/f")).header("If-Match", "\"3\"");
    assert_eq!(answer(current.json(&json!({"enabled": false}))).await.0, 200);
    assert_eq!(project.send(Method::PUT, "/flags/g", json!({"enabled": false})).await.0, 404);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_13_delete_a_flag() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f"})).await;
    project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    assert_eq!(project.send(Method::DELETE, "/flags/f", Value::Null).await, (204, json!("")));
    for (method, below) in [(Method::DELETE, "/flags/f"), (Method::GET, "/flags/f"), (Method::GET, "/flags/f/rules")] {
        assert_eq!(project.send(method, below, Value::Null).await.0, 404, "{below}");
    }
    assert_eq!(project.evaluate(json!({"user_id": "ada"})).await, json!({}));
    // A new flag of the key is another one, without the rules of the old one.
    let again = project.flag(json!({"name": "F", "key": "f"})).await;
    assert_eq!(again["rules"], json!([]));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_14_toggle_flips_by_post_and_by_patch() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 100})).await;
    for (method, enabled) in [(Method::POST, false), (Method::PATCH, true), (Method::POST, false)] {
        let flag = project.ok(method, "/flags/f/toggle", Value::Null).await;
        assert_eq!(flag["enabled"], json!(enabled));
        assert_eq!(project.evaluate(json!({"user_id": "ada"})).await["f"]["enabled"], json!(enabled));
    }
    let twice = project.service.admin(Method::POST, &project.path("/flags/f/toggle")).header("If-Match", "\"3\"");
    assert_eq!(answer(twice).await.0, 409);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_31_fields_of_a_flag_are_checked_and_have_defaults() {
    let project = Project::start().await;
    let flag = project.flag(json!({"name": "F", "key": "a-b_0"})).await;
    assert_eq!((&flag["enabled"], &flag["rollout_percentage"]), (&json!(false), &json!(0)));
    assert_eq!(flag["description"], Value::Null);
    for percentage in [0, 100] {
        let body = json!({"name": "F", "key": format!("p{percentage}"), "rollout_percentage": percentage});
        assert_eq!(project.flag(body).await["rollout_percentage"], json!(percentage));
    }
    for (body, wrong) in [
        (json!({}), vec!["/name", "/key"]),
        (json!({"name": "F"}), vec!["/key"]),
        (json!({"name": "", "key": "k"}), vec!["/name"]),
        (json!({"name": "F", "key": ""}), vec!["/key"]),
        (json!({"name": "F", "key": "Dark"}), vec!["/key"]),
        (json!({"name": "F", "key": "dark mode"}), vec!["/key"]),
        (json!({"name": "F", "key": "dark.mode"}), vec!["/key"]),
        (json!({"name": "F", "key": "ключ"}), vec!["/key"]),
        (json!({"name": "F", "key": "k".repeat(257)}), vec!["/key"]),
        (json!({"name": "F", "key": "stream"}), vec!["/key"]),
        (json!({"name": "F", "key": 7}), vec!["/key"]),
        (json!({"name": "F", "key": "k", "rollout_percentage": 101}), vec!["/rollout_percentage"]),
        (json!({"name": "F", "key": "k", "rollout_percentage": -1}), vec!["/rollout_percentage"]),
        (json!({"name": "F", "key": "k", "rollout_percentage": 12.5}), vec!["/rollout_percentage"]),
        (json!({"name": "F", "key": "k", "rollout_percentage": "50"}), vec!["/rollout_percentage"]),
        (json!({"name": "F", "key": "k", "enabled": "yes"}), vec!["/enabled"]),
        (json!({"name": "F", "key": "k", "description": 7}), vec!["/description"]),
        (json!({"name": "F", "key": "k", "tags": ["ok", ""]}), vec!["/tags/1"]),
        (json!({"name": "F", "key": "K", "rollout_percentage": 200}), vec!["/key", "/rollout_percentage"]),
        (json!({"name": "F", "key": "k", "definition": []}), vec!["/definition"]),
        (json!([]), vec![""]),
        (json!("flag"), vec![""]),
    ] {
        let (status, refusal) = project.send(Method::POST, "/flags", body.clone()).await;
        assert_eq!((status, pointers(&refusal)), (400, wrong), "{body}: {refusal}");
        assert_eq!(refusal["error"], json!("validation_error"));
    }
    let broken = project.service.admin(Method::POST, &project.path("/flags")).body("{\"name\": ");
    assert_eq!(answer(broken).await.0, 400);
    let flags = project.ok(Method::GET, "/flags", Value::Null).await;
    assert_eq!(flags.as_array().unwrap().len(), 3, "nothing that was refused is there");
    project.service.stop().await;
}

#[tokio::test]
async fn s001_32_a_key_is_unique_in_its_environment() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f"})).await;
    let (status, refusal) = project.send(Method::POST, "/flags", json!({"name": "G", "key": "f"})).await;
    assert_eq!((status, &refusal["error"]), (409, &json!("duplicate_key")), "{refusal}");
    project.ok(Method::POST, "/flags?environment=staging", json!({"name": "F", "key": "f"})).await;
    let (status, other) =
        answer(project.service.admin(Method::POST, "/api/projects").json(&json!({"name": "Other"}))).await;
    assert_eq!(status, 201);
    let path = format!("/api/projects/{}/flags", other["id"].as_str().unwrap());
    assert_eq!(answer(project.service.admin(Method::POST, &path).json(&json!({"name": "F", "key": "f"}))).await.0, 201);
    project.service.stop().await;
}

#[tokio::test]
async fn history_tells_who_changed_what_and_rollback_goes_back() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 10})).await;
    let request = project.service.admin(Method::PUT, &project.path("/flags/f")).header("X-Request-Id", "the-second");
    assert_eq!(answer(request.json(&json!({"rollout_percentage": 90}))).await.0, 200);
    let history = project.ok(Method::GET, "/flags/f/history", Value::Null).await;
    let second = &history[1];
    assert_eq!((&second["event_type"], &second["version"]), (&json!("FlagUpdated"), &json!(2)));
    assert_eq!(second["payload"], json!({"flag_id": "f", "rollout_percentage": 90}));
    assert_eq!((&second["actor"], &second["request_id"]), (&json!("key:ADMIN_API_KEY"), &json!("the-second")));
    let back = project.ok(Method::POST, "/flags/f/rollback", json!({"version": 1})).await;
    assert_eq!((&back["rollout_percentage"], &back["version"]), (&json!(10), &json!(3)));
    assert_eq!(project.send(Method::POST, "/flags/f/rollback", json!({"version": 9})).await.0, 404);
    assert_eq!(pointers(&project.send(Method::POST, "/flags/f/rollback", json!({"version": 0})).await.1), ["/version"]);
    project.service.stop().await;
}

#[tokio::test]
async fn a_definition_is_what_is_evaluated_and_is_checked_with_its_place() {
    let project = Project::start().await;
    let definition = json!({"state": "ENABLED", "variants": {"small": 10, "large": 20}, "defaultVariant": "small",
        "targeting": {"if": [{"==": [{"var": "plan"}, "team"]}, "large"]}});
    project.flag(json!({"name": "Limit", "key": "limit", "enabled": true, "definition": definition})).await;
    assert_eq!(project.ok(Method::GET, "/flags/limit/definition", Value::Null).await, definition);
    let team = project.evaluate(json!({"user_id": "ada", "custom_attributes": {"plan": "team"}})).await;
    assert_eq!(team["limit"], json!({"enabled": true, "reason": "targeting_match", "value": 20, "variant": "large"}));
    let free = project.evaluate(json!({"user_id": "ada"})).await;
    assert_eq!(free["limit"], json!({"enabled": true, "reason": "default", "value": 10, "variant": "small"}));
    let wrong = json!({"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "b"});
    let (status, refusal) = project.send(Method::PUT, "/flags/limit", json!({"definition": wrong})).await;
    assert_eq!((status, pointers(&refusal)), (400, vec!["/definition/defaultVariant"]), "{refusal}");
    let none = project.ok(Method::PUT, "/flags/limit", json!({"definition": null, "rollout_percentage": 100})).await;
    assert!(none.get("definition").is_none());
    assert_eq!(project.evaluate(json!({})).await["limit"], json!({"enabled": true, "reason": "rollout"}));
    project.service.stop().await;
}
