//! Worlds: what is compared with each other, because somebody would choose between them.

use crate::results::{Column, Results};

/// One table and one plot.
#[derive(Debug)]
pub struct World<'a> {
    /// Name for files.
    pub id: &'static str,
    /// Name for readers.
    pub title: &'static str,
    /// Ours first, then the peers, each in the order of the results.
    pub columns: Vec<&'a Column>,
}

const WORLDS: [(&str, &str); 7] = [
    ("native", "Native Rust"),
    ("rust-wasm", "The module in Rust hosts: wasmtime and wasmi"),
    ("node", "Node.js: V8"),
    ("go", "Go: wazero"),
    ("java", "Java"),
    ("python", "Python"),
    ("other", "Other runners"),
];

/// The worlds that have results.
pub fn worlds(results: &Results) -> Vec<World<'_>> {
    WORLDS.iter().map(|(id, title)| world(results, id, title)).filter(|world| !world.columns.is_empty()).collect()
}

/// The world that a column belongs to.
pub fn home(column: &Column) -> &'static str {
    match column.runner.as_str() {
        "rust" if column.runtime == "native" => "native",
        "rust" => "rust-wasm",
        name => WORLDS.iter().map(|(id, _)| *id).find(|id| *id == name).unwrap_or("other"),
    }
}

fn world<'a>(results: &'a Results, id: &'static str, title: &'static str) -> World<'a> {
    let mut columns: Vec<_> = results.columns().filter(|column| home(column) == id).collect();
    columns.sort_by_key(|column| (!column.is_ours(), !column.is_whole(), ours_first_to_last(column)));
    World { id, title, columns }
}

impl<'a> World<'a> {
    /// What a column is divided by, of those for which `known` holds: ours in the same runtime and way, or in the way that
    /// a host would take.
    pub fn base(&self, column: &Column, known: impl Fn(&Column) -> bool) -> Option<&'a Column> {
        if column.is_ours() {
            return None;
        }
        let ours = || self.columns.iter().copied().filter(|column| column.is_whole() && known(column));
        let alike = ours().find(|own| own.runtime == column.runtime && own.way == column.way);
        alike.or_else(|| ours().min_by_key(|own| ours_first_to_last(own)))
    }
}

/// Compiled before interpreted, slots before JSON.
fn ours_first_to_last(column: &Column) -> (bool, usize) {
    if !column.is_ours() {
        return (false, 0);
    }
    let interpreted = column.runtime.contains("interpreter") || column.runtime == "wasmi";
    let way = ["slots", "object", "json-bytes", "json"].iter().position(|way| *way == column.way);
    (interpreted, way.unwrap_or(usize::MAX))
}
