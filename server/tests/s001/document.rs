//! What the document shows, run as it stands there: only the address is another one.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::{Service, json as answer};
use crate::users::User;

/// The document, or nothing, said aloud, where it is absent.
fn document() -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("BURGEE_SHARED").map_or_else(beside, PathBuf::from);
    let file = shared.join("spec/service/documents/multi-project.md");
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        println!("left out: `{}` is absent; set BURGEE_SHARED to the folder that has it", file.display());
    }
    text
}

/// Whether programs are there; says aloud which one is not.
async fn has(programs: &[&str]) -> bool {
    for program in programs {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().await;
        if !found.is_ok_and(|status| status.success()) {
            println!("left out: `{program}` is missing");
            return false;
        }
    }
    true
}

/// The part of a text from words to others, the latter left out.
fn between(text: &str, from: &str, to: &str) -> String {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("the document has no `{from}`"));
    let (part, _) = rest.split_once(to).unwrap_or_else(|| panic!("the document has no `{to}` after `{from}`"));
    format!("{from}{part}")
}

/// Runs a script, which must succeed; gives what it printed.
async fn bash(script: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new("bash");
    command.arg("-euo").arg("pipefail").arg("-c").arg(script).envs(variables.iter().copied());
    let output = command.output().await.unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{out}\n{error}");
    out.into_owned()
}

#[tokio::test]
async fn s001_58_the_quick_test_works_as_it_stands() {
    let Some(document) = document() else { return };
    if !has(&["bash", "curl", "jq"]).await {
        return;
    }
    let service = Service::start().await;
    let script = between(&document, "# 1. Register a user", "Using Postman");
    assert_eq!(script.matches("curl ").count(), 4);
    let printed = bash(&script.replace("http://127.0.0.1:3000", &service.url("")), &[]).await;
    let flag: Value = serde_json::from_str(printed.lines().last().unwrap()).unwrap();
    assert_eq!((&flag["key"], &flag["rollout_percentage"]), (&json!("dark_mode"), &json!(50)), "{printed}");
    assert!(printed.contains(&format!("Project created: {}", flag["project_id"].as_str().unwrap())), "{printed}");
    service.stop().await;
}

/// A step of a use case: its commands, with the address of the service.
fn steps(document: &str, service: &Service, from: &str, to: &str) -> Vec<String> {
    let part = between(document, from, to).replace("http://localhost:3000", &service.url(""));
    part.split("\n# ").skip(1).map(|step| step.split_once('\n').unwrap().1.to_owned()).collect()
}

/// Somebody with a project and a flag, and what the document's commands call them.
struct Case {
    user: User,
    project: Value,
    flag: Value,
}

impl Case {
    async fn new(service: &Service) -> Self {
        let user = User::new(service, "developer@example.com").await;
        let project = user.ok(Method::POST, "/api/projects", json!({"name": "My App"})).await;
        let path = format!("/api/projects/{}/flags", project["id"].as_str().unwrap());
        let body = json!({"name": "Beta", "key": "beta", "enabled": true});
        let flag = user.ok(Method::POST, &path, body).await;
        Self { user, project, flag }
    }

    async fn run(&self, step: &str) -> Value {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (project, flag) = (text(&self.project["id"]), text(&self.flag["id"]));
        let printed = bash(step, &[("TOKEN", &self.user.token), ("PROJECT", &project), ("FLAG", &flag)]).await;
        serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{printed}"))
    }

    async fn evaluate(&self, service: &Service, flag: &str, body: Value) -> Value {
        let key = self.project["sdk_key"].as_str().unwrap();
        let request = service.request(Method::POST, "/sdk/v1/evaluate").header("X-SDK-Key", key).json(&body);
        let (status, flags) = answer(request).await;
        assert_eq!(status, 200, "{flags}");
        flags[flag].clone()
    }

    /// How many of two hundred users are in.
    async fn inside(&self, service: &Service, flag: &str) -> usize {
        let mut inside = 0;
        for number in 0..200 {
            let user = json!({"user_id": format!("user-{number}")});
            inside += usize::from(self.evaluate(service, flag, user).await["enabled"] == json!(true));
        }
        inside
    }
}

#[tokio::test]
async fn s001_59_gradual_roll_out() {
    let Some(document) = document() else { return };
    if !has(&["bash", "curl"]).await {
        return;
    }
    let service = Service::start().await;
    let mut case = Case::new(&service).await;
    let steps = steps(&document, &service, "Roll out a new feature to 10%", "Internal Beta Testing");
    assert_eq!(steps.len(), 3);
    let mut before = 0;
    for (step, percentage) in steps.iter().zip([10, 50, 100]) {
        let flag = case.run(step).await;
        assert_eq!(flag["rollout_percentage"], json!(percentage), "{flag}");
        case.flag = flag;
        let inside = case.inside(&service, "new_ui").await;
        assert!(inside > before && inside.abs_diff(percentage * 2) < 30, "{percentage} %: {inside} of 200");
        before = inside;
    }
    assert_eq!(before, 200);
    service.stop().await;
}

/// The command of a use case that makes a rule, and who is in by it and who is not.
async fn rule_case(from: &str, to: &str, inside: Value, outside: Value) {
    let Some(document) = document() else { return };
    if !has(&["bash", "curl"]).await {
        return;
    }
    let service = Service::start().await;
    let case = Case::new(&service).await;
    assert_eq!(case.evaluate(&service, "beta", inside.clone()).await["enabled"], json!(false));
    let steps = steps(&document, &service, from, to);
    assert_eq!(steps.len(), 1);
    let rule = case.run(&steps[0]).await;
    assert_eq!((&rule["flag_id"], &rule["priority"]), (&case.flag["id"], &json!(100)), "{rule}");
    let named = case.evaluate(&service, "beta", inside).await;
    assert_eq!(named, json!({"enabled": true, "reason": "rule_match"}));
    assert_eq!(case.evaluate(&service, "beta", outside).await["enabled"], json!(false));
    service.stop().await;
}

#[tokio::test]
async fn s001_59_internal_beta_by_domain() {
    let inside = json!({"user_id": "u", "user_email": "dev@yourcompany.com"});
    let outside = json!({"user_id": "u", "user_email": "dev@notyourcompany.com"});
    rule_case("Enable features for your company", "VIP User Access", inside, outside).await;
}

#[tokio::test]
async fn s001_59_vip_by_address() {
    let inside = json!({"user_id": "u", "user_email": "vip@example.com"});
    let outside = json!({"user_id": "u", "user_email": "other@example.com"});
    rule_case("Give specific users early access", "Kill Switch", inside, outside).await;
}

#[tokio::test]
async fn s001_59_kill_switch() {
    let Some(document) = document() else { return };
    if !has(&["bash", "curl"]).await {
        return;
    }
    let service = Service::start().await;
    let case = Case::new(&service).await;
    let path = format!("/api/projects/{}/flags/beta", case.project["id"].as_str().unwrap());
    case.user.ok(Method::PUT, &path, json!({"rollout_percentage": 100})).await;
    assert_eq!(case.inside(&service, "beta").await, 200);
    let steps = steps(&document, &service, "Quickly disable a problematic feature", "Client Integration");
    assert_eq!(steps.len(), 1);
    assert_eq!(case.run(&steps[0]).await["enabled"], json!(false));
    let off = case.evaluate(&service, "beta", json!({"user_id": "user-1"})).await;
    assert_eq!(off, json!({"enabled": false, "reason": "disabled"}));
    service.stop().await;
}

#[tokio::test]
async fn s001_55_the_integration_scripts_pass() {
    if !has(&["bash", "curl", "jq"]).await {
        return;
    }
    let service = Service::start().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with("test_"));
    names.sort();
    assert!(names.len() >= 4);
    for script in names {
        let printed = bash(&format!("'{}'", script.display()), &[("URL", &service.url(""))]).await;
        assert!(printed.starts_with("passed: "), "{}: {printed}", script.display());
    }
    service.stop().await;
}

/// Where the document's client is run from, with what it needs installed.
async fn client() -> Option<PathBuf> {
    if !has(&["node", "npm"]).await {
        return None;
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/s001/client");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("s001-client");
    std::fs::create_dir_all(&place).unwrap();
    let read = |folder: &Path| std::fs::read_to_string(folder.join("package-lock.json")).ok();
    let fresh = read(&place) == read(&here) && place.join("node_modules/typescript/package.json").exists();
    for name in ["package.json", "package-lock.json", "run.js"] {
        std::fs::copy(here.join(name), place.join(name)).unwrap();
    }
    if !fresh {
        let arguments = ["ci", "--no-fund", "--no-audit", "--loglevel=error"];
        let status = Command::new("npm").args(arguments).current_dir(&place).status().await.unwrap();
        assert!(status.success(), "what the client needs could not be installed");
    }
    Some(place)
}

#[tokio::test]
async fn s001_29_the_document_s_client_works_unchanged() {
    let Some(document) = document() else { return };
    let Some(place) = client().await else { return };
    let service = Service::start().await;
    let case = Case::new(&service).await;
    let path = format!("/api/projects/{}/flags", case.project["id"].as_str().unwrap());
    let rules = format!("{path}/beta/rules");
    case.user.ok(Method::POST, &rules, json!({"rule_type": "user_email", "rule_value": "user@example.com"})).await;
    let body = json!({"name": "Dark Mode", "key": "dark_mode", "enabled": true, "rollout_percentage": 100});
    case.user.ok(Method::POST, &path, body).await;

    let class = between(&document, "class FeatureFlagClient", "// Usage");
    let usage = between(&document, "const client = new FeatureFlagClient(", "if (await client");
    let usage = usage.replace("'sdk_your_key_here'", "key").replace("'https://flags.yourdomain.com'", "url");
    let asked = "
        answer(await client.isEnabled('dark_mode', 'user_123', 'user@example.com'));
        answer(await client.isEnabled('beta', 'user_123', 'user@example.com'));
        answer(await client.isEnabled('beta', 'user_123'));
        answer(await client.isEnabled('no_such_flag', 'user_123'));
        answer(await client.evaluateFlags('user_123'));
    ";
    let mut command = Command::new("node");
    command.arg("run.js").arg(service.url("")).arg(case.project["sdk_key"].as_str().unwrap()).current_dir(&place);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let script = format!("{class}\n{usage}\n{asked}");
    child.stdin.take().unwrap().write_all(script.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let all = json!({"beta": {"enabled": false, "reason": "rollout_excluded"}, "dark_mode": {"enabled": true, "reason": "rollout"}});
    assert_eq!(answers, [json!(true), json!(true), json!(false), json!(false), all]);
    service.stop().await;
}
