//! Metadata: flag-set entries overlaid by those of the flag.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::number::Style;
use crate::json::write::{self, Members};
use crate::json::{Document, Span, Val};

/// The usable entries of a metadata object, in the order of the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata<'d> {
    entries: Vec<(&'d str, Val)>,
}

impl<'d> Metadata<'d> {
    /// Reads an object; entries that are no string, number or boolean are left out.
    pub(crate) fn of(document: &'d Document<'_>, object: Option<Span>) -> Self {
        let heap = document.heap();
        let members = object.into_iter().flat_map(|span| heap.members(span));
        let scalar = |value: &Val| matches!(value, Val::Str(_) | Val::Bool(_) | Val::Int(_) | Val::Num(_));
        Self { entries: members.filter(|(_, value)| scalar(value)).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// These entries with those of a flag above them.
    pub(crate) fn overlaid(&self, flag: &Self) -> Self {
        let mut entries = self.entries.clone();
        for &(name, value) in &flag.entries {
            match entries.iter_mut().find(|(known, _)| *known == name) {
                Some(entry) => entry.1 = value,
                None => entries.push((name, value)),
            }
        }
        Self { entries }
    }

    pub(crate) fn get(&self, name: &str) -> Option<Val> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'d str, Val)> + '_ {
        self.entries.iter().copied()
    }

    /// As a JSON object; nothing at all where there is no entry.
    pub(crate) fn write(&self, out: &mut String, document: &Document<'_>) {
        if self.entries.is_empty() {
            return;
        }
        let heap = document.heap();
        let mut members = Members::begin(out);
        for (name, value) in &self.entries {
            // Scalars have no depth, and a document's size bounds the text.
            let _ = write::value(members.name(name), &heap, *value, Style::Document, 1, usize::MAX);
        }
        members.end();
    }
}
