//! The machine: a stack of values, a step budget and one instruction after the other.
//!
//! Operators and seldom instructions are functions that are never inlined, here and in the neighbouring files. HotSpot
//! leaves a method of more than 8,000 bytes to its interpreter for ever, and compilers of WebAssembly to Java make one
//! method of each function; a small loop is also what other compilers keep in registers.

use alloc::string::String;
use alloc::vec::Vec;

use super::Scope;
use super::iterate::Frame;
use crate::error::fault::Stop;
use crate::json::value::nth;
use crate::json::{Arena, Heap, Span, Src, Text, Val};
use crate::limits::Limits;
use crate::memory::Grow;
use crate::rule::{Code, Fractional, Operator, Program, SPREAD};

/// Memory that evaluations use one after the other.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) arena: Arena,
    /// What the context holds for each slot of the program; only those of the flag at hand are up to date.
    pub(crate) slots: Vec<Option<Val>>,
    /// Values of the wanted top-level keys.
    pub(crate) roots: Vec<Option<Val>>,
    /// The context as a whole, where a rule reads all of it.
    pub(crate) whole: Option<Val>,
    /// The same with what is added to it, once a rule asked for it.
    pub(super) enriched: Option<Val>,
    pub(super) stack: Vec<Val>,
    /// Items of lists that loops are building.
    pub(super) pending: Vec<Val>,
    pub(super) loops: Vec<Frame>,
    pub(super) calls: Vec<u32>,
    pub(super) bytes: Vec<u8>,
    /// Words that sentences about the last evaluations repeat.
    pub(crate) words: String,
}

impl Scratch {
    /// Gives memory back that only an unusual evaluation needs; what is usual is kept for the next one. `work` is how
    /// much was read and built: steps, and bytes by eight. Little work needs no look.
    #[inline]
    pub(crate) fn trim(&mut self, work: usize) {
        if work > 8_192 {
            self.give_back();
        }
    }

    #[cold]
    fn give_back(&mut self) {
        const USUAL: usize = 1 << 20;
        let values = [&self.stack, &self.pending, &self.arena.vals].map(Vec::capacity).into_iter().sum::<usize>();
        let bytes = self.arena.text.capacity().saturating_add(self.bytes.capacity());
        #[cfg(feature = "fast")]
        let bytes = bytes.saturating_add(self.arena.names.as_ref().map_or(0, |names| names.size()));
        let numbers = self.calls.capacity().saturating_mul(4);
        if values.saturating_mul(16).saturating_add(bytes).saturating_add(numbers) > USUAL {
            let words = core::mem::take(&mut self.words);
            *self = Self::default();
            self.words = words;
        }
    }

    /// How much was read, so that what a rule builds on top can be forgotten.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.arena.text.len(), self.arena.vals.len())
    }

    /// Makes ready for the next rule over what was read before the mark.
    pub(crate) fn rewind(&mut self, (text, vals): (usize, usize)) {
        if cfg!(feature = "fast") {
            self.arena.text.truncate(text);
        }
        // The same without what a panic brings along.
        while self.arena.text.len() > text {
            self.arena.text.pop();
        }
        self.arena.vals.truncate(vals);
        self.enriched = None;
        self.stack.clear();
        self.pending.clear();
        self.loops.clear();
        self.calls.clear();
    }

    /// Makes ready for an evaluation and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.arena.clear();
        self.roots.clear();
        self.whole = None;
        self.enriched = None;
        self.stack.clear();
        self.pending.clear();
        self.loops.clear();
        self.calls.clear();
    }
}

/// One evaluation.
pub(crate) struct Machine<'e> {
    pub(crate) program: &'e Program,
    pub(crate) input: &'e str,
    pub(crate) scratch: &'e mut Scratch,
    pub(crate) scope: Scope,
    /// The rule reads the whole context, so slots are looked up there.
    pub(crate) whole: bool,
    /// The flag's key, a text of the pool.
    pub(crate) flag_key: Text,
    /// Whole seconds since 1970.
    pub(crate) now: i64,
    pub(crate) version: Fractional,
    /// Steps left.
    pub(crate) steps: u32,
    /// What stands over the values of the context; slots that were read in advance have it already.
    #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
    pub(crate) over: Option<&'e dyn crate::attributes::Attributes>,
}

pub(super) type Outcome<T> = Result<T, Stop>;

impl<'e> Machine<'e> {
    pub(crate) fn heap(&self) -> Heap<'_> {
        Heap { pool: &self.program.pool, input: self.input, scratch: &self.scratch.arena }
    }

    pub(super) fn text(&self, text: Text) -> &str {
        self.heap().text(text)
    }

    pub(super) fn bytes(&self, text: Text) -> &[u8] {
        self.heap().bytes(text)
    }

    /// An item of a list; null where there is none.
    pub(super) fn item(&self, list: Span, place: u32) -> Val {
        nth(self.heap().span(list), place as usize)
    }

    /// Runs the rule that begins at `entry`.
    pub(crate) fn run(&mut self, entry: u32) -> Outcome<Val> {
        let mut at = entry;
        loop {
            let Some(&code) = self.program.code.get(at as usize) else { return Ok(self.pop()) };
            at = at.saturating_add(1);
            match code {
                Code::Push(constant) => self.push(self.program.constant(constant)),
                Code::Slot(slot) => {
                    self.spend(1)?;
                    let value = self.slot(slot)?.unwrap_or(Val::Null);
                    self.push(value);
                }
                Code::Jump(target) => at = target,
                Code::JumpIfFalsy(target) => {
                    self.spend(1)?;
                    if !truthy(self.pop()) {
                        at = target;
                    }
                }
                Code::JumpKeepingFalsy(target) | Code::JumpKeepingTruthy(target) | Code::JumpKeepingValue(target) => {
                    self.spend(1)?;
                    let top = self.scratch.stack.last().map_or(Val::Null, |top| *top);
                    let keep = match code {
                        Code::JumpKeepingFalsy(_) => !truthy(top),
                        Code::JumpKeepingTruthy(_) => truthy(top),
                        _ => !top.is_null(),
                    };
                    if keep {
                        at = target;
                    } else {
                        self.pop();
                    }
                }
                Code::Apply(operator, count) => {
                    self.spend(1)?;
                    let base = self.arguments(count)?;
                    let value = self.apply(operator, base)?;
                    self.scratch.stack.truncate(base);
                    at = self.decide(value, at)?;
                }
                Code::ApplySlot(operator, slot, constant) if cfg!(feature = "fast") => {
                    self.spend(2)?;
                    let left = self.slot(u32::from(slot))?.unwrap_or(Val::Null);
                    let value = self.apply_two(operator, left, self.program.constant(constant))?;
                    at = self.decide(value, at)?;
                }
                Code::InTexts(texts) if cfg!(feature = "fast") => {
                    self.spend(1)?;
                    let needle = self.pop();
                    let value = self.in_texts(needle, texts)?;
                    at = self.decide(value, at)?;
                }
                Code::AgainstVersion(pieces) if cfg!(feature = "fast") => {
                    self.spend(1)?;
                    let version = self.pop();
                    let value = self.against_version(version, pieces)?;
                    at = self.decide(value, at)?;
                }
                Code::Loop(kind, exit) => {
                    self.spend(1)?;
                    at = self.enter(kind, at, exit);
                }
                Code::Next => {
                    self.spend(1)?;
                    at = self.next(at)?;
                }
                Code::Call(shared) => {
                    self.spend(1)?;
                    self.scratch.calls.put(at);
                    at = self.program.shared.get(shared as usize).copied().unwrap_or(u32::MAX);
                }
                Code::Return => match self.scratch.calls.pop() {
                    Some(back) => at = back,
                    None => return Ok(self.pop()),
                },
                Code::Unknown(name) => return Err(Stop::UnknownOperator(name)),
                Code::ManyMembers => return Err(Stop::ManyMembers),
                other => {
                    let value = self.gives(other)?;
                    self.push(value);
                }
            }
        }
    }

    /// The value of an instruction that gives one and leads nowhere, and is not among the most common.
    #[inline(never)]
    fn gives(&mut self, code: Code) -> Outcome<Val> {
        if let Code::List(count) = code {
            let base = self.scratch.stack.len().saturating_sub(count as usize);
            return self.built_list(base);
        }
        self.spend(1)?;
        match code {
            Code::TargetingKey => Ok(self.slot(0)?.unwrap_or(Val::Str(Text::EMPTY))),
            Code::FlagKey => Ok(Val::Str(self.flag_key)),
            Code::Time => Ok(Val::Int(self.now)),
            Code::Flagd => self.flagd(),
            Code::Whole => self.whole_value(),
            Code::Field(path) => self.field(path),
            Code::Lookup => {
                let path = self.pop();
                Ok(self.lookup(path)?.unwrap_or(Val::Null))
            }
            Code::Missing(names) => self.missing_slots(names, 0),
            Code::MissingSome(names) => self.missing_slots(names, 1),
            Code::Distribution(table) if cfg!(feature = "fast") => {
                let base = self.scratch.stack.len().saturating_sub(1);
                let value = self.distributed(base, table)?;
                self.scratch.stack.truncate(base);
                Ok(value)
            }
            _ => Ok(Val::Null),
        }
    }

    // --- stack and budget --------------------------------------------------------------------------------------

    #[inline]
    pub(super) fn push(&mut self, value: Val) {
        self.scratch.stack.put(value);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Val {
        self.scratch.stack.pop().unwrap_or(Val::Null)
    }

    /// Takes steps from the budget.
    #[inline]
    pub(super) fn spend(&mut self, steps: u32) -> Outcome<()> {
        self.steps = self.steps.checked_sub(steps).ok_or(Stop::Steps)?;
        Ok(())
    }

    /// Work on long values costs further steps, so that the budget bounds time, not just the number of operators.
    pub(super) fn spend_reading(&mut self, bytes: usize) -> Outcome<()> {
        self.spend(u32::try_from(bytes / 1024).unwrap_or(u32::MAX))
    }

    /// What is built stays until the evaluation ends, so the budget bounds memory as well.
    pub(super) fn spend_building(&mut self, bytes: usize) -> Outcome<()> {
        if bytes > Limits::STANDARD.built {
            return Err(Stop::Built);
        }
        self.spend(u32::try_from(bytes / 32).unwrap_or(u32::MAX))
    }

    /// The arguments of an operator, from this place of the stack to its end.
    #[inline(never)]
    fn arguments(&mut self, count: u16) -> Outcome<usize> {
        if count != SPREAD {
            // Constants were pushed without a step, also those that the operator does not look at.
            self.spend_reading(usize::from(count).saturating_mul(16))?;
            return Ok(self.scratch.stack.len().saturating_sub(usize::from(count)));
        }
        let value = self.pop();
        let base = self.scratch.stack.len();
        match value {
            Val::List(span) => {
                self.spend_reading((span.len as usize).saturating_mul(16))?;
                let program = self.program;
                let arena = &self.scratch.arena;
                let heap = Heap { pool: &program.pool, input: self.input, scratch: arena };
                self.scratch.stack.put_all(heap.span(span));
            }
            other => self.push(other),
        }
        Ok(base)
    }

    /// The number of arguments from `base` on.
    #[inline]
    pub(super) fn count(&self, base: usize) -> usize {
        self.scratch.stack.len().saturating_sub(base)
    }

    /// An argument; null where there is none.
    #[inline]
    pub(super) fn argument(&self, base: usize, place: usize) -> Val {
        nth(&self.scratch.stack, base.saturating_add(place))
    }

    /// Pushes a result, or takes the jump that would pop it at once.
    #[inline]
    fn decide(&mut self, value: Val, next: u32) -> Outcome<u32> {
        if let Some(&Code::JumpIfFalsy(target)) = self.program.code.get(next as usize) {
            self.spend(1)?;
            return Ok(if truthy(value) { next.saturating_add(1) } else { target });
        }
        self.push(value);
        Ok(next)
    }

    /// The values of the stack from `base` on, as one list.
    #[inline(never)]
    fn built_list(&mut self, base: usize) -> Outcome<Val> {
        self.spend_building(self.count(base).saturating_mul(16))?;
        let scratch = &mut *self.scratch;
        let span = scratch.arena.list(scratch.stack.get(base..).unwrap_or(&[]), Src::Scratch);
        scratch.stack.truncate(base);
        Ok(Val::List(span))
    }

    // --- operators ---------------------------------------------------------------------------------------------

    /// An operator over two values. Texts are compared where they are.
    #[inline]
    fn apply_two(&mut self, operator: Operator, left: Val, right: Val) -> Outcome<Val> {
        if let (Val::Str(left), Val::Str(right)) = (left, right) {
            match operator {
                Operator::Equal | Operator::StrictEqual => return self.same_text(left, right).map(Val::Bool),
                Operator::NotEqual | Operator::StrictNotEqual => {
                    return self.same_text(left, right).map(|same| Val::Bool(!same));
                }
                _ => {}
            }
        }
        let base = self.scratch.stack.len();
        self.push(left);
        self.push(right);
        let value = self.apply(operator, base)?;
        self.scratch.stack.truncate(base);
        Ok(value)
    }

    #[inline(never)]
    pub(super) fn apply(&mut self, operator: Operator, base: usize) -> Outcome<Val> {
        match operator {
            Operator::Not => Ok(Val::Bool(!truthy(self.argument(base, 0)))),
            Operator::Truthy => Ok(Val::Bool(truthy(self.argument(base, 0)))),
            Operator::Equal => self.equal(base, false),
            Operator::NotEqual => self.equal(base, false).map(negate),
            Operator::StrictEqual => self.equal(base, true),
            Operator::StrictNotEqual => self.equal(base, true).map(negate),
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                self.ordered(operator, base)
            }
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Modulo
            | Operator::Max
            | Operator::Min => self.arithmetic(operator, base),
            Operator::In => self.contains(base),
            Operator::Merge => self.merge(base),
            Operator::Cat => self.cat(base),
            Operator::Substr => self.substr(base),
            Operator::StartsWith => self.affix(base, |text, affix| text.starts_with(affix)),
            Operator::EndsWith => self.affix(base, |text, affix| text.ends_with(affix)),
            Operator::SemVer => self.sem_ver(base),
            Operator::Fractional => self.fractional(base),
            Operator::Missing => self.missing_names(base),
            Operator::MissingSome => self.missing_some_names(base),
            // Compiled to jumps, loops and reads.
            Operator::Var
            | Operator::If
            | Operator::And
            | Operator::Or
            | Operator::Map
            | Operator::Filter
            | Operator::All
            | Operator::None
            | Operator::Some
            | Operator::Reduce => Ok(Val::Null),
        }
    }
}

/// What counts as true: everything but `false`, `0`, `null`, `""`, `[]` and `{}`.
#[inline]
pub(super) fn truthy(value: Val) -> bool {
    match value {
        Val::Null => false,
        Val::Bool(value) => value,
        Val::Int(value) => value != 0,
        Val::Num(value) => value != 0.0,
        Val::Str(text) => text.len > 0,
        Val::List(span) | Val::Map(span) => span.len > 0,
    }
}

fn negate(value: Val) -> Val {
    match value {
        Val::Bool(value) => Val::Bool(!value),
        other => other,
    }
}
