//! The file of results.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::clock::Summary;
use crate::subjects::Label;

/// Where results go: one JSON object a line.
pub struct Results(File);

impl Results {
    /// Makes the file and its folder.
    pub fn create(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        }
        Ok(Self(File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?))
    }

    /// Writes what was measured.
    pub fn measured(&mut self, scenario: &str, label: &Label, rounds: usize, summary: &Summary) -> Result<()> {
        eprintln!(
            "{scenario:24} {:38} {:>14.1} ns  ({:.1} to {:.1})",
            label.to_string(),
            summary.median,
            summary.low,
            summary.high
        );
        let line = json!({
            "runner": "rust",
            "runtime": label.runtime,
            "subject": label.subject,
            "way": label.way,
            "scenario": scenario,
            "unit": "ns",
            "median": rounded(summary.median),
            "low": rounded(summary.low),
            "high": rounded(summary.high),
            "rounds": rounds,
            "versions": label.versions
        });
        Ok(writeln!(self.0, "{line}")?)
    }

    /// Writes why a subject was not measured.
    pub fn left_out(&mut self, scenario: &str, label: &Label, reason: &str) -> Result<()> {
        eprintln!("{scenario:24} {:38} left out: {reason}", label.to_string());
        let line = json!({
            "runner": "rust",
            "runtime": label.runtime,
            "subject": label.subject,
            "way": label.way,
            "scenario": scenario,
            "left_out": reason
        });
        Ok(writeln!(self.0, "{line}")?)
    }
}

fn rounded(nanoseconds: f64) -> f64 {
    (nanoseconds * 10.0).round() / 10.0
}
