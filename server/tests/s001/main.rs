//! The multi-project document, row by row.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod document;
mod evaluate;
mod flags;
mod projects;
mod recorded;
mod rules;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod users;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Service, json as answer};

/// A project of its own in a service of its own.
struct Project {
    service: Service,
    id: String,
    key: String,
}

impl Project {
    async fn start() -> Self {
        let service = Service::start().await;
        let request = service.admin(Method::POST, "/api/projects");
        let (status, project) = answer(request.json(&json!({"name": "My App", "description": "Production app"}))).await;
        assert_eq!(status, 201, "{project}");
        let text = |name: &str| project[name].as_str().unwrap().to_owned();
        Self { id: text("id"), key: text("sdk_key"), service }
    }

    fn path(&self, below: &str) -> String {
        format!("/api/projects/{}{below}", self.id)
    }

    /// Sends a request with the key that may do everything.
    async fn send(&self, method: Method, below: &str, body: Value) -> (u16, Value) {
        let request = self.service.admin(method, &self.path(below));
        answer(if body.is_null() { request } else { request.json(&body) }).await
    }

    /// Sends one that must succeed.
    async fn ok(&self, method: Method, below: &str, body: Value) -> Value {
        let (status, answer) = self.send(method.clone(), below, body).await;
        assert!((200..300).contains(&status), "{method} {below}: {status} {answer}");
        answer
    }

    async fn flag(&self, body: Value) -> Value {
        self.ok(Method::POST, "/flags", body).await
    }

    async fn rule(&self, flag: &str, body: Value) -> Value {
        self.ok(Method::POST, &format!("/flags/{flag}/rules"), body).await
    }

    /// All flags for a user, asked for with the project's key.
    async fn evaluate(&self, body: Value) -> Value {
        let request = self.service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", &self.key);
        let (status, flags) = answer(request.json(&body)).await;
        assert_eq!(status, 200, "{flags}");
        flags
    }
}

/// The pointers of an answer's wrong fields.
fn pointers(answer: &Value) -> Vec<&str> {
    answer["fields"].as_array().unwrap().iter().map(|field| field["pointer"].as_str().unwrap()).collect()
}
