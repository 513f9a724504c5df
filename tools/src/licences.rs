//! Whether every dependency's licence may be used with Apache-2.0, by what cargo knows of it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build::TARGET;
use crate::root;

/// Permissive licences.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Fine in tools and tests, but not in what users build: copyleft by file, and permissive but little known.
const ALLOWED_UNSHIPPED: [&str; 2] = ["BlueOak-1.0.0", "MPL-2.0"];

/// Fails if a dependency has a licence outside the lists; prints how many have which.
pub fn check() -> Result<()> {
    let metadata = metadata()?;
    let shipped = shipped(&metadata);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    for package in list(&metadata["packages"]).iter().filter(|package| !package["source"].is_null()) {
        let licence = package["license"].as_str().unwrap_or("none named");
        *counts.entry(licence).or_default() += 1;
        let unshipped = !shipped.contains(text(&package["id"]));
        if !is_allowed(licence, unshipped) {
            refused.push(format!("{} {}: {licence}", text(&package["name"]), text(&package["version"])));
        }
    }
    for (licence, count) in &counts {
        println!("{count:>4}  {licence}");
    }
    if !refused.is_empty() {
        bail!("licences outside the allow list:\n  {}", refused.join("\n  "));
    }
    println!(
        "licences of {} dependencies are allowed, {} of them shipped",
        counts.values().sum::<usize>(),
        shipped.len()
    );
    Ok(())
}

/// Whether an SPDX expression can be satisfied with allowed licences alone.
///
/// ```
/// use burgee_tools::licences::is_allowed;
///
/// assert!(is_allowed("MIT OR GPL-3.0", false));
/// assert!(!is_allowed("(MIT OR Apache-2.0) AND GPL-3.0", true));
/// assert!(is_allowed("(MIT OR GPL-2.0) AND Unicode-3.0", false));
/// assert!(is_allowed("MPL-2.0", true) && !is_allowed("MPL-2.0", false));
/// assert!(is_allowed("MIT/Apache-2.0", false));
/// ```
pub fn is_allowed(expression: &str, unshipped: bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Expression { words: &words, unshipped };
    reader.any() && reader.words.is_empty()
}

/// Reads an SPDX expression from left to right; `AND` binds tighter than `OR`.
struct Expression<'a> {
    words: &'a [&'a str],
    unshipped: bool,
}

impl Expression<'_> {
    fn any(&mut self) -> bool {
        let mut allowed = self.all();
        while self.skip("OR") {
            allowed |= self.all();
        }
        allowed
    }

    fn all(&mut self) -> bool {
        let mut allowed = self.one();
        while self.skip("AND") {
            allowed &= self.one();
        }
        allowed
    }

    fn one(&mut self) -> bool {
        if self.skip("(") {
            let allowed = self.any();
            return self.skip(")") && allowed;
        }
        let Some((name, rest)) = self.words.split_first() else { return false };
        self.words = rest;
        let mut licence = (*name).to_owned();
        if self.skip("WITH")
            && let Some((exception, rest)) = self.words.split_first()
        {
            licence = format!("{licence} WITH {exception}");
            self.words = rest;
        }
        let licence = licence.as_str();
        ALLOWED.contains(&licence) || (self.unshipped && ALLOWED_UNSHIPPED.contains(&licence))
    }

    fn skip(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

/// The dependencies of this machine and of the module; those of other platforms need not be downloaded for this.
fn metadata() -> Result<Value> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
        .args(["--filter-platform", &host()?, "--filter-platform", TARGET])
        .current_dir(root())
        .output()
        .context("cannot run `cargo metadata`")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("`cargo metadata` wrote no JSON")
}

/// The platform that cargo builds for here.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run `rustc`")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// The ids of everything that users build with the crate or the command, those two left out.
fn shipped(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).iter().map(|node| (text(&node["id"]), node)).collect();
    let products = list(&metadata["packages"]).iter().filter(|package| is_product(package));
    let mut open: Vec<&str> = products.map(|package| text(&package["id"])).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(node) = nodes.get(id) else { continue };
        for dependency in list(&node["deps"]).iter().filter(|dependency| is_normal(dependency)) {
            let id = text(&dependency["pkg"]);
            if seen.insert(id) {
                open.push(id);
            }
        }
    }
    seen
}

/// What users build: the crate, and the command with the service in it.
fn is_product(package: &Value) -> bool {
    matches!(text(&package["name"]), "burgee" | "burgee-cli")
}

fn is_normal(dependency: &Value) -> bool {
    list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
