//! Notifications: sent, listed, looked up.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use belfry_engine::Composed;
use belfry_store::{NotificationFilter, NotificationPlace};
use belfry_types::id::{NotificationId, PhotoId};
use belfry_types::limits::BODY_BYTES;
use belfry_types::notification::{Content, Origin};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::audiences::refused;
use super::drafts::origin;
use super::notification_view::{self, DetailOut, NotificationOut};
use super::organizations::search;
use crate::audience::AudienceIn;
use crate::content::{self, DestinationIn};
use crate::extract::{Media, Path, Query, body, media_type, unsupported};
use crate::faults::Faults;
use crate::idempotency::{Idempotency, replayed};
use crate::json;
use crate::openapi::{Reads, Writes};
use crate::page::{Cursor, Limit, Page};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::{Fault, Problem};
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
    /// Id of the sender's photo.
    #[schema(value_type = Option<String>)]
    photo: Option<PhotoId>,
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
/// What an operator's session sends takes a place of the workspace's quota, as a draft does: 409 `quota_exceeded`.
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
    let (origin, operator) = origin(&place);
    let composed = compose(it, origin, operator)?;
    photo_is_known(&app, scope, &composed.content).await?;
    let key = idempotency.hashes(place.asker(), &raw);
    let accepted =
        app.engine().send_notification(scope, composed, key).await.map_err(|e| refused(e, "/audience"))?;
    let out = AcceptedOut { id: accepted.id, status: NotificationStatus(accepted.status) };
    let response = (StatusCode::ACCEPTED, axum::Json(out)).into_response();
    Ok(if accepted.replayed { replayed(response) } else { response })
}

fn compose(it: NotificationIn, origin: Origin, operator: i64) -> Result<Composed, Problem> {
    let mut faults = Faults::default();
    let content = Content {
        title: it.title,
        message: it.message,
        format: it.format.into(),
        sender: it.sender,
        photo: it.photo,
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
            origin,
            operator,
            only_device: None,
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
        photo: None,
        destination: None,
        run_time: None,
        urgency: PushUrgency::Normal,
        collapse_key: None,
    })
}

/// 422 for a photo that the workspace does not have.
pub(crate) async fn photo_is_known(
    app: &AppState,
    scope: WorkspaceScope,
    content: &Content,
) -> Result<(), Problem> {
    if let Some(photo) = content.photo
        && !app.store().has_photo(scope, photo).await?
    {
        let detail = "the workspace has no such photo; upload it first";
        return Err(Problem::invalid(vec![Fault::at("/photo", "photo_unknown", detail)]));
    }
    Ok(())
}

/// Which notifications of a workspace are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Only those of this status.
    #[param(inline, value_type = Option<NotificationStatus>)]
    status: Option<NotificationStatus>,
    /// Only those from there.
    #[param(inline, value_type = Option<NotificationOrigin>)]
    origin: Option<NotificationOrigin>,
    /// Part of the title, the sender or the message. A page of a search may be short and still have a `next`.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Rows of the page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>, max_length = 100)]
    cursor: Option<Cursor>,
}

/// List notifications
///
/// Newest first, wherever they came from, drafts as well. Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/notifications", operation_id = "listNotifications", tag = "notifications",
    params(WorkspacePath, ListQuery),
    responses((status = 200, description = "A page of notifications.", body = Page<NotificationOut>), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<NotificationOut>>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let after = match &query.cursor {
        None => None,
        Some(cursor) => {
            let [listed_at, num] = cursor.numbers()?;
            Some(NotificationPlace { listed_at: Millis(listed_at), num })
        }
    };
    let filter = NotificationFilter {
        status: query.status.map(|word| word.0),
        origin: query.origin.map(|word| word.0),
        text: search(query.q.as_deref())?.map(str::to_owned),
    };
    let found = app.store().notifications(scope, &filter, after, query.limit.rows()).await?;
    let next = found.next.map(|place| Cursor::two(place.listed_at.0, place.num).to_text());
    Ok(axum::Json(Page { items: notification_view::rows(&app, found.rows).await?, next }))
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
    responses((status = 200, description = "The notification.", body = DetailOut), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
) -> Result<axum::Json<DetailOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let row = app.store().notification(scope, path.id).await?;
    Ok(axum::Json(notification_view::detail(&app, row).await?))
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
        let problem = compose(it, Origin::Api, 0).unwrap_err();
        let pointers: Vec<_> = problem.errors().iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(pointers, ["/message", "/run_time", "/audience/users"]);
    }

    #[test]
    fn what_was_set_is_kept_word_for_word() {
        let it =
            json::read(br#"{"message":" **Hi** ","audience":{"groups":["a","a"]},"run_time":0}"#).unwrap();
        let composed = compose(it, Origin::Api, 0).unwrap();
        assert_eq!(composed.content.message, " **Hi** ");
        assert_eq!(composed.audience_json, r#"{"groups":["a","a"]}"#);
        assert_eq!(composed.run_time_s, 0);
        let json = serde_json::to_string(&composed.content).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&json).unwrap().message, " **Hi** ");
    }
}
