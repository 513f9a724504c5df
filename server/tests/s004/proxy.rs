//! Streams behind proxies that hold back, time out and cut off.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::admin::{checkout, create};
use crate::support::sse::{PATIENCE, Stream};
use crate::support::{SDK, Service, json};

/// How a proxy treats what the service sends.
#[derive(Clone, Copy)]
struct Manners {
    /// Holds it back until there is so much of it, as nginx does unless `X-Accel-Buffering: no` tells it not to.
    holds: usize,
    /// Ends a connection on which nothing came for so long.
    patience: Duration,
    /// Cuts a connection off after so many bytes.
    cuts_after: usize,
}

const PLAIN: Manners = Manners { holds: 0, patience: Duration::from_secs(60), cuts_after: usize::MAX };

/// A proxy in front of a service; gives its address and how many connections it had.
async fn proxy(service: &Service, manners: Manners) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, upstream) = (listener.local_addr().unwrap(), service.address);
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::Relaxed);
            let server = TcpStream::connect(upstream).await.unwrap();
            tokio::spawn(relay(client, server, manners));
        }
    });
    (address, connections)
}

async fn relay(mut client: TcpStream, mut server: TcpStream, manners: Manners) {
    let (mut asked, mut answered) = ([0; 4096], [0; 4096]);
    let (mut held, mut passed, mut told_not_to) = (Vec::new(), 0, false);
    loop {
        let count = tokio::select! {
            count = client.read(&mut asked) => match count {
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    server.write_all(&asked[..count]).await.unwrap();
                    continue;
                }
            },
            read = tokio::time::timeout(manners.patience, server.read(&mut answered)) => match read {
                Err(_) | Ok(Ok(0) | Err(_)) => return,
                Ok(Ok(count)) => count,
            },
        };
        held.extend_from_slice(&answered[..count]);
        told_not_to |= String::from_utf8_lossy(&held).to_lowercase().contains("x-accel-buffering: no\r\n");
        if !told_not_to && held.len() < manners.holds {
            continue;
        }
        let room = manners.cuts_after.saturating_sub(passed).min(held.len());
        passed += room;
        if client.write_all(&held[..room]).await.is_err() || room < held.len() {
            return;
        }
        held.clear();
    }
}

async fn follow(service: &Service, address: SocketAddr, last: Option<&str>) -> Option<Stream> {
    let request = service.client.get(format!("http://{address}/api/client/stream")).header("X-SDK-Key", SDK);
    let request = last.into_iter().fold(request, |request, id| request.header("Last-Event-ID", id));
    // Cut off before there was a head.
    let response = request.send().await.ok()?;
    assert_eq!(response.status(), 200);
    Some(Stream::of(response))
}

#[tokio::test]
async fn s004_19_a_proxy_that_holds_answers_back_passes_frames_on_at_once() {
    let service = Service::start().await;
    let (address, _) = proxy(&service, Manners { holds: 64 * 1024, ..PLAIN }).await;
    let mut stream = follow(&service, address, None).await.unwrap();
    let flag = create(&service, &checkout()).await;
    assert_eq!(stream.next().await.json(), flag);
    service.stop().await;
}

#[tokio::test]
async fn s004_19_signs_of_life_keep_a_silent_stream_open() {
    let service = Service::with(|config| config.heartbeat = Duration::from_millis(100)).await;
    let (address, connections) = proxy(&service, Manners { patience: Duration::from_secs(2), ..PLAIN }).await;
    let mut stream = follow(&service, address, None).await.unwrap();
    let mut signs = 0;
    // Longer than the proxy's patience.
    while signs < 30 {
        let block = stream.block().await.expect("the stream goes on");
        signs += block.comments;
        assert_eq!(block.data, None);
    }
    let flag = create(&service, &checkout()).await;
    assert_eq!(stream.next().await.json(), flag);
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    service.stop().await;
}

/// As the browsers' `EventSource` does it: the id of the last event goes with each new connection.
#[tokio::test]
async fn s004_19_a_client_that_is_cut_off_comes_back_and_misses_nothing() {
    let service = Arc::new(Service::start().await);
    // Enough for the head and two or three frames.
    let (address, connections) = proxy(&service, Manners { cuts_after: 1200, ..PLAIN }).await;
    for number in 0..5 {
        create(&service, &json!({"key": format!("flag-{number}"), "enabled": true})).await;
    }
    let (_, before) = json(service.sdk(Method::GET, "/api/client/flags")).await;
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for flag in before["flags"].as_array().unwrap() {
        known.insert(flag["key"].as_str().unwrap().to_owned(), flag.clone());
    }
    let mut last = Some(service.app.hub.place().to_string());
    let writing = tokio::spawn({
        let service = Arc::clone(&service);
        async move {
            for number in 0..60 {
                let path = format!("/api/admin/flags/flag-{}", number % 5);
                let put = service.admin(Method::PUT, &path).json(&json!({"rollout_percentage": number}));
                assert_eq!(json(put).await.0, 200);
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
            service.admin(Method::DELETE, "/api/admin/flags/flag-0").send().await.unwrap();
        }
    });
    let end = tokio::time::Instant::now() + PATIENCE;
    while known.contains_key("flag-0") {
        assert!(tokio::time::Instant::now() < end, "{known:?}");
        let Some(mut stream) = follow(&service, address, last.as_deref()).await else { continue };
        while let Some(frame) = stream.event().await {
            match frame.event.as_deref() {
                Some("flag_updated") => {
                    let flag = frame.json();
                    known.insert(flag["key"].as_str().unwrap().to_owned(), flag);
                }
                Some("flag_deleted") => {
                    known.remove(frame.json()["key"].as_str().unwrap());
                    break;
                }
                other => panic!("{other:?} says that changes are missing"),
            }
        }
        last = stream.last_id.or(last);
    }
    writing.await.unwrap();
    let (_, after) = json(service.sdk(Method::GET, "/api/client/flags")).await;
    assert_eq!(known.into_values().collect::<Vec<_>>(), *after["flags"].as_array().unwrap());
    assert!(connections.load(Ordering::Relaxed) > 5, "{connections:?}");
}
