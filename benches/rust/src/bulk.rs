//! All flags for one context.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::evaluations::{admit, load, run};
use crate::index::{Bulk, Index};
use crate::options::Options;
use crate::results::Results;
use crate::subjects::list::evaluators;
use crate::subjects::{Evaluate as _, Question, native};

/// Measures every evaluation of all flags, among the subjects that speak JSON.
pub fn measure(index: &Index, options: &Options, results: &mut Results) -> Result<()> {
    let mut subjects = evaluators(options)?;
    subjects.retain(|subject| subject.label.way == "json-bytes");
    for scenario in index.bulk.iter().filter(|scenario| options.wants(&scenario.id)) {
        let document = index.file(&scenario.flags)?;
        let context = index.file(&scenario.context)?;
        load(&mut subjects, &document)?;
        let right = right(scenario, &document, &context)?;
        let question = Question::All { context: &context };
        let fit = admit(&mut subjects, question, results, &scenario.id, |answer| differences(&right, answer))?;
        run(&mut subjects, &fit, &scenario.id, options, results)?;
    }
    Ok(())
}

/// What every subject must answer: the engine's own answers, which the cases of its tests vouch for.
fn right(scenario: &Bulk, document: &[u8], context: &[u8]) -> Result<Vec<Value>> {
    let mut engine = native::Bytes::default();
    engine.load(document)?;
    engine.prepare(Question::All { context })?;
    let right = list(&engine.answer()?);
    ensure!(right.len() == scenario.count, "`{}` has {} answers, not {}", scenario.id, right.len(), scenario.count);
    Ok(right)
}

/// The answers without what texts may say differently.
fn list(answer: &Value) -> Vec<Value> {
    let mut list = answer["flags"].as_array().cloned().unwrap_or_default();
    for answer in list.iter_mut().filter_map(Value::as_object_mut) {
        answer.retain(|name, _| ["key", "value", "variant", "reason", "errorCode"].contains(&name.as_str()));
    }
    list
}

fn differences(right: &[Value], answer: &Value) -> Option<String> {
    let answers = list(answer);
    if answers.len() != right.len() {
        return Some(format!("gives {} answers, but {} are right", answers.len(), right.len()));
    }
    let (answer, right) = answers.iter().zip(right).find(|(answer, right)| answer != right)?;
    Some(format!("answers {answer}, but {right} is right"))
}
