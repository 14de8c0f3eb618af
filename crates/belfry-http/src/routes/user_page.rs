//! One person as an operator looks at them: devices with their health, what they received, and a test of one device.

use axum::extract::State;
use axum::http::StatusCode;
use belfry_engine::{Composed, Received};
use belfry_store::{DeliveryRow, Device};
use belfry_types::audience::Audience;
use belfry_types::id::{DeviceId, NotificationId};
use belfry_types::notification::{Content, Origin};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::audiences::refused;
use super::users::{UserOut, UserPath, found};
use crate::extract::{Path, Query};
use crate::openapi::{Changes, Reads};
use crate::page::{Cursor, Page, Paging};
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{ChannelWord, DeliveryStateWord, NotificationOrigin, NotificationStatus, ReasonWord};

/// Seconds after which a test that did not arrive is discarded.
const TEST_RUN_TIME_S: u32 = 600;

/// A device of a member, active or not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserDevice)]
pub struct UserDeviceOut {
    /// Its id.
    #[schema(value_type = String, example = "dev_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: DeviceId,
    /// What it is.
    #[schema(example = "Computer")]
    model: String,
    /// Its operating system.
    #[schema(example = "Linux")]
    platform: String,
    /// Its browser.
    #[schema(example = "Firefox")]
    browser: String,
    /// Push can reach it.
    active: bool,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it last registered.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Millis,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    gone_at: Option<Millis>,
}

impl From<Device> for UserDeviceOut {
    fn from(it: Device) -> Self {
        Self {
            id: it.id,
            model: it.model,
            platform: it.platform,
            browser: it.browser,
            active: it.active,
            created_at: it.created_at,
            seen_at: it.seen_at,
            gone_at: it.gone_at,
        }
    }
}

/// A member of a workspace with their devices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserDetail)]
pub struct UserDetailOut {
    /// Who they are.
    #[serde(flatten)]
    user: UserOut,
    /// Their devices here, the ones that were seen last first; at most 100.
    devices: Vec<UserDeviceOut>,
}

/// Show a person
///
/// By external id or id, whatever the status, with their devices. Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/users/{external_id}", operation_id = "getUser", tag = "users",
    params(UserPath),
    responses((status = 200, description = "The member.", body = UserDetailOut), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
) -> Result<axum::Json<UserDetailOut>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let member = found(&app, scope, &path.external_id).await?;
    let devices = app.store().all_devices_of(scope, member.ordinal).await?;
    let devices = devices.into_iter().map(Into::into).collect();
    Ok(axum::Json(UserDetailOut { user: member.into(), devices }))
}

/// A notification in a person's list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceivedNotification)]
pub struct ReceivedNotificationOut {
    /// Its id.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
    /// As it was shown: the sender, the actor or the workspace where it has no title of its own.
    title: String,
    /// Where it came from.
    origin: NotificationOrigin,
    /// Where it stands.
    status: NotificationStatus,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

/// By which way a notification went to a person, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReceivedChannel)]
pub struct ReceivedChannelOut {
    /// By which way.
    channel: ChannelWord,
    /// Where it stands.
    state: DeliveryStateWord,
    /// Why it ended so.
    reason: Option<ReasonWord>,
    /// What the device is; null where the channel has none.
    #[schema(example = "Computer")]
    device: Option<String>,
    /// Its operating system.
    platform: Option<String>,
    /// Its browser.
    browser: Option<String>,
    /// When the device said that it was shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    displayed_at: Option<Millis>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Millis>,
}

impl From<DeliveryRow> for ReceivedChannelOut {
    fn from(row: DeliveryRow) -> Self {
        let (device, platform, browser) =
            row.device.map_or((None, None, None), |d| (Some(d.model), Some(d.platform), Some(d.browser)));
        Self {
            channel: ChannelWord(row.channel),
            state: DeliveryStateWord(row.state),
            reason: row.reason.map(ReasonWord),
            device,
            platform,
            browser,
            displayed_at: row.displayed_at,
            opened_at: row.opened_at,
        }
    }
}

/// What a person received.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Received)]
pub struct ReceivedOut {
    /// The notification; the latest where several of one kind are stacked.
    notification: ReceivedNotificationOut,
    /// How many are stacked.
    #[schema(minimum = 1)]
    count: i64,
    /// Where it went.
    channels: Vec<ReceivedChannelOut>,
    /// When they read it.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Millis>,
}

fn show(it: Received, workspace: &str) -> Result<ReceivedOut, Problem> {
    let content: Content = super::notification_view::stored(&it.notification.content)?;
    Ok(ReceivedOut {
        notification: ReceivedNotificationOut {
            id: it.notification.id,
            title: belfry_engine::shown_title(&content, workspace).to_owned(),
            origin: NotificationOrigin(it.notification.origin),
            status: NotificationStatus(it.notification.status),
            created_at: it.notification.created_at,
        },
        count: it.count,
        channels: it.deliveries.into_iter().map(Into::into).collect(),
        read_at: it.read_at,
    })
}

/// List what a person received
///
/// Newest first, for as long as items are kept in inboxes; also what the person archived or deleted. Needs `users:read`
/// and `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/users/{external_id}/notifications", operation_id = "listUserNotifications",
    tag = "users",
    params(UserPath, Paging),
    responses((status = 200, description = "A page of what they received.", body = Page<ReceivedOut>), Reads),
    security(("api_key" = ["users:read", "notifications:read"])),
)]
pub async fn notifications(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ReceivedOut>>, Problem> {
    place.allow(Permission::UsersRead)?;
    let scope = place.allow(Permission::NotificationsRead)?;
    let member = found(&app, scope, &path.external_id).await?;
    let before = paging.position()?;
    let mut rows = app.engine().timeline(scope, member.ordinal, before, paging.limit.and_one()).await?;
    let more = rows.len() > paging.limit.rows();
    rows.truncate(paging.limit.rows());
    let next = if more { rows.last().map(|row| Cursor::one(row.seq).to_text()) } else { None };
    let name = &place.workspace().name;
    let items = rows.into_iter().map(|row| show(row, name)).collect::<Result<_, _>>()?;
    Ok(axum::Json(Page { items, next }))
}

/// `{ws}`, `{external_id}` and `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserDevicePath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// The host product's id of the person.
    #[param(example = "attendee-1042")]
    external_id: String,
    /// Id of the device.
    #[param(value_type = String, example = "dev_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: DeviceId,
}

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceTest)]
pub struct DeviceTestOut {
    /// Id of the notification that it is.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: NotificationId,
}

/// Test a device
///
/// Sends a notification of origin `test` to this person, pushed to this device only. 409 `device_gone` for a device that
/// push cannot reach any more, `push_off` while the workspace's pushes are off, `member_inactive` for someone who gets
/// nothing. Needs `notifications:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/users/{external_id}/devices/{id}/test", operation_id = "testUserDevice",
    tag = "users",
    params(UserDevicePath),
    responses((status = 202, description = "It is on its way.", body = DeviceTestOut), Changes),
    security(("api_key" = ["notifications:write"])),
)]
pub async fn test_device(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserDevicePath>,
) -> Result<(StatusCode, axum::Json<DeviceTestOut>), Problem> {
    let scope = place.allow(Permission::NotificationsWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    let devices = app.store().all_devices_of(scope, member.ordinal).await?;
    let device = devices.into_iter().find(|device| device.id == path.id);
    let device = device.ok_or_else(|| Problem::not_found("device"))?;
    if member.status != belfry_types::people::MemberStatus::Active {
        return Err(Problem::conflict("member_inactive", "The membership is not active: they get nothing."));
    }
    if !device.active {
        return Err(Problem::conflict("device_gone", "Push cannot reach this device any more."));
    }
    let id = send_test(&app, scope, member.external_id, device.num).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(DeviceTestOut { id })))
}

/// Pushes a test to one device of an active member; 409 while the workspace's pushes are off.
pub(crate) async fn send_test(
    app: &AppState,
    scope: WorkspaceScope,
    external_id: String,
    device: i64,
) -> Result<NotificationId, Problem> {
    let workspace = app.store().workspace(scope).await?;
    if !workspace.push_on {
        return Err(Problem::conflict("push_off", "The pushes of this workspace are switched off."));
    }
    let message = format!("This is a test. Notifications from {} arrive on this device.", workspace.name);
    let names = vec![external_id];
    let composed = Composed {
        content: Content { message, ..Content::default() },
        audience_json: serde_json::json!({ "users": names }).to_string(),
        audience: Audience::Users { names, ignore_unknown: false },
        run_time_s: TEST_RUN_TIME_S,
        origin: Origin::Test,
        operator: 0,
        only_device: Some(device),
    };
    let accepted =
        app.engine().send_notification(scope, composed, None).await.map_err(|error| refused(error, ""))?;
    Ok(accepted.id)
}

/// Remove a device
///
/// Push does not reach it any more until its browser registers again. Needs `users:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/users/{external_id}/devices/{id}", operation_id = "removeUserDevice",
    tag = "users",
    params(UserDevicePath),
    responses((status = 204, description = "It is done."), Changes),
    security(("api_key" = ["users:write"])),
)]
pub async fn remove_device(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserDevicePath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    app.store().remove_device(scope, member.ordinal, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
