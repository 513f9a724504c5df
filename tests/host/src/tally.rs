//! Counts and failures of one run, all of them and not only the first.

use std::collections::BTreeMap;
use std::process::ExitCode;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Tally {
    groups: BTreeMap<String, (usize, usize)>,
    failures: Vec<String>,
}

impl Tally {
    /// Notes one case; `Err` says what was wrong with it.
    pub fn note(&mut self, group: &str, name: &str, outcome: anyhow::Result<()>) {
        let (passed, failed) = self.groups.entry(group.to_owned()).or_default();
        match outcome {
            Ok(()) => *passed += 1,
            Err(error) => {
                *failed += 1;
                self.failures.push(format!("{group}: {name}\n{}", indent(&format!("{error:#}"))));
            }
        }
    }

    /// How many cases were noted.
    pub fn total(&self) -> usize {
        self.groups.values().map(|(passed, failed)| passed + failed).sum()
    }

    /// How many cases failed.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Prints the counts of each group and every failure.
    pub fn print(&self) {
        for failure in &self.failures {
            println!("FAILED {failure}");
        }
        let width = self.groups.keys().map(|group| group.chars().count()).max().unwrap_or(0);
        for (group, (passed, failed)) in &self.groups {
            println!("{group:width$}  {passed:>5} passed  {failed:>3} failed");
        }
        println!("{} passed, {} failed", self.total() - self.failed(), self.failed());
    }

    /// Prints; a case that failed fails the program.
    pub fn finish(&self) -> ExitCode {
        self.print();
        if self.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
