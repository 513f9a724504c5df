//! Counts what passed and failed, and prints it as a table.

use std::collections::BTreeMap;

use burgee_conformance::subject::Target;
use cucumber::event::{Cucumber, Feature, Hook, RetryableScenario, Scenario, Step, StepError};
use cucumber::{Event, Writer, cli, gherkin, parser, writer};

use crate::suite::Suite;
use crate::world::World;

/// The outcome of one suite on one target.
pub(crate) struct Report {
    suite: &'static str,
    target: Target,
    /// Passed and failed scenarios of each feature.
    features: BTreeMap<String, (usize, usize)>,
    failures: Vec<String>,
    /// What went wrong in the scenario that runs.
    open: Option<String>,
}

impl Report {
    pub(crate) fn new(suite: &'static str, target: Target) -> Self {
        Self { suite, target, features: BTreeMap::new(), failures: Vec::new(), open: None }
    }

    fn counts(&self) -> (usize, usize) {
        self.features.values().fold((0, 0), |(passed, failed), (more, worse)| (passed + more, failed + worse))
    }

    fn note(&mut self, feature: &gherkin::Feature, scenario: &gherkin::Scenario, event: Scenario<World>) {
        match event {
            Scenario::Hook(_, Hook::Failed(_, info)) => self.open = Some(text_of(&info)),
            Scenario::Background(step, event) | Scenario::Step(step, event) => self.note_step(&step, event),
            Scenario::Finished => self.close(feature, scenario),
            _ => {}
        }
    }

    fn note_step(&mut self, step: &gherkin::Step, event: Step<World>) {
        let reason = match event {
            Step::Skipped => "there is no such step".to_owned(),
            Step::Failed(_, _, _, StepError::Panic(info)) => text_of(&info),
            Step::Failed(_, _, _, error) => error.to_string(),
            Step::Started | Step::Passed(..) => return,
        };
        self.open = Some(format!("{} {}\n    {reason}", step.keyword.trim(), step.value));
    }

    fn close(&mut self, feature: &gherkin::Feature, scenario: &gherkin::Scenario) {
        let file = feature.path.as_deref().and_then(|path| path.file_stem()).unwrap_or_default().to_string_lossy();
        let counts = self.features.entry(file.clone().into_owned()).or_default();
        match self.open.take() {
            None => counts.0 += 1,
            Some(reason) => {
                counts.1 += 1;
                let place = format!("{file}.feature:{}", scenario.position.line);
                self.failures.push(format!("{} {:?}, {place}: {}\n  {reason}", self.suite, self.target, scenario.name));
            }
        }
    }
}

impl Writer<World> for Report {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<World>>>, _: &cli::Empty) {
        match event.map(Event::into_inner) {
            Err(error) => self.failures.push(error.to_string()),
            Ok(Cucumber::Feature(feature, Feature::Scenario(scenario, event)))
            | Ok(Cucumber::Feature(feature, Feature::Rule(_, cucumber::event::Rule::Scenario(scenario, event)))) => {
                let RetryableScenario { event, .. } = event;
                self.note(&feature, &scenario, event);
            }
            Ok(_) => {}
        }
    }
}

// Scenarios run one after the other, so their events are in order.
impl writer::Normalized for Report {}

fn text_of(info: &cucumber::event::Info) -> String {
    let text = info.downcast_ref::<String>().cloned();
    text.or_else(|| info.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_else(|| "it panicked".to_owned())
}

/// Prints every failure, the counts of each feature, and what was left out. Says whether all is well.
pub(crate) fn print(suites: &[Suite], reports: &[Report]) -> bool {
    for failure in reports.iter().flat_map(|report| &report.failures) {
        println!("FAILED {failure}\n");
    }
    println!("{:<14} {:<20} {:>8} {:>8} {:>8} {:>8}", "", "", "natively", "", "module", "");
    println!("{:<14} {:<20} {:>8} {:>8} {:>8} {:>8}", "suite", "feature", "passed", "failed", "passed", "failed");
    for pair in reports.chunks(2) {
        let [native, module] = pair else { continue };
        for (feature, (passed, failed)) in &native.features {
            let (also, not) = module.features.get(feature).copied().unwrap_or_default();
            println!("{:<14} {feature:<20} {passed:>8} {failed:>8} {also:>8} {not:>8}", native.suite);
        }
    }
    for suite in suites.iter().filter(|suite| !suite.left_out.is_empty()) {
        println!("\nleft out of the {}:", suite.name);
        for (reason, count) in &suite.left_out {
            println!("  {count:>3}  {reason}");
        }
    }
    let all_ran = check_all_ran(suites, reports);
    let (passed, failed) =
        reports.iter().map(Report::counts).fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
    println!("\n{passed} passed, {failed} failed");
    all_ran && reports.iter().all(|report| report.failures.is_empty())
}

/// A scenario that did not run did not pass.
fn check_all_ran(suites: &[Suite], reports: &[Report]) -> bool {
    let mut all = true;
    for report in reports {
        let wanted = suites.iter().find(|suite| suite.name == report.suite).map_or(0, Suite::scenarios);
        let (passed, failed) = report.counts();
        if passed + failed != wanted {
            println!("{} {:?}: {} of {wanted} scenarios ran", report.suite, report.target, passed + failed);
            all = false;
        }
    }
    all
}
