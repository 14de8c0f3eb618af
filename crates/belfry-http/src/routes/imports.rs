//! People from files, as they are shown, listed and deleted. They are uploaded in `import_upload.rs`, mapped, checked and
//! run in `import_run.rs`; what was rejected is given back in `import_rejects.rs`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use belfry_store::{Import, ImportReject};
use belfry_types::id::ImportId;
use belfry_types::limits::LEASE_S;
use belfry_types::people::ImportStatus;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::notification_view::stored;
use crate::extract::{Path, Query};
use crate::openapi::{Changes, Reads};
use crate::page::{Cursor, Page, Paging};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::{ImportFieldWord, ImportStatusWord};

/// Rejected rows that are shown with an import.
const SHOWN: usize = 20;
/// A column of a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportColumn)]
pub struct ColumnOut {
    /// Which it is, from 0.
    pub(crate) index: usize,
    /// What stands above it.
    #[schema(example = "E-Mail")]
    pub(crate) heading: String,
    /// What it seems to hold.
    pub(crate) guess: Option<ImportFieldWord>,
    /// What stands in the first rows, at most three.
    pub(crate) samples: Vec<String>,
}

/// How far it has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportProgress)]
pub struct ProgressOut {
    /// Rows that were looked at.
    done: i64,
    /// Rows in all.
    of: i64,
}

/// What became of the rows, or would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportResult)]
pub struct ResultOut {
    /// People who were no members.
    added: i64,
    /// People about whom something changed.
    changed: i64,
    /// People who are as the file says.
    unchanged: i64,
    /// Rows that are not imported.
    rejected: i64,
}

/// Why a row is not imported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportError)]
pub struct ErrorOut {
    /// The row as a spreadsheet counts.
    row: i64,
    /// Stable code: `invalid`, `same_id`, `same_email`, `duplicate`, `email_taken`, `unknown_group`.
    #[schema(example = "email_taken")]
    code: String,
    /// What is wrong, for people.
    detail: String,
    /// The field at fault, where one is.
    field: Option<String>,
}

impl From<ImportReject> for ErrorOut {
    fn from(it: ImportReject) -> Self {
        Self { row: it.row, code: it.code, detail: it.detail, field: it.field }
    }
}

/// A file of people, and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportOut {
    /// Its id.
    #[schema(value_type = String, example = "imp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: ImportId,
    /// The name that it had.
    #[schema(example = "attendees.csv")]
    filename: String,
    /// How long it is.
    bytes: i64,
    /// How it is encoded (WHATWG name).
    #[schema(example = "UTF-8")]
    encoding: String,
    /// What separates its cells.
    #[schema(example = ";")]
    separator: String,
    /// Rows below the headings.
    rows: i64,
    /// Its columns.
    columns: Vec<ColumnOut>,
    /// Which field is in which column, from 0.
    #[schema(example = json!({"external_id": 0, "given_name": 1, "family_name": 2, "email": 3}))]
    mapping: BTreeMap<String, usize>,
    /// Where it stands.
    status: ImportStatusWord,
    /// Whether groups that do not exist are made.
    create_groups: bool,
    /// How far it has come.
    progress: ProgressOut,
    /// What became of the rows; what would become of them while it was only checked.
    result: Option<ResultOut>,
    /// The first rejected rows, at most 20.
    sample_errors: Vec<ErrorOut>,
    /// Why it failed, for people.
    error: Option<String>,
    /// When it was uploaded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

pub(crate) async fn show(app: &AppState, it: Import, with_errors: bool) -> Result<ImportOut, Problem> {
    let sample_errors = if with_errors && it.rejected > 0 {
        app.store().import_rejects(it.num, -1, SHOWN).await?.into_iter().map(Into::into).collect()
    } else {
        Vec::new()
    };
    let working = matches!(it.status, ImportStatus::Checking | ImportStatus::Running);
    let quiet = app.clock.now().since(it.leased_until.max(it.updated_at)).as_secs() > LEASE_S;
    let status = if working && quiet { ImportStatus::Interrupted } else { it.status };
    let began = !matches!(it.status, ImportStatus::Mapped | ImportStatus::Failed);
    let (added, changed, unchanged, rejected) = (it.added, it.changed, it.unchanged, it.rejected);
    Ok(ImportOut {
        id: it.id,
        filename: it.filename,
        bytes: it.bytes,
        encoding: it.encoding,
        separator: it.separator,
        rows: it.rows,
        columns: stored(&it.columns)?,
        mapping: stored(&it.mapping)?,
        status: ImportStatusWord(status),
        create_groups: it.create_groups,
        progress: ProgressOut { done: it.done, of: it.rows.max(it.done) },
        result: began.then_some(ResultOut { added, changed, unchanged, rejected }),
        sample_errors,
        error: it.error,
        created_at: it.created_at,
    })
}

/// List imports
///
/// The newest first, without their rejected rows. Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/imports", operation_id = "listImports", tag = "imports",
    params(WorkspacePath, Paging),
    responses((status = 200, description = "A page of imports.", body = Page<ImportOut>), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ImportOut>>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let mut rows = app.store().imports(scope, paging.position()?, paging.limit.and_one()).await?;
    let more = rows.len() > paging.limit.rows();
    rows.truncate(paging.limit.rows());
    let next = if more { rows.last().map(|row| Cursor::one(row.num).to_text()) } else { None };
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(show(&app, row, false).await?);
    }
    Ok(axum::Json(Page { items, next }))
}

/// `{ws}` and `{id}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ImportPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// Id of the import.
    #[param(value_type = String, example = "imp_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    pub(crate) id: ImportId,
}

/// Show an import
///
/// Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/imports/{id}", operation_id = "getImport", tag = "imports",
    params(ImportPath),
    responses((status = 200, description = "The import.", body = ImportOut), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn get(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<ImportPath>,
) -> Result<axum::Json<ImportOut>, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let import = app.store().import(scope, path.id).await?;
    Ok(axum::Json(show(&app, import, true).await?))
}

/// Delete an import
///
/// With the file's bytes and what is known about its rows; people who were added stay. One that runs stops. Needs
/// `users:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/imports/{id}", operation_id = "deleteImport", tag = "imports",
    params(ImportPath),
    responses((status = 204, description = "It is gone."), Changes),
    security(("api_key" = ["users:write"])),
)]
pub async fn delete(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<ImportPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    app.store().delete_import(scope, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
