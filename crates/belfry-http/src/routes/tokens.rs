//! User tokens: with one of them a page acts as one person in one workspace.

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::Member;
use belfry_types::people::MemberStatus;
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use super::user_end::recheck;
use super::users::{UserPath, found};
use crate::extract::Path;
use crate::openapi::Changes;
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserToken)]
pub struct TokenOut {
    /// The token. It is shown this once and kept as a hash only.
    #[schema(example = "bfu_…")]
    token: String,
    /// A magic link: signs this person in on the device where it is opened, once. It is shown this once and kept as a
    /// hash only.
    #[schema(example = "https://bells.example/l/bfl_…")]
    link: String,
    /// When the token ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
    /// When the link ends.
    #[schema(value_type = String, format = DateTime)]
    link_expires_at: Millis,
}

/// Issue a user token
///
/// Acts as this person in this workspace for 30 days, or until the membership ends. The link is good for 7 days and once:
/// it begins a session of 90 days that goes on while it is used. Hand both to nobody else. Needs `tokens:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/users/{external_id}/token", operation_id = "issueUserToken", tag = "users",
    params(UserPath),
    responses((status = 201, description = "The token and a link that signs in.", body = TokenOut), Changes),
    security(("api_key" = ["tokens:write"])),
)]
pub async fn issue(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
) -> Result<(StatusCode, axum::Json<TokenOut>), Problem> {
    let scope = place.allow(Permission::TokensWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    Ok((StatusCode::CREATED, axum::Json(made(&app, scope, &member).await?)))
}

/// A new token and link of an active member; 409 for any other.
pub(crate) async fn made(
    app: &AppState,
    scope: WorkspaceScope,
    member: &Member,
) -> Result<TokenOut, Problem> {
    if member.status != MemberStatus::Active {
        return Err(Problem::conflict("member_not_active", "Only an active member can have a token."));
    }
    let ((token, expires_at), (link, link_expires_at)) =
        app.store().issue_token_and_link(scope, member.ordinal).await?;
    let link = format!("{}/l/{}", app.public_url(), link.reveal());
    Ok(TokenOut { token: token.reveal().to_owned(), link, expires_at, link_expires_at })
}

/// End a person's tokens
///
/// All that were issued to this person, with their magic links and sessions, in every workspace of the organization;
/// sockets too, within five seconds. Tokens that a host product signed end by themselves. Needs `tokens:write` and a key that is not limited to one workspace.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/users/{external_id}/token", operation_id = "endUserTokens", tag = "users",
    params(UserPath),
    responses((status = 204, description = "They are ended."), Changes),
    security(("api_key" = ["tokens:write"])),
)]
pub async fn end(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::TokensWrite)?;
    let organization = place.allow_organization(Permission::TokensWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    app.store().end_user_tokens(organization, member.ordinal).await?;
    recheck(&app, scope, member.ordinal);
    Ok(StatusCode::NO_CONTENT)
}
