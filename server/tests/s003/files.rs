//! Services on files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use burgee_server::config::Pace;
use burgee_server::source::Status;
use reqwest::Method;
use serde_json::Value;

use crate::support::{Service, json};

/// The document's example file, unchanged.
pub const EXAMPLE: &str = r#"{
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
    },
    "experimental_search": {
      "name": "experimental_search",
      "enabled": false,
      "rollout_percentage": null,
      "allowed_users": []
    }
  }
}
"#;

/// A pace for tests: the order of things is the same, only sooner. Nothing is polled, so that what is seen was told.
pub const QUICK: Pace = Pace {
    rest: Duration::from_millis(60),
    settle: Duration::from_millis(10),
    most: Duration::from_secs(5),
    poll: Duration::from_secs(3600),
};

/// A folder with a file of flags.
pub struct Files {
    pub folder: tempfile::TempDir,
    pub path: PathBuf,
}

impl Files {
    pub fn new(name: &str, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Self { folder, path }
    }

    pub async fn service(&self) -> Service {
        self.service_on(tempfile::tempdir().unwrap()).await
    }

    pub async fn service_on(&self, data: tempfile::TempDir) -> Service {
        let path = self.path.clone();
        Service::on(data, |config| {
            config.flags = vec![path];
            config.watch = QUICK;
        })
        .await
    }

    /// Writes as careful editors do: beside it, and then in its place.
    pub fn replace(&self, text: &str) {
        let new = self.path.with_extension("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, &self.path).unwrap();
    }
}

/// A file with one flag that is on or off.
pub fn one(key: &str, on: bool) -> String {
    format!(r#"{{"flags": {{"{key}": {{"name": "{key}", "enabled": {on}}}}}}}"#)
}

/// Whether a flag is on for nobody in particular.
pub async fn is_on(service: &Service, key: &str) -> bool {
    let (status, answer) = json(service.request(Method::GET, &format!("/flags/{key}"))).await;
    assert_eq!(status, 200, "{answer}");
    answer["enabled"].as_bool().unwrap()
}

/// How the only source does.
pub fn status(service: &Service) -> Status {
    let all = service.app.sources.board.all();
    assert_eq!(all.len(), 1);
    all[0].clone()
}

/// Status and body as text.
pub async fn text(service: &Service, path: &str) -> (u16, String) {
    let response = service.request(Method::GET, path).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

pub async fn ready(service: &Service) -> (u16, Value) {
    json(service.request(Method::GET, "/readyz")).await
}

pub fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}
