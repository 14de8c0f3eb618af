//! The upload of a file of people: read as far as its columns, described and kept with its bytes. Refuses what is no file
//! of people, with a code.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use belfry_import::{Options, ReadError, Sheet, inspect};
use belfry_store::NewImport;
use belfry_types::id::ImportId;
use belfry_types::limits::{IMPORT_BYTES, KEY_CHARS};
use belfry_types::rights::Permission;
use belfry_types::scope::WorkspaceScope;
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::IntoParams;

use super::imports::{ColumnOut, ImportOut, show};
use crate::extract::{Query, body, unsupported};
use crate::faults::Faults;
use crate::openapi::Writes;
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;
use crate::words::ImportFieldWord;

/// Files that are read at once; each takes up to twice its size of memory.
static UPLOADS: Semaphore = Semaphore::const_new(2);
/// Bytes of one stored part.
const CHUNK: usize = 1 << 20;
/// 422 for a file that cannot be used at all.
fn unreadable(error: &ReadError) -> Problem {
    let code = match error {
        ReadError::Empty => "file_empty",
        ReadError::NotText { .. } => "file_not_text",
        ReadError::NoRows => "file_without_rows",
        ReadError::UnclosedQuote { .. } => "file_quote_open",
        ReadError::TooManyColumns { .. } => "file_too_wide",
        _ => "file_unreadable",
    };
    let text = error.to_string();
    let mut sentence = text.chars();
    let first = sentence.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, format!("{first}{}.", sentence.as_str()))
}

/// How a file is uploaded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// The name that it has.
    #[param(max_length = 255, example = "attendees.csv")]
    filename: Option<String>,
}

/// Upload a file of people
///
/// CSV in any usual encoding with any usual separator, at most 200 MB, as `text/csv` or `application/octet-stream`. It is
/// read and kept for a week; nobody is added before it is run. Needs `users:write`.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/imports", operation_id = "createImport", tag = "imports",
    params(WorkspacePath, UploadQuery),
    request_body(content = String, content_type = "text/csv", description = "The file."),
    responses((status = 202, description = "What was found in it.", body = ImportOut), Writes),
    security(("api_key" = ["users:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> Result<(StatusCode, axum::Json<ImportOut>), Problem> {
    let scope = place.allow(Permission::UsersWrite)?;
    if !is_file(request.headers()) {
        return Err(unsupported("text/csv"));
    }
    let filename = query.filename.unwrap_or_else(|| "people.csv".into());
    let mut faults = Faults::default();
    faults.line("/filename", &filename, KEY_CHARS);
    faults.done()?;
    let _turn = UPLOADS.acquire().await.map_err(|error| Problem::internal(&error))?;
    let bytes = body(request, IMPORT_BYTES).await?;
    let read = bytes.clone();
    let described = tokio::task::spawn_blocking(move || {
        inspect(&read, &Options::default()).map(|sheet| describe(&sheet, filename, read.len()))
    });
    let described = described.await.map_err(|error| Problem::internal(&error))?;
    let new = described.map_err(|error| unreadable(&error))??;
    let id = keep(&app, scope, new, &bytes).await?;
    let import = app.store().import(scope, id).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(show(&app, import, false).await?)))
}

/// What browsers and scripts say of a CSV file.
fn is_file(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["text/csv", "application/csv", "application/octet-stream", "application/vnd.ms-excel"]
        .contains(&kind.as_str())
}

fn describe(sheet: &Sheet<'_>, filename: String, bytes: usize) -> Result<NewImport, Problem> {
    let column = |(index, heading): (usize, &String)| ColumnOut {
        index,
        heading: heading.clone(),
        guess: sheet.mapping.get(index).copied().flatten().map(ImportFieldWord),
        samples: sheet.samples.iter().map(|row| row.get(index).cloned().unwrap_or_default()).collect(),
    };
    let columns: Vec<ColumnOut> = sheet.headings.iter().enumerate().map(column).collect();
    let mut mapping: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, field) in sheet.mapping.iter().enumerate() {
        if let Some(field) = field {
            mapping.entry(field.as_str()).or_insert(index);
        }
    }
    let json = |error: serde_json::Error| Problem::internal(&error);
    Ok(NewImport {
        filename,
        bytes,
        encoding: sheet.encoding.to_owned(),
        separator: sheet.separator.to_string(),
        rows: sheet.rows,
        columns: serde_json::to_string(&columns).map_err(json)?,
        mapping: serde_json::to_string(&mapping).map_err(json)?,
    })
}

async fn keep(
    app: &AppState,
    scope: WorkspaceScope,
    new: NewImport,
    bytes: &Bytes,
) -> Result<ImportId, Problem> {
    let (num, id) = app.store().begin_upload(scope, new).await?;
    for (chunk, data) in bytes.chunks(CHUNK).enumerate() {
        app.store().add_upload(num, chunk, data).await?;
    }
    app.store().finish_upload(num).await?;
    Ok(id)
}
