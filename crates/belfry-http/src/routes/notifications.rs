//! Notifications: sent, listed, looked up.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use belfry_engine::Composed;
use belfry_store::{Counts, NotificationRow};
use belfry_types::id::{EventId, NotificationId};
use belfry_types::limits::BODY_BYTES;
use belfry_types::notification::{Content, Origin};
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::audiences::refused;
use super::organizations::NotificationsQuery;
use crate::audience::AudienceIn;
use crate::content::{self, ActorIn, DestinationIn, SubjectIn};
use crate::extract::{Media, Path, Query, body, media_type, unsupported};
use crate::faults::Faults;
use crate::idempotency::{Idempotency, replayed};
use crate::json;
use crate::openapi::{Reads, Writes};
use crate::page::{Cursor, Page};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{MessageFormat, NotificationOrigin, NotificationStatus, PushUrgency};

/// A notification to send now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNotification, example = json!({
    "title": "Doors open", "message": "The doors open at **nine**.", "audience": {"everyone": true},
}))]
pub struct NotificationIn {
    /// The text, in `format`; pushes get plain text made from it.
    #[schema(min_length = 1, max_length = 10_000)]
    message: String,
    /// Whom it is for.
    audience: AudienceIn,
    /// Where it is missing the sender stands in.
    #[schema(min_length = 1, max_length = 100)]
    title: Option<String>,
    /// How the message is written.
    #[serde(default)]
    format: MessageFormat,
    /// Who it is from; the workspace's name if it is missing.
    #[schema(min_length = 1, max_length = 200)]
    sender: Option<String>,
    /// Where opening it leads.
    destination: Option<DestinationIn>,
    /// Seconds after which what was not delivered is discarded; a day if it is missing.
    #[schema(minimum = 0, maximum = 2_419_200, example = 86_400)]
    run_time: Option<u32>,
    /// How soon a push has to arrive.
    #[serde(default)]
    urgency: PushUrgency,
    /// Replaces an earlier push with the same key.
    #[schema(min_length = 1, max_length = 255)]
    collapse_key: Option<String>,
}

/// A notification that was accepted: it is durable and on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptedNotification)]
pub struct AcceptedOut {
    /// Its id.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// Where it stands.
    status: NotificationStatus,
}

/// How many people and deliveries a notification has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Targets)]
pub struct TargetsOut {
    /// People.
    people: i64,
    /// Deliveries per channel.
    #[schema(example = json!({"inbox": 1204, "web_push": 811}))]
    deliveries: BTreeMap<&'static str, i64>,
}

/// A notification as it was set, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationOut {
    /// Its id.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// Where it stands.
    status: NotificationStatus,
    /// Where it came from.
    origin: NotificationOrigin,
    /// The event that it was made from.
    #[schema(value_type = Option<String>)]
    event_id: Option<EventId>,
    /// The content as it was set.
    #[serde(flatten)]
    content: ContentOut,
    /// The audience as it was set; null where an event named the recipients.
    audience: Option<AudienceIn>,
    /// Seconds after which what was not delivered is discarded.
    run_time: u32,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When its run-time is over.
    #[schema(value_type = String, format = DateTime)]
    run_until: Millis,
    /// When nothing more was left to do.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Millis>,
    /// People and deliveries.
    targets: TargetsOut,
    /// Deliveries per channel and state; the states of a channel add up to its deliveries.
    #[schema(example = json!({"inbox": {"success": 1204}, "web_push": {"success": 790, "failed": 3, "pending": 18}}))]
    counts: BTreeMap<&'static str, BTreeMap<&'static str, i64>>,
    /// Why people got nothing by a channel: how many people per code.
    #[schema(example = json!({"no_device": 393}))]
    reasons: BTreeMap<String, i64>,
}

/// The content of a notification or event as it was set.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Content)]
pub struct ContentOut {
    /// The title.
    title: Option<String>,
    /// The text, in `format`.
    message: String,
    /// How it is written.
    #[serde(default)]
    format: MessageFormat,
    /// Who it is from.
    sender: Option<String>,
    /// Where opening it leads.
    destination: Option<DestinationIn>,
    /// The event's type.
    r#type: Option<String>,
    /// Who did what the event tells about.
    actor: Option<ActorIn>,
    /// What the event is about.
    subject: Option<SubjectIn>,
    /// The product's own data.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// How soon a push has to arrive.
    #[serde(default)]
    urgency: PushUrgency,
    /// Replaces an earlier push with the same key.
    collapse_key: Option<String>,
}

/// Reads what the store keeps as JSON.
pub(crate) fn stored<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| Problem::internal(&format_args!("stored JSON: {error}")))
}

fn show(row: NotificationRow, counts: &Counts) -> Result<NotificationOut, Problem> {
    let mut deliveries: BTreeMap<&'static str, i64> = BTreeMap::new();
    let mut states: BTreeMap<&'static str, BTreeMap<&'static str, i64>> = BTreeMap::new();
    for ((channel, state), n) in counts {
        *deliveries.entry(channel.as_str()).or_default() += n;
        states.entry(channel.as_str()).or_default().insert(state.as_str(), *n);
    }
    Ok(NotificationOut {
        id: row.id,
        status: NotificationStatus(row.status),
        origin: NotificationOrigin(row.origin),
        event_id: row.event,
        content: stored(&row.content)?,
        audience: if row.event.is_none() { Some(stored(&row.audience)?) } else { None },
        run_time: row.run_time_s,
        created_at: row.created_at,
        run_until: row.run_until,
        finished_at: row.finished_at,
        targets: TargetsOut { people: row.people, deliveries },
        counts: states,
        reasons: stored(&row.reasons)?,
    })
}

/// A page of rows of which one more than `limit` was asked for.
pub(crate) async fn page(
    app: &AppState,
    mut rows: Vec<NotificationRow>,
    limit: usize,
) -> Result<Page<NotificationOut>, Problem> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|row| Cursor::one(row.num).to_text()) } else { None };
    let numbers: Vec<i64> = rows.iter().map(|row| row.num).collect();
    let mut counts = app.store().counts_of(&numbers).await?;
    let show = |row: NotificationRow| {
        let counts = counts.remove(&row.num).unwrap_or_default();
        show(row, &counts)
    };
    Ok(Page { items: rows.into_iter().map(show).collect::<Result<_, _>>()?, next })
}

/// How a plain text becomes a notification.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SendQuery {
    /// For a body that is no JSON: `everyone`. An audience that is not said means nobody.
    #[param(example = "everyone")]
    audience: Option<String>,
}

/// Send a notification
///
/// 202 says that it is durable: it will be in every inbox it is meant for, and pushed to every device. Unknown names in
/// the audience are 422 with the list, unless `ignore_unknown` is true. A text that is no JSON is the message of a
/// notification to everyone when the query says so:
/// `curl -H "Authorization: Bearer $KEY" -d "Doors open" "$URL/v1/workspaces/demo/notifications?audience=everyone"`.
/// Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/notifications", operation_id = "sendNotification", tag = "notifications",
    params(
        WorkspacePath, SendQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats give the same answer for a day."),
    ),
    request_body(content((NotificationIn = "application/json"))),
    responses((status = 202, description = "It is accepted.", body = AcceptedOut), Writes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn send(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(query): Query<SendQuery>,
    idempotency: Idempotency,
    request: Request,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let media = media_type(request.headers());
    if !matches!(media, Media::Json | Media::Plain) {
        return Err(unsupported("application/json"));
    }
    let raw = body(request, BODY_BYTES).await?;
    let it = if media == Media::Json { json::read(&raw)? } else { plain(&raw, query.audience.as_deref())? };
    let composed = compose(it)?;
    let key = idempotency.hashes(place.key(), &raw);
    let accepted =
        app.engine().send_notification(scope, composed, key).await.map_err(|e| refused(e, "/audience"))?;
    let out = AcceptedOut { id: accepted.id, status: NotificationStatus(accepted.status) };
    let response = (StatusCode::ACCEPTED, axum::Json(out)).into_response();
    Ok(if accepted.replayed { replayed(response) } else { response })
}

fn compose(it: NotificationIn) -> Result<Composed, Problem> {
    let mut faults = Faults::default();
    let content = Content {
        title: it.title,
        message: it.message,
        format: it.format.into(),
        sender: it.sender,
        destination: it.destination.map(Into::into),
        urgency: it.urgency.into(),
        collapse_key: it.collapse_key,
        ..Content::default()
    };
    content::check(&content, &mut faults);
    let run_time_s = content::run_time(it.run_time, &mut faults);
    let audience = it.audience.check("/audience", &mut faults);
    match audience {
        Some(audience) if faults.is_empty() => Ok(Composed {
            content,
            audience,
            audience_json: it.audience.0.to_string(),
            run_time_s,
            origin: Origin::Api,
        }),
        _ => Err(Problem::invalid(faults.into_vec())),
    }
}

/// The message that `curl -d "text"` sends.
fn plain(raw: &[u8], audience: Option<&str>) -> Result<NotificationIn, Problem> {
    let invalid = |detail: &str| Problem::bad_request("text_invalid", detail);
    let text = std::str::from_utf8(raw).map_err(|_| invalid("The text is not UTF-8."))?;
    if text.trim_start().starts_with('{') {
        return Err(unsupported("application/json"));
    }
    if audience != Some("everyone") {
        return Err(Problem::query("audience: say ?audience=everyone to send a text to every active member"));
    }
    if text.contains('\0') {
        return Err(invalid("The text must not hold the character U+0000."));
    }
    Ok(NotificationIn {
        message: text.to_owned(),
        audience: AudienceIn(serde_json::json!({"everyone": true})),
        title: None,
        format: MessageFormat::Markdown,
        sender: None,
        destination: None,
        run_time: None,
        urgency: PushUrgency::Normal,
        collapse_key: None,
    })
}

/// List notifications
///
/// Newest first, wherever they came from. Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/notifications", operation_id = "listNotifications", tag = "notifications",
    params(WorkspacePath, NotificationsQuery),
    responses((status = 200, description = "A page of notifications.", body = Page<NotificationOut>), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(query): Query<NotificationsQuery>,
) -> Result<axum::Json<Page<NotificationOut>>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let before = query.cursor.as_ref().map(Cursor::number).transpose()?;
    let status = query.status.map(|word| word.0);
    let rows = app.store().notifications(scope, status, before, query.limit.and_one()).await?;
    Ok(axum::Json(page(&app, rows, query.limit.rows()).await?))
}

/// `{ws}` and `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct NotificationPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// Id of the notification.
    #[param(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    pub(crate) id: NotificationId,
}

/// Show a notification
///
/// As it was set, with its status and its counts. Someone without a device is a reason, not a delivery. Needs
/// `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/notifications/{id}", operation_id = "getNotification", tag = "notifications",
    params(NotificationPath),
    responses((status = 200, description = "The notification.", body = NotificationOut), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
) -> Result<axum::Json<NotificationOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let row = app.store().notification(scope, path.id).await?;
    let counts = app.store().counts(row.num).await?;
    Ok(axum::Json(show(row, &counts)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_needs_to_be_asked_for() {
        assert_eq!(plain(b"Doors open", Some("everyone")).unwrap().message, "Doors open");
        assert_eq!(plain(b"Doors open", None).unwrap_err().code(), "query_invalid");
        assert_eq!(plain(b" {\"message\":1}", Some("everyone")).unwrap_err().status(), 415);
        assert_eq!(plain(b"\xff", Some("everyone")).unwrap_err().status(), 400);
    }

    #[test]
    fn faults_of_content_and_audience_come_together() {
        let it = json::read(br#"{"message":"","audience":{"users":[]},"run_time":99999999}"#).unwrap();
        let problem = compose(it).unwrap_err();
        let pointers: Vec<_> = problem.errors().iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(pointers, ["/message", "/run_time", "/audience/users"]);
    }

    #[test]
    fn what_was_set_is_kept_word_for_word() {
        let it =
            json::read(br#"{"message":" **Hi** ","audience":{"groups":["a","a"]},"run_time":0}"#).unwrap();
        let composed = compose(it).unwrap();
        assert_eq!(composed.content.message, " **Hi** ");
        assert_eq!(composed.audience_json, r#"{"groups":["a","a"]}"#);
        assert_eq!(composed.run_time_s, 0);
        let json = serde_json::to_string(&composed.content).unwrap();
        assert_eq!(stored::<ContentOut>(&json).unwrap().message, " **Hi** ");
    }
}
