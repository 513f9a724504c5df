//! Evaluations, recorded.

use std::time::{Duration, Instant};

use burgee_server::config::{Mode, Recording};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Project;
use crate::support::{Service, json as answer};

async fn flags(project: &Project) {
    project.flag(json!({"name": "In", "key": "in", "enabled": true, "rollout_percentage": 100})).await;
    project.flag(json!({"name": "Off", "key": "off"})).await;
}

async fn recorded(project: &Project, flag: &str) -> Vec<Value> {
    project.service.app.recorder.flush().await;
    let page = project.ok(Method::GET, &format!("/flags/{flag}/evaluations?limit=1000"), Value::Null).await;
    page["evaluations"].as_array().unwrap().clone()
}

#[tokio::test]
async fn s001_37_each_evaluation_is_a_row() {
    let project = Project::start().await;
    flags(&project).await;
    for number in 0..25 {
        project.evaluate(json!({"user_id": format!("user-{number}"), "custom_attributes": {"plan": "team"}})).await;
    }
    let rows = recorded(&project, "in").await;
    assert_eq!(rows.len(), 25);
    let flag = project.ok(Method::GET, "/flags/in", Value::Null).await;
    for (row, number) in rows.iter().zip((0..25).rev()) {
        assert_eq!((&row["flag_id"], &row["flag_key"]), (&flag["id"], &json!("in")));
        assert_eq!(row["user_identifier"], json!(format!("user-{number}")));
        assert_eq!(
            (&row["result"], &row["reason"], &row["variant"]),
            (&json!(true), &json!("rollout"), &json!("rollout"))
        );
        assert!(chrono::DateTime::parse_from_rfc3339(row["evaluated_at"].as_str().unwrap()).is_ok());
    }
    let off = recorded(&project, "off").await;
    assert_eq!((off.len(), &off[0]["result"], &off[0]["variant"]), (25, &json!(false), &Value::Null));
    // By pages.
    let (mut pages, mut next) = (Vec::new(), json!(i64::MAX));
    while !next.is_null() {
        let page = project.ok(Method::GET, &format!("/flags/in/evaluations?limit=10&before={next}"), Value::Null).await;
        pages.extend(page["evaluations"].as_array().unwrap().clone());
        next = page["next"].clone();
    }
    assert_eq!(pages, rows);
    // When it was last evaluated is known of each flag.
    assert_eq!(flag["last_evaluated_at"], project.ok(Method::GET, "/flags", Value::Null).await[0]["last_evaluated_at"]);
    assert!(flag["last_evaluated_at"].is_string());
    project.service.stop().await;
}

#[tokio::test]
async fn s000_07_an_evaluation_is_an_event_with_its_context() {
    let project = Project::start().await;
    flags(&project).await;
    let user = json!({"user_id": "ada", "user_email": "ada@example.com",
        "custom_attributes": {"ip": "203.0.113.7", "cohort": "beta", "nested": {"a": [1, 2.50]}}});
    project.evaluate(user.clone()).await;
    let event = recorded(&project, "in").await[0]["event"].clone();
    assert_eq!((&event["event_type"], &event["flag_id"]), (&json!("FlagEval"), &json!("in")));
    assert_eq!(event["payload"], json!({"flag_id": "in", "context": user, "enabled": true, "reason": "rollout"}));
    let long = json!({"user_id": "bob", "custom_attributes": {"text": "x".repeat(9000)}});
    project.evaluate(long).await;
    let row = recorded(&project, "in").await[0].clone();
    assert_eq!((&row["user_identifier"], &row["event"]["payload"]["context"]), (&json!("bob"), &Value::Null));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_37_evaluations_are_written_when_the_service_stops() {
    let project = Project::start().await;
    flags(&project).await;
    for _ in 0..40 {
        project.evaluate(json!({"user_id": "ada"})).await;
    }
    let Project { service, id, .. } = project;
    let folder = service.stop().await;
    let service = Service::on(folder, |_| {}).await;
    let path = format!("/api/projects/{id}/flags/in/evaluations");
    let (status, page) = answer(service.admin(Method::GET, &path)).await;
    assert_eq!((status, page["evaluations"].as_array().unwrap().len()), (200, 40));
    let (_, top) = answer(service.admin(Method::GET, &format!("/api/projects/{id}/evaluations/top"))).await;
    assert_eq!(top[0]["count"], json!(40));
    service.stop().await;
}

#[tokio::test]
async fn counts_are_kept_by_minute_and_tell_the_top_flags() {
    let project = Project::start().await;
    flags(&project).await;
    project.flag(json!({"name": "New", "key": "new", "enabled": true, "rollout_percentage": 100})).await;
    project.evaluate(json!({"user_id": "ada"})).await;
    // What was counted of a flag stays when it changes, and when it is another one of the same key.
    project.ok(Method::POST, "/flags/in/toggle", Value::Null).await;
    project.evaluate(json!({"user_id": "ada"})).await;
    project.ok(Method::DELETE, "/flags/new", Value::Null).await;
    project.evaluate(json!({"user_id": "ada"})).await;
    project.service.app.recorder.flush().await;
    let top = project.ok(Method::GET, "/evaluations/top", Value::Null).await;
    let counts: Vec<(&str, u64)> = top
        .as_array()
        .unwrap()
        .iter()
        .map(|flag| (flag["flag_key"].as_str().unwrap(), flag["count"].as_u64().unwrap()))
        .filter(|(key, _)| *key != "new")
        .collect();
    assert_eq!(counts, [("in", 3), ("off", 3)]);
    let minutes = project.ok(Method::GET, "/flags/in/evaluations/minutes", Value::Null).await;
    let of = |reason: &str| {
        let found = minutes.as_array().unwrap().iter().filter(|minute| minute["reason"] == json!(reason));
        found.map(|minute| minute["count"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!((of("STATIC"), of("DISABLED")), (1, 2), "{minutes}");
    project.service.stop().await;
}

/// Waits until a flag's evaluations are gone from the store.
async fn forgotten(project: &Project) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while project.service.app.store.evaluated_flags().await.unwrap().iter().any(|flag| flag.flag_key == "in") {
        assert!(Instant::now() < deadline, "evaluations of a deleted flag stay");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn s001_35_evaluations_go_with_their_flag_and_their_project() {
    let project = Project::start().await;
    flags(&project).await;
    project.evaluate(json!({"user_id": "ada"})).await;
    assert_eq!(recorded(&project, "in").await.len(), 1);
    project.ok(Method::DELETE, "/flags/in", Value::Null).await;
    assert_eq!(project.send(Method::GET, "/flags/in/evaluations", Value::Null).await.0, 404);
    forgotten(&project).await;
    assert_eq!(recorded(&project, "off").await.len(), 1);
    // Another flag of the key begins without them.
    project.flag(json!({"name": "In", "key": "in", "enabled": true})).await;
    assert_eq!(recorded(&project, "in").await.len(), 0);
    project.evaluate(json!({"user_id": "ada"})).await;
    assert_eq!(recorded(&project, "in").await.len(), 1);
    project.ok(Method::DELETE, "", Value::Null).await;
    forgotten(&project).await;
    assert!(
        project.service.app.store.forget_requests(&project.id, 1).await.unwrap(),
        "no request of the project is left"
    );
    project.service.stop().await;
}

#[tokio::test]
async fn modes_keep_only_counts_or_nothing() {
    for (mode, counted) in [(Mode::Counts, 1), (Mode::Off, 0)] {
        let service = Service::with(|config| config.recording.mode = mode).await;
        let body = json!({"name": "In", "key": "in", "enabled": true, "rollout_percentage": 100});
        let create = service.admin(Method::POST, "/api/projects/default/flags").json(&body);
        assert_eq!(answer(create).await.0, 201);
        let (status, _) = answer(service.sdk(Method::POST, "/sdk/v1/evaluate").json(&json!({"user_id": "ada"}))).await;
        assert_eq!(status, 200);
        service.app.recorder.flush().await;
        let (_, page) = answer(service.admin(Method::GET, "/api/projects/default/flags/in/evaluations")).await;
        assert_eq!(page["evaluations"], json!([]), "{mode:?}");
        let (_, top) = answer(service.admin(Method::GET, "/api/projects/default/evaluations/top")).await;
        assert_eq!(top.as_array().unwrap().len(), counted, "{mode:?}");
        service.stop().await;
    }
}

#[tokio::test]
async fn what_is_older_than_the_retention_is_dropped_at_the_start() {
    let project = Project::start().await;
    flags(&project).await;
    for _ in 0..250 {
        project.evaluate(json!({"user_id": "ada"})).await;
    }
    let Project { service, id, .. } = project;
    let folder = service.stop().await;
    let recording = Recording { retention: Duration::from_millis(1), ..Recording::default() };
    let service = Service::on(folder, |config| config.recording = recording).await;
    let path = format!("/api/projects/{id}/flags/in/evaluations");
    let deadline = Instant::now() + Duration::from_secs(20);
    while answer(service.admin(Method::GET, &path)).await.1["evaluations"] != json!([]) {
        assert!(Instant::now() < deadline, "old evaluations stay");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    service.stop().await;
}

#[tokio::test]
async fn a_full_queue_drops_and_counts_and_slows_nothing_down() {
    let service = Service::with(|config| config.recording.queue = 1).await;
    let body = json!({"name": "In", "key": "in", "enabled": true, "rollout_percentage": 100});
    assert_eq!(answer(service.admin(Method::POST, "/api/projects/default/flags").json(&body)).await.0, 201);
    let live = service.app.live.load_full();
    let set = live.set(&burgee_server::log::Scope::default()).unwrap();
    // Without a pause the writer, which runs on this thread, has no turn.
    for number in 0..100 {
        let all = set.engine.evaluate_all("{}");
        let mut evaluated = service.app.recorder.request("ada", None, number, all.len());
        for (entry, answer) in set.answers(&all) {
            evaluated.add(entry, &answer, burgee_server::flags::verdict(&entry.flag, &answer));
        }
        service.app.recorder.record(evaluated);
    }
    assert_eq!(service.app.recorder.dropped(), 99);
    service.app.recorder.flush().await;
    let (_, page) = answer(service.admin(Method::GET, "/api/projects/default/flags/in/evaluations")).await;
    assert_eq!(page["evaluations"].as_array().unwrap().len(), 1);
    // Counting does not go through the queue.
    let (_, top) = answer(service.admin(Method::GET, "/api/projects/default/evaluations/top")).await;
    assert_eq!(top[0]["count"], json!(100));
    service.stop().await;
}

#[tokio::test]
async fn s001_52_a_thousand_requests_lose_nothing() {
    let project = Project::start().await;
    flags(&project).await;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (client, url, key) =
            (project.service.client.clone(), project.service.url("/sdk/v1/evaluate"), project.key.clone());
        tasks.push(tokio::spawn(async move {
            for number in 0..125 {
                let body = json!({"user_id": format!("user-{number}")});
                let response = client.post(&url).header("X-SDK-Key", &key).json(&body).send().await.unwrap();
                assert_eq!(response.status().as_u16(), 200);
            }
        }));
    }
    // The log is written meanwhile.
    for percentage in 1..=50 {
        project.ok(Method::PUT, "/flags/in", json!({"rollout_percentage": percentage})).await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(recorded(&project, "in").await.len(), 1000);
    assert_eq!(project.service.app.recorder.dropped(), 0);
    project.service.stop().await;
}
