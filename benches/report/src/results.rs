//! The lines which the runners write, gathered over all their files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::statistics::median;

/// The subject that peers are compared with.
pub const OURS: &str = "burgee";

/// What was measured: one column of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Column {
    /// Program that measured, for example `node`.
    pub runner: String,
    /// What ran the subject, for example `V8`.
    pub runtime: String,
    /// `burgee` or a peer.
    pub subject: String,
    /// How it was called, for example `slots`.
    pub way: String,
}

impl Column {
    /// Whether this is the module or crate of this project, in one of its builds.
    pub fn is_ours(&self) -> bool {
        self.subject == OURS || self.subject == "burgee core"
    }

    /// Whether peers are compared with this: the build that has everything.
    pub fn is_whole(&self) -> bool {
        self.subject == OURS
    }

    /// Name inside the table or plot of a world.
    pub fn title(&self) -> String {
        // A peer such as `flagd core (go)` names its language already.
        let runtime = match self.subject.contains('(') {
            true => String::new(),
            false => format!(", {}", self.runtime),
        };
        format!("{}{runtime}, {}", self.subject, self.way)
    }
}

/// One line of a results file.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(flatten)]
    column: Column,
    scenario: String,
    #[serde(default)]
    versions: String,
    unit: Option<String>,
    median: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    #[serde(default)]
    rounds: u64,
    left_out: Option<String>,
}

/// What one run of a runner found for one scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sample {
    run: usize,
    time: Time,
}

/// Nanoseconds: the middle and the 10th and 90th percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time {
    /// Median of the rounds, and of the runs' medians.
    pub median: f64,
    /// Lowest 10th percentile of all runs.
    pub low: f64,
    /// Highest 90th percentile of all runs.
    pub high: f64,
    /// Rounds of all runs.
    pub rounds: u64,
}

/// Everything the runners wrote.
#[derive(Debug, Default)]
pub struct Results {
    columns: Vec<Column>,
    samples: BTreeMap<(Column, String), Vec<Sample>>,
    /// Reasons for scenarios which a subject was not timed on.
    pub left_out: BTreeMap<(Column, String), String>,
    /// Versions, in the words of the runners.
    pub versions: BTreeMap<Column, String>,
}

impl Results {
    /// Reads every `.jsonl` file of a folder; each file is one run of one runner.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut results = Self::default();
        for (run, file) in files(folder)?.iter().enumerate() {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            results.add(run, &text).with_context(|| format!("in {}", file.display()))?;
        }
        Ok(results)
    }

    /// Takes the lines of one run.
    pub fn add(&mut self, run: usize, text: &str) -> Result<()> {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line = serde_json::from_str(line).with_context(|| format!("line {} is no result", index + 1))?;
            self.add_line(run, line).with_context(|| format!("line {}", index + 1))?;
        }
        Ok(())
    }

    fn add_line(&mut self, run: usize, line: Line) -> Result<()> {
        if !self.columns.contains(&line.column) {
            self.columns.push(line.column.clone());
        }
        if !line.versions.is_empty() {
            self.versions.insert(line.column.clone(), line.versions);
        }
        let key = (line.column, line.scenario);
        if let Some(reason) = line.left_out {
            self.left_out.insert(key, reason);
            return Ok(());
        }
        let (Some(median), Some("ns")) = (line.median, line.unit.as_deref()) else {
            bail!("`{}` has neither a median in ns nor a reason for having none", key.1);
        };
        let (low, high) = (line.low.unwrap_or(median), line.high.unwrap_or(median));
        let time = Time { median, low, high, rounds: line.rounds };
        self.samples.entry(key).or_default().push(Sample { run, time });
        Ok(())
    }

    /// Columns in the order of the files.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// Time of a scenario over all runs.
    pub fn time(&self, column: &Column, scenario: &str) -> Option<Time> {
        let times = self.samples(column, scenario).iter().map(|sample| sample.time);
        let median = median(times.clone().map(|time| time.median))?;
        Some(Time {
            median,
            low: times.clone().map(|time| time.low).fold(f64::INFINITY, f64::min),
            high: times.clone().map(|time| time.high).fold(0.0, f64::max),
            rounds: times.map(|time| time.rounds).sum(),
        })
    }

    /// How many times as long `column` takes as `base`, each run compared with itself; the median of the runs.
    pub fn ratio(&self, column: &Column, base: &Column, scenario: &str) -> Option<f64> {
        self.ratio_between((column, scenario), (base, scenario))
    }

    /// The same for two scenarios.
    pub fn ratio_between(&self, (column, scenario): (&Column, &str), (base, other): (&Column, &str)) -> Option<f64> {
        let bases = self.samples(base, other);
        let in_run = |sample: &Sample| {
            let same_run = bases.iter().filter(|base| base.run == sample.run).map(|base| base.time.median);
            median(same_run).filter(|base| *base > 0.0).map(|base| sample.time.median / base)
        };
        median(self.samples(column, scenario).iter().filter_map(in_run))
    }

    fn samples(&self, column: &Column, scenario: &str) -> &[Sample] {
        self.samples.get(&(column.clone(), scenario.to_owned())).map_or(&[], Vec::as_slice)
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("no results in {}: run the benches first", folder.display());
    }
    files.sort();
    Ok(files)
}
