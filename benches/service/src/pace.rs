//! Load at a constant rate. Latency counts from when a request was due, so that a server that lags is not spared.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::http::{Connection, Response};

/// What to send, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Requests a second.
    pub rate: f64,
    /// How many connections take turns.
    pub connections: usize,
    /// For how long.
    pub time: Duration,
}

impl Pace {
    /// How many requests that is.
    pub fn requests(self) -> usize {
        (self.rate * self.time.as_secs_f64()) as usize
    }

    /// When a request is due, from the beginning.
    pub fn due(self, number: usize) -> Duration {
        Duration::from_secs_f64(number as f64 / self.rate)
    }
}

/// Sends requests by their number, and gives the time from when each was due to its answer. Fails with the first answer
/// that is wrong.
pub async fn constant(
    address: SocketAddr,
    pace: Pace,
    request: impl Fn(usize) -> Vec<u8> + Clone + Send + 'static,
    check: impl Fn(&Response) -> Result<()> + Clone + Send + 'static,
) -> Result<Vec<Duration>> {
    let mut connections = Vec::with_capacity(pace.connections);
    for _ in 0..pace.connections {
        connections.push(Connection::open(address).await?);
    }
    let begin = Instant::now() + Duration::from_millis(100);
    let mut tasks = JoinSet::new();
    for (first, mut connection) in connections.into_iter().enumerate() {
        let (request, check) = (request.clone(), check.clone());
        tasks.spawn(async move {
            let mut times = Vec::with_capacity(pace.requests() / pace.connections + 1);
            for number in (first..pace.requests()).step_by(pace.connections) {
                let due = begin + pace.due(number);
                let bytes = request(number);
                sleep_until(due).await;
                let answer = connection.send_bytes(&bytes).await?;
                times.push(due.elapsed());
                check(&answer)?;
            }
            anyhow::Ok(times)
        });
    }
    let mut all = Vec::with_capacity(pace.requests());
    while let Some(times) = tasks.join_next().await {
        all.extend(times??);
    }
    ensure!(all.len() == pace.requests(), "{} answers to {} requests", all.len(), pace.requests());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_due_at_equal_distances() {
        let pace = Pace { rate: 2_000.0, connections: 64, time: Duration::from_secs(3) };
        assert_eq!(pace.requests(), 6_000);
        assert_eq!(pace.due(0), Duration::ZERO);
        assert_eq!(pace.due(3_000), Duration::from_millis(1_500));
    }
}
