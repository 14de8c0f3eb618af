//! Whom an audience means at this moment, before anything is sent.

use axum::extract::State;
use belfry_engine::ComposeError;
use belfry_types::rights::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::drafts::quota_exceeded;
use crate::audience::AudienceIn;
use crate::extract::Json;
use crate::faults::Faults;
use crate::idempotency;
use crate::openapi::Writes;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// An audience to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AudiencePreview, example = json!({"audience": {"everyone": true}}))]
pub struct PreviewIn {
    /// Whom it is for.
    audience: AudienceIn,
}

/// A person of an audience.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserRef)]
pub struct UserRef {
    /// The host product's id.
    pub external_id: String,
    /// The whole name.
    pub name: String,
}

/// What an audience means at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AudiencePreviewAnswer)]
pub struct PreviewOut {
    /// Active members in it.
    count: u64,
    /// Those of them with at least one device that push can reach.
    reachable: u64,
    /// Some of them.
    sample: Vec<UserRef>,
}

/// What could not be composed, as a problem; `pointer` is where the names stand.
pub(crate) fn refused(error: ComposeError, pointer: &str) -> Problem {
    match error {
        ComposeError::UnknownUsers(names) => Problem::unknown("users_unknown", pointer, names),
        ComposeError::UnknownGroups(names) => Problem::unknown("groups_unknown", pointer, names),
        ComposeError::IdempotencyConflict => idempotency::conflict(),
        ComposeError::QuotaExceeded(quota) => quota_exceeded(quota),
        ComposeError::Store(error) => error.into(),
    }
}

/// Preview an audience
///
/// How many people it means now, how many of them push can reach, and some of them. Needs `users:read`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/audiences/preview", operation_id = "previewAudience", tag = "audiences",
    params(WorkspacePath),
    request_body = PreviewIn,
    responses((status = 200, description = "Whom it means.", body = PreviewOut), Writes),
    security(("api_key" = ["users:read"])),
)]
pub async fn preview(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value, .. }: Json<PreviewIn>,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let mut faults = Faults::default();
    let Some(audience) = value.audience.check("/audience", &mut faults) else {
        return Err(Problem::invalid(faults.into_vec()));
    };
    let preview =
        app.engine().preview_audience(scope, &audience).await.map_err(|e| refused(e, "/audience"))?;
    let sample =
        preview.sample.into_iter().map(|(external_id, name)| UserRef { external_id, name }).collect();
    Ok(axum::Json(PreviewOut { count: preview.count, reachable: preview.reachable, sample }))
}
