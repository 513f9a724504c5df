//! What the process takes, under the names that Prometheus' own clients give these figures. Linux tells it in `/proc`;
//! elsewhere these figures are left out.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// Ticks of a second in `/proc`, the same on every architecture that Linux has today.
const TICKS: f64 = 100.0;

/// Takes the figures of now.
pub(super) fn measure() {
    static START: OnceLock<f64> = OnceLock::new();
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    if let Some((used, started)) = seconds() {
        metrics::gauge!("process_cpu_seconds_total").set(used);
        if let Some(uptime) = uptime() {
            metrics::gauge!("process_start_time_seconds").set(*START.get_or_init(|| now() - (uptime - started)));
        }
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        metrics::gauge!("process_open_fds").set(open.count() as f64);
    }
}

fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

/// Processor time, and the start counted from that of the machine.
fn seconds() -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the program's name, which may have blanks and brackets.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11).map(str::parse::<f64>);
    let user = fields.next()?.ok()?;
    let system = fields.next()?.ok()?;
    let started = fields.nth(6)?.ok()?;
    Some(((user + system) / TICKS, started / TICKS))
}

fn uptime() -> Option<f64> {
    std::fs::read_to_string("/proc/uptime").ok()?.split_ascii_whitespace().next()?.parse().ok()
}
