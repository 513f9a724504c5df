//! What is measured, row by row.

mod append;
mod memory;
mod push;
mod recorded;
mod start;
mod throughput;

use anyhow::{Result, bail};

use crate::measure::Bench;
use throughput::Load;

/// Takes a row and writes its results.
pub async fn take(bench: &Bench, row: &str) -> Result<()> {
    match row {
        "single" => throughput::take(bench, row, Load::Single).await,
        "bulk-50" => throughput::take(bench, row, Load::Bulk(50)).await,
        "bulk-350" => throughput::take(bench, row, Load::Bulk(350)).await,
        "unchanged-50" => throughput::take(bench, row, Load::Unchanged(50)).await,
        "unchanged-350" => throughput::take(bench, row, Load::Unchanged(350)).await,
        "recorded" => recorded::take(bench, row).await,
        "memory-5" => memory::take(bench, row, 5).await,
        "memory-350" => memory::take(bench, row, 350).await,
        "streams" => push::many(bench, row).await,
        "stream" => push::one(bench, row).await,
        "start" => start::take(bench, row).await,
        "append" => append::take(bench, row).await,
        other => bail!("no row is named `{other}`"),
    }
}
