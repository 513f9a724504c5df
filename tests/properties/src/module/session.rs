//! An instance and the model beside it: makes calls and compares.

use anyhow::{Context, Result, ensure};
use burgee_conformance::json::{parse, shorten};
use burgee_conformance::places;
use burgee_example_wasmtime::{Host, Place};
use burgee_tools::inspect::Flavour;
use serde_json::Value as Json;

use super::call::{ByKey, Call};
use super::input::Source;
use super::memory::{Lent, overlap};
use super::model::{Expected, Model};

/// Limits on inputs: documents and rules, contexts, keys.
const DOCUMENT: u32 = 100 << 20;
pub(super) const CONTEXT: u32 = 1 << 20;
const KEY: u32 = 64 << 10;

/// More memory than any session of short inputs needs, beside what it was lent.
const MEMORY: usize = 64 << 20;

/// A fresh instance, and what a host knows of it.
pub(super) struct Session {
    pub(super) host: Host,
    pub(super) model: Model,
    pub(super) lent: Vec<Lent>,
    /// The last result, while it is readable.
    pub(super) result: Option<Place>,
    /// Bytes that were lent at a time.
    pub(super) most_lent: usize,
}

impl Session {
    pub(super) fn start(flavour: Flavour) -> Result<Self> {
        let program = if flavour == Flavour::Core { places::core_program()? } else { places::program()? };
        Ok(Self {
            host: program.start()?,
            model: Model::new(flavour == Flavour::Core),
            lent: Vec::new(),
            result: None,
            most_lent: 0,
        })
    }

    /// Makes a call; fails where it traps or answers otherwise than the model.
    pub(super) fn call(&mut self, call: &Call) -> Result<()> {
        match call {
            Call::Alloc(len) => drop(self.alloc(*len)?),
            Call::Dealloc(which, off) => {
                if !self.lent.is_empty() {
                    let lent = self.lent.remove(which % self.lent.len());
                    let len = u32::try_from(lent.contents.len())?.wrapping_add_signed(*off);
                    self.dealloc(lent.address, len)?;
                    if which % 2 == 1 {
                        self.dealloc(lent.address, len)?;
                    }
                }
            }
            Call::DeallocRaw(address, len) => {
                self.lent.retain(|lent| lent.address != *address);
                self.dealloc(*address, *len)?;
            }
            Call::DeallocResult => {
                if let Some(result) = self.result {
                    self.dealloc(result.address, result.len)?;
                }
            }
            Call::Mode(mode) => {
                let expected = self.model.set_mode(*mode);
                self.reply("set_validation_mode", &[*mode], &expected)?;
            }
            Call::Time(time) => {
                self.model.set_time(*time);
                self.host.set_time(*time)?;
                self.result = None;
            }
            Call::Update(document) => self.update(document)?,
            Call::Evaluate(export, key, context) => self.evaluate(*export, key, context)?,
            Call::ByIndex(index, context) => {
                self.with(&[(context, CONTEXT)], |session, place, given| {
                    let expected = session.model.by_index(*index, &given[0])?;
                    let answer = session.reply("evaluate_by_index", &[&[*index][..], place].concat(), &expected)?;
                    session.note(&answer);
                    Ok(())
                })?;
            }
            Call::All(context) => {
                self.with(&[(context, CONTEXT)], |session, place, given| {
                    let expected = session.model.all(&given[0]);
                    session.reply("evaluate_all", place, &expected).map(drop)
                })?;
            }
            Call::Logic(rule, data) => {
                self.with(&[(rule, DOCUMENT), (data, DOCUMENT)], |session, places, given| {
                    let expected = Model::logic(&given[0], &given[1]);
                    session.reply("evaluate_logic", places, &expected).map(drop)
                })?;
            }
            Call::Describe => drop(self.describe()?),
            Call::Slots(index, off, slots) => self.slots(*index, *off, slots)?,
            Call::Contract(key, context) => self.contract(key, context)?,
            Call::LastError => self.last_error()?,
            Call::Reset => {
                let expected = self.model.reset();
                self.reply("reset", &[], &expected)?;
            }
        }
        self.check_lent()
    }

    /// After all calls flags are as the model has them, and what the host holds can be given back.
    pub(super) fn finish(mut self) -> Result<()> {
        self.last_error()?;
        self.call(&Call::All(Source::Bytes(b"{}".to_vec())))?;
        for lent in std::mem::take(&mut self.lent) {
            self.dealloc(lent.address, u32::try_from(lent.contents.len())?)?;
        }
        self.call(&Call::All(Source::Bytes(b"{}".to_vec())))?;
        let size = self.host.memory_size();
        ensure!(size < MEMORY + 2 * self.most_lent, "the instance has grown to {size} bytes");
        Ok(())
    }

    /// Calls an export that gives a text.
    pub(super) fn reply(&mut self, export: &str, arguments: &[u32], expected: &Expected) -> Result<String> {
        let place = self.host.call(export, arguments).with_context(|| format!("`{export}` trapped"))?;
        self.compare(place, expected).with_context(|| format!("`{export}`"))
    }

    fn compare(&mut self, place: Place, expected: &Expected) -> Result<String> {
        let inside = self.lent.iter().find(|lent| overlap(lent.place(), place));
        ensure!(inside.is_none(), "the result lies in memory that the host holds");
        self.result = Some(place);
        let text = self.host.read(place)?.to_owned();
        match expected {
            Expected::Text(expected) => {
                ensure!(text == *expected, "natively:      {}\nin the module: {}", shorten(expected), shorten(&text));
            }
            Expected::Value(expected) => {
                ensure!(parse(&text)? == *expected, "natively:      {expected}\nin the module: {}", shorten(&text));
            }
            Expected::Report(expected) => {
                let mut report = parse(&text)?;
                Model::without_findings(&mut report);
                ensure!(report == *expected, "natively:      {expected}\nin the module: {}", shorten(&text));
            }
            Expected::Failure(words) => {
                let answer = parse(&text)?;
                let sentence = answer["error"].as_str().unwrap_or_default();
                ensure!(answer["success"] == false && sentence.contains(words), "no failure with `{words}`: {text}");
            }
            Expected::Error(code, words) => {
                let answer = parse(&text)?;
                let sentence = answer["errorMessage"].as_str().unwrap_or_default();
                let is_error = answer["reason"] == "ERROR" && answer["errorCode"] == *code && sentence.contains(words);
                ensure!(is_error, "no {code} with `{words}`: {text}");
                ensure!(
                    answer.get("value").is_none() && answer.get("variant").is_none(),
                    "an error with a value: {text}"
                );
                let metadata = self.model.set_metadata()?;
                let found = answer.get("flagMetadata").cloned().unwrap_or_else(|| Json::Object(Default::default()));
                ensure!(found == metadata, "the metadata is {found}, not {metadata}");
            }
            Expected::Json => drop(parse(&text)?),
        }
        Ok(text)
    }

    fn update(&mut self, document: &Source) -> Result<()> {
        let mut unforeseen = false;
        self.with(&[(document, DOCUMENT)], |session, place, given| {
            let expected = session.model.update(&given[0])?;
            let report = session.reply("update_state", place, &expected)?;
            if matches!(expected, Expected::Json) {
                session.model.follow(&parse(&report)?);
                unforeseen = true;
            }
            Ok(())
        })?;
        if unforeseen { self.call(&Call::Reset) } else { Ok(()) }
    }

    fn evaluate(&mut self, export: ByKey, key: &Source, context: &Source) -> Result<()> {
        self.with(&[(key, KEY), (context, CONTEXT)], |session, places, given| {
            let expected = session.model.evaluate(&given[0], &given[1]);
            let answer = match export {
                ByKey::Evaluate => session.reply("evaluate", places, &expected)?,
                ByKey::Reusable => session.reply("evaluate_reusable", places, &expected)?,
                ByKey::Ref => {
                    let record = session.host.call_number("evaluate_ref", places).context("`evaluate_ref` trapped")?;
                    let place = session.host.record(record)?;
                    session.compare(place, &expected).context("`evaluate_ref`")?
                }
            };
            session.note(&answer);
            Ok(())
        })
    }

    /// Notes the sentence of an evaluation that answered with an error.
    pub(super) fn note(&mut self, answer: &str) {
        let answer = parse(answer).unwrap_or_default();
        if let Some(sentence) = answer["errorMessage"].as_str() {
            self.model.error = Some(sentence.to_owned());
        }
    }

    fn last_error(&mut self) -> Result<()> {
        let expected = match &self.model.error {
            Some(sentence) => format!(r#"{{"errorMessage":{}}}"#, Json::from(sentence.as_str())),
            None => "{}".to_owned(),
        };
        let place = self.host.call("last_error", &[])?;
        let text = self.compare(place, &Expected::Json).context("`last_error`")?;
        ensure!(parse(&text)? == parse(&expected)?, "the last error is {text}, not {expected}");
        Ok(())
    }
}
