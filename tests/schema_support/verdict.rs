//! Two verdicts on one text: the engine's and that of `boon` with the same schema files.

use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// `boon` with the files of `schemas/`.
pub(crate) struct Oracle {
    schemas: Schemas,
    flags: SchemaIndex,
}

impl Oracle {
    pub(crate) fn new() -> Self {
        let mut compiler = Compiler::new();
        for file in ["flags.json", "targeting.json"] {
            let text = std::fs::read_to_string(root().join("schemas").join(file)).expect("a schema file can be read");
            let schema: Value = serde_json::from_str(&text).expect("a schema file is JSON");
            let id = schema["$id"].as_str().expect("a schema has an $id").to_owned();
            compiler.add_resource(&id, schema).expect("a schema file can be added");
        }
        let mut schemas = Schemas::new();
        let flags = compiler
            .compile("https://burgee.dev/schema/v0/flags.json", &mut schemas)
            .expect("the schemas are draft-07 and complete");
        Self { schemas, flags }
    }

    pub(crate) fn accepts(&self, document: &Value) -> bool {
        self.schemas.validate(document, self.flags).is_ok()
    }

    /// The common verdict on a text, or a sentence about two that differ.
    pub(crate) fn agree(&self, text: &str) -> Result<bool, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}: {text}"))?;
        let findings = burgee::check_schema(text).map_err(|error| format!("{error}: {text}"))?;
        let accepts = self.accepts(&document);
        if accepts != findings.is_empty() {
            let ours: Vec<_> =
                findings.iter().map(|finding| format!("{} {}", finding.path(), finding.message())).collect();
            return Err(format!("boon accepts: {accepts}; findings: {ours:?}; document: {text}"));
        }
        for finding in findings {
            if document.pointer(finding.path()).is_none() {
                return Err(format!("`{}` ({}) leads nowhere in {text}", finding.path(), finding.rule()));
            }
        }
        Ok(accepts)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The JSON files of a folder with their names, in the order of the names.
fn json_files(folder: &Path) -> Vec<(String, Value)> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a JSON file can be read");
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        (name, serde_json::from_str(&text).expect("a .json file is JSON"))
    };
    paths.into_iter().map(read).collect()
}

/// The flag files of the testbed; `None`, said aloud, where the public test data is absent.
pub(crate) fn testbed() -> Option<Vec<(String, Value)>> {
    let base = std::env::var_os("BURGEE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let testbed = base.join("testbed");
    if !testbed.exists() {
        println!("left out: `testbed` is not in `{}`; set BURGEE_SHARED to the folder that has it", base.display());
        return None;
    }
    let mut files = json_files(&testbed.join("evaluator/flags"));
    files.extend(json_files(&testbed.join("provider-flags")));
    Some(files)
}

/// Every document of the vectors that is JSON, as text.
pub(crate) fn vector_documents() -> Vec<String> {
    let mut texts = Vec::new();
    let mut add = |document: &Value| match document {
        Value::String(text) => texts.push(text.clone()),
        other => texts.push(other.to_string()),
    };
    for (_, file) in json_files(&root().join("tests/vectors")) {
        let cases = file.get("cases").and_then(Value::as_array).into_iter().flatten();
        for case in cases.chain([&file]) {
            ["flags", "flagsText"].iter().filter_map(|member| case.get(*member)).for_each(&mut add);
            case.get("updates").and_then(Value::as_array).into_iter().flatten().for_each(&mut add);
        }
    }
    texts.retain(|text| serde_json::from_str::<Value>(text).is_ok() && burgee::check_schema(text).is_ok());
    texts
}
