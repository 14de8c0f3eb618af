//! Who a user token belongs to: shown, changed in what is theirs to change, and deleted. Asking prolongs a session.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::UserGrant;
use belfry_types::id::{OrganizationId, UserId, WorkspaceId};
use belfry_types::limits::USER_SESSION_PROLONG_S;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::preferences::PreferencesOut;
use super::user_end::end as end_here;
use crate::auth::{CurrentSession, CurrentUser};
use crate::extract::Json;
use crate::faults::Faults;
use crate::given::{Given, given};
use crate::openapi::{Reads, Writes};
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
    /// What they chose in the workspace.
    preferences: PreferencesOut,
}

/// What a person may change of themselves; what is missing stays as it is, null takes it away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MePatch, example = json!({"locale": "de", "time_zone": "Europe/Zurich"}))]
pub struct MePatchIn {
    /// BCP 47 tag.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 35, example = "de")]
    locale: Given<String>,
    /// IANA time zone.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 100, example = "Europe/Zurich")]
    time_zone: Given<String>,
}

/// That someone means it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeDeletion, example = json!({"confirm": "attendee-1042"}))]
pub struct DeletionIn {
    /// The external id of the person, as `/v1/me` shows it.
    confirm: String,
}

/// Reads who it is now.
async fn show(app: &AppState, grant: UserGrant) -> Result<MeOut, Problem> {
    let store = app.store();
    let user = store.user_by_ordinal(grant.scope.scope(), grant.ordinal).await?;
    let push = store.push_on(grant.scope, grant.ordinal).await?;
    let workspace = store.workspace(grant.scope).await?;
    let organization = store.organization(grant.scope.scope()).await?;
    Ok(MeOut {
        user: UserOut {
            id: user.id,
            external_id: user.external_id,
            name: user.name,
            email: user.email,
            locale: user.locale,
            time_zone: user.time_zone,
        },
        workspace: WorkspaceOut {
            id: workspace.id,
            slug: workspace.slug,
            name: workspace.name,
            icon: workspace.icon.map(|photo| format!("{}/photos/{photo}", app.public_url())),
            push_on: workspace.push_on,
        },
        organization: OrganizationOut { id: organization.id, name: organization.name },
        preferences: PreferencesOut { push },
    })
}

/// Moves the end of a session on that is used after its first month.
async fn prolong(app: &AppState, session: &CurrentSession) -> Result<(), Problem> {
    let soon = app.clock.now().plus(Duration::from_secs(USER_SESSION_PROLONG_S));
    let ends_soon = session.grant.session && session.grant.expires_at.is_some_and(|at| at < soon);
    if let Some(token) = session.token.filter(|_| ends_soon) {
        app.store().prolong_session(&token).await?;
        app.credentials.forget_one(&token);
    }
    Ok(())
}

/// Show who is signed in
///
/// A session that a magic link began is prolonged by asking: it ends 90 days after the last time, at least 60.
#[utoipa::path(
    get, path = "/v1/me", operation_id = "getMe", tag = "me",
    responses((status = 200, description = "The person, the workspace, the organization.", body = MeOut), Reads),
    security(("user_token" = [])),
)]
pub async fn get(State(app): State<AppState>, session: CurrentSession) -> Result<axum::Json<MeOut>, Problem> {
    // It is read all the same when nothing can be written; the next time prolongs it.
    if let Err(error) = prolong(&app, &session).await {
        tracing::warn!(?error, "a session was not prolonged");
    }
    Ok(axum::Json(show(&app, session.grant.user).await?))
}

/// Change my language and time zone
///
/// What is missing stays as it is, null takes it away (RFC 7396).
#[utoipa::path(
    patch, path = "/v1/me", operation_id = "changeMe", tag = "me",
    request_body = MePatchIn,
    responses((status = 200, description = "As it is now.", body = MeOut), Writes),
    security(("user_token" = [])),
)]
pub async fn change(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Json { value: patch, .. }: Json<MePatchIn>,
) -> Result<axum::Json<MeOut>, Problem> {
    let mut faults = Faults::default();
    if let Some(Some(locale)) = &patch.locale {
        faults.locale("/locale", locale);
    }
    if let Some(Some(zone)) = &patch.time_zone {
        faults.time_zone("/time_zone", zone);
    }
    faults.done()?;
    if patch.locale.is_some() || patch.time_zone.is_some() {
        let (scope, ordinal) = (grant.scope.scope(), grant.ordinal);
        app.store().set_language_and_zone(scope, ordinal, patch.locale, patch.time_zone).await?;
    }
    Ok(axum::Json(show(&app, grant).await?))
}

/// Delete me
///
/// From the whole organization, with everything that is personal: memberships, devices, inbox, tokens and links; what was
/// delivered stays counted. It cannot be taken back. 422 unless `confirm` is the person's external id.
#[utoipa::path(
    delete, path = "/v1/me", operation_id = "deleteMe", tag = "me",
    request_body = DeletionIn,
    responses((status = 204, description = "It is done."), Writes),
    security(("user_token" = [])),
)]
pub async fn delete(
    State(app): State<AppState>,
    CurrentUser(grant): CurrentUser,
    Json { value: given, .. }: Json<DeletionIn>,
) -> Result<StatusCode, Problem> {
    let user = app.store().user_by_ordinal(grant.scope.scope(), grant.ordinal).await?;
    let mut faults = Faults::default();
    if given.confirm != user.external_id {
        faults.add("/confirm", "value_invalid", "it is not your external id");
    }
    faults.done()?;
    app.store().delete_user(grant.scope.scope(), &user.external_id).await?;
    end_here(&app, grant.scope, None, grant.ordinal);
    Ok(StatusCode::NO_CONTENT)
}
