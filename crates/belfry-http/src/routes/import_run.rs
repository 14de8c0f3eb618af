//! What is done with an uploaded file of people: its columns are mapped, it is checked and run. The work itself is the
//! engine's, in the background.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use belfry_import::Field;
use belfry_types::id::ImportId;
use belfry_types::people::ImportStatus;
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use serde::Deserialize;
use utoipa::ToSchema;

use super::imports::{ColumnOut, ImportOut, ImportPath, show};
use super::notification_view::stored;
use crate::extract::{Json, Path};
use crate::faults::Faults;
use crate::openapi::{Changes, Writes};
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;

/// What to change about an import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportPatch, example = json!({"mapping": {"external_id": 0, "email": 3}}))]
pub struct ImportPatchIn {
    /// Which field is in which column, from 0; columns that are not named are not read. `email` or `external_id` must
    /// be among them.
    mapping: BTreeMap<String, usize>,
}

/// Map the columns of an import
///
/// It begins anew with this mapping. 409 `import_busy` while it is checked or run. Needs `users:write`.
#[utoipa::path(
    patch, path = "/v1/workspaces/{ws}/imports/{id}", operation_id = "changeImport", tag = "imports",
    params(ImportPath),
    request_body = ImportPatchIn,
    responses((status = 200, description = "The import as it is now.", body = ImportOut), Writes),
    security(("api_key" = ["users:write"])),
)]
pub async fn change(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<ImportPath>,
    Json { value: patch, .. }: Json<ImportPatchIn>,
) -> Result<axum::Json<ImportOut>, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let import = app.store().import(scope, path.id).await?;
    let columns: Vec<ColumnOut> = stored(&import.columns)?;
    check_mapping(&patch.mapping, columns.len())?;
    let mapping = serde_json::to_string(&patch.mapping).map_err(|error| Problem::internal(&error))?;
    let import =
        restart(&app, scope, path.id, ImportStatus::Mapped, Some(&mapping), import.create_groups).await?;
    Ok(axum::Json(import))
}

fn check_mapping(mapping: &BTreeMap<String, usize>, columns: usize) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let mut taken = BTreeMap::new();
    for (field, column) in mapping {
        let escaped = field.replace('~', "~0").replace('/', "~1");
        let pointer = format!("/mapping/{escaped}");
        if Field::parse(field).is_none() {
            let all: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
            faults.add(
                pointer,
                "value_invalid",
                format!("there is no such field; expected one of {}", all.join(", ")),
            );
        } else if *column >= columns {
            faults.add(pointer, "value_invalid", format!("the file has {columns} columns, numbered from 0"));
        } else if let Some(other) = taken.insert(*column, field) {
            faults.add(pointer, "value_invalid", format!("the column is {other} already"));
        }
    }
    has_key(mapping, &mut faults);
    faults.done()
}

fn has_key(mapping: &BTreeMap<String, usize>, faults: &mut Faults) {
    if ![Field::Email, Field::ExternalId].iter().any(|field| mapping.contains_key(field.as_str())) {
        faults.add(
            "/mapping",
            "required",
            "a column must hold an email or an external id, to tell people apart",
        );
    }
}

async fn restart(
    app: &AppState,
    scope: WorkspaceScope,
    id: ImportId,
    status: ImportStatus,
    mapping: Option<&str>,
    create_groups: bool,
) -> Result<ImportOut, Problem> {
    if mapping.is_none() {
        let mut faults = Faults::default();
        has_key(&stored(&app.store().import(scope, id).await?.mapping)?, &mut faults);
        faults.done()?;
    }
    if !app.store().restart_import(scope, id, status, mapping, create_groups).await? {
        return Err(Problem::conflict(
            "import_busy",
            "It is being checked or run; wait for its end, or delete it.",
        ));
    }
    app.engine().wake_imports();
    let import = app.store().import(scope, id).await?;
    show(app, import, true).await
}

/// Check an import
///
/// Looks at every row as running it would, and writes nothing. Needs `users:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/imports/{id}/check", operation_id = "checkImport", tag = "imports",
    params(ImportPath),
    responses((status = 202, description = "It is being checked.", body = ImportOut), Changes),
    security(("api_key" = ["users:write"])),
)]
pub async fn check(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<ImportPath>,
) -> Result<(StatusCode, axum::Json<ImportOut>), Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let import = restart(&app, scope, path.id, ImportStatus::Checking, None, true).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(import)))
}

/// How an import is run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportRun, example = json!({"create_groups": true}))]
pub struct RunIn {
    /// Makes groups that do not exist yet; otherwise whoever is in one is rejected.
    create_groups: bool,
}

/// Run an import
///
/// Adds and changes people in the background; it goes on after a restart. Running it again changes nobody who is as the
/// file says. Needs `users:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/imports/{id}/run", operation_id = "runImport", tag = "imports",
    params(ImportPath),
    request_body = RunIn,
    responses((status = 202, description = "It is running.", body = ImportOut), Writes),
    security(("api_key" = ["users:write"])),
)]
pub async fn run(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<ImportPath>,
    Json { value: it, .. }: Json<RunIn>,
) -> Result<(StatusCode, axum::Json<ImportOut>), Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    let import = restart(&app, scope, path.id, ImportStatus::Running, None, it.create_groups).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(import)))
}
