//! Loads flags and contexts into `burgee.wasm` and prints every answer.

mod input;
mod table;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use burgee_example_wasmtime::{Host, Program};
use input::{Context, Options};
use serde_json::Value;
use table::{Row, Table};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // A reader like `head` had enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run() -> Result<()> {
    let Some(options) = Options::from_arguments()? else {
        print!("{}", input::HELP);
        return Ok(());
    };
    if !options.module.exists() {
        bail!("there is no `{}`; build it with `make wasm`", options.module.display());
    }
    let module_size = std::fs::metadata(&options.module)?.len();
    let document = input::read(&options.flags)?;
    let contexts = input::contexts(&options.contexts)?;
    let mut host = start(&options)?;
    let clock = Instant::now();
    let report = host.update_state(document.as_bytes())?;
    let update_time = clock.elapsed();
    let keys = flag_keys(&report).with_context(|| format!("cannot use `{}`", options.flags.display()))?;
    host.set_time(options.now)?;
    if let Some(evaluations) = options.repeat {
        println!("{}", mean(&mut host, &keys, &contexts, evaluations)?.as_nanos());
        return Ok(());
    }
    let name = options.module.file_name().unwrap_or_default().to_string_lossy();
    println!("{name}: {module_size} bytes, {} flags loaded in {:.1?}\n", keys.len(), update_time);
    let table = evaluate_all(&mut host, &keys, &contexts)?;
    Ok(io::stdout().write_all(table.render(table::terminal_width()).as_bytes())?)
}

/// With the clock's import if the module has it, so that both builds can be tried.
fn start(options: &Options) -> Result<Host> {
    let program = Program::load(&options.module)?;
    if program.imports_clock() {
        let now = options.now;
        return program.start_with_clock(move || now);
    }
    program.start()
}

/// The keys of the flags that are in force, or what is wrong with the document.
fn flag_keys(report: &str) -> Result<Vec<String>> {
    let report: Value = serde_json::from_str(report).context("the module answered no JSON")?;
    if report["success"] != Value::Bool(true) {
        let mut message = report["error"].as_str().unwrap_or("the module gave no reason").to_owned();
        for finding in report["errors"].as_array().into_iter().flatten() {
            let hint = finding["hint"].as_str().map_or(String::new(), |hint| format!(" ({hint})"));
            let text = finding["message"].as_str().unwrap_or_default();
            message += &format!("\n  line {}, column {}: {text}{hint}", finding["line"], finding["column"]);
        }
        bail!(message);
    }
    let indices = report["flagIndices"].as_object().context("the report lists no flags")?;
    Ok(indices.keys().cloned().collect())
}

fn evaluate_all(host: &mut Host, keys: &[String], contexts: &[Context]) -> Result<Table> {
    // A first call pays for what later calls find warm.
    for key in keys {
        host.evaluate(key.as_bytes(), b"")?;
    }
    let mut table = Table::default();
    for key in keys {
        for context in contexts {
            let clock = Instant::now();
            let answer = host.evaluate(key.as_bytes(), context.json.as_bytes())?;
            let time = clock.elapsed();
            let answer: Value = serde_json::from_str(&answer).context("the module answered no JSON")?;
            table.push(Row::new(key, &context.name, &answer, time));
        }
    }
    Ok(table)
}

/// The mean time of one evaluation, in the fastest of several rounds: the others were disturbed.
fn mean(host: &mut Host, keys: &[String], contexts: &[Context], evaluations: u32) -> Result<Duration> {
    const ROUNDS: u32 = 10;
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let mut calls: u32 = 0;
        let clock = Instant::now();
        while calls < evaluations / ROUNDS {
            for (key, context) in keys.iter().flat_map(|key| contexts.iter().map(move |context| (key, context))) {
                host.evaluate(key.as_bytes(), context.json.as_bytes())?;
                calls += 1;
            }
        }
        fastest = fastest.min(clock.elapsed() / calls.max(1));
    }
    Ok(fastest)
}
