//! Results as tables.

use std::collections::{BTreeMap, BTreeSet};

use crate::figures::{duration, spread, times};
use crate::results::{Column, Results};
use crate::work::Work;
use crate::worlds::{World, home, worlds};

/// A table with its heading and what has to be known to read it.
#[derive(Debug, Default, PartialEq)]
pub struct Table {
    /// Heading; empty for none.
    pub title: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
    /// Sentences below.
    pub notes: Vec<String>,
}

const NOTHING: &str = "–";

/// One table a world: scenarios by what was measured.
pub fn evaluations(results: &Results, work: &Work) -> Vec<Table> {
    let scenarios = evaluation_scenarios(work);
    let tables = worlds(results).into_iter().map(|world| evaluations_of(results, &world, &scenarios));
    tables.filter(|table| !table.rows.is_empty()).collect()
}

/// One table a world: what was measured by documents.
pub fn updates(results: &Results, work: &Work) -> Vec<Table> {
    let tables = worlds(results).into_iter().map(|world| updates_of(results, &world, work));
    tables.filter(|table| !table.rows.is_empty()).collect()
}

/// What was not timed, and why.
pub fn left_out(results: &Results) -> Table {
    let mut grouped: BTreeMap<(&Column, &str), Vec<&str>> = BTreeMap::new();
    for ((column, scenario), reason) in &results.left_out {
        grouped.entry((column, reason)).or_default().push(scenario);
    }
    let row = |((column, reason), scenarios): ((&Column, &str), Vec<&str>)| {
        vec![home(column).to_owned(), column.title(), scenarios.join(", "), reason.to_owned()]
    };
    let rows: Vec<_> = grouped.into_iter().map(row).collect();
    let notes = if rows.is_empty() { vec!["Nothing was left out.".to_owned()] } else { Vec::new() };
    let head = ["world", "subject", "scenarios", "reason"].map(str::to_owned).to_vec();
    Table { head, rows, notes, ..Table::default() }
}

/// Versions of subjects and runtimes.
pub fn versions(results: &Results) -> Table {
    let known: BTreeSet<_> = results
        .versions
        .iter()
        .map(|(column, versions)| {
            [home(column), &column.subject, &column.runtime, versions].map(str::to_owned).to_vec()
        })
        .collect();
    Table {
        head: ["world", "subject", "runtime", "versions"].map(str::to_owned).to_vec(),
        rows: known.into_iter().collect(),
        ..Table::default()
    }
}

/// Name, title and attributes of everything that is evaluated.
fn evaluation_scenarios(work: &Work) -> Vec<(&str, [String; 2])> {
    let single = work.evaluations.iter().map(|one| (one.id.as_str(), [one.title.clone(), one.attributes.to_string()]));
    let bulk = work.bulk.iter().map(|all| (all.id.as_str(), [all.title.clone(), all.attributes.to_string()]));
    single.chain(bulk).collect()
}

fn evaluations_of(results: &Results, world: &World<'_>, scenarios: &[(&str, [String; 2])]) -> Table {
    let columns = timed(results, world, scenarios.iter().map(|(id, _)| *id));
    let mut head = vec!["scenario".to_owned(), "attributes".to_owned()];
    head.extend(columns.iter().map(|column| column.title()));
    let mut rows = Vec::new();
    for (id, names) in scenarios {
        let cells: Vec<_> = columns.iter().map(|column| cell(results, world, column, id)).collect();
        if cells.iter().any(|cell| cell != NOTHING) {
            rows.push(names.iter().cloned().chain(cells).collect());
        }
    }
    let notes = bases(results, world, &columns, scenarios.iter().map(|(id, _)| *id));
    Table { title: world.title.to_owned(), head, rows, notes }
}

fn updates_of(results: &Results, world: &World<'_>, work: &Work) -> Table {
    let ids = || work.updates.iter().map(|update| update.id.as_str());
    let columns = timed(results, world, ids());
    let mut head = vec!["subject".to_owned()];
    head.extend(work.updates.iter().map(|update| update.title.clone()));
    let rows = columns.iter().map(|column| {
        let cells = ids().map(|id| cell(results, world, column, id));
        [column.title()].into_iter().chain(cells).collect()
    });
    let notes = bases(results, world, &columns, ids());
    Table { title: world.title.to_owned(), rows: rows.collect(), head, notes }
}

/// The columns that have a figure in one of the scenarios.
fn timed<'a>(
    results: &Results,
    world: &World<'a>,
    scenarios: impl Iterator<Item = &'a str> + Clone,
) -> Vec<&'a Column> {
    let has_figure = |column: &&Column| scenarios.clone().any(|id| results.time(column, id).is_some());
    world.columns.iter().copied().filter(has_figure).collect()
}

fn cell(results: &Results, world: &World<'_>, column: &Column, scenario: &str) -> String {
    let Some(time) = results.time(column, scenario) else {
        return NOTHING.to_owned();
    };
    let figure = format!("{} ({})", duration(time.median), spread(time.median, time.low, time.high));
    let base = world.base(column, |own| results.time(own, scenario).is_some());
    match base.and_then(|base| results.ratio(column, base, scenario)) {
        Some(ratio) => format!("{figure}, {}", times(ratio)),
        None => figure,
    }
}

/// Says what the ratios of each peer are taken against.
fn bases<'a>(
    results: &Results,
    world: &World<'a>,
    columns: &[&Column],
    scenarios: impl Iterator<Item = &'a str> + Clone,
) -> Vec<String> {
    let mut peers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for column in columns {
        let both = scenarios.clone().filter(|id| results.time(column, id).is_some());
        let found = both.filter_map(|id| world.base(column, |own| results.time(own, id).is_some()));
        for base in found.map(Column::title).collect::<BTreeSet<_>>() {
            peers.entry(base).or_default().push(column.title());
        }
    }
    peers.into_iter().map(|(base, peers)| format!("× of {}: against {base}.", peers.join("; "))).collect()
}
