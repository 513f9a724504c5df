//! Keys: made, shown, replaced, revoked.

use std::collections::HashSet;
use std::time::Duration;

use burgee_server::access::key::{KeyKind, random_key};
use burgee_server::access::keys::{self, NewKey};
use burgee_server::access::{Principal, Role};
use burgee_server::error::Kind;
use burgee_server::log::reduce::ProjectChange;
use burgee_server::log::{Author, Draft, EventType, Scope};
use burgee_server::manage::Act;
use burgee_server::store::sqlite::{Sharing, Sqlite};
use burgee_server::{App, Config};

use crate::support::Service;

fn admin(project: &str) -> Act {
    let principal = Principal::Admin { key: "test".into(), project: None };
    Act { principal, request_id: "r-1".into(), scope: Scope::new(project, "production") }
}

async fn project(app: &App, id: &str) {
    let id = id.to_owned();
    let plan = move |_: &_| {
        let scope = Scope::new(id.as_str(), "");
        let change =
            ProjectChange { name: Some("P".into()), created_by: Some("ada".into()), ..ProjectChange::default() };
        let environment =
            Draft::new(EventType::EnvironmentCreated, &Scope::new(id.as_str(), "production"), "production", &());
        let environment = Draft { payload: serde_json::json!({}), ..environment };
        Ok(vec![Draft::new(EventType::ProjectCreated, &scope, &id, &change), environment])
    };
    app.ledger.write(Author::default(), plan).await.unwrap();
}

#[test]
fn s001_38_ten_thousand_keys_have_the_form_and_are_all_different() {
    let keys: HashSet<String> = (0..10_000).map(|_| random_key(KeyKind::Client).unwrap()).collect();
    assert_eq!(keys.len(), 10_000);
    for key in &keys {
        let rest = key.strip_prefix("sdk_").unwrap();
        assert_eq!(rest.len(), 32, "{key}");
        assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{key}");
    }
    let letters: HashSet<char> = keys.iter().flat_map(|key| key.chars().skip(4)).collect();
    assert_eq!(letters.len(), 62, "each letter and digit occurs");
}

#[tokio::test]
async fn s001_08_a_replaced_project_key_is_invalid_at_once_or_after_its_grace() {
    let service = Service::start().await;
    let app = &service.app;
    project(app, "p1").await;
    let (_, first) = keys::new_project_key(app, "p1", Author::default()).await.unwrap();
    assert_eq!(keys::project_key(app, "p1").as_deref(), Some(first.as_str()));
    let principal = app.keyring.find(&first).unwrap();
    assert!(matches!(&principal, Principal::Application { configuration: false, .. }));
    assert_eq!(principal.scope(), Scope::new("p1", "production"));
    assert_eq!(principal.scope_in("staging").unwrap(), Scope::new("p1", "staging"));

    let (_, second) = keys::rotate_project_key(app, &admin("p1"), "p1", Duration::ZERO).await.unwrap();
    assert_eq!(app.keyring.find(&first), None);
    assert!(app.keyring.find(&second).is_some());
    let (_, third) = keys::rotate_project_key(app, &admin("p1"), "p1", Duration::from_secs(60)).await.unwrap();
    assert!(app.keyring.find(&second).is_some(), "it has its grace");
    assert_eq!(keys::project_key(app, "p1").as_deref(), Some(third.as_str()));

    keys::drop_project(app, "p1").await.unwrap();
    assert_eq!((app.keyring.find(&second), app.keyring.find(&third)), (None, None));
    assert_eq!(keys::project_key(app, "p1"), None);
    service.stop().await;
}

#[tokio::test]
async fn any_key_is_replaced_by_one_for_the_same_and_keeps_its_grace() {
    let service = Service::start().await;
    let app = &service.app;
    project(app, "p1").await;
    let wanted = NewKey {
        kind: KeyKind::Server,
        scope: Scope::new("p1", "production"),
        label: "backend".into(),
        configuration: false,
        expires_at: None,
    };
    let (first, first_text) = keys::new_key(app, &admin("p1"), wanted).await.unwrap();
    let grace = Duration::from_secs(60);
    let (second, second_text) = keys::rotate(app, &admin("p1"), &first.id, grace).await.unwrap();
    assert_eq!((second.kind, &second.scope, &second.label), (first.kind, &first.scope, &first.label));
    assert!(app.keyring.find(&first_text).is_some(), "it has its grace");
    let (_, third_text) = keys::rotate(app, &admin("p1"), &second.id, Duration::ZERO).await.unwrap();
    assert_eq!(app.keyring.find(&second_text), None);
    assert!(app.keyring.find(&third_text).is_some());
    let ended = keys::rotate(app, &admin("p1"), &second.id, Duration::ZERO).await.unwrap_err();
    assert_eq!(ended.kind(), Kind::NotFound, "one that has ended is not replaced");
    let foreign = Act { principal: Principal::User { id: "bob".into(), admin: false }, ..admin("p1") };
    assert_eq!(keys::rotate(app, &foreign, &first.id, grace).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(keys::rotate(app, &admin("p1"), "nope", grace).await.unwrap_err().kind(), Kind::NotFound);

    let (shown, _) = keys::new_project_key(app, "p1", Author::default()).await.unwrap();
    let (_, text) = keys::rotate(app, &admin("p1"), &shown, Duration::ZERO).await.unwrap();
    assert_eq!(keys::project_key(app, "p1").as_deref(), Some(text.as_str()), "the project shows the new one");
    // Another process finds the same in the store.
    app.keyring.refresh(app.store.as_ref()).await.unwrap();
    assert!(app.keyring.find(&third_text).is_some() && app.keyring.find(&second_text).is_none());
    service.stop().await;
}

#[tokio::test]
async fn keys_outlive_a_restart_and_each_change_is_in_the_log_by_its_id_only() {
    let service = Service::start().await;
    project(&service.app, "p1").await;
    let (id, shown) = keys::new_project_key(&service.app, "p1", Author::default()).await.unwrap();
    let wanted = NewKey {
        kind: KeyKind::Server,
        scope: Scope::new("p1", "production"),
        label: "backend".into(),
        configuration: false,
        expires_at: None,
    };
    let (server, secret) = keys::new_key(&service.app, &admin("p1"), wanted).await.unwrap();
    assert_eq!(server.readable, None);
    let (revoked, gone) = keys::new_key(
        &service.app,
        &admin(""),
        NewKey {
            kind: KeyKind::Admin,
            scope: Scope::new("", ""),
            label: "ci".into(),
            configuration: false,
            expires_at: None,
        },
    )
    .await
    .unwrap();
    assert_eq!(service.app.keyring.find(&gone), Some(Principal::Admin { key: revoked.id.clone(), project: None }));
    keys::revoke(&service.app, &admin(""), "", &revoked.id).await.unwrap();
    assert_eq!(service.app.keyring.find(&gone), None);
    let again = keys::revoke(&service.app, &admin(""), "", &revoked.id).await.unwrap_err();
    assert_eq!(again.kind(), Kind::NotFound);

    let events = service.app.store.events_after(0, u32::MAX).await.unwrap();
    let changes: Vec<_> = events.iter().filter(|event| event.event_type == EventType::KeyRotated).collect();
    let told: Vec<_> = changes.iter().map(|event| (event.flag_id.as_str(), &event.payload["action"])).collect();
    let (created, revocation) = (&"created".into(), &"revoked".into());
    let ids = [(id.as_str(), created), (&server.id, created), (&revoked.id, created), (&revoked.id, revocation)];
    assert_eq!(told, ids);
    let text = serde_json::to_string(&events).unwrap();
    for key in [&shown, &secret, &gone] {
        assert!(!text.contains(key.as_str()), "the log has a key");
    }

    let folder = service.stop().await;
    let service = Service::on(folder, |_| {}).await;
    assert_eq!(keys::project_key(&service.app, "p1").as_deref(), Some(shown.as_str()));
    let found = service.app.keyring.find(&secret).unwrap();
    assert_eq!(
        found,
        Principal::Application { key: server.id, scope: Scope::new("p1", "production"), configuration: true }
    );
    assert_eq!(found.scope_in("staging").unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(service.app.keyring.find(&gone), None);
    service.stop().await;
}

#[tokio::test]
async fn keys_of_another_process_count_within_seconds() {
    let service = Service::start().await;
    let config = Config { data: service.app.config.data.clone(), ..Config::default() };
    let store = Sqlite::open(&config.data, Sharing::Beside).await.unwrap();
    let other = App::on(config, std::sync::Arc::new(store)).await.unwrap();
    let wanted = NewKey {
        kind: KeyKind::Client,
        scope: Scope::new("default", ""),
        label: "web".into(),
        configuration: false,
        expires_at: None,
    };
    let (_, key) = keys::new_key(&other, &admin("default"), wanted).await.unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while service.app.keyring.find(&key).is_none() {
        assert!(tokio::time::Instant::now() < deadline, "the key was never noticed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.close().await;
    service.stop().await;
}

#[tokio::test]
async fn only_owners_change_keys_and_only_admins_those_of_the_instance() {
    let service = Service::start().await;
    let app = &service.app;
    project(app, "p1").await;
    let act = |id: &str| Act { principal: Principal::User { id: id.into(), admin: false }, ..admin("p1") };
    let kind = |error: burgee_server::Error| error.kind();
    let rotate = |id: &'static str| async move {
        keys::rotate_project_key(app, &act(id), "p1", Duration::ZERO).await.map(drop).map_err(kind)
    };
    let member = |id: &'static str, role: Role| async move {
        let change = serde_json::json!({"role": role});
        let plan = move |_: &_| Ok(vec![Draft::new(EventType::MemberChanged, &Scope::new("p1", ""), id, &change)]);
        app.ledger.write(Author::default(), plan).await.unwrap();
    };
    member("eve", Role::Editor).await;
    assert_eq!(rotate("ada").await, Ok(()));
    assert_eq!(rotate("eve").await, Err(Kind::Forbidden));
    assert_eq!(rotate("stranger").await, Err(Kind::NotFound));
    assert_eq!(keys::list(app, &act("eve"), "p1").await.map_err(kind), Err(Kind::Forbidden));
    assert_eq!(keys::list(app, &act("ada"), "").await.map_err(kind), Err(Kind::Forbidden));
    assert_eq!(keys::list(app, &act("ada"), "p1").await.unwrap().len(), 1);
    service.stop().await;
}
