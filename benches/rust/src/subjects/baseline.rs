//! What reading a document costs with well-known crates: serde_json to parse, boon to validate, a map of flags.

use std::collections::HashMap;
use std::hint::black_box;

use anyhow::{Result, anyhow, bail};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use super::Update;

const FLAGS: (&str, &str) = ("https://burgee.dev/schema/v0/flags.json", include_str!("../../../../schemas/flags.json"));
const TARGETING: (&str, &str) =
    ("https://burgee.dev/schema/v0/targeting.json", include_str!("../../../../schemas/targeting.json"));

/// The compiled schema and the flags of the last document.
pub struct Baseline {
    schemas: Schemas,
    schema: SchemaIndex,
    flags: HashMap<String, Value>,
}

impl Baseline {
    /// Compiles the schema.
    pub fn new() -> Result<Self> {
        let mut compiler = Compiler::new();
        for (address, text) in [FLAGS, TARGETING] {
            compiler.add_resource(address, serde_json::from_str(text)?).map_err(|error| anyhow!("{error:#}"))?;
        }
        let mut schemas = Schemas::new();
        let schema = compiler.compile(FLAGS.0, &mut schemas).map_err(|error| anyhow!("{error:#}"))?;
        Ok(Self { schemas, schema, flags: HashMap::new() })
    }
}

impl Update for Baseline {
    fn forget(&mut self) -> Result<()> {
        self.flags = HashMap::new();
        Ok(())
    }

    fn update(&mut self, document: &[u8]) -> Result<()> {
        let mut document: Value = serde_json::from_slice(document)?;
        self.schemas.validate(&document, self.schema).map_err(|error| anyhow!("{error:#}"))?;
        let Some(Value::Object(flags)) = document.get_mut("flags").map(Value::take) else {
            bail!("the document has no object of flags")
        };
        self.flags = flags.into_iter().collect();
        black_box(&self.flags);
        Ok(())
    }
}
