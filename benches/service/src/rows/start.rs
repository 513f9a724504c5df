//! From the start of a process until it says that it is ready and answers for a flag.

use anyhow::{Result, ensure};

use crate::aims::{FILE, LOG};
use crate::http;
use crate::measure::{Bench, note};
use crate::subject::Subject;
use crate::work;

const COUNT: usize = 10_000;

/// Every subject with a file of flags; ours also with a log that the same file was imported into.
pub(super) async fn take(bench: &Bench, row: &str) -> Result<()> {
    let flags = work::flags(&bench.work, COUNT)?;
    let writer = bench.writer(row)?;
    for subject in bench.subjects() {
        match of_file(bench, subject, &flags).await {
            Ok(times) => {
                note(format!("{}, from a file: {times:.1?} ms", subject.name()));
                writer.measured(row, subject.name(), FILE, times)?;
            }
            Err(error) => {
                let reason = format!("{error:#}");
                note(format!("{} is left out: {reason}", subject.name()));
                ensure!(subject != Subject::Burgee, "{reason}");
                writer.left_out(row, subject.name(), &reason)?;
            }
        }
    }
    if bench.lacks_burgee(row, &writer)? {
        return Ok(());
    }
    let data = bench.programs.empty_data()?;
    bench.programs.import(&data, &flags.flagd).await?;
    let mut times = Vec::new();
    for _ in 0..bench.scale.starts {
        let server = bench.programs.start_on(&data).await?;
        times.push(server.start.as_secs_f64() * 1e3);
        Subject::Burgee.check_bulk(&http::once(server.address, &Subject::Burgee.bulk()).await?, &flags)?;
        server.stop().await?;
    }
    note(format!("burgee, from its log: {times:.1?} ms"));
    writer.measured(row, "burgee", LOG, times)
}

async fn of_file(bench: &Bench, subject: Subject, flags: &work::Flags) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..bench.scale.starts {
        let server = bench.programs.start(subject, flags).await?;
        times.push(server.start.as_secs_f64() * 1e3);
        subject.check_bulk(&http::once(server.address, &subject.bulk()).await?, flags)?;
        server.stop().await?;
    }
    Ok(times)
}
