//! Replays every case of `tests/vectors` natively, in the built module and in the core module, and prints how many each
//! file has.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use burgee_conformance::case::core::Outcome;
use burgee_conformance::case::{self, File};
use burgee_conformance::digest::Digest;
use burgee_conformance::tally::Tally;
use burgee_conformance::{json, places};

fn main() -> Result<ExitCode> {
    places::program()?;
    places::core_program()?;
    let files = case::load()?;
    let codes = [full(&files)?, self_test()?, core(&files)?];
    Ok(if codes.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn full(files: &[File]) -> Result<bool> {
    let mut tally = Tally::default();
    let mut slots = 0;
    let mut digest = Digest::default();
    for (file, case) in cases(files) {
        let name = case["name"].as_str().unwrap_or_default();
        let played = case::play::play(file, case).and_then(|played| {
            slots += usize::from(played.through_slots);
            played.answers.iter().try_for_each(|answer| digest.add(name, answer))
        });
        tally.note(&file.name, name, played);
    }
    let total = cases(files).count();
    ensure!(tally.total() == total, "{} of {total} cases ran", tally.total());
    println!("vectors, each natively and in the module, {slots} of them through slots as well:");
    tally.print();
    Ok(tally.failed() == 0 && is_listed(&digest)?)
}

/// The cases that hosts carry with them give the digest that stands there.
fn self_test() -> Result<bool> {
    let hosts = places::root().join("hosts");
    let file = File::read(&hosts, "selftest.json")?;
    let mut digest = Digest::default();
    for case in &file.cases {
        for answer in case::play::play(&file, case)?.answers {
            digest.add(case["name"].as_str().unwrap_or_default(), &answer)?;
        }
    }
    let whole = json::parse(&std::fs::read_to_string(hosts.join("selftest.json"))?)?;
    println!("digest of the self-test: {} answers, {}", digest.count(), digest.sum());
    if whole["digest"] != digest.sum().as_str() {
        println!("FAILED selftest.json has {}", whole["digest"]);
    }
    Ok(whole["digest"] == digest.sum().as_str())
}

/// Whether the digest is the one that `tests/vectors/digest.txt` tells the hosts.
fn is_listed(digest: &Digest) -> Result<bool> {
    let line = format!("{} {}", digest.count(), digest.sum());
    println!("digest of all answers: {line}");
    let listed = std::fs::read_to_string(places::root().join("tests/vectors/digest.txt"))?;
    if listed.trim() != line {
        println!("FAILED digest.txt has {}; it changes with the cases", listed.trim());
    }
    Ok(listed.trim() == line)
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
