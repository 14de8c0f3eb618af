//! The person that an operator is in a workspace: the user with the same address. With it a test send has a device.

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::{Member, OperatorGrant, UpsertStatus};
use belfry_types::id::OperatorId;
use belfry_types::people::{Cleared, MemberKind, Person};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use serde::Serialize;
use utoipa::ToSchema;

use super::tokens::{TokenOut, made};
use super::users::{UserOut, found};
use crate::openapi::{Changes, Reads};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// The person that the operator is here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Myself)]
pub struct MyselfOut {
    /// The member with the operator's address; null if there is none.
    user: Option<UserOut>,
    /// Their active devices here.
    devices: i64,
}

impl From<Option<Member>> for MyselfOut {
    fn from(member: Option<Member>) -> Self {
        let devices = member.as_ref().map_or(0, |member| member.devices);
        Self { user: member.map(UserOut::from), devices }
    }
}

/// The operator who asks, with the scope: every role in a workspace may read its notifications.
fn operator(place: &InWorkspace) -> Result<(WorkspaceScope, &OperatorGrant), Problem> {
    let scope = place.allow(Permission::NotificationsRead)?;
    let none = || Problem::forbidden("operator_needed", "An API key is nobody; sign in as an operator.");
    Ok((scope, place.operator().ok_or_else(none)?))
}

/// The member that an operator is, if they are one.
pub(crate) async fn member_of(
    app: &AppState,
    scope: WorkspaceScope,
    operator: &OperatorGrant,
) -> Result<Option<Member>, Problem> {
    match app.store().user_by_email(scope.scope(), &operator.email).await? {
        Some(user) => Ok(app.store().user(scope, &user.external_id).await?),
        None => Ok(None),
    }
}

/// Show who I am here
///
/// The member of the workspace with the operator's address, whatever the status.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/myself", operation_id = "getMyself", tag = "operators",
    params(WorkspacePath),
    responses((status = 200, description = "The member, if there is one.", body = MyselfOut), Reads),
    security(("session" = [])),
)]
pub async fn get(State(app): State<AppState>, place: InWorkspace) -> Result<axum::Json<MyselfOut>, Problem> {
    let (scope, operator) = operator(&place)?;
    Ok(axum::Json(member_of(&app, scope, operator).await?.into()))
}

/// Make me a member
///
/// Whoever has the operator's address already in the organization is that person; else they are added.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/myself", operation_id = "joinMyself", tag = "operators",
    params(WorkspacePath),
    responses((status = 200, description = "The member.", body = MyselfOut), Changes),
    security(("session" = [])),
)]
pub async fn join_here(
    State(app): State<AppState>,
    place: InWorkspace,
) -> Result<axum::Json<MyselfOut>, Problem> {
    let (scope, operator) = operator(&place)?;
    Ok(axum::Json(Some(join(&app, scope, operator).await?).into()))
}

/// Open my inbox
///
/// A user token of the person that the operator is here, with a link that signs them in once.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/myself/token", operation_id = "issueMyToken", tag = "operators",
    params(WorkspacePath),
    responses((status = 201, description = "The token and a link that signs in.", body = TokenOut), Changes),
    security(("session" = [])),
)]
pub async fn token(
    State(app): State<AppState>,
    place: InWorkspace,
) -> Result<(StatusCode, axum::Json<TokenOut>), Problem> {
    let (scope, operator) = operator(&place)?;
    let member = member_of(&app, scope, operator).await?.ok_or_else(|| Problem::not_found("user"))?;
    Ok((StatusCode::CREATED, axum::Json(made(&app, scope, &member).await?)))
}

/// Makes the operator an active member.
pub(crate) async fn join(
    app: &AppState,
    scope: WorkspaceScope,
    operator: &OperatorGrant,
) -> Result<Member, Problem> {
    join_as(app, scope, operator.id, &operator.name, &operator.email).await
}

/// Makes someone an active member. Whoever has their address already in the organization is that person and keeps
/// their name; else they are added under their operator's id.
pub(crate) async fn join_as(
    app: &AppState,
    scope: WorkspaceScope,
    id: OperatorId,
    name: &str,
    email: &str,
) -> Result<Member, Problem> {
    let known = app.store().user_by_email(scope.scope(), email).await?;
    let (external_id, name, member) = match known {
        Some(user) => {
            let member = app.store().user(scope, &user.external_id).await?;
            (user.external_id, user.name, member)
        }
        None => (id.to_string(), name.to_owned(), None),
    };
    let person = Person {
        external_id: external_id.clone(),
        name,
        email: Some(email.to_owned()),
        locale: None,
        time_zone: None,
        groups: None,
        kind: member.is_none().then_some(MemberKind::Employee),
        cleared: Cleared::default(),
    };
    let answers = app.store().upsert_users(scope, &[person], &[], false).await?;
    if let Some(UpsertStatus::Rejected(detail, code)) = answers.into_iter().next().map(|it| it.status) {
        return Err(Problem::conflict(code, detail));
    }
    found(app, scope, &external_id).await
}
