//! The push document of a notification, made once; what differs from delivery to delivery is the capability, which
//! has always the same length and is written into its place.

use belfry_channels::web_push::{Notification as Document, topic_of};
use belfry_store::PushSource;
use belfry_types::channel::Urgency;
use belfry_types::limits;
use belfry_types::notification::Content;
use serde::Serialize;

use crate::EngineSettings;
use crate::item::{item_id, shown_destination, shown_icon, shown_photo, shown_title};
use crate::receipt::CAPABILITY_CHARS;

/// Stands where the capability goes; no text can hold it, because it is not valid inside JSON text from users: its
/// length and alphabet are those of a capability and the document is searched from the end.
const PLACE: &str = "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~";
const _: () = assert!(PLACE.len() == CAPABILITY_CHARS);

/// For the service worker.
#[derive(Serialize)]
struct Data<'a> {
    item_id: String,
    notification_id: String,
    /// Where the receipts go.
    receipts: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<&'a str>,
    // The last member of the last object, so that its place is found from the end.
    capability: &'static str,
}

/// The common document of a notification's pushes.
#[derive(Debug, Clone)]
pub struct PushDocument {
    json: Vec<u8>,
    place: usize,
    /// RFC 8030 §5.4.
    pub topic: String,
    /// RFC 8030 §5.3.
    pub urgency: Urgency,
}

impl PushDocument {
    /// Makes the document; `None` when its links alone are too long for a push.
    pub fn new(source: &PushSource, workspace: i64, settings: &EngineSettings) -> Option<Self> {
        let content: Content = serde_json::from_str(&source.content).ok()?;
        let id = source.id.to_string();
        let tag = match (&content.collapse_key, content.stack_key(workspace)) {
            (Some(key), _) => format!("c:{workspace}:{key}"),
            (None, Some(stack)) => format!("s:{stack}"),
            (None, None) => id.clone(),
        };
        let portal = format!("{}/app/{}", settings.public_url, source.workspace_slug);
        let item = item_id(source.id);
        let navigate = match shown_destination(&content) {
            Some(to) if to.url.starts_with('/') => format!("{}{}", settings.public_url, to.url),
            Some(to) => to.url,
            None => format!("{portal}/items/{item}"),
        };
        let photo = shown_photo(&content, settings);
        let icon = shown_icon(source.icon.as_deref(), settings);
        let sender_photo = content.photo.and(photo.as_deref());
        let document = Document {
            title: belfry_catalog::single_line(shown_title(&content, &source.workspace_name)).into(),
            body: belfry_catalog::cut(&source.plain, limits::PUSH_BODY_CHARS),
            navigate: &navigate,
            icon: &icon,
            image: sender_photo,
            tag: &tag,
            lang: None,
            silent: false,
            timestamp: Some(source.created_at.0),
            app_badge: None,
            data: Data {
                item_id: item,
                notification_id: id,
                receipts: format!("{}/v1/me/receipts", settings.public_url),
                photo: photo.as_deref(),
                capability: PLACE,
            },
        };
        let json = document.encode().ok()?;
        let place = json.windows(PLACE.len()).rposition(|window| window == PLACE.as_bytes())?;
        Some(Self { json, place, topic: topic_of(&tag), urgency: content.urgency })
    }

    /// The payload of one delivery.
    pub fn with(&self, capability: &str) -> Vec<u8> {
        let mut json = self.json.clone();
        json[self.place..self.place + capability.len()].copy_from_slice(capability.as_bytes());
        json
    }
}
