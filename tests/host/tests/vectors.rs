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
    let mut slots = 0;
    for file in &files {
        for case in &file.cases {
            let played = case::play::play(file, case).map(|through_slots| slots += usize::from(through_slots));
            tally.note(&file.name, case["name"].as_str().unwrap_or_default(), played);
        }
    }
    ensure!(tally.total() == total, "{} of {total} cases ran", tally.total());
    println!("vectors, each natively and in the module, {slots} of them through slots as well:");
    Ok(tally.finish())
}
