//! A person signs out: here, or everywhere at once. Open sockets of theirs go back to authentication or end.

use axum::extract::State;
use axum::http::StatusCode;

use super::user_end::recheck;
use crate::auth::{CurrentSession, CurrentUser};
use crate::openapi::Changes;
use crate::problem::Problem;
use crate::state::AppState;

/// Sign out here
///
/// Ends the token that asks, on every node within five seconds, its sockets too. 409 `token_not_ours` for one that the
/// host product signed: it ends by itself.
#[utoipa::path(
    post, path = "/v1/me/sign-out", operation_id = "signOutHere", tag = "me",
    responses((status = 204, description = "It has ended."), Changes),
    security(("user_token" = [])),
)]
pub async fn here(
    State(app): State<AppState>,
    CurrentSession { grant, token }: CurrentSession,
) -> Result<StatusCode, Problem> {
    let token = token.ok_or_else(|| {
        Problem::conflict("token_not_ours", "The host product signed this token; it ends by itself.")
    })?;
    let (scope, ordinal) = (grant.user.scope, grant.user.ordinal);
    app.store().end_user_token(scope.scope(), ordinal, &token).await?;
    recheck(&app, scope, ordinal);
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out everywhere
///
/// Ends all tokens, sessions and magic links of the person in the organization and removes their devices; sockets too,
/// within five seconds. Tokens that the host product signed end by themselves.
#[utoipa::path(
    post, path = "/v1/me/sign-out-everywhere", operation_id = "signOutEverywhere", tag = "me",
    responses((status = 204, description = "They have ended."), Changes),
    security(("user_token" = [])),
)]
pub async fn everywhere(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
) -> Result<StatusCode, Problem> {
    app.store().sign_out_everywhere(grant.scope.scope(), grant.ordinal).await?;
    recheck(&app, grant.scope, grant.ordinal);
    Ok(StatusCode::NO_CONTENT)
}
