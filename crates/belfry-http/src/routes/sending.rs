//! What happens to a draft when it is ready: sent with a time in which it can be taken back, called off, tried on
//! oneself.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use belfry_engine::{Composed, DraftToSend};
use belfry_store::{Cancelled, NotificationRow};
use belfry_types::audience::Audience;
use belfry_types::id::NotificationId;
use belfry_types::limits::{UNDO_DEFAULT_S, UNDO_MAX_S};
use belfry_types::notification::{Origin, Status};
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::audiences::refused;
use super::drafts::{done, draft_at, origin};
use super::notification_view::stored;
use super::notifications::NotificationPath;
use crate::audience::AudienceIn;
use crate::content;
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::openapi::{Changes, Writes};
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::NotificationStatus;

/// Which revision of a draft to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SendDraft, example = json!({"revision": 3, "undo": 10}))]
pub struct SendIn {
    /// The revision that was read and reviewed.
    #[schema(minimum = 1)]
    revision: i64,
    /// Seconds in which it can be taken back: nothing leaves before.
    #[schema(minimum = 0, maximum = 60, default = 10)]
    undo: Option<u32>,
}

/// A draft that will be sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScheduledNotification)]
pub struct ScheduledOut {
    /// Its id, as it was.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// `scheduled`.
    status: NotificationStatus,
    /// When its sending begins.
    #[schema(value_type = String, format = DateTime)]
    sends_at: Millis,
}

/// A notification that was called off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CancelledNotification)]
pub struct CancelledOut {
    /// Its id.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// `draft` where nothing had left, else `cancelled`.
    status: NotificationStatus,
}

/// Which revision of a draft to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestDraft, example = json!({"revision": 3}))]
pub struct TestIn {
    /// The revision that is on the screen.
    #[schema(minimum = 1)]
    revision: i64,
}

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestNotification)]
pub struct TestOut {
    /// The notification that was made for it.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// Devices that it is pushed to.
    devices: usize,
}

/// Checks a draft like a notification that is sent; `to` stands in for its audience.
fn composed(row: &NotificationRow, to: Option<Audience>) -> Result<Composed, Problem> {
    let mut faults = Faults::default();
    let content = stored(&row.content)?;
    content::check(&content, &mut faults);
    let run_time_s = content::run_time(Some(row.run_time_s), &mut faults);
    let written: Option<AudienceIn> = stored(&row.audience)?;
    let audience = match (to, &written) {
        (Some(to), _) => Some(to),
        (None, Some(written)) => written.check("/audience", &mut faults),
        (None, None) => {
            faults.add("/audience", "required", "say whom it is for");
            None
        }
    };
    match audience {
        Some(audience) if faults.is_empty() => Ok(Composed {
            content,
            audience,
            audience_json: row.audience.clone(),
            run_time_s,
            origin: Origin::Api,
            operator: 0,
            only_device: None,
        }),
        _ => Err(Problem::invalid(faults.into_vec())),
    }
}

/// Send a draft
///
/// 202 says that it is durable: it will leave at `sends_at` and not before, also after a restart. Until then it can be
/// taken back with `cancel`. What an operator sends takes a place of the workspace's quota: 409 `quota_exceeded` with
/// `limit` and `used` where none is left. Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/drafts/{id}/send", operation_id = "sendDraft", tag = "drafts",
    params(NotificationPath),
    request_body = SendIn,
    responses((status = 202, description = "It will be sent.", body = ScheduledOut), Writes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn send(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
    Json { value, .. }: Json<SendIn>,
) -> Result<(StatusCode, axum::Json<ScheduledOut>), Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let undo = value.undo.unwrap_or(UNDO_DEFAULT_S);
    if undo > UNDO_MAX_S {
        let mut faults = Faults::default();
        faults.add("/undo", "out_of_range", format!("from 0 to {UNDO_MAX_S} seconds"));
        return Err(Problem::invalid(faults.into_vec()));
    }
    let row = draft_at(&app, scope, path.id, value.revision).await?;
    let (origin, operator) = origin(&place);
    let composed = Composed { origin, operator, ..composed(&row, None)? };
    let undo = Duration::from_secs(undo.into());
    let draft = DraftToSend { id: path.id, revision: value.revision, composed, undo };
    let (end, sends_at) = app.engine().send_draft(scope, draft).await.map_err(|e| refused(e, "/audience"))?;
    done(&app, scope, path.id, end).await?;
    let status = NotificationStatus(Status::Scheduled);
    Ok((StatusCode::ACCEPTED, axum::Json(ScheduledOut { id: path.id, status, sends_at })))
}

/// Cancel a notification
///
/// Before its time it becomes a draft again and frees its place in the quota; while it is being sent it stops at the
/// next batch, and what was delivered stays. 409 `not_cancellable` where nothing is left to call off. Needs
/// `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/notifications/{id}/cancel", operation_id = "cancelNotification",
    tag = "notifications",
    params(NotificationPath),
    responses((status = 200, description = "It was called off.", body = CancelledOut), Changes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn cancel(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
) -> Result<axum::Json<CancelledOut>, Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let status = match app.engine().cancel(scope, path.id).await? {
        Cancelled::Draft => Status::Draft,
        Cancelled::Stopped => Status::Cancelled,
        Cancelled::Over(status) => {
            let detail = format!("There is nothing to call off: its status is {status}.");
            return Err(Problem::conflict("not_cancellable", detail).with("notification_status", status));
        }
    };
    Ok(axum::Json(CancelledOut { id: path.id, status: NotificationStatus(status) }))
}

/// Try a draft on yourself
///
/// Sends it now to the user with the operator's own email, and to nobody else; it does not count in the quota. 409
/// `no_device` where that user has none: open the portal with a link of `myself/token` and switch push on there. Only
/// operators have a user of their own: 403 `operator_only` for an API key. Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/drafts/{id}/test", operation_id = "testDraft", tag = "drafts",
    params(NotificationPath),
    request_body = TestIn,
    responses((status = 202, description = "It is on its way.", body = TestOut), Writes),
    security(("session" = [])),
)]
pub async fn test(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<NotificationPath>,
    Json { value, .. }: Json<TestIn>,
) -> Result<(StatusCode, axum::Json<TestOut>), Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let Some(operator) = place.operator() else {
        let detail = "An API key has no user of its own to test with; send to a named user instead.";
        return Err(Problem::forbidden("operator_only", detail));
    };
    let row = draft_at(&app, scope, path.id, value.revision).await?;
    let no_device = || {
        let detail =
            "You have no device in this workspace yet: open your own portal and switch push on there.";
        Problem::conflict("no_device", detail)
    };
    let user = app.store().user_by_email(scope.scope(), &operator.email).await?.ok_or_else(no_device)?;
    let counts = app.store().device_counts_of(scope, &[user.ordinal]).await?;
    let devices = counts.first().map_or(0, |(_, n)| *n);
    if devices == 0 {
        return Err(no_device());
    }
    let names = vec![user.external_id];
    let audience_json = serde_json::json!({ "users": names }).to_string();
    let to = Audience::Users { names, ignore_unknown: false };
    let composed = Composed {
        audience_json,
        origin: Origin::Test,
        operator: operator.num,
        only_device: None,
        ..composed(&row, Some(to))?
    };
    let sent = app.engine().send_notification(scope, composed, None).await;
    let accepted = sent.map_err(|e| refused(e, "/audience"))?;
    Ok((StatusCode::ACCEPTED, axum::Json(TestOut { id: accepted.id, devices })))
}
