//! What a built module contains, and whether that is what the contract allows.

use std::fmt;
use std::io::Write;

use anyhow::{Context, Result};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef, Validator, WasmFeatures};

/// Everything the module exports, memory included.
pub const EXPORTS: [&str; 17] = [
    "memory",
    "abi_version",
    "alloc",
    "dealloc",
    "set_validation_mode",
    "set_time",
    "update_state",
    "evaluate",
    "evaluate_reusable",
    "evaluate_ref",
    "evaluate_by_index",
    "evaluate_all",
    "evaluate_logic",
    "describe_state",
    "evaluate_slots",
    "last_error",
    "reset",
];

/// The one import of the build that reads its host's clock.
pub const CLOCK_IMPORT: &str = "host.get_current_time_unix_seconds";

/// Runtimes on the JVM compile each function to a method of one class, and some stop at this many.
pub const MAX_FUNCTIONS: usize = 1_023;

/// HotSpot compiles no method of more than 8,000 bytes, and compilers of WebAssembly to Java need about three for an
/// instruction.
pub const LONG_FUNCTION: usize = 2_700;

/// So many functions may be longer: those that read a document and check it against the schema, none that evaluates.
pub const MAX_LONG_FUNCTIONS: usize = 2;

/// A module is downloaded by every host, so its size is part of the contract.
pub const MAX_BYTES: usize = 256_000;

/// The same as it goes over the wire.
pub const MAX_GZIP: usize = 100_000;

/// The same for the core module, which browsers download with a page.
pub const MAX_CORE_BYTES: usize = 120_000;

/// What pure-Java and pure-Go runtimes load.
const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::BULK_MEMORY);

/// Which of the three builds a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// No imports; the host passes the time.
    Plain,
    /// Reads the host's clock through one import.
    HostClock,
    /// No imports, no schema check, and only the current generation of `fractional`.
    Core,
}

impl Flavour {
    /// The most bytes that a module of this flavour may have.
    pub fn max_bytes(self) -> usize {
        match self {
            Self::Plain | Self::HostClock => MAX_BYTES,
            Self::Core => MAX_CORE_BYTES,
        }
    }
}

/// The facts about one module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Size in bytes.
    pub raw: usize,
    /// Size after `gzip -9`.
    pub gzip: usize,
    /// Size after brotli at its highest level.
    pub brotli: usize,
    /// `module.name` of each import.
    pub imports: Vec<String>,
    /// Names of all exports, in the order of the file.
    pub exports: Vec<String>,
    /// Imported and defined functions.
    pub functions: usize,
    /// Instructions of each defined function, the longest first.
    pub lengths: Vec<usize>,
    /// Why the file is not valid with the allowed features, if so.
    pub invalid: Option<String>,
}

impl Facts {
    /// Reads a module.
    pub fn of(module: &[u8]) -> Result<Self> {
        let mut facts = Self {
            raw: module.len(),
            gzip: gzip_size(module)?,
            brotli: brotli_size(module)?,
            imports: Vec::new(),
            exports: Vec::new(),
            functions: 0,
            lengths: Vec::new(),
            invalid: None,
        };
        for payload in Parser::new(0).parse_all(module) {
            facts.note(payload.context("not a WebAssembly module")?)?;
        }
        facts.lengths.sort_unstable_by(|left, right| right.cmp(left));
        let checked = Validator::new_with_features(FEATURES).validate_all(module);
        facts.invalid = checked.err().map(|error| error.to_string());
        Ok(facts)
    }

    fn note(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    self.imports.push(format!("{}.{}", import.module, import.name));
                    self.functions += usize::from(matches!(import.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => self.lengths.push(body.get_operators_reader()?.into_iter().count()),
            Payload::FunctionSection(section) => self.functions += section.count() as usize,
            Payload::ExportSection(section) => {
                for export in section {
                    self.exports.push(export?.name.to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Everything in which the module breaks its contract; empty if it keeps it.
    pub fn violations(&self, flavour: Flavour) -> Vec<String> {
        let mut found = Vec::new();
        let allowed: &[&str] = match flavour {
            Flavour::Plain | Flavour::Core => &[],
            Flavour::HostClock => &[CLOCK_IMPORT],
        };
        for import in self.imports.iter().filter(|import| !allowed.contains(&import.as_str())) {
            found.push(format!("imports `{import}`"));
        }
        for import in allowed.iter().filter(|import| !self.imports.iter().any(|known| known == **import)) {
            found.push(format!("does not import `{import}`"));
        }
        for export in self.exports.iter().filter(|export| !EXPORTS.contains(&export.as_str())) {
            found.push(format!("exports `{export}`, which the contract does not list"));
        }
        for export in EXPORTS.iter().filter(|export| !self.exports.iter().any(|known| known == **export)) {
            found.push(format!("does not export `{export}`"));
        }
        if let Some(reason) = &self.invalid {
            found.push(format!("is not valid with the allowed features: {reason}"));
        }
        if self.functions > MAX_FUNCTIONS {
            found.push(format!("has {} functions; at most {MAX_FUNCTIONS} are allowed", self.functions));
        }
        let long = self.lengths.iter().take_while(|length| **length > LONG_FUNCTION).count();
        if long > MAX_LONG_FUNCTIONS {
            found.push(format!(
                "has {long} functions of more than {LONG_FUNCTION} instructions; at most {MAX_LONG_FUNCTIONS} may be so long"
            ));
        }
        found
    }

    /// The limits on size that the module exceeds. They hold for the optimised file.
    pub fn excess(&self, flavour: Flavour) -> Vec<String> {
        let mut found = Vec::new();
        if self.raw > flavour.max_bytes() {
            found.push(format!("has {} bytes; at most {} are allowed", self.raw, flavour.max_bytes()));
        }
        if self.gzip > MAX_GZIP {
            found.push(format!("has {} bytes after gzip; at most {MAX_GZIP} are allowed", self.gzip));
        }
        found
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let imports = if self.imports.is_empty() { "none".to_owned() } else { self.imports.join(", ") };
        writeln!(out, "  size       {} raw, {} gzip -9, {} brotli 11", self.raw, self.gzip, self.brotli)?;
        let longest: Vec<String> = self.lengths.iter().take(3).map(ToString::to_string).collect();
        writeln!(out, "  functions  {}; the longest have {} instructions", self.functions, longest.join(", "))?;
        writeln!(out, "  imports    {imports}")?;
        write!(out, "  exports    {}", self.exports.join(" "))
    }
}

/// The names of exported functions and memories: what a host can use. Exported globals are left-overs of the linker.
pub(crate) fn is_callable(kind: ExternalKind) -> bool {
    matches!(kind, ExternalKind::Func | ExternalKind::Memory)
}

fn gzip_size(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed.len())
}
