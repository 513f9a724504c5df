//! `json`: JSON text is read as another parser reads it, and what is written is read as the same value again.
//!
//! Texts are read in four ways: as data of a bare rule, as a value of a document, and as a context of which a rule reads
//! one member or all. All accept the same texts and see the same values: duplicate names count once, the last of them
//! ("Behaviour where flagd leaves a choice", "Limits" and "Two paths" in ARCHITECTURE.md).

use std::sync::LazyLock;

use anyhow::{Context, Result, bail, ensure};
use burgee::{Engine, EvaluationContext, Options, Validation, Value, evaluate_logic_json};
use burgee_conformance::json::{parse, same, shorten};
use serde_json::Value as Json;

use crate::choices::Choices;
use crate::seeds::Case;
use crate::{Property, generate, spelling};

/// The property.
pub const PROPERTY: Property = Property { name: "json", check, seeds, inputs_in_tests: 10_000 };

/// A rule whose result is its data.
const WHOLE: &[u8] = br#"{"var": ""}"#;
/// Nested arrays and objects that a text may have.
const DEPTH: usize = 128;

fn seeds(case: &Case) -> Vec<Vec<u8>> {
    case.documents.iter().chain(&case.contexts).map(|text| text.clone().into_bytes()).collect()
}

fn check(input: &[u8]) -> Result<bool> {
    let is_json = check_text(input)?;
    let mut choices = Choices::new(input);
    let value = generate::value(&mut choices, 5);
    Ok(check_text(spelling::spell(&value, &mut choices).as_bytes())? || is_json)
}

/// Gives whether the text is JSON.
fn check_text(text: &[u8]) -> Result<bool> {
    let say = || shorten(&String::from_utf8_lossy(text));
    contexts(text).with_context(say)?;
    round_trip(text).with_context(say)
}

fn round_trip(text: &[u8]) -> Result<bool> {
    if text.is_empty() {
        return Ok(false);
    }
    let engine = Engine::new();
    let expected = std::str::from_utf8(text).map_err(anyhow::Error::from).and_then(parse);
    let value = match (engine.evaluate_logic(WHOLE, text), expected) {
        (Ok(value), Ok(expected)) => {
            ensure!(same(&parse(&value.to_json())?, &expected), "read as {value}, which is {expected}");
            value
        }
        (Ok(value), Err(error)) => bail!("read as {value}, but {error:#}"),
        (Err(error), Ok(expected)) => {
            ensure!(depth(&expected) > DEPTH && error.message().contains("nest"), "not read: {error}");
            return Ok(false);
        }
        (Err(_), Err(_)) => return Ok(false),
    };
    let written = value.to_json();
    let again = engine.evaluate_logic(WHOLE, written.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
    // Equal numbers may have different signs of zero, which their debug texts show.
    ensure!(format!("{again:?}") == format!("{value:?}"), "written as {written}, which is read as {again:?}");
    let canonical = evaluate_logic_json(WHOLE, text);
    let result = canonical.strip_prefix(r#"{"success":true,"result":"#).and_then(|rest| rest.strip_suffix('}'));
    let result = result.with_context(|| format!("the reply {canonical}"))?;
    ensure!(evaluate_logic_json(WHOLE, result.as_bytes()) == canonical, "{result} is not canonical");
    document(text, &value)?;
    Ok(true)
}

/// As the value of a variant the text has the value that it has as data.
fn document(text: &[u8], value: &Value) -> Result<()> {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    let document = [br#"{"flags":{"f":{"variants":{"v":"#, text, br#"},"defaultVariant":"v"}}}"#].concat();
    match engine.update(&document) {
        Ok(_) => {
            let answer = engine.evaluate("f", EvaluationContext::empty()).to_json();
            let wanted = format!(r#"{{"value":{},"variant":"v","reason":"STATIC"}}"#, value.to_json());
            ensure!(answer == wanted, "as a variant it is {answer}, as data {value}");
        }
        Err(error) => {
            let deep = depth(&parse(&value.to_json())?) + 4 > DEPTH;
            ensure!(deep && error.code() == "json-depth", "as a variant it is refused: {error}");
        }
    }
    Ok(())
}

/// As a context, or as a member of one, the text is answered alike whether one member of it is read or all.
fn contexts(text: &[u8]) -> Result<()> {
    static ONE: LazyLock<Engine> = LazyLock::new(|| reader(r#"{"var": "x"}, {"var": "x.0"}, {"var": "x.x"}"#));
    static ALL: LazyLock<Engine> = LazyLock::new(|| {
        let computed = |path: &str| format!(r#"{{"var": {{"if": [{{"var": "$flagd.flagKey"}}, "{path}"]}}}}"#);
        reader(&["x", "x.0", "x.x"].map(computed).join(","))
    });
    let member = [br#"{"x":"#, text, b"}"].concat();
    for context in [text, &member] {
        let answer = |engine: &Engine| engine.evaluate("f", EvaluationContext::json(context)).to_json();
        let (one, all) = (answer(&ONE), answer(&ALL));
        ensure!(one == all, "reading one member gives {one}, reading all {all}");
    }
    Ok(())
}

/// An engine whose flag tells what its targeting reads.
fn reader(arguments: &str) -> Engine {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    let rule = format!(r#"{{"flags":{{"f":{{"variants":{{}},"targeting":{{"cat":["=",{arguments}]}}}}}}}}"#);
    assert!(engine.update(rule).is_ok(), "a rule of known operators is accepted");
    engine
}

fn depth(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Json::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
