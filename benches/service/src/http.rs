//! As much of HTTP/1.1 as a load generator needs: requests that are made once, answers that are read whole.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No answer takes longer than this without something being wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// Room for the headers of an answer.
const HEADERS: usize = 64;

/// A request, which can be sent again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Headers beyond `Host` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// What is sent after the headers.
    pub body: Option<String>,
}

impl Request {
    /// A request without a body.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: Vec::new(), body: None }
    }

    /// A request with a JSON body.
    pub fn json(method: &'static str, path: impl Into<String>, body: &Value) -> Self {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Self { method, path: path.into(), headers, body: Some(body.to_string()) }
    }

    /// The same with a header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        } else {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, without the marks of its chunks.
    pub body: Vec<u8>,
}

impl Response {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("the answer is no JSON: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Fails unless the status is one of the 200s.
    pub fn succeeded(self, what: &str) -> Result<Self> {
        ensure!((200..300).contains(&self.status), "{what}: {} {}", self.status, self.text());
        Ok(self)
    }
}

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Framing {
    /// So many bytes, also none.
    Length(usize),
    /// Chunks with their lengths.
    Chunked,
    /// Until the connection is closed.
    Close,
}

/// Status line and headers of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// How many bytes the head has.
    pub length: usize,
    /// How the end of the body is known.
    pub framing: Framing,
}

/// The head at the beginning of what was read; `None` while it is not complete.
pub fn head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut room = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Response::new(&mut room);
    let httparse::Status::Complete(length) = parsed.parse(bytes).context("the answer is no HTTP")? else {
        return Ok(None);
    };
    let status = parsed.code.unwrap_or_default();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers: Vec<_> =
        parsed.headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect();
    let framing = framing(status, &headers)?;
    Ok(Some(Head { status, headers, length, framing }))
}

fn framing(status: u16, headers: &[(String, String)]) -> Result<Framing> {
    if status == 204 || status == 304 {
        return Ok(Framing::Length(0));
    }
    let find = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    if find("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return Ok(Framing::Chunked);
    }
    match find("content-length") {
        Some(length) => Ok(Framing::Length(length.trim().parse().context("a length that is no number")?)),
        None => Ok(Framing::Close),
    }
}

/// The body in chunks and how many bytes it took; `None` while it is not complete.
pub fn chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        let size = httparse::parse_chunk_size(rest).map_err(|_| anyhow::anyhow!("a chunk without its length"))?;
        let httparse::Status::Complete((head, size)) = size else {
            return Ok(None);
        };
        let size = usize::try_from(size).context("a chunk that is too large")?;
        let end = head + size + 2;
        let Some(chunk) = rest.get(head..end) else {
            return Ok(None);
        };
        body.extend_from_slice(&chunk[..size]);
        at += end;
        if size == 0 {
            return Ok(Some((body, at)));
        }
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            timeout(PATIENCE, TcpStream::connect(address)).await.context("nobody accepts the connection")??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads the answer.
    pub async fn send(&mut self, request: &Request) -> Result<Response> {
        self.send_bytes(&request.bytes()).await
    }

    /// The same for a request that is bytes already.
    pub async fn send_bytes(&mut self, request: &[u8]) -> Result<Response> {
        self.stream.write_all(request).await.context("cannot send the request")?;
        timeout(PATIENCE, self.receive()).await.context("no answer in time")?
    }

    async fn receive(&mut self) -> Result<Response> {
        let head = loop {
            match head(&self.buffer)? {
                Some(head) => break head,
                None => ensure!(self.more().await?, "the server closed the connection"),
            }
        };
        self.buffer.drain(..head.length);
        let body = self.body(head.framing).await?;
        Ok(Response { status: head.status, headers: head.headers, body })
    }

    async fn body(&mut self, framing: Framing) -> Result<Vec<u8>> {
        loop {
            match framing {
                Framing::Length(length) if self.buffer.len() >= length => {
                    return Ok(self.buffer.drain(..length).collect());
                }
                Framing::Chunked => {
                    if let Some((body, used)) = chunks(&self.buffer)? {
                        self.buffer.drain(..used);
                        return Ok(body);
                    }
                }
                Framing::Length(_) | Framing::Close => {}
            }
            if !self.more().await? {
                match framing {
                    Framing::Close => return Ok(std::mem::take(&mut self.buffer)),
                    _ => bail!("the server closed the connection within an answer"),
                }
            }
        }
    }

    async fn more(&mut self) -> Result<bool> {
        Ok(self.stream.read_buf(&mut self.buffer).await.context("cannot read the answer")? > 0)
    }
}

/// One request on a connection of its own.
pub async fn once(address: SocketAddr, request: &Request) -> Result<Response> {
    Connection::open(address).await?.send(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_its_headers_and_the_length_of_its_body() {
        let request = Request::json("POST", "/a?b=c", &serde_json::json!({ "d": 1 })).with("X-API-Key", "e");
        let text = String::from_utf8(request.bytes()).unwrap();
        assert_eq!(
            text,
            "POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-API-Key: \
             e\r\nContent-Length: 7\r\n\r\n{\"d\":1}"
        );
    }

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        let text = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 3\r\n\r\nabc";
        for length in 0..text.len() - 3 {
            assert_eq!(head(&text[..length]).unwrap(), None, "{length} bytes");
        }
        let head = head(text).unwrap().unwrap();
        assert_eq!((head.status, head.framing, head.length), (200, Framing::Length(3), text.len() - 3));
        assert_eq!(head.headers[0], ("etag".to_owned(), "\"1\"".to_owned()));
    }

    #[test]
    fn nothing_follows_not_modified() {
        let head = head(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 30\r\n\r\n").unwrap().unwrap();
        assert_eq!(head.framing, Framing::Length(0));
    }

    #[test]
    fn chunks_are_put_together() {
        let text = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nHTTP";
        for length in 0..text.len() - 4 {
            assert_eq!(chunks(&text[..length]).unwrap(), None, "{length} bytes");
        }
        assert_eq!(chunks(text).unwrap(), Some((b"abcde".to_vec(), text.len() - 4)));
        assert!(chunks(b"zz\r\n").is_err());
    }
}
