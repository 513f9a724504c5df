//! `burgee health`: whether a service is ready, for container probes.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use super::{Answered, wait};
use crate::exit::Exit;
use crate::failure::{self, Result};
use crate::output::{GOOD, Output};

pub(crate) const EXAMPLES: &str = examples! {
    "whether it answers requests well" => "burgee health",
    "of another one, and only whether the process lives" => "burgee health http://127.0.0.1:8080/healthz --timeout 500ms",
};

/// The largest answer that is read.
const LARGEST: usize = 64 * 1024;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where to ask [default: `/readyz` on this machine]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// The port to ask, where no URL is given
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// How long to wait for the answer
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = humantime::parse_duration)]
    timeout: Duration,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let url = self.url.unwrap_or_else(|| format!("http://127.0.0.1:{}", self.port));
        let uri = address(&url)?;
        let late = |_| {
            failure::unhealthy(&url, &format!("did not answer within {}", humantime::format_duration(self.timeout)))
        };
        let answer = wait(async {
            tokio::time::timeout(self.timeout, ask(&uri))
                .await
                .map_err(late)?
                .map_err(|reason| failure::unhealthy(&url, &format!("does not answer: {reason}")))
        })?;
        let (status, body) = answer;
        let healthy = status.is_success();
        if !healthy {
            return Err(failure::unhealthy(&url, &format!("answers {status}: {body}")));
        }
        output.answer(&json!({"healthy": true, "url": url, "status": status.as_u16()}), |out| {
            writeln!(out, "{GOOD}healthy{GOOD:#} {url} {body}")
        })?;
        Ok(Exit::Done)
    }
}

/// The URL in parts; one without a path is asked whether it is ready.
fn address(url: &str) -> Result<http::Uri> {
    let uri: http::Uri = url.parse().map_err(|error| failure::bad_url(url, &error))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => {
            return Err(failure::bad_url(url, &"only `http://` can, because probes are local; use `curl` for TLS"));
        }
        _ => return Err(failure::bad_url(url, &"write it like `http://127.0.0.1:8080/readyz`")),
    }
    if uri.path() != "/" {
        return Ok(uri);
    }
    let mut parts = uri.into_parts();
    parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/readyz"));
    http::Uri::from_parts(parts).map_err(|error| failure::bad_url(url, &error))
}

async fn ask(uri: &http::Uri) -> Result<(http::StatusCode, String), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let host = uri.host().unwrap_or("127.0.0.1");
    let port = uri.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.map_err(|error| text(&error))?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    let request = http::Request::get(path).header(http::header::HOST, authority).body(Empty::<Bytes>::new());
    let response = sender.send_request(request.map_err(|error| text(&error))?).await.map_err(|error| text(&error))?;
    let status = response.status();
    let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|error| text(&error))?;
    Ok((status, String::from_utf8_lossy(&body.to_bytes()).trim().to_owned()))
}
