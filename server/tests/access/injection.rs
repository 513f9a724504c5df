//! What clients send is data, wherever it goes.

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::json as object;

use crate::cast::{Cast, Who};
use crate::support::json;

const CORPUS: [&str; 14] = [
    "' OR '1'='1",
    "' OR 1=1 --",
    "'; DROP TABLE users; --",
    "\"; DROP TABLE api_keys; --",
    "1; DELETE FROM events",
    "' UNION SELECT id, email, password_hash, 1, 1, 1 FROM users --",
    "admin'/*",
    "\\'; --",
    "%27%20OR%201=1",
    "') OR ('a'='a",
    "$1",
    "?1",
    "x' AND randomblob(1000000000) --",
    "*/ OR 1 /*",
];

/// As a part of a path.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn s001_44_statements_in_what_clients_send_are_never_run() {
    let cast = Cast::start().await;
    let flags = cast.path("/flags");
    let before = (cast.service.app.store.users().await.unwrap(), cast.service.app.store.keys().await.unwrap());
    for (count, hostile) in CORPUS.into_iter().enumerate() {
        for (email, password) in [(hostile, "12345678"), ("owner@example.com", hostile)] {
            let body = object!({"email": email, "password": password});
            assert_eq!(cast.send(Who::Anonymous, Method::POST, "/auth/login", body).await.0, 401, "{hostile}");
        }
        let body = object!({"email": hostile, "password": "12345678"});
        assert_eq!(cast.send(Who::Anonymous, Method::POST, "/auth/register", body).await.0, 400, "{hostile}");
        for header in ["X-API-Key", "Authorization"] {
            let value = HeaderValue::from_str(&format!("Bearer {hostile}")).unwrap();
            let request = cast.service.request(Method::GET, "/api/projects").header(header, value);
            assert_eq!(json(request).await.0, 401, "{header}: {hostile}");
        }
        for below in ["", "/flags", "/members", "/keys", "/environments"] {
            let path = format!("/api/projects/{}{below}", encoded(hostile));
            assert_eq!(cast.status(Who::Owner, Method::GET, &path).await, 404, "{path}");
        }
        for below in ["/flags/", "/members/", "/keys/", "/environments/"] {
            let path = cast.path(&format!("{below}{}", encoded(hostile)));
            assert_eq!(cast.status(Who::Owner, Method::DELETE, &path).await, 404, "{path}");
        }
        let elsewhere = format!("{flags}?environment={}", encoded(hostile));
        assert_eq!(cast.status(Who::Owner, Method::GET, &elsewhere).await, 404, "{hostile}");
        // Where any text is allowed, it comes back as it was.
        let body = object!({"name": hostile, "key": format!("flag{count}"), "description": hostile});
        let (status, made) = cast.send(Who::Owner, Method::POST, &flags, body).await;
        assert_eq!((status, &made["description"]), (201, &object!(hostile)), "{made}");
    }
    let after = (cast.service.app.store.users().await.unwrap(), cast.service.app.store.keys().await.unwrap());
    assert_eq!(before, after);
    let (_, listed) = json(cast.ask(Who::Owner, Method::GET, &flags)).await;
    assert_eq!(listed.as_array().unwrap().len(), CORPUS.len());
    cast.service.stop().await;
}
