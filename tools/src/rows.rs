//! Which rows of the service's documents have tests, and which of those pass: `docs/service/rows.md`.
//!
//! A test shows a row if its name begins with it: `s001_20_evaluate_answers_a_bare_map` shows 001-20.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::root;

/// What the table is made from, and where it goes.
const ROWS: &str = "server/tests/rows.tsv";
const TABLE: &str = "docs/service/rows.md";
/// Where tests of rows are.
const TESTS: [&str; 3] = ["server/tests", "cli/tests", "server/src"];

/// A promise of a document.
struct Row {
    id: String,
    promise: String,
    /// Why there is no test yet; empty for what must have one.
    later: String,
}

/// Writes the table from the output of the tests, which says which of them passed.
pub fn write(results: &Path) -> Result<()> {
    let text = fs::read_to_string(results).with_context(|| format!("cannot read `{}`", results.display()))?;
    let outcomes = outcomes(&text);
    if outcomes.is_empty() {
        bail!("`{}` has no line of a test: give the output of `cargo test`", results.display());
    }
    let table = table(&rows()?, &tests()?, &outcomes)?;
    fs::write(root().join(TABLE), table).with_context(|| format!("cannot write `{TABLE}`"))?;
    println!("wrote {TABLE}");
    Ok(())
}

/// Fails where a row has no test and no reason, or the table names other tests than there are.
pub fn check() -> Result<()> {
    let (rows, tests) = (rows()?, tests()?);
    let without: Vec<&str> = rows
        .iter()
        .filter(|row| row.later.is_empty() && !tests.contains_key(&row.id))
        .map(|row| row.id.as_str())
        .collect();
    if !without.is_empty() {
        bail!("rows without a test: {}", without.join(", "));
    }
    let table = fs::read_to_string(root().join(TABLE)).with_context(|| format!("cannot read `{TABLE}`"))?;
    let missing: Vec<&str> =
        tests.values().flatten().map(String::as_str).filter(|name| !table.contains(&format!("`{name}`"))).collect();
    if !missing.is_empty() {
        bail!("`{TABLE}` lacks {}: run `make rows`", missing.join(", "));
    }
    println!(
        "{} rows, {} of them with tests",
        rows.len(),
        rows.iter().filter(|row| tests.contains_key(&row.id)).count()
    );
    Ok(())
}

fn rows() -> Result<Vec<Row>> {
    let text = fs::read_to_string(root().join(ROWS)).with_context(|| format!("cannot read `{ROWS}`"))?;
    text.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

fn row(line: &str) -> Result<Row> {
    let [id, promise, later] = line.split('\t').collect::<Vec<_>>()[..] else {
        bail!("`{line}` has not three columns")
    };
    let later = if later == "now" { "" } else { later };
    Ok(Row { id: id.to_owned(), promise: promise.to_owned(), later: later.to_owned() })
}

/// The row that a test's name begins with: `s001_20_…` → 001-20.
///
/// ```
/// use burgee_tools::rows::row_of;
///
/// assert_eq!(row_of("s001_20_evaluate_answers_a_bare_map"), Some("001-20".into()));
/// assert_eq!(row_of("module::s004_01_create"), Some("004-01".into()));
/// assert_eq!(row_of("health_answers"), None);
/// ```
pub fn row_of(test: &str) -> Option<String> {
    let name = test.rsplit("::").next()?.strip_prefix('s')?;
    let (document, rest) = name.split_once('_')?;
    let (number, _) = rest.split_once('_')?;
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(document, 3) && digits(number, 2)).then(|| format!("{document}-{number}"))
}

/// The names of tests by row, as the sources have them.
fn tests() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in TESTS {
        for file in sources(&root().join(folder))? {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
            for name in text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next()) {
                if let Some(row) = row_of(name) {
                    tests.entry(row).or_default().insert(name.to_owned());
                }
            }
        }
    }
    Ok(tests)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Outcomes by test: `test s001_20_… ... ok`.
fn outcomes(text: &str) -> BTreeMap<&str, &str> {
    let outcome = |line| -> Option<(&str, &str)> {
        let (name, outcome) = str::strip_prefix(line, "test ")?.split_once(" ... ")?;
        Some((name.rsplit("::").next()?, outcome.split_whitespace().next()?))
    };
    text.lines().filter_map(outcome).collect()
}

fn table(rows: &[Row], tests: &BTreeMap<String, BTreeSet<String>>, outcomes: &BTreeMap<&str, &str>) -> Result<String> {
    let mut lines = String::new();
    let (mut passing, mut due) = (0, 0);
    for row in rows {
        let names = tests.get(&row.id);
        let state = match names {
            None if row.later.is_empty() => "no test".to_owned(),
            None => format!("later: {}", row.later),
            Some(names) => state(names, outcomes).to_owned(),
        };
        due += usize::from(row.later.is_empty());
        passing += usize::from(state == "passes" && row.later.is_empty());
        let names: Vec<String> = names.into_iter().flatten().map(|name| format!("`{name}`")).collect();
        writeln!(lines, "| {} | {} | {state} | {} |", row.id, row.promise, names.join(" "))?;
    }
    Ok(format!(
        "# The service's rows\n\n\
         What the four documents promise, row by row, and the tests that show it. Made by `make rows` from what the tests \
         printed; `make test` fails where a test is missing here.\n\n\
         {passing} of the {due} rows that are due pass; others say what they wait for.\n\n\
         | row | promise | state | tests |\n|---|---|---|---|\n{lines}"
    ))
}

/// One failing test fails its row; tests that did not run show nothing.
fn state(names: &BTreeSet<String>, outcomes: &BTreeMap<&str, &str>) -> &'static str {
    let of = |name: &String| outcomes.get(name.as_str()).copied();
    if names.iter().any(|name| of(name) == Some("FAILED")) {
        "fails"
    } else if names.iter().any(|name| of(name) == Some("ok")) {
        "passes"
    } else {
        "did not run"
    }
}
