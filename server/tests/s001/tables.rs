//! Tables, hostile text, and what is told of the interface.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::Project;

async fn database(project: &Project) -> SqlitePool {
    let file = project.service.folder.path().join("data").join(burgee_server::store::sqlite::FILE);
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).read_only(true)).await.unwrap()
}

const DOCUMENTED: &str = include_str!("../../../docs/service/projects.md");

#[tokio::test]
async fn s001_34_tables_have_the_columns_that_the_document_names_or_the_documented_equivalent() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 100})).await;
    project.evaluate(json!({"user_id": "ada"})).await;
    project.service.app.recorder.flush().await;
    let pool = database(&project).await;
    let users = "SELECT id, email, password_hash, created_ms FROM users";
    sqlx::query(users).fetch_all(&pool).await.unwrap();
    let rows = sqlx::query("SELECT id, flag_id, user_identifier, result, evaluated_at FROM flag_evaluations");
    let rows = rows.fetch_all(&pool).await.unwrap();
    assert_eq!(rows.len(), 1);
    let flag = project.ok(Method::GET, "/flags/f", Value::Null).await;
    assert_eq!(json!(rows[0].get::<String, _>("flag_id")), flag["id"]);
    assert_eq!(rows[0].get::<String, _>("user_identifier"), "ada");
    assert!(rows[0].get::<bool, _>("result"));
    // Projects, flags and rules are events; their state has the document's fields.
    let events = sqlx::query("SELECT type FROM events WHERE project = $1 ORDER BY seq").bind(&project.id);
    let types: Vec<String> = events.fetch_all(&pool).await.unwrap().iter().map(|row| row.get("type")).collect();
    assert!(types.contains(&"ProjectCreated".into()) && types.contains(&"FlagCreated".into()), "{types:?}");
    for table in ["users", "projects", "feature_flags", "flag_rules", "flag_evaluations"] {
        assert!(DOCUMENTED.contains(&format!("`{table}`")), "{table}");
    }
    project.service.stop().await;
}

#[tokio::test]
async fn s001_36_indexes_are_there_or_documented() {
    let project = Project::start().await;
    let pool = database(&project).await;
    let rows = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'index'").fetch_all(&pool).await.unwrap();
    let names: Vec<String> = rows.iter().map(|row| row.get("name")).collect();
    for name in ["idx_evaluations_flag_time", "idx_project_sdk_key"] {
        assert!(names.iter().any(|found| found == name), "{name}: {names:?}");
    }
    for name in [
        "idx_projects_created_by",
        "idx_flags_project",
        "idx_flags_project_key",
        "idx_rules_flag",
        "idx_rules_flag_priority",
    ] {
        assert!(DOCUMENTED.contains(&format!("`{name}`")), "{name}");
    }
    // Evaluations of a flag are found by the index.
    let plan = "EXPLAIN QUERY PLAN SELECT id FROM evaluation_rows WHERE flag = 1 AND id < 9 ORDER BY id DESC LIMIT 5";
    let plan: String = sqlx::query(plan).fetch_one(&pool).await.unwrap().get("detail");
    assert!(plan.contains("idx_evaluations_flag_time"), "{plan}");
    project.service.stop().await;
}

/// Texts that mean something to a database, a shell, a page or a parser.
const HOSTILE: [&str; 14] = [
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "1); DELETE FROM users; --",
    "Robert'); DROP TABLE users;--",
    "' UNION SELECT password_hash FROM users --",
    "$1",
    "?1",
    "%00",
    "\\'; SELECT 1; --",
    "<script>alert(1)</script>",
    "${jndi:ldap://example.com}",
    "{\"$ref\": \"staff\"}",
    "ключ 日本 😀 \u{202e}",
];

#[tokio::test]
async fn s001_44_hostile_text_is_text() {
    let project = Project::start().await;
    for (number, text) in HOSTILE.iter().enumerate() {
        let key = format!("f{number}");
        let body = json!({"name": text, "key": key, "description": text, "owner": text, "tags": [text], "enabled": true,
            "targeted_users": [text]});
        let flag = project.flag(body).await;
        for name in ["name", "description", "owner"] {
            assert_eq!(flag[name], json!(text));
        }
        let rule = project.rule(&key, json!({"rule_type": "user_id", "rule_value": text})).await;
        assert_eq!(rule["rule_value"], json!(text));
        let found =
            project.evaluate(json!({"user_id": text, "user_email": text, "custom_attributes": {*text: text}})).await;
        assert_eq!(found[&key], json!({"enabled": true, "reason": "rule_match"}), "{text}");
        // As a key, an id, a tag, a search, an environment.
        let mut encoded = reqwest::Url::parse("http://host").unwrap();
        encoded.query_pairs_mut().append_pair("q", text).append_pair("tag", text);
        let query = encoded.query().unwrap().to_owned();
        let flags = project.ok(Method::GET, &format!("/flags?{query}"), Value::Null).await;
        assert!(flags.as_array().unwrap().iter().any(|flag| flag["key"] == json!(key)), "{text}");
        encoded.set_query(None);
        encoded.query_pairs_mut().append_pair("environment", text);
        let (status, _) = project.send(Method::GET, &format!("/flags?{}", encoded.query().unwrap()), Value::Null).await;
        assert_eq!(status, 404, "{text}");
        encoded.path_segments_mut().unwrap().push(text);
        let (status, _) = project.send(Method::GET, &format!("/flags{}", encoded.path()), Value::Null).await;
        assert_eq!(status, 404, "{text}");
        let (status, refusal) = project.send(Method::POST, "/flags", json!({"name": "N", "key": text})).await;
        assert_eq!(status, 400, "{text}: {refusal}");
    }
    project.service.app.recorder.flush().await;
    let page = project.ok(Method::GET, "/flags/f0/evaluations", Value::Null).await;
    let users: Vec<&str> =
        page["evaluations"].as_array().unwrap().iter().map(|row| row["user_identifier"].as_str().unwrap()).collect();
    assert_eq!(users, HOSTILE.iter().rev().copied().collect::<Vec<_>>());
    let pool = database(&project).await;
    for table in ["events", "users", "evaluation_rows"] {
        let count = format!("SELECT count(*) AS n FROM {table}");
        let count: i64 = sqlx::query(sqlx::AssertSqlSafe(count)).fetch_one(&pool).await.unwrap().get("n");
        assert!(count > 0 || table == "users", "{table}");
    }
    project.service.stop().await;
}

#[test]
fn s001_54_every_route_of_the_document_is_described() {
    let description = serde_json::to_value(burgee_server::api::description()).unwrap();
    for (path, methods) in [
        ("/auth/register", vec!["post"]),
        ("/auth/login", vec!["post"]),
        ("/api/projects", vec!["get", "post"]),
        ("/api/projects/{pid}", vec!["get", "put", "delete"]),
        ("/api/projects/{pid}/regenerate-key", vec!["post"]),
        ("/api/projects/{pid}/flags", vec!["get", "post"]),
        ("/api/projects/{pid}/flags/{fid}", vec!["get", "put", "delete"]),
        ("/api/projects/{pid}/flags/{fid}/toggle", vec!["post", "patch"]),
        ("/api/projects/{pid}/flags/{fid}/rules", vec!["get", "post"]),
        ("/api/projects/{pid}/flags/{fid}/rules/{rid}", vec!["get", "put", "delete"]),
        ("/sdk/v1/evaluate", vec!["post"]),
        ("/health", vec!["get"]),
    ] {
        for method in methods {
            let operation = &description["paths"][path][method];
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{method} {path}");
            assert!(
                operation["responses"].as_object().is_some_and(|responses| !responses.is_empty()),
                "{method} {path}"
            );
            let body = &operation["requestBody"]["content"]["application/json"];
            assert!(body.is_null() || body["schema"].is_object(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn s001_21_health_answers() {
    let project = Project::start().await;
    let (status, body) = crate::support::json(project.service.request(Method::GET, "/health")).await;
    assert_eq!((status, body), (200, json!("ok")));
    project.service.stop().await;
}

#[tokio::test]
async fn s001_50_an_evaluation_asks_no_database() {
    let project = Project::start().await;
    project.flag(json!({"name": "F", "key": "f", "enabled": true, "rollout_percentage": 100})).await;
    project.service.app.store.close().await;
    for number in 0..500 {
        let flags = project.evaluate(json!({"user_id": format!("user-{number}")})).await;
        assert_eq!(flags["f"], json!({"enabled": true, "reason": "rollout"}));
    }
}

#[tokio::test]
async fn s001_49_many_requests_at_once_read_and_write() {
    let project = std::sync::Arc::new(Project::start().await);
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let project = std::sync::Arc::clone(&project);
            tokio::spawn(async move {
                let key = format!("f{number}");
                project.flag(json!({"name": "F", "key": key, "enabled": true})).await;
                project.ok(Method::PUT, &format!("/flags/{key}"), json!({"rollout_percentage": 100})).await;
                let flags = project.evaluate(json!({"user_id": "ada"})).await;
                assert_eq!(flags[&key], json!({"enabled": true, "reason": "rollout"}), "one's own writes are seen");
                project.ok(Method::GET, &format!("/flags/{key}/history"), Value::Null).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().as_array().unwrap().len(), 2);
    }
    let flags = project.ok(Method::GET, "/flags", Value::Null).await;
    assert_eq!(flags.as_array().unwrap().len(), 64);
    std::sync::Arc::into_inner(project).unwrap().service.stop().await;
}

#[tokio::test]
async fn s001_61_the_tasks_of_the_document_s_example_are_left_out() {
    let project = Project::start().await;
    for path in ["/tasks", "/api/tasks"] {
        assert_eq!(crate::support::json(project.service.admin(Method::GET, path)).await.0, 404);
    }
    assert!(DOCUMENTED.contains("`tasks`"));
    project.service.stop().await;
}
