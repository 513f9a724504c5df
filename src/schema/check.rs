//! The walk: a document against the table.
//!
//! It descends with the document, whose nesting the parser limits. Keywords that stay at the same value lead to
//! another schema at most once each, and the generator of the table refuses schemas that would lead in a circle.

use super::node::{Demand, Keyword, Node, Others, Pattern, kind};
use super::{pattern, report, table};
use crate::error::finding::{Findings, Rule};
use crate::json::value::{characters, same_bytes, whole};
use crate::json::{Document, Src, Val};

/// Checks a document against `schemas/flags.json`.
pub(crate) fn check(document: &Document<'_>, findings: &mut Findings) {
    let root = Spot { index: document.root, key: document.root, level: 0, item: 0 };
    Checker { document, findings: Some(findings) }.apply(table::ROOT, root);
}

/// A value, and how it is reached from the closest member that holds it; sentences need both.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) index: u32,
    /// Index of the closest name above.
    pub(super) key: u32,
    /// Arrays between that member and the value.
    pub(super) level: u32,
    /// The place in the innermost of these arrays.
    pub(super) item: u32,
}

impl Spot {
    /// The value of the member whose name stands at `key`.
    pub(super) fn member(key: u32) -> Self {
        Self { index: key.saturating_add(1), key, level: 0, item: 0 }
    }
}

struct Checker<'c, 't> {
    document: &'c Document<'t>,
    /// `None` while a condition is tried: that only asks whether, and stops at the first failure.
    findings: Option<&'c mut Findings>,
}

impl Checker<'_, '_> {
    /// Whether the value meets the schema; what it does not meet is reported.
    fn apply(&mut self, mut node: Node, spot: Spot) -> bool {
        // Most schemas of most values only ask for a type, or do so after a choice by type.
        let kinds = kinds_of(self.document.val(spot.index));
        while let [Keyword::If(condition, yes, no)] = keywords(node)
            && let Some(wanted) = only_type(*condition)
        {
            match if wanted & kinds != 0 { yes } else { no } {
                Some(next) => node = *next,
                None => return true,
            }
        }
        let good = match keywords(node) {
            [Keyword::Demand(_, Demand::Type(wanted)) | Keyword::Test(Demand::Type(wanted))] => wanted & kinds != 0,
            [Keyword::Demand(_, demand) | Keyword::Test(demand)] => self.meets(*demand, spot),
            _ => false,
        };
        good || self.walk(node, spot)
    }

    #[inline(never)]
    fn walk(&mut self, node: Node, spot: Spot) -> bool {
        let kinds = kinds_of(self.document.val(spot.index));
        let mut good = true;
        let mut next = Some(node);
        while let Some(node) = next.take() {
            for keyword in keywords(node) {
                match *keyword {
                    // By far the most frequent ones are answered here.
                    Keyword::Demand(_, Demand::Type(wanted)) | Keyword::Test(Demand::Type(wanted))
                        if wanted & kinds != 0 => {}
                    Keyword::Demand(rule, demand) => {
                        // One failure tells enough, unless it is about another member.
                        let tell = good || matches!(demand, Demand::Required(_));
                        if !self.meets(demand, spot) {
                            good = false;
                            if tell {
                                self.report(rule, demand, spot);
                            }
                            // The other keywords expect this type.
                            if matches!(demand, Demand::Type(_)) {
                                return false;
                            }
                        }
                    }
                    Keyword::Test(demand) => {
                        if !self.meets(demand, spot) {
                            return false;
                        }
                    }
                    Keyword::Members(named, others) => good &= self.members(named, others, spot, good),
                    Keyword::Names(names) => good &= self.names(names, spot),
                    Keyword::Items(first, rest) => good &= self.items(first, rest, spot),
                    Keyword::If(condition, yes, no) => next = if self.holds(condition, spot) { yes } else { no },
                    Keyword::All(other) => next = Some(other),
                }
                if !good && self.findings.is_none() {
                    return false;
                }
            }
        }
        good
    }

    /// Whether the value meets the schema, without a report.
    fn holds(&mut self, node: Node, spot: Spot) -> bool {
        for keyword in keywords(node) {
            match *keyword {
                Keyword::Test(demand) if self.meets(demand, spot) => {}
                Keyword::Test(_) => return false,
                _ => {
                    let findings = self.findings.take();
                    let holds = self.walk(node, spot);
                    self.findings = findings;
                    return holds;
                }
            }
        }
        true
    }

    fn meets(&mut self, demand: Demand, spot: Spot) -> bool {
        let value = self.document.val(spot.index);
        match (demand, value) {
            (Demand::Never, _) => false,
            (Demand::Type(kinds), _) => kinds & kinds_of(value) != 0,
            (Demand::OneOf(words), Val::Str(text)) => {
                let text = self.document.heap().bytes(text);
                words.iter().any(|word| same_bytes(word.as_bytes(), text))
            }
            (Demand::OneOf(_), _) => false,
            (Demand::Required(name), Val::Map(members)) => self.document.member(members, name).is_some(),
            (Demand::MemberCount(least, most), Val::Map(members)) => (least..=most).contains(&(members.len / 2)),
            (Demand::ItemCount(least, most), Val::List(items)) => (least..=most).contains(&items.len),
            (Demand::MinLength(least), Val::Str(text)) => {
                characters(self.document.heap().bytes(text)) >= least as usize
            }
            // Text that was not decoded has no line breaks: in JSON they are escapes.
            (Demand::Matches(Pattern::Line), Val::Str(text)) if text.src == Src::Input => text.len > 0,
            (Demand::Matches(pattern), Val::Str(text)) => pattern::matches(pattern, self.document.heap().text(text)),
            (Demand::AtLeast(least), Val::Int(number)) => number >= i64::from(least),
            (Demand::AtLeast(least), Val::Num(number)) => number >= f64::from(least),
            (Demand::AnyOf(nodes), _) => nodes.iter().any(|&node| self.holds(node, spot)),
            _ => true,
        }
    }

    fn members(&mut self, named: &'static [(&'static str, Node)], others: Others, spot: Spot, tell: bool) -> bool {
        let Val::Map(members) = self.document.val(spot.index) else { return true };
        let mut good = true;
        for key in members.members() {
            let node = match (find(named, self.document.string_bytes(key)), others) {
                (Some(node), _) | (None, Others::Each(node)) => node,
                (None, Others::Any) => continue,
                (None, Others::Refused(rule)) => {
                    good = false;
                    // An object that was reported as a whole is one mistake, not one a member.
                    if tell {
                        self.report_unlisted(rule, key, named);
                    }
                    continue;
                }
            };
            good &= self.apply(node, Spot::member(key));
            if !good && self.findings.is_none() {
                return false;
            }
        }
        good
    }

    fn names(&mut self, node: Node, spot: Spot) -> bool {
        let Val::Map(members) = self.document.val(spot.index) else { return true };
        let mut good = true;
        for key in members.members() {
            good &= self.apply(node, Spot { index: key, key, level: 0, item: 0 });
        }
        good
    }

    fn items(&mut self, first: &'static [Node], rest: Option<Node>, spot: Spot) -> bool {
        let Val::List(items) = self.document.val(spot.index) else { return true };
        let level = spot.level.saturating_add(1);
        let mut first = first.iter().copied();
        let mut good = true;
        for (item, index) in (0u32..).zip(items.items()) {
            let Some(node) = first.next().or(rest) else { break };
            good &= self.apply(node, Spot { index, key: spot.key, level, item });
            if !good && self.findings.is_none() {
                return false;
            }
        }
        good
    }

    #[cold]
    #[inline(never)]
    fn report(&mut self, rule: Rule, demand: Demand, spot: Spot) {
        let Some(findings) = &mut self.findings else { return };
        let document = self.document;
        let Some(index) = report::index(document, rule, demand, spot) else { return };
        findings.add(rule, document.place(index), || report::sentence(document, rule, demand, Spot { index, ..spot }));
    }

    #[cold]
    #[inline(never)]
    fn report_unlisted(&mut self, rule: Rule, key: u32, named: &'static [(&'static str, Node)]) {
        let Some(findings) = &mut self.findings else { return };
        let document = self.document;
        findings.add(rule, document.place(key), || report::unlisted(document, key, named));
    }
}

/// The schema of a name. Bisection by the first byte leaves few names, most of which differ in their lengths.
fn find(named: &[(&'static str, Node)], name: &[u8]) -> Option<Node> {
    let first = name.first();
    let from = named.partition_point(|(known, _)| known.as_bytes().first() < first);
    let rest = named.get(from..)?.iter();
    let mut near = rest.take_while(|(known, _)| known.as_bytes().first() == first);
    near.find(|(known, _)| same_bytes(known.as_bytes(), name)).map(|(_, node)| *node)
}

/// The type that is all that a condition asks for.
#[inline]
fn only_type(node: Node) -> Option<u8> {
    match keywords(node) {
        [Keyword::Test(Demand::Type(kinds))] => Some(*kinds),
        _ => None,
    }
}

#[inline]
fn keywords(node: Node) -> &'static [Keyword] {
    table::NODES.get(usize::from(node)).copied().unwrap_or(&[])
}

#[inline]
fn kinds_of(value: Val) -> u8 {
    match value {
        Val::Null => kind::NULL,
        Val::Bool(_) => kind::BOOLEAN,
        Val::Int(_) => kind::NUMBER | kind::INTEGER,
        Val::Num(number) if is_whole(number) => kind::NUMBER | kind::INTEGER,
        Val::Num(_) => kind::NUMBER,
        Val::Str(_) => kind::STRING,
        Val::List(_) => kind::ARRAY,
        Val::Map(_) => kind::OBJECT,
    }
}

/// Whether a double has no fraction: from 2^53 on none has one, and below that an integer holds the same number.
fn is_whole(number: f64) -> bool {
    const EXACT: f64 = (1u64 << 53) as f64;
    number.abs() >= EXACT || whole(number).is_some()
}
