//! Messages of a live connection's client: no text is two kinds of message; what is read is what the JSON says, within
//! its bounds. And frames to the client: whatever JSON an item is, it cannot break out of its event.

#![no_main]

use belfry_engine::item_id;
use belfry_http::{parse_hello, parse_shown};
use belfry_live::Frame;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// Items of one acknowledgement.
const ACKS: usize = 100;
/// Brackets of JSON that certainly is not too deep for serde.
const BRACKETS: usize = 100;

/// What a client of server-sent events makes of a frame (WHATWG HTML §9.2.6): its fields.
fn fields(event: &str) -> Vec<(&str, &str)> {
    let block = event.strip_suffix("\n\n").expect("a blank line ends it");
    assert!(!block.contains("\n\n") && !block.contains('\r'), "more than one event: {event:?}");
    block.split('\n').map(|line| line.split_once(": ").expect("a field")).collect()
}

fuzz_target!(|text: &str| {
    let (hello, shown) = (parse_hello(text), parse_shown(text));
    assert!(hello.is_none() || shown.is_none(), "two kinds of message");
    let json = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);

    if let Some((token, cursor)) = hello {
        let json = json.as_ref().expect("a message is an object");
        assert_eq!(json["token"], *token);
        assert!(!token.contains('\0') && cursor.is_none_or(|cursor| cursor >= 0));
        let said = json.get("cursor").and_then(Value::as_str).map(|text| text.parse().expect("a number"));
        assert_eq!(said, cursor);
    }
    if let Some(items) = shown {
        let json = json.as_ref().expect("a message is an object");
        assert!(items.len() <= ACKS);
        assert_eq!(json["ack"], json!(items.into_iter().map(item_id).collect::<Vec<_>>()));
    }

    if let Some(data) = json.filter(|_| text.matches(['[', '{']).count() <= BRACKETS) {
        let frame = Frame::item(7, text);
        let message: Value = serde_json::from_slice(&frame.message()).expect("JSON");
        assert_eq!(message, json!({"event": "item", "cursor": "7", "data": data}));
        let event = frame.event_stream();
        let fields = fields(std::str::from_utf8(&event).expect("UTF-8"));
        assert_eq!(fields[..2], [("id", "7"), ("event", "item")]);
        assert!(fields[2..].iter().all(|(name, _)| *name == "data"), "{fields:?}");
        let lines: Vec<&str> = fields[2..].iter().map(|(_, line)| *line).collect();
        assert_eq!(serde_json::from_str::<Value>(&lines.join("\n")).ok(), Some(data));
    }
});
