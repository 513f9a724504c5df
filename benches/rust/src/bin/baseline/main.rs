//! `baseline` counts the instructions of every scenario under callgrind and compares them with the committed counts.

mod count;
mod table;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use burgee_bench_rust::index::Index;
use table::Table;

const HELP: &str = "\
Counts the instructions of burgee as a crate under valgrind's callgrind.

  --work DIR     the scenarios, as `burgee-bench-work DIR` makes them
  --file FILE    the committed counts (benches/baseline.txt)
  --write        writes the counts instead of comparing them

Prints every row that costs over 3 % more than the committed count, or that has none, and fails if there is one.
";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let mut arguments = pico_args::Arguments::from_env();
    if arguments.contains(["-h", "--help"]) {
        print!("{HELP}");
        return Ok(true);
    }
    let work: PathBuf = arguments.value_from_str("--work")?;
    let file: PathBuf = arguments.value_from_str("--file")?;
    let write = arguments.contains("--write");
    let rest = arguments.finish();
    ensure!(rest.is_empty(), "unknown arguments {rest:?}; `--help` lists the known ones");
    let counted = count::all(&Index::read(&work)?, &work)?;
    if write {
        fs::write(&file, counted.to_string()).with_context(|| format!("cannot write `{}`", file.display()))?;
        return Ok(true);
    }
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read `{}`; `--write` makes it", file.display()))?;
    let dearer = counted.dearer_than(&Table::parse(&text)?);
    dearer.iter().for_each(|row| println!("{row}"));
    if dearer.is_empty() {
        println!("{} rows, none over 3 % above the committed counts", counted.len());
    }
    Ok(dearer.is_empty())
}
