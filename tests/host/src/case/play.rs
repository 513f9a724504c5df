//! Plays one case to the crate and to the module, and compares both with the case and with each other.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use super::{File, context, expect, findings, text_or_json};
use crate::json::{self, shorten};
use crate::subject::{Mode, Subject, Target};

/// Plays a case; the error says everything that was wrong.
pub fn play(file: &File, case: &Value) -> Result<()> {
    let native = answer(file, case, Target::Native).context("natively")?;
    let module = answer(file, case, Target::Module).context("in the module")?;
    check(case, &native).context("natively")?;
    check(case, &module).context("in the module")?;
    ensure!(
        native == module,
        "the answers differ\nnatively:      {}\nin the module: {}",
        shorten(&native),
        shorten(&module)
    );
    Ok(())
}

/// The raw answer of a subject.
fn answer(file: &File, case: &Value, target: Target) -> Result<String> {
    let mut subject = Subject::start(target)?;
    if let Some(updates) = case.get("updates") {
        return last_update(&mut subject, updates, file.mode(case)?);
    }
    if let Some(rule) = text_or_json(case, "ruleText", "rule")? {
        return subject.evaluate_logic(rule.as_bytes(), context(case)?.as_bytes());
    }
    let report = load(&mut subject, &file.document(case)?, file.mode(case)?)?;
    let context = context(case)?;
    let now = case.get("now").map_or(Some(0), Value::as_i64).context("`now` is no integer")?;
    if case.get("all").is_some() {
        return subject.evaluate_all(context.as_bytes(), now);
    }
    let key = case["key"].as_str().context("a case of no known kind")?;
    let answer = subject.evaluate(key, context.as_bytes(), now)?;
    if let Subject::Module(_) = subject {
        check_host_contract(&mut subject, case, &report, &answer)?;
    }
    Ok(answer)
}

fn check(case: &Value, answer: &str) -> Result<()> {
    let parsed = json::parse(answer)?;
    let outcome = if case.get("updates").is_some() {
        findings::check_report(&case["expect"], &parsed)
    } else if case.get("rule").or(case.get("ruleText")).is_some() {
        expect::check_rule(&case["expect"], &parsed)
    } else if case.get("all").is_some() {
        expect::check_bulk(case, &parsed)
    } else {
        expect::check_evaluation(&case["expect"], &parsed)
    };
    outcome.with_context(|| format!("got {}", shorten(answer)))
}

fn last_update(subject: &mut Subject, updates: &Value, mode: Mode) -> Result<String> {
    let mut last = String::new();
    for update in updates.as_array().context("`updates` is no list")? {
        let document = update.as_str().map_or_else(|| update.to_string(), str::to_owned);
        last = subject.update(document.as_bytes(), mode)?;
    }
    Ok(last)
}

fn load(subject: &mut Subject, document: &str, mode: Mode) -> Result<Value> {
    let report = subject.update(document.as_bytes(), mode)?;
    let parsed = json::parse(&report)?;
    ensure!(parsed["success"] == Value::Bool(true), "the document of the case is refused: {}", shorten(&report));
    Ok(parsed)
}

/// What a host may do with a report must not change an answer: take it from `preEvaluated`, ask by index, or send only
/// the keys of `requiredContextKeys`.
fn check_host_contract(subject: &mut Subject, case: &Value, report: &Value, answer: &str) -> Result<()> {
    let Subject::Module(host) = subject else { return Ok(()) };
    let key = case["key"].as_str().unwrap_or_default();
    let context = context(case)?;
    let parsed = json::parse(answer)?;
    let reusable = host.evaluate_reusable(key.as_bytes(), context.as_bytes())?;
    ensure!(reusable == answer, "`evaluate_reusable` differs: {}", shorten(&reusable));
    if let Some(index) = report["flagIndices"].get(key).and_then(Value::as_u64) {
        let by_index = host.evaluate_by_index(u32::try_from(index)?, context.as_bytes())?;
        ensure!(by_index == answer, "`evaluate_by_index` differs: {}", shorten(&by_index));
    }
    if let Some(ready) = report["preEvaluated"].get(key) {
        ensure!(json::same(ready, &parsed), "`preEvaluated` differs: {ready}");
    }
    let needed = report["requiredContextKeys"].get(key).and_then(Value::as_array);
    if let (Some(needed), Some(Value::Object(members))) = (needed, case.get("context")) {
        let kept = members.iter().filter(|(name, _)| needed.iter().any(|needed| needed == name.as_str()));
        let kept: Map<String, Value> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        let filtered = host.evaluate(key.as_bytes(), Value::Object(kept).to_string().as_bytes())?;
        ensure!(filtered == answer, "with only the keys of `requiredContextKeys` the answer is {}", shorten(&filtered));
    }
    Ok(())
}
