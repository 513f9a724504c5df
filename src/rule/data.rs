//! The operators that read the context: `var`, `missing`, `missing_some`.

use alloc::string::String;
use alloc::vec::Vec;

use super::compile::{Compiler, Scope};
use super::program::TARGETING_KEY;
use super::{Code, Operator};
use crate::error::finding::Findings;
use crate::json::number::{Style, write_double, write_integer};
use crate::json::path::segments;
use crate::json::{Span, Src, Val};
use crate::memory::{Grow, listed};

/// As the slot of a name in `missing`: it is always there.
pub(crate) const PRESENT: i64 = -1;
/// As the slot of a name in `missing`: it is never there.
pub(crate) const ABSENT: i64 = -2;

impl<'d> Compiler<'d> {
    /// `var`: a path and a default.
    pub(super) fn var(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) {
        let default = (arguments.len > 1).then(|| arguments.start.saturating_add(1));
        let path = if arguments.len == 0 { Val::Null } else { self.document.val(arguments.start) };
        let mut number = String::new();
        match self.constant_path(path, &mut number) {
            Some(path) => self.read(path, scope, default.is_some()),
            None if matches!(path, Val::Map(members) if members.len > 0) => {
                self.value(arguments.start, scope, findings);
                self.everything_in(scope);
                self.emit(Code::Lookup);
            }
            // A boolean, a list or `{}` is no path, so there is nothing at its end.
            None => self.push(Val::Null),
        }
        if let Some(default) = default {
            self.default(default, scope, findings);
        }
    }

    /// A path that is written down: a string, a number, or null for the whole value.
    fn constant_path<'p>(&self, path: Val, number: &'p mut String) -> Option<&'p str>
    where
        'd: 'p,
    {
        match path {
            Val::Null => {}
            Val::Str(path) => return Some(self.document.heap().text(path)),
            Val::Int(integer) => write_integer(number, integer),
            Val::Num(double) => write_double(number, double, Style::Canonical),
            _ => return None,
        }
        Some(number)
    }

    fn everything_in(&mut self, scope: Scope) {
        if scope == Scope::Context {
            self.needs.everything();
        }
    }

    fn read(&mut self, path: &str, scope: Scope, has_default: bool) {
        let mut parts = segments(path);
        match (scope, parts.next(), parts.next()) {
            (_, None, _) => {
                self.everything_in(scope);
                if scope == Scope::Context {
                    self.needs.time = true;
                }
                self.emit(Code::Whole);
            }
            (Scope::Element, ..) => {
                let parts = listed(segments(path));
                let path = self.path(&parts);
                let path = self.constant(Val::List(path));
                self.emit(Code::Field(path));
            }
            (Scope::Context, Some("$flagd"), second) => self.flagd(second, parts.next().is_some()),
            (Scope::Context, Some("targetingKey"), None) if !has_default => {
                self.needs.slot(TARGETING_KEY);
                self.emit(Code::TargetingKey);
            }
            (Scope::Context, ..) => {
                let slot = self.slot(path);
                self.needs.slot(slot);
                self.emit(Code::Slot(slot));
            }
        }
    }

    /// What lies below `$flagd`.
    fn flagd(&mut self, name: Option<&str>, deeper: bool) {
        match name {
            None => {
                self.needs.time = true;
                self.emit(Code::Flagd);
            }
            Some("flagKey") if !deeper => self.emit(Code::FlagKey),
            Some("timestamp") if !deeper => {
                self.needs.time = true;
                self.emit(Code::Time);
            }
            Some(_) => self.push(Val::Null),
        }
    }

    /// `missing`: names of which those without a value are given.
    pub(super) fn missing(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) {
        let first = if arguments.len == 0 { Val::Null } else { self.document.val(arguments.start) };
        let names = match first {
            Val::List(names) => names,
            _ => arguments,
        };
        match self.names(names, scope) {
            Some(list) => {
                let constant = self.constant_list(&list);
                self.emit(Code::Missing(constant));
            }
            None => self.eager(Operator::Missing, arguments, scope, findings),
        }
    }

    /// `missing_some`: how many must be there, and the names.
    pub(super) fn missing_some(&mut self, arguments: Span, scope: Scope, findings: &mut Findings) {
        let count = if arguments.len == 0 { Val::Null } else { self.document.val(arguments.start) };
        let names = self.document.val(arguments.start.saturating_add(1));
        let constant = match (arguments.len, count, names) {
            (2.., Val::Int(count), Val::List(names)) => self.names(names, scope).map(|list| (count, list)),
            _ => None,
        };
        match constant {
            Some((count, names)) => {
                let mut list = Vec::from([Val::Int(count)]);
                list.put_all(&names);
                let constant = self.constant_list(&list);
                self.emit(Code::MissingSome(constant));
            }
            None => self.eager(Operator::MissingSome, arguments, scope, findings),
        }
    }

    pub(super) fn constant_list(&mut self, list: &[Val]) -> u32 {
        let list = self.program.pool.list(list, Src::Pool);
        self.constant(Val::List(list))
    }

    /// Names that are written down, each with its slot; `None` where a name is computed or nothing is known of slots.
    fn names(&mut self, names: Span, scope: Scope) -> Option<Vec<Val>> {
        if scope == Scope::Element {
            return None;
        }
        let document = self.document;
        if names.items().any(|name| !matches!(document.val(name), Val::Str(_))) {
            return None;
        }
        let mut list = Vec::new();
        for name in names.items() {
            let name = document.string(name);
            let parts = listed(segments(name));
            let slot = match parts.as_slice() {
                [] | ["$flagd"] | ["$flagd", "flagKey" | "timestamp"] => PRESENT,
                ["$flagd", ..] => ABSENT,
                _ => {
                    let slot = self.slot(name);
                    self.needs.slot(slot);
                    i64::from(slot)
                }
            };
            let name = self.text(name);
            list.put(name);
            list.put(Val::Int(slot));
        }
        Some(list)
    }
}
