//! Devices of a person: browsers that push can reach, with how pushes to them went and a test of each.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use belfry_channels::{SubscriptionKeys, check_url};
use belfry_engine::{DeviceHealth, HealthState};
use belfry_store::{Device, NewDevice};
use belfry_types::channel::Channel;
use belfry_types::id::{DeviceId, NotificationId};
use belfry_types::limits::URL_BYTES;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::user_page::send_test;
use crate::auth::CurrentUser;
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::openapi::{Changes, Reads, Writes};
use crate::page::Page;
use crate::problem::Problem;
use crate::rate::Errand;
use crate::state::AppState;
use crate::user_agent;
use crate::words::{ChannelWord, ReasonWord};

/// What a device is reached by.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceKind)]
pub enum KindIn {
    /// A browser's push subscription.
    WebPush,
}

/// The keys of a subscription, in base64url.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SubscriptionKeys)]
pub struct KeysIn {
    /// The browser's public key: an uncompressed P-256 point.
    #[schema(max_length = 100)]
    p256dh: String,
    /// The authentication secret: 16 bytes.
    #[schema(max_length = 40)]
    auth: String,
}

/// A subscription as `PushSubscription.toJSON()` gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PushSubscription)]
pub struct SubscriptionIn {
    /// Where the push service takes messages.
    #[schema(max_length = 2048, example = "https://push.example/send/abc")]
    endpoint: String,
    /// The keys.
    keys: KeysIn,
    /// When it ends, in milliseconds since 1970; browsers send null.
    #[serde(default, rename = "expirationTime")]
    #[allow(dead_code)]
    #[schema(value_type = Option<f64>)]
    expiration_time: Option<f64>,
}

/// A device to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDevice, example = json!({
    "kind": "web_push",
    "subscription": {
        "endpoint": "https://push.example/send/abc",
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    },
}))]
pub struct DeviceIn {
    /// What it is reached by.
    #[allow(dead_code)]
    kind: KindIn,
    /// The browser's subscription.
    subscription: SubscriptionIn,
    /// The browser's user agent; the request's header if it is missing.
    #[schema(max_length = 1000)]
    user_agent: Option<String>,
}

/// How the last push to a device went.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceHealthState)]
pub enum HealthWord {
    /// Nothing was sent to it lately.
    Untested,
    /// The push service accepted it.
    Working,
    /// It did not get there.
    Failing,
}

/// How pushes to a device went lately.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceHealth)]
pub struct HealthOut {
    /// How the last one went.
    state: HealthWord,
    /// When one was accepted last; to about as exactly as its notification took to be sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_success_at: Option<Millis>,
    /// When one failed last.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_failure_at: Option<Millis>,
    /// Why that was.
    last_failure: Option<ReasonWord>,
}

impl From<DeviceHealth> for HealthOut {
    fn from(it: DeviceHealth) -> Self {
        Self {
            state: match it.state {
                HealthState::Untested => HealthWord::Untested,
                HealthState::Working => HealthWord::Working,
                HealthState::Failing => HealthWord::Failing,
            },
            last_success_at: it.last_success_at,
            last_failure_at: it.last_failure_at,
            last_failure: it.last_failure.map(ReasonWord),
        }
    }
}

/// A device without its keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceOut {
    /// Its id.
    #[schema(value_type = String, example = "dev_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: DeviceId,
    /// What it is reached by.
    kind: ChannelWord,
    /// What it is.
    #[schema(example = "Computer")]
    model: String,
    /// Its operating system.
    #[schema(example = "Linux")]
    platform: String,
    /// Its browser.
    #[schema(example = "Firefox")]
    browser: String,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it last registered.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Millis,
    /// How pushes to it went.
    health: HealthOut,
}

impl DeviceOut {
    fn of(it: Device, health: Option<DeviceHealth>) -> Self {
        Self {
            health: health.unwrap_or_default().into(),
            id: it.id,
            kind: ChannelWord(it.channel),
            model: it.model,
            platform: it.platform,
            browser: it.browser,
            created_at: it.created_at,
            seen_at: it.seen_at,
        }
    }
}

/// Register a device
///
/// The same endpoint again is the same device; it moves to whoever registers it. A person has at most 50 devices in a
/// workspace; the one that was unseen longest makes room. Whoever had switched push off has it on again.
#[utoipa::path(
    post, path = "/v1/me/devices", operation_id = "registerDevice", tag = "me",
    request_body = DeviceIn,
    responses((status = 201, description = "The device.", body = DeviceOut), Writes),
    security(("user_token" = [])),
)]
pub async fn register(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    headers: HeaderMap,
    Json { value: it, .. }: Json<DeviceIn>,
) -> Result<(StatusCode, axum::Json<DeviceOut>), Problem> {
    let Some((vapid, _)) = app.engine().push_key() else {
        return Err(Problem::unavailable(&"there is no VAPID key"));
    };
    let mut faults = Faults::default();
    let SubscriptionIn { endpoint, keys, .. } = it.subscription;
    let url = if endpoint.len() > URL_BYTES {
        faults.add("/subscription/endpoint", "too_long", format!("at most {URL_BYTES} bytes"));
        None
    } else {
        check_url(&endpoint, app.settings.allow_loopback)
            .map_err(|refused| faults.add("/subscription/endpoint", "address_refused", refused.to_string()))
            .ok()
    };
    let keys = SubscriptionKeys::parse(&keys.p256dh, &keys.auth)
        .map_err(|refused| faults.add("/subscription/keys", "keys_invalid", refused.to_string()))
        .ok();
    let (Some(url), Some(keys)) = (url, keys) else { return Err(Problem::invalid(faults.into_vec())) };
    let header =
        headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let label = user_agent::label(it.user_agent.or(header).as_deref().unwrap_or_default());
    let new = NewDevice {
        channel: Channel::WebPush,
        endpoint,
        origin: url.origin().ascii_serialization(),
        p256dh: keys.public().to_vec(),
        auth: keys.auth().to_vec(),
        vapid,
        model: label.model,
        platform: label.platform,
        browser: label.browser,
    };
    let (device, added) = app.store().register_device(grant.scope, grant.ordinal, new).await?;
    let mut health = None;
    if !added {
        // It is registered whatever becomes of this; lists show its health the next time.
        match app.engine().device_health(grant.scope, grant.ordinal).await {
            Ok(mut of_all) => health = of_all.remove(&device.id),
            Err(error) => tracing::warn!(?error, "the health of a device was not read"),
        }
    }
    Ok((StatusCode::CREATED, axum::Json(DeviceOut::of(device, health))))
}

/// List devices
///
/// The person's active devices in the token's workspace, with how pushes to them went.
#[utoipa::path(
    get, path = "/v1/me/devices", operation_id = "listDevices", tag = "me",
    responses((status = 200, description = "All of them.", body = Page<DeviceOut>), Reads),
    security(("user_token" = [])),
)]
pub async fn list(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
) -> Result<axum::Json<Page<DeviceOut>>, Problem> {
    let devices = app.store().devices_of(grant.scope, grant.ordinal).await?;
    let mut health = HashMap::new();
    if !devices.is_empty() {
        health = app.engine().device_health(grant.scope, grant.ordinal).await?;
    }
    let show = |device: Device| {
        let health = health.remove(&device.id);
        DeviceOut::of(device, health)
    };
    Ok(axum::Json(Page { items: devices.into_iter().map(show).collect(), next: None }))
}

/// `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DevicePath {
    /// Id of the device.
    #[param(value_type = String, example = "dev_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: DeviceId,
}

/// Remove a device
///
/// Nothing is pushed to it any more.
#[utoipa::path(
    delete, path = "/v1/me/devices/{id}", operation_id = "removeDevice", tag = "me",
    params(DevicePath),
    responses((status = 204, description = "It is removed."), Changes),
    security(("user_token" = [])),
)]
pub async fn remove(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Path(path): Path<DevicePath>,
) -> Result<StatusCode, Problem> {
    app.store().remove_device(grant.scope, grant.ordinal, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyDeviceTest)]
pub struct TestOut {
    /// Id of the notification that it is.
    #[schema(value_type = String, example = "ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    notification_id: NotificationId,
}

/// Test a device
///
/// Sends the person a notification that is pushed to this device only; five a minute. 409 `push_off` while the workspace's
/// pushes are off.
#[utoipa::path(
    post, path = "/v1/me/devices/{id}/test", operation_id = "testDevice", tag = "me",
    params(DevicePath),
    responses((status = 202, description = "It is on its way.", body = TestOut), Changes),
    security(("user_token" = [])),
)]
pub async fn test(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Path(path): Path<DevicePath>,
) -> Result<(StatusCode, axum::Json<TestOut>), Problem> {
    let devices = app.store().devices_of(grant.scope, grant.ordinal).await?;
    let device = devices.into_iter().find(|device| device.id == path.id);
    let device = device.ok_or_else(|| Problem::not_found("device"))?;
    app.rates.take_errand(Errand::DeviceTest, grant)?;
    let user = app.store().user_by_ordinal(grant.scope.scope(), grant.ordinal).await?;
    let notification_id = send_test(&app, grant.scope, user.external_id, device.num).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(TestOut { notification_id })))
}
