//! The shell around all requests: ids, limits, errors in one form, pages of other origins, panics.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::routing::{get, post};
use axum::{Router, response::Response};
use burgee_server::api::shell;
use burgee_server::{App, Config};
use http_body_util::BodyExt;
use reqwest::Method;
use serde_json::{Value, json as object};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::support::{Service, json};

/// Sends bytes as they are, and reads until the other side closes.
async fn raw(service: &Service, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    // The other side may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    read_all(&mut stream).await
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    match tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await.unwrap() {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

async fn body(response: Response) -> Value {
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn s001_45_pages_of_other_origins_may_ask_with_a_key_and_read_what_they_need() {
    let service = Service::start().await;
    let preflight = service
        .request(Method::OPTIONS, "/sdk/v1/evaluate")
        .header("Origin", "https://shop.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "x-sdk-key,content-type");
    let answer = preflight.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_ascii_lowercase();
    assert_eq!(header("access-control-allow-origin"), "*");
    assert!(header("access-control-allow-methods").contains("post"));
    let allowed = header("access-control-allow-headers");
    for name in [
        "x-sdk-key",
        "x-api-key",
        "x-admin-api-key",
        "authorization",
        "content-type",
        "if-match",
        "if-none-match",
        "last-event-id",
    ] {
        assert!(allowed.split(',').any(|allowed| allowed.trim() == name), "{name} in {allowed}");
    }
    assert!(answer.headers().get("access-control-allow-credentials").is_none());
    // An answer, and an error.
    for path in ["/health", "/api/projects", "/nowhere"] {
        let answer = service.request(Method::GET, path).header("Origin", "https://shop.example").send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
        let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap().to_ascii_lowercase();
        for name in ["etag", "retry-after", "x-request-id"] {
            assert!(exposed.contains(name), "{path}: {exposed}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn s004_28_origins_can_be_named_and_others_get_no_permission() {
    let dashboard = "https://dashboard.example:8443";
    let service = Service::with(|config| config.origins = vec![dashboard.into()]).await;
    let from = |origin: &str| service.request(Method::GET, "/health").header("Origin", origin).send();
    let answer = from(dashboard).await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], dashboard);
    assert!(answer.headers()["vary"].to_str().unwrap().contains("origin"));
    let answer = from("https://evil.example").await.unwrap();
    assert!(answer.headers().get("access-control-allow-origin").is_none());
    service.stop().await;
    for bad in ["dashboard.example", "https://dashboard.example/", "*", "https://a@b.example", "https://x/y", ""] {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().into(), origins: vec![bad.into()], ..Config::default() };
        let refused = App::open(config).await.map(drop).unwrap_err();
        assert!(refused.message().contains("`ALLOWED_ORIGINS`"), "{bad}: {refused}");
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_said_as_json_in_each_dress() {
    let service = Service::start().await;
    let (status, body) = json(service.request(Method::GET, "/no/such/route")).await;
    assert_eq!((status, &body["error"]), (404, &object!("not_found")), "{body}");
    let answer = service.request(Method::DELETE, "/health").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    let allow = answer.headers()["allow"].to_str().unwrap().to_owned();
    assert!(allow.contains("GET"), "{allow}");
    assert_eq!(answer.json::<Value>().await.unwrap()["error"], "method_not_allowed");
    let (status, body) = json(service.request(Method::POST, "/ofrep/v9/nothing")).await;
    assert_eq!(status, 404);
    assert!(body["errorDetails"].is_string() || body["errorCode"].is_string(), "{body}");
    service.stop().await;
}

#[tokio::test]
async fn each_answer_has_a_request_id_the_clients_own_if_it_is_harmless() {
    let service = Service::start().await;
    let id = |answer: &reqwest::Response| answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let with = |given: &'static str| service.request(Method::GET, "/health").header("X-Request-Id", given).send();
    let (one, other) = (with("").await.unwrap(), service.request(Method::GET, "/nowhere").send().await.unwrap());
    assert_ne!(id(&one), id(&other));
    assert_eq!(id(&with("order-7.b_C").await.unwrap()), "order-7.b_C");
    let long: &'static str = "x".repeat(65).leak();
    for harmful in ["a b", "a\tb", "a\"b", "a{b}", "a=b level=error", "\u{1b}[31mred", "ünïcode", long] {
        let given = reqwest::header::HeaderValue::from_bytes(harmful.as_bytes());
        let Ok(given) = given else { continue };
        let answer = service.request(Method::GET, "/health").header("X-Request-Id", given).send().await.unwrap();
        assert_ne!(id(&answer), harmful);
    }
    service.stop().await;
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_whether_their_length_is_told_or_not() {
    let service = Service::start().await;
    let most = shell::BODY_BYTES;
    let filled = |bytes: usize| {
        let rest = bytes - r#"{"email":"","password":""}"#.len();
        format!(r#"{{"email":"{}","password":""}}"#, "e".repeat(rest))
    };
    let post = || service.request(Method::POST, "/auth/login");
    assert_eq!(json(post().body(filled(most))).await.0, 401);
    let (status, body) = json(post().body(filled(most + 1))).await;
    assert_eq!((status, &body["error"]), (413, &object!("too_large")), "{body}");
    let chunks = filled(most + 1)
        .into_bytes()
        .chunks(65_536)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect::<Vec<_>>();
    let unknown = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    assert_eq!(json(post().body(unknown)).await.0, 413);
    service.stop().await;

    // Routes that take documents take more.
    let folder = tempfile::tempdir().unwrap();
    let (config, cors) = (Config { data: folder.path().into(), ..Config::default() }, shell::cors(&[]).unwrap());
    let length = |body: bytes::Bytes| async move { body.len().to_string() };
    let upload = post_route(length).layer(shell::uploads());
    let router = shell::around(Router::new().route("/document", upload), &config, cors);
    let request = |bytes: usize| Request::post("/document").body(Body::from(vec![b'x'; bytes])).unwrap();
    assert_eq!(router.clone().oneshot(request(8 * most)).await.unwrap().status(), 200);
    assert_eq!(router.oneshot(request(shell::UPLOAD_BYTES + 1)).await.unwrap().status(), 413);
}

fn post_route<F, Answer>(handler: F) -> axum::routing::MethodRouter
where
    F: Fn(bytes::Bytes) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = String> + Send + 'static,
{
    post(handler)
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let service = Service::start().await;
    let fits =
        format!("GET /health HTTP/1.1\r\nHost: x\r\nX-Filler: {}\r\nConnection: close\r\n\r\n", "f".repeat(30_000));
    assert!(raw(&service, fits.as_bytes()).await.starts_with("HTTP/1.1 200"));
    let large = format!("GET /health HTTP/1.1\r\nHost: x\r\nX-Filler: {}\r\n\r\n", "f".repeat(40_000));
    assert!(raw(&service, large.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let lines: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();
    let many = format!("GET /health HTTP/1.1\r\nHost: x\r\n{lines}\r\n");
    assert!(raw(&service, many.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let uri = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "u".repeat(70_000));
    let answer = raw(&service, uri.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 414") || answer.starts_with("HTTP/1.1 431"), "{answer}");
    service.stop().await;
}

#[tokio::test]
async fn requests_that_are_none_are_refused_and_smuggling_finds_no_second_reading() {
    let service = Service::start().await;
    for bad in [
        "nonsense\r\n\r\n",
        "GET /health\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nX-A: \x01\r\n\r\n",
    ] {
        let answer = raw(&service, bad.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400") || answer.is_empty(), "{bad:?}: {answer}");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up_but_a_connection_may_be_idle_for_longer() {
    let pace = |config: &mut Config| {
        config.limits.pace.head = Duration::from_millis(400);
        config.limits.pace.idle = Duration::from_millis(2500);
    };
    let service = Service::with(pace).await;
    let mut slow = TcpStream::connect(service.address).await.unwrap();
    let started = Instant::now();
    slow.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let dripping = async {
        for _ in 0..200 {
            if slow.write_all(b"X-Drip: 1\r\n").await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    dripping.await;
    assert!(started.elapsed() < Duration::from_secs(15), "dripping does not help: {:?}", started.elapsed());

    let mut kept = TcpStream::connect(service.address).await.unwrap();
    for _ in 0..2 {
        kept.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 1024];
        let length = kept.read(&mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
        // Longer than a head may take, shorter than a connection may be idle.
        tokio::time::sleep(Duration::from_millis(900)).await;
    }
    let rest = read_all(&mut kept).await;
    assert_eq!(rest, "", "it is closed in the end, without a word");
    // One that says nothing at all is no better than a slow one.
    let mut silent = TcpStream::connect(service.address).await.unwrap();
    assert_eq!(read_all(&mut silent).await, "");
    service.stop().await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up_with_408() {
    let service = Service::with(|config| config.limits.request = Duration::from_millis(500)).await;
    let head = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"email\"";
    let answer = raw(&service, head).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request_timeout"), "{answer}");
    let (status, _) = json(service.request(Method::GET, "/health")).await;
    assert_eq!(status, 200);
    service.stop().await;
}

#[tokio::test]
async fn a_client_that_never_reads_its_answer_is_given_up() {
    let service = Service::with(|config| config.limits.pace.stall = Duration::from_millis(300)).await;
    let mut deaf = TcpStream::connect(service.address).await.unwrap();
    // Far more answers than the buffers of both sides hold.
    let asks = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2000);
    let deadline = Instant::now() + Duration::from_secs(60);
    while deaf.write_all(&asks).await.is_ok() {
        assert!(Instant::now() < deadline, "it is never given up");
    }
    service.stop().await;
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_their_turn() {
    let service = Service::with(|config| config.limits.connections = 2).await;
    let ask = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (one, two) =
        (TcpStream::connect(service.address).await.unwrap(), TcpStream::connect(service.address).await.unwrap());
    let mut third = TcpStream::connect(service.address).await.unwrap();
    third.write_all(ask).await.unwrap();
    let mut answer = [0; 12];
    let early = tokio::time::timeout(Duration::from_millis(300), third.read(&mut answer)).await;
    assert!(early.is_err(), "there is no place for it yet");
    drop((one, two));
    assert!(read_all(&mut third).await.starts_with("HTTP/1.1 200"));
    service.stop().await;
}

#[tokio::test]
async fn a_panic_is_answered_with_the_requests_id_and_the_service_lives_on() {
    async fn broken() -> String {
        panic!("on purpose")
    }
    let router = Router::new()
        .route("/broken", get(broken))
        .route("/ofrep/broken", get(broken))
        .route("/well", get(|| async { "well" }));
    let router = shell::around(router, &Config::default(), shell::cors(&[]).unwrap());
    let ask = |path: &str| {
        let request = Request::get(path).header("X-Request-Id", "r-42").body(Body::empty()).unwrap();
        router.clone().oneshot(request)
    };
    let answer = ask("/broken").await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["x-request-id"].to_str().unwrap()), (500, "r-42"));
    let answer = body(answer).await;
    assert_eq!(answer["error"], "internal_error");
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains("r-42") && !message.contains("purpose"), "{message}");
    assert_eq!(ask("/ofrep/broken").await.unwrap().status(), 500);
    assert_eq!(ask("/well").await.unwrap().status(), 200);
}
