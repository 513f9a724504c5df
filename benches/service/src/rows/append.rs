//! Durable changes by many writers, what a crash leaves of them, and how long a start takes behind them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use tokio::task::JoinSet;

use crate::aims::{EVENTS, LOST, P50, P99, PROCESSOR, RATE};
use crate::http::{Connection, Request, Response};
use crate::measure::{Bench, note};
use crate::statistics::{milliseconds, percentile};
use crate::subject::admin;

const WRITERS: usize = 64;
/// Row of the starts, which need what this row leaves behind.
const START: &str = "start-events";

/// Each writer changes a flag of its own as fast as it is answered.
pub(super) async fn take(bench: &Bench, row: &str) -> Result<()> {
    let writer = bench.writer(row)?;
    if bench.lacks_burgee(row, &writer)? {
        return Ok(());
    }
    let data = bench.programs.empty_data()?;
    let server = bench.programs.start_on(&data).await?;
    let mut versions = create(server.address).await?;
    let mut events = WRITERS;
    let mut all = Vec::new();
    let mut rates = Vec::new();
    let used = server.processor()?;
    let begin = Instant::now();
    for _ in 0..bench.scale.rounds {
        let round = Instant::now();
        let (times, reached) = write(server.address, versions, Limit::Until(round + bench.scale.load)).await?;
        rates.push(times.len() as f64 / round.elapsed().as_secs_f64());
        note(format!("{:.0} changes a second", rates.last().copied().unwrap_or_default()));
        events += times.len();
        all.extend(times);
        versions = reached;
    }
    let used = (server.processor()? - used) / begin.elapsed().as_secs_f64();
    server.kill().await?;

    let server = bench.programs.start_on(&data).await?;
    let lost = lost(server.address, &versions).await?;
    note(format!("{lost} of {events} changes are gone after a crash"));
    writer.measured(row, "burgee", RATE, rates)?;
    let times = milliseconds(all);
    for (quantity, value) in [
        (P50, percentile(&times, 0.5).context("no changes")?),
        (P99, percentile(&times, 0.99).context("no changes")?),
        (PROCESSOR, used),
        (LOST, lost as f64),
    ] {
        writer.measured(row, "burgee", quantity, vec![value])?;
    }

    let missing = bench.scale.events.saturating_sub(events);
    note(format!("{missing} more changes for the log behind a snapshot"));
    versions.iter_mut().for_each(|version| *version += 1);
    write(server.address, versions, Limit::Changes(missing / WRITERS + 1)).await?;
    server.stop().await?;
    let mut times = Vec::new();
    for _ in 0..bench.scale.starts {
        let server = bench.programs.start_on(&data).await?;
        times.push(server.start.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    note(format!("starts behind {} events: {times:.1?} ms", events.max(bench.scale.events)));
    bench.writer(START)?.measured(START, "burgee", EVENTS, times)
}

/// A flag for each writer, and its version.
async fn create(address: SocketAddr) -> Result<Vec<u64>> {
    let mut connection = Connection::open(address).await?;
    let mut versions = Vec::new();
    for number in 0..WRITERS {
        let id = flag(number);
        let body = json!({
            "flag_id": id, "name": id, "description": "", "enabled_by_default": false, "variants": {}
        });
        let answer = connection.send(&admin(Request::json("POST", "/flags", &body))).await?;
        versions.push(version(&answer.succeeded("cannot create a flag")?)?);
    }
    Ok(versions)
}

fn flag(number: usize) -> String {
    format!("writer-{number}")
}

/// The version that a change made.
fn version(answer: &Response) -> Result<u64> {
    let body = answer.json()?;
    body["event"]["version"].as_u64().with_context(|| format!("no version in {body}"))
}

fn change(number: usize, version: u64) -> Vec<u8> {
    let body =
        json!({ "description": format!("after version {version}"), "enabled_by_default": version.is_multiple_of(2) });
    admin(Request::json("PATCH", format!("/flags/{}", flag(number)), &body)).bytes()
}

/// How much each writer writes.
#[derive(Clone, Copy)]
enum Limit {
    Until(Instant),
    Changes(usize),
}

/// The latency of every change, and the version of each flag after the last one that was answered.
async fn write(address: SocketAddr, versions: Vec<u64>, limit: Limit) -> Result<(Vec<Duration>, Vec<u64>)> {
    let mut tasks = JoinSet::new();
    for (number, mut reached) in versions.iter().copied().enumerate() {
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut times = Vec::new();
            let goes_on = |done: usize| match limit {
                Limit::Until(end) => Instant::now() < end,
                Limit::Changes(count) => done < count,
            };
            while goes_on(times.len()) {
                let begin = Instant::now();
                let answer = connection.send_bytes(&change(number, reached)).await?;
                times.push(begin.elapsed());
                reached = version(&answer.succeeded("cannot change a flag")?)?;
            }
            anyhow::Ok((number, reached, times))
        });
    }
    let mut all = Vec::new();
    let mut versions = versions;
    while let Some(done) = tasks.join_next().await {
        let (number, reached, times) = done??;
        versions[number] = reached;
        all.extend(times);
    }
    Ok((all, versions))
}

/// How many versions are missing: the next change of a flag must follow its last.
async fn lost(address: SocketAddr, versions: &[u64]) -> Result<u64> {
    let mut connection = Connection::open(address).await?;
    let mut lost = 0;
    for (number, &reached) in versions.iter().enumerate() {
        let answer = connection.send_bytes(&change(number, reached)).await?;
        let next = version(&answer.succeeded("cannot change a flag after the crash")?)?;
        lost += (reached + 1).saturating_sub(next);
    }
    Ok(lost)
}
