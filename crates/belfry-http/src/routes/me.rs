//! Who a user token belongs to.

use axum::extract::State;
use belfry_types::id::{OrganizationId, UserId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::CurrentUser;
use crate::openapi::Reads;
use crate::problem::Problem;
use crate::state::AppState;

/// The person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeUser)]
pub struct UserOut {
    /// Their id.
    #[schema(value_type = String, example = "usr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: UserId,
    /// The host product's id.
    external_id: String,
    /// The whole name.
    name: String,
    /// Where mail goes.
    email: Option<String>,
    /// BCP 47 tag.
    locale: Option<String>,
    /// IANA time zone.
    time_zone: Option<String>,
}

/// The workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeWorkspace)]
pub struct WorkspaceOut {
    /// Its id.
    #[schema(value_type = String, example = "wsp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: WorkspaceId,
    /// Its name in URLs.
    slug: String,
    /// Its name.
    name: String,
    /// URL of its icon.
    icon: Option<String>,
    /// Whether push is sent at all.
    push_on: bool,
}

/// The organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeOrganization)]
pub struct OrganizationOut {
    /// Its id.
    #[schema(value_type = String, example = "org_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: OrganizationId,
    /// Its name.
    name: String,
}

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeOut {
    /// The person.
    user: UserOut,
    /// The workspace that let them in.
    workspace: WorkspaceOut,
    /// The organization around it; the inbox spans it.
    organization: OrganizationOut,
}

/// Show who is signed in
#[utoipa::path(
    get, path = "/v1/me", operation_id = "getMe", tag = "me",
    responses((status = 200, description = "The person, the workspace, the organization.", body = MeOut), Reads),
    security(("user_token" = [])),
)]
pub async fn get(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
) -> Result<axum::Json<MeOut>, Problem> {
    let store = app.store();
    let people = store.people(grant.scope.scope(), &[grant.ordinal]).await?;
    let (_, external_id, _) = people.into_iter().next().ok_or_else(|| Problem::not_found("user"))?;
    let member = store.user(grant.scope, &external_id).await?.ok_or_else(|| Problem::not_found("user"))?;
    let workspace = store.workspace(grant.scope).await?;
    let organization = store.organization(grant.scope.scope()).await?;
    Ok(axum::Json(MeOut {
        user: UserOut {
            id: member.id,
            external_id: member.external_id,
            name: member.name,
            email: member.email,
            locale: member.locale,
            time_zone: member.time_zone,
        },
        workspace: WorkspaceOut {
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
            icon: workspace.icon.map(|photo| format!("{}/photos/{photo}", app.public_url())),
            push_on: workspace.push_on,
        },
        organization: OrganizationOut { id: organization.id, name: organization.name },
    }))
}
