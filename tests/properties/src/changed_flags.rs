//! `changed_flags`: the flags that an update reports as changed are those that a comparison of the documents finds.
//!
//! Two flags are the same when state, variants, default variant, targeting and metadata are, after references are
//! resolved and with the flag set's metadata, whatever the order of members; an integer and a double of the same value
//! differ ("Changed flags" in ARCHITECTURE.md). What is called unchanged answers as before.

mod compare;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use burgee::{Engine, EvaluationContext, Options, Validation};
use burgee_conformance::json::{parse, shorten};
use serde_json::Value as Json;

use crate::choices::Choices;
use crate::generate::{self, Flavour};
use crate::seeds::Case;
use crate::{Property, input, spelling, texts};
use compare::Flags;

/// The property.
pub const PROPERTY: Property = Property { name: "changed_flags", check, seeds, inputs_in_tests: 4_000 };

fn seeds(case: &Case) -> Vec<Vec<u8>> {
    let pairs = case.documents.windows(2).map(|pair| input(&[&pair[0], &pair[1]]));
    let alone = case.documents.iter().take(1).map(|document| input(&[document, document]));
    pairs.chain(alone).collect()
}

fn check(input: &[u8]) -> Result<bool> {
    let mut choices = Choices::new(input);
    let (before, after) = match texts(input) {
        Some(texts) => {
            let text = |place: usize| texts.get(place).map(|text| String::from_utf8_lossy(text).into_owned());
            (text(0).unwrap_or_default(), text(1).unwrap_or_default())
        }
        None => {
            let flavour = if choices.below(3) == 0 { Flavour::Strict } else { Flavour::Any };
            let before = generate::document(&mut choices, flavour);
            let mut after = before.clone();
            for _ in 0..choices.below(4) {
                edit(&mut after, &mut choices);
            }
            (spelling::spell(&before, &mut choices), spelling::spell(&after, &mut choices))
        }
    };
    check_pair(&before, &after).with_context(|| format!("{}\n{}", shorten(&before), shorten(&after)))
}

/// Gives whether both documents are accepted.
fn check_pair(before: &str, after: &str) -> Result<bool> {
    let engine = || Engine::with_options(Options::default().validation(Validation::Permissive));
    let (old, new) = (engine(), engine());
    if old.update(before).is_err() {
        return Ok(false);
    }
    let (Some(flags_before), Some(flags_after)) =
        (Flags::of(&parse(before)?)?, Flags::of(&parse(after).unwrap_or_default())?)
    else {
        return Ok(false);
    };
    ensure!(new.update(before).is_ok(), "the same document is refused the second time");
    let Ok(report) = new.update(after) else { return Ok(false) };
    let changes = flags_before.changes(&flags_after);
    ensure!(
        report.changed_flags() == changes.changed,
        "{:?} changed, not {:?}",
        changes.changed,
        report.changed_flags()
    );
    ensure!(report.added() == changes.added, "{:?} were added, not {:?}", changes.added, report.added());
    ensure!(report.removed() == changes.removed, "{:?} were removed, not {:?}", changes.removed, report.removed());
    let changed: BTreeSet<&String> = changes.changed.iter().collect();
    for key in flags_after.keys().into_iter().filter(|key| !changed.contains(key)) {
        for context in CONTEXTS {
            let answer = |engine: &Engine| engine.evaluate(key, EvaluationContext::from(context).at(7));
            let (was, is) = (answer(&old), answer(&new));
            ensure!(
                same(&was.to_json(), &is.to_json())?,
                "`{key}` is unchanged, but {} became {}",
                was.to_json(),
                is.to_json()
            );
        }
    }
    Ok(true)
}

/// Members may stand in another order.
fn same(left: &str, right: &str) -> Result<bool> {
    Ok(parse(left)? == parse(right)?)
}

const CONTEXTS: [&str; 3] = [
    "",
    r#"{"targetingKey": "user-1", "email": "ada@example.com", "tier": "gold", "age": 42, "version": "1.2.3"}"#,
    r#"{"user": {"name": "a"}, "list": [1, "a", null], "a": {"b": [true]}, "0": 1.5, "b": ""}"#,
];

/// One change somewhere, which need not mean anything.
fn edit(document: &mut Json, choices: &mut Choices<'_>) {
    let mut places = Vec::new();
    pointers(document, String::new(), &mut places);
    let place = places[choices.below(places.len())].clone();
    let other = document.pointer(&places[choices.below(places.len())]).cloned().unwrap_or_default();
    let Some(value) = document.pointer_mut(&place) else { return };
    match (choices.below(6), value) {
        (0, Json::Object(members)) => {
            // Another order.
            *members = std::mem::take(members).into_iter().rev().collect();
        }
        (1, Json::Object(members)) => {
            if let Some(name) = members.keys().nth(choices.below(members.len())).cloned() {
                members.shift_remove(&name);
            }
        }
        (2, Json::Object(members)) => {
            members.insert(generate::name(choices).to_owned(), other);
        }
        (3, Json::Array(items)) => items.reverse(),
        (_, Json::Number(number)) => {
            let double = number.as_f64().unwrap_or_default();
            let changed = match choices.below(4) {
                // The same value as another type of number.
                0 if number.is_i64() => Json::from(double),
                0 => Json::from(double as i64),
                1 => Json::from(-double),
                2 => Json::from(double + 0.25),
                _ => Json::from(f64::from_bits(double.to_bits() ^ 1)),
            };
            *document.pointer_mut(&place).unwrap_or(&mut Json::Null) = changed;
        }
        (4, value) => *value = other,
        (_, value) => *value = generate::scalar(choices),
    }
}

fn pointers(value: &Json, at: String, places: &mut Vec<String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| pointers(item, format!("{at}/{place}"), places));
        }
        Json::Object(members) => {
            members.iter().for_each(|(name, member)| pointers(member, format!("{at}/{}", escaped(name)), places));
        }
        _ => {}
    }
    places.push(at);
}
