//! Connections that give up on clients who are too slow: a request's head must arrive within a time from its first byte, and
//! between requests a connection may be idle for a longer one. While a request is answered, its own limits count.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Nothing of a request has come yet.
const IDLE: u8 = 0;
/// A part of a head has come.
const HEAD: u8 = 1;
/// A request is being answered.
const BUSY: u8 = 2;

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For a head, from its first byte.
    pub head: Duration,
    /// Between requests.
    pub idle: Duration,
    /// To take anything of an answer.
    pub stall: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        // Idle as long as common servers let it be, so that clients with pools seldom write into a connection that closes.
        Self { head: seconds(5), idle: seconds(75), stall: seconds(60) }
    }
}

/// What a connection is doing; shared by what reads it and what answers.
#[derive(Clone, Debug)]
pub(crate) struct Phase(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    phase: AtomicU8,
    made: Instant,
    /// When the last answer ended, in milliseconds since it was made.
    idle_ms: AtomicU64,
}

impl Phase {
    /// A head is complete: until the answer is dropped, nobody waits for the client.
    pub(crate) fn begin_answer(&self) {
        self.0.phase.store(BUSY, Ordering::Relaxed);
    }

    /// An answer's body. With its end the connection is idle again.
    pub(crate) fn until_sent<B>(&self, body: B) -> Sent<B> {
        Sent { body, phase: self.clone() }
    }

    fn end_answer(&self) {
        let idle_ms = u64::try_from(self.0.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.idle_ms.store(idle_ms, Ordering::Relaxed);
        self.0.phase.store(IDLE, Ordering::Relaxed);
    }

    fn load(&self) -> u8 {
        self.0.phase.load(Ordering::Relaxed)
    }

    fn idle_since(&self) -> Instant {
        self.0.made + Duration::from_millis(self.0.idle_ms.load(Ordering::Relaxed))
    }
}

/// The reading side of a connection, with its limits.
pub(crate) struct Paced<S> {
    stream: S,
    pace: Pace,
    phase: Phase,
    /// When the first byte of the head came.
    head_since: Instant,
    /// Since when the client takes nothing of what is written.
    stalled: Option<Instant>,
    /// One timer for the whole connection. It is moved when it fires, or to fire sooner, and not for each request.
    timer: Pin<Box<Sleep>>,
}

impl<S> Paced<S> {
    /// A connection that was just made: its client has something to say.
    pub(crate) fn new(stream: S, pace: Pace) -> Self {
        let made = Instant::now();
        let timer = Box::pin(tokio::time::sleep_until(made + pace.head));
        let phase = Phase(Arc::new(Shared { phase: AtomicU8::new(HEAD), made, idle_ms: AtomicU64::new(0) }));
        Self { stream, pace, phase, head_since: made, stalled: None, timer }
    }

    /// The connection without limits.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.clone()
    }

    /// Whether the client's time to ask is over; wakes the task when it may be.
    fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match self.phase.load() {
            HEAD => self.poll_until(self.head_since + self.pace.head, context),
            IDLE => self.poll_until(self.phase.idle_since() + self.pace.idle, context),
            // Nobody tells this side when the answer ends, so it looks now and then.
            _ => {
                while self.timer.as_mut().poll(context).is_ready() {
                    self.timer.as_mut().reset(Instant::now() + self.pace.idle);
                }
                Poll::Pending
            }
        }
    }

    fn poll_until(&mut self, due: Instant, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if due < self.timer.deadline() {
                self.timer.as_mut().reset(due);
            }
            std::task::ready!(self.timer.as_mut().poll(context));
            if due <= Instant::now() {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(due);
        }
    }

    /// What came of writing; an error where nothing has come of it for too long.
    fn written(&mut self, outcome: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let since = *self.stalled.get_or_insert_with(Instant::now);
        std::task::ready!(self.poll_until(since + self.pace.stall, context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                if buffer.filled().len() > before && self.phase.load() == IDLE {
                    self.phase.0.phase.store(HEAD, Ordering::Relaxed);
                    self.head_since = Instant::now();
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                std::task::ready!(self.poll_late(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(outcome, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A body that says when it is done with.
pub(crate) struct Sent<B> {
    body: B,
    phase: Phase,
}

impl<B: Body<Data = Bytes> + Unpin> Body for Sent<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Sent<B> {
    fn drop(&mut self) {
        self.phase.end_answer();
    }
}
