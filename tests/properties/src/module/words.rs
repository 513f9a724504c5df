//! What the module says of slots, and answers for them.

use anyhow::{Context, Result, bail, ensure};
use burgee::EvaluationContext;
use burgee_conformance::case::play::check_slots;
use burgee_conformance::json::parse;
use burgee_example_wasmtime::slots::{Description, Word};
use serde_json::Value as Json;

use super::input::{Given, Source};
use super::model::Expected;
use super::session::{CONTEXT, Session};
use super::slots::Slots;

impl Session {
    /// The description, which must say the same as the last report.
    pub(super) fn describe(&mut self) -> Result<Description> {
        let text = self.reply("describe_state", &[], &Expected::Json)?;
        let description = Description::parse(&text)?;
        ensure!(description.generation == self.model.generation(), "the description is of another generation: {text}");
        let report = &self.model.report;
        let indices = report["flagIndices"].as_object().cloned().unwrap_or_default();
        ensure!(indices.len() == description.flags.len(), "other flags than in `flagIndices`: {text}");
        for flag in &description.flags {
            let key = &flag.key;
            ensure!(indices.get(key).is_some_and(|index| *index == flag.index), "another index of `{key}`: {text}");
            ensure!(flag.slots.is_sorted(), "the slots of `{key}` are in no order: {text}");
            let paths = flag.slots.iter().map(|slot| description.slots.get(usize::from(*slot)));
            let mut roots: Vec<&String> = paths
                .map(|path| path.and_then(|path| path.first()))
                .collect::<Option<_>>()
                .context("an unknown slot")?;
            roots.sort();
            roots.dedup();
            let ready = report["preEvaluated"].get(key).is_some();
            match report["requiredContextKeys"].get(key).and_then(Json::as_array) {
                Some(keys) => {
                    ensure!(!flag.whole_context, "`{key}` needs the whole context, but lists keys: {text}");
                    ensure!(keys.iter().eq(roots.iter().copied()), "`{key}` needs {keys:?} and reads {roots:?}");
                }
                None => ensure!(roots.is_empty() && flag.whole_context != ready, "`{key}` lists no keys: {text}"),
            }
        }
        Ok(description)
    }

    pub(super) fn slots(&mut self, index: u32, off: u32, slots: &Source) -> Result<()> {
        let description = self.describe()?;
        let generation = description.generation.wrapping_add(off);
        self.with(&[(slots, CONTEXT)], |session, place, given| {
            let expected = session.expected_word(index, off != 0, &given[0], &description)?;
            let arguments = [&[index, generation][..], place].concat();
            let word = session.host.call_number("evaluate_slots", &arguments).context("`evaluate_slots` trapped")?;
            session.result = None;
            let word = Word::unpack(word).with_context(|| format!("{word:#x} is no answer word"))?;
            let Some((expected, sentence)) = expected else {
                // Nothing is known of the answer, so the sentence is read from the module.
                if word.error_code.is_some() {
                    let place = session.host.call("last_error", &[])?;
                    let error = parse(session.host.read(place)?)?;
                    session.model.error = error["errorMessage"].as_str().map(str::to_owned);
                }
                return Ok(());
            };
            ensure!(word == expected, "`evaluate_slots` answers {word:?}, not {expected:?}");
            let Some(sentence) = sentence else { return Ok(()) };
            let place = session.host.call("last_error", &[])?;
            let error = parse(session.host.read(place)?)?;
            let found = error["errorMessage"].as_str().unwrap_or_default().to_owned();
            ensure!(found.contains(&sentence), "the error of `evaluate_slots` is {found}, not {sentence}");
            session.model.error = Some(found);
            Ok(())
        })
    }

    /// The answer word, and words of the sentence where it is an error; `None` where nothing is known of it.
    fn expected_word(
        &self,
        index: u32,
        stale: bool,
        slots: &Given,
        description: &Description,
    ) -> Result<Option<(Word, Option<String>)>> {
        let error = |code, sentence: &str| {
            let word = Word { variant: None, reason: "ERROR", error_code: Some(code) };
            Ok(Some((word, Some(sentence.to_owned()))))
        };
        if stale {
            return error("STALE", "is not in force");
        }
        let all = self.model.by_index(index, &Given::Bytes(b"{}".to_vec()))?;
        if matches!(all, Expected::Error(..)) {
            return error("FLAG_NOT_FOUND", &format!("no flag has the index {index};"));
        }
        // Of a flag that another flag set hides, no slots are described.
        let Some(flag) = description.flags.iter().find(|flag| flag.index == index) else { return Ok(None) };
        let ready = self.model.report["preEvaluated"].get(&flag.key);
        let (engine, time) = self.model.engine();
        if ready.is_none_or(|answer| answer.get("errorCode").is_some()) || !matches!(slots, Given::Bytes(_)) {
            match slots {
                _ if flag.whole_context => return error("GENERAL", "reads more than its slots"),
                Given::Outside => return error("GENERAL", "the list of slot values lies outside"),
                Given::TooLong => return error("PARSE_ERROR", "exceeds maximum"),
                Given::Anything => return Ok(None),
                Given::Bytes(_) => {}
            }
        }
        let Given::Bytes(bytes) = slots else { bail!("slots of no bytes") };
        let values = match (Slots::read(bytes, description), ready) {
            (Some(values), _) => Some(values),
            (None, Some(_)) => None,
            (None, None) => return error("PARSE_ERROR", "are malformed at byte"),
        };
        let context =
            values.as_ref().map_or(EvaluationContext::empty(), |values| EvaluationContext::attributes(values));
        let answer = engine.evaluate(&flag.key, context.at(time));
        let variant = answer.variant().and_then(|name| flag.variants.iter().position(|(known, _)| known == name));
        let word = Word {
            variant: variant.map(u16::try_from).transpose()?,
            reason: answer.reason().as_str(),
            error_code: answer.error_code().map(|code| code.as_str()),
        };
        Ok(Some((word, answer.error_message().map(|message| message.to_string()))))
    }

    /// A flag answers for a context through slots as it does through JSON.
    pub(super) fn contract(&mut self, key: &str, context: &str) -> Result<()> {
        let key_given = Given::Bytes(key.as_bytes().to_vec());
        let Expected::Text(answer) = self.model.evaluate(&key_given, &Given::Bytes(context.as_bytes().to_vec())) else {
            bail!("a key and a context have an answer");
        };
        self.result = None;
        let through_slots = check_slots(&mut self.host, key, context, &answer)?;
        if through_slots {
            self.note(&answer);
        }
        Ok(())
    }
}
