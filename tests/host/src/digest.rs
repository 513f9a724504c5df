//! One SHA-256 over answers, which hosts in all languages make as well. `hosts/README.md` describes its form.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// Takes in named answers, one after the other.
#[derive(Debug, Default)]
pub struct Digest {
    hash: Sha256,
    count: usize,
}

impl Digest {
    /// Takes in an answer.
    pub fn add(&mut self, name: &str, answer: &Value) -> Result<()> {
        let mut text = String::new();
        write_text(&mut text, name);
        write_value(&mut text, answer)?;
        self.hash.update(text);
        self.count += 1;
        Ok(())
    }

    /// How many answers were taken in.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The digest of all of them, in hexadecimal.
    pub fn sum(&self) -> String {
        self.hash.clone().finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// What the digest takes in of the reply to a case: no sentences, and one answer for each flag.
pub fn answers(case: &Value, reply: &Value) -> Result<Vec<Value>> {
    if case.get("updates").is_some() {
        return Ok(vec![json!({"success": reply["success"]})]);
    }
    if case.get("rule").or(case.get("ruleText")).is_some() {
        return Ok(vec![reply.get("result").map_or(json!({"error": true}), |value| json!({"value": value}))]);
    }
    if case.get("all").is_some() {
        let flags = reply["flags"].as_array().context("no `flags`")?;
        let metadata = reply.get("flagMetadata").cloned().unwrap_or_else(|| Map::new().into());
        return Ok(flags.iter().map(without_sentence).chain([json!({"flagMetadata": metadata})]).collect());
    }
    Ok(vec![without_sentence(reply)])
}

fn without_sentence(answer: &Value) -> Value {
    let members = answer.as_object().into_iter().flatten().filter(|(name, _)| *name != "errorMessage");
    Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn write_text(out: &mut String, text: &str) {
    let _ = write!(out, "s{}:{text}", text.len());
}

fn write_value(out: &mut String, value: &Value) -> Result<()> {
    match value {
        Value::Null => out.push('n'),
        Value::Bool(value) => out.push(if *value { 't' } else { 'f' }),
        Value::Number(number) => {
            let double = number.as_f64().with_context(|| format!("{number} is no double"))?;
            // Minus zero is equal to zero.
            let double = if double == 0.0 { 0.0 } else { double };
            let _ = write!(out, "d{:016x}", double.to_bits());
        }
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_value(out, item)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            out.push('{');
            for name in names {
                write_text(out, name);
                write_value(out, &members[name.as_str()])?;
            }
            out.push('}');
        }
    }
    Ok(())
}
