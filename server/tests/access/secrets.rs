//! What is secret stands nowhere in clear: not in the data folder, not in the log of changes, not in the program's log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::{Value, json as object};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::cast::{Cast, Who};
use crate::support::{Service, json};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// While there is one collector only, a place that logs for the first time in the thread of another test counts as one that
/// nobody listens to, in this thread as well. With a second one all are asked.
fn another_collector() -> tracing::Dispatch {
    tracing::Dispatch::new(tracing_subscriber::registry())
}

#[tokio::test]
async fn s001_43_passwords_keys_and_tokens_are_in_no_file_and_no_log() {
    let lines = Lines::default();
    // This test's runtime has one thread, so this is what everything in it logs to.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_writer(lines.clone())
        .finish();
    let _other = another_collector();
    let _guard = tracing::subscriber::set_default(subscriber);
    let service = Service::with(|config| {
        config.jwt_secret = Some("the secret of tokens, never to be seen".into());
        config.admin_key = Some("the key of admins, never to be seen".into());
    })
    .await;
    let cast = Cast::on_configured(service, "the key of admins, never to be seen").await;
    let password = "correct horse battery staple";
    let user = object!({"email": "staple@example.com", "password": password});
    let ask = |path: &str, body: &Value| json(cast.service.request(Method::POST, path).json(body));
    assert_eq!(ask("/auth/register", &user).await.0, 201);
    let (_, token) = ask("/auth/login", &user).await;
    let token = token["token"].as_str().unwrap().to_owned();
    assert_eq!(
        ask("/auth/login", &object!({"email": "staple@example.com", "password": "wrong pony battery"})).await.0,
        401
    );
    assert_eq!(ask("/auth/login", &object!({"email": "staple@example.com", "password": 4711_0815})).await.0, 400);
    let mine = cast.service.request(Method::GET, "/api/projects").bearer_auth(&token);
    assert_eq!(json(mine).await.0, 200);
    let mut secrets = vec![
        password.to_owned(),
        "wrong pony battery".into(),
        "47110815".into(),
        token,
        "the secret of tokens".into(),
        "the key of admins".into(),
        cast.token(Who::Owner).to_owned(),
    ];
    for kind in ["admin", "server"] {
        let body = object!({"kind": kind, "label": kind});
        let (_, made) = cast.send(Who::Owner, Method::POST, &cast.path("/keys"), body).await;
        let key = made["key"].as_str().unwrap().to_owned();
        let used = cast.service.request(Method::GET, &cast.path("")).header("X-API-Key", &key);
        assert!([200, 403].contains(&json(used).await.0));
        secrets.push(key);
    }
    let bad = cast.service.request(Method::GET, "/api/projects").header("X-API-Key", "a mistyped key of somebody");
    assert_eq!(json(bad).await.0, 401);
    secrets.push("a mistyped key of somebody".into());

    let events = serde_json::to_vec(&cast.service.app.store.events_after(0, u32::MAX).await.unwrap()).unwrap();
    let folder = cast.service.stop().await;
    let logged = lines.0.lock().unwrap().clone();
    assert!(contains(&logged, "log.append"), "something was logged: {} bytes", logged.len());
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        let content = std::fs::read(&path).unwrap();
        files += 1;
        // Of what nobody configured, the owner's own file has a copy; here that is the key of applications only.
        for secret in &secrets {
            assert!(!contains(&content, secret), "{} has `{secret}`", path.display());
        }
    }
    assert!(files > 0);
    for secret in &secrets {
        assert!(!contains(&logged, secret), "the program's log has `{secret}`");
        assert!(!contains(&events, secret), "the log of changes has `{secret}`");
    }
}

#[tokio::test]
async fn what_clients_send_begins_no_line_of_the_programs_log() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(lines.clone()).finish();
    let _other = another_collector();
    let _guard = tracing::subscriber::set_default(subscriber);
    let cast = Cast::start().await;
    let forged = "x\n2026-01-01T00:00:00Z ERROR forged: everything is lost\u{1b}[31m";
    let body = object!({"email": format!("{forged}@example.com"), "password": "12345678"});
    let (status, answer) = cast.send(Who::Anonymous, Method::POST, "/auth/register", body).await;
    assert_eq!(status, 400, "{answer}");
    let encoded = "x%0A2026-01-01T00:00:00Z%20ERROR%20forged:%20everything%20is%20lost%1B[31m";
    for below in ["/keys/", "/flags/", "/members/", "/environments/"] {
        let path = cast.path(&format!("{below}{encoded}"));
        let (status, answer) = json(cast.ask(Who::Owner, Method::DELETE, &path)).await;
        assert_eq!(status, 404, "{below}: {answer}");
        let message = answer["message"].as_str().unwrap();
        assert!(!message.chars().any(char::is_control), "{below}: {message:?}");
    }
    cast.service.stop().await;
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!logged.lines().any(|line| line.starts_with("2026-01-01T00:00:00Z")), "{logged}");
}
