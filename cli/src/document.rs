//! A flag document in a file, or on the standard input: read as the service reads it.

use std::io::Read;
use std::path::{Path, PathBuf};

use burgee::{Engine, Options, Validation};
use burgee_server::flags::compile;
use burgee_server::log::Scope;
use burgee_server::source::Finding;
use burgee_server::source::content::{self, Content, Form};
use chrono::Utc;

use crate::failure::{self, Result};

/// A document as it was read.
pub(crate) struct Document {
    /// The name for people.
    pub(crate) name: PathBuf,
    /// What it says.
    pub(crate) text: String,
    form: Form,
}

impl Document {
    /// Reads a file; `-` is the standard input. Its name tells YAML, where there is none its beginning does.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let unreadable = |error| failure::unreadable(path, &error);
        let mut bytes = Vec::new();
        if path == Path::new("-") {
            std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
        } else {
            bytes = std::fs::read(path).map_err(unreadable)?;
        }
        let mut text = String::from_utf8(bytes).map_err(|error| {
            failure::unreadable(path, &format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()))
        })?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        let form = Form::of(path, &text);
        let name = if path == Path::new("-") { "<stdin>".into() } else { path.to_owned() };
        Ok(Self { name, text, form })
    }

    /// What it says, or what is wrong with it.
    pub(crate) fn content(&self, validation: Validation) -> Result<Content, Vec<Finding>> {
        content::read_as(&self.text, self.form, Utc::now(), validation)
    }

    /// An engine with its flags.
    pub(crate) fn engine(&self, validation: Validation) -> Result<Engine> {
        let content = self.content(validation).map_err(|findings| failure::refused(&self.name, &findings))?;
        let engine = Engine::with_options(Options::default().validation(validation));
        let loaded = if content.flags.values().any(|flag| flag.definition.is_none()) {
            let definitions: Vec<_> = content.flags.values().map(|flag| (&flag.key, compile::text(flag))).collect();
            let definitions = definitions.iter().map(|(key, definition)| (key.as_str(), &**definition));
            let evaluators = content.evaluators.iter().map(|(name, rule)| (name.as_str(), rule));
            engine.update(compile::document(&Scope::default().to_string(), evaluators, definitions))
        } else {
            // As it stands: what it says of the flag set is answered as well.
            match self.form {
                Form::Json => engine.update(&self.text),
                Form::Yaml => engine.update_yaml(&self.text),
            }
        };
        loaded.map_err(|error| failure::refused(&self.name, &[Finding::new("", error.message())]))?;
        Ok(engine)
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
