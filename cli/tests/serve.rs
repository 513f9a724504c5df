//! The service as a process: its first minute, its exit codes, commands beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use support::{DEADLINE, Service, answer, burgee, read_until, run, terminate, text};

/// Runs a line of a shell and gives what it prints.
fn shell(line: &str) -> String {
    let output = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    text(&output.stdout)
}

/// The requests to paste, each as one line.
fn requests(told: &str) -> Vec<String> {
    let joined = told.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| line.starts_with("curl "));
    lines.map(|line| line.replacen("curl ", "curl -s --max-time 30 ", 1)).collect()
}

#[test]
fn s004_26_the_first_minute_prints_addresses_a_log_in_and_three_requests_that_work() {
    let folder = tempfile::tempdir().unwrap();
    let start =
        || burgee(folder.path()).args(["serve", "--example", "--port", "0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = start();
    let (told, rest) = read_until(child.stderr.take().unwrap(), "X-Admin-API-Key");
    let word = |before: &str| {
        let found = told.split(before).nth(1).unwrap_or_else(|| panic!("no `{before}` in {told}"));
        found.split_whitespace().next().unwrap().to_owned()
    };
    let url = word("Log in ");
    assert!(told.contains("15 flags in default/production"), "{told}");
    let [evaluate, stream, toggle] = requests(&told).try_into().unwrap_or_else(|found| panic!("{found:?} in {told}"));

    let answer: Value = serde_json::from_str(&shell(&evaluate)).unwrap();
    assert_eq!((&answer["value"], &answer["reason"]), (&json!(true), &json!("TARGETING_MATCH")));
    let mut watching = Command::new("sh").args(["-c", &stream]).stdout(Stdio::piped()).spawn().unwrap();
    let switched: Value = serde_json::from_str(&shell(&toggle)).unwrap();
    assert_eq!(switched["enabled"], json!(false));
    let answer: Value = serde_json::from_str(&shell(&evaluate)).unwrap();
    assert_eq!(answer["reason"], json!("DISABLED"));
    // The stream may have begun after the change: another one is seen for certain.
    let mut seen = std::io::BufReader::new(watching.stdout.take().unwrap());
    shell(&toggle);
    let mut line = String::new();
    while !line.contains("FlagUpdated") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut seen, &mut line).unwrap() > 0, "the stream ended");
    }
    assert!(line.contains("new-checkout"), "{line}");

    let (email, password) = (word("User "), word("password "));
    let body = json!({"email": email, "password": password}).to_string();
    let log_in = format!("curl -s -f {url} -H 'Content-Type: application/json' -d '{body}'");
    assert!(shell(&log_in).contains("token"));

    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(rest.recv_timeout(DEADLINE).unwrap().contains("burgee has stopped"));
    let _ = watching.wait();

    // Secrets are told once.
    let mut child = start();
    let (told, _rest) = read_until(child.stderr.take().unwrap(), "X-Admin-API-Key");
    assert!(!told.contains("adm_") && !told.contains("sdk_") && !told.contains("password"), "{told}");
    assert!(told.contains("secrets.json") && told.contains("15 flags"), "{told}");
    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_example_is_not_mixed_with_other_data() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f.json"), FLAGS).unwrap();
    answer(folder.path(), &["import", "f.json"]);
    let mut child =
        burgee(folder.path()).args(["serve", "--example", "--port", "0"]).stderr(Stdio::piped()).spawn().unwrap();
    let (told, _rest) = read_until(child.stderr.take().unwrap(), "Flags ");
    assert!(told.contains("no example: `burgee-data` has data already"), "{told}");
    assert!(told.contains("1 flag in default/production"), "{told}");
    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

const FLAGS: &str =
    r#"{"flags": {"f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"}}}"#;

fn sent(request: reqwest::RequestBuilder) -> reqwest::Response {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(request.send()).unwrap()
}

/// The status of a request.
fn status(request: reqwest::RequestBuilder) -> u16 {
    sent(request).status().as_u16()
}

fn evaluate(url: &str, key: &str) -> u16 {
    let request = reqwest::Client::new().post(format!("{url}/ofrep/v1/evaluate/flags/f"));
    status(request.header("X-API-Key", key).json(&json!({"context": {"targetingKey": "ada"}})))
}

/// Waits until a request has a status.
fn until(wanted: u16, ask: impl Fn() -> u16) {
    let start = Instant::now();
    while ask() != wanted {
        assert!(start.elapsed() < DEADLINE, "never {wanted}, but {}", ask());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn s001_47_variables_and_options_set_the_same() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f.json"), FLAGS).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let variables = [
        ("HOST", "127.0.0.1"),
        ("PORT", &port),
        ("BURGEE_DATA", "elsewhere"),
        ("ADMIN_API_KEY", "admin-of-the-environment"),
        ("SDK_API_KEY", "sdk-of-the-environment"),
        ("JWT_SECRET", "0123456789012345678901234567890123456789"),
        ("CONFIG_PATH", "f.json"),
        ("RUST_LOG", "warn"),
        ("ALLOWED_ORIGINS", "https://app.example.com,https://other.example.com"),
    ];
    let service = Service::with(burgee(folder.path()).arg("serve").envs(variables));
    assert_eq!(service.url, format!("http://127.0.0.1:{port}"));
    assert!(folder.path().join("elsewhere/burgee.db").is_file());
    assert_eq!(service.told["made"], Value::Null, "nothing was left to make");
    assert!(!folder.path().join("elsewhere/secrets.json").exists());
    assert_eq!(evaluate(&service.url, "sdk-of-the-environment"), 200);
    let projects = |key: &str| {
        let request = reqwest::Client::new().get(format!("{}/api/projects", service.url));
        status(request.header("X-Admin-API-Key", key))
    };
    assert_eq!((projects("admin-of-the-environment"), projects("another")), (200, 401));
    let allowed = |origin: &str| {
        let request = reqwest::Client::new().get(format!("{}/health", service.url)).header("Origin", origin);
        let headers = sent(request).headers().clone();
        headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(allowed("https://app.example.com").as_deref(), Some("https://app.example.com"));
    assert_eq!(allowed("https://evil.example.com"), None);
    assert_eq!(service.stop(), Some(0));

    let options = ["--data", "by-options", "--flags", "f.json", "--admin-key", "admin-1", "--sdk-key", "sdk-1"];
    let service = Service::start(folder.path(), &options);
    assert_eq!(evaluate(&service.url, "sdk-1"), 200);
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn keys_and_users_made_beside_a_running_service_count_there() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f.json"), FLAGS).unwrap();
    answer(folder.path(), &["import", "f.json"]);
    let service = Service::start(folder.path(), &[]);
    let key = answer(folder.path(), &["key", "new", "--kind", "server", "--label", "beside"]);
    let (id, first) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
    until(200, || evaluate(&service.url, first));
    let next = answer(folder.path(), &["key", "rotate", id]);
    until(200, || evaluate(&service.url, next["key"].as_str().unwrap()));
    until(401, || evaluate(&service.url, first));
    let graced = answer(folder.path(), &["key", "rotate", next["id"].as_str().unwrap(), "--grace", "1h"]);
    until(200, || evaluate(&service.url, graced["key"].as_str().unwrap()));
    assert_eq!(evaluate(&service.url, next["key"].as_str().unwrap()), 200, "it has its grace");
    answer(folder.path(), &["key", "revoke", graced["id"].as_str().unwrap()]);
    until(401, || evaluate(&service.url, graced["key"].as_str().unwrap()));

    let log_in = |password: &str| {
        let request = reqwest::Client::new().post(format!("{}/auth/login", service.url));
        status(request.json(&json!({"email": "ada@example.com", "password": password})))
    };
    let user = answer(folder.path(), &["user", "add", "ada@example.com"]);
    let first = user["password"].as_str().unwrap();
    assert_eq!(log_in(first), 200);
    let user = answer(folder.path(), &["user", "reset", "ada@example.com"]);
    assert_eq!((log_in(first), log_in(user["password"].as_str().unwrap())), (401, 200));

    // What reads only, reads beside it.
    let health = run(folder.path(), &["health", &service.url]);
    assert!(text(&health.stdout).starts_with("healthy"), "{health:?}");
    assert_eq!(answer(folder.path(), &["log", "verify"])["broken"], Value::Null);
    assert!(run(folder.path(), &["log", "tail"]).status.success());
    assert!(run(folder.path(), &["export"]).status.success());
    // What needs the data for itself is refused.
    let import = run(folder.path(), &["import", "f.json", "--environment", "staging"]);
    assert_eq!(import.status.code(), Some(3), "{import:?}");
    assert!(text(&import.stderr).contains("is in use by another process"), "{import:?}");
    assert_eq!(service.stop(), Some(0));
}

/// Refused before it serves, with an exit code and a part of the sentence.
fn refused(folder: &Path, arguments: &[&str], code: i32, sentence: &str) {
    let output = burgee(folder).arg("serve").args(arguments).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(sentence), "{arguments:?}: {said}");
}

#[test]
fn a_service_that_cannot_start_says_why_and_ends_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refused(folder.path(), &["--port", &port], 4, "choose another one with `--port`");
    refused(folder.path(), &["--port", "0", "--jwt-secret", &"x".repeat(31)], 2, "31");
    refused(folder.path(), &["--port", "0", "--flags", "nowhere.json"], 2, "nowhere.json");
    refused(folder.path(), &["--port", "0", "--log", "=loud"], 2, "log");
    refused(folder.path(), &["--port", "0", "--allowed-origins", "example.com"], 2, "example.com");
    refused(folder.path(), &["--port", "0", "--trusted-proxies", "everybody"], 2, "10.0.0.0/8");
    refused(folder.path(), &["--port", "seven"], 2, "invalid value 'seven'");
    std::fs::write(folder.path().join("a-file"), "").unwrap();
    refused(folder.path(), &["--port", "0", "--data", "a-file"], 3, "a-file");
    let service = Service::start(folder.path(), &[]);
    refused(folder.path(), &["--port", "0"], 3, "is in use by another process");
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn follow_shows_events_as_they_happen_and_a_closed_pipe_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f.json"), FLAGS).unwrap();
    answer(folder.path(), &["import", "f.json"]);
    let mut child = burgee(folder.path())
        .args(["log", "tail", "--follow", "-n", "1", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(next()["event_type"], "FlagCreated");
    answer(folder.path(), &["key", "new", "--kind", "server"]);
    assert_eq!(next()["event_type"], "KeyRotated");
    drop(lines);
    answer(folder.path(), &["key", "new", "--kind", "server"]);
    assert_eq!(child.wait().unwrap().code(), Some(0), "whoever read it has gone");
    let command = format!("{} export | head -c 10", env!("CARGO_BIN_EXE_burgee"));
    let output = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().unwrap();
    assert_eq!((text(&output.stdout).len(), text(&output.stderr).as_str()), (10, ""));
}

#[test]
fn what_a_program_reads_is_lines_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = burgee(folder.path())
        .args(["serve", "--example", "--port", "0", "--log-format", "json", "--log", "debug"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (told, rest) = read_until(child.stderr.take().unwrap(), "admin_key");
    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let lines = format!("{told}{}", rest.recv_timeout(DEADLINE).unwrap());
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let welcome = lines.iter().find(|line| line["made"]["admin_key"].is_string()).unwrap();
    assert!(welcome["url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert!(welcome["user"]["password"].is_string());
}

#[test]
fn a_log_that_was_tampered_with_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f.json"), FLAGS.replace("on", "by-stander")).unwrap();
    answer(folder.path(), &["import", "f.json"]);
    assert_eq!(answer(folder.path(), &["log", "verify"])["broken"], Value::Null);
    let path = folder.path().join("burgee-data/burgee.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let found: Vec<usize> =
        bytes.windows(10).enumerate().filter(|(_, part)| part == b"by-stander").map(|(place, _)| place).collect();
    found.iter().for_each(|place| bytes[*place] = b'B');
    std::fs::write(&path, &bytes).unwrap();
    let verdict = run(folder.path(), &["log", "verify", "--json"]);
    assert_eq!(verdict.status.code(), Some(1), "{verdict:?}");
    let broken: Value = serde_json::from_slice(&verdict.stdout).unwrap();
    assert!(broken["broken"]["reason"].is_string(), "{broken}");
    std::fs::write(&path, &bytes[..4096]).unwrap();
    assert_eq!(run(folder.path(), &["log", "verify"]).status.code(), Some(3));
}
