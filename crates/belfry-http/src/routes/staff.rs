//! The operators of a workspace. Nobody hands out more than they have, nobody takes a role from whom they could not
//! have given it to, and an organization keeps an owner. An address is trusted only as far as it was proved: what an
//! operator of other organizations is called says nothing here, and a link to set a password goes only to whoever rules
//! over everything that it opens.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::Staff;
use belfry_types::id::OperatorId;
use belfry_types::limits::{NAME_CHARS, WELCOME_LINK_S};
use belfry_types::rights::{Permission, Role, RoleGrant};
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::asker::permissions;
use crate::extract::{Json, Path, Query};
use crate::faults::Faults;
use crate::openapi::{Changes, Reads, Writes};
use crate::page::{Cursor, Page, Paging};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::RoleWord;

/// Where a role holds.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StaffScope)]
pub enum StaffScope {
    /// In every workspace of the organization.
    Organization,
    /// In this workspace.
    Workspace,
}

/// An operator of a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operator)]
pub struct StaffOut {
    /// Their id.
    #[schema(value_type = String, example = "opr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: OperatorId,
    /// The whole name.
    name: String,
    /// With which they sign in.
    email: String,
    /// What they are here.
    role: RoleWord,
    /// Where the role holds.
    scope: StaffScope,
    /// They have never set a password.
    pending: bool,
    /// When they were added to the installation.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

impl From<Staff> for StaffOut {
    fn from(it: Staff) -> Self {
        let scope = if it.whole_organization { StaffScope::Organization } else { StaffScope::Workspace };
        let (role, pending) = (RoleWord(it.role), it.pending);
        let it = it.operator;
        Self { id: it.id, name: it.name, email: it.email, role, scope, pending, created_at: it.created_at }
    }
}

/// List a workspace's operators
///
/// Those with a role in it and those with one in the whole organization, in the order in which they were added to the
/// installation. Needs `operators:write`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/operators", operation_id = "listOperators", tag = "operators",
    params(WorkspacePath, Paging),
    responses((status = 200, description = "A page of operators.", body = Page<StaffOut>), Reads),
    security(("api_key" = ["operators:write"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<StaffOut>>, Problem> {
    let scope = place.allow(Permission::OperatorsWrite)?;
    let rows = app.store().staff(scope, paging.position()?, paging.limit.and_one()).await?;
    Ok(axum::Json(Page::of(rows, paging.limit.rows(), |it| Cursor::one(it.operator.num), Into::into)))
}

/// Who is to be an operator of a workspace, and as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOperator, example = json!({"email": "bea@example.com", "name": "Bea Roy", "role": "editor"}))]
pub struct StaffIn {
    /// With which they sign in; without case one operator has it.
    #[schema(max_length = 254)]
    email: String,
    /// The whole name; whoever is an operator already keeps theirs.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// `manager`, `editor` or `viewer`.
    role: RoleWord,
}

/// An operator who was given a role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatorGiven)]
pub struct GivenOut {
    /// The operator.
    operator: StaffOut,
    /// Sets their first password, good once within a week; shown only now. Null for whoever has a password, or has
    /// roles that whoever asks does not rule over.
    #[schema(example = "https://bells.example/reset#bl_…")]
    link: Option<String>,
}

/// Give a role in a workspace
///
/// Adds an operator or changes what they are here. Nobody can hand out more than they have. 409 `operator_everywhere` for
/// an owner or admin, `operator_elsewhere` for an operator of other organizations only: whoever runs the installation
/// adds those on the command line. Needs `operators:write`.
#[utoipa::path(
    put, path = "/v1/workspaces/{ws}/operators", operation_id = "putOperator", tag = "operators",
    params(WorkspacePath),
    request_body = StaffIn,
    responses((status = 200, description = "The operator, with a link if they need one.", body = GivenOut), Writes),
    security(("api_key" = ["operators:write"])),
)]
pub async fn put(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value: given, .. }: Json<StaffIn>,
) -> Result<axum::Json<GivenOut>, Problem> {
    let scope = place.allow(Permission::OperatorsWrite)?;
    let role = given.role.0;
    let mut faults = Faults::default();
    faults.email("/email", &given.email);
    faults.line("/name", &given.name, NAME_CHARS);
    if !matches!(role, Role::Manager | Role::Editor | Role::Viewer) {
        faults.add("/role", "value_invalid", "in a workspace one is manager, editor or viewer");
    }
    faults.done()?;
    if !place.permissions().cover(permissions(role)) {
        return Err(Problem::forbidden("permission_missing", "Nobody can hand out more than they have."));
    }
    if let Some(known) = app.store().operator_by_email(&given.email).await? {
        let roles = app.store().operator_roles(known.num).await?;
        may_join(&place, &roles)?;
    }
    let workspace = Some(place.workspace().num);
    let operator =
        app.store().create_operator(scope.scope(), &given.email, &given.name, role, workspace).await?;
    app.credentials.forget();
    let member = app.store().staff_member(scope, operator.id).await?;
    let member = member.ok_or_else(|| Problem::not_found("operator"))?;
    let link = if member.pending { welcome(&app, &place, operator.num).await? } else { None };
    Ok(axum::Json(GivenOut { operator: member.into(), link }))
}

/// Refuses who cannot be given a role in this workspace by whoever asks.
fn may_join(place: &InWorkspace, roles: &[RoleGrant]) -> Result<(), Problem> {
    let workspace = place.workspace();
    let here = RoleGrant::in_organization(roles, workspace.organization);
    if here.is_none() && !roles.is_empty() {
        let detail = "This address belongs to an operator of another organization of this installation.";
        return Err(Problem::conflict("operator_elsewhere", detail));
    }
    if here.is_some_and(Role::holds_everywhere) {
        let detail = "They have a role in the whole organization already.";
        return Err(Problem::conflict("operator_everywhere", detail));
    }
    match RoleGrant::in_workspace(roles, workspace.organization, workspace.num) {
        Some(role) if !place.permissions().cover(permissions(role)) => {
            Err(Problem::forbidden("permission_missing", "Their role is more than yours."))
        }
        _ => Ok(()),
    }
}

/// A link for a first password. Whoever gets it can be that operator: it is given only to someone who may give and take
/// each of the roles that it opens. Links from before are void in any case.
async fn welcome(app: &AppState, place: &InWorkspace, operator: i64) -> Result<Option<String>, Problem> {
    let roles = app.store().operator_roles(operator).await?;
    let rules = |role: &RoleGrant| match role.workspace {
        Some(workspace) => {
            let mine = place.asker().in_workspace(role.organization, workspace);
            mine.is_some_and(|mine| {
                mine.allow(Permission::OperatorsWrite) && mine.cover(permissions(role.role))
            })
        }
        None => false,
    };
    if !roles.iter().all(rules) {
        app.store().drop_password_links(operator).await?;
        return Ok(None);
    }
    let link = app.store().password_link(operator, Duration::from_secs(WELCOME_LINK_S)).await?;
    Ok(Some(format!("{}/reset#{}", app.public_url(), link.reveal())))
}

/// `{ws}` and `{operator}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OperatorPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// Id of the operator.
    #[param(value_type = String, example = "opr_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    operator: OperatorId,
}

/// Take an operator's role
///
/// Their rights end within five seconds on every node. Of an owner or admin it takes the role in the whole organization
/// and every other in it; an owner's only an owner can take, and the last one's nobody (409 `last_owner`). Whoever has
/// no role anywhere any more cannot sign in. Needs `operators:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/operators/{operator}", operation_id = "removeOperator", tag = "operators",
    params(OperatorPath),
    responses((status = 204, description = "It is taken."), Changes),
    security(("api_key" = ["operators:write"])),
)]
pub async fn remove(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<OperatorPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::OperatorsWrite)?;
    let member = app.store().staff_member(scope, path.operator).await?;
    let member = member.ok_or_else(|| Problem::not_found("operator"))?;
    if !place.permissions().cover(permissions(member.role)) {
        return Err(Problem::forbidden("permission_missing", "Their role is more than yours."));
    }
    if member.whole_organization {
        let organization = place.allow_organization(Permission::OperatorsWrite)?;
        let mine = place
            .operator()
            .and_then(|operator| RoleGrant::in_organization(&operator.roles, organization.organization()));
        if member.role == Role::Owner && mine != Some(Role::Owner) {
            return Err(Problem::forbidden("owner_needed", "Only an owner can take an owner's role."));
        }
        if !app.store().take_all_roles(organization, member.operator.num).await? {
            return Err(Problem::conflict("last_owner", "An organization keeps an owner."));
        }
    } else {
        app.store().take_role(scope, member.operator.num).await?;
    }
    app.credentials.forget();
    Ok(StatusCode::NO_CONTENT)
}
