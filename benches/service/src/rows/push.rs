//! How soon streams have a change.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::aims::{LAST, MEMORY, P50, P99};
use crate::http::{Connection, Request};
use crate::measure::{Bench, note};
use crate::statistics::{milliseconds, percentile};
use crate::streams::{Streams, mark};
use crate::subject::admin;

/// Until streams that were opened are at rest, and between changes that all of them see.
const REST: Duration = Duration::from_secs(2);
/// Between changes that one stream sees.
const PAUSE: Duration = Duration::from_millis(10);
/// After this a change is lost.
const PATIENCE: Duration = Duration::from_secs(20);
const FLAG: &str = "pushed";

/// Many streams that are idle, then a few changes.
pub(super) async fn many(bench: &Bench, row: &str) -> Result<()> {
    let writer = bench.writer(row)?;
    if bench.lacks_burgee(row, &writer)? {
        return Ok(());
    }
    let server = bench.programs.start_on(&bench.programs.empty_data()?).await?;
    let mut editor = Editor::new(server.address).await?;
    let alone = server.memory()?;
    let count = bench.scale.streams;
    let begin = Instant::now();
    let streams = Streams::open(server.address, &stream(), count).await?;
    note(format!("{count} streams are open after {:.1} s", begin.elapsed().as_secs_f64()));
    tokio::time::sleep(REST).await;
    let memory = server.memory()?;
    note(format!("{alone:.1} MiB without them, {memory:.1} MiB with them"));
    writer.measured(row, "burgee", MEMORY, vec![memory])?;
    let mut last = Vec::new();
    for number in 1..=bench.scale.changes as u64 {
        let times = milliseconds(editor.change(number, &streams).await?);
        let slowest = percentile(&times, 1.0).context("no stream has the change")?;
        note(format!("change {number}: the last stream has it after {slowest:.1} ms"));
        last.push(slowest);
        tokio::time::sleep(REST).await;
    }
    writer.measured(row, "burgee", LAST, last)?;
    drop(streams);
    server.stop().await
}

/// One stream and many changes.
pub(super) async fn one(bench: &Bench, row: &str) -> Result<()> {
    let writer = bench.writer(row)?;
    if bench.lacks_burgee(row, &writer)? {
        return Ok(());
    }
    let server = bench.programs.start_on(&bench.programs.empty_data()?).await?;
    let mut editor = Editor::new(server.address).await?;
    let streams = Streams::open(server.address, &stream(), 1).await?;
    let mut times = Vec::new();
    for number in 1..=bench.scale.single_changes as u64 {
        times.extend(editor.change(number, &streams).await?);
        tokio::time::sleep(PAUSE).await;
    }
    let times = milliseconds(times);
    for (quantity, share) in [(P50, 0.5), (P99, 0.99)] {
        let value = percentile(&times, share).context("no change was seen")?;
        note(format!("{quantity} {value:.2} ms"));
        writer.measured(row, "burgee", quantity, vec![value])?;
    }
    drop(streams);
    server.stop().await
}

fn stream() -> Request {
    admin(Request::get("/flags/stream").with("Accept", "text/event-stream"))
}

/// Changes one flag again and again.
struct Editor {
    connection: Connection,
}

impl Editor {
    async fn new(address: SocketAddr) -> Result<Self> {
        let mut connection = Connection::open(address).await?;
        let flag = json!({
            "flag_id": FLAG, "name": FLAG, "description": "seen by streams", "enabled_by_default": true, "variants": {}
        });
        connection.send(&admin(Request::json("POST", "/flags", &flag))).await?.succeeded("cannot create a flag")?;
        Ok(Self { connection })
    }

    /// The times from sending a change until each stream has it: writing it durably is part of them.
    async fn change(&mut self, number: u64, streams: &Streams) -> Result<Vec<Duration>> {
        let change = json!({ "description": mark(number) });
        let request = admin(Request::json("PATCH", format!("/flags/{FLAG}"), &change));
        let begin = Instant::now();
        let (answer, times) = tokio::join!(self.connection.send(&request), streams.wait(number, begin, PATIENCE));
        answer?.succeeded("cannot change the flag")?;
        times
    }
}
