//! Connections: accepting them, and letting them end.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

use crate::error::{Result, sentences};
use crate::{App, api};

/// How long a client may take to send a request's head.
const HEAD_WAIT: Duration = Duration::from_secs(5);
/// How many bytes a request's head may have.
const HEAD_BYTES: usize = 32 * 1024;
/// How long requests may take to finish once the service stops.
const GRACE: Duration = Duration::from_secs(10);

/// Opens the port.
pub async fn listen(app: &App) -> Result<TcpListener> {
    let address = SocketAddr::new(app.config.host, app.config.port);
    TcpListener::bind(address).await.map_err(|error| sentences::cannot_listen(&address, &error))
}

/// Serves until `stop` is done, then lets the requests that are under way finish, and closes the store.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) {
    let router = api::router(app.clone()).layer(axum::middleware::from_fn(api::request_id::assign));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => connect(stream, peer, router.clone(), &graceful),
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

fn connect(stream: TcpStream, peer: SocketAddr, router: axum::Router, graceful: &GracefulShutdown) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_WAIT).max_buf_size(HEAD_BYTES);
    let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, %peer, "a connection ended");
        }
    });
}
