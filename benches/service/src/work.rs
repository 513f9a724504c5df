//! Flags and contexts, the same for every subject, and the answers that are right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use burgee::Engine;
use serde_json::Value;

use crate::unleash;

/// Attributes of every context.
const ATTRIBUTES: usize = 20;
/// Flags around the one that is asked for alone.
const CROWD: usize = 10;

/// A set of flags in the formats of all subjects.
#[derive(Clone, Debug)]
pub struct Flags {
    /// In flagd's format.
    pub flagd: PathBuf,
    /// In Unleash's.
    pub unleash: PathBuf,
    /// A key whose rule reads the context.
    pub key: String,
    /// The right answers by key.
    pub expected: BTreeMap<String, Value>,
    /// Keys whose users are split by a hash, which each format does in its own way.
    pub split: BTreeSet<String>,
}

/// The flags in two formats, in files of this folder.
pub fn flags(folder: &Path, count: usize) -> Result<Flags> {
    let document = burgee_bench_work::document(count);
    let keys = || document["flags"].as_object().into_iter().flatten();
    let key = keys().find(|(_, flag)| flag.get("targeting").is_some()).context("no flag has a rule")?.0.clone();
    write(folder, &format!("flags-{count}"), &document, key)
}

/// Flags around one whose rule is a comparison.
pub fn targeted(folder: &Path) -> Result<Flags> {
    let (key, document) = burgee_bench_work::targeted(CROWD);
    write(folder, "targeted", &document, key.to_owned())
}

fn write(folder: &Path, name: &str, document: &Value, key: String) -> Result<Flags> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let save = |file: String, value: &Value| {
        let path = folder.join(file);
        fs::write(&path, value.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
        anyhow::Ok(path)
    };
    let members = || document["flags"].as_object().into_iter().flatten();
    let split = members().filter(|(_, flag)| flag["targeting"]["fractional"].is_array());
    Ok(Flags {
        flagd: save(format!("{name}.flagd.json"), document)?,
        unleash: save(format!("{name}.unleash.json"), &unleash::features(document)?)?,
        key,
        expected: expected(document)?,
        split: split.map(|(key, _)| key.clone()).collect(),
    })
}

fn expected(document: &Value) -> Result<BTreeMap<String, Value>> {
    let engine = Engine::new();
    let report = engine.update(document.to_string()).map_err(|error| anyhow::anyhow!("{error}"))?;
    ensure!(report.warnings().is_empty(), "the engine warns of the flags: {:?}", report.warnings());
    let context = context().to_string();
    let keys = document["flags"].as_object().into_iter().flatten().map(|(key, _)| key);
    keys.map(|key| {
        let answer = engine.evaluate(key, context.as_bytes()).to_json();
        Ok((key.clone(), serde_json::from_str(&answer)?))
    })
    .collect()
}

/// What every request says of its user.
pub fn context() -> Value {
    burgee_bench_work::context(ATTRIBUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_that_is_asked_for_is_on_by_its_rule() {
        let folder = std::env::temp_dir().join(format!("burgee-bench-service-{}", std::process::id()));
        let flags = targeted(&folder).unwrap();
        assert_eq!(flags.expected.len(), CROWD);
        assert_eq!(flags.expected[&flags.key]["reason"], "TARGETING_MATCH");
        assert_eq!(flags.expected[&flags.key]["value"], true);
        assert_eq!(context().as_object().unwrap().len(), ATTRIBUTES);
        fs::remove_dir_all(folder).unwrap();
    }
}
