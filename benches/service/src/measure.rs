//! Takes the rows that were asked for, one after the other.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::options::{Measure, Scale};
use crate::process::allow_files;
use crate::results::Writer;
use crate::rows;
use crate::subject::{Programs, SUBJECTS, Subject};

/// Beside the streams.
const OTHER_FILES: u64 = 500;

/// What every row needs.
#[derive(Debug)]
pub struct Bench {
    /// The servers.
    pub programs: Programs,
    /// How much is measured.
    pub scale: Scale,
    /// For documents and scripts.
    pub work: PathBuf,
    /// For results.
    pub results: PathBuf,
}

impl Bench {
    /// The subjects that are there.
    pub fn subjects(&self) -> Vec<Subject> {
        SUBJECTS.into_iter().filter(|&subject| self.programs.find(subject).is_some()).collect()
    }

    /// The file for the results of a row.
    pub fn writer(&self, row: &str) -> Result<Writer> {
        Writer::new(&self.results, row, self.scale.quick)
    }

    /// Says that ours is left out of a row, if it is not there.
    pub fn lacks_burgee(&self, row: &str, writer: &Writer) -> Result<bool> {
        let lacks = self.programs.burgee.is_none();
        if lacks {
            note(format!("{row} is ours alone, and burgee is not there"));
            writer.left_out(row, Subject::Burgee.name(), "it is not there")?;
        }
        Ok(lacks)
    }
}

/// Measures, and fails if ours failed in a row; the other rows are taken all the same.
pub async fn run(measure: Measure) -> Result<()> {
    let Measure { folder, programs: [burgee, flagd, edge], core, rows, scale } = measure;
    allow_files(scale.streams as u64 + OTHER_FILES)?;
    let server = folder.join("servers");
    std::fs::create_dir_all(&server)?;
    let programs = Programs { burgee, flagd, edge, core, folder: server };
    let bench = Bench { programs, scale, work: folder.join("work"), results: folder.join("results") };
    let mut failed = Vec::new();
    for row in rows {
        say(row);
        if let Err(error) = rows::take(&bench, row).await {
            note(format!("{row} failed: {error:#}"));
            // Half a row would be taken for a whole one.
            bench.writer(row)?.left_out(row, Subject::Burgee.name(), &format!("{error:#}"))?;
            failed.push(row);
        }
    }
    ensure!(failed.is_empty(), "these rows failed: {}", failed.join(", "));
    Ok(())
}

/// Tells which row begins.
pub fn say(title: &str) {
    eprintln!("\n\x1b[1m== {title}\x1b[0m");
}

/// Tells how it goes on.
pub fn note(text: impl AsRef<str>) {
    eprintln!("   {}", text.as_ref());
}
