//! How many notifications of operators a workspace may still send.

use axum::extract::State;
use belfry_store::Quota;
use belfry_types::rights::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::Reads;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// The quota of a workspace. Drafts, tests, events and what API keys send do not count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quota)]
pub struct QuotaOut {
    /// Notifications of operators, at most.
    limit: i64,
    /// Those that were sent or are scheduled.
    used: i64,
    /// Those that may still be sent.
    left: i64,
}

impl From<Quota> for QuotaOut {
    fn from(it: Quota) -> Self {
        Self { limit: it.limit, used: it.used, left: (it.limit - it.used).max(0) }
    }
}

/// Show the quota
///
/// Needs `notifications:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/quota", operation_id = "getQuota", tag = "workspaces",
    params(WorkspacePath),
    responses((status = 200, description = "The quota.", body = QuotaOut), Reads),
    security(("api_key" = ["notifications:read"])),
)]
pub async fn get(State(app): State<AppState>, place: InWorkspace) -> Result<axum::Json<QuotaOut>, Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    Ok(axum::Json(app.store().quota(scope).await?.into()))
}
