//! Counting with callgrind.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use burgee_bench_rust::index::{Index, Kind};

use crate::table::Table;

/// Loading more flags than this under callgrind takes longer than the counts are worth: an evaluation among ten flags
/// shows the same path.
const MOST_FLAGS: usize = 1000;
const EVALUATIONS: u64 = 200;
const UPDATES: u64 = 3;

/// Counts every scenario.
pub(crate) fn all(index: &Index, work: &Path) -> Result<Table> {
    let program = program()?;
    let mut table = Table::default();
    let mut count = |scenario: &str, times: u64, share: u64| -> Result<()> {
        let base = instructions(&program, work, scenario, 0)?;
        let total = instructions(&program, work, scenario, times)?;
        let each = total.saturating_sub(base) / (times * share);
        eprintln!("{scenario:24} {each:>9}");
        table.insert(scenario, each);
        Ok(())
    };
    for evaluation in index.evaluations.iter().filter(|evaluation| evaluation.flag_count <= MOST_FLAGS) {
        count(&evaluation.id, EVALUATIONS, 1)?;
    }
    for bulk in &index.bulk {
        count(&bulk.id, EVALUATIONS, 1)?;
    }
    let first = index.updates.iter().filter(|update| update.kind == Kind::First && update.flag_count <= MOST_FLAGS);
    for update in first {
        count(&update.id, UPDATES, update.flag_count as u64)?;
    }
    Ok(table)
}

/// The program that does the work, built with this one.
fn program() -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("instructions");
    ensure!(program.exists(), "there is no `{}` beside this program; build it first", program.display());
    Ok(program)
}

fn instructions(program: &Path, work: &Path, scenario: &str, times: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([scenario, &times.to_string(), "--work"])
        .arg(work)
        .output()
        .context("cannot run `valgrind`; it has to be installed")?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "counting `{scenario}` failed: {text}");
    let line = text.lines().find_map(|line| line.split_once("Collected :")).map(|(_, number)| number.trim());
    line.and_then(|number| number.parse().ok()).with_context(|| format!("callgrind gave no number: {text}"))
}
