//! Versions of what is measured, from the lock file.

const LOCK: &str = include_str!("../../Cargo.lock");
const RUSTC: &str = env!("RUSTC_VERSION");

/// The version of a package that begins with this text.
fn version(package: &str, begin: &str) -> &'static str {
    let name = format!("name = \"{package}\"\n");
    LOCK.split("[[package]]\n")
        .filter_map(|entry| entry.strip_prefix(name.as_str())?.strip_prefix("version = \"")?.split('"').next())
        .find(|version| version.starts_with(begin))
        .unwrap_or("unknown")
}

/// `wasmtime 48.0.8, rustc 1.95.0` of packages with the beginnings of their versions.
pub(crate) fn line(packages: &[(&str, &str)]) -> String {
    let mut parts: Vec<String> =
        packages.iter().map(|(package, begin)| format!("{package} {}", version(package, begin))).collect();
    parts.push(format!("rustc {RUSTC}"));
    parts.join(", ")
}
