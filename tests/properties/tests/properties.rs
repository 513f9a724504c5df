//! Checks every property with what fuzzing found before, with the seeds, and with generated inputs, the same ones each
//! time. `BURGEE_INPUTS=100000` makes it as many generated inputs of each property, arguments choose properties by name.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use burgee_conformance::places;
use burgee_properties::{ALL, driver};

fn main() -> Result<ExitCode> {
    check_targets()?;
    let generated = match std::env::var("BURGEE_INPUTS") {
        Ok(count) => Some(count.parse().context("`BURGEE_INPUTS` is no number")?),
        Err(_) => None,
    };
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut failed = false;
    for property in
        ALL.into_iter().filter(|property| names.is_empty() || names.iter().any(|name| name == property.name))
    {
        let begin = Instant::now();
        match driver::run(property, generated.unwrap_or(property.inputs_in_tests)) {
            Ok(counts) => println!(
                "{:<14} {:>3} regressions, {:>4} seeds, {:>6} generated inputs, {:>6} of them telling  {:>5.1} s",
                property.name,
                counts.regressions,
                counts.seeds,
                counts.generated,
                counts.telling,
                begin.elapsed().as_secs_f64()
            ),
            Err(error) => {
                failed = true;
                println!("FAILED {}: {error:?}", property.name);
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every property has a fuzz target, and every target a property.
fn check_targets() -> Result<()> {
    let mut targets = Vec::new();
    for file in std::fs::read_dir(places::root().join("fuzz/fuzz_targets"))? {
        targets.push(file?.file_name().to_string_lossy().into_owned());
    }
    let mut properties = ALL.map(|property| format!("{}.rs", property.name));
    targets.sort();
    properties.sort();
    ensure!(targets == properties, "the fuzz targets are {targets:?}, the properties {properties:?}");
    Ok(())
}
