//! Targeting, as it was parsed, to instructions.

use alloc::string::String;
use alloc::vec::Vec;

use super::program::{Needs, Program, Rule, Slot};
use super::refs::Evaluators;
use super::shared::Shared;
use super::special::Fold;
use super::{Code, Operator};
use crate::error::finding::Findings;
use crate::json::value::index;
#[cfg(feature = "fast")]
use crate::json::value::same_constant;
use crate::json::{Document, Span, Src, Val};
use crate::memory::{Grow, GrowText, list_for, listed};
use crate::order::Names;

/// What `var` reads from, which is settled when a rule is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The evaluation context: constant paths become slots.
    Context,
    /// An element of a list, or the data of a bare rule.
    Element,
}

/// How many constants are remembered.
#[cfg(feature = "fast")]
const RECENT: usize = 64;

/// Compiles the rules of one document into one program.
pub(crate) struct Compiler<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) evaluators: Option<&'d Evaluators<'d>>,
    /// Works out what is constant; without it everything is left to the evaluation.
    pub(super) fold: Option<Fold>,
    pub(crate) program: Program,
    /// Places of constants that were met lately.
    #[cfg(feature = "fast")]
    recent: [u32; RECENT],
    slots: Names,
    root_names: Names,
    pub(super) shared: Vec<Shared>,
    pub(super) shared_index: Names,
    /// Shared rules below this place are compiled.
    pub(super) compiled: usize,
    pub(super) needs: Needs,
    /// Shared rules that the run of instructions at hand calls, each once.
    pub(super) calls: Vec<u32>,
    /// Which run of instructions that is, counted from 1.
    pub(super) caller: u32,
    /// Jumps to ends that are not reached yet, those of inner operators last.
    pub(super) ends: Vec<usize>,
}

impl<'d> Compiler<'d> {
    /// A compiler for the flags of a document.
    pub(crate) fn new(document: &'d Document<'d>, evaluators: Option<&'d Evaluators<'d>>, fold: Option<Fold>) -> Self {
        let mut compiler = Self {
            document,
            evaluators,
            fold,
            program: Program::default(),
            #[cfg(feature = "fast")]
            recent: [u32::MAX; RECENT],
            slots: Names::default(),
            root_names: Names::default(),
            shared: Vec::new(),
            shared_index: Names::default(),
            compiled: 0,
            needs: Needs::default(),
            calls: Vec::new(),
            caller: 1,
            ends: Vec::new(),
        };
        compiler.slot("targetingKey");
        compiler
    }

    /// Compiles one flag's targeting.
    pub(crate) fn flag(&mut self, targeting: u32, findings: &mut Findings) -> Rule {
        let entry = self.unit(targeting, Scope::Context, None, findings);
        let mut needs = core::mem::take(&mut self.needs);
        let calls = self.take_calls();
        self.compile_shared(findings);
        for call in calls {
            self.settle(call);
            if let Some(shared) = self.shared.get(call as usize) {
                needs.merge(&shared.needs);
            }
        }
        let rule = self.rule(entry, &needs);
        // Its memory serves the next flag.
        needs.clear();
        self.needs = needs;
        rule
    }

    /// Compiles a bare rule, whose `var` reads any JSON value.
    pub(crate) fn bare(&mut self, rule: u32, findings: &mut Findings) -> u32 {
        self.unit(rule, Scope::Element, None, findings)
    }

    fn rule(&mut self, entry: u32, needs: &Needs) -> Rule {
        if needs.whole {
            return Rule::without_slots(entry, needs);
        }
        // Which keys these are is told when all keys are known.
        #[cfg(feature = "fast")]
        return Rule { slots: self.program.store(&needs.slots), ..Rule::without_slots(entry, needs) };
        #[cfg(not(feature = "fast"))]
        self.program.reading(entry, needs)
    }

    /// Compiles one run of instructions with its end; gives its first instruction.
    pub(super) fn unit(
        &mut self,
        value: u32,
        scope: Scope,
        operator: Option<Operator>,
        findings: &mut Findings,
    ) -> u32 {
        let entry = index(self.program.code.len());
        match operator {
            None => self.value(value, scope, findings),
            Some(operator) => {
                if let Val::List(items) = self.document.val(value) {
                    self.operation(operator, items, scope, findings);
                }
            }
        }
        self.emit(Code::Return);
        entry
    }

    // --- pieces that operators are made of ---------------------------------------------------------------------

    pub(super) fn emit(&mut self, code: Code) {
        self.program.code.put(code);
    }

    pub(super) fn constant(&mut self, value: Val) -> u32 {
        let place = index(self.program.constants.len());
        self.program.constants.put(value);
        place
    }

    pub(super) fn push(&mut self, value: Val) {
        let place = self.constant(value);
        self.emit(Code::Push(place));
    }

    /// Pushes a constant of the document.
    #[cfg(not(feature = "fast"))]
    pub(super) fn push_literal(&mut self, value: Val) {
        let constant = self.literal(value).unwrap_or(Val::Null);
        self.push(constant);
    }

    /// Pushes a constant of the document. Rules repeat each other's, so those that were met lately are used again.
    #[cfg(feature = "fast")]
    pub(super) fn push_literal(&mut self, value: Val) {
        let slot = self.recent_slot(value);
        let recent = slot.and_then(|slot| self.recent.get(slot).copied());
        let heap = self.program.heap();
        let alike = |place: &u32| same_constant(self.program.constant(*place), &heap, value, &self.document.heap());
        if let Some(place) = recent.filter(alike) {
            return self.emit(Code::Push(place));
        }
        let constant = self.literal(value).unwrap_or(Val::Null);
        let place = self.constant(constant);
        if let Some(recent) = slot.and_then(|slot| self.recent.get_mut(slot)) {
            *recent = place;
        }
        self.emit(Code::Push(place));
    }

    /// Where a scalar or a text is remembered: what tells the usual ones apart.
    #[cfg(feature = "fast")]
    fn recent_slot(&self, value: Val) -> Option<usize> {
        let number = match value {
            Val::Bool(value) => u32::from(value),
            Val::Int(value) => value as u32,
            Val::Str(text) => {
                let bytes = self.document.heap().bytes(text);
                let [first, last] = [bytes.first(), bytes.last()].map(|byte| u32::from(byte.copied().unwrap_or(0)));
                text.len.wrapping_mul(5).wrapping_add(first).wrapping_add(last.wrapping_mul(3))
            }
            _ => return None,
        };
        Some(number as usize % RECENT)
    }

    pub(super) fn text(&mut self, text: &str) -> Val {
        Val::Str(self.program.pool.text(text, Src::Pool))
    }

    /// Emits a jump whose target is not known yet.
    pub(super) fn jump(&mut self, code: Code) -> usize {
        self.emit(code);
        self.program.code.len().saturating_sub(1)
    }

    /// Lets a jump lead to the next instruction.
    pub(super) fn land(&mut self, jump: usize) {
        let here = index(self.program.code.len());
        if let Some(
            Code::Jump(target)
            | Code::JumpIfFalsy(target)
            | Code::JumpKeepingFalsy(target)
            | Code::JumpKeepingTruthy(target)
            | Code::JumpKeepingValue(target)
            | Code::Loop(_, target),
        ) = self.program.code.get_mut(jump)
        {
            *target = here;
        }
    }

    /// The same for all jumps noted since there were `mark` of them.
    pub(super) fn land_since(&mut self, mark: usize) {
        while self.ends.len() > mark
            && let Some(jump) = self.ends.pop()
        {
            self.land(jump);
        }
    }

    /// The slot of a constant path of the context, and the path as a constant.
    pub(super) fn slot(&mut self, path: &str) -> u32 {
        // A path in its usual spelling is its own name.
        if let Some(slot) = self.slots.get(path) {
            return slot;
        }
        let segments = listed(crate::json::path::segments(path));
        let mut name = String::new();
        for segment in &segments {
            name.put_str(if name.is_empty() { "" } else { "." });
            name.put_str(segment);
        }
        if let Some(slot) = self.slots.get(&name) {
            return slot;
        }
        let path = self.path(&segments);
        let first = segments.first().copied().unwrap_or("");
        let root = match self.root_names.get(first) {
            Some(root) => root,
            None => {
                let root = index(self.program.roots.len());
                let text = self.program.pool.text(first, Src::Pool);
                self.program.roots.put(text);
                self.root_names.insert(first, root);
                root
            }
        };
        let slot = index(self.program.slots.len());
        self.program.slots.put(Slot { path, root });
        self.slots.insert(&name, slot);
        slot
    }

    /// A path as a list of strings in the pool.
    pub(super) fn path(&mut self, segments: &[&str]) -> Span {
        let mut list = list_for(segments.len());
        for segment in segments {
            list.put(self.text(segment));
        }
        self.program.pool.list(&list, Src::Pool)
    }

    /// Copies a value without any operation into the pool; `None` if there is one in it.
    pub(super) fn literal(&mut self, value: Val) -> Option<Val> {
        match value {
            Val::Str(text) => {
                let document = self.document;
                Some(self.text(document.heap().text(text)))
            }
            Val::List(items) => {
                let mut list = list_for(items.len as usize);
                for item in items.items() {
                    list.put(self.literal(self.document.val(item))?);
                }
                Some(Val::List(self.program.pool.list(&list, Src::Pool)))
            }
            Val::Map(members) if members.len == 0 => Some(Val::Map(Span::EMPTY)),
            Val::Map(_) => None,
            scalar => Some(scalar),
        }
    }
}
