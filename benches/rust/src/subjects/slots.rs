//! A host that sends values of slots and gets one word: no JSON on the way in or out.

use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;

use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::guests::{Guest, Program};
use super::{Evaluate, Question};
use crate::profile::{Item, Profile};

const REASONS: [&str; 5] = ["STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR"];
const CODES: [&str; 6] = ["", "FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL", "STALE"];
/// The word of a flag that is not there: no call is needed to know it.
const NOT_FOUND: u32 = 0xFFFF | 4 << 16 | 1 << 20;

/// What `describe_state` tells.
#[derive(Deserialize)]
struct Description {
    generation: u32,
    slots: Vec<Vec<String>>,
    flags: Vec<DescribedFlag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedFlag {
    key: String,
    index: u32,
    slots: Vec<u16>,
    whole_context: bool,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct Variant {
    name: String,
    value: Value,
}

struct Flag {
    index: u32,
    slots: Vec<(u16, Vec<String>)>,
    whole_context: bool,
    variants: Vec<Variant>,
}

/// An instance, what it told of its flags, and the last question.
pub struct Slots<P: Program> {
    client: Client<P>,
    generation: u32,
    flags: HashMap<String, Flag>,
    question: Option<(String, Profile)>,
    entries: Vec<u8>,
}

/// An answer in the host's own terms.
struct Answer<'a> {
    variant: Option<&'a Variant>,
    reason: &'static str,
    code: &'static str,
}

impl<P: Program> Slots<P> {
    /// Starts an instance.
    pub fn start(program: Rc<P>) -> Result<Self> {
        let client = Client::start(program)?;
        Ok(Self { client, generation: 0, flags: HashMap::new(), question: None, entries: Vec::new() })
    }

    fn describe(&mut self) -> Result<()> {
        let word = self.client.guest.describe_state()?;
        let mut text = Vec::new();
        self.client.read(word, &mut text)?;
        let description: Description = serde_json::from_slice(&text)?;
        self.generation = description.generation;
        for flag in description.flags {
            let slots = flag.slots.iter().map(|slot| (*slot, description.slots[usize::from(*slot)].clone())).collect();
            let known = Flag { index: flag.index, slots, whole_context: flag.whole_context, variants: flag.variants };
            self.flags.insert(flag.key, known);
        }
        Ok(())
    }

    #[inline]
    fn ask(&mut self) -> Result<Answer<'_>> {
        let Some((key, profile)) = &self.question else { bail!("nothing was asked") };
        let Some(flag) = self.flags.get(key) else { return Ok(Answer::of(NOT_FOUND, &[])) };
        self.entries.clear();
        for (slot, path) in &flag.slots {
            if let Some(item) = profile.find(path) {
                encode(*slot, item, &mut self.entries)?;
            }
        }
        self.client.reserve(self.entries.len())?;
        let address = self.client.write(&self.entries, &[])?;
        let entries = (address, self.entries.len() as u32);
        let word = self.client.guest.evaluate_slots(flag.index, self.generation, entries)?;
        Ok(Answer::of(word, &flag.variants))
    }
}

impl<'a> Answer<'a> {
    fn of(word: u32, variants: &'a [Variant]) -> Self {
        Self {
            variant: variants.get(word as usize & 0xFFFF),
            reason: REASONS.get(word as usize >> 16 & 0xF).copied().unwrap_or("ERROR"),
            code: CODES.get(word as usize >> 20 & 0xF).copied().unwrap_or("GENERAL"),
        }
    }
}

fn encode(slot: u16, item: &Item, out: &mut Vec<u8>) -> Result<()> {
    out.extend_from_slice(&slot.to_le_bytes());
    match item {
        Item::Null => out.push(0),
        Item::Bool(value) => out.push(1 + u8::from(*value)),
        Item::Int(value) => {
            out.push(3);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Item::Float(value) => {
            out.push(4);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Item::Text(value) => {
            out.push(5);
            out.extend_from_slice(&(value.len() as u32).to_le_bytes());
            out.extend_from_slice(value.as_bytes());
        }
        Item::Group(_) => bail!("slot {slot} is a group, and no rule of the scenarios reads one"),
    }
    Ok(())
}

impl<P: Program> Evaluate for Slots<P> {
    fn load(&mut self, document: &[u8]) -> Result<()> {
        self.client.restart()?;
        self.client.load(document)?;
        self.flags.clear();
        self.describe()
    }

    fn prepare(&mut self, question: Question<'_>) -> Result<()> {
        let Question::One { key, context } = question else { bail!("slots answer one flag") };
        let whole = self.flags.get(key).is_some_and(|flag| flag.whole_context);
        ensure!(!whole, "flag `{key}` reads the whole context, which slots cannot say");
        // A buffer without a byte has no address.
        self.client.reserve(64)?;
        self.question = Some((key.to_owned(), Profile::parse(context)?));
        Ok(())
    }

    fn run(&mut self, times: u64) -> Result<()> {
        for _ in 0..times {
            black_box(self.ask()?);
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Value> {
        let Answer { variant, reason, code } = self.ask()?;
        let mut answer = json!({ "reason": reason });
        if let Some(variant) = variant {
            answer["value"] = variant.value.clone();
            answer["variant"] = json!(variant.name);
        }
        if !code.is_empty() {
            answer["errorCode"] = json!(code);
        }
        Ok(answer)
    }
}
