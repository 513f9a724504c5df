//! What changed between two sets.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::Set;
use crate::memory::{Grow, text_of};

/// Keys, each ascending and without repetition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// Added, removed or different.
    pub(crate) changed: Vec<String>,
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

impl Changes {
    /// Compares the flags of two sets, both of which are ordered by key and flag set.
    pub(crate) fn between(old: &Set, new: &Set) -> Self {
        let mut changes = Self::default();
        let mut before = old.flags.iter().peekable();
        let mut after = new.flags.iter().peekable();
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => return changes,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(right)) => old.identity(left).cmp(&new.identity(right)),
            };
            match order {
                Ordering::Less => {
                    if let Some(flag) = before.next() {
                        let key = old.text(flag.key);
                        note(&mut changes.changed, key);
                        // The key may live on in another flag set.
                        if new.find(key).is_none() {
                            note(&mut changes.removed, key);
                        }
                    }
                }
                Ordering::Greater => {
                    if let Some(flag) = after.next() {
                        let key = new.text(flag.key);
                        note(&mut changes.changed, key);
                        if old.find(key).is_none() {
                            note(&mut changes.added, key);
                        }
                    }
                }
                Ordering::Equal => {
                    if let (Some(left), Some(right)) = (before.next(), after.next())
                        && left.fingerprint != right.fingerprint
                    {
                        note(&mut changes.changed, new.text(right.key));
                    }
                }
            }
        }
    }
}

fn note(list: &mut Vec<String>, key: &str) {
    if list.last().is_none_or(|last| last != key) {
        list.put(text_of(key));
    }
}
