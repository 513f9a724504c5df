//! Plays one case to the crate and to the module, and compares both with the case and with each other.

use anyhow::{Context, Result, ensure};
use burgee_example_wasmtime::Host;
use burgee_example_wasmtime::slots::{Description, Word};
use serde_json::{Map, Value};

use super::{File, context, document_text, expect, findings, text_or_json};
use crate::digest;
use crate::json::{self, shorten};
use crate::subject::{Mode, Subject, Target};

/// How an error begins that is about the text of the context and no value in it.
const REFUSED: &str = "the evaluation context";

/// What came of a case.
#[derive(Debug)]
pub struct Played {
    /// It was played through slots as well.
    pub through_slots: bool,
    /// Its answers, for the digest.
    pub answers: Vec<Value>,
}

/// Plays a case; the error says everything that was wrong.
pub fn play(file: &File, case: &Value) -> Result<Played> {
    let mode = file.mode(case)?;
    let (native, _) = answer(file, case, Target::Native, mode).context("natively")?;
    let (module, slots) = answer(file, case, Target::Module, mode).context("in the module")?;
    let reply = check(case, &native).context("natively")?;
    check(case, &module).context("in the module")?;
    ensure!(
        native == module,
        "the answers differ\nnatively:      {}\nin the module: {}",
        shorten(&native),
        shorten(&module)
    );
    Ok(Played { through_slots: slots, answers: digest::answers(case, &reply)? })
}

/// The raw answer of a subject, and whether slots gave the same.
pub(super) fn answer(file: &File, case: &Value, target: Target, mode: Mode) -> Result<(String, bool)> {
    let mut subject = Subject::start(target)?;
    if let Some(updates) = case.get("updates") {
        return Ok((last_update(&mut subject, updates, mode)?, false));
    }
    if let Some(rule) = text_or_json(case, "ruleText", "rule")? {
        return Ok((subject.evaluate_logic(rule.as_bytes(), context(case)?.as_bytes())?, false));
    }
    let report = load(&mut subject, &file.document(case)?, mode)?;
    let context = context(case)?;
    let now = case.get("now").map_or(Some(0), Value::as_i64).context("`now` is no integer")?;
    if case.get("all").is_some() {
        return Ok((subject.evaluate_all(context.as_bytes(), now)?, false));
    }
    let key = case["key"].as_str().context("a case of no known kind")?;
    let answer = subject.evaluate(key, context.as_bytes(), now)?;
    let slots = match &mut subject {
        Subject::Module(host) => check_host_contract(host, case, &report, &answer)?,
        Subject::Native(_) => false,
    };
    Ok((answer, slots))
}

/// Compares a raw answer with the case, and gives it read.
fn check(case: &Value, answer: &str) -> Result<Value> {
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
    outcome.with_context(|| format!("got {}", shorten(answer)))?;
    Ok(parsed)
}

fn last_update(subject: &mut Subject, updates: &Value, mode: Mode) -> Result<String> {
    let mut last = String::new();
    for update in updates.as_array().context("`updates` is no list")? {
        last = subject.update(document_text(update).as_bytes(), mode)?;
    }
    Ok(last)
}

fn load(subject: &mut Subject, document: &str, mode: Mode) -> Result<Value> {
    let report = subject.update(document.as_bytes(), mode)?;
    let parsed = json::parse(&report)?;
    ensure!(parsed["success"] == Value::Bool(true), "the document of the case is refused: {}", shorten(&report));
    Ok(parsed)
}

/// The answer through slots, put together as a host does it, is the answer through JSON. Gives whether there was one: a
/// flag may need the whole context, and a context whose text is refused has no values to send.
pub fn check_slots(host: &mut Host, key: &str, context: &str, answer: &str) -> Result<bool> {
    let description = Description::parse(&host.describe_state()?)?;
    let Some(flag) = description.flag(key) else { return Ok(false) };
    let members = match json::parse(if context.is_empty() { "{}" } else { context }) {
        Ok(Value::Object(members)) => members,
        Ok(_) => Map::new(),
        Err(_) => return Ok(false),
    };
    let refused = json::parse(answer)?["errorMessage"].as_str().is_some_and(|text| text.starts_with(REFUSED));
    if flag.whole_context || refused {
        return Ok(false);
    }
    let mut slots = Vec::new();
    description.encode(flag, &members, &mut slots)?;
    let word = host.evaluate_slots(flag.index, description.generation, &slots)?;
    let word = Word::unpack(word).with_context(|| format!("{word:#x} is no answer word"))?;
    let mut assembled = Map::new();
    if let Some(variant) = word.variant {
        let (name, value) =
            flag.variants.get(usize::from(variant)).context("no variant has the index of the answer")?;
        assembled.insert("value".to_owned(), value.clone());
        assembled.insert("variant".to_owned(), name.clone().into());
    }
    assembled.insert("reason".to_owned(), word.reason.into());
    if let Some(code) = word.error_code {
        assembled.insert("errorCode".to_owned(), code.into());
        let error = json::parse(&host.last_error()?)?;
        assembled.insert("errorMessage".to_owned(), error["errorMessage"].clone());
    }
    if !flag.metadata.is_empty() {
        assembled.insert("flagMetadata".to_owned(), flag.metadata.clone().into());
    }
    let assembled = Value::Object(assembled);
    ensure!(json::same(&assembled, &json::parse(answer)?), "through slots the answer is {assembled}");
    Ok(true)
}

/// Among the answers of all flags, for which the context is read once, is the answer of the flag alone.
fn check_bulk(all: &str, key: &str, answer: &Value) -> Result<()> {
    let all = json::parse(all)?;
    let members = all["flags"].as_array().context("no `flags`")?;
    // Of several flag sets the last one answers for a key alone.
    let Some(found) = members.iter().rfind(|member| member["key"] == key) else { return Ok(()) };
    let mut found = found.clone();
    found.as_object_mut().context("an answer that is no object")?.shift_remove("key");
    ensure!(json::same(&found, answer), "among all flags the answer is {found}");
    Ok(())
}

/// What a host may do with a report must not change an answer: take it from `preEvaluated`, ask by index, or send only
/// the keys of `requiredContextKeys`.
fn check_host_contract(host: &mut Host, case: &Value, report: &Value, answer: &str) -> Result<bool> {
    let key = case["key"].as_str().unwrap_or_default();
    let context = context(case)?;
    let parsed = json::parse(answer)?;
    let reusable = host.evaluate_reusable(key.as_bytes(), context.as_bytes())?;
    ensure!(reusable == answer, "`evaluate_reusable` differs: {}", shorten(&reusable));
    let by_ref = host.evaluate_ref(key.as_bytes(), context.as_bytes())?;
    ensure!(by_ref == answer, "`evaluate_ref` differs: {}", shorten(&by_ref));
    let slots = check_slots(host, key, &context, answer)?;
    if let Some(index) = report["flagIndices"].get(key).and_then(Value::as_u64) {
        let by_index = host.evaluate_by_index(u32::try_from(index)?, context.as_bytes())?;
        ensure!(by_index == answer, "`evaluate_by_index` differs: {}", shorten(&by_index));
    }
    if let Some(ready) = report["preEvaluated"].get(key) {
        ensure!(json::same(ready, &parsed), "`preEvaluated` differs: {ready}");
    }
    check_bulk(&host.evaluate_all(context.as_bytes())?, key, &parsed)?;
    let needed = report["requiredContextKeys"].get(key).and_then(Value::as_array);
    if let (Some(needed), Some(Value::Object(members))) = (needed, case.get("context")) {
        let kept = members.iter().filter(|(name, _)| needed.iter().any(|needed| needed == name.as_str()));
        let kept: Map<String, Value> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        let filtered = host.evaluate(key.as_bytes(), Value::Object(kept).to_string().as_bytes())?;
        ensure!(filtered == answer, "with only the keys of `requiredContextKeys` the answer is {}", shorten(&filtered));
    }
    Ok(slots)
}
