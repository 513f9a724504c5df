//! What must hold for any input: each property is a function of bytes, which fuzzers and the tests of this package call.
//!
//! An input that begins with `{` is text as a host sends it, its parts parted by [`SEPARATOR`]; any other input is
//! [choices](choices::Choices) from which documents, rules and calls are made. So a fuzzer changes texts as well as
//! structures, and the cases of `tests/vectors` are seeds.

pub mod changed_flags;
pub mod choices;
pub mod driver;
pub mod folding;
pub mod generate;
pub mod json;
pub mod module;
pub mod required_keys;
pub mod seeds;
pub mod spelling;
pub mod strict;

use std::path::PathBuf;

use anyhow::Result;

/// A statement about the engine, and what to try it with first.
#[derive(Clone, Copy)]
pub struct Property {
    /// The name of its fuzz target and of its folders.
    pub name: &'static str,
    /// Fails where the statement does not hold for an input; gives whether it says anything of the input.
    pub check: fn(&[u8]) -> Result<bool>,
    /// Inputs made from the project's cases.
    pub seeds: fn(&seeds::Case) -> Vec<Vec<u8>>,
    /// How many generated inputs the tests try: a few seconds of them.
    pub inputs_in_tests: usize,
}

/// All properties.
pub const ALL: [Property; 7] = [
    json::PROPERTY,
    strict::PROPERTY,
    folding::PROPERTY,
    required_keys::PROPERTY,
    changed_flags::PROPERTY,
    module::PROPERTY,
    module::CORE,
];

/// Parts the texts of an input. It is in no UTF-8.
pub const SEPARATOR: u8 = 0xFF;

impl Property {
    /// The property with this name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|property| property.name == name)
    }

    /// Panics where the property does not hold, which is what a fuzzer looks for.
    pub fn fuzz(self, input: &[u8]) {
        if let Err(error) = (self.check)(input) {
            panic!("{}: {error:?}", self.name);
        }
    }

    /// Where inputs are kept for which it once did not hold.
    pub fn regressions(self) -> PathBuf {
        burgee_conformance::places::root().join("fuzz/regressions").join(self.name)
    }
}

/// The parts of an input that is text.
pub fn texts(input: &[u8]) -> Option<Vec<&[u8]>> {
    (input.first() == Some(&b'{')).then(|| input.split(|byte| *byte == SEPARATOR).collect())
}

/// Joins texts to an input.
pub fn input(texts: &[&str]) -> Vec<u8> {
    texts.iter().map(|text| text.as_bytes()).collect::<Vec<_>>().join(&SEPARATOR)
}
