//! Replays every case of `tests/vectors` natively, in the built module and in the core module, and prints how many each
//! file has.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use burgee_conformance::case::core::Outcome;
use burgee_conformance::case::{self, File};
use burgee_conformance::places;
use burgee_conformance::tally::Tally;

fn main() -> Result<ExitCode> {
    places::program()?;
    places::core_program()?;
    let files = case::load()?;
    let codes = [full(&files)?, core(&files)?];
    Ok(if codes.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn full(files: &[File]) -> Result<bool> {
    let mut tally = Tally::default();
    let mut slots = 0;
    for (file, case) in cases(files) {
        let played = case::play::play(file, case).map(|through_slots| slots += usize::from(through_slots));
        tally.note(&file.name, case["name"].as_str().unwrap_or_default(), played);
    }
    let total = cases(files).count();
    ensure!(tally.total() == total, "{} of {total} cases ran", tally.total());
    println!("vectors, each natively and in the module, {slots} of them through slots as well:");
    tally.print();
    Ok(tally.failed() == 0)
}

fn core(files: &[File]) -> Result<bool> {
    let mut tally = Tally::default();
    let mut left_out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, case) in cases(files) {
        let name = case["name"].as_str().unwrap_or_default();
        match case::core::play(file, case) {
            Ok(Outcome::LeftOut(reason)) => left_out.entry(reason).or_default().push(name),
            Ok(Outcome::Same) => tally.note(&file.name, name, Ok(())),
            Err(error) => tally.note(&file.name, name, Err(error)),
        }
    }
    println!("\nvectors in the core module, compared with the full one:");
    tally.print();
    for (reason, names) in &left_out {
        println!("left out, {reason}: {}", names.len());
        for name in names {
            println!("    {name}");
        }
    }
    let counted = tally.total() + left_out.values().map(Vec::len).sum::<usize>();
    let total = cases(files).count();
    ensure!(counted == total, "{counted} of {total} cases ran in the core module");
    Ok(tally.failed() == 0)
}

fn cases(files: &[File]) -> impl Iterator<Item = (&File, &serde_json::Value)> {
    files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)))
}
