//! What operators see: logs with spans and request ids, figures, health and readiness.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use burgee_server::access::Principal;
use burgee_server::config::Pace;
use burgee_server::flags::Change;
use burgee_server::log::Scope;
use burgee_server::manage::{self, Act};
use burgee_server::observe::logs::{self, Format};
use burgee_server::serve;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Service, eventually, json};
use tracing_subscriber::fmt::MakeWriter;

/// Lines in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// A line that has all of these parts.
    async fn with(&self, parts: &[&str]) -> String {
        eventually(&format!("a line with {parts:?}"), async || {
            let text = self.text();
            text.lines().find(|line| parts.iter().all(|part| line.contains(part))).map(str::to_owned)
        })
        .await
    }
}

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

/// What all tests of this file log.
fn captured() -> &'static Lines {
    static LINES: OnceLock<Lines> = OnceLock::new();
    LINES.get_or_init(|| {
        let lines = Lines::default();
        let subscriber = logs::subscriber(Format::Text, "debug", lines.clone()).unwrap();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        lines
    })
}

fn act() -> Act {
    let principal = Principal::Admin { key: "test".into(), project: None };
    Act { principal, request_id: "request-of-the-test".into(), scope: Scope::default() }
}

async fn create(service: &Service, key: &str) {
    let change = Change { enabled_by_default: Some(true), ..Change::of(key) };
    manage::create(&service.app, &act(), change).await.unwrap();
}

/// A service on a file with one flag.
async fn on_file() -> (Service, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.json");
    std::fs::write(&path, r#"{"flags": {"f": {"name": "f", "enabled": true}}}"#).unwrap();
    let flags = vec![path.clone()];
    let service = Service::with(|config| {
        config.flags = flags;
        config.watch = Pace { rest: Duration::from_millis(50), settle: Duration::ZERO, ..Pace::default() };
    })
    .await;
    (service, path, folder)
}

async fn figures(service: &Service) -> String {
    service.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap()
}

/// The sum of a figure over all labels that have these parts.
fn figure(figures: &str, name: &str, parts: &[&str]) -> f64 {
    let is_it = |line: &&str| {
        let found = line.split(['{', ' ']).next() == Some(name);
        found && parts.iter().all(|part| line.contains(part))
    };
    figures.lines().filter(is_it).map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

#[tokio::test]
async fn counters_that_shall_not_move_are_there_from_the_start() {
    let (service, _path, _folder) = on_file().await;
    let text = figures(&service).await;
    assert!(text.lines().any(|line| line.starts_with("evaluations_dropped_total ")), "{text}");
    service.stop().await;
}

#[tokio::test]
async fn s000_46_spans_stand_around_writes_recomputation_and_reloads() {
    let lines = captured();
    let (service, path, _folder) = on_file().await;
    create(&service, "spans").await;
    lines.with(&["log.append", "close"]).await;
    lines.with(&["state.reduce", "close"]).await;
    std::fs::write(&path, r#"{"flags": {"g": {"name": "g", "enabled": true}}}"#).unwrap();
    lines.with(&["source.reload", "Configuration reloaded", path.to_str().unwrap()]).await;
    service.stop().await;
}

#[tokio::test]
async fn s003_19_reloads_and_failures_are_logged_with_the_places() {
    let lines = captured();
    let (service, path, _folder) = on_file().await;
    let file = path.to_str().unwrap();
    lines.with(&["INFO", "Loaded configuration", file]).await;
    std::fs::write(&path, "{\"flags\": {\n  \"f\": {\"name\": \"f\", \"enabled\": 1},\n  \"g\": {}}}").unwrap();
    lines.with(&["ERROR", "Failed to reload config", file, "line 2, column 33", "(and 2 more, see the log)"]).await;
    lines.with(&["WARN", file, "pointer=\"/flags/f/enabled\"", "line=2", "column=33"]).await;
    lines.with(&["WARN", file, "pointer=\"/flags/g\"", "line=3"]).await;
    std::fs::write(&path, r#"{"flags": {"g": {"name": "g", "enabled": true}}}"#).unwrap();
    lines.with(&["INFO", "Configuration reloaded", file, "flags=1", "changed=2"]).await;
    service.stop().await;
}

#[tokio::test]
async fn s000_47_the_rate_and_the_lag_of_events_are_measured() {
    let service = Service::start().await;
    let before = figures(&service).await;
    create(&service, "measured").await;
    let after = figures(&service).await;
    for name in ["events_appended_total", "event_apply_lag_seconds_count"] {
        assert!(figure(&after, name, &[]) >= figure(&before, name, &[]) + 1.0, "{name} moves");
    }
    assert!(figure(&after, "event_apply_lag_seconds_bucket", &["le=\"10\""]) >= 1.0);
    assert!(figure(&after, "snapshot_seq", &[]) >= 1.0);
    service.stop().await;
}

#[tokio::test]
async fn s000_48_each_component_says_how_it_is() {
    let (service, path, _folder) = on_file().await;
    for path in ["/health", "/healthz"] {
        assert_eq!(json(service.request(Method::GET, path)).await, (200, json!("ok")));
    }
    let (status, ready) = json(service.request(Method::GET, "/readyz")).await;
    assert_eq!((status, &ready["status"], &ready["reasons"]), (200, &json!("ready"), &json!([])));
    assert_eq!(ready["store"]["condition"], "ready");
    assert_eq!(ready["sources"][0]["condition"], "ready");
    assert_eq!(ready["sources"][0]["flags"], 1);
    assert!(ready["sources"][0]["name"].as_str().unwrap().contains(path.to_str().unwrap()));
    // Without its store the service evaluates, but changes nothing.
    service.app.store.close().await;
    let (status, ready) = json(service.request(Method::GET, "/readyz")).await;
    assert_eq!((status, &ready["status"]), (503, &json!("unready")));
    assert_eq!(ready["store"]["condition"], "failed");
    assert!(ready["reasons"][0].as_str().unwrap().starts_with("the store"), "{ready}");
    assert_eq!(json(service.request(Method::GET, "/flags/f")).await, (200, json!({"flag": "f", "enabled": true})));
    service.stop().await;
}

#[tokio::test]
async fn s001_21_health_answers_200() {
    let service = Service::start().await;
    assert_eq!(service.request(Method::GET, "/health").send().await.unwrap().status(), 200);
    service.stop().await;
}

#[tokio::test]
async fn requests_have_an_id_in_their_line_and_their_route_in_the_figures() {
    let lines = captured();
    let (service, _path, _folder) = on_file().await;
    let asked =
        service.request(Method::GET, "/flags/f?user_id=somebody-private").header("X-Request-Id", "an-id-of-mine");
    assert_eq!(asked.send().await.unwrap().headers()["x-request-id"], "an-id-of-mine");
    let line = lines.with(&["answered", "an-id-of-mine"]).await;
    assert!(line.contains("/flags/{flag_id}") && line.contains("status=200"), "{line}");
    assert!(!lines.text().contains("somebody-private"), "who was asked for is nobody's business");
    let plain =
        service.request(Method::GET, "/nowhere/at-all").header("X-Request-Id", "not plain").send().await.unwrap();
    assert_eq!(plain.headers()["x-request-id"].len(), 36, "an id that is not plain is replaced");
    let figures = figures(&service).await;
    let labels =
        ["http_request_method=\"GET\"", "http_route=\"/flags/{flag_id}\"", "http_response_status_code=\"200\""];
    assert!(figure(&figures, "http_server_request_duration_seconds_count", &labels) >= 1.0, "{figures}");
    let unknown = ["http_route=\"\"", "http_response_status_code=\"404\""];
    assert!(figure(&figures, "http_server_request_duration_seconds_count", &unknown) >= 1.0);
    assert!(!figures.contains("at-all"), "paths of nobody's route are no labels");
    service.stop().await;
}

#[tokio::test]
async fn the_process_is_measured() {
    let service = Service::start().await;
    let figures = figures(&service).await;
    if cfg!(target_os = "linux") {
        assert!(figure(&figures, "process_resident_memory_bytes", &[]) > 1e6, "{figures}");
        assert!(figure(&figures, "process_cpu_seconds_total", &[]) >= 0.0);
        assert!(figure(&figures, "process_open_fds", &[]) > 3.0);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        let age = now - figure(&figures, "process_start_time_seconds", &[]);
        assert!((-5.0..86_400.0).contains(&age), "{age} seconds old");
    }
    service.stop().await;
}

#[tokio::test]
async fn operators_have_a_port_of_their_own_if_they_want_one() {
    let service = Service::with(|config| config.management_port = Some(0)).await;
    assert_eq!(service.request(Method::GET, "/metrics").send().await.unwrap().status(), 404);
    let listener = serve::listen_for_operators(&service.app).await.unwrap().unwrap();
    let address = listener.local_addr().unwrap();
    let operators = tokio::spawn(serve::serve_operators(service.app.clone(), listener));
    for path in ["/health", "/readyz", "/metrics"] {
        let answer = service.client.get(format!("http://{address}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let flags = service.client.get(format!("http://{address}/flags")).send().await.unwrap();
    assert_eq!(flags.status(), 404, "and nothing else");
    operators.abort();
    service.stop().await;
}

#[test]
fn nobody_writes_lines_of_their_own() {
    let hostile = "a\nERROR forged\r\n\u{1b}[31mred\u{7f}\u{9b}\u{2028}\u{202e}ü";
    for format in [Format::Text, Format::Json] {
        let lines = Lines::default();
        let subscriber = logs::subscriber(format, "info", lines.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(key = hostile, shown = %hostile, "said {hostile}");
        });
        let text = lines.text();
        assert_eq!(text.matches('\n').count(), 1, "one event, one line: {text:?}");
        let bad = |one: char| one.is_control() || "\u{2028}\u{202e}".contains(one);
        assert!(!text.trim_end_matches('\n').contains(bad), "{text:?}");
        assert!(text.contains('ü'));
        if format == Format::Json {
            let line: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(line["fields"]["key"], hostile, "nothing of it is lost");
        }
    }
}

#[test]
fn a_filter_that_cannot_be_read_is_refused() {
    let error = logs::subscriber(Format::Text, "info=loud=er", std::io::sink).err().unwrap();
    assert!(error.message().starts_with("the setting `log` is refused"), "{error}");
}

#[test]
fn spans_are_closed_aloud_only_for_those_who_look_closely() {
    for (filter, expected) in [("info", false), ("debug", true)] {
        let lines = Lines::default();
        let subscriber = logs::subscriber(Format::Text, filter, lines.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || drop(tracing::info_span!("log.append").entered()));
        assert_eq!(lines.text().contains("close"), expected, "{filter}");
    }
}
