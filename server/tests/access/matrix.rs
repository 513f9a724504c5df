//! Who may use which route. The routes come from the service's own description: one that is not in the table fails.

use std::collections::BTreeSet;

use burgee_server::access::key::KeyKind;
use burgee_server::access::keys::{NewKey, new_key};
use burgee_server::access::{Principal, Role, users};
use burgee_server::api;
use burgee_server::log::Scope;
use burgee_server::manage::{Act, put_member};
use reqwest::Method;
use serde_json::{Value, json as object};

use crate::cast::{Cast, Who};

/// What each is answered, in the order of [`Who::ALL`]: a status, or 0 where it is let in.
type Answers = [u16; 9];

/// anonymous, foreigner, viewer, editor, owner, operator, admin key, key of `default`, the project's key
const OPEN: Answers = [0; 9];
const READ: Answers = [401, 404, 0, 0, 0, 0, 0, 404, 403];
const WRITE: Answers = [401, 404, 403, 0, 0, 0, 0, 404, 403];
const OWN: Answers = [401, 404, 403, 403, 0, 0, 0, 404, 403];
/// Projects in general: each user has their own, and a key of applications has none.
const PROJECTS: Answers = [401, 0, 0, 0, 0, 0, 0, 0, 0];
const NEW_PROJECT: Answers = [401, 0, 0, 0, 0, 0, 0, 403, 403];
/// Interfaces that know no project: users act on `default`, keys on their own project.
const READ_HERE: Answers = [401, 404, 0, 0, 0, 0, 0, 403, 403];
const WRITE_HERE: Answers = [401, 404, 403, 0, 0, 0, 0, 403, 403];
/// Answers of flags.
const EVALUATE: Answers = [401, 404, 0, 0, 0, 0, 0, 0, 0];
/// The same of the remote evaluation protocol, in which 404 is said of flags only.
const EVALUATE_OFREP: Answers = [401, 403, 0, 0, 0, 0, 0, 0, 0];
/// Rules and targeted users: the project's own key is in everybody's hands and does not show them.
const CONFIGURATION: Answers = [401, 404, 0, 0, 0, 0, 0, 0, 403];

const TABLE: &[(&str, &str, Answers)] = &[
    ("get", "/api/admin/flags", READ_HERE),
    ("post", "/api/admin/flags", WRITE_HERE),
    ("get", "/api/admin/flags/{id}", READ_HERE),
    ("put", "/api/admin/flags/{id}", WRITE_HERE),
    ("delete", "/api/admin/flags/{id}", WRITE_HERE),
    ("get", "/api/admin/flags/{id}/history", READ_HERE),
    ("post", "/api/admin/flags/{id}/toggle", WRITE_HERE),
    ("patch", "/api/admin/flags/{id}/toggle", WRITE_HERE),
    ("get", "/api/client/flags", CONFIGURATION),
    ("get", "/api/client/stream", CONFIGURATION),
    ("get", "/api/projects", PROJECTS),
    ("post", "/api/projects", NEW_PROJECT),
    ("get", "/api/projects/{pid}", READ),
    ("put", "/api/projects/{pid}", OWN),
    ("delete", "/api/projects/{pid}", OWN),
    ("get", "/api/projects/{pid}/environments", READ),
    ("post", "/api/projects/{pid}/environments", OWN),
    ("delete", "/api/projects/{pid}/environments/{environment}", OWN),
    ("patch", "/api/projects/{pid}/environments/{environment}", OWN),
    ("get", "/api/projects/{pid}/evaluations/top", READ),
    ("get", "/api/projects/{pid}/flags", READ),
    ("post", "/api/projects/{pid}/flags", WRITE),
    ("get", "/api/projects/{pid}/flags/{fid}", READ),
    ("put", "/api/projects/{pid}/flags/{fid}", WRITE),
    ("delete", "/api/projects/{pid}/flags/{fid}", WRITE),
    ("get", "/api/projects/{pid}/flags/{fid}/definition", READ),
    ("get", "/api/projects/{pid}/flags/{fid}/evaluations", READ),
    ("get", "/api/projects/{pid}/flags/{fid}/evaluations/minutes", READ),
    ("get", "/api/projects/{pid}/flags/{fid}/history", READ),
    ("post", "/api/projects/{pid}/flags/{fid}/rollback", WRITE),
    ("get", "/api/projects/{pid}/flags/{fid}/rules", READ),
    ("post", "/api/projects/{pid}/flags/{fid}/rules", WRITE),
    ("get", "/api/projects/{pid}/flags/{fid}/rules/{rid}", READ),
    ("put", "/api/projects/{pid}/flags/{fid}/rules/{rid}", WRITE),
    ("delete", "/api/projects/{pid}/flags/{fid}/rules/{rid}", WRITE),
    ("post", "/api/projects/{pid}/flags/{fid}/toggle", WRITE),
    ("patch", "/api/projects/{pid}/flags/{fid}/toggle", WRITE),
    ("get", "/api/projects/{pid}/keys", OWN),
    ("post", "/api/projects/{pid}/keys", OWN),
    ("delete", "/api/projects/{pid}/keys/{key}", OWN),
    ("get", "/api/projects/{pid}/members", READ),
    ("put", "/api/projects/{pid}/members/{user}", OWN),
    ("delete", "/api/projects/{pid}/members/{user}", OWN),
    ("post", "/api/projects/{pid}/regenerate-key", OWN),
    ("get", "/api/projects/{pid}/segments", READ),
    ("get", "/api/projects/{pid}/segments/{name}", READ),
    ("put", "/api/projects/{pid}/segments/{name}", WRITE),
    ("delete", "/api/projects/{pid}/segments/{name}", WRITE),
    ("post", "/auth/login", OPEN),
    ("post", "/auth/register", OPEN),
    // As the configuration file's document has it; `--private-reads` closes these two.
    ("get", "/flags", OPEN),
    ("post", "/flags", WRITE_HERE),
    ("get", "/flags/events", CONFIGURATION),
    ("get", "/flags/state", CONFIGURATION),
    ("get", "/flags/stream", CONFIGURATION),
    ("delete", "/flags/{flag_id}", WRITE_HERE),
    ("get", "/flags/{flag_id}", OPEN),
    ("patch", "/flags/{flag_id}", WRITE_HERE),
    ("get", "/flags/{flag_id}/events", READ_HERE),
    ("get", "/flags/{flag_id}/history", READ_HERE),
    ("post", "/flags/{flag_id}/rollback", WRITE_HERE),
    ("get", "/health", OPEN),
    ("get", "/healthz", OPEN),
    ("get", "/metrics", OPEN),
    ("get", "/readyz", OPEN),
    ("post", "/ofrep/v1/evaluate/flags", EVALUATE_OFREP),
    ("post", "/ofrep/v1/evaluate/flags/{key}", EVALUATE_OFREP),
    ("get", "/ofrep/v1/stream", EVALUATE_OFREP),
    ("post", "/sdk/v1/evaluate", EVALUATE),
    ("get", "/wasm/flag-evaluator.wasm", OPEN),
];

/// The routes that the service describes.
fn described() -> BTreeSet<(String, String)> {
    let paths = serde_json::to_value(api::description().paths).unwrap();
    let methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];
    let of_path = |(path, item): (&String, &Value)| {
        let operations = item.as_object().unwrap().keys().filter(|name| methods.contains(&name.as_str()));
        operations.map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
    };
    paths.as_object().unwrap().iter().flat_map(of_path).collect()
}

#[test]
fn s001_30_no_route_is_missing_from_the_matrix() {
    let listed: BTreeSet<_> =
        TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(listed.len(), TABLE.len(), "a route is listed twice");
    let described = described();
    let missing: Vec<_> = described.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in the table: {missing:?}; only in the table: {gone:?}");
}

#[tokio::test]
async fn s000_57_s001_30_each_route_lets_in_whom_it_should_and_nobody_else() {
    let stage = Stage::set().await;
    let mut wrong = Vec::new();
    for (method, path, answers) in TABLE {
        for (who, expected) in Who::ALL.into_iter().zip(answers) {
            let status = stage.play(who, method, path).await;
            let fits = match expected {
                // In: whatever the request comes to then, it is not for lack of a right, nor is it a fault here. A stale
                // version shows that the request got as far as to be compared.
                0 => matches!(status, 200..=299 | 304 | 409) || (*path == "/auth/login" && status == 401),
                expected => status == *expected,
            };
            if !fits {
                wrong.push(format!("{method} {path} as {who:?}: {status}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    stage.cast.service.stop().await;
}

/// The cast, and what there is for them to ask for.
struct Stage {
    cast: Cast,
    rule: String,
    act: Act,
    count: std::cell::Cell<u32>,
}

impl Stage {
    async fn set() -> Self {
        let cast = Cast::start().await;
        let principal = Principal::Admin { key: "stage".into(), project: None };
        let act = Act { principal, request_id: String::new(), scope: Scope::new(cast.project.as_str(), "production") };
        let app = &cast.service.app;
        let here = Act { scope: Scope::default(), ..act.clone() };
        for (who, role) in [(Who::Viewer, Role::Viewer), (Who::Editor, Role::Editor), (Who::Owner, Role::Owner)] {
            put_member(app, &here, cast.id(who), role).await.unwrap();
        }
        users::add(app.store.as_ref(), &app.passwords, "guest@example.com", "a good password", false).await.unwrap();
        let stage = Self { cast, rule: String::new(), act, count: 0.into() };
        let (flags, body) = (stage.cast.path("/flags"), object!({"name": "F", "key": "matrix"}));
        for path in [flags.as_str(), "/api/projects/default/flags"] {
            assert_eq!(stage.cast.send(Who::AdminKey, Method::POST, path, body.clone()).await.0, 201);
        }
        let rule = object!({"rule_type": "user_id", "rule_value": "ada"});
        let (status, rule) = stage.cast.send(Who::AdminKey, Method::POST, &format!("{flags}/matrix/rules"), rule).await;
        assert_eq!(status, 201, "{rule}");
        Self { rule: rule["id"].as_str().unwrap().to_owned(), ..stage }
    }

    /// What was taken away by those who were let in before is there again.
    async fn prepare(&self, path: &str) -> String {
        let (app, cast) = (&self.cast.service.app, &self.cast);
        let mut key = String::new();
        if path.ends_with("/members/{user}") {
            put_member(app, &self.act, "guest@example.com", Role::Viewer).await.unwrap();
        } else if path.ends_with("/keys/{key}") {
            let (scope, label) = (Scope::new(cast.project.as_str(), ""), "k".to_owned());
            let wanted = NewKey { kind: KeyKind::Client, scope, label, configuration: false, expires_at: None };
            key = new_key(app, &self.act, wanted).await.unwrap().0.id;
        } else if path.contains("/segments/{name}") {
            let rule = object!({"rule": {"==": [1, 1]}});
            let (status, _) = cast.send(Who::AdminKey, Method::PUT, &cast.path("/segments/staff"), rule).await;
            assert_eq!(status, 200);
        }
        key
    }

    async fn play(&self, who: Who, method: &str, path: &str) -> u16 {
        let key = self.prepare(path).await;
        let key = if key.is_empty() { "matrix" } else { &key };
        let filled = path
            .replace("{pid}", &self.cast.project)
            .replace("{environment}", "staging")
            .replace("{user}", "guest@example.com")
            .replace("{name}", "staff")
            .replace("{rid}", &self.rule)
            .replace("{key}", key);
        let filled = ["{id}", "{fid}", "{flag_id}"].iter().fold(filled, |filled, name| filled.replace(name, "matrix"));
        self.count.set(self.count.get() + 1);
        let request = self.cast.ask(who, method.to_uppercase().parse().unwrap(), &filled);
        // Those who are let in change nothing where a version can be named, so that the next one finds everything as it was.
        let request = if method == "get" { request } else { request.json(&body(method, path, self.count.get())) };
        let made_anew = path.ends_with("/rollback") || method == "post" && !path.ends_with("/toggle");
        let request = if method == "get" || made_anew { request } else { request.header("If-Match", "\"999\"") };
        request.send().await.unwrap().status().as_u16()
    }
}

/// A body that is good for the route.
fn body(method: &str, path: &str, count: u32) -> Value {
    match (method, path) {
        ("post", "/api/admin/flags") => object!({"key": format!("new-{count}"), "description": "", "enabled": true}),
        ("post", "/api/projects") | ("put", "/api/projects/{pid}") => object!({"name": "Q"}),
        ("post", "/api/projects/{pid}/environments") => object!({"name": format!("new-{count}")}),
        ("patch", "/api/projects/{pid}/environments/{environment}") => object!({"protected": false}),
        ("post", "/api/projects/{pid}/flags") => object!({"name": "N", "key": format!("new-{count}")}),
        ("post", path) if path.ends_with("/rules") => {
            object!({"rule_type": "user_id", "rule_value": format!("u{count}")})
        }
        ("post", "/api/projects/{pid}/keys") => object!({"kind": "client", "label": "k"}),
        ("put", "/api/projects/{pid}/members/{user}") => object!({"role": "viewer"}),
        ("put", "/api/projects/{pid}/segments/{name}") => object!({"rule": {"==": [1, 1]}}),
        ("post", "/auth/login") => object!({"email": "guest@example.com", "password": "not this one"}),
        ("post", "/auth/register") => {
            object!({"email": format!("u{count}@example.com"), "password": "a good password"})
        }
        ("post", "/flags") => {
            object!({"flag_id": format!("new-{count}"), "name": "N", "description": "", "enabled_by_default": true, "variants": null})
        }
        // Of the project's flag, the version that has the rule.
        ("post", path) if path.ends_with("/rollback") => {
            object!({"version": if path.starts_with("/flags") { 1 } else { 2 }})
        }
        ("post", path) if path.starts_with("/ofrep/") => object!({"context": {"targetingKey": "ada"}}),
        ("post", "/sdk/v1/evaluate") => object!({"user_id": "ada"}),
        ("put", "/api/projects/{pid}/flags/{fid}/rules/{rid}") => object!({"priority": 7}),
        _ => object!({"description": format!("{count}")}),
    }
}
