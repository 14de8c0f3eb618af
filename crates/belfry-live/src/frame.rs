//! One message to a client, made once and shared by all connections: its JSON, and the texts of the two transports,
//! each rendered when the first connection needs it.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

/// What a frame tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// An item came into the inbox; the data is the item.
    Item,
    /// Something changed elsewhere (read, archived), or the connection has caught up.
    State,
    /// The connection is alive.
    Ping,
}

impl EventKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::State => "state",
            Self::Ping => "ping",
        }
    }
}

/// A shared frame; cloning it is one reference count.
#[derive(Debug, Clone)]
pub struct Frame(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    cursor: Option<i64>,
    event: EventKind,
    data: Box<str>,
    message: OnceLock<Bytes>,
    event_stream: OnceLock<Bytes>,
}

impl Frame {
    fn new(cursor: Option<i64>, event: EventKind, data: Box<str>) -> Self {
        let (message, event_stream) = (OnceLock::new(), OnceLock::new());
        Self(Arc::new(Inner { cursor, event, data, message, event_stream }))
    }

    /// An item at its place in the organization's log. `data` is a JSON object.
    pub fn item(seq: i64, data: impl Into<Box<str>>) -> Self {
        Self::new(Some(seq), EventKind::Item, data.into())
    }

    /// A change of state. `data` is a JSON object.
    pub fn state(data: impl Into<Box<str>>) -> Self {
        Self::new(None, EventKind::State, data.into())
    }

    /// A change of state that also moves the client's cursor, so that a client which has not yet seen an item can
    /// resume.
    pub fn state_at(seq: i64, data: impl Into<Box<str>>) -> Self {
        Self::new(Some(seq), EventKind::State, data.into())
    }

    /// A sign of life.
    pub fn ping() -> Self {
        Self::new(None, EventKind::Ping, "{}".into())
    }

    /// From where a client that has seen this frame resumes.
    pub fn cursor(&self) -> Option<i64> {
        self.0.cursor
    }

    /// What it tells.
    pub fn event(&self) -> EventKind {
        self.0.event
    }

    /// The JSON object that it carries.
    pub fn data(&self) -> &str {
        &self.0.data
    }

    /// The text of a WebSocket message: `{"event":"item","cursor":"12","data":{…}}`.
    pub fn message(&self) -> Bytes {
        self.0.message.get_or_init(|| Bytes::from(self.0.write_message())).clone()
    }

    /// The block of an event stream (WHATWG HTML, server-sent events) with its closing blank line.
    pub fn event_stream(&self) -> Bytes {
        self.0.event_stream.get_or_init(|| Bytes::from(self.0.write_event_stream())).clone()
    }
}

impl Inner {
    fn write_message(&self) -> String {
        let mut text = String::with_capacity(self.data.len() + 64);
        let _ = write!(text, r#"{{"event":"{}""#, self.event.as_str());
        if let Some(cursor) = self.cursor {
            let _ = write!(text, r#","cursor":"{cursor}""#);
        }
        text.push_str(r#","data":"#);
        text.push_str(&self.data);
        text.push('}');
        text.shrink_to_fit();
        text
    }

    fn write_event_stream(&self) -> String {
        let mut text = String::with_capacity(self.data.len() + 64);
        if let Some(cursor) = self.cursor {
            let _ = writeln!(text, "id: {cursor}");
        }
        let _ = writeln!(text, "event: {}", self.event.as_str());
        // JSON may hold line breaks between its tokens; each line needs its own field name.
        for line in self.data.split(['\n', '\r']) {
            let _ = writeln!(text, "data: {line}");
        }
        text.push('\n');
        text.shrink_to_fit();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Bytes) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn texts_of_both_transports() {
        let item = Frame::item(12, r#"{"id":"a"}"#);
        assert_eq!(text(item.message()), r#"{"event":"item","cursor":"12","data":{"id":"a"}}"#);
        assert_eq!(text(item.event_stream()), "id: 12\nevent: item\ndata: {\"id\":\"a\"}\n\n");
        let state = Frame::state("{\n}");
        assert_eq!(text(state.message()), "{\"event\":\"state\",\"data\":{\n}}");
        assert_eq!(text(state.event_stream()), "event: state\ndata: {\ndata: }\n\n");
        assert_eq!(text(Frame::ping().message()), r#"{"event":"ping","data":{}}"#);
    }

    #[test]
    fn the_text_is_made_once_for_all() {
        let frame = Frame::item(1, "{}");
        assert_eq!(frame.message().as_ptr(), frame.clone().message().as_ptr());
        assert_eq!(frame.event_stream().as_ptr(), frame.clone().event_stream().as_ptr());
    }
}
