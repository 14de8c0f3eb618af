//! What a client needs to know before it knows anything: the key for push subscriptions and where installations are.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::Open;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::AppState;

/// The key for new subscriptions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushKey)]
pub struct KeyOut {
    /// `applicationServerKey` (RFC 8292): an uncompressed P-256 point in base64url.
    key: String,
}

/// Show the key for push subscriptions
#[utoipa::path(
    get, path = "/v1/push/public-key", operation_id = "getPushKey", tag = "installation",
    responses((status = 200, description = "The key.", body = KeyOut), Open),
    security(()),
)]
pub async fn public_key(State(app): State<AppState>) -> Result<axum::Json<KeyOut>, Problem> {
    let (_, key) = app.engine().push_key().ok_or_else(|| Problem::unavailable(&"there is no VAPID key"))?;
    Ok(axum::Json(KeyOut { key: key.to_owned() }))
}

/// An installation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Region)]
pub struct RegionOut {
    /// Its name.
    #[schema(example = "default")]
    id: &'static str,
    /// Where its API is.
    #[schema(example = "https://bells.example")]
    base_url: String,
}

/// List regions
///
/// An installation stands alone until others are configured.
#[utoipa::path(
    get, path = "/v1/regions", operation_id = "listRegions", tag = "installation",
    responses((status = 200, description = "All of them.", body = Page<RegionOut>), Open),
    security(()),
)]
pub async fn regions(State(app): State<AppState>) -> axum::Json<Page<RegionOut>> {
    let here = RegionOut { id: "default", base_url: app.public_url().to_owned() };
    axum::Json(Page { items: vec![here], next: None })
}
