//! Connections: accepting them, and letting them end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

use crate::api::shell;
use crate::error::{Result, sentences};
use crate::pace::Paced;
use crate::{App, api};

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

/// Serves until `stop` is done, then lets the requests that are under way finish, and closes the store.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) {
    let router = shell::around(api::router(app.clone()), &app.config, app.cors.clone());
    let pace = app.config.limits.pace;
    let free = Arc::new(Semaphore::new(app.config.limits.connections));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let (place, accepted) = tokio::select! {
            accepted = accept(&listener, &free) => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Small answers go out at once.
                let _ = stream.set_nodelay(true);
                connect(Paced::new(stream, pace), peer, router.clone(), &graceful, place);
            }
            // Too many open files, most of the time: those that are open go on, and some of them end.
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    // Streams end only when they are told to.
    app.hub.stop();
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    app.close().await;
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

fn connect(
    stream: Paced<TcpStream>,
    peer: SocketAddr,
    router: axum::Router,
    graceful: &GracefulShutdown,
    place: Option<OwnedSemaphorePermit>,
) {
    let phase = stream.phase();
    let service = hyper::service::service_fn(move |mut request: http::Request<hyper::body::Incoming>| {
        phase.begin_answer();
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, phase) = (router.clone().call(request), phase.clone());
        async move { answer.await.map(|response| response.map(|body| phase.until_sent(body))) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    // Slow heads are the stream's business: the limit here would also end connections that are idle between requests.
    server.timer(TokioTimer::new()).header_read_timeout(None).max_header_size(HEAD_BYTES).max_buf_size(BUFFER_BYTES);
    let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, %peer, "a connection ended");
        }
        drop(place);
    });
}
