//! The table that the module checks with is the one that `schemas/` gives.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "schema_support/generate.rs"]
mod generate;

use std::path::Path;

#[test]
fn the_table_of_the_checker_is_made_from_the_schema_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let current = generate::table(&root.join("schemas"));
    let file = root.join("src/schema/table.rs");
    if std::env::var_os("BURGEE_BLESS").is_some() {
        std::fs::write(&file, &current).expect("the table can be written");
    }
    let committed = std::fs::read_to_string(&file).expect("the table can be read");
    // No diff of hundreds of lines: the way to repair it is always the same.
    assert!(
        committed == current,
        "src/schema/table.rs is not current: run BURGEE_BLESS=1 cargo test --test schema_current"
    );
}
