//! The common cases of json-logic/compat-tables, where they are present.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use burgee_conformance::subject::{Subject, Target};
use burgee_conformance::tally::Tally;
use burgee_conformance::{json, places};
use serde_json::Value;

/// How many cases the file has; another number means another file.
const CASES: usize = 278;

fn main() -> Result<ExitCode> {
    let Some(folder) = places::shared("json-logic") else { return Ok(ExitCode::SUCCESS) };
    let file = json::parse(&fs::read_to_string(folder.join("compatible.json"))?)?;
    // Texts between the cases are headings.
    let cases: Vec<&Value> = file.as_array().into_iter().flatten().filter(|case| case.is_object()).collect();
    ensure!(cases.len() == CASES, "{} cases instead of {CASES}", cases.len());
    let mut tally = Tally::default();
    for target in [Target::Native, Target::Module] {
        let mut subject = Subject::start(target)?;
        for case in &cases {
            let name = format!("{} with {}", case["rule"], case["data"]);
            tally.note(&format!("{target:?}"), &name, check(&mut subject, case));
        }
    }
    println!("the common JSON Logic cases:");
    Ok(tally.finish())
}

fn check(subject: &mut Subject, case: &Value) -> Result<()> {
    let data = case.get("data").map(Value::to_string).unwrap_or_default();
    let answer = subject.evaluate_logic(case["rule"].to_string().as_bytes(), data.as_bytes())?;
    let answer = json::parse(&answer)?;
    let result = answer.get("result").with_context(|| format!("it failed: {}", answer["error"]))?;
    ensure!(json::same(result, &case["result"]), "it should be {}, but is {result}", case["result"]);
    Ok(())
}
