//! All subjects.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result};

use super::baseline::Baseline;
use super::client::Json;
use super::datalogic4::Datalogic4;
use super::datalogic5::Datalogic5;
use super::guests::{Program, wasmi, wasmtime};
use super::slots::Slots;
use super::{Evaluate, Evaluator, Label, Update, Updater, native};
use crate::options::Options;
use crate::versions;

const BURGEE: (&str, &str) = ("burgee", "0.");
const DATALOGIC_4: (&str, &str) = ("datalogic-rs", "4.");
const DATALOGIC_5: (&str, &str) = ("datalogic-rs", "5.");
const SERDE_JSON: (&str, &str) = ("serde_json", "1.");
const WASMTIME: (&str, &str) = ("wasmtime", "");
const WASMI: (&str, &str) = ("wasmi", "");

/// Whether a result of this subject must be what is expected, or the subject is left out.
pub fn is_ours(label: &Label) -> bool {
    label.subject.starts_with("burgee")
}

fn evaluator(
    runtime: &'static str,
    subject: &'static str,
    way: &'static str,
    packages: &[(&str, &str)],
    code: impl Evaluate + 'static,
) -> Evaluator {
    let label = Label { runtime, subject, way, versions: versions::line(packages) };
    Evaluator { label, code: Box::new(code) }
}

/// Everything that evaluates.
pub fn evaluators(options: &Options) -> Result<Vec<Evaluator>> {
    let mut list = vec![
        evaluator("native", "burgee", "json-bytes", &[BURGEE], native::Bytes::default()),
        evaluator("native", "burgee", "object", &[BURGEE], native::Object::default()),
        evaluator("native", "datalogic-rs 4", "json-bytes", &[DATALOGIC_4, SERDE_JSON], Datalogic4::default()),
        evaluator("native", "datalogic-rs 5", "json-bytes", &[DATALOGIC_5], Datalogic5::default()),
    ];
    add_module(&mut list, "burgee", &[BURGEE], &options.wasm, true)?;
    if let Some(core) = &options.core {
        add_module(&mut list, "burgee core", &[BURGEE], core, true)?;
    }
    add_module(&mut list, "datalogic-rs 4", &[DATALOGIC_4, SERDE_JSON], &options.peer, false)?;
    Ok(list)
}

fn add_module(
    list: &mut Vec<Evaluator>,
    subject: &'static str,
    packages: &[(&str, &str)],
    path: &Path,
    has_slots: bool,
) -> Result<()> {
    let bytes = read(path)?;
    let compiled = Rc::new(wasmtime::Program::new(&bytes)?);
    add_ways(list, ("wasmtime", subject), &[packages, &[WASMTIME]].concat(), compiled, has_slots)?;
    let interpreted = Rc::new(wasmi::Program::new(&bytes)?);
    add_ways(list, ("wasmi", subject), &[packages, &[WASMI]].concat(), interpreted, has_slots)
}

fn add_ways<P: Program + 'static>(
    list: &mut Vec<Evaluator>,
    (runtime, subject): (&'static str, &'static str),
    packages: &[(&str, &str)],
    program: Rc<P>,
    has_slots: bool,
) -> Result<()> {
    list.push(evaluator(runtime, subject, "json-bytes", packages, Json::start(Rc::clone(&program))?));
    if has_slots {
        list.push(evaluator(runtime, subject, "slots", packages, Slots::start(program)?));
    }
    Ok(())
}

/// Everything that loads flags.
pub fn updaters(options: &Options) -> Result<Vec<Updater>> {
    let ours = Rc::new(wasmtime::Program::new(&read(&options.wasm)?)?);
    let peer = Rc::new(wasmtime::Program::new(&read(&options.peer)?)?);
    Ok(vec![
        updater("native", "burgee", &[BURGEE], native::Loader::default()),
        updater("native", "boon + serde_json", &[("boon", ""), SERDE_JSON], Baseline::new()?),
        updater("native", "datalogic-rs 4", &[DATALOGIC_4, SERDE_JSON], Datalogic4::default()),
        updater("native", "datalogic-rs 5", &[DATALOGIC_5], Datalogic5::default()),
        updater("wasmtime", "burgee", &[BURGEE, WASMTIME], Json::start(ours)?),
        updater("wasmtime", "datalogic-rs 4", &[DATALOGIC_4, SERDE_JSON, WASMTIME], Json::start(peer)?),
    ])
}

fn updater(
    runtime: &'static str,
    subject: &'static str,
    packages: &[(&str, &str)],
    code: impl Update + 'static,
) -> Updater {
    let label = Label { runtime, subject, way: "update", versions: versions::line(packages) };
    Updater { label, code: Box::new(code) }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read the module `{}`", path.display()))
}
