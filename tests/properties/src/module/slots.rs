//! Slot values as the contract describes them, read for the model.

use std::collections::HashMap;

use burgee::{Attribute, Attributes, Engine, Value};
use burgee_example_wasmtime::slots::Description;

/// The values of slots by their paths.
pub(super) struct Slots(HashMap<Vec<String>, Value>);

impl Slots {
    /// Reads entries; `None` where they are malformed.
    pub(super) fn read(bytes: &[u8], description: &Description) -> Option<Self> {
        let mut slots = HashMap::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let slot = u16::from_le_bytes(take(&mut rest)?);
            let value = value(&mut rest)?;
            if let Some(path) = description.slots.get(usize::from(slot)) {
                slots.insert(path.clone(), value);
            }
        }
        Some(Self(slots))
    }
}

impl Attributes for Slots {
    fn value(&self, path: &[&str]) -> Option<Attribute<'_>> {
        let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        self.0.get(&path).map(Attribute::Value)
    }
}

fn value(rest: &mut &[u8]) -> Option<Value> {
    let [tag] = take(rest)?;
    Some(match tag {
        0 => Value::Null,
        1 => Value::Bool(false),
        2 => Value::Bool(true),
        3 => Value::Int(i64::from_le_bytes(take(rest)?)),
        4 => Value::Float(f64::from_le_bytes(take(rest)?)),
        5 | 6 => {
            let len = u32::from_le_bytes(take(rest)?) as usize;
            let (text, behind) = rest.split_at_checked(len)?;
            *rest = behind;
            let text = std::str::from_utf8(text).ok()?;
            match tag {
                5 => Value::String(text.to_owned()),
                _ if text.is_empty() => return None,
                _ => Engine::new().evaluate_logic(br#"{"var": ""}"#, text.as_bytes()).ok()?,
            }
        }
        _ => return None,
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*first)
}
