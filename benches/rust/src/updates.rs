//! Documents that are loaded.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::clock::{self, Summary};
use crate::index::{Index, Kind, Update as Scenario};
use crate::options::Options;
use crate::results::Results;
use crate::subjects::Updater;
use crate::subjects::list::updaters;

/// Measures every update. A round is one update.
pub fn measure(index: &Index, options: &Options, results: &mut Results) -> Result<()> {
    let rounds = options.rounds.count;
    let mut subjects = updaters(options)?;
    for scenario in index.updates.iter().filter(|scenario| options.wants(&scenario.id)) {
        let documents = documents(index, scenario)?;
        for subject in &mut subjects {
            update(subject, &documents).with_context(|| subject.label.to_string())?;
        }
        let measured = clock::interleave(subjects.len(), rounds, |turn| {
            let taken = update(&mut subjects[turn], &documents)?;
            Ok(taken.as_nanos() as f64)
        })?;
        for (subject, measured) in subjects.iter().zip(measured) {
            results.measured(&scenario.id, &subject.label, rounds, &Summary::of(measured))?;
        }
    }
    Ok(())
}

/// What is in force before an update, if anything, and what is loaded.
struct Documents {
    before: Option<Vec<u8>>,
    after: Vec<u8>,
}

fn documents(index: &Index, scenario: &Scenario) -> Result<Documents> {
    let text = index.file(&scenario.flags)?;
    Ok(match scenario.kind {
        Kind::First => Documents { before: None, after: text },
        Kind::Unchanged => Documents { before: Some(text.clone()), after: text },
        Kind::OneChanged => {
            let other = scenario.other.as_ref().with_context(|| format!("`{}` names no other file", scenario.id))?;
            Documents { before: Some(text), after: index.file(other)? }
        }
    })
}

/// Brings a subject into the state before, untimed, and times the update.
fn update(subject: &mut Updater, documents: &Documents) -> Result<Duration> {
    match &documents.before {
        None => subject.code.forget()?,
        Some(before) => subject.code.update(before)?,
    }
    clock::time(|| subject.code.update(&documents.after))
}
