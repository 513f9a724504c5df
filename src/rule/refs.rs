//! Shared evaluators: which exist, which refer to which, and which cannot work.
//!
//! References are followed over the parsed document, each evaluator once, so that a document of doublings costs what
//! its text costs.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::finding::{Findings, Rule};
use crate::error::sentences;
use crate::json::{Document, Val};
use crate::limits::Limits;
use crate::memory::{Grow, is_short, listed};
use crate::order::Names;

/// Why a rule with a reference cannot work, or how many hops it takes at most.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    Hops(u32),
    Broken(String),
}

/// One evaluator.
#[derive(Debug)]
struct Evaluator<'d> {
    name: &'d str,
    /// Index of its value in the document.
    value: u32,
    reach: Option<Reach>,
    refers: Vec<Reference<'d>>,
}

/// A `$ref` in a rule.
#[derive(Clone, Copy, Debug)]
struct Reference<'d> {
    name: &'d str,
    /// Index of the value of `$ref`.
    value: u32,
}

/// The evaluators of a document.
pub(crate) struct Evaluators<'d> {
    document: &'d Document<'d>,
    list: Vec<Evaluator<'d>>,
    index: Names,
    /// Evaluators so that each stands behind those it refers to; those in a circle are left out.
    order: Vec<u32>,
}

impl<'d> Evaluators<'d> {
    /// Reads the evaluators of a document whose root is an object.
    pub(crate) fn of(document: &'d Document<'d>, findings: &mut Findings) -> Self {
        let mut evaluators = Self { document, list: Vec::new(), index: Names::default(), order: Vec::new() };
        if let Val::Map(root) = document.val(document.root)
            && let Some(value) = document.member(root, "$evaluators")
        {
            match document.val(value) {
                Val::Map(members) => {
                    for key in members.members().take_while(|_| !is_short()) {
                        evaluators.add(document.string(key), key.saturating_add(1));
                    }
                }
                other => findings.add(Rule::Evaluators, document.place(value), || {
                    sentences::member_type("$evaluators", other.kind(), "an object")
                }),
            }
        }
        if !is_short() {
            evaluators.sort();
            evaluators.judge(findings);
        }
        evaluators
    }

    fn add(&mut self, name: &'d str, value: u32) {
        let mut refers = Vec::new();
        references(self.document, value, &mut refers);
        self.index.insert(name, crate::json::value::index(self.list.len()));
        self.list.put(Evaluator { name, value, reach: None, refers });
    }

    /// The place of an evaluator in the list.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.index.get(name)
    }

    /// The index of an evaluator's value in the document.
    pub(crate) fn value(&self, evaluator: u32) -> Option<u32> {
        self.list.get(evaluator as usize).map(|found| found.value)
    }

    fn name(&self, evaluator: u32) -> &'d str {
        self.list.get(evaluator as usize).map_or("", |found| found.name)
    }

    /// The evaluators that can be read in this order without meeting one that was not read before.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (u32, u32)> {
        self.order.iter().map(|&place| (place, self.value(place).unwrap_or(0)))
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Orders the evaluators by taking away, again and again, those whose references are all taken away.
    fn sort(&mut self) {
        let mut waiting: Vec<u32> = Vec::new();
        let mut users: Vec<Vec<u32>> = Vec::new();
        users.fit(self.list.len(), Vec::new());
        for (place, evaluator) in self.list.iter().enumerate() {
            let mut count = 0u32;
            for reference in &evaluator.refers {
                let Some(user) = self.index.get(reference.name).and_then(|target| users.get_mut(target as usize))
                else {
                    continue;
                };
                user.put(crate::json::value::index(place));
                count = count.saturating_add(1);
            }
            waiting.put(count);
        }
        let mut ready = listed(waiting.iter().zip(0u32..).filter(|(count, _)| **count == 0).map(|(_, place)| place));
        while let Some(place) = ready.pop() {
            self.order.put(place);
            for &user in users.get(place as usize).map_or(&[][..], Vec::as_slice) {
                if let Some(count) = waiting.get_mut(user as usize) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        ready.put(user);
                    }
                }
            }
        }
    }

    /// Decides of each evaluator how far it reaches or why it is broken.
    fn judge(&mut self, findings: &mut Findings) {
        for at in 0..self.order.len() {
            let Some(&place) = self.order.get(at) else { continue };
            let refers =
                self.list.get_mut(place as usize).map(|found| core::mem::take(&mut found.refers)).unwrap_or_default();
            let reach = self.reach_of(&refers, findings);
            if let Some(found) = self.list.get_mut(place as usize) {
                found.refers = refers;
                found.reach = Some(reach);
            }
        }
        self.report_circles(findings);
    }

    fn reach_of(&self, refers: &[Reference<'d>], findings: &mut Findings) -> Reach {
        let mut most = 0u32;
        let mut broken = None;
        for reference in refers {
            match self.follow(*reference, findings) {
                Reach::Hops(hops) => most = most.max(hops),
                Reach::Broken(reason) => broken = broken.or(Some(reason)),
            }
        }
        broken.map_or(Reach::Hops(most), Reach::Broken)
    }

    /// How many hops a reference takes, itself included.
    fn follow(&self, reference: Reference<'d>, findings: &mut Findings) -> Reach {
        let at = self.document.place(reference.value);
        let value = self.document.val(reference.value);
        if !matches!(value, Val::Str(_)) {
            let sentence = sentences::reference_type(value.kind());
            findings.add_first(Rule::UnknownReference, at, || sentence.clone());
            return Reach::Broken(sentence.0);
        }
        let Some(target) = self.find(reference.name) else {
            let names = self.list.iter().map(|found| found.name);
            findings.add(Rule::UnknownReference, at, || sentences::unknown_reference(reference.name, names.clone()));
            // The reason of an evaluation needs no hint, and hints cost a look at every name.
            return Reach::Broken(sentences::unknown_reference(reference.name, core::iter::empty()).0);
        };
        match self.list.get(target as usize).and_then(|found| found.reach.clone()) {
            Some(Reach::Hops(hops)) if hops >= Limits::STANDARD.hops => {
                let sentence = sentences::reference_depth(reference.name);
                findings.add(Rule::ReferenceDepth, at, || sentence.clone());
                Reach::Broken(sentence.0)
            }
            Some(Reach::Hops(hops)) => Reach::Hops(hops.saturating_add(1)),
            Some(broken) => broken,
            None => Reach::Broken(sentences::reference_cycle(&[reference.name]).0),
        }
    }

    /// What is in no order is in a circle or leads to one: of each circle one finding, at the evaluator it begins with.
    fn report_circles(&mut self, findings: &mut Findings) {
        let mut seen = listed(self.list.iter().map(|found| found.reach.is_some()));
        for start in 0..self.list.len() {
            let mut trail: Vec<u32> = Vec::new();
            let mut place = crate::json::value::index(start);
            while seen.get(place as usize) == Some(&false) {
                if let Some(mark) = seen.get_mut(place as usize) {
                    *mark = true;
                }
                trail.put(place);
                place = self.next_in_circle(place).unwrap_or(place);
            }
            let Some(begin) = trail.iter().position(|&member| member == place) else { continue };
            let circle = trail.get(begin..).unwrap_or(&[]);
            let mut names = listed(circle.iter().map(|&member| self.name(member)));
            names.put(self.name(place));
            let key = self.value(place).unwrap_or(0).saturating_sub(1);
            findings.add(Rule::ReferenceCycle, self.document.place(key), || sentences::reference_cycle(&names));
        }
        for evaluator in &mut self.list {
            if evaluator.reach.is_none() {
                evaluator.reach = Some(Reach::Broken(sentences::reference_cycle(&[evaluator.name]).0));
            }
        }
    }

    fn next_in_circle(&self, place: u32) -> Option<u32> {
        let evaluator = self.list.get(place as usize)?;
        let unresolved = |target: &u32| self.list.get(*target as usize).is_some_and(|found| found.reach.is_none());
        evaluator.refers.iter().filter_map(|reference| self.find(reference.name)).find(unresolved)
    }

    /// Whether the rule at `value` can work as far as its references go; `Some` gives the reason why not.
    pub(crate) fn broken(&self, value: u32, findings: &mut Findings) -> Option<String> {
        let mut refers = Vec::new();
        references(self.document, value, &mut refers);
        match self.reach_of(&refers, findings) {
            Reach::Hops(_) => None,
            Reach::Broken(reason) => Some(reason),
        }
    }
}

/// The value of `$ref`, if this is a reference: an object with that one member.
pub(crate) fn reference(document: &Document<'_>, value: Val) -> Option<u32> {
    match value {
        Val::Map(members) if members.len == 2 && document.string_bytes(members.start) == b"$ref" => {
            Some(members.start.saturating_add(1))
        }
        _ => None,
    }
}

/// Collects the references in a value, at any depth (which the parser limits).
fn references<'d>(document: &'d Document<'_>, index: u32, found: &mut Vec<Reference<'d>>) {
    let value = document.val(index);
    if let Some(target) = reference(document, value) {
        found.put(Reference { name: document.string(target), value: target });
        return;
    }
    match value {
        Val::List(items) => {
            for item in items.items() {
                references(document, item, found);
            }
        }
        Val::Map(members) => {
            for key in members.members() {
                references(document, key.saturating_add(1), found);
            }
        }
        _ => {}
    }
}
