//! One flag for one context.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::clock::{self, Summary};
use crate::index::{Evaluation, Index};
use crate::options::Options;
use crate::results::Results;
use crate::subjects::list::{evaluators, is_ours};
use crate::subjects::{Evaluator, Question};

/// What answers must have as expected.
const COMPARED: [&str; 4] = ["value", "variant", "reason", "errorCode"];

/// Measures every evaluation.
pub fn measure(index: &Index, options: &Options, results: &mut Results) -> Result<()> {
    let mut subjects = evaluators(options)?;
    let mut loaded = String::new();
    for scenario in index.evaluations.iter().filter(|scenario| options.wants(&scenario.id)) {
        if loaded != scenario.flags {
            load(&mut subjects, &index.file(&scenario.flags)?)?;
            loaded.clone_from(&scenario.flags);
        }
        let context = index.file(&scenario.context)?;
        let question = Question::One { key: &scenario.key, context: &context };
        let fit = admit(&mut subjects, question, results, &scenario.id, |answer| differences(scenario, answer))?;
        run(&mut subjects, &fit, &scenario.id, options, results)?;
    }
    Ok(())
}

/// Gives flags to all subjects.
pub(crate) fn load(subjects: &mut [Evaluator], document: &[u8]) -> Result<()> {
    for subject in subjects {
        subject.code.load(document).with_context(|| subject.label.to_string())?;
    }
    Ok(())
}

/// The places of the subjects that answer as they should. A peer that does not is left out; ours must.
pub(crate) fn admit(
    subjects: &mut [Evaluator],
    question: Question<'_>,
    results: &mut Results,
    scenario: &str,
    differences: impl Fn(&Value) -> Option<String>,
) -> Result<Vec<usize>> {
    let mut fit = Vec::new();
    for (place, subject) in subjects.iter_mut().enumerate() {
        let answer = subject.code.prepare(question).and_then(|()| subject.code.answer());
        let fault = match answer {
            Ok(answer) => differences(&answer),
            Err(error) => Some(format!("{error:#}")),
        };
        match fault {
            None => fit.push(place),
            Some(fault) if is_ours(&subject.label) => bail!("{}, scenario `{scenario}`: {fault}", subject.label),
            Some(fault) => results.left_out(scenario, &subject.label, &fault)?,
        }
    }
    Ok(fit)
}

/// Measures these subjects in one scenario.
pub(crate) fn run(
    subjects: &mut [Evaluator],
    fit: &[usize],
    scenario: &str,
    options: &Options,
    results: &mut Results,
) -> Result<()> {
    let rounds = options.rounds;
    let mut batches = Vec::with_capacity(fit.len());
    for place in fit {
        batches.push(clock::calibrate(rounds.batch, |times| subjects[*place].code.run(times))?);
    }
    let measured = clock::interleave(fit.len(), rounds.count, |turn| {
        let taken = clock::time(|| subjects[fit[turn]].code.run(batches[turn]))?;
        Ok(taken.as_nanos() as f64 / batches[turn] as f64)
    })?;
    for (place, measured) in fit.iter().zip(measured) {
        results.measured(scenario, &subjects[*place].label, rounds.count, &Summary::of(measured))?;
    }
    Ok(())
}

fn differences(scenario: &Evaluation, answer: &Value) -> Option<String> {
    let differ = COMPARED.iter().any(|name| answer.get(name) != scenario.expect.get(name));
    differ.then(|| format!("answers {answer}, but {} is right", scenario.expect))
}
