//! `burgee-bench-rust --work DIR --wasm FILE --out FILE` measures every scenario.

use std::process::ExitCode;

use anyhow::Result;
use burgee_bench_rust::index::Index;
use burgee_bench_rust::options::{HELP, Options};
use burgee_bench_rust::results::Results;
use burgee_bench_rust::{bulk, evaluations, updates};

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
    let Some(options) = Options::from_arguments()? else {
        print!("{HELP}");
        return Ok(());
    };
    let index = Index::read(&options.work)?;
    let mut results = Results::create(&options.out)?;
    evaluations::measure(&index, &options, &mut results)?;
    bulk::measure(&index, &options, &mut results)?;
    updates::measure(&index, &options, &mut results)
}
