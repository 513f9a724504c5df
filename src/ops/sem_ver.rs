//! `sem_ver`: versions as flagd reads them, compared by the rules of SemVer 2.0.

use core::cmp::Ordering;

use super::Machine;
use super::dispatch::Outcome;
use crate::json::{Text, Val};

/// A version as text pieces: numbers have no upper limit, and build metadata takes no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version<'t> {
    numbers: [&'t str; 3],
    /// Without the hyphen; empty for a release.
    prerelease: &'t str,
}

impl<'t> Version<'t> {
    /// Reads `1.2.3-pre+build` with an optional `v`, where minor and patch may be missing if nothing follows them.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (core, prerelease) = match text.split_once('-') {
            Some((core, prerelease)) => (core, Some(prerelease)),
            None => (text, None),
        };
        let mut numbers = ["0"; 3];
        let mut parts = core.split('.');
        let mut given = 0usize;
        for (slot, part) in numbers.iter_mut().zip(&mut parts) {
            if !is_number(part) {
                return None;
            }
            *slot = part;
            given = given.saturating_add(1);
        }
        let complete = given == 3;
        if parts.next().is_some() || (!complete && (prerelease.is_some() || build.is_some())) {
            return None;
        }
        let prerelease_ok = prerelease.is_none_or(|text| text.split('.').all(is_prerelease));
        let build_ok = build.is_none_or(|text| text.split('.').all(is_identifier));
        (prerelease_ok && build_ok).then_some(Self { numbers, prerelease: prerelease.unwrap_or("") })
    }

    /// The order of precedence.
    pub(crate) fn precedence(&self, other: &Self) -> Ordering {
        let pairs = self.numbers.iter().zip(other.numbers.iter());
        let numbers = pairs.map(|(left, right)| numeric(left, right)).find(|order| order.is_ne());
        numbers.unwrap_or_else(|| prerelease(self.prerelease, other.prerelease))
    }

    fn same(&self, other: &Self, numbers: usize) -> bool {
        self.numbers.iter().zip(other.numbers.iter()).take(numbers).all(|(left, right)| left == right)
    }
}

/// Digits without leading zeros.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'))
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_prerelease(text: &str) -> bool {
    is_identifier(text) && (is_number(text) || !text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Numbers without leading zeros: the longer one is the larger.
fn numeric(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn prerelease(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut theirs = right.split('.');
    for ours in left.split('.') {
        let Some(theirs) = theirs.next() else { return Ordering::Greater };
        let order = match (is_number(ours), is_number(theirs)) {
            (true, true) => numeric(ours, theirs),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => ours.cmp(theirs),
        };
        if order.is_ne() {
            return order;
        }
    }
    if theirs.next().is_some() { Ordering::Less } else { Ordering::Equal }
}

impl Machine<'_> {
    /// `sem_ver`: version, operator, version. Anything else is null.
    pub(super) fn sem_ver(&mut self, base: usize) -> Outcome<Val> {
        let Val::Str(operator) = self.argument(base, 1) else { return Ok(Val::Null) };
        let (Some(left), Some(right)) = (self.version(self.argument(base, 0))?, self.version(self.argument(base, 2))?)
        else {
            return Ok(Val::Null);
        };
        if self.count(base) != 3 {
            return Ok(Val::Null);
        }
        self.spend_reading(left.len.saturating_add(right.len) as usize)?;
        let heap = self.heap();
        let (Some(left), Some(right)) = (Version::parse(heap.text(left)), Version::parse(heap.text(right))) else {
            return Ok(Val::Null);
        };
        let order = left.precedence(&right);
        Ok(Val::Bool(match heap.text(operator) {
            "=" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "^" => left.same(&right, 1),
            "~" => left.same(&right, 2),
            _ => return Ok(Val::Null),
        }))
    }

    /// The text of a version: a string, or a number written out.
    fn version(&mut self, value: Val) -> Outcome<Option<Text>> {
        match value {
            Val::Str(text) => Ok(Some(text)),
            Val::Int(_) | Val::Num(_) => self.number_text(value).map(Some),
            _ => Ok(None),
        }
    }
}
