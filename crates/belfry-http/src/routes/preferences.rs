//! What a person chose in a workspace: whether push may reach them. The inbox has no switch.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::CurrentUser;
use crate::extract::Json;
use crate::openapi::{Reads, Writes};
use crate::problem::Problem;
use crate::state::AppState;

/// What a person chose.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Preferences)]
pub struct PreferencesOut {
    /// Push may reach their devices in this workspace.
    pub(crate) push: bool,
}

/// A choice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreferencesChange, example = json!({"push": true}))]
pub struct PreferencesIn {
    /// False removes all devices of the person in this workspace; registering one makes it true again.
    push: bool,
}

/// Show my preferences
#[utoipa::path(
    get, path = "/v1/me/preferences", operation_id = "getPreferences", tag = "me",
    responses((status = 200, description = "What the person chose.", body = PreferencesOut), Reads),
    security(("user_token" = [])),
)]
pub async fn get(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
) -> Result<axum::Json<PreferencesOut>, Problem> {
    let push = app.store().push_on(grant.scope, grant.ordinal).await?;
    Ok(axum::Json(PreferencesOut { push }))
}

/// Set my preferences
///
/// Push off removes all of the person's devices in this workspace at once; operators see them among those who get no push
/// because of `push_off`. Push on lets devices be reached; each browser registers itself.
#[utoipa::path(
    put, path = "/v1/me/preferences", operation_id = "setPreferences", tag = "me",
    request_body = PreferencesIn,
    responses((status = 200, description = "As it is now.", body = PreferencesOut), Writes),
    security(("user_token" = [])),
)]
pub async fn put(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Json { value: PreferencesIn { push }, .. }: Json<PreferencesIn>,
) -> Result<axum::Json<PreferencesOut>, Problem> {
    app.store().set_push(grant.scope, grant.ordinal, push).await?;
    Ok(axum::Json(PreferencesOut { push }))
}
