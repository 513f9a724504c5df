//! Roles: what members, keys and others may do in a project.

use reqwest::Method;
use serde_json::{Value, json as object};

use crate::cast::{Cast, Who};
use crate::support::{ADMIN, SDK, Service, json};

const FLAG: &str = "dark_mode";

fn flag() -> Value {
    object!({"name": "Dark Mode", "key": FLAG, "enabled": true, "rollout_percentage": 50})
}

#[tokio::test]
async fn s000_57_each_role_may_do_what_it_is_for_and_no_more() {
    let cast = Cast::start().await;
    let flags = cast.path("/flags");
    let expected = [
        (Who::Anonymous, 401, 401),
        (Who::Foreigner, 404, 404),
        (Who::Viewer, 200, 403),
        (Who::Editor, 200, 201),
        (Who::Owner, 200, 201),
        (Who::Operator, 200, 201),
        (Who::AdminKey, 200, 201),
        (Who::SdkKey, 404, 404),
        (Who::ProjectKey, 403, 403),
    ];
    for (count, (who, read, write)) in expected.into_iter().enumerate() {
        assert_eq!(cast.status(who, Method::GET, &flags).await, read, "{who:?} reads");
        let body = object!({"name": "F", "key": format!("flag{count}")});
        let (status, answer) = cast.send(who, Method::POST, &flags, body).await;
        assert_eq!(status, write, "{who:?} writes: {answer}");
    }
    let events = cast.service.app.store.events_after(0, 1000).await.unwrap();
    let actor = |key: &str| events.iter().find(|event| event.flag_id == key).map(|event| event.actor.clone());
    assert_eq!(actor("flag3"), Some(format!("user:{}", cast.id(Who::Editor))));
    assert_eq!(actor("flag6"), Some("key:ADMIN_API_KEY".into()));
    assert_eq!(actor("flag2"), None);
    cast.service.stop().await;
}

#[tokio::test]
async fn s001_41_users_see_only_their_own_projects() {
    let cast = Cast::start().await;
    for who in [Who::Viewer, Who::Editor, Who::Owner] {
        let (_, projects) = json(cast.ask(who, Method::GET, "/api/projects")).await;
        let ids: Vec<&Value> = projects.as_array().unwrap().iter().map(|project| &project["id"]).collect();
        assert_eq!(ids, [&object!(cast.project)], "{who:?}");
    }
    let (_, projects) = json(cast.ask(Who::Foreigner, Method::GET, "/api/projects")).await;
    assert_eq!(projects.as_array().unwrap().len(), 1);
    assert_ne!(projects[0]["id"], object!(cast.project));
    let (_, projects) = json(cast.ask(Who::Operator, Method::GET, "/api/projects")).await;
    assert_eq!(projects.as_array().unwrap().len(), 3, "with `default`");
    cast.service.stop().await;
}

#[tokio::test]
async fn owners_give_and_take_roles_and_one_of_them_always_stays() {
    let cast = Cast::start().await;
    let (status, members) = json(cast.ask(Who::Viewer, Method::GET, &cast.path("/members"))).await;
    let roles: Vec<(&str, &str)> = members
        .as_array()
        .unwrap()
        .iter()
        .map(|member| (member["email"].as_str().unwrap(), member["role"].as_str().unwrap()))
        .collect();
    assert_eq!(status, 200);
    assert_eq!(
        roles,
        [("editor@example.com", "editor"), ("owner@example.com", "owner"), ("viewer@example.com", "viewer")]
    );
    assert!(!members.to_string().contains("argon2"), "{members}");

    let member = |who: Who| cast.path(&format!("/members/{}", cast.id(who)));
    let role = |role: &str| object!({"role": role});
    // By address, in any case.
    let by_email = cast.path("/members/Foreigner@EXAMPLE.com");
    assert_eq!(cast.send(Who::Editor, Method::PUT, &by_email, role("viewer")).await.0, 403);
    assert_eq!(cast.send(Who::Owner, Method::PUT, &by_email, role("viewer")).await.0, 200);
    assert_eq!(cast.status(Who::Foreigner, Method::GET, &cast.path("")).await, 200);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &member(Who::Foreigner)).await, 204);
    assert_eq!(cast.status(Who::Foreigner, Method::GET, &cast.path("")).await, 404);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &member(Who::Foreigner)).await, 404);
    // Who has an account is told to owners only.
    let unknown = cast.path("/members/nobody@example.com");
    assert_eq!(cast.send(Who::Owner, Method::PUT, &unknown, role("viewer")).await.0, 404);
    assert_eq!(cast.send(Who::Viewer, Method::PUT, &unknown, role("viewer")).await.0, 403);
    for wrong in [object!({"role": "king"}), object!({}), object!({"role": null})] {
        assert_eq!(cast.send(Who::Owner, Method::PUT, &by_email, wrong.clone()).await.0, 400, "{wrong}");
    }

    let (status, body) = cast.send(Who::Owner, Method::PUT, &member(Who::Owner), role("editor")).await;
    assert_eq!(status, 409, "{body}");
    assert_eq!(cast.status(Who::AdminKey, Method::DELETE, &member(Who::Owner)).await, 409);
    assert_eq!(cast.send(Who::Owner, Method::PUT, &member(Who::Editor), role("owner")).await.0, 200);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &member(Who::Owner)).await, 204, "one may leave");
    assert_eq!(cast.status(Who::Viewer, Method::DELETE, &member(Who::Editor)).await, 403);
    assert_eq!(cast.status(Who::Viewer, Method::DELETE, &member(Who::Viewer)).await, 204, "whatever one's role");
    cast.service.stop().await;
}

#[tokio::test]
async fn in_a_protected_environment_only_owners_change_flags() {
    let cast = Cast::start().await;
    let (environments, flags) = (cast.path("/environments"), cast.path("/flags"));
    let production = cast.path("/environments/production");
    assert_eq!(cast.send(Who::Editor, Method::PATCH, &production, object!({"protected": true})).await.0, 403);
    let (status, body) = cast.send(Who::Owner, Method::PATCH, &production, object!({"protected": true})).await;
    assert_eq!((status, &body["protected"]), (200, &object!(true)), "{body}");
    assert_eq!(cast.send(Who::Editor, Method::POST, &flags, flag()).await.0, 403);
    let (status, made) = cast.send(Who::Owner, Method::POST, &flags, flag()).await;
    assert_eq!(status, 201, "{made}");
    let one = format!("{flags}/{}", made["id"].as_str().unwrap());
    for (method, path) in [(Method::PUT, one.clone()), (Method::POST, format!("{one}/toggle")), (Method::DELETE, one)] {
        let body = object!({"rollout_percentage": 10});
        assert_eq!(cast.send(Who::Editor, method.clone(), &path, body).await.0, 403, "{method} {path}");
    }
    let staging = format!("{flags}?environment=staging");
    assert_eq!(cast.send(Who::Editor, Method::POST, &staging, flag()).await.0, 201);

    let (status, body) =
        cast.send(Who::Owner, Method::POST, &environments, object!({"name": "qa", "protected": true})).await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(cast.send(Who::Owner, Method::POST, &environments, object!({"name": "qa"})).await.0, 409);
    for bad in ["", "QA", "a b", "-a", "../x", "a/b", &"x".repeat(65)] {
        let (status, body) = cast.send(Who::Owner, Method::POST, &environments, object!({"name": bad})).await;
        assert_eq!((status, &body["fields"][0]["pointer"]), (400, &object!("/name")), "{bad}");
    }
    let (_, listed) = json(cast.ask(Who::Viewer, Method::GET, &environments)).await;
    let names: Vec<&Value> = listed.as_array().unwrap().iter().map(|found| &found["name"]).collect();
    assert_eq!(names, ["production", "qa", "staging"]);
    let stale = cast.ask(Who::Owner, Method::DELETE, &cast.path("/environments/qa")).header("If-Match", "\"7\"");
    assert_eq!(json(stale).await.0, 409);
    assert_eq!(cast.status(Who::Editor, Method::DELETE, &cast.path("/environments/qa")).await, 403);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &cast.path("/environments/qa")).await, 204);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &cast.path("/environments/qa")).await, 404);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &production).await, 409);
    cast.service.stop().await;
}

#[tokio::test]
async fn s001_42_keys_are_made_shown_once_bound_to_their_environment_and_revoked_at_once() {
    let cast = Cast::start().await;
    let keys = cast.path("/keys");
    for environment in ["production", "staging"] {
        let path = cast.path(&format!("/flags?environment={environment}"));
        let body = object!({"name": "F", "key": environment, "enabled": true, "rollout_percentage": 100});
        assert_eq!(cast.send(Who::Owner, Method::POST, &path, body).await.0, 201);
    }
    let wanted = object!({"kind": "server", "label": "backend", "environment": "staging"});
    let (status, made) = cast.send(Who::Owner, Method::POST, &keys, wanted).await;
    assert_eq!(status, 201, "{made}");
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap().to_owned());
    assert!(key.starts_with("srv_"), "{key}");
    let (_, listed) = json(cast.ask(Who::Owner, Method::GET, &keys)).await;
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(&key), "shown once");
    assert!(listed[0]["key"].as_str().unwrap().starts_with("sdk_"), "a client key can be read again");

    let evaluate = |body: Value| {
        json(cast.service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", &key).json(&body))
    };
    let (status, answer) = evaluate(object!({"user_id": "u"})).await;
    assert_eq!((status, answer.as_object().unwrap().keys().map(String::as_str).collect()), (200, vec!["staging"]));
    let (status, _) = evaluate(object!({"environment": "production", "context": {"user_id": "u"}})).await;
    assert_eq!(status, 403, "another environment is not its own");
    assert_eq!(cast.status(Who::Editor, Method::DELETE, &format!("{keys}/{id}")).await, 403);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &format!("{keys}/{id}")).await, 204);
    assert_eq!(evaluate(object!({"user_id": "u"})).await.0, 401);
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &format!("{keys}/{id}")).await, 404);

    // One that ends with its environment, one that ended before, one that manages its own project only.
    let wanted = object!({"kind": "client", "label": "qa", "environment": "staging"});
    let (_, of_staging) = cast.send(Who::Owner, Method::POST, &keys, wanted).await;
    let ended = object!({"kind": "client", "label": "old", "expires_at": "2020-01-01T00:00:00Z"});
    let (_, ended) = cast.send(Who::Owner, Method::POST, &keys, ended).await;
    let (_, manages) = cast.send(Who::Owner, Method::POST, &keys, object!({"kind": "admin", "label": "ci"})).await;
    assert_eq!(cast.status(Who::Owner, Method::DELETE, &cast.path("/environments/staging")).await, 204);
    let with = |key: &Value, method: Method, path: &str| {
        json(cast.service.request(method, path).header("X-API-Key", key["key"].as_str().unwrap()).json(&object!({})))
    };
    assert_eq!(with(&of_staging, Method::POST, "/sdk/v1/evaluate").await.0, 401);
    assert_eq!(with(&ended, Method::POST, "/sdk/v1/evaluate").await.0, 401);
    assert_eq!(with(&manages, Method::GET, &cast.path("/members")).await.0, 200);
    assert_eq!(with(&manages, Method::GET, "/api/projects/default").await.0, 404);
    for wrong in [
        object!({"kind": "admin", "label": "x", "environment": "production"}),
        object!({"kind": "king", "label": "x"}),
        object!({"kind": "client"}),
        object!({"kind": "client", "label": "x", "expires_at": "soon"}),
    ] {
        assert_eq!(cast.send(Who::Owner, Method::POST, &keys, wrong.clone()).await.0, 400, "{wrong}");
    }
    let elsewhere = object!({"kind": "client", "label": "x", "environment": "moon"});
    assert_eq!(cast.send(Who::Owner, Method::POST, &keys, elsewhere).await.0, 404);
    cast.service.stop().await;
}

#[tokio::test]
async fn s000_41_each_header_carries_a_key_and_keys_that_differ_are_refused() {
    let service = Service::start().await;
    let with = |headers: &[(&str, &str)]| {
        let request = service.request(Method::GET, "/api/projects");
        json(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
    };
    let bearer = format!("Bearer {ADMIN}");
    let lower = format!("bearer {ADMIN}");
    for headers in [
        &[("X-API-Key", ADMIN)][..],
        &[("X-Admin-API-Key", ADMIN)],
        &[("X-SDK-Key", ADMIN)],
        &[("Authorization", &bearer)],
        &[("Authorization", &lower)],
        &[("Authorization", &bearer), ("X-Admin-API-Key", ADMIN)],
    ] {
        assert_eq!(with(headers).await.0, 200, "{headers:?}");
    }
    for headers in [
        &[("X-API-Key", "wrong")][..],
        &[("X-API-Key", "")],
        &[("Authorization", ADMIN)],
        &[("Authorization", "Basic YTpi")],
        &[("Authorization", "Bearer ")],
        &[("Authorization", "Bearer a.b.c")],
        &[("X-Admin-API-Key", ADMIN), ("X-SDK-Key", SDK)],
        &[("X-Admin-API-Key", ADMIN), ("X-Admin-API-Key", "other")],
        &[("Authorization", &bearer), ("X-Admin-API-Key", "other")],
        &[("Authorization", "Bearer other"), ("X-Admin-API-Key", ADMIN)],
        &[("Cookie", ADMIN)],
    ] {
        assert_eq!(with(headers).await.0, 401, "{headers:?}");
    }
    let in_query = service.request(Method::GET, &format!("/api/projects?key={ADMIN}"));
    assert_eq!(json(in_query).await.0, 401, "an address is no place for a key");
    service.stop().await;
}
