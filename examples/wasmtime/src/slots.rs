//! Evaluation without JSON: typed values in, one word out.
//!
//! A host reads `describe_state` once after each update and keeps variants and metadata as its own objects. From then on
//! it sends, for a flag, only the values that its targeting reads.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// What `describe_state` says.
#[derive(Debug)]
pub struct Description {
    /// The number that `evaluate_slots` asks for; it changes with the flags.
    pub generation: u32,
    /// The path of each slot in the context.
    pub slots: Vec<Vec<String>>,
    /// The flags, in no order.
    pub flags: Vec<Described>,
}

/// One flag.
#[derive(Debug)]
pub struct Described {
    /// Its key.
    pub key: String,
    /// Its number for `evaluate_slots` and `evaluate_by_index`.
    pub index: u32,
    /// The slots that its targeting reads.
    pub slots: Vec<u16>,
    /// Whether it needs the context as JSON.
    pub whole_context: bool,
    /// Names and values.
    pub variants: Vec<(String, Value)>,
    /// Its metadata, with that of the flag set.
    pub metadata: Map<String, Value>,
}

impl Description {
    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)?;
        let slots = value["slots"].as_array().context("`slots` is no list")?;
        let flags = value["flags"].as_array().context("`flags` is no list")?;
        Ok(Self {
            generation: number(&value, "generation")?,
            slots: slots.iter().map(path).collect::<Result<_>>()?,
            flags: flags.iter().map(Described::read).collect::<Result<_>>()?,
        })
    }

    /// The flag with this key.
    pub fn flag(&self, key: &str) -> Option<&Described> {
        self.flags.iter().find(|flag| flag.key == key)
    }

    /// Writes the values of a flag's slots. A value that the context lacks is not sent.
    pub fn encode(&self, flag: &Described, context: &Map<String, Value>, out: &mut Vec<u8>) -> Result<()> {
        for &slot in &flag.slots {
            let path = self.slots.get(usize::from(slot)).context("a flag names an unknown slot")?;
            if let Some(value) = find(context, path) {
                out.extend(slot.to_le_bytes());
                encode(value, out)?;
            }
        }
        Ok(())
    }
}

impl Described {
    fn read(value: &Value) -> Result<Self> {
        let variant = |variant: &Value| Some((variant["name"].as_str()?.to_owned(), variant.get("value")?.clone()));
        let slots = value["slots"].as_array().context("a flag without `slots`")?.iter();
        let variants = value["variants"].as_array().context("a flag without `variants`")?.iter();
        Ok(Self {
            key: value["key"].as_str().context("a flag without a key")?.to_owned(),
            index: number(value, "index")?,
            slots: slots
                .map(|slot| slot.as_u64().and_then(|slot| u16::try_from(slot).ok()).context("a slot out of range"))
                .collect::<Result<_>>()?,
            whole_context: value["wholeContext"].as_bool().context("a flag without `wholeContext`")?,
            variants: variants.map(variant).collect::<Option<_>>().context("a variant without name or value")?,
            metadata: value["metadata"].as_object().context("a flag without `metadata`")?.clone(),
        })
    }
}

/// The word that `evaluate_slots` answers, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The place of the variant among those of the flag.
    pub variant: Option<u16>,
    /// Why.
    pub reason: &'static str,
    /// The kind of error.
    pub error_code: Option<&'static str>,
}

impl Word {
    /// Takes a word apart; `None` if no module answers so.
    pub fn unpack(word: u32) -> Option<Self> {
        const REASONS: [&str; 5] = ["STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR"];
        const CODES: [&str; 5] = ["FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL", "STALE"];
        let variant = Some((word & 0xFFFF) as u16).filter(|variant| *variant != u16::MAX);
        let reason = *REASONS.get((word >> 16 & 0xF) as usize)?;
        let error_code = match (word >> 20) as usize {
            0 => None,
            code => Some(*CODES.get(code - 1)?),
        };
        Some(Self { variant, reason, error_code })
    }
}

fn number(value: &Value, name: &str) -> Result<u32> {
    let number = value[name].as_u64().with_context(|| format!("`{name}` is no number"))?;
    // Only the low half of a generation is compared.
    Ok(number as u32)
}

fn path(slot: &Value) -> Result<Vec<String>> {
    let segments = slot.as_array().context("a slot is no list")?.iter();
    segments.map(|segment| Ok(segment.as_str().context("a segment is no text")?.to_owned())).collect()
}

/// The value at a path: names of members, and numbers of items in lists.
fn find<'c>(context: &'c Map<String, Value>, path: &[String]) -> Option<&'c Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(context.get(first)?, |value, name| match value {
        Value::Object(members) => members.get(name),
        Value::Array(items) => items.get(item(name)?),
        _ => None,
    })
}

/// The number of an item: digits and nothing else.
fn item(name: &str) -> Option<usize> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) { name.parse().ok() } else { None }
}

fn encode(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    let text = |tag: u8, text: &str, out: &mut Vec<u8>| -> Result<()> {
        out.push(tag);
        out.extend(u32::try_from(text.len())?.to_le_bytes());
        out.extend(text.as_bytes());
        Ok(())
    };
    match value {
        Value::Null => out.push(0),
        Value::Bool(value) => out.push(1 + u8::from(*value)),
        Value::Number(value) => match (value.as_i64(), value.as_f64()) {
            (Some(integer), _) => {
                out.push(3);
                out.extend(integer.to_le_bytes());
            }
            (None, Some(double)) => {
                out.push(4);
                out.extend(double.to_le_bytes());
            }
            (None, None) => anyhow::bail!("{value} is no number that a double holds"),
        },
        Value::String(value) => text(5, value, out)?,
        Value::Array(_) | Value::Object(_) => text(6, &value.to_string(), out)?,
    }
    Ok(())
}
