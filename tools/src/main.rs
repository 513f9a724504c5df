//! `burgee-tools`: builds and inspects the module, checks licences.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use burgee_tools::{build, licences, measure, rows};

const HELP: &str = "\
usage: burgee-tools <command>

  wasm             build dist/burgee.wasm, dist/burgee-host-clock.wasm and dist/burgee-core.wasm
  wasm --measure   compare levels of optimisation by size and speed
  inspect [FILE]…  sizes, imports, exports, functions; fails if a module breaks its contract
  licences         check the licences of all dependencies
  rows             check that every row of the service's documents has a test, and that docs/service/rows.md names it
  rows FILE        write docs/service/rows.md from the output of the tests
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
    let measured = arguments.contains("--measure");
    let command = arguments.subcommand()?;
    let rest = arguments.finish();
    match (command.as_deref(), rest.as_slice()) {
        (Some("wasm"), []) if measured => measure::measure(),
        (Some("wasm"), []) => build::build_all(),
        (Some("licences"), []) => licences::check(),
        (Some("rows"), []) => rows::check(),
        (Some("rows"), [results]) => rows::write(Path::new(results)),
        (Some("inspect"), files) => inspect(files.iter().map(PathBuf::from).collect()),
        (Some(_), [unknown, ..]) => bail!("unknown argument `{}`", unknown.to_string_lossy()),
        (Some(command), []) => bail!("unknown command `{command}`; see --help"),
        (None, _) => {
            print!("{HELP}");
            bail!("no command given")
        }
    }
}

fn inspect(mut files: Vec<PathBuf>) -> Result<()> {
    if files.is_empty() {
        let dist = burgee_tools::root().join("dist");
        files = burgee_tools::inspect::Flavour::ALL.iter().map(|flavour| dist.join(flavour.file())).collect();
    }
    files.iter().try_for_each(|file| build::inspect(file))
}
