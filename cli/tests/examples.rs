//! Every command's help has an example, and every example works as it stands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{DEADLINE, Service, answer, burgee, run, terminate, text};

/// The commands of a help, and those of each in turn, as argument lists.
fn commands(folder: &Path, path: &[String]) -> Vec<Vec<String>> {
    let help = help(folder, path);
    let list = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let mut found = vec![path.to_vec()];
    for name in names {
        let path: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
        found.extend(commands(folder, &path));
    }
    found
}

fn help(folder: &Path, path: &[String]) -> String {
    let output = burgee(folder).args(path).arg("--help").output().unwrap();
    assert!(output.status.success(), "{path:?}");
    text(&output.stdout)
}

/// The command lines under `Examples:`.
fn examples(help: &str) -> Vec<String> {
    let list = help.split_once("\nExamples:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
    list.lines().map(str::trim).filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
}

/// A shell in the folder that finds the command, and what its examples name.
fn shell(folder: &Path, line: &str, key: &str, port: &str) -> Command {
    let binaries = Path::new(env!("CARGO_BIN_EXE_burgee")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).env_clear();
    command
        .env("PATH", path)
        .env("HOME", folder)
        .env("PASSWORD", "a-password-of-the-tests")
        .env("KEY_ID", key)
        .env("PORT", port);
    command.stdin(Stdio::null());
    command
}

/// Whether a command goes on until it is stopped.
fn is_endless(line: &str) -> bool {
    line.starts_with("burgee serve") || line.contains("--follow")
}

#[test]
fn every_command_has_an_example_in_its_help_and_each_works() {
    let folder = tempfile::tempdir().unwrap();
    let files = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(files.join("../examples/flags.json"), folder.path().join("flags.json")).unwrap();
    std::fs::copy(files.join("tests/files/shop.yaml"), folder.path().join("shop.yaml")).unwrap();
    std::fs::create_dir_all(folder.path().join(".local/share/bash-completion/completions")).unwrap();
    std::fs::create_dir_all(folder.path().join(".zfunc")).unwrap();
    let key = seed(folder.path());
    let all = commands(folder.path(), &[]);
    assert!(all.len() > 20, "{all:?}");
    let mut tried = 0;
    for path in all.iter().filter(|path| !path.is_empty()) {
        let lines = examples(&help(folder.path(), path));
        assert!(!lines.is_empty(), "{path:?} has no example");
        for line in lines {
            assert!(line.contains(&format!("burgee {}", path[0])), "{path:?}: {line}");
            attempt(folder.path(), &line, &key);
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}

/// Makes what examples find in the folder, and gives a key's id.
fn seed(folder: &Path) -> String {
    let seeded = |arguments: &[&str]| answer(folder, &[arguments, &["--data", "seed"]].concat());
    seeded(&["import", "flags.json"]);
    seeded(&["import", "shop.yaml", "--environment", "staging"]);
    seeded(&["export", "-o", "log.jsonl"]);
    seeded(&["user", "add", "ada@example.com"]);
    seeded(&["key", "new", "--kind", "server"])["id"].as_str().unwrap().to_owned()
}

/// Runs an example on data of its own, with what it needs.
fn attempt(folder: &Path, line: &str, key: &str) {
    for used in ["burgee-data", "restored-data", "volume"] {
        let _ = std::fs::remove_dir_all(folder.join(used));
    }
    let mut service = None;
    if !line.starts_with("burgee serve") && !line.starts_with("burgee import") && !line.starts_with("burgee user add") {
        std::fs::create_dir(folder.join("burgee-data")).unwrap();
        std::fs::copy(folder.join("seed/burgee.db"), folder.join("burgee-data/burgee.db")).unwrap();
    }
    if line.starts_with("burgee health") {
        service = Some(Service::start(folder, &["--data", "burgee-data"]));
    }
    let url = service.as_ref().map(|service| service.url.clone()).unwrap_or_default();
    let port = url.rsplit(':').next().filter(|port| !port.is_empty()).unwrap_or("0").to_owned();
    let line = line.replace(":8080", &format!(":{port}"));
    if is_endless(&line) {
        // In the place of the shell, so that it is what is stopped.
        let mut child = shell(folder, &format!("exec {line}"), key, &port).stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        while !has_begun(folder, &line) {
            assert_eq!(child.try_wait().unwrap(), None, "{line} has ended");
            assert!(start.elapsed() < DEADLINE, "{line} does not begin");
            std::thread::sleep(Duration::from_millis(20));
        }
        terminate(&child);
        let ended = child.wait_with_output().unwrap();
        // What only follows ends by the signal itself.
        assert!(ended.status.success() || line.contains("--follow"), "{line}: {ended:?}");
        return;
    }
    let output = shell(folder, &line, key, &port).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    if let Some(service) = service {
        assert_eq!(service.stop(), Some(0));
    }
}

/// Whether an endless command is at work.
fn has_begun(folder: &Path, line: &str) -> bool {
    if line.contains("--follow") {
        return true;
    }
    let data = if line.contains("volume") { "volume" } else { "burgee-data" };
    run(folder, &["log", "tail", "--data", data]).status.success()
}
