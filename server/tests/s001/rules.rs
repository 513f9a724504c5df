//! Rules and segments.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Project, pointers};

async fn project() -> Project {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true})).await;
    project
}

#[tokio::test]
async fn s001_15_create_a_rule() {
    let project = project().await;
    let body = json!({"rule_type": "email_domain", "rule_value": "@yourcompany.com", "priority": 100, "enabled": true});
    let rule = project.rule("f", body.clone()).await;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&rule[name], value);
    }
    let flag = project.ok(Method::GET, "/flags/f", Value::Null).await;
    assert_eq!(rule["flag_id"], flag["id"]);
    assert!(uuid::Uuid::parse_str(rule["id"].as_str().unwrap()).is_ok());
    assert!(chrono::DateTime::parse_from_rfc3339(rule["created_at"].as_str().unwrap()).is_ok());
    let last = project.ok(Method::GET, "/flags/f/history", Value::Null).await[1].clone();
    assert_eq!(last["event_type"], json!("FlagUpdated"));
    assert_eq!(last["payload"]["rules"][0]["rule_value"], json!("@yourcompany.com"));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_16_list_rules_highest_priority_first() {
    let project = project().await;
    for (value, priority) in [("low", -5), ("first of two", 7), ("second of two", 7), ("high", 100)] {
        project.rule("f", json!({"rule_type": "user_id", "rule_value": value, "priority": priority})).await;
    }
    let rules = project.ok(Method::GET, "/flags/f/rules", Value::Null).await;
    let values: Vec<&str> = rules.as_array().unwrap().iter().map(|rule| rule["rule_value"].as_str().unwrap()).collect();
    assert_eq!(values, ["high", "first of two", "second of two", "low"]);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_17_get_a_rule() {
    let project = project().await;
    let rule = project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    let below = format!("/flags/f/rules/{}", rule["id"].as_str().unwrap());
    assert_eq!(project.ok(Method::GET, &below, Value::Null).await, rule);
    for below in ["/flags/f/rules/nowhere".to_owned(), below.replace("/f/", "/g/")] {
        assert_eq!(project.send(Method::GET, &below, Value::Null).await.0, 404, "{below}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_18_update_a_rule_by_the_fields_given() {
    let project = project().await;
    let rule = project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    let below = format!("/flags/f/rules/{}", rule["id"].as_str().unwrap());
    let changed = project.ok(Method::PUT, &below, json!({"priority": 20})).await;
    assert_eq!(changed["priority"], json!(20));
    for name in ["id", "rule_type", "rule_value", "enabled", "created_at"] {
        assert_eq!(changed[name], rule[name], "{name}");
    }
    let domain = json!({"rule_type": "email_domain", "rule_value": "@newcompany.com", "enabled": false});
    let changed = project.ok(Method::PUT, &below, domain).await;
    assert_eq!((&changed["rule_type"], &changed["priority"]), (&json!("email_domain"), &json!(20)));
    // What is checked is the rule as it would be.
    let (status, refusal) = project.send(Method::PUT, &below, json!({"rule_value": "newcompany.com"})).await;
    assert_eq!((status, pointers(&refusal)), (400, vec!["/rule_value"]));
    assert_eq!(project.send(Method::PUT, "/flags/f/rules/nowhere", json!({"priority": 1})).await.0, 404);
    project.service.stop().await;
}

#[tokio::test]
async fn s001_19_delete_a_rule() {
    let project = project().await;
    let rule = project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    let kept = project.rule("f", json!({"rule_type": "user_id", "rule_value": "bob"})).await;
    let below = format!("/flags/f/rules/{}", rule["id"].as_str().unwrap());
    assert_eq!(project.send(Method::DELETE, &below, Value::Null).await, (204, json!("")));
    assert_eq!(project.send(Method::DELETE, &below, Value::Null).await.0, 404);
    assert_eq!(project.ok(Method::GET, "/flags/f/rules", Value::Null).await, json!([kept]));
    assert_eq!(project.evaluate(json!({"user_id": "ada"})).await["f"]["enabled"], json!(false));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_33_fields_of_a_rule_are_checked_and_have_defaults() {
    let project = project().await;
    let rule = project.rule("f", json!({"rule_type": "user_id", "rule_value": "ada"})).await;
    assert_eq!((&rule["enabled"], &rule["priority"]), (&json!(true), &json!(0)));
    for (body, wrong) in [
        (json!({}), "/rule_type"),
        (json!({"rule_type": "user_id"}), "/rule_value"),
        (json!({"rule_type": "user_id", "rule_value": ""}), "/rule_value"),
        (json!({"rule_type": "user_id", "rule_value": " "}), "/rule_value"),
        (json!({"rule_type": "user_name", "rule_value": "ada"}), "/rule_type"),
        (json!({"rule_type": "email_domain", "rule_value": "company.com"}), "/rule_value"),
        (json!({"rule_type": "email_domain", "rule_value": "@"}), "/rule_value"),
        (json!({"rule_type": "user_email", "rule_value": "ada"}), "/rule_value"),
        (json!({"rule_type": "segment", "rule_value": "unknown"}), "/rule_value"),
        (json!({"rule_type": "user_id", "rule_value": "ada", "priority": "high"}), "/priority"),
        (json!({"rule_type": "user_id", "rule_value": "ada", "priority": 1.5}), "/priority"),
        (json!({"rule_type": "user_id", "rule_value": "ada", "enabled": 1}), "/enabled"),
        (json!({"rule_type": "user_id", "rule_value": 7}), "/rule_value"),
    ] {
        let (status, refusal) = project.send(Method::POST, "/flags/f/rules", body.clone()).await;
        assert_eq!((status, pointers(&refusal)), (400, vec![wrong]), "{body}: {refusal}");
    }
    assert_eq!(project.ok(Method::GET, "/flags/f/rules", Value::Null).await, json!([rule]));
    project.service.stop().await;
}

#[tokio::test]
async fn segments_are_named_by_rules_and_stay_while_they_are() {
    let project = project().await;
    let staff = json!({"rule": {"ends_with": [{"var": "email"}, "@example.com"]}});
    let put = project.ok(Method::PUT, "/segments/staff", staff.clone()).await;
    assert_eq!((&put["name"], &put["rule"], &put["version"]), (&json!("staff"), &staff["rule"], &json!(1)));
    assert_eq!(project.ok(Method::GET, "/segments/staff", Value::Null).await, put);
    assert_eq!(project.ok(Method::GET, "/segments", Value::Null).await, json!([put]));
    project.rule("f", json!({"rule_type": "segment", "rule_value": "staff"})).await;
    let evaluated = |email: &'static str| project.evaluate(json!({"user_id": "ada", "user_email": email}));
    assert_eq!(evaluated("ada@example.com").await["f"], json!({"enabled": true, "reason": "rule_match"}));
    assert_eq!(evaluated("ada@example.org").await["f"]["enabled"], json!(false));
    let (status, refusal) = project.send(Method::DELETE, "/segments/staff", Value::Null).await;
    assert_eq!(status, 409, "{refusal}");
    let wider = json!({"rule": {"ends_with": [{"var": "email"}, ".org"]}});
    assert_eq!(project.ok(Method::PUT, "/segments/staff", wider).await["version"], json!(2));
    assert_eq!(evaluated("ada@example.org").await["f"]["enabled"], json!(true));
    assert_eq!(project.send(Method::PUT, "/segments/staff", json!({"rule": {"no_such_operator": []}})).await.0, 400);
    let rule = project.ok(Method::GET, "/flags/f/rules", Value::Null).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(project.send(Method::DELETE, &format!("/flags/f/rules/{rule}"), Value::Null).await.0, 204);
    assert_eq!(project.send(Method::DELETE, "/segments/staff", Value::Null).await.0, 204);
    assert_eq!(project.send(Method::GET, "/segments/staff", Value::Null).await.0, 404);
    project.service.stop().await;
}
