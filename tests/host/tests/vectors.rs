//! Replays every case of `tests/vectors` natively and in the built module, and prints how many each file has.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use burgee_conformance::tally::Tally;
use burgee_conformance::{case, places};

fn main() -> Result<ExitCode> {
    places::program()?;
    let files = case::load()?;
    let total: usize = files.iter().map(|file| file.cases.len()).sum();
    let mut tally = Tally::default();
    for file in &files {
        for case in &file.cases {
            tally.note(&file.name, case["name"].as_str().unwrap_or_default(), case::play::play(file, case));
        }
    }
    ensure!(tally.total() == total, "{} of {total} cases ran", tally.total());
    println!("vectors, each natively and in the module:");
    Ok(tally.finish())
}
