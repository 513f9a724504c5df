//! `burgee-bench-work FOLDER` writes the scenarios.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};

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
    let folder: PathBuf = arguments.free_from_os_str(|text| Ok::<_, std::convert::Infallible>(text.into()))?;
    let rest = arguments.finish();
    ensure!(rest.is_empty(), "unknown arguments {rest:?}; the only one is the folder to write");
    burgee_bench_work::write(&folder)
}
