//! What is sent, byte by byte.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::sse::PATIENCE;
use crate::support::{SDK, Service, json};

/// Reads until the text has `end`.
async fn read_until(socket: &mut TcpStream, text: &mut String, end: &str) {
    let mut buffer = [0; 4096];
    while !text.contains(end) {
        let count = tokio::time::timeout(PATIENCE, socket.read(&mut buffer)).await.expect("bytes in time").unwrap();
        assert!(count > 0, "the connection ended after {text}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
}

#[tokio::test]
async fn s000_37_headers_come_at_once_and_frames_as_they_happen() {
    let service = Service::start().await;
    for version in ["1.0", "1.1"] {
        let flag = format!("flag-{}", version.replace('.', "-"));
        let mut socket = TcpStream::connect(service.address).await.unwrap();
        let request = format!(
            "GET /flags/stream HTTP/{version}\r\nHost: burgee\r\nX-SDK-Key: {SDK}\r\nAccept-Encoding: gzip\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        // Before anything happened.
        let mut text = String::new();
        read_until(&mut socket, &mut text, "\r\n\r\n").await;
        let head = text.split_once("\r\n\r\n").unwrap().0.to_lowercase();
        assert!(head.starts_with(&format!("http/{version} 200 ok\r\n")), "{head}");
        let lines: Vec<&str> = head.lines().collect();
        for line in ["content-type: text/event-stream", "cache-control: no-cache", "x-accel-buffering: no"] {
            assert!(lines.contains(&line), "{line} in {head}");
        }
        assert!(!head.contains("content-encoding") && !head.contains("content-length"), "{head}");
        let (_, answer) = json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": flag}))).await;
        let event = answer["event"].to_string();
        read_until(&mut socket, &mut text, &format!("data: {event}\n\n")).await;
        let id = &answer["event"]["seq"];
        assert!(text.contains(&format!("id: {id}\ndata: {event}\n\n")), "{text}");
    }
    service.stop().await;
}

#[tokio::test]
async fn s000_36_the_module_is_served_whole_and_once() {
    let service = Service::start().await;
    let path = "/wasm/flag-evaluator.wasm";
    let response = service.request(Method::GET, path).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/wasm".parse().unwrap())
    );
    let tag = response.headers()["etag"].clone();
    let module = response.bytes().await.unwrap();
    assert!(module.starts_with(b"\0asm\x01\0\0\0"));
    for given in [tag.to_str().unwrap().to_owned(), format!("\"other\", W/{}", tag.to_str().unwrap())] {
        let response = service.request(Method::GET, path).header("If-None-Match", given).send().await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["etag"]), (304, &tag));
        assert!(response.bytes().await.unwrap().is_empty());
    }
    let other = service.request(Method::GET, path).header("If-None-Match", "\"other\"").send().await.unwrap();
    assert_eq!(other.bytes().await.unwrap(), module);
    service.stop().await;
}

/// `make wasm` builds it; without that there is nothing to compare with.
#[test]
fn s000_36_the_module_is_the_one_that_is_built() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    match std::fs::read(root.join("../dist/burgee-core.wasm")) {
        Ok(built) => {
            let carried = std::fs::read(root.join("assets/burgee-core.wasm")).unwrap();
            assert!(built == carried, "server/assets/burgee-core.wasm is not up to date; run `make sync`");
        }
        Err(error) => eprintln!("left out, because dist/burgee-core.wasm cannot be read: {error}"),
    }
}

#[tokio::test]
async fn s000_45_one_program_serves_module_flags_and_stream() {
    let service = Service::start().await;
    let (_, created) = json(service.admin(Method::POST, "/flags").json(&json!({"flag_id": "checkout"}))).await;
    assert_eq!(created["ok"], true);
    let module = service.request(Method::GET, "/wasm/flag-evaluator.wasm").send().await.unwrap();
    let stream = service.sdk(Method::GET, "/flags/stream").send().await.unwrap();
    assert_eq!((module.status().as_u16(), stream.status().as_u16()), (200, 200));
    let (_, description) = json(service.request(Method::GET, "/openapi.json")).await;
    let paths: Vec<&str> = description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for path in ["/flags", "/flags/{flag_id}", "/flags/stream", "/wasm/flag-evaluator.wasm"] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    service.stop().await;
}

#[tokio::test]
async fn s000_44_the_port_can_be_any() {
    assert_eq!(burgee_server::Config::default().port, 8080);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let service = Service::with(|config| config.port = free).await;
    assert_eq!(service.address.port(), free);
    let (status, body) = json(service.request(Method::GET, "/health")).await;
    assert_eq!((status, body), (200, Value::from("ok")));
    service.stop().await;
}
