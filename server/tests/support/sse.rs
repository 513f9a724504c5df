//! A client of server-sent events, by the text of the HTML standard.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

/// The longest that a test waits for something that must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An event that a listener of the client gets, or a block without data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub id: Option<String>,
    pub event: Option<String>,
    pub data: Option<String>,
    pub retry: Option<String>,
    pub comments: usize,
}

impl Frame {
    pub fn parse(block: &str) -> Self {
        let mut frame = Self::default();
        for line in block.lines() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            match name {
                "" => frame.comments += 1,
                "id" => frame.id = Some(value),
                "event" => frame.event = Some(value),
                "data" => frame.data = Some(value),
                "retry" => frame.retry = Some(value),
                other => panic!("`{other}` is no field of an event"),
            }
        }
        frame
    }

    /// Its data as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.data.as_deref().unwrap()).unwrap()
    }
}

/// A stream that is open.
pub struct Stream {
    pub response: Response,
    text: String,
    /// The id of the last event, as a client sends it when it comes back.
    pub last_id: Option<String>,
}

impl Stream {
    /// Opens a stream, and fails where there is none.
    pub async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{:?}", response.text().await);
        Self::of(response)
    }

    /// The stream of an answer.
    pub fn of(response: Response) -> Self {
        Self { response, text: String::new(), last_id: None }
    }

    /// The next block, comments and greetings included; `None` at the end.
    pub async fn block(&mut self) -> Option<Frame> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let frame = Frame::parse(block);
                self.text = rest.to_owned();
                if frame.id.is_some() {
                    self.last_id.clone_from(&frame.id);
                }
                return Some(frame);
            }
            let read = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("a frame in time");
            // A connection that was cut off is an end, too.
            let chunk = read.ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event with data; `None` at the end.
    pub async fn event(&mut self) -> Option<Frame> {
        loop {
            let block = self.block().await?;
            if block.data.is_some() {
                return Some(block);
            }
        }
    }

    /// The next event, which must come.
    pub async fn next(&mut self) -> Frame {
        self.event().await.expect("an event, not the end")
    }
}
