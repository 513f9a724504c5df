//! What a file says: flags in flagd's format and in that of the configuration file's document, also side by side.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use burgee::{Engine, Options, Validation};
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::finding::Finding;
use super::syntax::{Members, offset, without};
use super::{places, switch};
use crate::error::sentences;
use crate::flags::compile::pointer_part;
use crate::flags::{Definition, Flag};
use crate::manage;

/// The member that holds shared rules.
const EVALUATORS: &str = "$evaluators";

/// Nodes and events of a YAML document. Flags of the largest document that the engine takes have no more.
const YAML_NODES: usize = 10_000_000;

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Form {
    /// By the file's name, or where that does not say, by its beginning.
    pub fn of(path: &Path, text: &str) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            _ if text.trim_start().starts_with('{') => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// Flags by key.
    pub flags: BTreeMap<String, Arc<Flag>>,
    /// Shared rules by name.
    pub evaluators: BTreeMap<String, Value>,
    /// What is no fault, but most likely not meant.
    pub warnings: Vec<Finding>,
}

/// Reads a text; all that is wrong with it is listed.
pub fn read(text: &str, form: Form, at: DateTime<Utc>) -> Result<Content, Vec<Finding>> {
    read_as(text, form, at, Validation::default())
}

/// The same; permissive, faults with which the other flags work are warnings.
pub fn read_as(text: &str, form: Form, at: DateTime<Utc>, validation: Validation) -> Result<Content, Vec<Finding>> {
    let text = text.trim_start_matches('\u{feff}');
    match form {
        Form::Json => json(text, at, validation),
        Form::Yaml => {
            let json_text = from_yaml(text)?;
            let content = json(&json_text, at, validation).map_err(|findings| places::in_yaml(text, findings))?;
            Ok(Content { warnings: places::in_yaml(text, content.warnings), ..content })
        }
    }
}

/// How YAML is read.
pub(super) fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: YAML_NODES, max_events: YAML_NODES, max_depth: 128 },
        with_snippet: false,
    }
}

/// YAML as the same structure in JSON.
fn from_yaml(text: &str) -> Result<String, Vec<Finding>> {
    let value: Value = serde_saphyr::from_str_with_options(text, yaml_options()).map_err(|error| {
        let finding = Finding::new("", sentences::not_yaml(error.to_string().lines().next().unwrap_or("")));
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let place = error.location().map(|location| (small(location.line()), small(location.column())));
        vec![Finding { place, ..finding.of("yaml-syntax") }]
    })?;
    Ok(value.to_string())
}

/// A flag as it stands in the text.
struct Part<'t> {
    key: String,
    pointer: String,
    value: &'t RawValue,
    members: Members<'t>,
    /// Whether its key stands in it, as in flagd's list form.
    listed: bool,
}

fn json(text: &str, at: DateTime<Utc>, validation: Validation) -> Result<Content, Vec<Finding>> {
    let root: Members<'_> = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
    let mut findings = Vec::new();
    for (name, value) in root.repeated() {
        let finding = Finding::new(format!("/{}", pointer_part(name)), sentences::repeated(name)).of("duplicate-key");
        findings.push(finding.at(text, offset(text, value)));
    }
    let Some(flags) = root.get("flags") else {
        findings.push(Finding::new("", sentences::no_flags_member()).of("flags-missing"));
        return Err(findings);
    };
    // What is no flag in flagd's format, and so is not for the engine.
    let mut others = Vec::new();
    let parts = parts(text, flags, &mut findings, &mut others);
    let metadata = root.get("metadata").and_then(|raw| serde_json::from_str::<Map<String, Value>>(raw.get()).ok());
    let metadata = metadata.unwrap_or_default();
    let mut content = Content::default();
    let mut engine_reads = root.get(EVALUATORS).is_some() || root.get("metadata").is_some();
    for part in &parts {
        let flag = if part.members.get("variants").is_some() || part.members.get("state").is_some() {
            engine_reads = true;
            Some(flagd(part, &metadata, at))
        } else {
            others.push(part.value);
            match switch::read(&part.key, &part.members, at) {
                Ok(flag) => Some(flag),
                Err(faults) => {
                    findings.extend(faults.into_iter().map(|(value, finding)| {
                        let pointer = format!("{}{}", part.pointer, finding.pointer);
                        let finding = Finding { pointer, ..finding };
                        finding.at(text, offset(text, value.unwrap_or(part.value)))
                    }));
                    None
                }
            }
        };
        content.flags.extend(flag.map(|flag| (part.key.clone(), Arc::new(flag))));
    }
    if let Some(evaluators) = root.get(EVALUATORS).and_then(|raw| serde_json::from_str(raw.get()).ok()) {
        content.evaluators = evaluators;
    }
    if engine_reads {
        let engine = Engine::with_options(Options::default().validation(validation));
        match engine.update(without(text, &others)) {
            Ok(report) => content.warnings.extend(report.warnings().iter().map(Finding::from)),
            Err(error) => findings.extend(refusal(&error)),
        }
    }
    if findings.is_empty() { Ok(content) } else { Err(findings) }
}

fn refusal(error: &burgee::Error) -> Vec<Finding> {
    let mut findings: Vec<Finding> = error.findings().iter().map(Finding::from).collect();
    if findings.is_empty() {
        findings.push(Finding::new("", error.message()));
    }
    if error.truncated() > 0 {
        findings.push(Finding::new("", sentences::more_findings(error.truncated())));
    }
    findings
}

/// The engine says what is wrong with a text that is no JSON; it lets nothing pass that this reader refuses, unless its
/// root is no object.
fn not_json(text: &str, error: &serde_json::Error) -> Vec<Finding> {
    match burgee::validate(text) {
        Err(error) => refusal(&error),
        Ok(_) => vec![Finding::new("", error.to_string())],
    }
}

/// The flags of a document, as an object by key or as a list of objects with a `key`.
fn parts<'t>(
    text: &'t str,
    flags: &'t RawValue,
    findings: &mut Vec<Finding>,
    others: &mut Vec<&'t RawValue>,
) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut refused = |rule: &'static str, pointer: &str, value: &'t RawValue, message: String| {
        findings.push(Finding::new(pointer, message).of(rule).at(text, offset(text, value)));
    };
    if let Some(members) = Members::of(flags) {
        for (key, value) in members.repeated() {
            refused("duplicate-flag", &format!("/flags/{}", pointer_part(key)), value, sentences::repeated(key));
        }
        for (key, value) in members.0 {
            let pointer = format!("/flags/{}", pointer_part(&key));
            match Members::of(value) {
                Some(members) => parts.push(Part { key, pointer, value, members, listed: false }),
                None => {
                    others.push(value);
                    refused("flag-type", &pointer, value, sentences::not_a_flag());
                }
            }
        }
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(flags.get()) {
        for (place, value) in items.into_iter().enumerate() {
            let pointer = format!("/flags/{place}");
            let members = Members::of(value);
            let key = members.as_ref().and_then(|members| members.get("key"));
            match (members, key.and_then(|key| serde_json::from_str(key.get()).ok())) {
                (Some(members), Some(key)) => parts.push(Part { key, pointer, value, members, listed: true }),
                _ => {
                    others.push(value);
                    refused("flag-key", &pointer, value, sentences::missing_member("key"));
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        for part in parts.iter().filter(|part| !seen.insert(part.key.clone())) {
            refused("duplicate-flag", &part.pointer, part.value, sentences::repeated(&part.key));
        }
    } else {
        refused("flags-type", "/flags", flags, sentences::no_flags_member());
    }
    for part in &parts {
        if let Some(fault) = manage::key_fault(&part.key) {
            refused("flag-key", &part.pointer, part.value, fault);
        }
    }
    parts
}

/// A flag in flagd's format. What is wrong with it, the engine says.
fn flagd(part: &Part<'_>, shared: &Map<String, Value>, at: DateTime<Utc>) -> Flag {
    let text = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
    let own: Option<Map<String, Value>> =
        part.members.get("metadata").and_then(|metadata| serde_json::from_str(metadata.get()).ok());
    let word = |name: &str| {
        let value = own.as_ref().and_then(|own| own.get(name)).and_then(Value::as_str);
        value.map(str::to_owned)
    };
    let state = part.members.get("state").and_then(text);
    let definition = if part.listed || !shared.is_empty() {
        RawValue::from_string(rebuilt(part, shared, own.as_ref())).ok().map(|raw| Definition::from(&*raw))
    } else {
        Some(Definition::from(part.value))
    };
    Flag {
        enabled: state.as_deref() != Some("DISABLED"),
        description: word("description"),
        owner: word("owner"),
        definition,
        ..Flag::new(part.key.as_str(), part.key.as_str(), at)
    }
}

/// A definition that stands for itself: with the document's metadata under its own, and without its key. Members are taken
/// over as they stand in the text.
fn rebuilt(part: &Part<'_>, shared: &Map<String, Value>, own: Option<&Map<String, Value>>) -> String {
    let members = part.members.0.iter().filter(|(name, _)| !(part.listed && name == "key") && name != "metadata");
    let mut out = String::with_capacity(part.value.get().len() + 64);
    let mut put = |name: &str, value: &str| {
        out.push(if out.is_empty() { '{' } else { ',' });
        // Texts serialise without failing.
        out.push_str(&serde_json::to_string(name).unwrap_or_default());
        out.push(':');
        out.push_str(value);
    };
    members.for_each(|(name, raw)| put(name, raw.get()));
    let mut metadata = shared.clone();
    metadata.extend(own.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    if !metadata.is_empty() {
        put("metadata", &Value::Object(metadata).to_string());
    }
    out.push_str(if out.is_empty() { "{}" } else { "}" });
    out
}
