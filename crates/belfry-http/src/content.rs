//! The parts of a message that notifications and events share: their input types and the checks of their values.

use belfry_types::limits::{
    KEY_CHARS, MESSAGE_CHARS, NAME_CHARS, RUN_TIME_DEFAULT_S, RUN_TIME_MAX_S, TITLE_CHARS,
};
use belfry_types::notification::{Actor, Content, Destination, Subject};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::faults::Faults;

/// Bytes of an event's own data as JSON.
const DATA_BYTES: usize = 32 << 10;

/// Where opening a notification leads.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Destination)]
pub struct DestinationIn {
    /// An absolute http(s) URL, or a path that begins with one slash.
    #[schema(max_length = 2048, example = "https://example.com/programme")]
    pub url: String,
}

/// Who did what the event tells about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Actor)]
pub struct ActorIn {
    /// The name that is shown.
    #[schema(min_length = 1, max_length = 200, example = "Maya Chen")]
    pub name: String,
    /// An https URL of a picture.
    #[schema(max_length = 2048)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
}

/// What an event is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Subject)]
pub struct SubjectIn {
    /// Its kind.
    #[schema(min_length = 1, max_length = 255, example = "ticket")]
    pub kind: String,
    /// The host product's id of it.
    #[schema(min_length = 1, max_length = 255, example = "T-1042")]
    pub id: String,
    /// Its title.
    #[schema(max_length = 200)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it can be seen.
    #[schema(max_length = 2048)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl From<DestinationIn> for Destination {
    fn from(it: DestinationIn) -> Self {
        Self { url: it.url }
    }
}

impl From<ActorIn> for Actor {
    fn from(it: ActorIn) -> Self {
        Self { name: it.name, photo_url: it.photo_url }
    }
}

impl From<SubjectIn> for Subject {
    fn from(it: SubjectIn) -> Self {
        Self { kind: it.kind, id: it.id, title: it.title, url: it.url }
    }
}

/// Whether a message says nothing when it is shown. One that begins with a letter does not need to be rendered for it.
fn is_empty_once_clean(content: &Content) -> bool {
    match content.message.trim_start().chars().next() {
        None => false,
        Some(first) if first.is_alphanumeric() => false,
        Some(_) if content.message.chars().count() > MESSAGE_CHARS => false,
        Some(_) => {
            let shown = belfry_catalog::render(&content.message, content.format);
            shown.text.trim().is_empty() && !shown.html.contains("<img")
        }
    }
}

/// Adds what is wrong with a content to `faults`.
pub fn check(content: &Content, faults: &mut Faults) {
    if let Some(title) = &content.title {
        faults.line("/title", title, TITLE_CHARS);
    }
    faults.text("/message", &content.message, MESSAGE_CHARS);
    if is_empty_once_clean(content) {
        faults.add("/message", "required", "nothing is left of it once what is not allowed is taken out");
    }
    if let Some(sender) = &content.sender {
        faults.line("/sender", sender, NAME_CHARS);
    }
    if let Some(destination) = &content.destination {
        faults.link("/destination/url", &destination.url);
    }
    if let Some(kind) = &content.event_type {
        faults.key("/type", kind);
    }
    if let Some(actor) = &content.actor {
        faults.line("/actor/name", &actor.name, NAME_CHARS);
        if let Some(url) = &actor.photo_url {
            faults.picture("/actor/photo_url", url);
        }
    }
    if let Some(subject) = &content.subject {
        faults.key("/subject/kind", &subject.kind);
        faults.key("/subject/id", &subject.id);
        if let Some(title) = &subject.title {
            faults.line("/subject/title", title, NAME_CHARS);
        }
        if let Some(url) = &subject.url {
            faults.link("/subject/url", url);
        }
    }
    if let Some(data) = &content.data {
        data_fits(data, faults);
    }
    if let Some(key) = &content.collapse_key {
        faults.line("/collapse_key", key, KEY_CHARS);
    }
}

fn data_fits(data: &Value, faults: &mut Faults) {
    if !data.is_object() {
        faults.add("/data", "type_wrong", "data is an object");
    } else if serde_json::to_string(data).is_ok_and(|text| text.len() > DATA_BYTES) {
        faults.add("/data", "too_long", format!("data has at most {DATA_BYTES} bytes"));
    }
}

/// The run-time in seconds: a day unless it is said, 28 days at most.
pub fn run_time(given: Option<u32>, faults: &mut Faults) -> u32 {
    let seconds = given.unwrap_or(RUN_TIME_DEFAULT_S);
    if seconds > RUN_TIME_MAX_S {
        faults.add("/run_time", "out_of_range", format!("from 0 to {RUN_TIME_MAX_S} seconds (28 days)"));
    }
    seconds
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_is_checked_and_all_faults_are_told() {
        let content: Content = serde_json::from_value(json!({
            "title": "x".repeat(101), "message": " ", "sender": "a\nb", "destination": {"url": "javascript:alert(1)"},
            "type": "", "actor": {"name": "", "photo_url": "http://x/a.png"},
            "subject": {"kind": "", "id": " a", "title": "\u{0}", "url": "//evil.example"}, "data": [1], "collapse_key": "",
        }))
        .unwrap();
        let mut faults = Faults::default();
        check(&content, &mut faults);
        assert_eq!(run_time(Some(28 * 86_400 + 1), &mut faults), 28 * 86_400 + 1);
        let pointers: Vec<String> = faults.into_vec().into_iter().map(|f| f.pointer).collect();
        let expected = [
            "/title",
            "/message",
            "/sender",
            "/destination/url",
            "/type",
            "/actor/name",
            "/actor/photo_url",
            "/subject/kind",
            "/subject/id",
            "/subject/title",
            "/subject/url",
            "/data",
            "/collapse_key",
            "/run_time",
        ];
        for pointer in expected {
            assert!(pointers.iter().any(|p| p == pointer), "{pointer} is not in {pointers:?}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_message() {
        let codes = |message: &str, format: &str| {
            let content = serde_json::from_value(json!({"message": message, "format": format})).unwrap();
            let mut faults = Faults::default();
            check(&content, &mut faults);
            faults.into_vec().into_iter().map(|fault| fault.code).collect::<Vec<_>>()
        };
        for (message, format) in [
            ("<script>alert(1)</script>", "html"),
            ("<p> </p>", "html"),
            ("<!-- later -->", "markdown"),
            ("[a]: https://example.com", "markdown"),
        ] {
            assert_eq!(codes(message, format), ["required"], "{message}");
        }
        for (message, format) in
            [("<b>Doors</b>", "html"), ("🎉", "markdown"), ("**Doors**", "markdown"), (".", "markdown")]
        {
            assert!(codes(message, format).is_empty(), "{message}");
        }
    }

    #[test]
    fn what_is_at_the_limit_passes() {
        let content: Content = serde_json::from_value(json!({
            "title": "x".repeat(100), "message": "ä".repeat(10_000), "destination": {"url": "/here"},
            "data": {"any": ["thing", 1]},
        }))
        .unwrap();
        let mut faults = Faults::default();
        check(&content, &mut faults);
        assert_eq!(run_time(None, &mut faults), 86_400);
        assert!(faults.is_empty(), "{:?}", faults.into_vec());
    }
}
