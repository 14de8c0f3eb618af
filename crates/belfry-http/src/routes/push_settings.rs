//! What the console shows of web push: the key, who subscribed, and which browsers can.

use std::collections::BTreeMap;

use axum::extract::State;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::Reads;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// What a browser needs to show pushes.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = PushSupport)]
pub struct SupportOut {
    /// The browser.
    #[schema(value_type = String, example = "Safari")]
    browser: &'static str,
    /// The system it runs on.
    #[schema(value_type = String, example = "iOS")]
    platform: &'static str,
    /// The first version that can, on iOS that of the system; null where none can.
    #[schema(value_type = Option<String>, example = "16.4")]
    since: Option<&'static str>,
    /// What it needs besides: `running` (the browser must be open, if only in the background) or `home_screen` (the
    /// page must have been added there).
    #[schema(value_type = Option<String>, example = "home_screen")]
    needs: Option<&'static str>,
}

const fn supports(
    browser: &'static str,
    platform: &'static str,
    since: Option<&'static str>,
    needs: Option<&'static str>,
) -> SupportOut {
    SupportOut { browser, platform, since, needs }
}

const SUPPORT: [SupportOut; 20] = [
    supports("Chrome", "Windows", Some("50"), Some("running")),
    supports("Chrome", "macOS", Some("50"), Some("running")),
    supports("Chrome", "Linux", Some("50"), Some("running")),
    supports("Chrome", "Android", Some("50"), None),
    supports("Chrome", "iOS", Some("16.4"), Some("home_screen")),
    supports("Edge", "Windows", Some("17"), Some("running")),
    supports("Edge", "macOS", Some("79"), Some("running")),
    supports("Edge", "Linux", Some("88"), Some("running")),
    supports("Edge", "Android", Some("79"), None),
    supports("Firefox", "Windows", Some("44"), Some("running")),
    supports("Firefox", "macOS", Some("44"), Some("running")),
    supports("Firefox", "Linux", Some("44"), Some("running")),
    supports("Firefox", "Android", Some("48"), None),
    supports("Safari", "macOS", Some("16.1"), None),
    supports("Safari", "iOS", Some("16.4"), Some("home_screen")),
    supports("Opera", "Windows", Some("42"), Some("running")),
    supports("Opera", "macOS", Some("42"), Some("running")),
    supports("Opera", "Linux", Some("42"), Some("running")),
    supports("Opera", "Android", Some("37"), None),
    supports("Samsung Internet", "Android", Some("4"), None),
];

/// Web push in a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushSettings)]
pub struct PushSettingsOut {
    /// `applicationServerKey` (RFC 8292) of new subscriptions: an uncompressed P-256 point in base64url.
    public_key: String,
    /// When the key was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// Active subscriptions by browser.
    #[schema(example = json!({"Firefox": 411, "Chrome": 1204}))]
    subscriptions: BTreeMap<String, i64>,
    /// Which browsers can show pushes.
    support: [SupportOut; 20],
}

/// Show web push
///
/// Its key, the active subscriptions by browser, and which browsers support it. Needs `settings:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/push", operation_id = "getPushSettings", tag = "workspaces",
    params(WorkspacePath),
    responses((status = 200, description = "Web push.", body = PushSettingsOut), Reads),
    security(("api_key" = ["settings:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
) -> Result<axum::Json<PushSettingsOut>, Problem> {
    let scope = place.allow(Permission::SettingsRead)?;
    let (num, key) = app.engine().push_key().ok_or_else(|| Problem::unavailable(&"there is no VAPID key"))?;
    let keys = app.store().push_keys().await?;
    let made = keys.iter().find(|key| key.num == num);
    Ok(axum::Json(PushSettingsOut {
        public_key: key.to_owned(),
        created_at: made.map_or(place.workspace().created_at, |key| key.created_at),
        subscriptions: app.store().devices_by_browser(scope).await?.into_iter().collect(),
        support: SUPPORT,
    }))
}
