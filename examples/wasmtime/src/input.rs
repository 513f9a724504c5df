//! Arguments and files.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

pub(crate) const HELP: &str = "\
Evaluates every flag for every context through burgee.wasm.

usage: burgee-example-wasmtime [options]

  --module FILE    the module (dist/burgee.wasm)
  --flags FILE     flags in flagd's format (examples/flags.json)
  --contexts FILE  one {\"name\": …, \"context\": {…}} a line (examples/contexts.jsonl)
  --now SECONDS    the time that rules see, in seconds since 1970 (now)
  --repeat N       print only the mean nanoseconds of one of N evaluations
";

/// What the program was asked to do.
pub(crate) struct Options {
    pub(crate) module: PathBuf,
    pub(crate) flags: PathBuf,
    pub(crate) contexts: PathBuf,
    pub(crate) now: i64,
    pub(crate) repeat: Option<u32>,
}

impl Options {
    /// `None` when help was asked for.
    pub(crate) fn from_arguments() -> Result<Option<Self>> {
        let mut arguments = pico_args::Arguments::from_env();
        if arguments.contains(["-h", "--help"]) {
            return Ok(None);
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut file = |name, default: &str| -> Result<PathBuf> {
            let given: Option<PathBuf> = arguments.opt_value_from_os_str(name, |text| Ok::<_, String>(text.into()))?;
            Ok(given.unwrap_or_else(|| root.join(default)))
        };
        let module = file("--module", "dist/burgee.wasm")?;
        let flags = file("--flags", "examples/flags.json")?;
        let contexts = file("--contexts", "examples/contexts.jsonl")?;
        let now = arguments.opt_value_from_str("--now")?.map_or_else(clock, Ok)?;
        let repeat = arguments.opt_value_from_str("--repeat")?;
        if let Some(unknown) = arguments.finish().first() {
            bail!("unknown argument `{}`; see --help", unknown.to_string_lossy());
        }
        Ok(Some(Self { module, flags, contexts, now, repeat }))
    }
}

/// A context and what it is called in the table.
pub(crate) struct Context {
    pub(crate) name: String,
    pub(crate) json: String,
}

pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// One context a line; empty lines are skipped.
pub(crate) fn contexts(path: &Path) -> Result<Vec<Context>> {
    let text = read(path)?;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let contexts: Result<Vec<Context>> =
        lines.map(|(line, number)| context(line).with_context(|| format!("{}:{number}", path.display()))).collect();
    let contexts = contexts?;
    ensure!(!contexts.is_empty(), "`{}` has no contexts", path.display());
    Ok(contexts)
}

fn context(line: &str) -> Result<Context> {
    let line: Value = serde_json::from_str(line)?;
    let name = line["name"].as_str().context("no `name`")?.to_owned();
    ensure!(line["context"].is_object(), "`context` is no object");
    Ok(Context { name, json: line["context"].to_string() })
}

fn clock() -> Result<i64> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(i64::try_from(elapsed.as_secs())?)
}
