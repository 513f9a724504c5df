//! `instructions SCENARIO N` does one scenario's work N times, natively and nothing else, for tools that count
//! instructions. What N of 0 costs is the base: reading, loading, and one answer to warm up.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use burgee_bench_rust::index::Index;
use burgee_bench_rust::subjects::native::{Bytes, Loader};
use burgee_bench_rust::subjects::{Evaluate as _, Question, Update as _};

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
    let work: PathBuf = arguments.opt_value_from_str("--work")?.unwrap_or_else(|| "../target/bench/work".into());
    let scenario: String = arguments.free_from_str()?;
    let times: u64 = arguments.free_from_str()?;
    let rest = arguments.finish();
    ensure!(rest.is_empty(), "unknown arguments {rest:?}; known are a scenario, a number and `--work DIR`");
    let index = Index::read(&work)?;
    if let Some(update) = index.updates.iter().find(|update| update.id == scenario) {
        return update_times(&index.file(&update.flags)?, times);
    }
    evaluate_times(&index, &scenario, times)
}

fn evaluate_times(index: &Index, scenario: &str, times: u64) -> Result<()> {
    let mut engine = Bytes::default();
    let (flags, key, context) = match index.evaluations.iter().find(|evaluation| evaluation.id == scenario) {
        Some(evaluation) => (&evaluation.flags, Some(&evaluation.key), &evaluation.context),
        None => {
            let bulk = index.bulk.iter().find(|bulk| bulk.id == scenario);
            let bulk = bulk.with_context(|| format!("there is no scenario `{scenario}`"))?;
            (&bulk.flags, None, &bulk.context)
        }
    };
    let context = index.file(context)?;
    engine.load(&index.file(flags)?)?;
    engine.prepare(match key {
        Some(key) => Question::One { key, context: &context },
        None => Question::All { context: &context },
    })?;
    engine.run(1)?;
    engine.run(times)
}

fn update_times(document: &[u8], times: u64) -> Result<()> {
    let mut loader = Loader::default();
    loader.update(document)?;
    for _ in 0..times {
        loader.forget()?;
        loader.update(document)?;
    }
    Ok(())
}
