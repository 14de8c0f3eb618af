//! Cancelling a membership, taking that back, and erasing a person.

use axum::extract::State;
use axum::http::StatusCode;
use belfry_types::people::Ordinal;
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use serde::Deserialize;
use utoipa::IntoParams;

use super::users::{UserOut, UserPath, found};
use crate::extract::{Path, Query};
use crate::openapi::Changes;
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;

/// How a person leaves.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeleteQuery {
    /// Deletes the person from the whole organization with all personal data, instead of cancelling the membership.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    erase: bool,
}

/// Cancel a membership, or erase a person
///
/// Cancelled: access, tokens and sockets end within five seconds, devices get nothing more; the inbox is kept. With
/// `erase=true` the person is deleted from the organization with all personal data; counts stay. That needs a key that
/// is not limited to one workspace. Needs `users:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/users/{external_id}", operation_id = "deleteUser", tag = "users",
    params(UserPath, DeleteQuery),
    responses((status = 204, description = "It is done."), Changes),
    security(("api_key" = ["users:write"])),
)]
pub async fn delete(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
    Query(query): Query<DeleteQuery>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    if query.erase {
        let organization = place.allow_organization(Permission::UsersWrite)?;
        let ordinal = app.store().delete_user(organization, &member.external_id).await?;
        end(&app, scope, None, ordinal);
    } else {
        let ordinal = app.store().cancel_member(scope, &member.external_id).await?;
        end(&app, scope, Some(scope.workspace()), ordinal);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a person
///
/// Takes a cancellation back: active again, in the groups that they were in, with the devices that ended with it. They
/// sign in anew. For an active member nothing changes. Needs `users:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/users/{external_id}/restore", operation_id = "restoreUser", tag = "users",
    params(UserPath),
    responses((status = 200, description = "The member as they are now.", body = UserOut), Changes),
    security(("api_key" = ["users:write"])),
)]
pub async fn restore(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
) -> Result<axum::Json<UserOut>, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    app.store().restore_member(scope, &member.external_id).await?;
    Ok(axum::Json(found(&app, scope, &member.external_id).await?.into()))
}

/// The store has ended tokens of a person: on this node too, as on every other, what is cached ends and open sockets go
/// back to authentication. Nobody knows with which token a socket came; those with one that is still good are let in again.
pub(crate) fn recheck(app: &AppState, scope: WorkspaceScope, ordinal: Ordinal) {
    app.credentials.forget();
    app.engine().live().recheck(scope.organization(), None, Some(ordinal));
}

/// Ends on this node what the store has ended for all with a membership or a person: what is cached and the open sockets.
pub(crate) fn end(app: &AppState, scope: WorkspaceScope, workspace: Option<i64>, ordinal: Ordinal) {
    app.credentials.forget();
    app.engine().live().revoke(scope.organization(), workspace, ordinal);
}
