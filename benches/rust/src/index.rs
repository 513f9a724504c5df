//! The scenarios of the work folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

/// All scenarios and where their files are.
#[derive(Deserialize)]
pub struct Index {
    /// One flag for one context.
    pub evaluations: Vec<Evaluation>,
    /// All flags for one context.
    pub bulk: Vec<Bulk>,
    /// A document that is loaded.
    pub updates: Vec<Update>,
    #[serde(skip)]
    folder: PathBuf,
}

/// One flag for one context.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The name of the scenario.
    pub id: String,
    /// The file of the flags.
    pub flags: String,
    /// How many flags it has.
    pub flag_count: usize,
    /// The flag.
    pub key: String,
    /// The file of the context.
    pub context: String,
    /// Members of the answer.
    pub expect: Value,
}

/// All flags for one context.
#[derive(Deserialize)]
pub struct Bulk {
    /// The name of the scenario.
    pub id: String,
    /// The file of the flags.
    pub flags: String,
    /// The file of the context.
    pub context: String,
    /// How many answers there must be.
    pub count: usize,
}

/// A document that is loaded.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// The name of the scenario.
    pub id: String,
    /// What was loaded before.
    pub kind: Kind,
    /// How many flags the document has.
    pub flag_count: usize,
    /// The file of the flags.
    pub flags: String,
    /// The file of the same flags, one of them changed.
    pub other: Option<String>,
}

/// What was loaded before an update.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing.
    First,
    /// The same text.
    Unchanged,
    /// The text with one other flag.
    OneChanged,
}

impl Index {
    /// Reads `index.json` of a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("index.json");
        let text = fs::read(&path)
            .with_context(|| format!("cannot read `{}`; `burgee-bench-work` makes it", path.display()))?;
        let index: Self =
            serde_json::from_slice(&text).with_context(|| format!("cannot understand `{}`", path.display()))?;
        Ok(Self { folder: folder.to_owned(), ..index })
    }

    /// A file that a scenario names.
    pub fn file(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(name);
        fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))
    }
}
