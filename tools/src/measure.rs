//! Compares levels of optimisation by size and speed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::{compile, inspect};
use crate::inspect::{Facts, Flavour};
use crate::optimise::WasmOpt;
use crate::root;

const LEVELS: [&str; 4] = ["z", "s", "2", "3"];
const WASM_OPT_LEVELS: [&str; 3] = ["", "-Oz", "-O3"];

/// Prints one line per level of rustc and of `wasm-opt`: sizes, and nanoseconds per evaluation of the example flags.
pub fn measure() -> Result<()> {
    let optimiser = WasmOpt::find()?;
    let folder = root().join("target/wasm/measure");
    println!(
        "{:<9} {:<8} {:>8} {:>8} {:>8} {:>10} {:>12}",
        "opt-level", "wasm-opt", "raw", "gzip", "brotli", "functions", "ns/evaluate"
    );
    for level in LEVELS {
        let stripped = compile(Flavour::Plain, Some(level))?;
        for wasm_opt in WASM_OPT_LEVELS {
            let module = match wasm_opt {
                "" => stripped.clone(),
                _ => optimiser.run(&stripped, wasm_opt, &folder.join(format!("{level}{wasm_opt}")))?,
            };
            let path = folder.join(format!("burgee-{level}{wasm_opt}.wasm"));
            fs::create_dir_all(&folder)?;
            fs::write(&path, &module)?;
            let facts = Facts::of(&module)?;
            let time = nanoseconds(&path)?;
            let name = if wasm_opt.is_empty() { "none" } else { wasm_opt };
            println!(
                "{level:<9} {name:<8} {:>8} {:>8} {:>8} {:>10} {time:>12}",
                facts.raw, facts.gzip, facts.brotli, facts.functions
            );
        }
    }
    inspect(&root().join("dist").join(Flavour::Plain.file())).context("`make wasm` was not run")
}

/// The mean over the example flags and contexts, taken by the example host, which is optimised for it.
fn nanoseconds(module: &Path) -> Result<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["--config", "profile.dev.package.burgee-example-wasmtime.opt-level=3"])
        .args(["run", "--quiet", "--locked", "--package", "burgee-example-wasmtime", "--"])
        .args(["--repeat", "20000", "--module"])
        .arg(module)
        .current_dir(root())
        .output()?;
    if !output.status.success() {
        bail!("the example host failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
