//! Sessions at a terminal, with everything they print: `tests/sessions`, and those of the documentation.
//!
//! `TRYCMD=overwrite cargo test -p burgee-cli --test sessions` writes down what is printed now.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::path::Path;

#[test]
fn sessions_print_what_they_say() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // All sessions have one folder, each its own data in it.
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(package.join("tests/files")).unwrap() {
        let from = entry.unwrap().path();
        std::fs::copy(&from, folder.path().join(from.file_name().unwrap())).unwrap();
    }
    std::fs::copy(package.join("../examples/flags.json"), folder.path().join("flags.json")).unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    trycmd::TestCases::new()
        .case(package.join("tests/sessions/*.trycmd"))
        .case(package.join("../docs/service/cli.md"))
        .env("NO_COLOR", "1");
}
