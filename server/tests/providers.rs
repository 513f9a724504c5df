//! The published OpenFeature providers for OFREP against a running service, with a flag that is switched while they run. Each
//! test installs what it needs (`providers/setup`), and says so where its language is missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use burgee_server::access::Principal;
use burgee_server::flags::{Change, Definition, Flag};
use burgee_server::log::Scope;
use burgee_server::manage::{self, Act};
use serde_json::{Value, json};
use support::{SDK, Service};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// How long a program may take to start and to answer.
const PATIENCE: Duration = Duration::from_secs(60);

fn act() -> Act {
    let principal = Principal::Admin { key: "test".into(), project: None };
    Act { principal, request_id: "test".into(), scope: Scope::default() }
}

/// The flags that programs ask for; `switch` is on for the plan `team`, as long as nobody turns that round.
async fn service() -> Service {
    let service = Service::start().await;
    let on_off = json!({"on": true, "off": false});
    let value = |value: Value| json!({"state": "ENABLED", "variants": {"it": value}, "defaultVariant": "it"});
    for (key, definition) in [
        ("switch", switch("on", "off")),
        ("text", value(json!("snö"))),
        ("integer", value(json!(42))),
        ("float", value(json!(0.5))),
        ("object", value(json!({"a": [1, 2]}))),
        ("disabled", json!({"state": "DISABLED", "variants": on_off, "defaultVariant": "off"})),
        ("a/b", json!({"state": "ENABLED", "variants": on_off, "defaultVariant": "on"})),
    ] {
        let change = Change { definition: Some(Some(Definition::from(&definition))), ..Change::of(key) };
        manage::create(&service.app, &act(), change).await.unwrap();
    }
    service
}

fn switch(team: &str, others: &str) -> Value {
    json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": others,
        "targeting": {"if": [{"==": [{"var": "plan"}, "team"]}, team]}, "metadata": {"owner": "growth"}})
}

async fn turn_round(service: &Service) {
    let definition = Definition::from(&switch("off", "on"));
    let change = move |_: &Flag| Ok(Change { definition: Some(Some(definition.clone())), ..Change::default() });
    manage::update(&service.app, &act(), "switch", None, change).await.unwrap();
}

/// A program that evaluates through a provider.
struct Program {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Installs and starts the program of a language; `None`, said aloud, where the language is missing.
    async fn start(language: &str, command: &[&str], service: &Service) -> Option<Self> {
        let place = installed(language).await?;
        let (program, arguments) = command.split_first().unwrap();
        let inside = place.join(program);
        let program = if inside.exists() { inside } else { PathBuf::from(program) };
        let mut command = Command::new(program);
        command.args(arguments).arg(service.url("")).arg(SDK).current_dir(&place).kill_on_drop(true);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());
        Some(Self { child, input, output })
    }

    /// What every flag is for a context.
    async fn evaluate(&mut self, context: &str) -> Value {
        self.input.write_all(format!("{context}\n").as_bytes()).await.unwrap();
        let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await.expect("the program is silent");
        serde_json::from_str(&line.unwrap().expect("the program ended")).unwrap()
    }

    async fn end(mut self) {
        drop(self.input);
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        assert!(ended.expect("the program does not end").unwrap().success());
    }
}

async fn installed(language: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("providers");
    let setup = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/providers/setup");
    let status = Command::new(setup).arg(language).arg(&folder).status().await.unwrap();
    match status.code() {
        Some(0) => Some(folder.join(language)),
        // It has said what is missing.
        Some(3) => None,
        _ => panic!("the provider for {language} could not be installed"),
    }
}

const TEAM: &str = r#"{"targetingKey": "ada", "plan": "team"}"#;
const NOBODY: &str = "{}";

/// What all providers make of the flags that have values.
fn check_values(flags: &Value) {
    let expected = [
        ("switch", json!(true), "TARGETING_MATCH"),
        ("text", json!("snö"), "STATIC"),
        ("integer", json!(42), "STATIC"),
        ("float", json!(0.5), "STATIC"),
        ("object", json!({"a": [1, 2]}), "STATIC"),
        ("a/b", json!(true), "STATIC"),
    ];
    for (key, value, reason) in expected {
        let flag = &flags[key];
        assert_eq!((&flag["value"], &flag["reason"]), (&value, &json!(reason)), "{key}: {flag}");
        assert!(flag["errorCode"].is_null(), "{key}: {flag}");
    }
    assert_eq!(flags["switch"]["variant"], "on");
    assert_eq!(flags["switch"]["owner"], "growth");
    for key in ["disabled", "missing"] {
        assert_eq!(flags[key]["value"], true, "the application's default: {}", flags[key]);
    }
    assert_eq!(flags["missing"]["errorCode"], "FLAG_NOT_FOUND");
}

/// A provider that asks each time: `disabled` is what it makes of a flag without a value.
async fn asks_each_time(language: &str, command: &[&str], disabled: &str) {
    let service = service().await;
    let Some(mut program) = Program::start(language, command, &service).await else { return };
    let flags = program.evaluate(TEAM).await;
    check_values(&flags);
    assert_eq!(flags["disabled"]["reason"], disabled, "{}", flags["disabled"]);
    let otherwise = &program.evaluate(NOBODY).await["switch"];
    assert_eq!((&otherwise["value"], &otherwise["reason"]), (&json!(false), &json!("UNKNOWN")), "{otherwise}");
    turn_round(&service).await;
    assert_eq!(program.evaluate(TEAM).await["switch"]["value"], false);
    assert_eq!(program.evaluate(NOBODY).await["switch"]["value"], true);
    program.end().await;
}

#[tokio::test]
async fn ofrep_the_provider_for_node_evaluates_and_follows() {
    // Version 0.1.3 takes an answer without a value for a mistake, and gives the application's default all the same.
    asks_each_time("node", &["node", "program.js"], "ERROR").await;
}

#[tokio::test]
async fn ofrep_the_provider_for_python_evaluates_and_follows() {
    asks_each_time("python", &["venv/bin/python", "program.py"], "DISABLED").await;
}

#[tokio::test]
async fn ofrep_the_provider_for_go_evaluates_and_follows() {
    asks_each_time("go", &["program"], "DISABLED").await;
}

#[tokio::test]
async fn ofrep_the_web_provider_in_a_browser_evaluates_and_is_told() {
    let service = service().await;
    let Some(mut program) = Program::start("web", &["node", "program.js"], &service).await else { return };
    let flags = program.evaluate(TEAM).await;
    check_values(&flags);
    assert_eq!(flags["disabled"]["reason"], "DISABLED", "{}", flags["disabled"]);
    assert_eq!((&flags["changed"], &flags["statuses"]), (&json!([]), &json!([200])));
    turn_round(&service).await;
    let deadline = Instant::now() + PATIENCE;
    let told = loop {
        let flags = program.evaluate("").await;
        if flags["switch"]["value"] == false {
            break flags;
        }
        assert!(Instant::now() < deadline, "the provider was not told: {flags}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((&told["changed"], &told["statuses"]), (&json!([["switch"]]), &json!([200, 200])));
    assert_eq!(program.evaluate(NOBODY).await["switch"]["value"], true, "another context is asked for anew");
    program.end().await;
}
