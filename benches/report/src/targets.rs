//! What was promised, and what was measured.

use crate::figures::digits;
use crate::results::{Column, OURS, Results};
use crate::statistics::geometric_mean;
use crate::tables::Table;
use crate::work::Work;
use crate::worlds::home;

/// Groups of flags whose answer depends on a rule.
const TARGETED: [&str; 7] = ["equals", "clauses", "in-list", "fractional-2", "fractional-10", "sem-ver", "ref"];

/// A promise.
struct Target {
    title: &'static str,
    ours: Pick,
    measure: Measure,
    wanted: Wanted,
}

enum Measure {
    /// How many times as long the peer takes.
    Against(Pick, Scenarios),
    /// How many times as long the second scenario takes as the first.
    Growth(&'static str, &'static str),
    /// Microseconds for each flag of a document.
    PerFlag(u64),
}

/// Scenarios that a promise is about.
enum Scenarios {
    These(&'static [&'static str]),
    TargetedWith(u64),
    Evaluations,
    FirstUpdatesFrom(u64),
}

#[derive(Clone, Copy)]
enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

/// Columns by what they must be; the runtime by a part of its name but no interpreter, and an empty
/// text is any.
#[derive(Clone, Copy)]
struct Pick {
    world: &'static str,
    runtime: &'static str,
    subject: &'static str,
    way: &'static str,
}

impl Pick {
    fn columns(self, results: &Results) -> impl Iterator<Item = &Column> {
        results.columns().filter(move |column| self.takes(column))
    }

    fn takes(self, column: &Column) -> bool {
        (self.world.is_empty() || home(column) == self.world)
            && (self.runtime.is_empty() || self.is_runtime(&column.runtime))
            && column.subject == self.subject
            && (self.way.is_empty() || column.way == self.way)
    }

    fn is_runtime(self, name: &str) -> bool {
        name.contains(self.runtime) && !name.contains("interpreter")
    }
}

const fn pick(world: &'static str, runtime: &'static str, subject: &'static str, way: &'static str) -> Pick {
    Pick { world, runtime, subject, way }
}

const fn ours(world: &'static str, runtime: &'static str, way: &'static str) -> Pick {
    pick(world, runtime, OURS, way)
}

const WASMTIME: &str = "wasmtime";
const OF_10: &str = "equals-20-of-10";
const OF_100_000: &str = "equals-20-of-100000";

fn targets() -> Vec<Target> {
    [json_targets(), host_targets(), own_targets()].into_iter().flatten().collect()
}

fn against(title: &'static str, ours: Pick, peer: Pick, scenarios: Scenarios, least: f64) -> Target {
    Target { title, ours, measure: Measure::Against(peer, scenarios), wanted: Wanted::AtLeast(least) }
}

/// The module behind JSON, against a module that does the same with datalogic-rs 4.
fn json_targets() -> Vec<Target> {
    let json = |title, world, runtime, scenario, least| {
        let peer = pick(world, runtime, "datalogic-rs 4", "json-bytes");
        against(title, ours(world, runtime, "json-bytes"), peer, Scenarios::These(scenario), least)
    };
    vec![
        json("wasmtime, JSON, 2 attributes, against datalogic-rs 4", "rust-wasm", WASMTIME, &["equals-2"], 5.0),
        json("wasmtime, JSON, 20 attributes, against datalogic-rs 4", "rust-wasm", WASMTIME, &["equals-20"], 8.0),
        json("wasmtime, JSON, 1,000 attributes, against datalogic-rs 4", "rust-wasm", WASMTIME, &["equals-1000"], 20.0),
        json("V8, JSON, 2 attributes, against datalogic-rs 4", "node", "V8", &["equals-2"], 5.0),
        json("V8, JSON, 20 attributes, against datalogic-rs 4", "node", "V8", &["equals-20"], 8.0),
        json("V8, JSON, 1,000 attributes, against datalogic-rs 4", "node", "V8", &["equals-1000"], 20.0),
    ]
}

/// What a host would take, against the evaluator that its language has.
fn host_targets() -> Vec<Target> {
    vec![
        against(
            "wazero, slots, targeted flags with 20 attributes, against flagd core (go)",
            ours("go", "wazero", "slots"),
            pick("go", "", "flagd core (go)", ""),
            Scenarios::TargetedWith(20),
            20.0,
        ),
        against(
            "Java compiled, slots, targeted flags with 20 attributes, against the Java in-process evaluator",
            ours("java", "compiled", "slots"),
            pick("java", "", "flagd provider (java)", ""),
            Scenarios::TargetedWith(20),
            3.0,
        ),
        against(
            "Node.js, slots, static and one `==` with 2 and 20 attributes, against flagd-core (js)",
            ours("node", "V8", "slots"),
            pick("node", "", "flagd-core (js)", ""),
            Scenarios::These(&["static-2", "static-20", "equals-2", "equals-20"]),
            2.0,
        ),
        against(
            "native, end to end, against datalogic-rs 5",
            ours("native", "", "json-bytes"),
            pick("native", "", "datalogic-rs 5", "json-bytes"),
            Scenarios::Evaluations,
            2.0,
        ),
    ]
}

/// How cost grows, and what an update costs.
fn own_targets() -> Vec<Target> {
    vec![
        Target {
            title: "100,000 flags instead of 10, every runtime and way",
            ours: ours("", "", ""),
            measure: Measure::Growth(OF_10, OF_100_000),
            wanted: Wanted::AtMost(1.2),
        },
        Target {
            title: "V8, update of 10,000 flags, each flag",
            ours: ours("node", "V8", ""),
            measure: Measure::PerFlag(10_000),
            wanted: Wanted::AtMost(20.0),
        },
        against(
            "native, update of 1,000 and more flags, against boon + serde_json",
            ours("native", "", "update"),
            pick("native", "", "boon + serde_json", ""),
            Scenarios::FirstUpdatesFrom(1000),
            5.0,
        ),
    ]
}

/// The table of promises.
pub fn table(results: &Results, work: &Work) -> Table {
    let head = ["target", "wanted", "lowest", "geometric mean", "highest", "verdict"];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for target in targets() {
        let wanted = target.wanted;
        let figures = target.figures(results, work);
        let unit = if matches!(target.measure, Measure::PerFlag(_)) { " µs" } else { "×" };
        rows.push([vec![target.title.to_owned(), wanted.say(unit)], summary(&figures, wanted, unit)].concat());
    }
    let notes = vec![
        "A target is met when every figure meets it: the lowest where a least is wanted, the highest where a most is."
            .to_owned(),
    ];
    Table { head: head.map(str::to_owned).to_vec(), rows, notes, ..Table::default() }
}

/// Lowest, middle, highest and the verdict.
fn summary(figures: &[(String, f64)], wanted: Wanted, unit: &str) -> Vec<String> {
    let text = |figure| format!("{}{unit}", digits(figure));
    let values: Vec<f64> = figures.iter().map(|(_, figure)| *figure).collect();
    let Some(mean) = geometric_mean(&values) else {
        return ["–", "–", "–", "not measured"].map(str::to_owned).to_vec();
    };
    let named = |found: Option<&(String, f64)>| match found {
        Some((name, figure)) if figures.len() > 1 => format!("{} ({name})", text(*figure)),
        Some((_, figure)) => text(*figure),
        None => String::new(),
    };
    let by_figure = |left: &&(String, f64), right: &&(String, f64)| left.1.total_cmp(&right.1);
    let met = values.iter().filter(|figure| wanted.is_met(**figure)).count();
    let verdict = match met {
        all if all == values.len() => "met".to_owned(),
        0 => "missed".to_owned(),
        some => format!("missed in {} of {}", values.len() - some, values.len()),
    };
    vec![named(figures.iter().min_by(by_figure)), text(mean), named(figures.iter().max_by(by_figure)), verdict]
}

impl Wanted {
    fn is_met(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }

    fn say(self, unit: &str) -> String {
        match self {
            Self::AtLeast(least) => format!("at least {least}{unit}"),
            Self::AtMost(most) => format!("at most {most}{unit}"),
        }
    }
}

impl Target {
    /// Every figure that the promise is about, with its name.
    fn figures(&self, results: &Results, work: &Work) -> Vec<(String, f64)> {
        let own = self.ours.columns(results);
        match &self.measure {
            Measure::Against(peer, scenarios) => {
                let (ids, own) = (scenarios.ids(work), own.collect::<Vec<_>>());
                let alone = own.len() == 1;
                own.iter().flat_map(|own| ratios(results, own, *peer, &ids, alone)).collect()
            }
            Measure::Growth(from, to) => {
                own.filter_map(|own| Some((own.title(), results.ratio_between((own, to), (own, from))?))).collect()
            }
            Measure::PerFlag(count) => own.flat_map(|own| per_flag(results, own, work, *count)).collect(),
        }
    }
}

fn ratios(results: &Results, own: &Column, peer: Pick, scenarios: &[String], alone: bool) -> Vec<(String, f64)> {
    let name = |scenario: &str| if alone { scenario.to_owned() } else { format!("{scenario}, {}", own.runtime) };
    let mut figures = Vec::new();
    for peer in peer.columns(results) {
        let ratio = |scenario: &String| Some((name(scenario), results.ratio(peer, own, scenario)?));
        figures.extend(scenarios.iter().filter_map(ratio));
    }
    figures
}

fn per_flag(results: &Results, own: &Column, work: &Work, count: u64) -> Vec<(String, f64)> {
    let documents = work.first_updates().into_iter().filter(|update| update.flag_count == count);
    let cost = |id: &str| Some(results.time(own, id)?.median / 1e3 / count as f64);
    documents.filter_map(|update| Some((update.id.clone(), cost(&update.id)?))).collect()
}

impl Scenarios {
    fn ids(&self, work: &Work) -> Vec<String> {
        let evaluations = || work.evaluations.iter();
        match self {
            Self::These(ids) => ids.iter().map(|id| (*id).to_owned()).collect(),
            Self::TargetedWith(attributes) => evaluations()
                .filter(|one| one.attributes == *attributes && TARGETED.contains(&one.group.as_str()))
                .map(|one| one.id.clone())
                .collect(),
            Self::Evaluations => evaluations().map(|one| one.id.clone()).collect(),
            Self::FirstUpdatesFrom(least) => work
                .first_updates()
                .into_iter()
                .filter(|update| update.flag_count >= *least)
                .map(|update| update.id.clone())
                .collect(),
        }
    }
}
