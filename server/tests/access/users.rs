//! Users: registering, logging in, what is kept of passwords, and what is not accepted.

use std::time::Duration;

use burgee_server::access::{password, users};
use burgee_server::config::Registration;
use burgee_server::{App, Config};
use reqwest::Method;
use serde_json::{Value, json as object};

use crate::support::{Service, json};

pub(crate) const EMAIL: &str = "developer@example.com";
pub(crate) const PASSWORD: &str = "secure123";

async fn register(service: &Service, email: &str, password: &str) -> (u16, Value) {
    let body = object!({"email": email, "password": password});
    json(service.request(Method::POST, "/auth/register").json(&body)).await
}

async fn log_in(service: &Service, email: &str, password: &str) -> (u16, Value) {
    let body = object!({"email": email, "password": password});
    json(service.request(Method::POST, "/auth/login").json(&body)).await
}

#[tokio::test]
async fn s001_01_a_user_registers_once_whatever_the_case_of_the_address() {
    let service = Service::start().await;
    let (status, body) = register(&service, EMAIL, PASSWORD).await;
    assert_eq!((status, &body["email"]), (201, &object!(EMAIL)), "{body}");
    assert!(uuid_like(body["id"].as_str().unwrap()), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 2, "nothing else is told: {body}");

    let (status, body) = register(&service, "Developer@Example.COM", "another password").await;
    assert_eq!((status, &body["error"]), (409, &object!("duplicate_key")), "{body}");
    service.stop().await;
}

fn uuid_like(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[tokio::test]
async fn s001_01_bad_addresses_and_passwords_are_refused_by_field() {
    let service = Service::start().await;
    let long = format!("{}@example.com", "a".repeat(65));
    for email in
        ["", "developer", "@example.com", "a@", "a b@example.com", "a@b@c", "a@-x.com", "a@x..com", "a\n@x.com", &long]
    {
        let (status, body) = register(&service, email, PASSWORD).await;
        assert_eq!((status, &body["error"]), (400, &object!("validation_error")), "{email:?}: {body}");
        assert_eq!(body["fields"][0]["pointer"], "/email", "{email:?}: {body}");
    }
    let (short, long) = ("1234567".to_owned(), "x".repeat(1025));
    for password in [&short, &long] {
        let (status, body) = register(&service, EMAIL, password).await;
        assert_eq!((status, &body["fields"][0]["pointer"]), (400, &object!("/password")), "{body}");
        assert!(!body.to_string().contains(password.as_str()), "the answer repeats the password");
    }
    for password in ["12345678", &"x".repeat(1024)] {
        let (status, body) = register(&service, &format!("l{}@example.com", password.len()), password).await;
        assert_eq!(status, 201, "{body}");
    }
    let both = register(&service, "nobody", "short").await.1;
    assert_eq!(both["fields"].as_array().unwrap().len(), 2, "{both}");
    let missing = json(service.request(Method::POST, "/auth/register").json(&object!({"email": EMAIL}))).await;
    assert_eq!(missing.0, 400);
    let wrong_type = object!({"email": EMAIL, "password": 12345678});
    let (status, body) = json(service.request(Method::POST, "/auth/register").json(&wrong_type)).await;
    assert_eq!((status, &body["fields"][0]["pointer"]), (400, &object!("/password")), "{body}");
    service.stop().await;
}

#[tokio::test]
async fn s001_02_log_in_gives_a_token_to_who_has_the_password_and_tells_nobody_else_why_not() {
    let service = Service::start().await;
    register(&service, EMAIL, PASSWORD).await;
    let (status, body) = log_in(&service, "DEVELOPER@example.com", PASSWORD).await;
    assert_eq!((status, body.as_object().unwrap().len()), (200, 1), "{body}");
    assert_eq!(body["token"].as_str().unwrap().split('.').count(), 3);

    let wrong = log_in(&service, EMAIL, "secure124").await;
    let unknown = log_in(&service, "nobody@example.com", PASSWORD).await;
    let longer = log_in(&service, EMAIL, &"x".repeat(5000)).await;
    assert_eq!((wrong.0, &wrong.1["error"]), (401, &object!("unauthorized")));
    assert_eq!(wrong, unknown, "nobody learns which addresses are registered");
    assert_eq!(wrong, longer);
    service.stop().await;
}

#[tokio::test]
async fn s001_40_passwords_are_kept_as_argon2id_each_with_its_own_salt() {
    let service = Service::start().await;
    register(&service, "a@example.com", PASSWORD).await;
    register(&service, "b@example.com", PASSWORD).await;
    let hashes: Vec<String> =
        service.app.store.users().await.unwrap().into_iter().map(|user| user.password_hash).collect();
    assert_eq!(hashes.len(), 2);
    assert_ne!(hashes[0], hashes[1]);
    for hash in &hashes {
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
    service.stop().await;
}

#[tokio::test]
async fn unknown_addresses_cost_a_verification_too() {
    let passwords = password::Passwords::default();
    let hash = passwords.hash(PASSWORD).await.unwrap();
    assert!(passwords.verify(PASSWORD, Some(&hash)).await.unwrap());
    assert!(!passwords.verify("secure124", Some(&hash)).await.unwrap());
    let started = std::time::Instant::now();
    assert!(!passwords.verify("secure125", Some(&hash)).await.unwrap());
    let known = started.elapsed();
    let started = std::time::Instant::now();
    assert!(!passwords.verify(PASSWORD, None).await.unwrap());
    // A look-up alone would take microseconds, hashing takes milliseconds.
    assert!(started.elapsed() > known / 10, "{:?} and {known:?}", started.elapsed());
}

#[tokio::test]
async fn more_log_ins_than_are_hashed_at_once_all_get_their_turn() {
    let service = Service::start().await;
    register(&service, EMAIL, PASSWORD).await;
    let all = (0..8).map(|_| log_in(&service, EMAIL, PASSWORD));
    let statuses: Vec<u16> = futures_util::future::join_all(all).await.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [200; 8]);
    service.stop().await;
}

#[tokio::test]
async fn where_registration_is_closed_only_operators_add_users() {
    let service = Service::with(|config| config.registration = Registration::Closed).await;
    let (status, body) = register(&service, EMAIL, PASSWORD).await;
    assert_eq!((status, &body["error"]), (403, &object!("forbidden")), "{body}");
    let app = &service.app;
    let user = users::add(app.store.as_ref(), &app.passwords, EMAIL, PASSWORD, true).await.unwrap();
    assert!(user.is_admin);
    assert_eq!(log_in(&service, EMAIL, PASSWORD).await.0, 200);
    service.stop().await;
}

#[tokio::test]
async fn without_configured_secrets_random_ones_are_made_kept_for_the_owner_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().join("data"), port: 0, ..Config::default() };
    let app = App::open(config.clone()).await.unwrap();
    let made = app.made.clone().unwrap();
    let (admin, sdk) = (made.admin_key.unwrap(), made.sdk_key.unwrap());
    assert!(admin.len() >= 36 && sdk.len() >= 36 && admin != sdk);
    assert!(app.keyring.find(&admin).is_some() && app.keyring.find(&sdk).is_some());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&made.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    app.close().await;
    let again = App::open(config.clone()).await.unwrap();
    assert!(again.made.is_none(), "told once");
    assert!(again.keyring.find(&admin).is_some() && again.keyring.find(&sdk).is_some());
    again.close().await;

    let other = tempfile::tempdir().unwrap();
    let app = App::open(Config { data: other.path().join("data"), ..config }).await.unwrap();
    assert!(app.keyring.find(&admin).is_none(), "each has its own");
    app.close().await;
}

#[tokio::test]
async fn s001_46_a_token_secret_of_31_bytes_is_refused_at_the_start_and_one_of_32_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let with = |length: usize| Config {
        data: folder.path().join("data"),
        jwt_secret: Some("s".repeat(length)),
        ..Config::default()
    };
    let refused = App::open(with(31)).await.map(drop).unwrap_err();
    assert!(refused.message().contains("`JWT_SECRET`"), "{refused}");
    let previous = Config { jwt_secret_previous: Some("short".into()), ..with(32) };
    let refused = App::open(previous).await.map(drop).unwrap_err();
    assert!(refused.message().contains("`JWT_SECRET_PREVIOUS`"), "{refused}");
    // The refused ones let go of the folder when they are gone.
    tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Ok(app) = App::open(with(32)).await {
                return app.close().await;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
}
