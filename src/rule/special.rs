//! Shorter ways for operators whose arguments are constants, or a value of the context and a constant.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::compile::{Compiler, Scope};
use super::program::TARGETING_KEY;
use super::{Code, Operator, Program};
use crate::error::finding::Findings;
use crate::json::value::whole;
use crate::json::{Span, Src, Val};
use crate::memory::{Grow, list_for, listed};
use crate::version::{Relation, Version};

/// What an operator makes of constants: a scalar or a text.
pub(crate) enum Folded {
    Scalar(Val),
    Text(String),
}

/// Applies an operator to constants of a program. It answers `None` where that is better left to the evaluation.
pub(crate) type Fold = fn(&Program, Operator, &[Val]) -> Option<Folded>;

/// The largest weight of `fractional`, and the largest sum of weights.
pub(crate) const MOST_WEIGHT: i64 = i32::MAX as i64;

/// Fewer texts than this are searched one by one as quickly.
const FEW_TEXTS: u32 = 8;

/// Longer constants are not worked on in advance, so that compiling stays linear in the document.
const SHORT: u32 = 256;

/// The order of texts in a constant list that is searched by bisection: lengths tell most of them apart.
pub(crate) fn by_length(left: &[u8], right: &[u8]) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// A weight of `fractional` v2 and v3: integral and at most 2^31 − 1; a negative one counts as 0.
pub(crate) fn whole_weight(weight: Val) -> Option<i64> {
    let weight = match weight {
        Val::Null => 1,
        Val::Int(weight) => weight,
        // Every double so far below zero is a whole number.
        Val::Num(weight) if weight <= i64::MIN as f64 => 0,
        Val::Num(weight) => whole(weight)?,
        _ => return None,
    };
    (weight <= MOST_WEIGHT).then_some(weight.max(0))
}

impl Compiler<'_> {
    /// Emits the shorter code, if there is one for these arguments.
    pub(super) fn special(
        &mut self,
        operator: Operator,
        arguments: Span,
        scope: Scope,
        findings: &mut Findings,
    ) -> bool {
        match operator {
            Operator::In => self.in_texts(arguments, scope, findings),
            Operator::SemVer => self.against_version(arguments, scope, findings),
            Operator::Fractional => self.distribution(arguments, scope, findings),
            _ => false,
        }
    }

    /// `in` over a constant list of texts: by bisection.
    fn in_texts(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) -> bool {
        let document = self.document;
        let Val::List(items) = document.val(arguments.start.saturating_add(1)) else { return false };
        let texts_only = items.items().all(|item| matches!(document.val(item), Val::Str(_)));
        if arguments.len != 2 || items.len < FEW_TEXTS || !texts_only {
            return false;
        }
        let text = |place: u32| document.string(items.start.saturating_add(place));
        let order = crate::order::sorted(items.len as usize, &|left, right| {
            by_length(text(left).as_bytes(), text(right).as_bytes())
        });
        let texts = listed(order.into_iter().map(|place| self.text(text(place))));
        self.value(arguments.start, scope, findings);
        let texts = self.constant_list(&texts);
        self.emit(Code::InTexts(texts));
        true
    }

    /// `sem_ver` against a constant: relation and version are read once.
    fn against_version(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) -> bool {
        let document = self.document;
        let text = |place: u32| match document.val(arguments.start.saturating_add(place)) {
            Val::Str(text) if place < arguments.len => Some(document.heap().text(text)),
            _ => None,
        };
        let (Some(relation), Some(version)) = (text(1).and_then(Relation::named), text(2).and_then(Version::parse))
        else {
            return false;
        };
        if arguments.len != 3 {
            return false;
        }
        let [major, minor, patch] = version.numbers.map(|number| self.text(number));
        let pieces = [Val::Int(relation.code()), major, minor, patch, self.text(version.prerelease)];
        self.value(arguments.start, scope, findings);
        let pieces = self.constant_list(&pieces);
        self.emit(Code::AgainstVersion(pieces));
        true
    }

    /// `fractional` whose entries are constants with whole weights: running sums are made once. The first argument
    /// stays on the stack, because it decides what is hashed.
    fn distribution(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) -> bool {
        let document = self.document;
        if arguments.len == 0 {
            return false;
        }
        let keyed = matches!(document.val(arguments.start), Val::List(_));
        let first = arguments.start.saturating_add(u32::from(!keyed));
        let end = arguments.start.saturating_add(arguments.len);
        let (mut total, mut sums, mut variants) = (0i64, Vec::new(), Vec::new());
        for place in first..end {
            let Some((variant, weight)) = self.entry(place) else { return false };
            total = total.saturating_add(weight);
            sums.put(Val::Int(total));
            variants.put(variant);
        }
        if total <= 0 || total > MOST_WEIGHT {
            return false;
        }
        let bucket = matches!(document.val(arguments.start), Val::Str(_));
        if scope == Scope::Context && !bucket {
            self.needs.slot(TARGETING_KEY);
        }
        let rest = Span { start: first, len: end.saturating_sub(first), src: Src::Scratch };
        let (Some(entries), Some(variants)) = (self.literal(Val::List(rest)), self.literals(&variants)) else {
            return false;
        };
        let sums = self.program.pool.list(&sums, Src::Pool);
        self.value(arguments.start, scope, findings);
        let table = self.constant_list(&[Val::Bool(keyed), entries, Val::List(sums), Val::List(variants)]);
        self.needs.fractional();
        self.emit(Code::Distribution(table));
        true
    }

    /// Variant and weight of a constant entry.
    fn entry(&self, place: u32) -> Option<(Val, i64)> {
        let Val::List(entry) = self.document.val(place) else { return None };
        let item = |place: u32| {
            if place < entry.len { self.document.val(entry.start.saturating_add(place)) } else { Val::Null }
        };
        if entry.len == 0 || entry.items().any(|item| matches!(self.document.val(item), Val::List(_) | Val::Map(_))) {
            return None;
        }
        Some((item(0), whole_weight(item(1))?))
    }

    fn literals(&mut self, values: &[Val]) -> Option<Span> {
        let mut list = list_for(values.len());
        for value in values {
            list.put(self.literal(*value)?);
        }
        Some(self.program.pool.list(&list, Src::Pool))
    }

    /// Replaces an operator's code, which begins at `start`, by its result or by one instruction, where its arguments
    /// allow it: each of them has left exactly one instruction.
    pub(super) fn shorten(&mut self, operator: Operator, start: usize) -> bool {
        let shorter = match self.program.code.get(start..).unwrap_or(&[]) {
            &[Code::Slot(slot), Code::Push(constant)] => {
                u16::try_from(slot).ok().map(|slot| Code::ApplySlot(operator, slot, constant))
            }
            arguments if arguments.iter().all(|argument| matches!(argument, Code::Push(_))) => {
                self.folded(operator, start)
            }
            _ => None,
        };
        let Some(shorter) = shorter else { return false };
        self.program.code.truncate(start);
        self.emit(shorter);
        true
    }

    fn folded(&mut self, operator: Operator, start: usize) -> Option<Code> {
        let fold = self.fold?;
        let arguments = self.program.code.get(start..).unwrap_or(&[]);
        let mut constants = list_for(arguments.len());
        for argument in arguments {
            let Code::Push(constant) = argument else { return None };
            match self.program.constant(*constant) {
                Val::List(_) | Val::Map(_) => return None,
                Val::Str(text) if text.len > SHORT => return None,
                short => constants.put(short),
            }
        }
        let value = match fold(&self.program, operator, &constants)? {
            Folded::Scalar(value) => value,
            Folded::Text(text) => self.text(&text),
        };
        Some(Code::Push(self.constant(value)))
    }
}
