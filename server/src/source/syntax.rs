//! Text as members with their places: nothing is taken apart that need not be.

use std::fmt::Formatter;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The members of an object in order, those included that stand there twice.
#[derive(Debug)]
pub(super) struct Members<'t>(pub(super) Vec<(String, &'t RawValue)>);

impl<'t> Members<'t> {
    /// Reads an object.
    pub(super) fn of(raw: &'t RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// The member of a name; the last of several.
    pub(super) fn get(&self, name: &str) -> Option<&'t RawValue> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// Names that stand there twice, each with its second value.
    pub(super) fn repeated(&self) -> Vec<(&str, &'t RawValue)> {
        let mut seen = std::collections::HashSet::with_capacity(self.0.len());
        let again = self.0.iter().filter(|(name, _)| !seen.insert(name.as_str()));
        again.map(|(name, value)| (name.as_str(), *value)).collect()
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// Where a part of a text begins.
pub(super) fn offset(text: &str, part: &RawValue) -> usize {
    (part.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The text without some of its values, and without their names and commas. What is left keeps its place.
pub(super) fn without(text: &str, parts: &[&RawValue]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for part in parts {
        let start = offset(text, part);
        let end = start.saturating_add(part.get().len());
        let (start, end) = member(&bytes, start, end);
        for byte in bytes.get_mut(start..end).unwrap_or(&mut []) {
            if !byte.is_ascii_whitespace() {
                *byte = b' ';
            }
        }
    }
    // Whole values and ASCII went, so that what is left is a text.
    String::from_utf8(bytes).unwrap_or_default()
}

/// From a value to its member: with its name, and with one comma beside it.
fn member(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    let at = |place: usize| bytes.get(place).copied().unwrap_or(0);
    let back = |from: usize| {
        let before = bytes.get(..from).unwrap_or(&[]);
        before.iter().rposition(|byte| !byte.is_ascii_whitespace()).unwrap_or(0)
    };
    let mut first = start;
    let colon = back(start);
    if at(colon) == b':' {
        // Inside a name each quotation mark has a backslash before it, and before the first one stands none.
        let close = back(colon);
        let open = bytes.get(..close).unwrap_or(&[]);
        let open = (0..open.len()).rev().find(|place| at(*place) == b'"' && !is_escaped(bytes, *place));
        first = open.unwrap_or(start);
    }
    let after = bytes.get(end..).unwrap_or(&[]);
    let next = after.iter().position(|byte| !byte.is_ascii_whitespace()).map(|skip| end.saturating_add(skip));
    match next.filter(|place| at(*place) == b',') {
        Some(comma) => (first, comma.saturating_add(1)),
        None => {
            let before = back(first);
            (if at(before) == b',' { before } else { first }, end)
        }
    }
}

fn is_escaped(bytes: &[u8], place: usize) -> bool {
    let before = bytes.get(..place).unwrap_or(&[]);
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}
