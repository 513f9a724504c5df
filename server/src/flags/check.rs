//! What must hold between the fields of a flag.

use super::{Flag, compile};
use crate::error::{Error, Field, Result, sentences};

/// Refuses names of variants that the flag does not have; all of them are listed.
pub fn names(flag: &Flag) -> Result<()> {
    if flag.definition.is_some() {
        return Ok(());
    }
    let known = compile::variants(&flag.variants).unwrap_or_default();
    let mut wrong: Vec<Field> = Vec::new();
    let mut look = |pointer: String, name: &str| {
        if !known.contains_key(name) {
            let message = sentences::no_variant(name, &known.keys().map(String::as_str).collect::<Vec<_>>());
            wrong.push(Field { pointer, message });
        }
    };
    if let Some(name) = &flag.default_variant {
        look("/default_variant".into(), name);
    }
    for name in flag.weights.keys() {
        look(format!("/weights/{}", compile::pointer_part(name)), name);
    }
    for (number, rule) in flag.rules.iter().enumerate() {
        if let Some(name) = &rule.variant {
            look(format!("/rules/{number}/variant"), name);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::fields(wrong)) }
}
