//! The inbox item of a notification: its JSON is made once, when the notification is accepted. What differs from
//! person to person (id, count, times) is written around it when it is read.

use std::borrow::Cow;
use std::fmt::Write as _;

use belfry_catalog::{render, single_line};
use belfry_store::Workspace;
use belfry_types::id::{NotificationId, WorkspaceId};
use belfry_types::notification::{Actor, Content, Destination, Subject};
use belfry_types::time::Millis;
use serde::Serialize;

use crate::EngineSettings;

/// What every item of one notification has in common.
#[derive(Debug, Serialize)]
struct Common<'a> {
    notification_id: NotificationId,
    workspace: WorkspaceId,
    title: &'a str,
    message: &'a str,
    html: &'a str,
    sender: &'a str,
    photo: Option<&'a str>,
    actor: Option<&'a Actor>,
    icon: &'a str,
    #[serde(rename = "type")]
    event_type: Option<&'a str>,
    subject: Option<&'a Subject>,
    destination: Option<Destination>,
}

/// A notification's content as people get it.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// JSON members of the item, without the braces.
    pub item: String,
    /// Plain text for pushes.
    pub plain: String,
}

/// The title that is shown: where it is missing the sender stands in, then the actor, then the workspace.
pub fn shown_title<'a>(content: &'a Content, workspace_name: &'a str) -> &'a str {
    content
        .title
        .as_deref()
        .or(content.sender.as_deref())
        .or(content.actor.as_ref().map(|a| a.name.as_str()))
        .unwrap_or(workspace_name)
}

/// Where opening leads: to the notification's own destination, else to its subject.
pub fn shown_destination(content: &Content) -> Option<Destination> {
    content
        .destination
        .clone()
        .or_else(|| content.subject.as_ref().and_then(|s| s.url.clone()).map(|url| Destination { url }))
}

/// URL of the face beside it: the sender's picture, else the actor's.
pub fn shown_photo<'a>(content: &'a Content, settings: &EngineSettings) -> Option<Cow<'a, str>> {
    match content.photo {
        Some(photo) => Some(format!("{}/photos/{photo}", settings.public_url).into()),
        None => content.actor.as_ref().and_then(|a| a.photo_url.as_deref()).map(Cow::Borrowed),
    }
}

/// URL of a workspace's icon, of which the store keeps the picture's id.
pub fn shown_icon(icon: Option<&str>, settings: &EngineSettings) -> String {
    icon.map_or_else(
        || settings.default_icon.clone(),
        |photo| format!("{}/photos/{photo}", settings.public_url),
    )
}

/// Renders a notification's content once for everyone.
pub fn render_content(
    id: NotificationId,
    content: &Content,
    workspace: &Workspace,
    settings: &EngineSettings,
) -> Rendered {
    let rendered = render(&content.message, content.format);
    let title = single_line(shown_title(content, &workspace.name));
    let sender = single_line(content.sender.as_deref().unwrap_or(&workspace.name));
    let photo = shown_photo(content, settings);
    let icon = shown_icon(workspace.icon.as_deref(), settings);
    let common = Common {
        notification_id: id,
        workspace: workspace.id,
        title: &title,
        message: &rendered.text,
        html: &rendered.html,
        sender: &sender,
        photo: photo.as_deref(),
        actor: content.actor.as_ref(),
        icon: &icon,
        event_type: content.event_type.as_deref(),
        subject: content.subject.as_ref(),
        destination: shown_destination(content),
    };
    let json = serde_json::to_string(&common).expect("plain values become JSON");
    Rendered { item: json[1..json.len() - 1].to_owned(), plain: rendered.text }
}

/// Finishes an item for one person.
pub fn item_json(
    first: NotificationId,
    item: &str,
    count: i64,
    created_at: Millis,
    read: Option<Millis>,
) -> String {
    let mut out = String::with_capacity(item.len() + 160);
    item_until_read_at(&mut out, first, item, count, created_at);
    end_item(&mut out, read);
    out
}

/// Writes an item up to the value of its last member; [`end_item`] writes the rest.
pub fn item_until_read_at(
    out: &mut String,
    first: NotificationId,
    item: &str,
    count: i64,
    created_at: Millis,
) {
    let id = item_id(first);
    let _ = write!(out, r#"{{"id":"{id}",{item},"count":{count},"created_at":"{created_at}","read_at":"#);
}

/// Ends an item with the time at which it was read.
pub fn end_item(out: &mut String, read: Option<Millis>) {
    match read {
        Some(read) => {
            let _ = write!(out, "\"{read}\"}}");
        }
        None => out.push_str("null}"),
    }
}

/// An item is named by the notification that began its stack.
pub fn item_id(first: NotificationId) -> String {
    format!("itm_{}", &first.to_string()[4..])
}

/// Reads an item's id.
pub fn parse_item_id(text: &str) -> Option<NotificationId> {
    text.strip_prefix("itm_").and_then(|hex| format!("ntf_{hex}").parse().ok())
}
