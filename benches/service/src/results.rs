//! Files of what was measured: one JSON object a line.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// One quantity of one subject in one row.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Measurement {
    /// What was done, as in `aims`.
    pub row: String,
    /// Who did it.
    pub subject: String,
    /// What was measured of it, as in `aims`.
    pub quantity: String,
    /// One value a round, in the unit of the quantity.
    pub values: Vec<f64>,
    /// Whether the rounds were too short to say anything.
    #[serde(default)]
    pub quick: bool,
}

/// Why a subject has no value in a row.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct LeftOut {
    /// What was to be done.
    pub row: String,
    /// By whom.
    pub subject: String,
    /// Why not.
    pub left_out: String,
}

/// A line of a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Line {
    /// What was measured.
    Measured(Measurement),
    /// What was not.
    LeftOut(LeftOut),
}

/// A file for each row, which takes the place of the last one.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    quick: bool,
}

impl Writer {
    /// Begins the file of a row.
    pub fn new(folder: &Path, row: &str, quick: bool) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = folder.join(format!("{row}.jsonl"));
        fs::write(&path, "").with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path, quick })
    }

    /// Adds values of a quantity.
    pub fn measured(&self, row: &str, subject: &str, quantity: &str, values: Vec<f64>) -> Result<()> {
        let [row, subject, quantity] = [row, subject, quantity].map(str::to_owned);
        self.add(&Line::Measured(Measurement { row, subject, quantity, values, quick: self.quick }))
    }

    /// Adds the reason why there are none.
    pub fn left_out(&self, row: &str, subject: &str, reason: &str) -> Result<()> {
        let [row, subject, left_out] = [row, subject, reason].map(str::to_owned);
        self.add(&Line::LeftOut(LeftOut { row, subject, left_out }))
    }

    fn add(&self, line: &Line) -> Result<()> {
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        writeln!(file, "{}", serde_json::to_string(line)?)?;
        Ok(())
    }
}

/// Every line of every file of a folder.
pub fn read(folder: &Path) -> Result<Vec<Line>> {
    let entries = fs::read_dir(folder).with_context(|| format!("there are no results in {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for line in text.lines() {
            lines.push(
                serde_json::from_str(line).with_context(|| format!("{} has another line: {line}", file.display()))?,
            );
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = std::env::temp_dir().join(format!("burgee-bench-service-results-{}", std::process::id()));
        let writer = Writer::new(&folder, "single", true).unwrap();
        writer.measured("single", "burgee", "rate", vec![1.0, 2.5]).unwrap();
        writer.left_out("single", "flagd", "it is not there").unwrap();
        let lines = read(&folder).unwrap();
        assert!(matches!(&lines[0], Line::Measured(own) if own.values == [1.0, 2.5] && own.quick));
        assert!(matches!(&lines[1], Line::LeftOut(own) if own.left_out == "it is not there"));
        Writer::new(&folder, "single", false).unwrap();
        assert_eq!(read(&folder).unwrap(), []);
        fs::remove_dir_all(folder).unwrap();
    }
}
