//! The rejected rows of an import as a file to be corrected and uploaded again.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use belfry_import::{BYTE_ORDER_MARK, harmless};
use belfry_store::ImportReject;
use belfry_types::rights::Permission;

use super::imports::{ColumnOut, ImportPath};
use super::notification_view::stored;
use crate::extract::Path;
use crate::openapi::Reads;
use crate::place::InWorkspace;
use crate::problem::Problem;
use crate::state::AppState;

/// Rejected rows that are read at once for the file of all of them.
const REJECTS: usize = 500;

/// Download the rejected rows
///
/// As CSV in UTF-8 with the file's own columns and separator, then `row` and `reason`; to be corrected and uploaded
/// again. Cells that a spreadsheet would run as formulas get an apostrophe in front. Needs `users:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/imports/{id}/rejects", operation_id = "getImportRejects", tag = "imports",
    params(ImportPath),
    responses((status = 200, description = "The file.", body = String, content_type = "text/csv"), Reads),
    security(("api_key" = ["users:read"])),
)]
pub async fn rejects(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<ImportPath>,
) -> Result<Response, Problem> {
    let scope = place.allow(Permission::UsersRead)?;
    let import = app.store().import(scope, path.id).await?;
    let columns: Vec<ColumnOut> = stored(&import.columns)?;
    let (width, separator) = (columns.len(), import.separator);
    let headings = columns.into_iter().map(|column| column.heading).chain(["row".into(), "reason".into()]);
    let begin = format!("{BYTE_ORDER_MARK}{}", line(headings, &separator));
    let store = app.store().clone();
    let pages = futures_util::stream::unfold((Some(begin), -1), move |(begin, after)| {
        let (store, separator) = (store.clone(), separator.clone());
        async move {
            if let Some(begin) = begin {
                return Some((Ok(begin), (None, after)));
            }
            let page = match store.import_rejects(import.num, after, REJECTS).await {
                Ok(page) => page,
                Err(error) => return Some((Err(error), (None, i64::MAX))),
            };
            let last = page.last()?.row;
            let text =
                page.into_iter().map(|reject| reject_line(reject, width, &separator)).collect::<String>();
            Some((Ok(text), (None, last)))
        }
    });
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"rejects.csv\""),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}

fn reject_line(reject: ImportReject, width: usize, separator: &str) -> String {
    let mut cells = reject.cells;
    // Cells without a heading would push the reason out of its column; they are kept behind it.
    let extra = cells.split_off(width.min(cells.len()));
    cells.resize(width, String::new());
    line(cells.into_iter().chain([reject.row.to_string(), reject.detail]).chain(extra), separator)
}

/// A line of CSV (RFC 4180) with every cell in quotes.
fn line(cells: impl IntoIterator<Item = String>, separator: &str) -> String {
    let cells: Vec<String> =
        cells.into_iter().map(|cell| format!("\"{}\"", harmless(&cell).replace('"', "\"\""))).collect();
    format!("{}\r\n", cells.join(separator))
}
