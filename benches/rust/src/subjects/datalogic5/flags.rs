//! The flags of a document.

use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow};
use datalogic_rs::Engine;
use datalogic_rs::datavalue::OwnedDataValue;

use super::context::Context;
use super::flag::{Flag, metadata, write_error};
use super::rule::Evaluators;

/// Flags with compiled rules.
#[derive(Default)]
pub(super) struct Flags {
    engine: Engine,
    flags: HashMap<String, Flag>,
    metadata: String,
}

impl Flags {
    pub(super) fn update(&mut self, document: &str) -> Result<()> {
        let document = OwnedDataValue::from_json(document).map_err(|error| anyhow!("{error}"))?;
        let evaluators = Evaluators::new(document.get("$evaluators"));
        let set = document.get("metadata");
        let mut flags = HashMap::new();
        for (key, text) in document.get("flags").context("the document has no `flags`")?.entries() {
            let flag = Flag::new(key, text, &self.engine, &evaluators, set).with_context(|| format!("flag `{key}`"))?;
            flags.insert(key.to_owned(), flag);
        }
        self.flags = flags;
        self.metadata = metadata(set, None);
        Ok(())
    }

    /// Writes the answer of one flag as JSON.
    pub(super) fn evaluate<'a>(&'a self, key: &'a str, context: &mut Context<'a>, out: &mut Vec<u8>) {
        out.push(b'{');
        match self.flags.get_key_value(key) {
            Some((key, flag)) => flag.write(key, &self.engine, context, out),
            None => {
                write_error("FLAG_NOT_FOUND", format!("flag `{key}` not found"), out);
                out.extend_from_slice(self.metadata.as_bytes());
            }
        }
        out.push(b'}');
    }

    /// Writes the answers of all flags, sorted by key, as JSON. The context is parsed once.
    pub(super) fn evaluate_all<'a>(&'a self, context: &mut Context<'a>, out: &mut Vec<u8>) {
        let mut flags: Vec<_> = self.flags.iter().collect();
        flags.sort_unstable_by_key(|(key, _)| *key);
        out.extend_from_slice(br#"{"flags":["#);
        for (number, (key, flag)) in flags.into_iter().enumerate() {
            out.extend_from_slice(if number == 0 { b"{" } else { b",{" });
            out.extend_from_slice(flag.key_member.as_bytes());
            flag.write(key, &self.engine, context, out);
            out.push(b'}');
        }
        out.push(b']');
        out.extend_from_slice(self.metadata.as_bytes());
        out.push(b'}');
    }
}
