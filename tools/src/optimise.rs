//! `wasm-opt` of the npm package `binaryen`, where node and npm are present.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::root;

/// The stripped module no longer says which features it uses, so they are named: these and no others.
const FEATURES: [&str; 5] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
];

/// Functions stay apart where the engine keeps them apart: merging a function into its only caller makes methods that
/// the JVM's compiler refuses.
const OPTIONS: [&str; 5] = [
    "--converge",
    "--one-caller-inline-max-function-size=0",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// An optimiser that is ready to run.
#[derive(Clone, Debug)]
pub struct WasmOpt(PathBuf);

impl WasmOpt {
    /// Installs the pinned version if need be. The error says what is missing.
    pub fn find() -> Result<Self> {
        for program in ["node", "npm"] {
            let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            if !found.is_ok_and(|status| status.success()) {
                bail!("`{program}` is not installed");
            }
        }
        let tools = root().join("tools");
        let lock = fs::read(tools.join("package-lock.json")).context("cannot read `tools/package-lock.json`")?;
        let installed = tools.join("node_modules/.installed-lock");
        if fs::read(&installed).ok().as_ref() != Some(&lock) {
            install(&tools)?;
            fs::write(&installed, &lock)?;
        }
        Ok(Self(tools.join("node_modules/binaryen/bin/wasm-opt")))
    }

    /// Optimises a module, or takes the result of the last time if neither module nor options changed.
    pub fn run(&self, module: &[u8], level: &str, folder: &Path) -> Result<Vec<u8>> {
        let input = folder.join("unoptimised.wasm");
        let output = folder.join("optimised.wasm");
        let record = folder.join("optimised.options");
        let options = format!("{level} {} {} {}", FEATURES.join(" "), OPTIONS.join(" "), self.version()?);
        let fresh = fs::read(&input).is_ok_and(|last| last == module)
            && fs::read_to_string(&record).is_ok_and(|last| last == options);
        if !fresh || !output.exists() {
            fs::create_dir_all(folder)?;
            fs::write(&input, module)?;
            let status = Command::new("node")
                .arg(&self.0)
                .arg(level)
                .args(FEATURES)
                .args(OPTIONS)
                .arg("-o")
                .args([&output, &input])
                .status()?;
            if !status.success() {
                bail!("`wasm-opt` ended with {status}");
            }
            fs::write(&record, options)?;
        }
        fs::read(&output).context("`wasm-opt` wrote no file")
    }

    fn version(&self) -> Result<String> {
        let manifest = self.0.with_file_name("../package.json");
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(manifest)?)?;
        Ok(manifest["version"].as_str().unwrap_or_default().to_owned())
    }
}

fn install(tools: &Path) -> Result<()> {
    println!("installing wasm-opt (npm package `binaryen`)");
    let arguments = ["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
    let status = Command::new("npm").args(arguments).current_dir(tools).status()?;
    if !status.success() {
        bail!("`npm ci` in `tools` ended with {status}");
    }
    Ok(())
}
