//! One flag: its rule compiled, the texts of its answers made.

use anyhow::{Context as _, Result};
use datalogic_rs::datavalue::OwnedDataValue;
use datalogic_rs::{DataValue, Engine};

use super::context::Context;
use super::rule::{Evaluators, Rule};

pub(super) struct Flag {
    /// `"key":…,` for lists.
    pub(super) key_member: String,
    enabled: bool,
    variants: Vec<Variant>,
    default_variant: Option<usize>,
    rule: Option<Rule>,
    /// `,"flagMetadata":…` or nothing.
    metadata: String,
}

struct Variant {
    name: String,
    /// `"value":…,"variant":…,`
    members: String,
}

impl Flag {
    /// Reads and compiles a flag of a document with these shared rules and this metadata.
    pub(super) fn new(
        key: &str,
        text: &OwnedDataValue,
        engine: &Engine,
        evaluators: &Evaluators<'_>,
        set_metadata: Option<&OwnedDataValue>,
    ) -> Result<Self> {
        let state = text.get("state").and_then(OwnedDataValue::as_str).context("there is no `state`")?;
        let variants: Vec<_> =
            text.get("variants").context("there are no `variants`")?.entries().map(Variant::new).collect();
        let default_name = text.get("defaultVariant").and_then(OwnedDataValue::as_str);
        let default_variant = default_name.and_then(|name| variants.iter().position(|variant| variant.name == name));
        let targeting = text.get("targeting").filter(|rule| rule.is_empty() == Some(false));
        let rule = targeting.map(|rule| Rule::new(rule, engine, evaluators)).transpose()?;
        Ok(Self {
            key_member: format!("\"key\":{},", OwnedDataValue::String(key.to_owned())),
            enabled: state == "ENABLED",
            variants,
            default_variant,
            rule,
            metadata: metadata(set_metadata, text.get("metadata")),
        })
    }

    /// Evaluates the flag and writes the members of the answer.
    pub(super) fn write<'a>(&'a self, key: &'a str, engine: &Engine, context: &mut Context<'a>, out: &mut Vec<u8>) {
        match &self.rule {
            _ if !self.enabled => out.extend_from_slice(br#""reason":"DISABLED""#),
            None => self.write_default("STATIC", out),
            Some(rule) => match rule.run(key, engine, context) {
                Ok(DataValue::Null) => self.write_default("DEFAULT", out),
                Ok(DataValue::String(name)) => self.write_variant(name, out),
                Ok(DataValue::Bool(true)) => self.write_variant("true", out),
                Ok(DataValue::Bool(false)) => self.write_variant("false", out),
                Ok(other) => self.write_variant(&other.to_string(), out),
                Err(message) => write_error("PARSE_ERROR", message, out),
            },
        }
        out.extend_from_slice(self.metadata.as_bytes());
    }

    fn write_default(&self, reason: &str, out: &mut Vec<u8>) {
        match self.default_variant.and_then(|place| self.variants.get(place)) {
            Some(variant) => variant.write(reason, out),
            None => out.extend_from_slice(br#""reason":"DEFAULT""#),
        }
    }

    fn write_variant(&self, name: &str, out: &mut Vec<u8>) {
        match self.variants.iter().find(|variant| variant.name == name) {
            Some(variant) => variant.write("TARGETING_MATCH", out),
            None => write_error("GENERAL", format!("there is no variant `{name}`"), out),
        }
    }
}

impl Variant {
    fn new((name, value): (&str, &OwnedDataValue)) -> Self {
        let quoted = OwnedDataValue::String(name.to_owned());
        Self { name: name.to_owned(), members: format!("\"value\":{value},\"variant\":{quoted},") }
    }

    fn write(&self, reason: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(self.members.as_bytes());
        out.extend_from_slice(br#""reason":""#);
        out.extend_from_slice(reason.as_bytes());
        out.push(b'"');
    }
}

/// Writes the members of an answer that is an error.
pub(super) fn write_error(code: &str, message: String, out: &mut Vec<u8>) {
    let message = OwnedDataValue::String(message);
    out.extend_from_slice(br#""reason":"ERROR","errorCode":""#);
    out.extend_from_slice(code.as_bytes());
    out.extend_from_slice(br#"","errorMessage":"#);
    message.write_json_into(out);
}

/// Metadata of a flag over that of its set as `,"flagMetadata":…`, or nothing.
pub(super) fn metadata(set: Option<&OwnedDataValue>, own: Option<&OwnedDataValue>) -> String {
    let mut members: Vec<(String, OwnedDataValue)> = Vec::new();
    for (name, value) in [set, own].into_iter().flatten().flat_map(OwnedDataValue::entries) {
        members.retain(|(known, _)| known != name);
        members.push((name.to_owned(), value.clone()));
    }
    if members.is_empty() {
        return String::new();
    }
    format!(",\"flagMetadata\":{}", OwnedDataValue::Object(members))
}
