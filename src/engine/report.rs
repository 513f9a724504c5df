//! What an update says of itself.

use alloc::string::String;
use alloc::sync::Arc;

use super::load::{State, required_keys};
use crate::flag::diff::Changes;
use crate::flag::{Flag, Set};
use crate::json::write::{self, Members};
use crate::resolve::result::{self, Answer};
use crate::{Error, Finding};

/// What an update changed, what it found, and what a host may keep from it.
#[derive(Clone, Debug)]
pub struct Report {
    state: Arc<State>,
    changes: Changes,
}

impl Report {
    pub(super) fn new(state: Arc<State>, changes: Changes) -> Self {
        Self { state, changes }
    }

    /// What the report is about.
    pub(super) fn state(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// Keys of flags that were added, removed or changed: ascending, each once.
    pub fn changed_flags(&self) -> &[String] {
        &self.changes.changed
    }

    /// Keys that were not there before.
    pub fn added(&self) -> &[String] {
        &self.changes.added
    }

    /// Keys that are no longer there.
    pub fn removed(&self) -> &[String] {
        &self.changes.removed
    }

    /// What was found and did not keep the document from being used; at most 100.
    pub fn warnings(&self) -> &[Finding] {
        &self.state.warnings
    }

    /// The number of the state now in force: it grows with each update that is not the same text again.
    pub fn generation(&self) -> u64 {
        self.state.generation
    }

    /// The report as JSON, exactly as the WebAssembly module gives it.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, &self.changes);
        out
    }

    /// The report as JSON that a repetition of the same text would have.
    #[cfg(all(feature = "abi", target_arch = "wasm32"))]
    pub(crate) fn repeated_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, &Changes::default());
        out
    }

    fn write(&self, out: &mut String, changes: &Changes) {
        let mut members = Members::begin(out);
        members.raw("success", "true");
        keys(members.name("changedFlags"), &changes.changed);
        keys(members.name("added"), &changes.added);
        keys(members.name("removed"), &changes.removed);
        findings(members.name("warnings"), &self.state.warnings);
        truncated(&mut members, self.state.truncated);
        self.pre_evaluated(members.name("preEvaluated"));
        self.required_keys(members.name("requiredContextKeys"));
        self.indices(members.name("flagIndices"));
        let set = &self.state.set;
        set.write_metadata(members.name("flagSetMetadata"), set.metadata(None));
        members.integer("generation", i64::try_from(self.state.generation).unwrap_or(i64::MAX));
        members.end();
    }

    /// The flags that a lookup by key finds, with key and place: of several flag sets the last one.
    fn found(&self) -> impl Iterator<Item = (&str, u32, &Flag)> {
        winners(&self.state.set)
    }

    /// How many bytes the parts of a report may have in which a flag repeats what the document says once: the flag set's
    /// metadata, or the keys that a shared rule reads. Without a limit a report would be quadratic in its document.
    fn most(&self) -> usize {
        self.state.set.document_len.saturating_mul(8).saturating_add(1 << 20)
    }

    /// Answers that a host may keep; one that is left out is given when it is asked for.
    fn pre_evaluated(&self, out: &mut String) {
        let most = self.most();
        let mut members = Members::begin(out);
        for (key, place, flag) in self.found() {
            if let Some(outcome) = &flag.ready {
                let out = members.name(key);
                let set = &self.state.set;
                result::write(out, &Answer { set, place: Some(place), key, outcome, words: "" }, false);
                if out.len() > most {
                    break;
                }
            }
        }
        members.end();
    }

    /// Top-level keys that flags read; for a flag that is left out a host sends everything.
    fn required_keys(&self, out: &mut String) {
        let most = out.len().saturating_add(self.most());
        let mut members = Members::begin(out);
        for (key, _, flag) in self.found().filter(|(_, _, flag)| flag.ready.is_none()) {
            if let Some(list) = flag.rule.as_ref().and_then(|rule| required_keys(&self.state.set, rule)) {
                let out = members.name(key);
                keys(out, list);
                if out.len() > most {
                    break;
                }
            }
        }
        members.end();
    }

    fn indices(&self, out: &mut String) {
        let mut members = Members::begin(out);
        for (key, place, _) in self.found() {
            members.integer(key, i64::from(place));
        }
        members.end();
    }
}

/// The flags that a lookup by key finds, with key and place: of several flag sets the last one.
pub(super) fn winners(set: &Set) -> impl Iterator<Item = (&str, u32, &Flag)> {
    let flags = set.flags.iter().zip(0u32..);
    flags.map(|(flag, place)| (set.text(flag.key), place, flag)).filter(|(key, place, _)| set.find(key) == Some(*place))
}

impl Error {
    /// The error as JSON, exactly as the WebAssembly module gives it.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut members = Members::begin(&mut out);
        members.raw("success", "false");
        members.string("error", self.message());
        if !self.findings().is_empty() {
            findings(members.name("errors"), self.findings());
        }
        truncated(&mut members, self.truncated());
        members.end();
        out
    }
}

fn truncated(members: &mut Members<'_>, count: u32) {
    if count > 0 {
        members.integer("truncated", i64::from(count));
    }
}

fn keys<S: AsRef<str>>(out: &mut String, keys: impl IntoIterator<Item = S>) {
    write::array(out, keys, |out, key| write::string(out, key.as_ref()));
}

fn findings(out: &mut String, list: &[Finding]) {
    write::array(out, list, |out, finding| {
        let mut members = Members::begin(out);
        members.string("path", &finding.path);
        members.integer("line", i64::from(finding.line));
        members.integer("column", i64::from(finding.column));
        if let Some(flag) = &finding.flag {
            members.string("flag", flag);
        }
        members.string("rule", finding.rule);
        members.string("message", &finding.message);
        if let Some(hint) = &finding.hint {
            members.string("hint", hint);
        }
        members.end();
    });
}
