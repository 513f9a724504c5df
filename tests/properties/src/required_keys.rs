//! `required_keys`: what a host may do with the report of an update never changes an answer.
//!
//! A context of which only the keys in `requiredContextKeys` are sent, or whose other keys hold anything, gives the same
//! answer; what `preEvaluated` answers is answered so for any context, one that is no JSON included; among all flags a
//! flag answers as it does alone; and a context that is read value by value is as good as its text ("Replies" in
//! ARCHITECTURE.md).

use anyhow::{Context, Result, ensure};
use burgee::{Engine, EvaluationContext, Options, Validation};
use burgee_conformance::json::{parse, shorten};
use serde_json::{Map, Value as Json};

use crate::choices::Choices;
use crate::generate::{self, Flavour};
use crate::seeds::Case;
use crate::{Property, input, spelling, texts};

/// The property.
pub const PROPERTY: Property = Property { name: "required_keys", check, seeds, inputs_in_tests: 4_000 };

/// The time of all evaluations.
const NOW: i64 = 1_000;

fn seeds(case: &Case) -> Vec<Vec<u8>> {
    let context = case.contexts.first().map_or("{}", String::as_str);
    case.documents.iter().map(|document| input(&[document, context])).collect()
}

fn check(input: &[u8]) -> Result<bool> {
    let mut choices = Choices::new(input);
    let (document, context) = match texts(input) {
        Some(texts) => {
            let context = texts.get(1).copied().unwrap_or_default();
            let Ok(Ok(context)) = std::str::from_utf8(context).map(parse) else { return Ok(false) };
            (texts[0].to_vec(), context)
        }
        None => {
            let document = generate::document(&mut choices, Flavour::Any);
            let context = generate::context(&mut choices);
            (spelling::spell(&document, &mut choices).into_bytes(), context)
        }
    };
    let other = generate::value(&mut choices, 2);
    check_document(&document, &context, &other)
        .with_context(|| format!("{}\nfor {context}", shorten(&String::from_utf8_lossy(&document))))
}

/// Gives whether the document is accepted.
fn check_document(document: &[u8], context: &Json, other: &Json) -> Result<bool> {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    let Ok(report) = engine.update(document) else { return Ok(false) };
    let report = parse(&report.to_json())?;
    let object = |name: &str| report[name].as_object().with_context(|| format!("no `{name}`"));
    let answer = |key: &str, context: &[u8]| engine.evaluate(key, EvaluationContext::json(context).at(NOW)).to_json();
    let (required, ready) = (object("requiredContextKeys")?, object("preEvaluated")?);
    let text = context.to_string();
    let all = parse(&engine.evaluate_all(EvaluationContext::json(text.as_bytes()).at(NOW)).to_json())?;
    let all = all["flags"].as_array().context("no `flags`")?;
    // A context that is nested too deep is refused, and may be accepted when filtered.
    let Ok(value) = engine.evaluate_logic(br#"{"var": ""}"#, text.as_bytes()) else { return Ok(false) };
    for (key, index) in object("flagIndices")? {
        let wanted = answer(key, text.as_bytes());
        let alone = parse(&wanted)?;
        let mut listed = index.as_u64().and_then(|index| all.get(usize::try_from(index).ok()?)).cloned();
        let name = listed.as_mut().and_then(|flag| flag.as_object_mut()?.shift_remove("key"));
        ensure!(name.is_some_and(|name| name == *key), "another flag has the index of `{key}`");
        ensure!(listed.as_ref() == Some(&alone), "among all flags `{key}` answers {listed:?}, alone {wanted}");
        let by_value = engine.evaluate(key, EvaluationContext::from(&value).at(NOW)).to_json();
        ensure!(by_value == wanted, "read by value, `{key}` answers {by_value}, as text {wanted}");
        match (ready.get(key), required.get(key).and_then(Json::as_array)) {
            (Some(_), Some(_)) => anyhow::bail!("`{key}` is answered in advance and needs a context"),
            (Some(ready), None) => {
                ensure!(*ready == alone, "`{key}` is answered in advance with {ready}, then {wanted}");
                let anyhow = answer(key, b"{");
                ensure!(anyhow == wanted, "`{key}` looks at the context: {anyhow}, {wanted}");
            }
            (None, Some(names)) => check_needed(key, names, context, other, &wanted, &answer)?,
            (None, None) => {}
        }
    }
    Ok(true)
}

fn check_needed(
    key: &str,
    names: &[Json],
    context: &Json,
    other: &Json,
    wanted: &str,
    answer: &dyn Fn(&str, &[u8]) -> String,
) -> Result<()> {
    let Json::Object(members) = context else { return Ok(()) };
    let is_needed = |name: &str| names.iter().any(|needed| needed == name);
    let kept: Map<String, Json> =
        members.iter().filter(|(name, _)| is_needed(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    let filtered = answer(key, Json::from(kept).to_string().as_bytes());
    ensure!(filtered == wanted, "`{key}` needs {names:?}, and answers {filtered} for them alone, otherwise {wanted}");
    let mut changed = members.clone();
    for (name, value) in &mut changed {
        if !is_needed(name) {
            *value = other.clone();
        }
    }
    let changed = answer(key, Json::from(changed).to_string().as_bytes());
    ensure!(changed == wanted, "`{key}` needs {names:?}, and answers {changed} when others are {other}");
    Ok(())
}
