//! Time: batches long enough to measure, and what the rounds say together.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// How often a subject is measured, and how long at least.
#[derive(Clone, Copy)]
pub struct Rounds {
    /// How many rounds.
    pub count: usize,
    /// The shortest batch.
    pub batch: Duration,
}

impl Rounds {
    /// 15 rounds of batches of 10 ms, or 3 of 2 ms.
    pub fn new(quick: bool, count: Option<usize>) -> Result<Self> {
        let (usual, batch) = if quick { (3, 2) } else { (15, 10) };
        let count = count.unwrap_or(usual);
        ensure!(count > 0, "`--rounds` must be at least 1");
        Ok(Self { count, batch: Duration::from_millis(batch) })
    }
}

/// How long something takes.
pub fn time(run: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed())
}

/// How often something has to run so that it takes as long as a batch. It is warm afterwards.
pub fn calibrate(batch: Duration, mut run: impl FnMut(u64) -> Result<()>) -> Result<u64> {
    let mut times = 1;
    loop {
        let taken = time(|| run(times))?;
        // Once more, because the first time may have been an interruption's.
        let taken = if taken >= batch { taken.min(time(|| run(times))?) } else { taken };
        if taken >= batch {
            return Ok(times);
        }
        let missing = batch.as_secs_f64() / taken.as_secs_f64().max(1e-9);
        // Short runs say little, so the count grows by steps; a tenth more than needed ends the search.
        times = (times as f64 * (missing * 1.1).clamp(1.1, 100.0)).ceil() as u64;
    }
}

/// Runs every subject once in each round, each round beginning with another one. `measure` gives nanoseconds per
/// operation. Gives the measurements of each subject.
pub fn interleave(
    subjects: usize,
    rounds: usize,
    mut measure: impl FnMut(usize) -> Result<f64>,
) -> Result<Vec<Vec<f64>>> {
    let mut measured = vec![Vec::with_capacity(rounds); subjects];
    for round in 0..rounds {
        for turn in 0..subjects {
            let subject = (round + turn) % subjects;
            measured[subject].push(measure(subject)?);
        }
    }
    Ok(measured)
}

/// What all rounds say of one subject, in nanoseconds.
pub struct Summary {
    /// The value in the middle.
    pub median: f64,
    /// A tenth of the rounds was faster.
    pub low: f64,
    /// A tenth of the rounds was slower.
    pub high: f64,
}

impl Summary {
    /// Sums up at least one measurement.
    pub fn of(mut measured: Vec<f64>) -> Self {
        measured.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (measured.len() - 1) as f64;
            let (below, above) = (measured[place.floor() as usize], measured[place.ceil() as usize]);
            below + (above - below) * place.fract()
        };
        Self { median: at(0.5), low: at(0.1), high: at(0.9) }
    }
}
