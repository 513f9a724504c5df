//! Rule objects to instructions: which operator, which arguments, what is lazy.

use super::compile::{Compiler, Scope};
use super::program::TARGETING_KEY;
use super::refs::reference;
use super::{Code, Loop, Operator, SPREAD};
use crate::error::finding::{self, Findings};
use crate::error::sentences;
use crate::json::{Span, Src, Val};
use crate::memory::Grow;

impl Compiler<'_> {
    /// Code that pushes what the value at `place` stands for. Recursion is limited by the document's nesting.
    pub(super) fn value(&mut self, place: u32, scope: Scope, findings: &mut Findings) {
        let value = self.document.val(place);
        match value {
            Val::Map(members) if members.len > 2 => {
                findings.add(finding::Rule::OneOperator, self.document.place(place), sentences::one_operator);
                self.emit(Code::ManyMembers);
            }
            Val::Map(members) if members.len == 2 => match reference(self.document, value) {
                Some(target) => self.call(self.document.string(target), scope, None),
                None => self.member(members, scope, findings),
            },
            // Only lists are worth a look inside: whether all of it is constant.
            Val::List(items) if self.holds_operation(items) => {
                for item in items.items() {
                    self.value(item, scope, findings);
                }
                self.emit(Code::List(items.len));
            }
            other => self.push_literal(other),
        }
    }

    fn holds_operation(&self, items: Span) -> bool {
        items.items().any(|item| match self.document.val(item) {
            Val::Map(members) => members.len > 0,
            Val::List(inner) => self.holds_operation(inner),
            _ => false,
        })
    }

    /// An object with one member: an operation.
    fn member(&mut self, members: Span, scope: Scope, findings: &mut Findings) {
        let document = self.document;
        let name = document.string(members.start);
        let argument = members.start.saturating_add(1);
        let Some(operator) = Operator::named(name) else {
            // Where similar names are proposed, the schema check has said it already.
            findings.add(finding::Rule::UnknownOperator, document.place(members.start), || {
                sentences::unknown_operator(name, core::iter::empty())
            });
            let name = self.text(name);
            let name = self.constant(name);
            return self.emit(Code::Unknown(name));
        };
        // An argument list may be an evaluator. It is compiled once for each operator that is applied to it.
        if let Some(evaluator) = self.final_evaluator(argument)
            && let Some(Val::List(_)) =
                self.evaluators.and_then(|all| all.value(evaluator)).map(|value| document.val(value))
        {
            return self.call_evaluator(evaluator, scope, Some(operator));
        }
        let arguments = match document.val(argument) {
            Val::List(items) => items,
            _ => Span { start: argument, len: 1, src: Src::Scratch },
        };
        let bare = !matches!(document.val(argument), Val::List(_));
        if bare && operator.spreads() && matches!(document.val(argument), Val::Map(members) if members.len > 0) {
            self.value(argument, scope, findings);
            return self.apply(operator, SPREAD, scope);
        }
        self.operation(operator, arguments, scope, findings);
    }

    /// Code for an operator and its arguments, which stand side by side in the document.
    pub(super) fn operation(&mut self, operator: Operator, arguments: Span, scope: Scope, findings: &mut Findings) {
        match operator {
            Operator::Var => self.var(arguments, scope, findings),
            Operator::Missing => self.missing(arguments, scope, findings),
            Operator::MissingSome => self.missing_some(arguments, scope, findings),
            Operator::If => self.branches(arguments, scope, findings),
            Operator::And => self.chain(arguments, scope, Code::JumpKeepingFalsy(0), findings),
            Operator::Or => self.chain(arguments, scope, Code::JumpKeepingTruthy(0), findings),
            Operator::Map => self.each(Loop::Map, arguments, scope, findings),
            Operator::Filter => self.each(Loop::Filter, arguments, scope, findings),
            Operator::All => self.each(Loop::All, arguments, scope, findings),
            Operator::None => self.each(Loop::None, arguments, scope, findings),
            Operator::Some => self.each(Loop::Some, arguments, scope, findings),
            Operator::Reduce => self.each(Loop::Reduce, arguments, scope, findings),
            eager => self.eager(eager, arguments, scope, findings),
        }
    }

    /// All arguments, then the operator.
    pub(super) fn eager(&mut self, operator: Operator, arguments: Span, scope: Scope, findings: &mut Findings) {
        if cfg!(feature = "fast") && self.special(operator, arguments, scope, findings) {
            return;
        }
        let start = self.program.code.len();
        for argument in arguments.items() {
            self.value(argument, scope, findings);
        }
        let short = cfg!(feature = "fast") && self.program.code.len().saturating_sub(start) == arguments.len as usize;
        if short && !operator.reads_context() && self.shorten(operator, start) {
            return;
        }
        // Without a bucket value that is written down the targeting key may have to stand in.
        let bucket = matches!(self.document.val(arguments.start), Val::Str(_)) && arguments.len > 0;
        if operator == Operator::Fractional && scope == Scope::Context && !bucket {
            self.needs.slot(TARGETING_KEY);
        }
        match u16::try_from(arguments.len) {
            Ok(count) if count != SPREAD => self.apply(operator, count, scope),
            _ => {
                self.emit(Code::List(arguments.len));
                self.apply(operator, SPREAD, scope);
            }
        }
    }

    pub(super) fn apply(&mut self, operator: Operator, count: u16, scope: Scope) {
        // Paths that are computed may lead anywhere in the context.
        if matches!(operator, Operator::Missing | Operator::MissingSome) && scope == Scope::Context {
            self.needs.everything();
        }
        if operator == Operator::Fractional && scope == Scope::Context && count == SPREAD {
            self.needs.slot(TARGETING_KEY);
        }
        if operator == Operator::Fractional {
            self.needs.fractional();
        }
        self.emit(Code::Apply(operator, count));
    }

    /// `if`: condition, value, condition, value, …, otherwise.
    fn branches(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) {
        let mark = self.ends.len();
        let mut at = arguments.start;
        let end = arguments.start.saturating_add(arguments.len);
        while at.saturating_add(1) < end {
            self.value(at, scope, findings);
            let otherwise = self.jump(Code::JumpIfFalsy(0));
            self.value(at.saturating_add(1), scope, findings);
            let end = self.jump(Code::Jump(0));
            self.ends.put(end);
            self.land(otherwise);
            at = at.saturating_add(2);
        }
        if at < end {
            self.value(at, scope, findings);
        } else {
            self.push(Val::Null);
        }
        self.land_since(mark);
    }

    /// `and`, `or`: up to the first value that decides.
    fn chain(&mut self, arguments: Span, scope: Scope, decide: Code, findings: &mut Findings) {
        if arguments.len == 0 {
            return self.push(Val::Null);
        }
        let last = arguments.start.saturating_add(arguments.len).saturating_sub(1);
        let mark = self.ends.len();
        for argument in arguments.items() {
            self.value(argument, scope, findings);
            if argument < last {
                let end = self.jump(decide);
                self.ends.put(end);
            }
        }
        self.land_since(mark);
    }

    /// An iterator: the list, the initial value of `reduce`, the loop, its body.
    fn each(&mut self, kind: Loop, arguments: Span, scope: Scope, findings: &mut Findings) {
        let argument = |place: u32| (place < arguments.len).then(|| arguments.start.saturating_add(place));
        if kind == Loop::Reduce {
            self.value_or_null(argument(2), scope, findings);
        }
        self.value_or_null(argument(0), scope, findings);
        let start = self.jump(Code::Loop(kind, 0));
        self.value_or_null(argument(1), Scope::Element, findings);
        self.emit(Code::Next);
        self.land(start);
    }

    fn value_or_null(&mut self, place: Option<u32>, scope: Scope, findings: &mut Findings) {
        match place {
            Some(place) => self.value(place, scope, findings),
            None => self.push(Val::Null),
        }
    }

    /// A value or, if it is null, a default that is only evaluated then.
    pub(super) fn default(&mut self, default: u32, scope: Scope, findings: &mut Findings) {
        let given = self.jump(Code::JumpKeepingValue(0));
        self.value(default, scope, findings);
        self.land(given);
    }
}

impl Operator {
    /// Whether it looks at more than its arguments.
    fn reads_context(self) -> bool {
        matches!(self, Self::Fractional | Self::Missing | Self::MissingSome)
    }

    /// Whether a single argument that evaluates to a list stands for the argument list.
    pub(super) fn spreads(self) -> bool {
        use Operator::{All, And, Filter, If, Map, None, Not, Or, Reduce, Some, Truthy, Var};
        !matches!(self, Var | Not | Truthy | If | And | Or | Map | Filter | All | None | Some | Reduce)
    }
}
