//! Tables of the last results.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use burgee_bench_report::figures::digits;
use burgee_bench_report::statistics::median;
use burgee_bench_report::tables::Table;
use burgee_bench_report::{document, machine, show};

use crate::aims::{AIMS, Aim, OTHERS, RATE, Wanted};
use crate::results::{self, Line};
use crate::subject::Subject;

const NOTHING: &str = "–";
/// What others may have of the servers' core without a word; the kernel's own work is part of it.
const QUIET: f64 = 0.1;

/// Values by row, subject and quantity.
#[derive(Debug, Default)]
pub struct Figures {
    values: BTreeMap<(String, String, String), Vec<f64>>,
    left_out: BTreeSet<(String, String, String)>,
    quick: bool,
}

impl Figures {
    /// Sorts the lines of files.
    pub fn new(lines: Vec<Line>) -> Self {
        let mut figures = Self::default();
        for line in lines {
            match line {
                Line::Measured(own) => {
                    figures.quick |= own.quick;
                    figures.values.insert((own.row, own.subject, own.quantity), own.values);
                }
                Line::LeftOut(own) => drop(figures.left_out.insert((own.row, own.subject, own.left_out))),
            }
        }
        figures
    }

    fn of(&self, row: &str, subject: Subject, quantity: &str) -> Option<&[f64]> {
        let key = (row.to_owned(), subject.name().to_owned(), quantity.to_owned());
        self.values.get(&key).map(Vec::as_slice).filter(|values| !values.is_empty())
    }

    fn middle(&self, row: &str, subject: Subject, quantity: &str) -> Option<f64> {
        median(self.of(row, subject, quantity)?.iter().copied())
    }
}

/// Prints the tables, and writes them into a document if there is one.
pub fn run(folder: &Path, write: Option<&Path>) -> Result<()> {
    let results = folder.join("results");
    let figures = Figures::new(results::read(&results)?);
    let sections = [
        ("machine", machine::table(&results)?),
        ("aims", aims(&figures)),
        ("all", all(&figures)),
        ("left out", left_out(&figures)),
    ];
    for (_, table) in &sections {
        println!("{}", show::terminal(table));
    }
    if figures.quick {
        println!("Some of these figures are from --quick and say nothing.");
    }
    let Some(file) = write else {
        return Ok(());
    };
    ensure!(!figures.quick, "figures of --quick are not for a document: measure their rows in full first");
    let mut text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    for (name, table) in &sections {
        text = document::replace(&text, &format!("table: {name}"), &show::markdown(table))?;
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// What was aimed at, and what came of it.
pub fn aims(figures: &Figures) -> Table {
    let head = ["what", "aim", "burgee", "flagd", "unleash-edge", "verdict"].map(str::to_owned).to_vec();
    let rows = AIMS.iter().filter(|aim| has_any(figures, aim)).map(|aim| aim_row(figures, aim)).collect();
    let mut notes = vec![
        "A cell is the median of the rounds, in brackets the lowest and the highest; behind a peer's is how many times \
         as good burgee is."
            .to_owned(),
        "An aim is met when every round meets it.".to_owned(),
    ];
    notes.extend(disturbed(figures));
    Table { head, rows, notes, ..Table::default() }
}

/// Says if the server's core was not the server's alone.
fn disturbed(figures: &Figures) -> Option<String> {
    let others = figures.values.iter().filter(|((_, _, quantity), _)| quantity == OTHERS);
    let most = others.flat_map(|(_, values)| values).copied().fold(0.0, f64::max);
    (most > QUIET).then(|| format!("Other processes had up to {:.0} % of the servers' core meanwhile.", most * 100.0))
}

const ALL: [Subject; 3] = [Subject::Burgee, Subject::Flagd, Subject::Edge];

fn has_any(figures: &Figures, aim: &Aim) -> bool {
    ALL.iter().any(|&subject| figures.of(aim.row, subject, aim.quantity).is_some())
}

fn aim_row(figures: &Figures, aim: &Aim) -> Vec<String> {
    let own = figures.of(aim.row, Subject::Burgee, aim.quantity);
    let peer = |subject| match (figures.of(aim.row, subject, aim.quantity), times_better(figures, aim, subject)) {
        (Some(values), Some(times)) => format!("{}, {}×", cell(values, aim.unit), digits(times)),
        (Some(values), None) => cell(values, aim.unit),
        (None, _) => NOTHING.to_owned(),
    };
    vec![
        aim.title.to_owned(),
        wanted(aim),
        own.map_or_else(|| NOTHING.to_owned(), |values| cell(values, aim.unit)),
        peer(Subject::Flagd),
        peer(Subject::Edge),
        verdict(figures, aim, own),
    ]
}

/// How many times as good as a peer's figure ours is: more where more is wanted, less where less is.
fn times_better(figures: &Figures, aim: &Aim, peer: Subject) -> Option<f64> {
    let own = figures.middle(aim.row, Subject::Burgee, aim.quantity)?;
    let other = figures.middle(aim.row, peer, aim.quantity)?;
    let (more, less) = if aim.quantity == RATE { (own, other) } else { (other, own) };
    (less > 0.0).then_some(more / less)
}

fn wanted(aim: &Aim) -> String {
    let border = match aim.wanted {
        Wanted::AtLeast(least) => format!("≥ {} {}", digits_of(least), aim.unit),
        Wanted::AtMost(most) => format!("≤ {} {}", digits_of(most), aim.unit),
        Wanted::Below(border) => format!("< {} {}", digits_of(border), aim.unit),
        Wanted::Anything => NOTHING.to_owned(),
    };
    let border = border.trim().to_owned();
    match aim.times_flagd {
        Some(times) => format!("{border}, ≥ {}× flagd", digits_of(times)),
        None => border,
    }
}

fn verdict(figures: &Figures, aim: &Aim, own: Option<&[f64]>) -> String {
    let Some(own) = own else {
        return NOTHING.to_owned();
    };
    if aim.wanted == Wanted::Anything {
        return NOTHING.to_owned();
    }
    let missed = !aim.wanted.is_met(own);
    let ratio = aim.times_flagd.map(|wanted| (wanted, times_better(figures, aim, Subject::Flagd)));
    match (missed, ratio) {
        (true, _) => "missed".to_owned(),
        (false, Some((wanted, Some(times)))) if times < wanted => format!("missed: {}× flagd", digits(times)),
        (false, Some((_, None))) => "met, flagd not measured".to_owned(),
        _ => "met".to_owned(),
    }
}

/// A border as somebody wrote it: whole where it is.
fn digits_of(border: f64) -> String {
    if border.fract() == 0.0 && border.abs() < 1000.0 { format!("{border:.0}") } else { digits(border) }
}

fn cell(values: &[f64], unit: &str) -> String {
    let middle = median(values.iter().copied()).unwrap_or_default();
    let figure = format!("{} {unit}", number(middle)).trim().to_owned();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.len() > 1 { format!("{figure} ({}–{})", number(low), number(high)) } else { figure }
}

fn number(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { digits(value) }
}

/// Every quantity of every row.
pub fn all(figures: &Figures) -> Table {
    let head = ["row", "subject", "quantity", "figure"].map(str::to_owned).to_vec();
    let rows = figures
        .values
        .iter()
        .map(|((row, subject, quantity), values)| {
            vec![row.clone(), subject.clone(), quantity.clone(), cell(values, unit(quantity))]
        })
        .collect();
    Table { head, rows, ..Table::default() }
}

fn unit(quantity: &str) -> &'static str {
    match quantity {
        "rate" => "a second",
        "memory" | "loaded-memory" => "MiB",
        "processor" | "others" => "of a core",
        "dropped" | "lost" => "",
        _ => "ms",
    }
}

/// What was not measured, and why.
pub fn left_out(figures: &Figures) -> Table {
    let head = ["row", "subject", "reason"].map(str::to_owned).to_vec();
    let rows: Vec<_> = figures
        .left_out
        .iter()
        .map(|(row, subject, reason)| vec![row.clone(), subject.clone(), reason.clone()])
        .collect();
    let notes = if rows.is_empty() { vec!["Nothing was left out.".to_owned()] } else { Vec::new() };
    Table { head, rows, notes, ..Table::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{LeftOut, Measurement};

    fn measured(row: &str, subject: &str, quantity: &str, values: &[f64]) -> Line {
        let [row, subject, quantity] = [row, subject, quantity].map(str::to_owned);
        Line::Measured(Measurement { row, subject, quantity, values: values.to_vec(), quick: false })
    }

    fn verdict_of(lines: Vec<Line>) -> Vec<String> {
        aims(&Figures::new(lines)).rows.remove(0)
    }

    #[test]
    fn an_aim_is_met_by_every_round_and_against_flagd() {
        let single = |own: &[f64], flagd: f64| {
            verdict_of(vec![measured("single", "burgee", "rate", own), measured("single", "flagd", "rate", &[flagd])])
        };
        let met = single(&[60_000.0, 52_000.0, 70_000.0], 10_000.0);
        assert_eq!(met[1], "≥ 50,000 req/s, ≥ 4× flagd");
        assert_eq!(met[2], "60,000 req/s (52,000–70,000)");
        assert_eq!(met[3], "10,000 req/s, 6.00×");
        assert_eq!(met[5], "met");
        assert_eq!(single(&[60_000.0, 49_000.0], 10_000.0)[5], "missed");
        assert_eq!(single(&[60_000.0], 20_000.0)[5], "missed: 3.00× flagd");
    }

    #[test]
    fn less_memory_is_better() {
        let row = verdict_of(vec![
            measured("memory-5", "burgee", "memory", &[10.0]),
            measured("memory-5", "flagd", "memory", &[40.0]),
        ]);
        assert_eq!(row[1..], ["≤ 15 MiB", "10.0 MiB", "40.0 MiB, 4.00×", "–", "met"]);
    }

    #[test]
    fn a_machine_that_does_something_else_is_named() {
        let notes =
            |others: f64| aims(&Figures::new(vec![measured("single", "flagd", "others", &[0.0, others])])).notes;
        assert_eq!(notes(0.05).len(), 2);
        assert_eq!(notes(0.4)[2], "Other processes had up to 40 % of the servers' core meanwhile.");
    }

    #[test]
    fn peers_alone_have_no_verdict() {
        let row = verdict_of(vec![measured("single", "flagd", "rate", &[1.0])]);
        assert_eq!((row[2].as_str(), row[5].as_str()), ("–", "–"));
    }

    #[test]
    fn reasons_are_told() {
        let [row, subject, left_out] = ["single", "flagd", "it is not there"].map(str::to_owned);
        let figures = Figures::new(vec![Line::LeftOut(LeftOut { row, subject, left_out })]);
        assert_eq!(super::left_out(&figures).rows, [["single", "flagd", "it is not there"]]);
    }
}
