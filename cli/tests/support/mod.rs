//! The command as a process, with a folder of its own.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// How long anything may take. Nothing takes that long, unless it never ends.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// The command in a folder, without the variables that a developer may have set.
pub fn burgee(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burgee"));
    let ours = [
        "HOST",
        "PORT",
        "ADMIN_API_KEY",
        "SDK_API_KEY",
        "JWT_SECRET",
        "JWT_SECRET_PREVIOUS",
        "CONFIG_PATH",
        "RUST_LOG",
    ];
    let names = std::env::vars().map(|(name, _)| name);
    for name in
        names.filter(|name| ours.contains(&name.as_str()) || name.starts_with("BURGEE_") || name.starts_with("FLAG_"))
    {
        command.env_remove(name);
    }
    command.current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    burgee(folder).args(arguments).output().unwrap()
}

/// Runs it to its end and reads its one line of JSON.
pub fn answer(folder: &Path, arguments: &[&str]) -> Value {
    let output = burgee(folder).args(arguments).arg("--json").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A service that runs. It is killed where a test does not stop it.
pub struct Service {
    child: Child,
    /// What it told at its start.
    pub told: Value,
    pub url: String,
}

impl Service {
    /// Starts it on a free port.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::with(burgee(folder).args(["serve", "--port", "0"]).args(arguments))
    }

    pub fn with(command: &mut Command) -> Self {
        let mut child = command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no address: {:?}", child.wait()));
        let url = told["url"].as_str().unwrap().to_owned();
        Self { child, told, url }
    }

    /// Stops it as a container platform does, and gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
        terminate(&self.child);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a process to stop.
pub fn terminate(child: &Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}

/// Reads what a process says up to a line with a mark, and the rest in the background, so that it never waits for a reader.
pub fn read_until(stderr: ChildStderr, mark: &'static str) -> (String, mpsc::Receiver<String>) {
    let (told, heard) = mpsc::channel();
    let (rest, all) = mpsc::channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stderr);
        let mut text = String::new();
        let mut line = String::new();
        while !line.contains(mark) {
            line.clear();
            if reader.read_line(&mut line).unwrap() == 0 {
                break;
            }
            text.push_str(&line);
        }
        told.send(text).unwrap();
        let mut after = String::new();
        reader.read_to_string(&mut after).unwrap();
        let _ = rest.send(after);
    });
    (heard.recv_timeout(DEADLINE).unwrap(), all)
}
