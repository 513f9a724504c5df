//! Where and when the figures were taken.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::tables::Table;

/// Processor, memory, system, and the day of the youngest results file.
pub fn table(results: &Path) -> Result<Table> {
    let refresh =
        RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()).with_memory(MemoryRefreshKind::everything());
    let system = System::new_with_specifics(refresh);
    let unknown = || "unknown".to_owned();
    let processor = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|brand| !brand.is_empty());
    let rows = [
        ("processor", processor.unwrap_or_else(unknown)),
        ("logical cores", system.cpus().len().to_string()),
        ("memory", format!("{:.0} GiB", system.total_memory() as f64 / f64::from(1 << 30))),
        ("system", System::long_os_version().unwrap_or_else(unknown)),
        ("architecture", std::env::consts::ARCH.to_owned()),
        ("date", day(results)?),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]).to_vec();
    Ok(Table { head: vec!["machine".to_owned(), String::new()], rows, ..Table::default() })
}

fn day(results: &Path) -> Result<String> {
    let mut youngest = SystemTime::UNIX_EPOCH;
    for entry in results.read_dir().with_context(|| format!("cannot read the folder {}", results.display()))? {
        youngest = youngest.max(entry?.metadata()?.modified()?);
    }
    let moment = jiff::Timestamp::try_from(youngest)?;
    Ok(moment.strftime("%Y-%m-%d").to_string())
}
