//! Writing flags.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, SDK, Service, json};

fn checkout() -> Value {
    json!({
        "flag_id": "checkout", "name": "Checkout", "description": "On one page", "enabled_by_default": true,
        "variants": null
    })
}

#[tokio::test]
async fn s000_33_create_answers_201_with_the_event() {
    let service = Service::start().await;
    let body = json!({
        "flag_id": "checkout", "name": "Checkout", "description": "On one page", "enabled_by_default": false,
        "variants": ["control", "one-page"]
    });
    let response = service.admin(Method::POST, "/flags").json(&body).send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["etag"], "\"1\"");
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["ok"], true);
    let event = &answer["event"];
    assert_eq!((&event["event_type"], &event["flag_id"]), (&json!("FlagCreated"), &json!("checkout")));
    assert_eq!(event["version"], 1);
    assert_eq!(event["payload"], body);
    assert_eq!(uuid::Uuid::parse_str(event["id"].as_str().unwrap()).unwrap().get_version_num(), 4);
    assert!(event["timestamp"].as_str().unwrap().ends_with('Z'));
    service.stop().await;
}

#[tokio::test]
async fn s000_33_what_a_flag_always_has_is_in_the_event_also_where_it_was_not_given() {
    let service = Service::start().await;
    let (status, answer) = json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": "dark-mode"}))).await;
    assert_eq!(status, 201, "{answer}");
    let expected = json!({
        "flag_id": "dark-mode", "name": "dark-mode", "description": null, "enabled_by_default": false, "variants": null
    });
    assert_eq!(answer["event"]["payload"], expected);
    let (status, answer) = json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": "dark-mode"}))).await;
    assert_eq!((status, &answer["ok"], &answer["error"]), (409, &json!(false), &json!("duplicate_key")));
    service.stop().await;
}

#[tokio::test]
async fn s000_34_patch_sets_the_given_fields_only() {
    let service = Service::start().await;
    json(service.admin(Method::POST, "/flags").json(&checkout())).await;
    let (status, answer) =
        json(service.admin(Method::PATCH, "/flags/checkout").json(&json!({"name": "The checkout"}))).await;
    assert_eq!(status, 200, "{answer}");
    let event = &answer["event"];
    assert_eq!((&event["event_type"], &event["version"]), (&json!("FlagUpdated"), &json!(2)));
    assert_eq!(event["payload"], json!({"flag_id": "checkout", "name": "The checkout"}));
    let (status, answer) = json(service.admin(Method::PATCH, "/flags/nothing").json(&json!({"name": "n"}))).await;
    assert_eq!((status, &answer["ok"], &answer["error"]), (404, &json!(false), &json!("not_found")));
    // By its id, too, which is that of the event that created it.
    let (_, created) = json(service.admin(Method::GET, "/flags/checkout/events")).await;
    let id = created["events"][0]["id"].as_str().unwrap();
    let by_id = service.admin(Method::PATCH, &format!("/flags/{id}")).json(&json!({"description": null}));
    let (status, answer) = json(by_id).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["event"]["payload"], json!({"flag_id": "checkout", "description": null}));
    service.stop().await;
}

#[tokio::test]
async fn s000_34_patch_of_a_version_that_is_no_longer_there_is_refused() {
    let service = Service::start().await;
    json(service.admin(Method::POST, "/flags").json(&checkout())).await;
    let patch = |version: &'static str| {
        let request = service.admin(Method::PATCH, "/flags/checkout").header("If-Match", version);
        json(request.json(&json!({"enabled": false})))
    };
    assert_eq!(patch("\"1\"").await.0, 200);
    let (status, answer) = patch("\"1\"").await;
    assert_eq!((status, &answer["error"]), (409, &json!("version_conflict")));
    assert_eq!(patch("\"2\"").await.0, 200);
    assert_eq!(patch("seven").await.0, 400);
    service.stop().await;
}

#[tokio::test]
async fn s000_35_delete_tells_the_event_and_then_404() {
    let service = Service::start().await;
    json(service.admin(Method::POST, "/flags").json(&checkout())).await;
    let (status, answer) = json(service.admin(Method::DELETE, "/flags/checkout")).await;
    assert_eq!((status, &answer["event"]["event_type"]), (200, &json!("FlagDeleted")));
    assert_eq!(answer["event"]["payload"], json!({"flag_id": "checkout"}));
    assert_eq!(json(service.admin(Method::DELETE, "/flags/checkout")).await.0, 404);
    // Made anew under the key, it goes on counting.
    let (status, answer) = json(service.admin(Method::POST, "/flags").json(&checkout())).await;
    assert_eq!((status, &answer["event"]["version"]), (201, &json!(3)));
    service.stop().await;
}

#[tokio::test]
async fn s000_41_writes_need_a_key_that_may() {
    let service = Service::start().await;
    let create = |headers: &[(&str, &str)]| {
        let request = service.request(Method::POST, "/flags").json(&checkout());
        json(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
    };
    for wrong in [&[][..], &[("X-API-Key", "wrong")], &[("Authorization", "Bearer wrong")], &[("X-Admin-API-Key", "")]]
    {
        let (status, answer) = create(wrong).await;
        assert_eq!(
            (status, &answer["ok"], &answer["error"]),
            (401, &json!(false), &json!("unauthorized")),
            "{wrong:?}"
        );
    }
    assert_eq!(create(&[("X-API-Key", ADMIN), ("X-SDK-Key", SDK)]).await.0, 401);
    // A key for applications only reads.
    assert_eq!(create(&[("X-SDK-Key", SDK)]).await.0, 403);
    assert_eq!(create(&[("X-API-Key", ADMIN)]).await.0, 201);
    for path in ["/flags/checkout/history", "/flags/checkout/events", "/flags/events", "/flags/state", "/flags/stream"]
    {
        assert_eq!(json(service.request(Method::GET, path)).await.0, 401, "{path}");
        assert_eq!(json(service.request(Method::GET, path).header("X-API-Key", "wrong")).await.0, 401, "{path}");
    }
    // A key in the query is for streams only.
    assert_eq!(json(service.request(Method::GET, &format!("/flags/state?key={SDK}"))).await.0, 401);
    service.stop().await;
}

#[tokio::test]
async fn s000_42_each_wrong_field_is_named() {
    let service = Service::start().await;
    let long = "x".repeat(257);
    let wrong = [
        ("/flag_id", json!({"flag_id": 7})),
        ("/flag_id", json!({"flag_id": ""})),
        ("/flag_id", json!({"flag_id": "a\u{7}b"})),
        ("/flag_id", json!({"flag_id": "stream"})),
        ("/flag_id", json!({"flag_id": long})),
        ("/flag_id", json!({})),
        ("/name", json!({"name": ["x"]})),
        ("/name", json!({"name": ""})),
        ("/name", json!({"name": long})),
        ("/description", json!({"description": 1})),
        ("/enabled_by_default", json!({"enabled_by_default": "yes"})),
        ("/variants", json!({"variants": "on"})),
        ("/variants", json!({"variants": [1, 2]})),
        ("/variants", json!({"variants": ["a", "a"]})),
        ("/enabled", json!({"enabled": 1})),
        ("/rollout_percentage", json!({"rollout_percentage": 101})),
        ("/rollout_percentage", json!({"rollout_percentage": -1})),
        ("/rollout_percentage", json!({"rollout_percentage": "25"})),
        ("/targeted_users", json!({"targeted_users": "user-1"})),
        ("/targeted_users/1", json!({"targeted_users": ["user-1", ""]})),
        ("/targeted_users/1", json!({"targeted_users": ["user-1", 2]})),
        ("/rules/0/rule_type", json!({"rules": [{"rule_type": "phase", "rule_value": "x"}]})),
        ("/rules/0/rule_value", json!({"rules": [{"rule_type": "cohort", "rule_value": ""}]})),
        ("/rules/0/rule_value", json!({"rules": [{"rule_type": "email_domain", "rule_value": "company.com"}]})),
        ("/weights/a", json!({"variants": ["a"], "weights": {"a": "much"}})),
        ("/weights/b", json!({"variants": ["a"], "weights": {"b": 1}})),
        ("/default_variant", json!({"variants": ["a"], "default_variant": "b"})),
        ("/default_variant", json!({"default_variant": "on"})),
        (
            "/rules/0/variant",
            json!({"variants": ["a"], "rules": [{"rule_type": "cohort", "rule_value": "x", "variant": "b"}]}),
        ),
        ("/tags/0", json!({"tags": [""]})),
        ("/enabled_by_defualt", json!({"enabled_by_defualt": true})),
    ];
    for (pointer, fields) in wrong {
        let mut body = fields.clone();
        if pointer != "/flag_id" {
            body["flag_id"] = json!("checkout");
        }
        let (status, answer) = json(service.admin(Method::POST, "/flags").json(&body)).await;
        assert_eq!(
            (status, &answer["ok"], &answer["error"]),
            (400, &json!(false), &json!("validation_error")),
            "{body}"
        );
        let pointers: Vec<&str> =
            answer["fields"].as_array().unwrap().iter().map(|field| field["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, [pointer], "{body}: {answer}");
    }
    // Several at once are all named.
    let body = json!({"flag_id": "checkout", "name": "", "rollout_percentage": 101});
    let (_, answer) = json(service.admin(Method::POST, "/flags").json(&body)).await;
    assert_eq!(answer["fields"].as_array().unwrap().len(), 2, "{answer}");
    for text in ["", "{", "[]", "null", "7", "{} {}"] {
        let (status, answer) = json(service.admin(Method::POST, "/flags").body(text)).await;
        assert_eq!((status, &answer["ok"]), (400, &json!(false)), "{text}: {answer}");
    }
    json(service.admin(Method::POST, "/flags").json(&checkout())).await;
    for body in [json!({}), json!({"flag_id": "other", "name": "n"}), json!({"rollout_percentage": 300})] {
        assert_eq!(json(service.admin(Method::PATCH, "/flags/checkout").json(&body)).await.0, 400, "{body}");
    }
    service.stop().await;
}

#[tokio::test]
async fn s000_40_a_restart_gives_the_same_flags() {
    let service = Service::start().await;
    json(service.admin(Method::POST, "/flags").json(&checkout())).await;
    let body = json!({"flag_id": "beta", "rollout_percentage": 25, "targeted_users": ["user-1"]});
    json(service.admin(Method::POST, "/flags").json(&body)).await;
    json(service.admin(Method::PATCH, "/flags/beta").json(&json!({"rollout_percentage": 50}))).await;
    json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": "gone"}))).await;
    json(service.admin(Method::DELETE, "/flags/gone")).await;
    let (_, before) = json(service.sdk(Method::GET, "/flags/state")).await;
    assert_eq!(before["flags"].as_array().unwrap().len(), 2);
    let answers = crate::support::answers(&service.app, &["beta", "checkout"], 50);
    let service = Service::on(service.stop().await, |_| {}).await;
    let (_, after) = json(service.sdk(Method::GET, "/flags/state")).await;
    assert_eq!(before, after);
    assert_eq!(crate::support::answers(&service.app, &["beta", "checkout"], 50), answers);
    service.stop().await;
}

#[tokio::test]
async fn s000_54_percentages_cohorts_and_variants_are_evaluated() {
    let service = Service::start().await;
    let body = json!({
        "flag_id": "layout", "variants": {"control": 1, "grid": 2, "list": 3}, "default_variant": "control",
        "rollout_percentage": 40, "weights": {"grid": 1, "list": 1},
        "rules": [{"rule_type": "cohort", "rule_value": "beta", "variant": "list"}]
    });
    assert_eq!(json(service.admin(Method::POST, "/flags").json(&body)).await.0, 201);
    let of_beta = crate::support::evaluate(&service.app, "layout", "somebody", json!({"cohort": "beta"}));
    assert_eq!(of_beta["variant"], "list");
    let mut counts = std::collections::BTreeMap::new();
    for number in 0..1000 {
        let answer = crate::support::evaluate(&service.app, "layout", &format!("user-{number}"), json!({}));
        *counts.entry(answer["variant"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert!((540..660).contains(&counts["control"]), "{counts:?}");
    assert!((150..250).contains(&counts["grid"]) && (150..250).contains(&counts["list"]), "{counts:?}");
    service.stop().await;
}

#[tokio::test]
async fn s000_48_health_is_answered_beside_the_flags() {
    let service = Service::start().await;
    for path in ["/health", "/healthz"] {
        assert_eq!(json(service.request(Method::GET, path)).await, (200, "ok".into()));
    }
    assert_eq!(json(service.request(Method::GET, "/readyz")).await.0, 200);
    service.stop().await;
}
