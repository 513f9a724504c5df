//! What was aimed at.

/// A border of what is good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// No less.
    AtLeast(f64),
    /// No more.
    AtMost(f64),
    /// Less.
    Below(f64),
    /// Nothing in particular.
    Anything,
}

impl Wanted {
    /// Whether every value is good.
    pub fn is_met(self, values: &[f64]) -> bool {
        values.iter().all(|&value| match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Below(border) => value < border,
            Self::Anything => true,
        })
    }
}

/// An aim: a quantity of a row.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// As in results.
    pub row: &'static str,
    /// As in results.
    pub quantity: &'static str,
    /// For readers.
    pub title: &'static str,
    /// What the quantity is in.
    pub unit: &'static str,
    /// What is good.
    pub wanted: Wanted,
    /// How many times flagd's figure it should be; of a cached answer, that of flagd's full one.
    pub times_flagd: Option<f64>,
}

const fn aim(
    row: &'static str,
    quantity: &'static str,
    title: &'static str,
    unit: &'static str,
    wanted: Wanted,
) -> Aim {
    Aim { row, quantity, title, unit, wanted, times_flagd: None }
}

const fn against_flagd(mut aim: Aim, times: f64) -> Aim {
    aim.times_flagd = Some(times);
    aim
}

/// Every aim, in the order of the table.
pub const AIMS: [Aim; 19] = [
    against_flagd(aim("single", RATE, "OFREP, one targeted flag", "req/s", Wanted::AtLeast(50_000.0)), 4.0),
    aim("single", P99, "the same, p99", "ms", Wanted::Below(1.5)),
    against_flagd(aim("bulk-50", RATE, "OFREP, all of 50 flags", "req/s", Wanted::AtLeast(15_000.0)), 16.0),
    against_flagd(aim("bulk-350", RATE, "OFREP, all of 350 flags", "req/s", Wanted::AtLeast(4_000.0)), 16.0),
    aim("unchanged-50", RATE, "the same of 50 with `If-None-Match`", "req/s", Wanted::AtLeast(60_000.0)),
    aim("unchanged-350", RATE, "the same of 350 with `If-None-Match`", "req/s", Wanted::AtLeast(60_000.0)),
    aim("recorded", P99, "`/sdk/v1/evaluate`, recorded, 2,000 req/s, p99", "ms", Wanted::Below(10.0)),
    aim("recorded", DROPPED, "the same, evaluations dropped", "", Wanted::AtMost(0.0)),
    aim("memory-5", MEMORY, "resident memory, 5 flags", "MiB", Wanted::AtMost(15.0)),
    aim("memory-350", MEMORY, "resident memory, 350 flags", "MiB", Wanted::AtMost(25.0)),
    aim("streams", MEMORY, "resident memory, 10,000 idle streams", "MiB", Wanted::AtMost(90.0)),
    aim("streams", LAST, "a change reaches the last of 10,000 streams", "ms", Wanted::AtMost(500.0)),
    aim("stream", P99, "a change reaches one stream, p99", "ms", Wanted::AtMost(20.0)),
    aim("start", FILE, "start with a file of 10,000 flags", "ms", Wanted::AtMost(100.0)),
    aim("start", LOG, "start with a log of 10,000 flags", "ms", Wanted::AtMost(100.0)),
    aim("start-events", EVENTS, "start with 100,000 events behind a snapshot", "ms", Wanted::AtMost(300.0)),
    aim("append", RATE, "durable changes over HTTP", "a second", Wanted::AtLeast(500.0)),
    aim("append", P99, "the same, p99 of an answer", "ms", Wanted::Anything),
    aim("append", LOST, "the same, answered changes lost in a crash", "", Wanted::AtMost(0.0)),
];

/// Answers or changes a second.
pub const RATE: &str = "rate";
/// The middle of latencies, in ms.
pub const P50: &str = "p50";
/// The 99th percentile of latencies, in ms.
pub const P99: &str = "p99";
/// How many seconds of its core a server uses each second.
pub const PROCESSOR: &str = "processor";
/// How many seconds of the server's core others had each second: figures are good where it is next to nothing.
pub const OTHERS: &str = "others";
/// Evaluations that were not recorded.
pub const DROPPED: &str = "dropped";
/// Resident MiB.
pub const MEMORY: &str = "memory";
/// Resident MiB after load.
pub const LOADED_MEMORY: &str = "loaded-memory";
/// Milliseconds until the last stream has a change.
pub const LAST: &str = "last";
/// Milliseconds until ready, flags in a file.
pub const FILE: &str = "file";
/// Milliseconds until ready, flags in the log.
pub const LOG: &str = "log";
/// Milliseconds until ready, events behind a snapshot.
pub const EVENTS: &str = "events";
/// Changes that were answered and are gone.
pub const LOST: &str = "lost";

/// The rows that can be asked for, in the order in which they are taken.
pub const ROWS: [&str; 12] = [
    "single",
    "bulk-50",
    "bulk-350",
    "unchanged-50",
    "unchanged-350",
    "recorded",
    "memory-5",
    "memory-350",
    "streams",
    "stream",
    "start",
    "append",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_must_be_good() {
        assert!(Wanted::AtLeast(2.0).is_met(&[2.0, 3.0]));
        assert!(!Wanted::AtLeast(2.0).is_met(&[3.0, 1.9]));
        assert!(Wanted::AtMost(2.0).is_met(&[2.0]));
        assert!(!Wanted::Below(2.0).is_met(&[2.0]));
    }

    #[test]
    fn every_aim_has_a_row_that_takes_it() {
        for aim in AIMS {
            let row = if aim.row == "start-events" { "append" } else { aim.row };
            assert!(ROWS.contains(&row), "{}", aim.row);
        }
    }
}
