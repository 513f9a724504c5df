//! `burgee-bench-report` prints what the benches measured; with `--write` also into a document.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use burgee_bench_report::plots::Plot;
use burgee_bench_report::results::Results;
use burgee_bench_report::tables::Table;
use burgee_bench_report::work::Work;
use burgee_bench_report::{document, machine, plots, show, tables, targets};

const HELP: &str = "\
burgee-bench-report: tables and plots of what the benches measured

  --results DIR  results of the runners, *.jsonl (default target/bench/results)
  --work DIR     folder of the scenarios (default target/bench/work)
  --write FILE   put the tables between the markers of this document, and plots into the folder named like it
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = pico_args::Arguments::from_env();
    if arguments.contains(["-h", "--help"]) {
        print!("{HELP}");
        return Ok(());
    }
    let folder: Option<PathBuf> = arguments.opt_value_from_str("--results")?;
    let work: Option<PathBuf> = arguments.opt_value_from_str("--work")?;
    let write: Option<PathBuf> = arguments.opt_value_from_str("--write")?;
    let rest = arguments.finish();
    ensure!(rest.is_empty(), "unknown arguments {rest:?}; `--help` lists what there is");

    let folder = folder.unwrap_or_else(|| "target/bench/results".into());
    let work = Work::read(&work.unwrap_or_else(|| "target/bench/work".into()))?;
    let results = Results::read(&folder)?;
    let sections = sections(&results, &work, &folder)?;
    for (_, tables) in &sections {
        for table in tables {
            println!("{}", show::terminal(table));
        }
    }
    match write {
        Some(file) => write_document(&file, &sections, &results, &work),
        None => Ok(()),
    }
}

/// Tables by the name of their marker.
fn sections(results: &Results, work: &Work, folder: &Path) -> Result<Vec<(&'static str, Vec<Table>)>> {
    Ok(vec![
        ("machine", vec![machine::table(folder)?]),
        ("versions", vec![tables::versions(results)]),
        ("evaluations", tables::evaluations(results, work)),
        ("updates", tables::updates(results, work)),
        ("left out", vec![tables::left_out(results)]),
        ("targets", vec![targets::table(results, work)]),
    ])
}

fn write_document(file: &Path, sections: &[(&str, Vec<Table>)], results: &Results, work: &Work) -> Result<()> {
    let mut text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    for (name, tables) in sections {
        let body: Vec<String> = tables.iter().map(show::markdown).collect();
        text = document::replace(&text, &format!("table: {name}"), &body.join("\n\n"))?;
    }
    let folder = file.with_extension("");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (name, plots) in [("context", plots::by_context(results, work)), ("update", plots::by_flags(results, work))] {
        plots::draw(&plots, &folder)?;
        text = document::replace(&text, &format!("plots: {name}"), &links(&plots, &folder))?;
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Pictures of a document that lies beside their folder.
fn links(plots: &[Plot], folder: &Path) -> String {
    let folder = folder.file_name().unwrap_or_default().to_string_lossy();
    let link = |plot: &Plot| format!("![{}]({folder}/{})", plot.title.replace('`', ""), plot.file);
    plots.iter().map(link).collect::<Vec<_>>().join("\n\n")
}
