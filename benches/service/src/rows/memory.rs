//! What a server holds in memory when it has little to do.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::aims::MEMORY;
use crate::http;
use crate::measure::{Bench, note};
use crate::subject::Subject;
use crate::work;

/// Until what a start leaves behind is given back.
const REST: Duration = Duration::from_secs(3);

/// A server is asked for everything once, and rests.
pub(super) async fn take(bench: &Bench, row: &str, count: usize) -> Result<()> {
    let flags = work::flags(&bench.work, count)?;
    let writer = bench.writer(row)?;
    for subject in bench.subjects() {
        let mut values = Vec::new();
        let mut failure = None;
        for _ in 0..bench.scale.rounds {
            match one(bench, subject, &flags).await {
                Ok(value) => values.push(value),
                Err(error) => failure = Some(format!("{error:#}")),
            }
        }
        match failure {
            None => {
                note(format!("{}: {values:.1?} MiB", subject.name()));
                writer.measured(row, subject.name(), MEMORY, values)?;
            }
            Some(reason) => {
                note(format!("{} is left out: {reason}", subject.name()));
                ensure!(subject != Subject::Burgee, "{reason}");
                writer.left_out(row, subject.name(), &reason)?;
            }
        }
    }
    Ok(())
}

async fn one(bench: &Bench, subject: Subject, flags: &work::Flags) -> Result<f64> {
    let server = bench.programs.start(subject, flags).await?;
    subject.check_bulk(&http::once(server.address, &subject.bulk()).await?, flags)?;
    tokio::time::sleep(REST).await;
    let memory = server.memory()?;
    server.stop().await?;
    Ok(memory)
}
