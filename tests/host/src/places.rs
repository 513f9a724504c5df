//! Where things lie: the module, the project's own cases, and public test data that may be absent.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Result, bail};
use burgee_example_wasmtime::Program;
use burgee_tools::inspect::Flavour;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The module under test: `BURGEE_WASM`, or what `make wasm` built.
pub fn module_path() -> Result<PathBuf> {
    let path = std::env::var_os("BURGEE_WASM").map_or_else(|| root().join("dist/burgee.wasm"), PathBuf::from);
    if !path.exists() {
        bail!("there is no module at `{}`: run `make wasm`", path.display());
    }
    Ok(path)
}

/// The module under test, compiled once for all tests of a process.
pub fn program() -> Result<&'static Program> {
    static PROGRAM: LazyLock<Result<Program>> = LazyLock::new(|| Program::load(module_path()?));
    PROGRAM.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// The core module beside the module under test, compiled once as well.
pub fn core_program() -> Result<&'static Program> {
    static PROGRAM: LazyLock<Result<Program>> = LazyLock::new(|| Program::load(beside(Flavour::Core)?));
    PROGRAM.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// Another flavour of the module under test, which `make wasm` puts beside it.
pub fn beside(flavour: Flavour) -> Result<PathBuf> {
    let path = module_path()?.with_file_name(flavour.file());
    if !path.exists() {
        bail!("there is no module at `{}`: run `make wasm`", path.display());
    }
    Ok(path)
}

/// A folder of public test data beside the repository, or in `BURGEE_SHARED`; `None`, said aloud, where it is absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let base = std::env::var_os("BURGEE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let path = base.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("left out: `{name}` is not in `{}`; set BURGEE_SHARED to the folder that has it", base.display());
    None
}
