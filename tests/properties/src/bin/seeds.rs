//! Writes the seeds of every property: `seeds FOLDER` puts them into one folder for each.

use std::path::Path;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("usage: seeds FOLDER")?;
    for property in burgee_properties::ALL {
        let count = property.write_inputs(&Path::new(&folder).join(property.name))?;
        println!("{count:>6} seeds for {}", property.name);
    }
    Ok(())
}
