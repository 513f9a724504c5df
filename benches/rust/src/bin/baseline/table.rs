//! Counts by scenario, one a line.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, Result};

/// What a row may cost more than the committed one.
const TOLERANCE: f64 = 0.03;

const HEAD: &str = "\
# Instructions of burgee as a crate under callgrind: an evaluation (JSON context in, JSON answer out), a bulk
# evaluation, or for `update-…` the share of one flag. `baseline` of benches/rust compares and writes them.
";

/// Instructions by scenario.
#[derive(Default)]
pub(crate) struct Table(BTreeMap<String, u64>);

impl Table {
    /// Reads lines of a scenario and a number; `#` begins a comment.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rows = lines.map(|line| {
            let row = line.split_once(char::is_whitespace).and_then(|(scenario, count)| {
                let count = count.trim().parse().ok()?;
                Some((scenario.to_owned(), count))
            });
            row.with_context(|| format!("the baseline has the line `{line}`, which is no scenario and number"))
        });
        rows.collect::<Result<_>>().map(Self)
    }

    pub(crate) fn insert(&mut self, scenario: &str, count: u64) {
        self.0.insert(scenario.to_owned(), count);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A sentence for each row that costs more than another table allows, or that it does not have.
    pub(crate) fn dearer_than(&self, committed: &Self) -> Vec<String> {
        let rows = self.0.iter().filter_map(|(scenario, count)| {
            let Some(before) = committed.0.get(scenario) else {
                return Some(format!("{scenario}: {count} instructions, and no committed count"));
            };
            let more = *count as f64 / *before as f64 - 1.0;
            (more > TOLERANCE)
                .then(|| format!("{scenario}: {count} instructions, {:.1} % more than {before}", more * 100.0))
        });
        rows.collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HEAD)?;
        let width = self.0.keys().map(String::len).max().unwrap_or(0);
        self.0.iter().try_for_each(|(scenario, count)| writeln!(formatter, "{scenario:width$} {count:>9}"))
    }
}
