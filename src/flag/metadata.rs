//! Metadata: flag-set entries overlaid by those of the flag.
//!
//! Flags share the text of the flag set's metadata: of each flag only the runs between overridden entries are kept, so
//! that thousands of flags under large metadata cost what their text costs.

use alloc::vec::Vec;

use crate::json::hash::{self, Fingerprint};
use crate::json::number::Style;
use crate::json::value::same_bytes;
use crate::json::write;
use crate::json::{Arena, Document, Span, Src, Text, Val};
use crate::memory::{Grow, GrowText, list_for, listed};
use crate::order::Names;

/// The usable entries of a metadata object, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Metadata<'d> {
    entries: Vec<(&'d str, Val)>,
}

impl<'d> Metadata<'d> {
    /// Reads an object; entries that are no string, number or boolean are left out.
    pub(crate) fn of(document: &'d Document<'_>, object: Option<Span>) -> Self {
        let mut entries = Vec::new();
        for key in object.unwrap_or(Span::EMPTY).members() {
            let value = document.val(key.saturating_add(1));
            if matches!(value, Val::Str(_) | Val::Bool(_) | Val::Int(_) | Val::Num(_)) {
                entries.put((document.string(key), value));
            }
        }
        Self { entries }
    }

    pub(crate) fn get(&self, name: &str) -> Option<Val> {
        self.entries.iter().find(|(known, _)| same_bytes(known.as_bytes(), name.as_bytes())).map(|(_, value)| *value)
    }

    fn prints(&self, document: &Document<'_>) -> impl Iterator<Item = Fingerprint> {
        let print = |value: Val| hash::value(document, value, &|_| None);
        self.entries.iter().map(move |(name, value)| Fingerprint::text(7, name.as_bytes()).with(print(*value)))
    }
}

/// Metadata of a flag with what lies below it.
pub(crate) struct Merged {
    /// Runs of entries, in a list of the set.
    pub(crate) runs: Vec<Text>,
    pub(crate) print: Fingerprint,
}

/// The metadata of the flag set, written once.
pub(crate) struct Shared<'d> {
    metadata: Metadata<'d>,
    names: Names,
    /// Of each entry: where its text begins and ends in the pool, and its fingerprint.
    texts: Vec<(usize, usize)>,
    prints: Vec<Fingerprint>,
    sum: Fingerprint,
}

impl<'d> Shared<'d> {
    pub(crate) fn new(metadata: Metadata<'d>, document: &Document<'_>, pool: &mut Arena) -> Self {
        let mut names = Names::default();
        for ((name, _), place) in metadata.entries.iter().zip(0u32..) {
            names.insert(name, place);
        }
        let texts = write_entries(&metadata, document, pool);
        let prints = listed(metadata.prints(document));
        let sum = prints.iter().fold(Fingerprint::new(10), |sum, print| sum.plus(*print));
        Self { metadata, names, texts, prints, sum }
    }

    /// All of it as one run; none where there is no entry.
    pub(crate) fn runs(&self) -> Vec<Text> {
        listed(self.run(0, self.texts.len()).into_iter())
    }

    /// The entries from one place up to another, as they stand in the pool.
    fn run(&self, from: usize, to: usize) -> Option<Text> {
        let (start, _) = self.texts.get(from..to)?.first()?;
        let (_, end) = self.texts.get(from..to)?.last()?;
        let index = crate::json::value::index;
        Some(Text { start: index(*start), len: index(end.saturating_sub(*start)), src: Src::Pool })
    }

    /// An entry of the flag set.
    pub(crate) fn own(&self, name: &str) -> Option<Val> {
        self.metadata.get(name)
    }

    /// The flag set's entries with those of a flag above them; `None` where the flag has none.
    pub(crate) fn below(&self, own: &Metadata<'_>, document: &Document<'_>, pool: &mut Arena) -> Option<Merged> {
        if own.entries.is_empty() {
            return None;
        }
        let mut hidden = listed(own.entries.iter().filter_map(|(name, _)| self.names.get(name)));
        crate::order::sort(&mut hidden, &|left, right| left.cmp(&right));
        let mut print = own.prints(document).fold(self.sum, Fingerprint::plus);
        let mut runs = Vec::new();
        let mut from = 0usize;
        for place in hidden {
            let place = place as usize;
            runs.put_all(self.run(from, place).as_slice());
            from = place.saturating_add(1);
            print = print.minus(self.prints.get(place).copied().unwrap_or(Fingerprint::new(0)));
        }
        runs.put_all(self.run(from, self.texts.len()).as_slice());
        let texts = write_entries(own, document, pool);
        if let (Some((start, _)), Some((_, end))) = (texts.first(), texts.last()) {
            let index = crate::json::value::index;
            runs.put(Text { start: index(*start), len: index(end.saturating_sub(*start)), src: Src::Pool });
        }
        Some(Merged { runs, print })
    }

    /// What a flag without metadata of its own has.
    pub(crate) fn print(&self) -> Fingerprint {
        self.sum
    }
}

/// Writes `"name":value` for each entry, with commas between; gives where each begins and ends.
fn write_entries(metadata: &Metadata<'_>, document: &Document<'_>, pool: &mut Arena) -> Vec<(usize, usize)> {
    let heap = document.heap();
    let mut texts = list_for(metadata.entries.len());
    for (place, (name, value)) in metadata.entries.iter().enumerate() {
        if place > 0 {
            pool.text.put_char(',');
        }
        let start = pool.text.len();
        write::string(&mut pool.text, name);
        pool.text.put_char(':');
        // Scalars have no depth, and a document's size bounds the text.
        let _ = write::value(&mut pool.text, &heap, *value, Style::Document, 1, usize::MAX);
        texts.put((start, pool.text.len()));
    }
    texts
}
