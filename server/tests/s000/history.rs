//! What happened, and going back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Service, compact, json};

async fn made(service: &Service) {
    let body = json!({"flag_id": "checkout", "rollout_percentage": 10});
    json(service.admin(Method::POST, "/flags").header("X-Request-Id", "r-1").json(&body)).await;
    let patch = |body: Value, id: &'static str| {
        json(service.admin(Method::PATCH, "/flags/checkout").header("X-Request-Id", id).json(&body))
    };
    assert_eq!(patch(json!({"rollout_percentage": 50, "name": "Checkout"}), "r-2").await.0, 200);
    assert_eq!(patch(json!({"targeted_users": ["user-1"]}), "r-3").await.0, 200);
}

#[tokio::test]
async fn s000_21_history_tells_who_when_and_what() {
    let service = Service::start().await;
    made(&service).await;
    let (status, answer) = json(service.admin(Method::GET, "/flags/checkout/history")).await;
    assert_eq!((status, &answer["ok"], &answer["flag_id"]), (200, &json!(true), &json!("checkout")));
    let versions = answer["versions"].as_array().unwrap();
    let told: Vec<_> =
        versions.iter().map(|version| (version["version"].as_u64().unwrap(), &version["request_id"])).collect();
    assert_eq!(told, [(3, &json!("r-3")), (2, &json!("r-2")), (1, &json!("r-1"))]);
    for version in versions {
        assert_eq!(version["actor"], "key:ADMIN_API_KEY");
        assert!(version["timestamp"].as_str().unwrap().ends_with('Z'));
    }
    let second = &versions[1]["changes"];
    let expected = json!([
        {"field": "name", "before": "checkout", "after": "Checkout"},
        {"field": "rollout_percentage", "before": 10, "after": 50}
    ]);
    assert_eq!(*second, expected);
    assert_eq!(versions[0]["changes"], json!([{"field": "targeted_users", "after": ["user-1"]}]));
    assert_eq!(json(service.admin(Method::GET, "/flags/nothing/history")).await.0, 404);
    service.stop().await;
}

#[tokio::test]
async fn s000_21_a_rollback_is_a_new_version_with_the_old_content() {
    let service = Service::start().await;
    made(&service).await;
    let state = async || json(service.admin(Method::GET, "/flags/state")).await.1["flags"][0].clone();
    let roll_back =
        |version: u64| json(service.admin(Method::POST, "/flags/checkout/rollback").json(&json!({"version": version})));
    let before = state().await;
    let (status, answer) = roll_back(1).await;
    assert_eq!((status, &answer["event"]["event_type"]), (200, &json!("FlagUpdated")), "{answer}");
    assert_eq!((&answer["event"]["version"], &answer["event"]["payload"]["rolled_back_to"]), (&json!(4), &json!(1)));
    let after = state().await;
    assert_eq!(
        (&after["rollout_percentage"], &after["name"], &after["targeted_users"]),
        (&json!(10), &json!("checkout"), &json!([]))
    );
    // And back again: equal but for version and time.
    assert_eq!(roll_back(3).await.0, 200);
    let again = state().await;
    for (field, value) in before.as_object().unwrap() {
        if field != "version" && field != "updated_at" {
            assert_eq!(again[field], *value, "{field}");
        }
    }
    for missing in [6, 99] {
        assert_eq!(roll_back(missing).await.0, 404, "{missing}");
    }
    assert_eq!(roll_back(0).await.0, 400);
    let (_, history) = json(service.admin(Method::GET, "/flags/checkout/history")).await;
    assert_eq!(history["versions"][0]["rolled_back_to"], 3);
    service.stop().await;
}

#[tokio::test]
async fn s000_21_a_deleted_flag_has_a_history_and_comes_back() {
    let service = Service::start().await;
    made(&service).await;
    json(service.admin(Method::DELETE, "/flags/checkout")).await;
    let (status, answer) = json(service.admin(Method::GET, "/flags/checkout/history")).await;
    assert_eq!((status, &answer["versions"][0]["event_type"]), (200, &json!("FlagDeleted")));
    let back = service.admin(Method::POST, "/flags/checkout/rollback").json(&json!({"version": 2}));
    let (status, answer) = json(back).await;
    assert_eq!(
        (status, &answer["event"]["event_type"], &answer["event"]["version"]),
        (200, &json!("FlagCreated"), &json!(5))
    );
    let (_, state) = json(service.admin(Method::GET, "/flags/state")).await;
    assert_eq!(state["flags"][0]["rollout_percentage"], 50);
    service.stop().await;
}

#[tokio::test]
async fn s000_23_the_log_is_replayed_page_by_page() {
    let service = Service::start().await;
    made(&service).await;
    json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": "other"}))).await;
    let (mut since, mut events) = (0, Vec::new());
    loop {
        let path = format!("/flags/events?since={since}&limit=2");
        let (status, page) = json(service.sdk(Method::GET, &path)).await;
        assert_eq!(status, 200, "{page}");
        events.extend(page["events"].as_array().unwrap().clone());
        since = page["next"].as_u64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    let told: Vec<_> =
        events.iter().map(|event| (event["flag_id"].as_str().unwrap(), event["version"].as_u64().unwrap())).collect();
    assert_eq!(told, [("checkout", 1), ("checkout", 2), ("checkout", 3), ("other", 1)]);
    let seqs: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted());
    assert_eq!(json(service.sdk(Method::GET, "/flags/events?since=x")).await.0, 400);
    let (_, of_one) = json(service.admin(Method::GET, "/flags/checkout/events")).await;
    assert_eq!(of_one["events"].as_array().unwrap()[..], events[..3]);
    service.stop().await;
}

#[tokio::test]
async fn s000_23_what_was_compacted_away_is_gone() {
    let service = Service::start().await;
    made(&service).await;
    let seq = compact(&service.app).await;
    let (status, answer) = json(service.sdk(Method::GET, "/flags/events?since=0")).await;
    assert_eq!((status, &answer["error"]), (410, &json!("gone")));
    let (status, answer) = json(service.sdk(Method::GET, &format!("/flags/events?since={seq}"))).await;
    assert_eq!((status, &answer["events"]), (200, &json!([])));
    service.stop().await;
}

#[tokio::test]
async fn s000_57_the_actor_is_in_every_event() {
    let service = Service::start().await;
    made(&service).await;
    for event in service.app.store.events_after(0, 1000).await.unwrap() {
        assert!(!event.actor.is_empty(), "{event:?}");
    }
    let (_, answer) = json(service.sdk(Method::GET, "/flags/events")).await;
    let actors: Vec<_> = answer["events"].as_array().unwrap().iter().map(|event| &event["actor"]).collect();
    assert_eq!(actors, [&json!("key:ADMIN_API_KEY"); 3]);
    service.stop().await;
}
