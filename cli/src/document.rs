//! A flag document in a file, or on the standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use burgee::{Engine, Report};

use crate::failure::{self, Result};

/// A document as it was read.
pub(crate) struct Document {
    /// The name for people.
    pub(crate) name: PathBuf,
    /// What it says.
    pub(crate) text: String,
    yaml: bool,
}

impl Document {
    /// Reads a file; `-` is the standard input. Its name tells YAML, where there is none its first character does.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let unreadable = |error| failure::unreadable(path, &error);
        let mut bytes = Vec::new();
        if path == Path::new("-") {
            std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
        } else {
            bytes = std::fs::read(path).map_err(unreadable)?;
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            failure::unreadable(path, &format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()))
        })?;
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        let yaml = match extension.as_deref() {
            Some("yaml" | "yml") => true,
            Some("json") => false,
            _ => !text.trim_start().starts_with(['{', '[']),
        };
        let name = if path == Path::new("-") { "<stdin>".into() } else { path.to_owned() };
        Ok(Self { name, text, yaml })
    }

    /// Puts its flags into an engine.
    pub(crate) fn load(&self, engine: &Engine) -> Result<Report, burgee::Error> {
        if self.yaml { engine.update_yaml(&self.text) } else { engine.update(&self.text) }
    }

    /// Whether it is what `burgee export` wrote: events of a form that the service writes, or its state before them.
    pub(crate) fn is_export(&self) -> bool {
        let first = self.text.trim_start().lines().next().and_then(|line| serde_json::from_str(line).ok());
        first.is_some_and(|line: serde_json::Map<String, serde_json::Value>| {
            let written = line.get("schema").and_then(serde_json::Value::as_u64).is_some_and(|schema| schema > 0);
            line.contains_key("snapshot") || (line.contains_key("event_type") && written)
        })
    }
}
