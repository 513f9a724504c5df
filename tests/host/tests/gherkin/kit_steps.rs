//! The steps of flagd's testbed.

use anyhow::{Context as _, Result, bail, ensure};
use burgee_conformance::answer::{Answer, Kind};
use burgee_conformance::json;
use burgee_conformance::subject::{Mode, Target};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use crate::suite::Kit;
use crate::world::{Announced, World};

#[given("an evaluator")]
#[given(regex = "^a (?:stable|metadata) flagd provider$")]
fn an_evaluator(_: &mut World) {}

#[given(regex = r#"^an option "(.*)" of type "(.*)" with value "(.*)"$"#)]
fn an_option(world: &mut World, name: String, _type: String, value: String) -> Result<()> {
    match name.as_str() {
        "selector" => world.selector = Some(value),
        // An evaluator has no cache.
        "cache" => {}
        _ => bail!("unknown option `{name}`"),
    }
    Ok(())
}

#[given(regex = r#"^an? (\w+)-flag with key "(.*)" and a (?:fallback|default) value "(.*)"$"#)]
fn a_flag(world: &mut World, kind: String, key: String, fallback: String) -> Result<()> {
    let kind = Kind::named(&kind)?;
    world.announced = Some(Announced { kind, key, fallback: kind.read(&fallback)? });
    Ok(())
}

#[given(regex = r#"^a context containing a key "(.*)", with type "(.*)" and with value "(.*)"$"#)]
fn a_context_key(world: &mut World, name: String, kind: String, value: String) -> Result<()> {
    let json = match Kind::named(&kind)? {
        // As it stands: duplicate names and the order of members are part of the case.
        Kind::Object => value.replace("\\\"", "\""),
        kind => kind.read(&value)?.to_string(),
    };
    world.add_to_context(&name, json);
    Ok(())
}

#[given(
    regex = r#"^a context containing a nested property with outer key "(.*)" and inner key "(.*)", with value "(.*)"$"#
)]
fn a_nested_property(world: &mut World, outer: String, inner: String, value: String) {
    world.add_to_context(&outer, serde_json::json!({ inner: value }).to_string());
}

#[given(regex = r#"^a context containing a targeting key with value "(.*)"$"#)]
fn a_targeting_key(world: &mut World, value: String) {
    world.add_to_context("targetingKey", Value::from(value).to_string());
}

#[when("the flag was evaluated with details")]
fn the_flag_was_evaluated(world: &mut World) -> Result<()> {
    let (document, selector) = match &world.kit {
        Kit::Own => bail!("this step is for the testbed"),
        Kit::Evaluator(document) => (document.to_string(), None),
        Kit::Provider(flags) => {
            let chosen = flags.choose(world.selector.as_deref(), world.target() == Target::Native)?;
            (chosen.document.to_string(), chosen.selector)
        }
    };
    world.must_load(&document, Mode::Permissive)?;
    let announced = world.announced.as_ref().context("no flag was announced")?;
    let context = world.context.text();
    let answer = match selector {
        Some(selector) => {
            let text = world.subject.evaluate_selected(&selector, &announced.key, context.as_bytes(), world.now)?;
            Answer::of(&json::parse(&text)?)?.typed(announced.kind)
        }
        None => world.subject.evaluate_as(announced.kind, &announced.key, context.as_bytes(), world.now)?,
    };
    world.keep(answer);
    Ok(())
}

#[then(regex = r#"^the resolved details value should be "(.*)"$"#)]
fn the_resolved_value(world: &mut World, expected: String) -> Result<()> {
    let announced = world.announced.as_ref().context("no flag was announced")?;
    let expected = announced.kind.read(&expected)?;
    // An SDK hands out the caller's default where there is no value.
    let answer = world.answer()?;
    let value = answer.value.as_ref().unwrap_or(&announced.fallback);
    ensure!(json::same(value, &expected), "the value should be {expected}, but is {value}: {answer:?}");
    Ok(())
}

#[then(regex = r#"^the reason should be "(.*)"$"#)]
fn the_reason(world: &mut World, expected: String) -> Result<()> {
    let answer = world.answer()?;
    ensure!(answer.reason == expected, "the reason should be {expected}: {answer:?}");
    Ok(())
}

#[then(regex = r#"^the error-code should be "(.*)"$"#)]
fn the_error_code(world: &mut World, expected: String) -> Result<()> {
    let answer = world.answer()?;
    let found = answer.error_code.as_deref().unwrap_or_default();
    ensure!(found == expected, "the error code should be `{expected}`: {answer:?}");
    Ok(())
}

#[then("the resolved metadata should contain")]
fn the_metadata_contains(world: &mut World, step: &Step) -> Result<()> {
    let table = step.table.as_ref().context("the step needs a table")?;
    let metadata = &world.answer()?.metadata;
    for row in table.rows.iter().skip(1) {
        let [name, kind, value] = row.as_slice() else { bail!("a row needs three cells") };
        let expected = Kind::named(kind)?.read(value)?;
        let found = metadata.get(name).with_context(|| format!("no `{name}` in {metadata}"))?;
        ensure!(json::same(found, &expected), "`{name}` should be {expected}, but is {found}");
    }
    Ok(())
}

#[then("the resolved metadata is empty")]
fn the_metadata_is_empty(world: &mut World) -> Result<()> {
    let metadata = &world.answer()?.metadata;
    ensure!(metadata.as_object().is_some_and(serde_json::Map::is_empty), "there is metadata: {metadata}");
    Ok(())
}
