//! Managing flags.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, SDK, Service, json};

/// The body of the document's curl.
pub(crate) fn checkout() -> Value {
    json!({
        "key": "new-checkout-flow", "description": "Redesigned checkout experience", "enabled": true,
        "rollout_percentage": 25, "targeted_users": ["user-1", "user-3"]
    })
}

pub(crate) async fn create(service: &Service, body: &Value) -> Value {
    let (status, flag) = json(service.admin(Method::POST, "/api/admin/flags").json(body)).await;
    assert_eq!(status, 201, "{flag}");
    flag
}

/// The document's command, with another port.
#[tokio::test]
async fn s004_01_the_curl_of_the_document_creates_the_flag() {
    let service = Service::with(|config| config.admin_key = Some("admin-secret-key".into())).await;
    let script = r#"curl -X POST http://localhost:8080/api/admin/flags \
  -H "Content-Type: application/json" \
  -H "X-Admin-API-Key: admin-secret-key" \
  -d '{
    "key": "new-checkout-flow",
    "description": "Redesigned checkout experience",
    "enabled": true,
    "rollout_percentage": 25,
    "targeted_users": ["user-1", "user-3"]
  }'"#;
    let script = script.replace("localhost:8080", &service.address.to_string());
    let run = move || std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    let done = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(done.status.success(), "{done:?}");
    let flag: Value = serde_json::from_slice(&done.stdout).unwrap();
    for (field, value) in checkout().as_object().unwrap() {
        assert_eq!(flag[field], *value);
    }
    let members: Vec<&str> = flag.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["id", "key", "description", "enabled", "rollout_percentage", "targeted_users", "created_at", "updated_at"];
    assert_eq!(members, expected);
    service.stop().await;
}

#[tokio::test]
async fn s004_01_create_answers_201_and_has_defaults() {
    let service = Service::start().await;
    let response =
        service.admin(Method::POST, "/api/admin/flags").json(&json!({"key": "Beta-2"})).send().await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["etag"]), (201, &"\"1\"".parse().unwrap()));
    let flag: Value = response.json().await.unwrap();
    assert_eq!((&flag["description"], &flag["enabled"]), (&json!(""), &json!(false)));
    assert_eq!((&flag["rollout_percentage"], &flag["targeted_users"]), (&json!(0), &json!([])));
    service.stop().await;
}

#[tokio::test]
async fn s004_02_list_is_an_array() {
    let service = Service::start().await;
    assert_eq!(json(service.admin(Method::GET, "/api/admin/flags")).await, (200, json!([])));
    let first = create(&service, &checkout()).await;
    let second = create(&service, &json!({"key": "a-flag"})).await;
    assert_eq!(json(service.admin(Method::GET, "/api/admin/flags")).await, (200, json!([second, first])));
    service.stop().await;
}

#[tokio::test]
async fn s004_03_get_finds_it_by_its_id() {
    let service = Service::start().await;
    let flag = create(&service, &checkout()).await;
    let id = flag["id"].as_str().unwrap();
    assert_eq!(json(service.admin(Method::GET, &format!("/api/admin/flags/{id}"))).await, (200, flag.clone()));
    assert_eq!(json(service.admin(Method::GET, "/api/admin/flags/new-checkout-flow")).await, (200, flag));
    let (status, answer) =
        json(service.admin(Method::GET, "/api/admin/flags/7f9c1f0e-0000-4000-8000-000000000000")).await;
    assert_eq!((status, &answer["error"]), (404, &json!("not_found")));
    service.stop().await;
}

#[tokio::test]
async fn s004_04_put_changes_what_is_given() {
    let service = Service::start().await;
    let flag = create(&service, &checkout()).await;
    let path = format!("/api/admin/flags/{}", flag["id"].as_str().unwrap());
    let put = |body: Value| json(service.admin(Method::PUT, &path).json(&body));
    let (status, changed) = put(json!({"rollout_percentage": 50})).await;
    assert_eq!((status, &changed["rollout_percentage"], &changed["enabled"]), (200, &json!(50), &json!(true)));
    assert_eq!((&changed["targeted_users"], &changed["id"]), (&flag["targeted_users"], &flag["id"]));
    // All of it at once, as a form sends it, unknown members included.
    let mut whole = changed.clone();
    (whole["description"], whole["enabled"], whole["targeted_users"]) = (json!(""), json!(false), json!([]));
    let (status, changed) = put(whole.clone()).await;
    assert_eq!((status, &changed["description"], &changed["enabled"]), (200, &json!(""), &json!(false)));
    assert_eq!((&changed["targeted_users"], &changed["created_at"]), (&json!([]), &flag["created_at"]));
    let (status, answer) = put(json!({"key": "another"})).await;
    assert_eq!(
        (status, &answer["error"], &answer["fields"][0]["pointer"]),
        (400, &json!("validation_error"), &json!("/key"))
    );
    let stale = service.admin(Method::PUT, &path).header("If-Match", "\"1\"").json(&json!({"enabled": true}));
    assert_eq!(json(stale).await.0, 409);
    service.stop().await;
}

#[tokio::test]
async fn s004_05_delete_answers_204() {
    let service = Service::start().await;
    let flag = create(&service, &checkout()).await;
    let path = format!("/api/admin/flags/{}", flag["id"].as_str().unwrap());
    let response = service.admin(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert!(response.bytes().await.unwrap().is_empty());
    assert_eq!(json(service.admin(Method::DELETE, &path)).await.0, 404);
    assert_eq!(json(service.admin(Method::GET, &path)).await.0, 404);
    service.stop().await;
}

#[tokio::test]
async fn s004_06_toggle_flips_and_gives_the_flag() {
    let service = Service::start().await;
    let flag = create(&service, &checkout()).await;
    let path = format!("/api/admin/flags/{}/toggle", flag["id"].as_str().unwrap());
    for (method, expected) in
        [(Method::PATCH, false), (Method::PATCH, true), (Method::POST, false), (Method::POST, true)]
    {
        let (status, toggled) = json(service.admin(method, &path)).await;
        assert_eq!((status, &toggled["enabled"], &toggled["key"]), (200, &json!(expected), &flag["key"]));
    }
    service.stop().await;
}

#[tokio::test]
async fn s004_07_every_admin_route_needs_the_key() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let flag = "/api/admin/flags/new-checkout-flow";
    let routes = [
        (Method::POST, "/api/admin/flags".to_owned()),
        (Method::GET, "/api/admin/flags".to_owned()),
        (Method::GET, flag.to_owned()),
        (Method::PUT, flag.to_owned()),
        (Method::PATCH, format!("{flag}/toggle")),
        (Method::POST, format!("{flag}/toggle")),
        (Method::GET, format!("{flag}/history")),
        (Method::DELETE, flag.to_owned()),
    ];
    for (method, path) in &routes {
        let ask = |key: Option<&str>| {
            let body = if path.ends_with("/flags") { json!({"key": "another"}) } else { json!({"enabled": true}) };
            let request = service.request(method.clone(), path).json(&body);
            json(key.into_iter().fold(request, |request, key| request.header("X-Admin-API-Key", key)))
        };
        for wrong in [None, Some("wrong"), Some("")] {
            let (status, answer) = ask(wrong).await;
            assert_eq!((status, &answer["error"]), (401, &json!("unauthorized")), "{method} {path}");
            assert!(!answer["message"].as_str().unwrap().is_empty());
        }
        assert_eq!(ask(Some(SDK)).await.0, 403, "{method} {path}");
        assert!(ask(Some(ADMIN)).await.0 < 300, "{method} {path}");
    }
    service.stop().await;
}

#[tokio::test]
async fn s004_11_errors_have_the_words_of_the_document() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let post = |body: Value| json(service.admin(Method::POST, "/api/admin/flags").json(&body));
    let (status, answer) = post(checkout()).await;
    assert_eq!((status, &answer["error"]), (409, &json!("duplicate_key")));
    let wrong = [
        ("/key", json!({"key": ""})),
        ("/key", json!({"key": "under_score"})),
        ("/key", json!({"key": "käse"})),
        ("/key", json!({"key": "with space"})),
        ("/key", json!({"key": "line\n"})),
        ("/key", json!({"key": "x".repeat(65)})),
        ("/description", json!({"key": "a", "description": "x".repeat(257)})),
        ("/rollout_percentage", json!({"key": "a", "rollout_percentage": 101})),
        ("/rollout_percentage", json!({"key": "a", "rollout_percentage": -1})),
        ("/rollout_percentage", json!({"key": "a", "rollout_percentage": 12.5})),
        ("/enabled", json!({"key": "a", "enabled": "true"})),
        ("/targeted_users", json!({"key": "a", "targeted_users": ""})),
        ("/targeted_users", json!({"key": "a", "targeted_users": [""]})),
    ];
    for (pointer, body) in wrong {
        let (status, answer) = post(body.clone()).await;
        assert_eq!((status, &answer["error"]), (400, &json!("validation_error")), "{body}");
        assert_eq!(answer["fields"][0]["pointer"], pointer, "{answer}");
    }
    for text in ["", "{", "[]", "no json"] {
        let (status, answer) = json(service.admin(Method::POST, "/api/admin/flags").body(text)).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_request")), "{text}");
    }
    // At the bounds.
    for body in
        [json!({"key": "x".repeat(64)}), json!({"key": "b", "description": "ü".repeat(256), "targeted_users": null})]
    {
        create(&service, &body).await;
    }
    assert_eq!(json(service.request(Method::GET, "/health")).await, (200, json!("ok")));
    service.stop().await;
}

#[tokio::test]
async fn s004_29_ids_are_uuids_and_keys_are_unique() {
    let service = Service::start().await;
    let flag = create(&service, &checkout()).await;
    assert_eq!(uuid::Uuid::parse_str(flag["id"].as_str().unwrap()).unwrap().get_version_num(), 4);
    // Fifty at once: one of them makes it.
    let create = || json(service.admin(Method::POST, "/api/admin/flags").json(&json!({"key": "once"})));
    let statuses = futures_util::future::join_all((0..50).map(|_| create())).await;
    assert_eq!(statuses.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|(status, _)| *status == 409).count(), 49);
    service.stop().await;
}

#[tokio::test]
async fn s004_32_the_audit_log_says_who_changed_what_and_when() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    let path = "/api/admin/flags/new-checkout-flow";
    json(service.admin(Method::PUT, path).header("X-Request-Id", "r-7").json(&json!({"rollout_percentage": 50}))).await;
    json(service.admin(Method::DELETE, path)).await;
    let (status, audit) = json(service.admin(Method::GET, &format!("{path}/history"))).await;
    assert_eq!((status, &audit["key"]), (200, &json!("new-checkout-flow")));
    let versions = audit["versions"].as_array().unwrap();
    let kinds: Vec<&Value> = versions.iter().map(|version| &version["event_type"]).collect();
    assert_eq!(kinds, ["FlagDeleted", "FlagUpdated", "FlagCreated"]);
    let update = &versions[1];
    assert_eq!((&update["actor"], &update["request_id"]), (&json!("key:ADMIN_API_KEY"), &json!("r-7")));
    assert_eq!(update["changes"], json!([{"field": "rollout_percentage", "before": 25, "after": 50}]));
    assert!(chrono::DateTime::parse_from_rfc3339(update["timestamp"].as_str().unwrap()).is_ok());
    service.stop().await;
}

#[tokio::test]
async fn s004_18_what_was_answered_is_in_the_store() {
    let service = Service::start().await;
    create(&service, &checkout()).await;
    json(service.admin(Method::PATCH, "/api/admin/flags/new-checkout-flow/toggle")).await;
    let (_, before) = json(service.admin(Method::GET, "/api/admin/flags")).await;
    let service = Service::on(service.stop().await, |_| {}).await;
    assert_eq!(json(service.admin(Method::GET, "/api/admin/flags")).await, (200, before));
    service.stop().await;
}

#[tokio::test]
async fn s004_27_keys_come_from_the_configuration() {
    let service = Service::with(|config| {
        config.admin_key = Some("one".into());
        config.sdk_key = Some("two".into());
    })
    .await;
    let ask = |path: &'static str, header: &'static str, key: &'static str| {
        json(service.request(Method::GET, path).header(header, key))
    };
    assert_eq!(ask("/api/admin/flags", "X-Admin-API-Key", "one").await.0, 200);
    assert_eq!(ask("/api/admin/flags", "X-Admin-API-Key", ADMIN).await.0, 401);
    assert_eq!(ask("/api/client/flags", "X-SDK-Key", "two").await.0, 200);
    assert_eq!(ask("/api/client/flags", "X-SDK-Key", SDK).await.0, 401);
    service.stop().await;
}
