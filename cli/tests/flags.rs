//! The service on a file of flags, started as the configuration file's document starts it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;
use std::process::Command;

use support::{Service, burgee, text};

/// The document's example, as `config/flags.json`.
fn example(folder: &Path) {
    let flags = r#"{
  "flags": {
    "new_checkout_flow": {
      "name": "new_checkout_flow",
      "enabled": true,
      "rollout_percentage": 25,
      "allowed_users": ["user_123", "user_456"]
    },
    "dark_mode": {
      "name": "dark_mode",
      "enabled": true,
      "rollout_percentage": null,
      "allowed_users": []
    }
  }
}
"#;
    std::fs::create_dir(folder.join("config")).unwrap();
    std::fs::write(folder.join("config/flags.json"), flags).unwrap();
}

/// What the document's `curl` prints.
fn curl(service: &Service, path: &str) -> String {
    let output = Command::new("curl").args(["-s", "--max-time", "30"]).arg(format!("{}{path}", service.url)).output();
    text(&output.unwrap().stdout)
}

#[test]
fn s003_13_config_path_names_the_file_and_the_documents_is_the_default() {
    for variable in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        example(folder.path());
        let mut command = burgee(folder.path());
        command.args(["serve", "--port", "0"]);
        if variable {
            std::fs::rename(folder.path().join("config"), folder.path().join("conf")).unwrap();
            command.env("CONFIG_PATH", "conf/flags.json");
        }
        let service = Service::with(&mut command);
        for (path, body) in [
            ("/flags/dark_mode", r#"{"flag":"dark_mode","enabled":true}"#),
            ("/flags/new_checkout_flow?user_id=user_789", r#"{"flag":"new_checkout_flow","enabled":false}"#),
            ("/flags/new_checkout_flow?user_id=user_123", r#"{"flag":"new_checkout_flow","enabled":true}"#),
        ] {
            assert_eq!(curl(&service, path), body, "{path}");
        }
        assert_eq!(service.stop(), Some(0));
    }
}

#[test]
fn s003_18_a_start_without_a_readable_file_fails() {
    let folder = tempfile::tempdir().unwrap();
    for broken in [None, Some("{"), Some(r#"{"flags": {"f": {"name": "f"}}}"#)] {
        if let Some(broken) = broken {
            std::fs::write(folder.path().join("f.json"), broken).unwrap();
        }
        let output = burgee(folder.path()).args(["serve", "--port", "0", "--flags", "f.json"]).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code != 0), "{broken:?}: {output:?}");
        assert!(text(&output.stderr).contains("f.json"), "{output:?}");
    }
    // Unless it is told otherwise.
    let service = Service::start(folder.path(), &["--flags", "f.json", "--flags-optional"]);
    assert!(curl(&service, "/readyz").contains("\"unready\""));
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn s003_25_a_variable_of_the_environment_lies_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    example(folder.path());
    let variables = [("FLAG_DARK_MODE", "false"), ("FLAG_NEW", "true")];
    let service = Service::with(burgee(folder.path()).args(["serve", "--port", "0"]).envs(variables));
    assert_eq!(curl(&service, "/flags/dark_mode"), r#"{"flag":"dark_mode","enabled":false}"#);
    assert_eq!(curl(&service, "/flags/new"), r#"{"flag":"new","enabled":true}"#);
    assert_eq!(service.stop(), Some(0));
    let wrong = burgee(folder.path()).args(["serve", "--port", "0"]).env("FLAG_NEW", "yes please").output().unwrap();
    assert!(!wrong.status.success());
    assert!(text(&wrong.stderr).contains("`FLAG_NEW` must be true, false or JSON"), "{wrong:?}");
}
