//! Builds the module in its three flavours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::inspect::{Facts, Flavour};
use crate::optimise::WasmOpt;
use crate::root;
use crate::strip::strip;

/// Bytes of the module's stack: at least four times what the tests at the limits of nesting use.
pub const STACK_BYTES: usize = 327_680;

/// The level of `wasm-opt`; `tools wasm --measure` compares it with others.
pub const WASM_OPT_LEVEL: &str = "-Oz";

/// How much code a call may become where it is inlined. A quarter of the compiler's own bound gives most of its speed at
/// the size of `opt-level = "s"`.
pub const INLINE_THRESHOLD: u32 = 60;

/// A level of the compiler that is measured against that of the profile.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// `opt-level`.
    pub opt: &'static str,
    /// The bound on inlining; the level's own where there is none.
    pub inline: Option<u32>,
}

/// The target of the module.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

impl Flavour {
    /// All, in the order in which they are built.
    pub const ALL: [Self; 3] = [Self::Plain, Self::HostClock, Self::Core];

    /// The file below `dist`.
    pub fn file(self) -> &'static str {
        match self {
            Self::Plain => "burgee.wasm",
            Self::HostClock => "burgee-host-clock.wasm",
            Self::Core => "burgee-core.wasm",
        }
    }

    /// The flavour of a file, by its name; a file of another name is taken for the plain one.
    fn of_file(name: &str) -> Self {
        Self::ALL.into_iter().find(|flavour| flavour.file() == name).unwrap_or(Self::Plain)
    }

    fn features(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &["--features", "abi"],
            Self::HostClock => &["--features", "abi,host-clock"],
            Self::Core => &["--no-default-features", "--features", "abi"],
        }
    }

    /// Another `opt-level` than that of the profile: what the core module is for is its size.
    fn level(self) -> Option<Level> {
        match self {
            Self::Plain | Self::HostClock => None,
            // The level's own bound, 5, leaves calls that are longer than what they call: 4 KB less at 15.
            Self::Core => Some(Level { opt: "z", inline: Some(15) }),
        }
    }

    fn folder(self) -> PathBuf {
        let name = match self {
            Self::Plain => "plain",
            Self::HostClock => "host-clock",
            Self::Core => "core",
        };
        root().join("target/wasm").join(name)
    }
}

/// Builds, optimises and checks all modules and writes them to `dist`.
pub fn build_all() -> Result<()> {
    let optimiser = WasmOpt::find();
    if let Err(reason) = &optimiser {
        println!("wasm-opt is left out, the module stays larger: {reason:#}");
    }
    let dist = root().join("dist");
    fs::create_dir_all(&dist)?;
    for flavour in Flavour::ALL {
        let stripped = compile(flavour, None)?;
        let module = match &optimiser {
            Ok(optimiser) => smaller(optimiser.run(&stripped, WASM_OPT_LEVEL, &flavour.folder())?, stripped),
            Err(_) => stripped,
        };
        let path = dist.join(flavour.file());
        write_if_changed(&path, &module)?;
        inspect_bytes(flavour.file(), &module, flavour, optimiser.is_ok())?;
    }
    Ok(())
}

/// Prints the facts about a module and fails if it breaks the contract.
pub fn inspect(path: &Path) -> Result<()> {
    let module = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    inspect_bytes(&name, &module, Flavour::of_file(&name), true)
}

fn inspect_bytes(name: &str, module: &[u8], flavour: Flavour, optimised: bool) -> Result<()> {
    let facts = Facts::of(module)?;
    println!("{name}\n{facts}");
    let mut violations = facts.violations(flavour);
    if optimised {
        violations.extend(facts.excess(flavour));
    }
    if !violations.is_empty() {
        bail!("`{name}` {}", violations.join("; it "));
    }
    Ok(())
}

/// Compiles and strips a module; `level` is another one than that of the flavour.
pub fn compile(flavour: Flavour, level: Option<Level>) -> Result<Vec<u8>> {
    let level = level.or(flavour.level());
    let inline = level.map_or(Some(INLINE_THRESHOLD), |level| level.inline);
    let folder = flavour.folder();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--locked", "--profile", "wasm", "--lib", "--package", "burgee"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&folder)
        .args(flavour.features())
        .current_dir(root())
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags(inline).join("\x1f"))
        .env_remove("CARGO_BUILD_TARGET");
    if let Some(level) = level {
        cargo.env("CARGO_PROFILE_WASM_OPT_LEVEL", level.opt);
    }
    let status = cargo.status().context("cannot run `cargo`")?;
    if !status.success() {
        bail!("building the module failed (is the target installed? `rustup target add {TARGET}`)");
    }
    let built = folder.join(TARGET).join("wasm/burgee.wasm");
    let module = fs::read(&built).with_context(|| format!("cannot read `{}`", built.display()))?;
    strip(&module)
}

/// The MVP and the features that every runtime in reach has; the compiler's own default has more.
fn rustflags(inline: Option<u32>) -> Vec<String> {
    let features = "-Ctarget-feature=+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals";
    let root = root();
    let mut flags = vec![
        "-Ctarget-cpu=mvp".to_owned(),
        features.to_owned(),
        // Shortest form of every number; without it calls through tables need the reference-types feature.
        "-Clink-arg=--compress-relocations".to_owned(),
        format!("-Clink-arg=-zstack-size={STACK_BYTES}"),
        // The same file from every checkout.
        format!("--remap-path-prefix={}=.", root.display()),
    ];
    flags.extend(inline.map(|threshold| format!("-Cllvm-args=-inline-threshold={threshold}")));
    flags
}

/// The optimised module if that gained anything.
fn smaller(optimised: Vec<u8>, stripped: Vec<u8>) -> Vec<u8> {
    if optimised.len() < stripped.len() { optimised } else { stripped }
}

/// Leaves the time of an unchanged file alone, so that what depends on it stays fresh.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}
