//! Connections: accepting them, and letting them end.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::Either;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service;

use crate::api::ofrep::direct;
use crate::api::shell;
use crate::config::Limits;
use crate::error::{Result, sentences};
use crate::handover::{Desk, Noticing};
use crate::pace::Paced;
use crate::{App, api, observe};

/// How many bytes a request's head may have.
const HEAD_BYTES: usize = 32 * 1024;
/// How many bytes of a connection are buffered.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long requests may take to finish once the service stops.
const GRACE: Duration = Duration::from_secs(10);

/// Opens the port.
pub async fn listen(app: &App) -> Result<TcpListener> {
    let address = SocketAddr::new(app.config.host, app.config.port);
    TcpListener::bind(address).await.map_err(|error| sentences::cannot_listen(&address, &error))
}

/// Opens the operators' port, if there is to be one.
pub async fn listen_for_operators(app: &App) -> Result<Option<TcpListener>> {
    let Some(port) = app.config.management_port else { return Ok(None) };
    let address = SocketAddr::new(app.config.host, port);
    let opened = TcpListener::bind(address).await;
    opened.map(Some).map_err(|error| sentences::cannot_listen_for_operators(&address, &error))
}

/// Serves health, readiness and figures, without end.
pub async fn serve_operators(app: App, listener: TcpListener) {
    let router = shell::around(api::management(app.clone()), &app.config, app.cors.clone());
    let answers = Answers { router, direct: None };
    accept_all(&app.config.limits, &listener, &answers, &watch::Sender::new(())).await;
}

/// Serves until `stop` is done, then lets the requests that are under way finish, and closes the store.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) {
    let router = shell::around(api::router(app.clone()), &app.config, app.cors.clone());
    let answers = Answers { router, direct: Some(app.clone()) };
    let stopping = watch::Sender::new(());
    let upkeep = tokio::spawn(observe::metrics::upkeep());
    tokio::select! {
        () = accept_all(&app.config.limits, &listener, &answers, &stopping) => {}
        () = stop => {}
    }
    drop(listener);
    // Streams end only when they are told to.
    app.hub.stop();
    stopping.send_replace(());
    if tokio::time::timeout(GRACE, stopping.closed()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    upkeep.abort();
    app.close().await;
}

/// Accepts connections, without end.
async fn accept_all(limits: &Limits, listener: &TcpListener, answers: &Answers, stopping: &watch::Sender<()>) {
    let free = Arc::new(Semaphore::new(limits.connections));
    loop {
        let (place, accepted) = accept(listener, &free).await;
        match accepted {
            Ok((stream, peer)) => {
                // Small answers go out at once.
                let _ = stream.set_nodelay(true);
                let held = Held { _place: place, stopping: stopping.subscribe() };
                connect(Paced::new(stream, limits.pace), peer, answers.clone(), held, limits.pace.stall);
            }
            // Too many open files, most of the time: those that are open go on, and some of them end.
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, std::io::Result<(TcpStream, SocketAddr)>) {
    // The semaphore is never closed.
    let place = Arc::clone(free).acquire_owned().await.ok();
    (place, listener.accept().await)
}

/// What answers requests.
#[derive(Clone)]
struct Answers {
    router: axum::Router,
    /// The service whose evaluations are answered without the router.
    direct: Option<App>,
}

impl Answers {
    fn answer(
        &self,
        request: http::Request<Incoming>,
    ) -> impl Future<Output = std::result::Result<Response, Infallible>> + use<> {
        let direct = self.direct.as_ref().zip(direct::wanted(&request));
        match direct {
            Some((app, wanted)) => Either::Left(direct::answer(app.clone(), wanted, request).map(Ok)),
            None => Either::Right(self.router.clone().call(request)),
        }
    }
}

/// What a connection holds as long as it lives.
struct Held {
    /// One of so many.
    _place: Option<OwnedSemaphorePermit>,
    /// Says when the service stops, which then waits until nobody holds one any longer.
    stopping: watch::Receiver<()>,
}

fn connect(stream: Paced<TcpStream>, peer: SocketAddr, answers: Answers, mut held: Held, stall: Duration) {
    let (phase, desk) = (stream.phase(), Desk::default());
    let stream = Noticing::new(stream, desk.clone());
    let noted = desk.clone();
    let service = hyper::service::service_fn(move |mut request: http::Request<Incoming>| {
        phase.begin_answer();
        request.extensions_mut().insert(ConnectInfo(peer));
        let version = request.version();
        let (answer, phase, desk) = (answers.answer(request), phase.clone(), noted.clone());
        async move {
            let mut response = answer.await?;
            desk.note(&mut response, version);
            Ok::<_, Infallible>(response.map(|body| phase.until_sent(body)))
        }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    // Slow heads are the stream's business: the limit here would also end connections that are idle between requests.
    server.timer(TokioTimer::new()).header_read_timeout(None).max_header_size(HEAD_BYTES).max_buf_size(BUFFER_BYTES);
    let mut connection = server.serve_connection(TokioIo::new(stream), service);
    tokio::spawn(async move {
        let mut told = false;
        let taken = loop {
            let step = std::future::poll_fn(|context| match Pin::new(&mut connection).poll(context) {
                Poll::Ready(ended) => Poll::Ready(Err(ended)),
                Poll::Pending => desk.take().map_or(Poll::Pending, |taken| Poll::Ready(Ok(taken))),
            });
            tokio::select! {
                step = step => break step,
                _ = held.stopping.changed(), if !told => {
                    told = true;
                    Pin::new(&mut connection).graceful_shutdown();
                }
            }
        };
        match taken {
            Ok(stream) => {
                let socket = connection.into_parts().io.into_inner().into_inner().into_inner();
                // In a task of its own, which is as small as a stream is.
                tokio::spawn(async move {
                    stream.follow(socket, stall).await;
                    drop(held);
                });
            }
            Err(Err(error)) => tracing::debug!(%error, %peer, "a connection ended"),
            Err(Ok(())) => {}
        }
    });
}
