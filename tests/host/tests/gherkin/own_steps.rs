//! The steps of the project's own features.

use anyhow::{Context as _, Result, ensure};
use burgee_conformance::answer::{Answer, Kind};
use burgee_conformance::json;
use burgee_conformance::subject::Mode;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use crate::world::{Context, World, docstring};

#[given("the flags:")]
fn the_flags(world: &mut World, step: &Step) -> Result<()> {
    world.must_load(docstring(step)?, world.mode)
}

#[given("the flags in permissive mode:")]
fn the_flags_permissively(world: &mut World, step: &Step) -> Result<()> {
    world.mode = Mode::Permissive;
    world.must_load(docstring(step)?, Mode::Permissive)
}

#[given(expr = "the fractional version {string}")]
fn the_fractional_version(world: &mut World, version: String) {
    world.version = Some(version);
}

#[given("the context:")]
#[given("the context text:")]
fn the_context(world: &mut World, step: &Step) -> Result<()> {
    world.context = Context::Text(docstring(step)?.to_owned());
    Ok(())
}

#[given(regex = r"^the time is (-?\d+)$")]
fn the_time(world: &mut World, seconds: i64) {
    world.now = seconds;
}

#[when(regex = r#"^the flag "(.*)" is evaluated$"#)]
fn the_flag_is_evaluated(world: &mut World, key: String) -> Result<()> {
    let context = world.context.text();
    let answer = world.subject.evaluate(&key, context.as_bytes(), world.now)?;
    world.keep(Answer::of(&json::parse(&answer)?)?);
    Ok(())
}

#[when(regex = r#"^the flag "(.*)" is evaluated as an? (\w+)$"#)]
fn the_flag_is_evaluated_as(world: &mut World, key: String, kind: String) -> Result<()> {
    let context = world.context.text();
    let answer = world.subject.evaluate_as(Kind::named(&kind)?, &key, context.as_bytes(), world.now)?;
    world.keep(answer);
    Ok(())
}

#[when("all flags are evaluated")]
fn all_flags_are_evaluated(world: &mut World) -> Result<()> {
    let context = world.context.text();
    world.bulk = Some(json::parse(&world.subject.evaluate_all(context.as_bytes(), world.now)?)?);
    Ok(())
}

#[when("the flags are replaced by:")]
fn the_flags_are_replaced(world: &mut World, step: &Step) -> Result<()> {
    world.load(docstring(step)?, world.mode)
}

#[when("the flags are loaded:")]
fn the_flags_are_loaded(world: &mut World, step: &Step) -> Result<()> {
    world.load(docstring(step)?, Mode::Strict)
}

#[when("the flags are loaded in permissive mode:")]
fn the_flags_are_loaded_permissively(world: &mut World, step: &Step) -> Result<()> {
    world.load(docstring(step)?, Mode::Permissive)
}

#[when("the rule is applied:")]
fn the_rule_is_applied(world: &mut World, step: &Step) -> Result<()> {
    let answer = world.subject.evaluate_logic(docstring(step)?.as_bytes(), world.context.text().as_bytes())?;
    let answer = json::parse(&answer)?;
    world.message = answer["error"].as_str().map(str::to_owned);
    world.logic = Some(answer);
    Ok(())
}

#[then(regex = "^the value is (.+)$")]
fn the_value_is(world: &mut World, expected: String) -> Result<()> {
    let answer = world.answer()?;
    let expected = json::parse(&expected)?;
    let same = answer.value.as_ref().is_some_and(|value| json::same(value, &expected));
    ensure!(same, "the value should be {expected}: {answer:?}");
    Ok(())
}

#[then("there is no value")]
fn there_is_no_value(world: &mut World) -> Result<()> {
    ensure!(world.answer()?.value.is_none(), "there is a value: {:?}", world.answer()?);
    Ok(())
}

#[then(regex = r#"^the variant is "(.*)"$"#)]
fn the_variant_is(world: &mut World, expected: String) -> Result<()> {
    ensure!(world.answer()?.variant.as_ref() == Some(&expected), "{:?}", world.answer()?);
    Ok(())
}

#[then("there is no variant")]
fn there_is_no_variant(world: &mut World) -> Result<()> {
    ensure!(world.answer()?.variant.is_none(), "there is a variant: {:?}", world.answer()?);
    Ok(())
}

#[then(regex = r#"^the reason is "(.*)"$"#)]
fn the_reason_is(world: &mut World, expected: String) -> Result<()> {
    ensure!(world.answer()?.reason == expected, "{:?}", world.answer()?);
    Ok(())
}

#[then(regex = r#"^the error code is "(.*)"$"#)]
fn the_error_code_is(world: &mut World, expected: String) -> Result<()> {
    ensure!(world.answer()?.error_code.as_ref() == Some(&expected), "{:?}", world.answer()?);
    Ok(())
}

#[then("there is no error")]
fn there_is_no_error(world: &mut World) -> Result<()> {
    ensure!(world.message.is_none(), "there is an error: {:?}", world.message);
    ensure!(world.answer.as_ref().is_none_or(|answer| answer.error_code.is_none()), "there is an error code");
    Ok(())
}

#[then(regex = r#"^the error message contains "(.*)"$"#)]
fn the_error_message_contains(world: &mut World, expected: String) -> Result<()> {
    let message = world.message.as_deref().context("there is no error")?;
    ensure!(message.contains(&expected), "the error is `{message}`");
    Ok(())
}

#[then(regex = "^the metadata is (.+)$")]
fn the_metadata_is(world: &mut World, expected: String) -> Result<()> {
    let metadata = &world.answer()?.metadata;
    ensure!(json::same(metadata, &json::parse(&expected)?), "the metadata is {metadata}");
    Ok(())
}

#[then("there is no metadata")]
fn there_is_no_metadata(world: &mut World) -> Result<()> {
    let metadata = &world.answer()?.metadata;
    ensure!(metadata.as_object().is_some_and(serde_json::Map::is_empty), "there is metadata: {metadata}");
    Ok(())
}

#[then(regex = r#"^the (changed|added|removed) flags are "(.*)"$"#)]
fn the_flags_changed(world: &mut World, how: String, expected: String) -> Result<()> {
    let list = if how == "changed" { "changedFlags" } else { how.as_str() };
    let found: Vec<&str> = texts(&world.report()?[list]);
    let expected: Vec<&str> = expected.split(", ").filter(|key| !key.is_empty()).collect();
    ensure!(found == expected, "the {how} flags are {found:?}");
    Ok(())
}

#[then("the update is accepted")]
fn the_update_is_accepted(world: &mut World) -> Result<()> {
    ensure!(world.report()?["success"] == Value::Bool(true), "it is refused: {}", world.report()?);
    Ok(())
}

#[then("the update is refused")]
fn the_update_is_refused(world: &mut World) -> Result<()> {
    ensure!(world.report()?["success"] == Value::Bool(false), "it is accepted: {}", world.report()?);
    Ok(())
}

#[then(regex = r#"^a (finding|warning) with rule "([^"]*)" is at "([^"]*)"(?: on line (\d+), column (\d+))?$"#)]
fn a_finding(world: &mut World, list: String, rule: String, path: String, line: String, column: String) -> Result<()> {
    let list = if list == "finding" { "errors" } else { "warnings" };
    let report = world.report()?;
    let finding = report[list]
        .as_array()
        .into_iter()
        .flatten()
        .find(|finding| finding["rule"] == rule.as_str() && finding["path"] == path.as_str())
        .with_context(|| format!("there is none: {report}"))?
        .clone();
    if !line.is_empty() {
        let place = (finding["line"].to_string(), finding["column"].to_string());
        ensure!(place == (line, column), "it is on line {}, column {}", place.0, place.1);
    }
    world.finding = Some(finding);
    Ok(())
}

#[then(regex = r#"^its hint contains "(.*)"$"#)]
fn its_hint_contains(world: &mut World, expected: String) -> Result<()> {
    let finding = world.finding.as_ref().context("no finding was named")?;
    let hint = finding["hint"].as_str().unwrap_or_default();
    ensure!(hint.contains(&expected), "the hint is `{hint}`");
    Ok(())
}

#[then(regex = "^the result is (.+)$")]
fn the_result_is(world: &mut World, expected: String) -> Result<()> {
    let answer = world.logic.as_ref().context("no rule was applied")?;
    let result = answer.get("result").with_context(|| format!("the rule failed: {answer}"))?;
    ensure!(json::same(result, &json::parse(&expected)?), "the result is {result}");
    Ok(())
}

#[then("the answers are:")]
fn the_answers_are(world: &mut World, step: &Step) -> Result<()> {
    let rows = &step.table.as_ref().context("the step needs a table")?.rows;
    let (head, rows) = rows.split_first().context("the table is empty")?;
    let bulk = world.bulk.as_ref().context("the flags were not evaluated together")?;
    let answers = bulk["flags"].as_array().context("no answers")?;
    ensure!(answers.len() == rows.len(), "there are {} answers: {bulk}", answers.len());
    for (answer, row) in answers.iter().zip(rows) {
        for (column, cell) in head.iter().zip(row) {
            check_cell(answer, column, cell)?;
        }
    }
    Ok(())
}

fn check_cell(answer: &Value, column: &str, cell: &str) -> Result<()> {
    let member = if column == "error code" { "errorCode" } else { column };
    let expected = match (cell, column) {
        ("", _) => None,
        (json, "value") => Some(json::parse(json)?),
        (text, _) => Some(Value::from(text)),
    };
    let same = match (&expected, answer.get(member)) {
        (Some(expected), Some(found)) => json::same(expected, found),
        (expected, found) => expected.is_none() && found.is_none(),
    };
    ensure!(same, "the {column} should be `{cell}`: {answer}");
    Ok(())
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
