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

use super::user_end::end as end_here;
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
    /// Opens the inbox as this person. The token is in the fragment, which browsers send to no server.
    #[schema(example = "https://bells.example/app/demo#token=bfu_…")]
    link: String,
    /// When the token ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Millis,
}

/// Issue a user token
///
/// Acts as this person in this workspace for 30 days, or until the membership ends. Hand it to nobody else. Needs
/// `tokens:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/users/{external_id}/token", operation_id = "issueUserToken", tag = "users",
    params(UserPath),
    responses((status = 201, description = "The token and a link that signs in with it.", body = TokenOut), Changes),
    security(("api_key" = ["tokens:write"])),
)]
pub async fn issue(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<UserPath>,
) -> Result<(StatusCode, axum::Json<TokenOut>), Problem> {
    let scope = place.allow(Permission::TokensWrite)?;
    let member = found(&app, scope, &path.external_id).await?;
    Ok((StatusCode::CREATED, axum::Json(made(&app, &place, scope, &member).await?)))
}

/// A new token of an active member; 409 for any other.
pub(crate) async fn made(
    app: &AppState,
    place: &InWorkspace,
    scope: WorkspaceScope,
    member: &Member,
) -> Result<TokenOut, Problem> {
    if member.status != MemberStatus::Active {
        return Err(Problem::conflict("member_not_active", "Only an active member can have a token."));
    }
    let (secret, expires_at) = app.store().issue_user_token(scope, member.ordinal).await?;
    let token = secret.reveal().to_owned();
    let link = format!("{}/app/{}#token={token}", app.public_url(), place.workspace().slug);
    Ok(TokenOut { token, link, expires_at })
}

/// End a person's tokens
///
/// All that were issued to this person, in every workspace of the organization; sockets too, within five seconds. Tokens
/// that a host product signed end by themselves. Needs `tokens:write` and a key that is not limited to one workspace.
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
    end_here(&app, scope, None, member.ordinal);
    Ok(StatusCode::NO_CONTENT)
}
