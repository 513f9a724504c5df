//! The command line.

use std::convert::Infallible;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::clock::Rounds;

/// What `--help` prints.
pub const HELP: &str = "\
Measures burgee and its peers natively, in wasmtime and in wasmi.

  --work DIR    the scenarios, as `burgee-bench-work DIR` makes them
  --wasm FILE   burgee.wasm
  --core FILE   burgee-core.wasm, measured too if it is given
  --peer FILE   the module of benches/peer-wasm; DIR/../datalogic-4.wasm unless said otherwise
  --out FILE    where the results go, one JSON object a line
  --rounds N    how often each subject is measured in each scenario (15)
  --only TEXT   only scenarios whose id contains this
  --quick       3 short rounds, to see that everything works
";

/// What to measure and how often.
pub struct Options {
    /// The folder with the scenarios.
    pub work: PathBuf,
    /// burgee's module.
    pub wasm: PathBuf,
    /// Its smaller build.
    pub core: Option<PathBuf>,
    /// The peer's module.
    pub peer: PathBuf,
    /// The file of results.
    pub out: PathBuf,
    /// How often and how long.
    pub rounds: Rounds,
    /// A part of the ids of the scenarios wanted.
    pub only: Option<String>,
}

impl Options {
    /// Reads the command line; `None` if help is asked for.
    pub fn from_arguments() -> Result<Option<Self>> {
        let mut arguments = pico_args::Arguments::from_env();
        if arguments.contains(["-h", "--help"]) {
            return Ok(None);
        }
        let mut path = |name| arguments.opt_value_from_os_str(name, |text| Ok::<_, Infallible>(PathBuf::from(text)));
        let (work, wasm, core, peer, out) =
            (path("--work")?, path("--wasm")?, path("--core")?, path("--peer")?, path("--out")?);
        let required = |value: Option<PathBuf>, name| {
            value.ok_or_else(|| anyhow::anyhow!("`{name}` is missing; `--help` tells what it is"))
        };
        let work = required(work, "--work")?;
        let quick = arguments.contains("--quick");
        let count = arguments.opt_value_from_str("--rounds")?;
        let only = arguments.opt_value_from_str("--only")?;
        let rest = arguments.finish();
        ensure!(rest.is_empty(), "unknown arguments {rest:?}; `--help` lists the known ones");
        Ok(Some(Self {
            peer: peer.unwrap_or_else(|| work.join("../datalogic-4.wasm")),
            work,
            wasm: required(wasm, "--wasm")?,
            core,
            out: required(out, "--out")?,
            rounds: Rounds::new(quick, count)?,
            only,
        }))
    }

    /// Whether a scenario is wanted.
    pub fn wants(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|part| id.contains(part.as_str()))
    }
}
