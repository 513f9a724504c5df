//! Rules that several places share: each is compiled once and called.

use alloc::string::String;
use alloc::vec::Vec;

use super::compile::{Compiler, Scope};
use super::program::Needs;
use super::refs::reference;
use super::{Code, Operator};
use crate::error::finding::Findings;
use crate::json::number::write_integer;
use crate::json::value::index;
use crate::memory::{Grow, GrowText, is_short};

/// A rule that several places share: an evaluator, or an operator whose argument list is an evaluator.
type SharedKey = (u32, Scope, Option<Operator>);

/// The same as a name.
fn shared_name((evaluator, scope, operator): SharedKey) -> String {
    let mut name = String::new();
    for part in [evaluator, scope as u32, operator.map_or(u32::MAX, |operator| operator as u32)] {
        write_integer(&mut name, i64::from(part));
        name.put_char(' ');
    }
    name
}

/// One of them, with what it reads and calls.
pub(super) struct Shared {
    key: SharedKey,
    pub(super) needs: Needs,
    calls: Vec<u32>,
    settled: bool,
    /// The last run of instructions that calls it.
    caller: u32,
}

impl Compiler<'_> {
    /// Compiles the shared rules that were asked for, and those that they ask for.
    pub(super) fn compile_shared(&mut self, findings: &mut Findings) {
        while let Some(shared) = self.shared.get(self.compiled)
            && !is_short()
        {
            let (evaluator, scope, operator) = shared.key;
            let value = self.evaluators.and_then(|all| all.value(evaluator)).unwrap_or(0);
            let entry = self.unit(value, scope, operator, findings);
            let (needs, calls) = (core::mem::take(&mut self.needs), self.take_calls());
            if let Some(shared) = self.shared.get_mut(self.compiled) {
                shared.needs = needs;
                shared.calls = calls;
            }
            if let Some(place) = self.program.shared.get_mut(self.compiled) {
                *place = entry;
            }
            self.compiled = self.compiled.saturating_add(1);
        }
    }

    /// Adds to a shared rule's needs those of what it calls. References have no circles and at most 64 hops here.
    pub(super) fn settle(&mut self, place: u32) {
        let Some(shared) = self.shared.get_mut(place as usize) else { return };
        if shared.settled {
            return;
        }
        shared.settled = true;
        let calls = core::mem::take(&mut shared.calls);
        let mut needs = core::mem::take(&mut shared.needs);
        for call in calls {
            self.settle(call);
            if let Some(called) = self.shared.get(call as usize) {
                needs.merge(&called.needs);
            }
        }
        if let Some(shared) = self.shared.get_mut(place as usize) {
            shared.needs = needs;
        }
    }

    /// The evaluator behind a reference, through evaluators that are references themselves.
    pub(super) fn final_evaluator(&self, argument: u32) -> Option<u32> {
        let evaluators = self.evaluators?;
        let mut target = reference(self.document, self.document.val(argument))?;
        loop {
            let evaluator = evaluators.find(self.document.string(target))?;
            match reference(self.document, self.document.val(evaluators.value(evaluator)?)) {
                Some(next) => target = next,
                None => return Some(evaluator),
            }
        }
    }

    pub(super) fn call(&mut self, name: &str, scope: Scope, operator: Option<Operator>) {
        match self.evaluators.and_then(|all| all.find(name)) {
            Some(evaluator) => self.call_evaluator(evaluator, scope, operator),
            // A flag with such a reference is quarantined; in a bare rule `$ref` is an operator nobody knows.
            None => {
                let name = self.text("$ref");
                let name = self.constant(name);
                self.emit(Code::Unknown(name));
            }
        }
    }

    pub(super) fn call_evaluator(&mut self, evaluator: u32, scope: Scope, operator: Option<Operator>) {
        let key = (evaluator, scope, operator);
        let name = shared_name(key);
        let place = match self.shared_index.get(&name) {
            Some(place) => place,
            None => {
                let place = index(self.shared.len());
                self.shared.put(Shared { key, needs: Needs::default(), calls: Vec::new(), settled: false, caller: 0 });
                self.shared_index.insert(&name, place);
                self.program.shared.put(0);
                place
            }
        };
        if let Some(shared) = self.shared.get_mut(place as usize)
            && shared.caller != self.caller
        {
            shared.caller = self.caller;
            self.calls.put(place);
        }
        self.emit(Code::Call(place));
    }

    /// What was called by the run of instructions that ends here.
    pub(super) fn take_calls(&mut self) -> Vec<u32> {
        self.caller = self.caller.wrapping_add(1).max(1);
        core::mem::take(&mut self.calls)
    }
}
