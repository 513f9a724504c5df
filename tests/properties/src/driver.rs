//! Checks properties without a fuzzer: what was found before, the seeds, and then inputs made by a seeded generator.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};

use crate::Property;
use crate::generate::OPERATORS;

/// How many inputs of each kind a property was checked with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Files of `fuzz/regressions`.
    pub regressions: usize,
    /// Inputs made from the project's cases.
    pub seeds: usize,
    /// Inputs made of nothing or from seeds.
    pub generated: usize,
    /// Those of the generated ones of which the property says anything.
    pub telling: usize,
}

/// Checks a property; the same inputs each time. An input for which it does not hold is written to a file.
pub fn run(property: Property, generated: usize) -> Result<Counts> {
    let mut counts = Counts::default();
    for (path, input) in regressions(property)? {
        check(property, &input).with_context(|| path.display().to_string())?;
        counts.regressions += 1;
    }
    let seeds = property.inputs()?;
    ensure!(!seeds.is_empty(), "the cases make no seeds");
    for seed in &seeds {
        check(property, seed).or_else(|error| keep(property, seed, error))?;
        counts.seeds += 1;
    }
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..generated {
        let input = if dice.roll(2) == 0 { dice.bytes() } else { damage(&seeds[dice.roll(seeds.len())], &mut dice) };
        let telling = check(property, &input).or_else(|error| keep(property, &input, error))?;
        counts.generated += 1;
        counts.telling += usize::from(telling);
    }
    ensure!(counts.telling * 10 >= counts.generated, "only {} of {} inputs tell anything", counts.telling, generated);
    Ok(counts)
}

/// Checks one input; a panic is a failure as well.
fn check(property: Property, input: &[u8]) -> Result<bool> {
    catch_unwind(AssertUnwindSafe(|| (property.check)(input))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(anyhow!("it panicked: {}", text.unwrap_or("without a text")))
    })
}

/// Writes an input that fails, as small as leaving out stretches of it makes it.
fn keep(property: Property, input: &[u8], error: anyhow::Error) -> Result<bool> {
    let mut input = input.to_vec();
    let mut error = error;
    let mut stretch = input.len() / 2;
    while stretch > 0 {
        let mut at = 0;
        while at < input.len() {
            let mut shorter = input.clone();
            shorter.drain(at..(at + stretch).min(input.len()));
            match check(property, &shorter) {
                Ok(_) => at += stretch,
                Err(found) => (input, error) = (shorter, found),
            }
        }
        stretch /= 2;
    }
    let path = std::env::temp_dir().join(format!("burgee-{}.failure", property.name));
    std::fs::write(&path, &input)?;
    let advice = format!("put `{}` into `{}`", path.display(), property.regressions().display());
    Err(error).with_context(|| advice)
}

fn regressions(property: Property) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let folder = property.regressions();
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let input = std::fs::read(&path)?;
        files.push((path, input));
    }
    files.sort();
    Ok(files)
}

/// A small generator of numbers, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % (sides.max(1) as u64)).unwrap_or(0)
    }

    /// Bytes of any value; now and then many.
    fn bytes(&mut self) -> Vec<u8> {
        let most = if self.roll(20) == 0 { 4_096 } else { 300 };
        (0..self.roll(most)).map(|_| self.next().to_le_bytes()[3]).collect()
    }
}

/// Pieces of JSON that matter to a reader of JSON or of flags.
const PIECES: [&str; 22] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-0",
    "1e999",
    "1.0",
    "9007199254740993",
    "{}",
    "[]",
    "{\"var\":\"\"}",
    "{\"$ref\":\"is-employee\"}",
    "\u{e9}",
    "\u{1f600}",
];

/// One to four damages: a byte changed, a stretch removed or repeated, a piece or the name of an operator put in.
fn damage(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut input = seed.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(input.len());
        let end = (at + dice.roll(40)).min(input.len());
        match dice.roll(6) {
            0 if at < input.len() => input[at] = dice.next().to_le_bytes()[3],
            1 => drop(input.drain(at..end)),
            2 | 3 => {
                let copy = input[at..end].to_vec();
                let to = dice.roll(input.len());
                input.splice(to..to, copy);
            }
            4 => drop(input.splice(at..at, OPERATORS[dice.roll(OPERATORS.len())].bytes())),
            _ => drop(input.splice(at..at, PIECES[dice.roll(PIECES.len())].bytes())),
        }
    }
    input
}
