//! `burgee-bench-service` loads the service and its peers; `--help` tells how.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use burgee_bench_service::options::{self, Action, HELP};
use burgee_bench_service::{measure, report};
use tokio::signal::unix::{SignalKind, signal};

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
    match options::read(pico_args::Arguments::from_env())? {
        Action::Help => print!("{HELP}"),
        Action::Report { folder, write } => report::run(&folder, write.as_deref())?,
        Action::Measure(measure) => {
            // One thread, because the generator has one core.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(until_stopped(*measure))?;
        }
    }
    Ok(())
}

/// Whoever stops this stops the servers as well: dropping what runs kills its processes.
async fn until_stopped(measure: options::Measure) -> Result<()> {
    let mut stop = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut hang_up = signal(SignalKind::hangup()).context("cannot listen for signals")?;
    tokio::select! {
        done = measure::run(measure) => done,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = stop.recv() => bail!("stopped"),
        _ = hang_up.recv() => bail!("the terminal is gone"),
    }
}
