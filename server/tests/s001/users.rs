//! Users, and that none of them sees anything of another.

use std::collections::BTreeSet;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{Service, json as answer};

/// Somebody who is logged in.
pub(crate) struct User {
    client: Client,
    address: String,
    pub(crate) token: String,
}

impl User {
    pub(crate) async fn new(service: &Service, email: &str) -> Self {
        let credentials = json!({"email": email, "password": "secure123"});
        let (status, body) = answer(service.request(Method::POST, "/auth/register").json(&credentials)).await;
        assert_eq!(status, 201, "{body}");
        let (status, body) = answer(service.request(Method::POST, "/auth/login").json(&credentials)).await;
        assert_eq!(status, 200, "{body}");
        let token = body["token"].as_str().unwrap().to_owned();
        Self { client: service.client.clone(), address: service.url(""), token }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.request(method, format!("{}{path}", self.address)).bearer_auth(&self.token);
        answer(if body.is_null() { request } else { request.json(&body) }).await
    }

    pub(crate) async fn ok(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method.clone(), path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }
}

/// A project with something of everything.
struct Property {
    project: String,
    flag: String,
    rule: String,
}

impl Property {
    async fn of(user: &User) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let project = text(&user.ok(Method::POST, "/api/projects", json!({"name": "P"})).await["id"]);
        let path = format!("/api/projects/{project}");
        let segment = json!({"rule": {"==": [{"var": "plan"}, "team"]}});
        user.ok(Method::PUT, &format!("{path}/segments/staff"), segment).await;
        let body = json!({"name": "F", "key": "secret_flag", "enabled": true, "rollout_percentage": 50});
        let flag = text(&user.ok(Method::POST, &format!("{path}/flags"), body).await["id"]);
        let rule = json!({"rule_type": "user_id", "rule_value": "ada"});
        let rule = text(&user.ok(Method::POST, &format!("{path}/flags/{flag}/rules"), rule).await["id"]);
        Self { project, flag, rule }
    }

    fn fill(&self, path: &str) -> String {
        let path = path.replace("{pid}", &self.project).replace("{fid}", &self.flag).replace("{rid}", &self.rule);
        path.replace("{name}", "staff").replace("{environment}", "staging").replace(['{', '}'], "")
    }
}

/// A body that each route that reads one accepts.
fn body(method: &Method, path: &str) -> Value {
    match (method.as_str(), path.rsplit('/').next().unwrap()) {
        ("POST", "flags") => json!({"name": "G", "key": "g"}),
        ("POST", "rules") => json!({"rule_type": "user_id", "rule_value": "bob"}),
        ("POST", "rollback") => json!({"version": 2}),
        ("PUT", "{pid}") => json!({"name": "Mine now"}),
        ("PUT", "{fid}") => json!({"enabled": false}),
        ("PUT", "{rid}") => json!({"priority": 9}),
        ("PUT", "{name}") => json!({"rule": {"==": [1, 2]}}),
        _ => Value::Null,
    }
}

/// The routes below a project, from the service's own description.
fn routes() -> Vec<(Method, String)> {
    let description = serde_json::to_value(burgee_server::api::description()).unwrap();
    let paths = description["paths"].as_object().unwrap();
    let below = paths.iter().filter(|(path, _)| path.starts_with("/api/projects/{pid}"));
    let known = ["get", "put", "post", "delete", "patch"];
    below
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| known.contains(&key.as_str()));
            methods.map(|method| (Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path.clone()))
        })
        .collect()
}

#[tokio::test]
async fn s001_30_two_users_see_nothing_of_each_other_on_any_route() {
    let service = Service::start().await;
    let (ada, bob) = (User::new(&service, "ada@example.com").await, User::new(&service, "bob@example.com").await);
    let (adas, bobs) = (Property::of(&ada).await, Property::of(&bob).await);
    let before = service.app.live.load_full().state.seq;
    let routes = routes();
    assert!(routes.len() >= 25, "{routes:?}");
    for (method, path) in &routes {
        let (status, refusal) = bob.send(method.clone(), &adas.fill(path), body(method, path)).await;
        assert_eq!((status, &refusal["error"]), (404, &json!("not_found")), "{method} {path}: {refusal}");
        assert!(!refusal.to_string().contains("secret_flag"), "{method} {path}: {refusal}");
        // A wrong body tells no more than a right one.
        let (status, _) = bob.send(method.clone(), &adas.fill(path), json!({"name": 7})).await;
        assert_eq!(status, 404, "{method} {path}");
        let nobody = answer(service.request(method.clone(), &adas.fill(path))).await;
        assert_eq!(nobody.0, 401, "{method} {path}");
        // Their flag in one's own project is not there either.
        if path.contains("{fid}") {
            let mixed = adas.fill(&path.replace("{pid}", &bobs.project));
            assert_eq!(bob.send(method.clone(), &mixed, body(method, path)).await.0, 404, "{method} {mixed}");
        }
    }
    assert_eq!(service.app.live.load_full().state.seq, before, "nothing was changed");
    // Their owner can do all of it; what deletes comes last. Environments, members and keys have tests of their own.
    let own = |path: &str| !["/environments", "/members", "/keys"].iter().any(|part| path.contains(part));
    let own = routes.iter().filter(|(_, path)| own(path));
    let (delete, others): (Vec<_>, Vec<_>) = own.partition(|(method, _)| *method == Method::DELETE);
    let rank = |path: &str| std::cmp::Reverse(path.matches('/').count());
    let mut delete = delete;
    delete.sort_by_key(|(_, path)| rank(path));
    for (method, path) in others.into_iter().chain(delete) {
        ada.ok(method.clone(), &adas.fill(path), body(method, path)).await;
    }
    service.stop().await;
}

#[tokio::test]
async fn s001_30_keys_of_projects_evaluate_each_its_own() {
    let service = Service::start().await;
    let ada = User::new(&service, "ada@example.com").await;
    let mut keys = BTreeSet::new();
    for name in ["one", "two", "three"] {
        let project = ada.ok(Method::POST, "/api/projects", json!({"name": name})).await;
        let path = format!("/api/projects/{}/flags", project["id"].as_str().unwrap());
        ada.ok(Method::POST, &path, json!({"name": name, "key": name})).await;
        let key = project["sdk_key"].as_str().unwrap().to_owned();
        let request = service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", &key).json(&json!({}));
        let off = json!({"enabled": false, "reason": "disabled"});
        assert_eq!(answer(request).await, (200, json!({name: off})));
        keys.insert(key);
    }
    assert_eq!(keys.len(), 3);
    service.stop().await;
}

#[tokio::test]
async fn s001_41_users_list_only_their_own_projects() {
    let service = Service::start().await;
    let (ada, bob) = (User::new(&service, "ada@example.com").await, User::new(&service, "bob@example.com").await);
    let adas = Property::of(&ada).await;
    assert_eq!(bob.ok(Method::GET, "/api/projects", Value::Null).await, json!([]));
    let own = ada.ok(Method::GET, "/api/projects", Value::Null).await;
    let ids: Vec<&str> = own.as_array().unwrap().iter().map(|project| project["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [adas.project.as_str()]);
    // The project of interfaces that know none is nobody's.
    for user in [&ada, &bob] {
        assert_eq!(user.send(Method::GET, "/api/projects/default", Value::Null).await.0, 404);
        assert_eq!(user.send(Method::POST, "/sdk/v1/evaluate", json!({})).await.0, 404);
    }
    service.stop().await;
}
