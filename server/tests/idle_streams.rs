//! What idle streams take. In a process of its own, because it is the process that is measured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::time::Duration;

use reqwest::Method;
use support::{SDK, Service, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// So many that their memory shows, and few enough for the files that a process may open by default.
const COUNT: usize = 400;

/// What the process holds, in KiB; `None` where the system does not tell.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

async fn read_until(socket: &mut TcpStream, end: &str) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 2048]);
    while !text.contains(end) {
        let read = tokio::time::timeout(Duration::from_secs(20), socket.read(&mut buffer)).await;
        let count = read.expect("bytes in time").unwrap();
        assert!(count > 0, "the stream ended after {text}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    text
}

/// An HTTP connection has buffers of 16 KiB; a stream that leaves it behind has none. Ten thousand must fit into 90 MiB.
#[tokio::test]
async fn s000_39_an_idle_stream_takes_little_memory() {
    let service = Service::start().await;
    let request = format!("GET /flags/stream HTTP/1.1\r\nHost: burgee\r\nX-SDK-Key: {SDK}\r\n\r\n");
    let open = async || {
        let mut socket = TcpStream::connect(service.address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        read_until(&mut socket, "retry: ").await;
        socket
    };
    let mut streams = Vec::with_capacity(COUNT + 20);
    for _ in 0..20 {
        streams.push(open().await);
    }
    let before = resident();
    for _ in 0..COUNT {
        streams.push(open().await);
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        let each = (after.saturating_sub(before)) as f64 / COUNT as f64;
        assert!(each < 7.0, "{each} KiB a stream");
    }
    assert_eq!(service.app.hub.streams(), COUNT + 20);
    // They are streams all the same: each frame is a chunk, and the last chunk is the end.
    let (_, answer) = json(service.admin(Method::POST, "/flags").json(&serde_json::json!({"flag_id": "a"}))).await;
    let event = answer["event"].to_string();
    for socket in &mut streams {
        let text = read_until(socket, &format!("data: {event}\n\n\r\n")).await;
        let frame = format!("id: {}\ndata: {event}\n\n", answer["event"]["seq"]);
        assert!(text.ends_with(&format!("{:x}\r\n{frame}\r\n", frame.len())), "{text}");
    }
    let stopping = tokio::spawn(service.stop());
    for socket in &mut streams {
        assert!(read_until(socket, "0\r\n\r\n").await.contains("event: bye"));
        assert_eq!(socket.read(&mut [0]).await.unwrap(), 0);
    }
    stopping.await.unwrap();
}
