//! The cases of `tests/vectors`: reading them, and playing one to a subject.

pub mod core;
pub mod expect;
pub mod findings;
pub mod play;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::subject::Mode;
use crate::{json, places};

/// One file of cases.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// The document of cases that bring none.
    flags: Option<Value>,
    mode: Mode,
    /// The cases, in order.
    pub cases: Vec<Value>,
}

/// The texts of a case, for generators of more cases.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Flag documents.
    pub documents: Vec<String>,
    /// Bare rules.
    pub rules: Vec<String>,
    /// Contexts, or the data of a bare rule.
    pub contexts: Vec<String>,
    /// The flag that is asked for.
    pub key: Option<String>,
}

/// All files, as the index lists them. Fails if a count differs from the index, a file is not listed, or a name is not
/// unique: a case that was not read is not a case that passed.
pub fn load() -> Result<Vec<File>> {
    let folder = places::root().join("tests/vectors");
    let index = read(&folder.join("index.json"))?;
    let mut files = Vec::new();
    for entry in index["files"].as_array().context("the index lists no files")? {
        let file = File::read(&folder, entry["file"].as_str().context("a file without a name")?)?;
        let listed = entry["cases"].as_u64();
        ensure!(
            listed == Some(file.cases.len() as u64),
            "{} has {} cases, the index says {}",
            file.name,
            file.cases.len(),
            entry["cases"]
        );
        files.push(file);
    }
    let total: usize = files.iter().map(|file| file.cases.len()).sum();
    ensure!(index["total"].as_u64() == Some(total as u64), "{total} cases, the index says {}", index["total"]);
    check_listed(&folder, &files)?;
    check_names(&files)?;
    Ok(files)
}

fn check_listed(folder: &Path, files: &[File]) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let listed = name == "index.json" || !name.ends_with(".json") || files.iter().any(|file| file.name == name);
        ensure!(listed, "`{name}` is not in the index");
    }
    Ok(())
}

fn check_names(files: &[File]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    for case in files.iter().flat_map(|file| &file.cases) {
        let name = case["name"].as_str().context("a case without a name")?;
        ensure!(seen.insert(name), "two cases are called `{name}`");
    }
    Ok(())
}

impl File {
    /// Reads a file of a folder.
    pub fn read(folder: &Path, name: &str) -> Result<Self> {
        let mut file = read(&folder.join(name))?;
        let cases = file["cases"].take();
        Ok(Self {
            name: name.to_owned(),
            flags: file.get("flags").cloned(),
            mode: mode(&file, Mode::Strict)?,
            cases: cases.as_array().with_context(|| format!("`{name}` has no cases"))?.clone(),
        })
    }

    /// The texts of a case.
    pub fn texts(&self, case: &Value) -> Result<Texts> {
        let rule = text_or_json(case, "ruleText", "rule")?;
        let updates = case.get("updates").and_then(Value::as_array);
        let documents = match (updates, &rule) {
            (Some(updates), _) => updates.iter().map(document_text).collect(),
            (None, Some(_)) => Vec::new(),
            (None, None) => vec![self.document(case)?],
        };
        Ok(Texts {
            documents,
            rules: rule.into_iter().collect(),
            contexts: text_or_json(case, "contextText", "context")?.into_iter().collect(),
            key: case.get("key").and_then(Value::as_str).map(str::to_owned),
        })
    }

    fn mode(&self, case: &Value) -> Result<Mode> {
        mode(case, self.mode)
    }

    /// The text of the document of a case.
    fn document(&self, case: &Value) -> Result<String> {
        match (case.get("flagsText"), case.get("flags").or(self.flags.as_ref())) {
            (Some(text), _) => Ok(text.as_str().context("`flagsText` is no text")?.to_owned()),
            (None, Some(flags)) => Ok(flags.to_string()),
            (None, None) => anyhow::bail!("neither the case nor its file has flags"),
        }
    }
}

fn mode(holder: &Value, otherwise: Mode) -> Result<Mode> {
    match holder.get("mode").map(|mode| mode.as_str()) {
        None => Ok(otherwise),
        Some(Some("strict")) => Ok(Mode::Strict),
        Some(Some("permissive")) => Ok(Mode::Permissive),
        Some(_) => anyhow::bail!("unknown mode {}", holder["mode"]),
    }
}

/// The text of one of the documents of `updates`.
fn document_text(update: &Value) -> String {
    update.as_str().map_or_else(|| update.to_string(), str::to_owned)
}

/// The text of the context of a case; empty if it has none.
fn context(case: &Value) -> Result<String> {
    text_or_json(case, "contextText", "context").map(Option::unwrap_or_default)
}

/// A text as it stands, or the JSON text of a value.
fn text_or_json(case: &Value, text: &str, value: &str) -> Result<Option<String>> {
    Ok(match (case.get(text), case.get(value)) {
        (Some(raw), _) => Some(raw.as_str().with_context(|| format!("`{text}` is no text"))?.to_owned()),
        (None, Some(value)) => Some(value.to_string()),
        (None, None) => None,
    })
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    json::parse(&text).with_context(|| format!("in `{}`", path.display()))
}
