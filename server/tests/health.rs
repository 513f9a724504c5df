//! Whether the service says that it lives.

#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use reqwest::Method;
use support::{Service, json};

#[tokio::test]
async fn health_answers_ok_as_text_and_as_json() {
    let service = Service::start().await;
    assert_eq!(json(service.request(Method::GET, "/health")).await, (200, "ok".into()));
    let as_json = service.request(Method::GET, "/health").header("Accept", "application/json");
    assert_eq!(json(as_json).await, (200, serde_json::json!({"status": "ok"})));
    let (status, ready) = json(service.request(Method::GET, "/readyz")).await;
    assert_eq!((status, &ready["status"]), (200, &"ready".into()));
    service.stop().await;
}
