//! Variables of the environment as a source: `FLAG_<KEY>=true`, `false`, or JSON. It is the strongest one.
//!
//! An object with `variants` is a flag in flagd's format, one with `enabled` a flag in that of the configuration file's
//! document; any other JSON is the value that the flag has for everybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::content::{self, Content, Form};
use super::{Finding, Target};
use crate::error::{Result, sentences};
use crate::flags::Flag;
use crate::flags::compile::pointer_part;
use crate::live::SourceFlags;
use crate::log::event::now;

/// What names of variables begin with.
pub const PREFIX: &str = "FLAG_";

/// The source's name for people.
pub const NAME: &str = "the environment (`FLAG_` variables)";

/// Shows the flags of the variables, if there are any.
pub(super) fn show(variables: &[(String, String)], target: &Target) -> Result<()> {
    if variables.is_empty() {
        return Ok(());
    }
    let flags = read(variables).map_err(|findings| {
        findings.iter().for_each(|finding| tracing::error!(source = NAME, "{finding}"));
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        sentences::source_refused(NAME, &first, findings.len().saturating_sub(1))
    })?;
    let count = flags.len();
    let flags = super::succeed(&BTreeMap::new(), flags);
    target.show(SourceFlags { name: NAME.to_owned(), flags, evaluators: BTreeMap::new(), loose: true });
    target.board.loaded(NAME, count);
    tracing::info!(source = NAME, flags = count, "Loaded configuration");
    Ok(())
}

/// The flags of variables, by the name's part behind [`PREFIX`] in lower case.
pub fn read(variables: &[(String, String)]) -> Result<BTreeMap<String, Arc<Flag>>, Vec<Finding>> {
    let (mut flags, mut findings) = (BTreeMap::new(), Vec::new());
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for (variable, text) in variables {
        let Some(key) = variable.strip_prefix(PREFIX).filter(|key| !key.is_empty()) else {
            findings.push(Finding::new("", sentences::variable_without_key(variable)));
            continue;
        };
        let key = key.to_lowercase();
        if let Some(first) = names.insert(key.clone(), variable) {
            findings.push(Finding::new("", sentences::variables_collide(first, variable)));
        }
        match flag(&key, variable, text) {
            Ok(flag) => drop(flags.insert(key, flag)),
            Err(found) => findings.extend(found),
        }
    }
    if findings.is_empty() { Ok(flags) } else { Err(findings) }
}

fn flag(key: &str, variable: &str, text: &str) -> Result<Arc<Flag>, Vec<Finding>> {
    let refused = || vec![Finding::new("", sentences::not_a_value(variable))];
    let raw: &RawValue = serde_json::from_str(text.trim()).map_err(|_| refused())?;
    let definition = match serde_json::from_str(raw.get()) {
        Ok(Value::Bool(on)) => return Ok(Arc::new(Flag { enabled_by_default: on, ..Flag::new(key, key, now()) })),
        Ok(Value::Object(members)) if members.contains_key("variants") || members.contains_key("enabled") => {
            raw.get().to_owned()
        }
        _ => {
            format!(r#"{{"state":"ENABLED","variants":{{"value":{}}},"defaultVariant":"value"}}"#, raw.get())
        }
    };
    let document = format!(r#"{{"flags":{{{}:{definition}}}}}"#, Value::from(key));
    let prefix = format!("/flags/{}", pointer_part(key));
    let own = |finding: Finding| {
        let pointer = finding.pointer.strip_prefix(&prefix).unwrap_or(&finding.pointer).to_owned();
        Finding { pointer, place: None, message: format!("`{variable}`: {}", finding.message), ..finding }
    };
    match content::read(&document, Form::Json, now()) {
        Ok(Content { mut flags, .. }) => flags.remove(key).ok_or_else(refused),
        Err(findings) => Err(findings.into_iter().map(own).collect()),
    }
}
