//! What the module should answer: the crate, and the state that the module's contract adds to it.

use anyhow::{Context, Result, ensure};
use burgee::{Engine, EvaluationContext, Options, Validation};
use burgee_conformance::json::parse;
use serde_json::Value as Json;

use super::input::Given;

/// The engine of the crate with the module's settings.
///
/// The crate's engine has one mode for its life, the module's changes. Strict validation decides only whether a document
/// comes in force, so a strict engine is asked that, and a permissive one holds the flags.
pub(super) struct Model {
    engine: Engine,
    /// It is the core module.
    core: bool,
    strict: bool,
    time: i64,
    generation: u64,
    /// The text in force and the mode it was read in.
    source: Option<(Vec<u8>, bool)>,
    /// The report of the last update that was accepted.
    pub(super) report: Json,
    /// The sentence of the last evaluation that answered with an error.
    pub(super) error: Option<String>,
}

/// One byte more than a context may have.
static LONG: [u8; (1 << 20) + 1] = [b' '; (1 << 20) + 1];

/// An answer that is known, or what is known of it.
#[derive(Debug)]
pub(super) enum Expected {
    /// This text.
    Text(String),
    /// A text with this value.
    Value(Json),
    /// A report that says this beside what was found.
    Report(Json),
    /// A failure whose sentence has these words.
    Failure(String),
    /// An evaluation that answers with an error: its code, and words of its sentence.
    Error(&'static str, String),
    /// JSON, whatever it says.
    Json,
}

impl Model {
    pub(super) fn new(core: bool) -> Self {
        Self {
            engine: Engine::with_options(Options::default().validation(Validation::Permissive)),
            core,
            strict: !core,
            time: 0,
            generation: 0,
            source: None,
            report: Json::Null,
            error: None,
        }
    }

    pub(super) fn set_mode(&mut self, mode: u32) -> Expected {
        match mode {
            0 if self.core => Expected::Failure("use mode 1".to_owned()),
            0 | 1 => {
                self.strict = mode == 0;
                Expected::Text(r#"{"success":true}"#.to_owned())
            }
            _ => Expected::Failure("mode".to_owned()),
        }
    }

    pub(super) fn set_time(&mut self, time: i64) {
        self.time = time;
    }

    /// Forgets all but the generation.
    pub(super) fn reset(&mut self) -> Expected {
        *self = Self { generation: self.generation, ..Self::new(self.core) };
        Expected::Text(r#"{"success":true}"#.to_owned())
    }

    pub(super) fn update(&mut self, document: &Given) -> Result<Expected> {
        let document = match document {
            Given::Bytes(bytes) => bytes,
            Given::TooLong => return Ok(Expected::Failure("exceeds maximum".to_owned())),
            Given::Outside => return Ok(Expected::Failure("lies outside the module's memory".to_owned())),
            Given::Anything => return Ok(Expected::Json),
        };
        if self.core && parse(&String::from_utf8_lossy(document)).is_ok_and(|json| chooses_a_generation(&json)) {
            return Ok(Expected::Json);
        }
        let source = (document.clone(), self.strict);
        let is_other = self.source.as_ref() != Some(&source);
        if self.strict
            && is_other
            && let Err(error) = Engine::new().update(document)
        {
            return Ok(Expected::Text(error.to_json()));
        }
        match self.engine.update(document) {
            Ok(report) => {
                self.generation += u64::from(is_other);
                self.source = Some(source);
                let text = report.to_json();
                let (text, _) = text.rsplit_once(r#","generation":"#).context("a report without a generation")?;
                let text = format!(r#"{text},"generation":{}}}"#, self.generation);
                self.report = parse(&text)?;
                if self.core {
                    let mut report = self.report.clone();
                    Self::without_findings(&mut report);
                    return Ok(Expected::Report(report));
                }
                Ok(Expected::Text(text))
            }
            Err(_) if self.core => Ok(Expected::Failure(String::new())),
            Err(error) => Ok(Expected::Text(error.to_json())),
        }
    }

    /// Takes out of a report what a module without the schema check does not find.
    pub(super) fn without_findings(report: &mut Json) {
        if let Some(report) = report.as_object_mut() {
            report.shift_remove("warnings");
            report.shift_remove("truncated");
        }
    }

    /// Takes over what an update reported that nobody could foresee. The caller resets the module.
    pub(super) fn follow(&mut self, report: &Json) {
        if let Some(generation) = report["generation"].as_u64() {
            self.generation = generation;
        }
    }

    pub(super) fn generation(&self) -> u32 {
        self.generation as u32
    }

    fn context<'a>(&self, context: &'a Given) -> Result<EvaluationContext<'a>, Expected> {
        let context = match context {
            Given::Bytes(bytes) => EvaluationContext::json(bytes),
            Given::TooLong => EvaluationContext::json(&LONG),
            Given::Outside => return Err(Expected::Error("GENERAL", "the evaluation context lies outside".to_owned())),
            Given::Anything => return Err(Expected::Json),
        };
        Ok(context.at(self.time))
    }

    pub(super) fn evaluate(&self, key: &Given, context: &Given) -> Expected {
        let context = match self.context(context) {
            Ok(context) => context,
            Err(expected) => return expected,
        };
        let long = "k".repeat((64 << 10) + 1);
        let key = match key {
            Given::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(key) => key,
                Err(error) => {
                    let sentence = format!("the flag key is not UTF-8 at byte {}", error.valid_up_to());
                    return Expected::Error("PARSE_ERROR", sentence);
                }
            },
            Given::TooLong => &long,
            Given::Outside => return Expected::Error("GENERAL", "the flag key lies outside".to_owned()),
            Given::Anything => return Expected::Json,
        };
        Expected::Text(self.engine.evaluate(key, context).to_json())
    }

    /// As the answer stands among those of all flags, whose places are the indices.
    pub(super) fn by_index(&self, index: u32, context: &Given) -> Result<Expected> {
        let context = match self.context(context) {
            Ok(context) => context,
            Err(expected) => return Ok(expected),
        };
        let all = parse(&self.engine.evaluate_all(context).to_json())?;
        let Some(found) = all["flags"].get(index as usize) else {
            return Ok(Expected::Error("FLAG_NOT_FOUND", format!("no flag has the index {index};")));
        };
        let mut found = found.clone();
        let key = found.as_object_mut().and_then(|flag| flag.shift_remove("key")).context("a flag without a key")?;
        let key = key.as_str().context("a key that is no text")?;
        if self.report["flagIndices"][key] == index {
            let alone = self.engine.evaluate(key, context).to_json();
            ensure!(parse(&alone)? == found, "among all flags `{key}` answers {found}, alone {alone}");
            return Ok(Expected::Text(alone));
        }
        // A flag of another flag set has the key as well, and answers for it.
        Ok(Expected::Value(found))
    }

    pub(super) fn all(&self, context: &Given) -> Expected {
        match self.context(context) {
            Ok(context) => Expected::Text(self.engine.evaluate_all(context).to_json()),
            Err(Expected::Error(_, sentence)) => Expected::Failure(sentence),
            Err(other) => other,
        }
    }

    pub(super) fn logic(rule: &Given, data: &Given) -> Expected {
        match (rule, data) {
            (Given::Bytes(rule), Given::Bytes(data)) => Expected::Text(burgee::evaluate_logic_json(rule, data)),
            (Given::TooLong, _) | (Given::Bytes(_) | Given::Outside, Given::TooLong) => {
                Expected::Failure("exceeds maximum".to_owned())
            }
            (Given::Outside, _) | (Given::Bytes(_), Given::Outside) => Expected::Failure("lies outside".to_owned()),
            _ => Expected::Json,
        }
    }

    /// The engine and the time, for contexts that are no JSON.
    pub(super) fn engine(&self) -> (&Engine, i64) {
        (&self.engine, self.time)
    }

    /// What `flagMetadata` says where no flag was found.
    pub(super) fn set_metadata(&self) -> Result<Json> {
        parse(&self.engine.flag_set_metadata().to_json())
    }
}

/// Whether a document chooses a generation of `fractional` somewhere. The core module has only one.
fn chooses_a_generation(document: &Json) -> bool {
    match document {
        Json::Array(items) => items.iter().any(chooses_a_generation),
        Json::Object(members) => {
            members.contains_key("fractionalVersion") || members.values().any(chooses_a_generation)
        }
        _ => false,
    }
}
