//! Events that a product raises; each becomes a notification to its recipients.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use belfry_engine::Raised;
use belfry_types::id::{EventId, NotificationId};
use belfry_types::limits::{EMAIL_CHARS, EVENT_RECIPIENTS, KEY_CHARS};
use belfry_types::notification::Content;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::audiences::refused;
use super::notification_view::{ContentOut, stored};
use crate::content::{self, ActorIn, DestinationIn, SubjectIn};
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::idempotency::{Idempotency, replayed};
use crate::openapi::{Reads, Writes};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{MessageFormat, PushUrgency};

/// An event to raise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvent, example = json!({
    "type": "ticket.message", "recipients": ["attendee-1042"], "message": "Your part has arrived.",
    "actor": {"name": "Maya Chen"}, "subject": {"kind": "ticket", "id": "T-1042", "title": "Broken badge printer"},
}))]
pub struct EventIn {
    /// What happened, for instance `ticket.message`. Items of one type on one subject stack in the inbox.
    #[schema(min_length = 1, max_length = 255)]
    r#type: String,
    /// External ids or email addresses.
    #[schema(min_items = 1, max_items = 10_000)]
    recipients: Vec<String>,
    /// The text, in `format`.
    #[schema(min_length = 1, max_length = 10_000)]
    message: String,
    /// Where it is missing the sender or actor stands in.
    #[schema(min_length = 1, max_length = 100)]
    title: Option<String>,
    /// How the message is written.
    #[serde(default)]
    format: MessageFormat,
    /// Who it is from; the workspace's name if it is missing.
    #[schema(min_length = 1, max_length = 200)]
    sender: Option<String>,
    /// Who did it.
    actor: Option<ActorIn>,
    /// What it is about.
    subject: Option<SubjectIn>,
    /// Where opening it leads; to the subject's URL if it is missing.
    destination: Option<DestinationIn>,
    /// The product's own data.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// Seconds after which what was not delivered is discarded; a day if it is missing.
    #[schema(minimum = 0, maximum = 2_419_200)]
    run_time: Option<u32>,
    /// How soon a push has to arrive.
    #[serde(default)]
    urgency: PushUrgency,
    /// Replaces an earlier push with the same key.
    #[schema(min_length = 1, max_length = 255)]
    collapse_key: Option<String>,
    /// Leaves unknown recipients out instead of refusing the event.
    #[serde(default)]
    ignore_unknown: bool,
}

/// An event that was accepted: it is durable and on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptedEvent)]
pub struct AcceptedOut {
    /// Its id.
    #[schema(value_type = String, example = "evt_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: EventId,
}

/// Raise an event
///
/// 202 says that it is durable. Unknown recipients are 422 with the list, unless `ignore_unknown` is true; whose membership
/// was cancelled gets nothing. Needs `events:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/events", operation_id = "raiseEvent", tag = "events",
    params(
        WorkspacePath,
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats give the same answer for a day."),
    ),
    request_body = EventIn,
    responses((status = 202, description = "It is accepted.", body = AcceptedOut), Writes),
    security(("api_key" = ["events:write"])),
)]
pub async fn raise(
    State(app): State<AppState>,
    place: InWorkspace,
    idempotency: Idempotency,
    Json { value: it, raw }: Json<EventIn>,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::EventsWrite)?;
    let raised = checked(it)?;
    let key = idempotency.hashes(place.asker(), &raw);
    let (id, again) =
        app.engine().raise_event(scope, raised, key).await.map_err(|e| refused(e, "/recipients"))?;
    let response = (StatusCode::ACCEPTED, axum::Json(AcceptedOut { id })).into_response();
    Ok(if again { replayed(response) } else { response })
}

fn checked(it: EventIn) -> Result<Raised, Problem> {
    let mut faults = Faults::default();
    let content = Content {
        title: it.title,
        message: it.message,
        format: it.format.into(),
        photo: None,
        sender: it.sender,
        destination: it.destination.map(Into::into),
        event_type: Some(it.r#type),
        actor: it.actor.map(Into::into),
        subject: it.subject.map(Into::into),
        data: it.data,
        urgency: it.urgency.into(),
        collapse_key: it.collapse_key,
    };
    content::check(&content, &mut faults);
    let run_time_s = content::run_time(it.run_time, &mut faults);
    match it.recipients.len() {
        0 => faults.add("/recipients", "list_empty", "an event needs at least one recipient"),
        1..=EVENT_RECIPIENTS => {}
        _ => faults.add(
            "/recipients",
            "too_many",
            format!("at most {EVENT_RECIPIENTS}; send a notification to a group"),
        ),
    }
    let longest = KEY_CHARS.max(EMAIL_CHARS);
    for (i, name) in it.recipients.iter().take(EVENT_RECIPIENTS).enumerate() {
        if name.is_empty() || (name.len() > longest && name.chars().count() > longest) {
            faults.add(format!("/recipients/{i}"), "value_invalid", format!("1 to {longest} characters"));
        }
    }
    faults.done()?;
    Ok(Raised { content, recipients: it.recipients, ignore_unknown: it.ignore_unknown, run_time_s })
}

/// An event as it was raised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventOut {
    /// Its id.
    #[schema(value_type = String, example = "evt_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: EventId,
    /// The content as it was raised.
    #[serde(flatten)]
    content: ContentOut,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// Whether its notifications have been made.
    done: bool,
    /// The notifications that were made from it.
    #[schema(value_type = Vec<String>)]
    notifications: Vec<NotificationId>,
}

/// `{ws}` and `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EventPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// Id of the event.
    #[param(value_type = String, example = "evt_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: EventId,
}

/// Show an event
///
/// As it was raised, with the notifications that were made from it. Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/events/{id}", operation_id = "getEvent", tag = "events",
    params(EventPath),
    responses((status = 200, description = "The event.", body = EventOut), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<EventPath>,
) -> Result<axum::Json<EventOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let row = app.store().event(scope, path.id).await?;
    Ok(axum::Json(EventOut {
        id: path.id,
        content: stored(&row.content)?,
        created_at: row.created_at,
        done: row.done,
        notifications: row.notifications,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn pointers(text: &str) -> Vec<String> {
        let problem = checked(json::read(text.as_bytes()).unwrap()).unwrap_err();
        problem.errors().iter().map(|fault| fault.pointer.clone()).collect()
    }

    #[test]
    fn recipients_are_bounded() {
        assert_eq!(pointers(r#"{"type":"t","recipients":[],"message":"m"}"#), ["/recipients"]);
        assert_eq!(
            pointers(r#"{"type":"","recipients":["a",""],"message":"m"}"#),
            ["/type", "/recipients/1"]
        );
        let many = serde_json::to_string(&vec!["a"; EVENT_RECIPIENTS + 1]).unwrap();
        assert_eq!(
            pointers(&format!(r#"{{"type":"t","recipients":{many},"message":"m"}}"#)),
            ["/recipients"]
        );
    }
}
