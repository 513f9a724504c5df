//! The state of one scenario.

use std::cell::Cell;
use std::fmt;

use anyhow::{Context as _, Result, bail};
use burgee_conformance::answer::{Answer, Kind};
use burgee_conformance::json;
use burgee_conformance::subject::{Mode, Subject, Target};
use cucumber::gherkin::{Feature, Scenario, Step};
use serde_json::Value;

use crate::suite::Kit;

thread_local! {
    /// What the scenarios run on, because the runner makes a world without arguments.
    pub(crate) static TARGET: Cell<Target> = const { Cell::new(Target::Native) };
}

/// The time where a scenario says none: a moment between the past and the future of the testbed.
const NOW: i64 = 1_767_225_600;

/// The context as a scenario builds it.
pub(crate) enum Context {
    /// As it stands.
    Text(String),
    /// Names and the JSON text of their values.
    Members(Vec<(String, String)>),
}

impl Context {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Members(members) => {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

/// A flag as the steps of the testbed announce it.
pub(crate) struct Announced {
    pub(crate) kind: Kind,
    pub(crate) key: String,
    pub(crate) fallback: Value,
}

#[derive(cucumber::World)]
#[world(init = Self::start)]
pub(crate) struct World {
    pub(crate) subject: Subject,
    pub(crate) kit: Kit,
    pub(crate) mode: Mode,
    pub(crate) version: Option<String>,
    pub(crate) context: Context,
    pub(crate) now: i64,
    pub(crate) selector: Option<String>,
    pub(crate) announced: Option<Announced>,
    /// The answer of the last evaluation of one flag.
    pub(crate) answer: Option<Answer>,
    /// The last answer of all flags.
    pub(crate) bulk: Option<Value>,
    /// The last report of an update.
    pub(crate) report: Option<Value>,
    /// The last answer of a bare rule.
    pub(crate) logic: Option<Value>,
    /// The finding that the last step was about.
    pub(crate) finding: Option<Value>,
    /// The error that the last action told.
    pub(crate) message: Option<String>,
}

impl World {
    fn start() -> Result<Self> {
        Ok(Self {
            subject: Subject::start(TARGET.get())?,
            kit: Kit::Own,
            mode: Mode::Strict,
            version: None,
            context: Context::Text(String::new()),
            now: NOW,
            selector: None,
            announced: None,
            answer: None,
            bulk: None,
            report: None,
            logic: None,
            finding: None,
            message: None,
        })
    }

    /// What the suite and the tags of a scenario say before its first step.
    pub(crate) fn enter(&mut self, kit: &Kit, feature: &Feature, scenario: &Scenario) {
        self.kit = kit.clone();
        if matches!(kit, Kit::Own) {
            return;
        }
        self.mode = Mode::Permissive;
        let tags = feature.tags.iter().chain(&scenario.tags);
        self.version =
            tags.filter_map(|tag| tag.strip_prefix("fractional-")).find(|tag| is_version(tag)).map(str::to_owned);
        let is_enriched = feature.name == "Context Enrichment";
        let enriched =
            if is_enriched { vec![("injectedmetadata".to_owned(), "\"set\"".to_owned())] } else { Vec::new() };
        self.context = Context::Members(enriched);
    }

    pub(crate) fn target(&self) -> Target {
        match self.subject {
            Subject::Native(_) => Target::Native,
            Subject::Module(_) => Target::Module,
        }
    }

    /// Loads a document in a mode and keeps the report.
    pub(crate) fn load(&mut self, document: &str, mode: Mode) -> Result<()> {
        let document = match &self.version {
            Some(version) => self.subject.select_fractional(version, document)?,
            None => document.to_owned(),
        };
        let report = json::parse(&self.subject.update(document.as_bytes(), mode)?)?;
        self.message = report["error"].as_str().map(str::to_owned);
        self.report = Some(report);
        Ok(())
    }

    /// Loads a document that must be accepted.
    pub(crate) fn must_load(&mut self, document: &str, mode: Mode) -> Result<()> {
        self.load(document, mode)?;
        match &self.message {
            None => Ok(()),
            Some(message) => bail!("the flags are refused: {message}"),
        }
    }

    /// Keeps an answer.
    pub(crate) fn keep(&mut self, mut answer: Answer) {
        // The version stands in the document only because the module has no other way to be told.
        if self.version.is_some()
            && self.target() == Target::Module
            && let Some(metadata) = answer.metadata.as_object_mut()
        {
            metadata.shift_remove("fractionalVersion");
        }
        self.message.clone_from(&answer.error_message);
        self.answer = Some(answer);
    }

    pub(crate) fn answer(&self) -> Result<&Answer> {
        self.answer.as_ref().context("no flag was evaluated")
    }

    pub(crate) fn report(&self) -> Result<&Value> {
        self.report.as_ref().context("no flags were loaded")
    }

    pub(crate) fn add_to_context(&mut self, name: &str, value: String) {
        if let Context::Members(members) = &mut self.context {
            members.retain(|(known, _)| known != name);
            members.push((name.to_owned(), value));
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} {:?}", self.target(), self.answer)
    }
}

fn is_version(tag: &str) -> bool {
    matches!(tag, "v1" | "v2" | "v3")
}

/// The text under a step, without the line breaks at its ends.
pub(crate) fn docstring(step: &Step) -> Result<&str> {
    let text = step.docstring.as_deref().context("the step needs a text below it")?;
    let text = text.strip_prefix('\n').unwrap_or(text);
    Ok(text.strip_suffix('\n').unwrap_or(text))
}
