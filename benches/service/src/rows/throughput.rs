//! As many requests as a server answers on one core, over 32 connections.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

use crate::aims::{LOADED_MEMORY, OTHERS, P50, P99, PROCESSOR, RATE};
use crate::http::{self, Request};
use crate::measure::{Bench, note};
use crate::process::{Server, core_time};
use crate::subject::Subject;
use crate::work::{self, Flags};
use crate::wrk;

const CONNECTIONS: usize = 32;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Load {
    /// One flag with a rule.
    Single,
    /// So many flags.
    Bulk(usize),
    /// So many flags by somebody who has the answer already.
    Unchanged(usize),
}

/// In each round every subject is started, checked, warmed and timed, in an order that rotates.
pub(super) async fn take(bench: &Bench, row: &str, load: Load) -> Result<()> {
    let flags = match load {
        Load::Single => work::targeted(&bench.work)?,
        Load::Bulk(count) | Load::Unchanged(count) => work::flags(&bench.work, count)?,
    };
    let writer = bench.writer(row)?;
    let mut subjects = bench.subjects();
    let mut values: BTreeMap<(Subject, &str), Vec<f64>> = BTreeMap::new();
    for round in 0..bench.scale.rounds {
        for subject in subjects.clone() {
            match one(bench, subject, load, &flags).await {
                Ok(figures) => {
                    note(format!("round {}, {}: {}", round + 1, subject.name(), told(&figures)));
                    for (quantity, value) in figures {
                        values.entry((subject, quantity)).or_default().push(value);
                    }
                }
                Err(error) => {
                    let reason = format!("{error:#}");
                    note(format!("{} is left out: {reason}", subject.name()));
                    ensure!(subject != Subject::Burgee, "{reason}");
                    writer.left_out(row, subject.name(), &reason)?;
                    subjects.retain(|&other| other != subject);
                    values.retain(|&(other, _), _| other != subject);
                }
            }
        }
        if !subjects.is_empty() {
            subjects.rotate_left(1);
        }
    }
    for ((subject, quantity), values) in values {
        writer.measured(row, subject.name(), quantity, values)?;
    }
    Ok(())
}

fn told(figures: &[(&str, f64)]) -> String {
    figures.iter().map(|(quantity, value)| format!("{quantity} {value:.3}")).collect::<Vec<_>>().join(", ")
}

async fn one(bench: &Bench, subject: Subject, load: Load, flags: &Flags) -> Result<Vec<(&'static str, f64)>> {
    let server = bench.programs.start(subject, flags).await?;
    let request = checked(&server, subject, load, flags).await?;
    let scale = &bench.scale;
    wrk::run(server.address, &request, CONNECTIONS, scale.warm, &bench.work).await?;
    let (used, busy) = (server.processor()?, core_time(bench.programs.core)?);
    let summary = wrk::run(server.address, &request, CONNECTIONS, scale.load, &bench.work).await?;
    let (used, busy) = (server.processor()? - used, core_time(bench.programs.core)? - busy);
    ensure!(summary.errors == 0, "{} of {} requests failed", summary.errors, summary.requests);
    let memory = server.memory()?;
    checked(&server, subject, load, flags).await.context("after the load")?;
    server.stop().await?;
    Ok(vec![
        (RATE, summary.rate()),
        (P50, summary.p50 / 1e3),
        (P99, summary.p99 / 1e3),
        (PROCESSOR, used / (summary.duration / 1e6)),
        (OTHERS, ((busy - used) / (summary.duration / 1e6)).max(0.0)),
        (LOADED_MEMORY, memory),
    ])
}

/// Asks once, and gives the request if its answer is right.
async fn checked(server: &Server, subject: Subject, load: Load, flags: &Flags) -> Result<Request> {
    if load == Load::Single {
        let request = subject.single(flags);
        subject.check_single(&http::once(server.address, &request).await?, flags)?;
        return Ok(request);
    }
    let request = if matches!(load, Load::Bulk(_)) { subject.bulk() } else { subject.cacheable() };
    let answer = http::once(server.address, &request).await?;
    subject.check_bulk(&answer, flags)?;
    if matches!(load, Load::Bulk(_)) {
        return Ok(request);
    }
    let tag = answer.header("etag").context("its answer has no ETag")?;
    let request = request.with("If-None-Match", tag);
    let again = http::once(server.address, &request).await?;
    ensure!(again.status == 304, "it answers {} to its own ETag", again.status);
    Ok(request)
}
