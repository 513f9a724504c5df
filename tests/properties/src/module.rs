//! `module`: the built module answers as the crate does, byte for byte, whatever calls came before.
//!
//! A session is a list of calls in any order: documents, evaluations through every export, settings, memory that is
//! lent, given back, given back twice or with a wrong length, and pointers that lead anywhere. A model of the module,
//! the crate and what the module's contract says of state ("The module" in ARCHITECTURE.md), says what each call
//! answers. No call traps, inputs stay as they are, and memory that is lent belongs to nobody else.
//!
//! `core` says the same of the core module, which has an allocator of its own, validates permissively, finds less, and
//! has one generation of `fractional`.

mod call;
mod input;
mod memory;
mod model;
mod session;
mod slots;
mod words;

use anyhow::{Context, Result};
use burgee_tools::inspect::Flavour;

use crate::choices::Choices;
use crate::seeds::Case;
use crate::{Property, input, texts};
use call::Call;
use session::Session;

/// The property of the full module.
pub const PROPERTY: Property = Property { name: "module", check: check_full, seeds, inputs_in_tests: 1_000 };

/// The property of the core module.
pub const CORE: Property = Property { name: "core", check: check_core, seeds, inputs_in_tests: 1_000 };

fn seeds(case: &Case) -> Vec<Vec<u8>> {
    let mut texts: Vec<&str> = Vec::new();
    // What begins with `{` is text.
    texts.push(case.documents.first().or(case.rules.first()).map_or("{}", String::as_str));
    texts.push(case.contexts.first().map_or("", String::as_str));
    texts.push(case.key.as_deref().unwrap_or("f"));
    texts.extend(case.documents.iter().skip(1).map(String::as_str));
    if texts[0].starts_with('{') { vec![input(&texts)] } else { Vec::new() }
}

fn check_full(input: &[u8]) -> Result<bool> {
    check(Flavour::Plain, input)
}

fn check_core(input: &[u8]) -> Result<bool> {
    check(Flavour::Core, input)
}

fn check(flavour: Flavour, input: &[u8]) -> Result<bool> {
    let mut session = Session::start(flavour)?;
    let mut choices = Choices::new(input);
    let calls = match texts(input) {
        Some(texts) => call::of_texts(&texts),
        None => call::of_choices(&mut choices),
    };
    for (place, call) in calls.iter().enumerate() {
        session.call(call).with_context(|| list(&calls[..=place]))?;
    }
    session.finish().with_context(|| list(&calls))?;
    Ok(true)
}

/// The calls, one a line.
fn list(calls: &[Call]) -> String {
    calls.iter().map(|call| format!("{call:?}")).collect::<Vec<_>>().join("\n")
}
