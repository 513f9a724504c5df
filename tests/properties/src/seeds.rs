//! Inputs to begin with, made from the cases of `tests/vectors`.

use std::path::Path;

use anyhow::Result;
use burgee_conformance::case::{self, Texts};

use crate::Property;

/// The texts of one case.
pub type Case = Texts;

impl Property {
    /// The inputs that the project's cases make, each once.
    pub fn inputs(self) -> Result<Vec<Vec<u8>>> {
        let mut inputs: Vec<Vec<u8>> = Vec::new();
        for file in case::load()?.iter().filter(|file| file.name != LIMITS) {
            for case in &file.cases {
                inputs.extend((self.seeds)(&file.texts(case)?));
            }
        }
        inputs.retain(|input| input.len() <= LONGEST);
        inputs.sort();
        inputs.dedup();
        Ok(inputs)
    }

    /// Writes the inputs into a folder, one file each.
    pub fn write_inputs(self, folder: &Path) -> Result<usize> {
        let inputs = self.inputs()?;
        std::fs::create_dir_all(folder)?;
        for (number, input) in inputs.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:04}")), input)?;
        }
        Ok(inputs.len())
    }
}

/// Longer inputs cost more than they find.
const LONGEST: usize = 16 << 10;

/// Cases that use up what an evaluation may cost, which takes long.
const LIMITS: &str = "limits.json";
