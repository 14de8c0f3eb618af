//! One open live stream by SSE (the WHATWG format as far as Belfry uses it).

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::Api;

/// One event of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `item`, `state`, …
    pub kind: String,
    /// The cursor, if the event carries one.
    pub id: Option<String>,
    /// Its data as it came.
    pub data: String,
}

impl Event {
    /// The data as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or(Value::Null)
    }
}

/// An open stream; closed when it is dropped.
#[derive(Debug)]
pub struct Live {
    events: mpsc::UnboundedReceiver<Event>,
    reading: tokio::task::JoinHandle<()>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Live {
    /// Opens the stream of the client's user, after a cursor if there is one, once the server has answered.
    ///
    /// # Panics
    /// The answer is not a stream.
    pub async fn open(api: &Api, after: Option<&str>) -> Self {
        let mut request = api.request(Method::GET, "/v1/me/live").header("accept", "text/event-stream");
        if let Some(cursor) = after {
            request = request.header("last-event-id", cursor);
        }
        // The client's whole-request timeout must not end the stream.
        let answer = request.timeout(Duration::from_secs(3600)).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{:?}", answer.headers());
        let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        let (sender, events) = mpsc::unbounded_channel();
        let reading = tokio::spawn(async move {
            let mut body = answer.bytes_stream();
            let mut rest = Vec::new();
            while let Some(Ok(bytes)) = body.next().await {
                rest.extend_from_slice(&bytes);
                while let Some(end) = rest.windows(2).position(|w| w == b"\n\n") {
                    let block: Vec<u8> = rest.drain(..end + 2).collect();
                    if let Some(event) = parse(&String::from_utf8_lossy(&block)) {
                        // The test may have stopped listening.
                        let _ = sender.send(event);
                    }
                }
            }
        });
        Self { events, reading }
    }

    /// The next event; `None` when the server closed the stream.
    ///
    /// # Panics
    /// Nothing came within the patience of tests.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::time::timeout(crate::PATIENCE, self.events.recv()).await.expect("an event on the live stream")
    }

    /// The next event of this kind; others are passed over.
    ///
    /// # Panics
    /// The stream ends before.
    pub async fn next_of(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {kind}"));
            if event.kind == kind {
                return event;
            }
        }
    }

    /// The events that are there already.
    pub fn ready(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }
}

fn parse(block: &str) -> Option<Event> {
    let (mut kind, mut id, mut data) = ("message".to_owned(), None, Vec::new());
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => kind = value.to_owned(),
            "id" => id = Some(value.to_owned()),
            "data" => data.push(value),
            _ => {}
        }
    }
    (!data.is_empty()).then(|| Event { kind, id, data: data.join("\n") })
}
