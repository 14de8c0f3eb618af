//! Groups: named sets of members, which audiences refer to by key.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use belfry_store::Group;
use belfry_types::id::GroupId;
use belfry_types::limits::NAME_CHARS;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Json, Path, Query};
use crate::faults::Faults;
use crate::idempotency::{Idempotency, once};
use crate::openapi::{Changes, Reads, Writes};
use crate::page::{Cursor, Page, Paging};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// A group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Group)]
pub struct GroupOut {
    /// Its id.
    #[schema(value_type = String, example = "grp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: GroupId,
    /// What audiences and people refer to it by.
    #[schema(example = "crew")]
    key: String,
    /// The name that people see.
    name: String,
    /// How many members it has.
    members: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

impl From<Group> for GroupOut {
    fn from(it: Group) -> Self {
        Self { id: it.id, key: it.key, name: it.name, members: it.members, created_at: it.created_at }
    }
}

/// A group to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewGroup, example = json!({"key": "crew", "name": "Crew"}))]
pub struct NewGroupIn {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 255)]
    key: String,
    /// The name that people see; the key if it is missing.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
}

/// List groups
///
/// Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/groups", operation_id = "listGroups", tag = "groups",
    params(WorkspacePath, Paging),
    responses((status = 200, description = "A page of groups.", body = Page<GroupOut>), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<GroupOut>>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let rows = app.store().groups(scope, paging.position()?, paging.limit.and_one()).await?;
    Ok(axum::Json(Page::of(rows, paging.limit.rows(), |group| Cursor::one(group.num), Into::into)))
}

/// Make a group
///
/// 409 if the key is taken. Needs `users:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/groups", operation_id = "createGroup", tag = "groups",
    params(
        WorkspacePath,
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats give the same answer for a day."),
    ),
    request_body = NewGroupIn,
    responses((status = 201, description = "The group.", body = GroupOut), Writes),
    security(("api_key" = ["users:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    place: InWorkspace,
    idempotency: Idempotency,
    Json { value: new, raw }: Json<NewGroupIn>,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let name = new.name.as_deref().unwrap_or(&new.key);
    let mut faults = Faults::default();
    faults.key_of_path("/key", &new.key);
    if new.name.is_some() {
        faults.line("/name", name, NAME_CHARS);
    }
    faults.done()?;
    let hashes = idempotency.hashes(place.asker(), &raw);
    once(&app, scope.scope(), hashes, StatusCode::CREATED, async {
        match app.store().create_group(scope, &new.key, name).await {
            Ok(group) => Ok(GroupOut::from(group)),
            Err(belfry_store::Error::Conflict(_)) => {
                let detail = format!("The workspace has a group with the key {:?} already.", new.key);
                Err(Problem::conflict("group_exists", detail))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// What to change about a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GroupPatch, example = json!({"name": "Crew"}))]
pub struct GroupPatchIn {
    /// The name that people see.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// `{ws}` and `{key}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GroupPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// Key of the group.
    #[param(example = "crew")]
    key: String,
}

/// Show a group
///
/// Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/groups/{key}", operation_id = "getGroup", tag = "groups",
    params(GroupPath),
    responses((status = 200, description = "The group.", body = GroupOut), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<GroupPath>,
) -> Result<axum::Json<GroupOut>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    Ok(axum::Json(app.store().group(scope, &path.key).await?.into()))
}

/// Rename a group
///
/// The key stays. Needs `users:write`.
#[utoipa::path(
    patch, path = "/v1/workspaces/{ws}/groups/{key}", operation_id = "changeGroup", tag = "groups",
    params(GroupPath),
    request_body = GroupPatchIn,
    responses((status = 200, description = "The group as it is now.", body = GroupOut), Writes),
    security(("api_key" = ["users:write"])),
)]
pub async fn change(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<GroupPath>,
    Json { value: patch, .. }: Json<GroupPatchIn>,
) -> Result<axum::Json<GroupOut>, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let mut faults = Faults::default();
    faults.line("/name", &patch.name, NAME_CHARS);
    faults.done()?;
    Ok(axum::Json(app.store().rename_group(scope, &path.key, &patch.name).await?.into()))
}

/// Delete a group
///
/// Its members stay members of the workspace. Needs `users:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/groups/{key}", operation_id = "deleteGroup", tag = "groups",
    params(GroupPath),
    responses((status = 204, description = "It is gone."), Changes),
    security(("api_key" = ["users:write"])),
)]
pub async fn delete(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<GroupPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    app.store().delete_group(scope, &path.key).await?;
    Ok(StatusCode::NO_CONTENT)
}
