//! Many streams of events at once, and when each of them had a change.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::http::{self, Request};

/// How many connections are made at the same time.
const AT_ONCE: usize = 64;
/// How long a stream may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);
const MARK: &[u8] = b"mark-";
const END: u8 = b'!';

/// A text that a change carries, so that streams know it when they see it.
pub fn mark(number: u64) -> String {
    format!("mark-{number}!")
}

/// When streams saw which mark.
#[derive(Debug, Default)]
struct Board {
    seen: Mutex<HashMap<u64, Vec<Instant>>>,
    news: Notify,
    closed: AtomicUsize,
}

impl Board {
    fn see(&self, mark: u64) {
        let now = Instant::now();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(mark).or_default().push(now);
        self.news.notify_one();
    }

    fn count(&self, mark: u64) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&mark).map_or(0, Vec::len)
    }

    fn take(&self, mark: u64) -> Vec<Instant> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&mark).unwrap_or_default()
    }
}

/// Streams that are open; dropping this closes them.
#[derive(Debug)]
pub struct Streams {
    count: usize,
    board: Arc<Board>,
    _tasks: JoinSet<()>,
}

impl Streams {
    /// Opens so many streams with the same request, and waits until each has begun.
    pub async fn open(address: SocketAddr, request: &Request, count: usize) -> Result<Self> {
        let board = Arc::new(Board::default());
        let bytes: Arc<[u8]> = request.bytes().into();
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let mut begun = JoinSet::new();
        for _ in 0..count {
            let (bytes, turns) = (Arc::clone(&bytes), Arc::clone(&turns));
            begun.spawn(async move {
                let _turn = turns.acquire().await?;
                timeout(PATIENCE, begin(address, &bytes)).await.context("a stream does not begin")?
            });
        }
        let mut tasks = JoinSet::new();
        while let Some(stream) = begun.join_next().await {
            let (stream, rest) = stream??;
            tasks.spawn(follow(stream, rest, Arc::clone(&board)));
        }
        Ok(Self { count, board, _tasks: tasks })
    }

    /// The time from `begin` until each stream had seen the mark, in any order.
    pub async fn wait(&self, mark: u64, begin: Instant, patience: Duration) -> Result<Vec<Duration>> {
        let all = async {
            while self.board.count(mark) < self.count {
                self.board.news.notified().await;
            }
        };
        let late = timeout(patience, all).await.is_err();
        let closed = self.board.closed.load(Ordering::Relaxed);
        ensure!(closed == 0, "the server closed {closed} of {} streams", self.count);
        let seen = self.board.take(mark);
        if late {
            bail!("{} of {} streams have a change after {} s", seen.len(), self.count, patience.as_secs());
        }
        Ok(seen.into_iter().map(|time| time.duration_since(begin)).collect())
    }
}

/// Connects, asks and reads the head; gives what was read beyond it.
async fn begin(address: SocketAddr, request: &[u8]) -> Result<(TcpStream, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).await.context("cannot connect a stream")?;
    stream.write_all(request).await?;
    let mut buffer = Vec::with_capacity(1024);
    loop {
        if let Some(head) = http::head(&buffer)? {
            ensure!(head.status == 200, "a stream is answered with {}: {}", head.status, lossy(&buffer));
            let kind = head.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
            ensure!(kind.is_some_and(|kind| kind.starts_with("text/event-stream")), "a stream of {kind:?}");
            buffer.drain(..head.length);
            return Ok((stream, buffer));
        }
        ensure!(stream.read_buf(&mut buffer).await? > 0, "a stream ended before it began");
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn follow(mut stream: TcpStream, mut rest: Vec<u8>, board: Arc<Board>) {
    let mut last = None;
    loop {
        for mark in marks(&mut rest) {
            if last < Some(mark) {
                last = Some(mark);
                board.see(mark);
            }
        }
        match stream.read_buf(&mut rest).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    board.closed.fetch_add(1, Ordering::Relaxed);
    board.news.notify_one();
}

/// Takes the marks out of what was read; what may become one stays.
pub fn marks(read: &mut Vec<u8>) -> Vec<u64> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(place) = find(&read[at..], MARK) {
        let digits = at + place + MARK.len();
        let length = read[digits..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        match read.get(digits + length) {
            None => {
                read.drain(..at + place);
                return found;
            }
            Some(&END) => {
                let number = str::from_utf8(&read[digits..digits + length]).ok();
                found.extend(number.and_then(|text| text.parse::<u64>().ok()));
            }
            Some(_) => {}
        }
        at = digits + length;
    }
    let kept = (read.len() - at).min(MARK.len() - 1);
    read.drain(..read.len() - kept);
    found
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_reads_break() {
        let text = b"data: {\"description\":\"mark-7!\"}\n\nid: 3\ndata: mark-x mark-12!mark-9";
        for border in 0..=text.len() {
            let mut read = text[..border].to_vec();
            let mut found = marks(&mut read);
            read.extend_from_slice(&text[border..]);
            found.extend(marks(&mut read));
            assert_eq!(found, [7, 12], "broken at {border}");
            assert_eq!(read, b"mark-9");
        }
    }

    #[test]
    fn what_is_no_mark_is_not_kept() {
        let mut read = b": heartbeat\n\n".repeat(100);
        assert!(marks(&mut read).is_empty());
        assert!(read.len() < MARK.len());
        assert_eq!(mark(3).as_bytes(), b"mark-3!");
    }
}
