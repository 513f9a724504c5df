//! wrk: the script that it runs, and what it says.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use crate::http::Request;

/// What comes before the line that the script prints.
const MARK: &str = "burgee-bench-service ";

/// What wrk measured.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Summary {
    /// Answers.
    pub requests: u64,
    /// Microseconds.
    pub duration: f64,
    /// Connections that failed, and requests without an answer or with one of 400 and above.
    pub errors: u64,
    /// Microseconds from sending to the end of the answer.
    pub p50: f64,
    /// The same.
    pub p99: f64,
    /// The same.
    pub max: f64,
}

impl Summary {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.duration * 1e6
    }
}

/// A script that sends this request over and over, and prints a [`Summary`].
pub fn script(request: &Request) -> String {
    let mut script = format!("wrk.method = {}\nwrk.path = {}\n", quoted(request.method), quoted(&request.path));
    for (name, value) in &request.headers {
        let _ = writeln!(script, "wrk.headers[{}] = {}", quoted(name), quoted(value));
    }
    if let Some(body) = &request.body {
        let _ = writeln!(script, "wrk.body = {}", quoted(body));
    }
    let _ = writeln!(
        script,
        "function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{MARK}{{\"requests\":%d,\"duration\":%.0f,\"errors\":%d,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end"
    );
    script
}

/// A string of Lua.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\0' => quoted.push_str("\\0"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The summary in what wrk printed.
pub fn parse(output: &str) -> Result<Summary> {
    let line = output.lines().find_map(|line| line.strip_prefix(MARK));
    let line = line.with_context(|| format!("wrk printed no summary: {output}"))?;
    serde_json::from_str(line).with_context(|| format!("wrk printed another summary: {line}"))
}

/// Runs wrk with one thread, on the core that this process runs on.
pub async fn run(
    address: SocketAddr,
    request: &Request,
    connections: usize,
    time: Duration,
    folder: &Path,
) -> Result<Summary> {
    let file = folder.join("request.lua");
    std::fs::write(&file, script(request)).with_context(|| format!("cannot write {}", file.display()))?;
    let output = Command::new("wrk")
        .args(["--threads", "1", "--timeout", "10", "--latency"])
        .arg(format!("--connections={connections}"))
        .arg(format!("--duration={}s", time.as_secs().max(1)))
        .arg("--script")
        .arg(&file)
        .arg(format!("http://{address}{}", request.path))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("cannot start wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {}{}", text, String::from_utf8_lossy(&output.stderr));
    parse(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_says_what_is_sent() {
        let body = serde_json::json!({ "a": "\"\\\n" });
        let script = script(&Request::json("POST", "/x", &body).with("If-None-Match", "\"7\""));
        assert!(script.starts_with("wrk.method = \"POST\"\nwrk.path = \"/x\"\n"), "{script}");
        assert!(script.contains("wrk.headers[\"If-None-Match\"] = \"\\\"7\\\"\"\n"), "{script}");
        assert!(script.contains(r#"wrk.body = "{\"a\":\"\\\"\\\\\\n\"}""#), "{script}");
    }

    #[test]
    fn the_summary_is_found_between_other_lines() {
        let output = "Running 1s test\n  4 requests in 1.00s\nburgee-bench-service \
                      {\"requests\":4,\"duration\":500000,\"errors\":1,\"p50\":1.5,\"p99\":20.0,\"max\":21.0}\n";
        let summary = parse(output).unwrap();
        assert_eq!((summary.requests, summary.errors, summary.p99), (4, 1, 20.0));
        assert_eq!(summary.rate(), 8.0);
        assert!(parse("nothing").is_err());
    }
}
