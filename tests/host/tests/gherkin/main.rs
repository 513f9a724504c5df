//! Runs the project's features and, where it is present, flagd's testbed: each scenario natively and in the module.

mod kit_steps;
mod own_steps;
mod provider;
mod report;
mod suite;
mod world;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use burgee_conformance::places;
use burgee_conformance::subject::Target;
use cucumber::World as _;
use report::Report;
use suite::{Loaded, Suite};
use world::World;

/// How many scenarios the testbed's kits have with all examples; another number means another version of the kit.
const EVALUATOR_SCENARIOS: usize = 140;
const PROVIDER_SCENARIOS: usize = 416;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    places::program()?;
    let suites = suites()?;
    let mut reports = Vec::new();
    for suite in &suites {
        for target in [Target::Native, Target::Module] {
            reports.push(play(suite, target));
        }
    }
    Ok(report::print(&suites, &reports))
}

fn suites() -> Result<Vec<Suite>> {
    let mut suites = vec![Suite::own(&places::root().join("tests/features"))?];
    if let Some(testbed) = places::shared("testbed") {
        let evaluator = Suite::evaluator_kit(&testbed)?;
        check_size(&evaluator, EVALUATOR_SCENARIOS)?;
        let provider = Suite::provider_kit(&testbed)?;
        check_size(&provider, PROVIDER_SCENARIOS)?;
        suites.extend([evaluator, provider]);
    }
    Ok(suites)
}

fn check_size(suite: &Suite, scenarios: usize) -> Result<()> {
    let found = suite.scenarios() + suite.left_out.values().sum::<usize>();
    ensure!(found == scenarios, "the {} has {found} scenarios instead of {scenarios}", suite.name);
    Ok(())
}

/// Plays the scenarios one after the other; they are too short for more to be worth it.
fn play(suite: &Suite, target: Target) -> Report {
    world::TARGET.set(target);
    let kit = suite.kit.clone();
    let cucumber = World::cucumber::<&str>()
        .max_concurrent_scenarios(1)
        .before(move |feature, _, scenario, world| {
            world.enter(&kit, feature, scenario);
            Box::pin(std::future::ready(()))
        })
        .with_parser(Loaded)
        .with_writer(Report::new(suite.name, target))
        .with_default_cli();
    futures::executor::block_on(cucumber.run(suite.features.clone()))
}
