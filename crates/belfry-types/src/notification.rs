//! What a notification is made of: its content as it was set, its origin and its status.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::channel::{Urgency, coded};
use crate::id::PhotoId;

/// How the message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CommonMark with tables and strikethrough.
    #[default]
    Markdown,
    /// HTML, cleaned before anyone sees it.
    Html,
}

coded! {
    /// Where a notification came from.
    Origin {
        /// An operator wrote it.
        Operator = 0 "operator",
        /// An API key sent it.
        Api = 1 "api",
        /// It was made from an event.
        Event = 2 "event",
        /// An operator tried a draft on themselves.
        Test = 3 "test",
    }
}

coded! {
    /// Where a notification stands.
    Status {
        /// Not sent yet.
        Draft = 0 "draft",
        /// Will be sent at its time.
        Scheduled = 1 "scheduled",
        /// Accepted; being planned and sent.
        Sending = 2 "sending",
        /// Stopped by an operator; can go on.
        Paused = 3 "paused",
        /// Everything that could be delivered was.
        Sent = 4 "sent",
        /// Some deliveries failed.
        PartlyFailed = 5 "partly_failed",
        /// Nothing could be delivered.
        Failed = 6 "failed",
        /// Called off.
        Cancelled = 7 "cancelled",
        /// Its run-time was over before anything was delivered.
        Expired = 8 "expired",
        /// Its time passed while nothing could be sent.
        Missed = 9 "missed",
        /// Taken back after it was sent.
        Withdrawn = 10 "withdrawn",
    }
}

/// Where opening a notification leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// An absolute http(s) URL, or a path of the host product that begins with one slash.
    pub url: String,
}

/// Who did what the event tells about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The name that is shown.
    pub name: String,
    /// An https URL of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its kind, for instance `ticket`.
    pub kind: String,
    /// The host product's id of it.
    pub id: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The content of a notification as it was set, kept word for word.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// ≤ 100 characters; where it is missing the sender stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// ≤ 10,000 characters in `format`.
    pub message: String,
    /// How the message is written.
    #[serde(default)]
    pub format: Format,
    /// Free text; where it is missing the workspace's name stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The sender's picture, one that was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoId>,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// The event's type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The product's own data, handed through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// RFC 8030 urgency of its pushes.
    #[serde(default)]
    pub urgency: Urgency,
    /// Replaces an earlier push with the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collapse_key: Option<String>,
}

impl Content {
    /// The key under which inbox items stack: same type on the same subject of one workspace. `None` for what has
    /// no subject. FNV-1a of the three, which is enough to keep the stacks of one person apart.
    pub fn stack_key(&self, workspace: i64) -> Option<i64> {
        let subject = self.subject.as_ref()?;
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ workspace.cast_unsigned();
        for part in [self.event_type.as_deref().unwrap_or(""), &subject.kind, &subject.id] {
            for byte in part.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Some(hash.cast_signed())
    }
}
