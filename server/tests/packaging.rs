//! What is packed, and that the checks are run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn s001_56_formats_and_lints_are_part_of_the_tests() {
    let makefile = read("Makefile");
    let line = makefile.lines().find(|line| line.starts_with("test:")).unwrap();
    assert!(line.split_whitespace().any(|word| word == "check"), "{line}");
    for check in ["fmt --all --check", "clippy --locked --workspace --all-targets --all-features -- -D warnings"] {
        assert!(makefile.contains(check), "`make check` lacks `{check}`");
    }
    assert!(read(".ci/run").lines().any(|line| line.trim() == "make test"));
}

#[test]
fn s001_57_the_image_is_built_in_two_stages_and_runs_as_nobody_special() {
    let dockerfile = read("Dockerfile");
    let instructions: Vec<&str> =
        dockerfile.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let stages: Vec<usize> =
        (0..instructions.len()).filter(|line| instructions.get(*line).unwrap().starts_with("FROM ")).collect();
    assert_eq!(stages.len(), 2, "a stage that builds and one that runs");
    let last = instructions.get(*stages.last().unwrap()..).unwrap();
    assert!(last.first().unwrap().contains("-slim") && !last.first().unwrap().ends_with(":latest"));
    assert!(last.iter().any(|line| line.starts_with("COPY --from=build ")), "only the binary is taken over");
    assert!(last.iter().any(|line| line.starts_with("USER ") && *line != "USER root"));
    assert!(last.iter().any(|line| line.starts_with("HEALTHCHECK ")));
    // Signals reach the program, and not a shell before it.
    assert!(last.iter().all(|line| !line.starts_with("CMD ") || line.starts_with("CMD [")));
    assert!(last.iter().any(|line| line.starts_with("ENTRYPOINT [")));
}
