//! Streams that leave the HTTP machinery. Once the head and all frames so far are sent, a stream needs its socket and nothing
//! else; the buffers and the state of an HTTP connection would be most of the memory of an idle one, of which there are many.
//!
//! A stream that is never silent, or that is served without [`serve`](crate::serve), stays an answer like any other.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt};
use http_body::{Body, Frame};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

/// Frames of a stream, in order.
pub type Frames = Pin<Box<dyn Stream<Item = Bytes> + Send>>;

/// The stream has something to say.
const SPEAKING: u8 = 0;
/// All it said was taken from it.
const SILENT: u8 = 1;
/// All it said was sent.
const SENT: u8 = 2;

/// A stream that can be taken out of its answer. It goes along with the answer as an extension.
#[derive(Clone)]
pub struct Offer(Arc<Offered>);

struct Offered {
    frames: Mutex<Option<Frames>>,
    state: AtomicU8,
}

impl Offer {
    /// Frames, to be answered with and to be taken.
    pub fn new(frames: Frames) -> Self {
        Self(Arc::new(Offered { frames: Mutex::new(Some(frames)), state: AtomicU8::new(SPEAKING) }))
    }

    /// The body of the answer.
    pub fn body(&self) -> FramesBody {
        FramesBody(self.clone())
    }

    fn frames(&self) -> MutexGuard<'_, Option<Frames>> {
        self.0.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body of frames.
pub struct FramesBody(Offer);

impl Body for FramesBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut frames = self.0.frames();
        let polled = frames.as_mut().map_or(Poll::Ready(None), |frames| frames.as_mut().poll_next(context));
        let state = &self.0.0.state;
        if polled.is_ready() {
            state.store(SPEAKING, Ordering::Relaxed);
        } else {
            // It may be asked again after everything was sent.
            let _ = state.compare_exchange(SPEAKING, SILENT, Ordering::Relaxed, Ordering::Relaxed);
        }
        polled.map(|frame| frame.map(|frame| Ok(Frame::data(frame))))
    }
}

/// What a connection's answer offers at the moment; shared by what answers and what sends.
#[derive(Clone, Default)]
pub(crate) struct Desk(Arc<Mutex<Option<Handover>>>);

/// A stream on its way out of its answer.
pub(crate) struct Handover {
    offer: Offer,
    /// Whether each frame is a chunk (RFC 9112, 7.1); otherwise the end of the connection is that of the answer.
    chunked: bool,
}

impl Desk {
    /// Notes what an answer to a request of an HTTP version offers.
    pub(crate) fn note<B>(&self, response: &mut http::Response<B>, version: http::Version) {
        let offer = response.extensions_mut().remove::<Offer>();
        let chunked = version > http::Version::HTTP_10;
        *self.lock() = offer.map(|offer| Handover { offer, chunked });
    }

    /// The stream, once all it said was sent.
    pub(crate) fn take(&self) -> Option<Handover> {
        let sent = |handover: &mut Handover| handover.offer.0.state.load(Ordering::Relaxed) == SENT;
        self.lock().take_if(sent)
    }

    /// Everything that was to be sent is sent.
    fn flushed(&self) {
        if let Some(handover) = self.lock().as_ref() {
            let state = &handover.offer.0.state;
            let _ = state.compare_exchange(SILENT, SENT, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Handover>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handover {
    /// Sends frames as they come, until they end, the client goes, or it takes nothing for as long as `stall`.
    pub(crate) async fn follow(self, mut socket: TcpStream, stall: Duration) {
        let Some(mut frames) = self.offer.frames().take() else { return };
        let chunked = self.chunked;
        drop(self);
        loop {
            let frame = tokio::select! {
                frame = frames.next() => frame,
                () = gone(&socket) => return,
            };
            let Some(frame) = frame else { break };
            if send(&mut socket, &frame, chunked, stall).await.is_err() {
                return;
            }
        }
        // Whether the client hears of the end makes no difference here.
        if chunked {
            let _ = send(&mut socket, &Bytes::new(), chunked, stall).await;
        }
        let _ = socket.shutdown().await;
    }
}

/// Sends a frame; as a chunk, an empty one ends the answer.
async fn send(socket: &mut TcpStream, frame: &Bytes, chunked: bool, stall: Duration) -> io::Result<()> {
    let (head, tail) =
        if chunked { (format!("{:x}\r\n", frame.len()), &b"\r\n"[..]) } else { (String::new(), &b""[..]) };
    let mut rest = head.as_bytes().chain(frame.as_ref()).chain(tail);
    while rest.has_remaining() {
        let written = tokio::time::timeout(stall, socket.write_buf(&mut rest)).await;
        if written.map_err(io::Error::from)?? == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

/// Waits for the client to go. What it says in the meantime is passed over.
async fn gone(socket: &TcpStream) {
    let mut waste = [0; 64];
    while socket.readable().await.is_ok() {
        match socket.try_read(&mut waste) {
            Ok(count) if count > 0 => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// A connection that notices when everything was sent. Who writes through it flushes once nothing is left in buffers.
pub(crate) struct Noticing<S> {
    stream: S,
    desk: Desk,
}

impl<S> Noticing<S> {
    /// A connection whose answers note what they offer at a desk.
    pub(crate) fn new(stream: S, desk: Desk) -> Self {
        Self { stream, desk }
    }

    /// The connection itself.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Noticing<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Noticing<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        if let Poll::Ready(Ok(())) = &polled {
            self.desk.flushed();
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
