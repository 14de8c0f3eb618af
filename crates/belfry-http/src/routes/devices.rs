//! Devices of a person: browsers that push can reach.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use belfry_channels::{SubscriptionKeys, check_url};
use belfry_store::{Device, NewDevice};
use belfry_types::channel::Channel;
use belfry_types::id::DeviceId;
use belfry_types::limits::URL_BYTES;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::CurrentUser;
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::openapi::{Changes, Reads, Writes};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::AppState;
use crate::user_agent;
use crate::words::ChannelWord;

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
}

impl From<Device> for DeviceOut {
    fn from(it: Device) -> Self {
        Self {
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
/// workspace; the one that was unseen longest makes room.
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
    let (device, _) = app.store().register_device(grant.scope, grant.ordinal, new).await?;
    Ok((StatusCode::CREATED, axum::Json(device.into())))
}

/// List devices
///
/// The person's active devices in the token's workspace.
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
    Ok(axum::Json(Page { items: devices.into_iter().map(Into::into).collect(), next: None }))
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
