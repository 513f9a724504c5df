//! Compares levels of optimisation by size and speed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::{INLINE_THRESHOLD, Level, compile, inspect};
use crate::inspect::{Facts, Flavour};
use crate::optimise::WasmOpt;
use crate::root;

const LEVELS: [Level; 7] = [
    Level { opt: "z", inline: None },
    Level { opt: "s", inline: None },
    Level { opt: "2", inline: Some(50) },
    Level { opt: "2", inline: Some(INLINE_THRESHOLD) },
    Level { opt: "2", inline: Some(100) },
    Level { opt: "2", inline: None },
    Level { opt: "3", inline: None },
];
const WASM_OPT_LEVELS: [&str; 3] = ["", "-Oz", "-O3"];

/// Prints one line per level of rustc and of `wasm-opt`: sizes, and nanoseconds per evaluation of the example flags.
pub fn measure() -> Result<()> {
    let optimiser = WasmOpt::find()?;
    let folder = root().join("target/wasm/measure");
    println!(
        "{:<9} {:<6} {:<8} {:>8} {:>8} {:>8} {:>10} {:>12}",
        "opt-level", "inline", "wasm-opt", "raw", "gzip", "brotli", "functions", "ns/evaluate"
    );
    for level in LEVELS {
        let stripped = compile(Flavour::Plain, Some(level))?;
        let inline = level.inline.map_or_else(|| "-".to_owned(), |threshold| threshold.to_string());
        let level = level.opt;
        for wasm_opt in WASM_OPT_LEVELS {
            let module = match wasm_opt {
                "" => stripped.clone(),
                _ => optimiser.run(&stripped, wasm_opt, &folder.join(format!("{level}-{inline}{wasm_opt}")))?,
            };
            let path = folder.join(format!("burgee-{level}-{inline}{wasm_opt}.wasm"));
            fs::create_dir_all(&folder)?;
            fs::write(&path, &module)?;
            let facts = Facts::of(&module)?;
            let time = nanoseconds(&path)?;
            let name = if wasm_opt.is_empty() { "none" } else { wasm_opt };
            println!(
                "{level:<9} {inline:<6} {name:<8} {:>8} {:>8} {:>8} {:>10} {time:>12}",
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
