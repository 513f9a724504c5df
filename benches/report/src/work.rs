//! The list of scenarios.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// `index.json` of the work folder.
#[derive(Debug, Deserialize)]
pub struct Work {
    /// Single flags.
    pub evaluations: Vec<Evaluation>,
    /// All flags at once.
    #[serde(default)]
    pub bulk: Vec<Bulk>,
    /// Documents.
    #[serde(default)]
    pub updates: Vec<Update>,
}

/// One flag with one context.
#[derive(Debug, Deserialize)]
pub struct Evaluation {
    /// Name in the results.
    pub id: String,
    /// Kind of rule.
    pub group: String,
    /// Name for readers.
    pub title: String,
    /// Attributes of the context.
    pub attributes: u64,
}

/// Every flag of a document with one context.
#[derive(Debug, Deserialize)]
pub struct Bulk {
    /// Name in the results.
    pub id: String,
    /// Name for readers.
    pub title: String,
    /// Attributes of the context.
    pub attributes: u64,
}

/// A document that is loaded.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// Name in the results.
    pub id: String,
    /// `first`, `unchanged` or `one-changed`.
    pub kind: String,
    /// Name for readers.
    pub title: String,
    /// Flags of the document.
    pub flag_count: u64,
}

impl Work {
    /// Reads `index.json`.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("index.json");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no list of scenarios", file.display()))
    }

    /// Scenarios of a kind of rule, from the smallest context to the largest.
    pub fn by_attributes(&self, group: &str) -> Vec<&Evaluation> {
        let mut found: Vec<_> = self.evaluations.iter().filter(|evaluation| evaluation.group == group).collect();
        found.sort_by_key(|evaluation| evaluation.attributes);
        found
    }

    /// Documents that are loaded for the first time, from the smallest to the largest.
    pub fn first_updates(&self) -> Vec<&Update> {
        let mut found: Vec<_> = self.updates.iter().filter(|update| update.kind == "first").collect();
        found.sort_by_key(|update| update.flag_count);
        found
    }
}
