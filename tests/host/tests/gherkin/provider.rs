//! The flags of the provider kit, put together as the testbed's daemon serves them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use burgee_conformance::json;
use serde_json::{Map, Value, json};

/// The set that `selector-flags.json` names in its metadata.
const SELECTOR_SET: &str = "selector-set";

/// The documents that a scenario can ask for.
#[derive(Debug)]
pub(crate) struct Flags {
    /// What `allFlags.json` of the testbed has: all files but those for selectors.
    all: Value,
    selector: Value,
    combined_metadata: Value,
}

/// The document of a scenario, and the selector with which natively one of its flag sets is chosen.
pub(crate) struct Chosen {
    pub(crate) document: Value,
    pub(crate) selector: Option<String>,
}

impl Flags {
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let mut all = json!({"flags": {}, "$evaluators": {}});
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        for name in names.iter().filter(|name| name.ends_with(".json") && !name.starts_with("selector-")) {
            merge(&mut all, &read(folder, name)?).with_context(|| format!("in `{name}`"))?;
        }
        Ok(Self {
            all,
            selector: read(folder, "selector-flags.json")?,
            combined_metadata: read(folder, "selector-flag-combined-metadata.json")?,
        })
    }

    /// The document for a selector of the kit. `in_sets`: all flag sets in one document, as natively it can be had;
    /// otherwise the chosen one alone, as a daemon hands it to a host.
    pub(crate) fn choose(&self, selector: Option<&str>, in_sets: bool) -> Result<Chosen> {
        let (set, alone) = match selector {
            None => return Ok(Chosen { document: self.all.clone(), selector: None }),
            Some("rawflags/selector-flag-combined-metadata.json") => {
                return Ok(Chosen { document: self.combined_metadata.clone(), selector: None });
            }
            Some("rawflags/selector-flags.json") => (SELECTOR_SET, &self.selector),
            Some("flags/allFlags.json") => ("", &self.all),
            Some(other) => bail!("unknown selector `{other}`"),
        };
        if !in_sets {
            return Ok(Chosen { document: alone.clone(), selector: None });
        }
        Ok(Chosen { document: self.in_sets(), selector: Some(format!("flagSetId={set}")) })
    }

    /// Both flag sets in the array form.
    fn in_sets(&self) -> Value {
        let mut flags = Vec::new();
        for (document, set) in [(&self.all, None), (&self.selector, Some(SELECTOR_SET))] {
            for (key, flag) in document["flags"].as_object().into_iter().flatten() {
                let mut flag = flag.clone();
                flag["key"] = Value::from(key.as_str());
                if let Some(set) = set {
                    flag["metadata"]["flagSetId"] = Value::from(set);
                }
                flags.push(flag);
            }
        }
        json!({"flags": flags, "$evaluators": self.all["$evaluators"]})
    }
}

fn merge(all: &mut Value, file: &Value) -> Result<()> {
    for part in ["flags", "$evaluators"] {
        let members = file.get(part).and_then(Value::as_object);
        for (name, value) in members.into_iter().flatten() {
            let known: &mut Map<String, Value> = all[part].as_object_mut().context("not an object")?;
            let before = known.insert(name.clone(), value.clone());
            ensure!(before.is_none_or(|before| before == *value), "`{name}` stands in another file too");
        }
    }
    Ok(())
}

fn read(folder: &Path, name: &str) -> Result<Value> {
    let text = fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read `{name}`"))?;
    json::parse(&text).with_context(|| format!("in `{name}`"))
}
