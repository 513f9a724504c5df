//! The work that every runner measures: the same bytes in every run and on every machine.

mod clauses;
mod context;
mod fleet;
mod index;
mod rules;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Sizes of the contexts that hold what every rule reads.
const WIDE_CONTEXTS: [usize; 3] = [20, 100, 1000];
/// How many flags the bulk evaluation answers.
const BULK: usize = 50;
/// The smallest and the largest document around the same flag.
const CROWDS: [usize; 2] = [10, 100_000];
/// Sizes of the documents that updates load.
const UPDATES: [usize; 3] = [10, 1_000, 10_000];

/// A document of this many typical flags, a third of them static.
pub fn document(flags: usize) -> Value {
    fleet::document(flags)
}

/// A document of this many flags, and the key of one in the middle whose rule is one `==`.
pub fn targeted(flags: usize) -> (&'static str, Value) {
    (rules::EQUALS, fleet::around(flags, rules::EQUALS, rules::equals()))
}

/// A context of this many attributes, at least twenty, with everything that rules read.
pub fn context(attributes: usize) -> Value {
    context::wide(attributes)
}

/// Writes `index.json` and the files that it names.
pub fn write(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let save = |name: &str, value: &Value| {
        let path = folder.join(name);
        fs::write(&path, value.to_string()).with_context(|| format!("cannot write `{}`", path.display()))
    };
    save("flags.json", &rules::document())?;
    save("context-2.json", &context::with_email())?;
    save("context-2-version.json", &context::with_version())?;
    for attributes in WIDE_CONTEXTS {
        save(&format!("context-{attributes}.json"), &context::wide(attributes))?;
    }
    for flags in CROWDS {
        save(&format!("flags-of-{flags}.json"), &fleet::around(flags, rules::EQUALS, rules::equals()))?;
    }
    save(&format!("flags-{BULK}.json"), &fleet::document(BULK))?;
    for flags in UPDATES {
        save(&format!("update-{flags}.json"), &fleet::document(flags))?;
        save(&format!("update-{flags}-changed.json"), &fleet::with_one_changed(flags))?;
    }
    save("index.json", &index::index())
}
