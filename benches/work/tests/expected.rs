//! The answers that the index promises are those of the engine.

use std::fs;
use std::path::{Path, PathBuf};

use burgee::Engine;
use serde_json::Value;

/// A folder for each test: they run at the same time.
fn work(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    burgee_bench_work::write(&folder).unwrap();
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_engine_gives_what_the_index_promises() {
    let folder = work("answers");
    let index = json(&folder.join("index.json"));
    for scenario in index["evaluations"].as_array().unwrap() {
        let engine = loaded(&folder, scenario);
        let context = fs::read(folder.join(scenario["context"].as_str().unwrap())).unwrap();
        let members = serde_json::from_slice::<Value>(&context).unwrap();
        assert_eq!(members.as_object().unwrap().len() as u64, scenario["attributes"], "{}", scenario["id"]);
        let answer = engine.evaluate(scenario["key"].as_str().unwrap(), &context[..]).to_json();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        for name in ["value", "variant", "reason", "errorCode"] {
            assert_eq!(answer.get(name), scenario["expect"].get(name), "`{name}` of {}: {answer}", scenario["id"]);
        }
    }
    for scenario in index["bulk"].as_array().unwrap() {
        let engine = loaded(&folder, scenario);
        let context = fs::read(folder.join(scenario["context"].as_str().unwrap())).unwrap();
        assert_eq!(engine.evaluate_all(&context[..]).len() as u64, scenario["count"]);
    }
}

fn loaded(folder: &Path, scenario: &Value) -> Engine {
    let engine = Engine::new();
    let document = fs::read(folder.join(scenario["flags"].as_str().unwrap())).unwrap();
    let report = engine.update(document).unwrap();
    assert!(report.warnings().is_empty(), "{}: {:?}", scenario["id"], report.warnings());
    if let Some(count) = scenario["flagCount"].as_u64() {
        assert_eq!(report.changed_flags().len() as u64, count, "{}", scenario["id"]);
    }
    engine
}

#[test]
fn one_flag_changes_between_the_two_texts_of_an_update() {
    let folder = work("updates");
    for update in json(&folder.join("index.json"))["updates"].as_array().unwrap() {
        let engine = loaded(&folder, update);
        if let Some(other) = update["other"].as_str() {
            let report = engine.update(fs::read(folder.join(other)).unwrap()).unwrap();
            assert_eq!(report.changed_flags().len(), 1, "{}", update["id"]);
        }
    }
}
