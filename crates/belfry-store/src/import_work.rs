//! Working on an uploaded file: leased by one worker with a fence, moved on page by page. A page's people, its rejected
//! rows and the progress commit together, so that whoever goes on repeats nothing.

use std::time::Duration;

use belfry_types::people::{GroupRef, ImportStatus, Person};
use belfry_types::scope::{Scope, WorkspaceScope};

use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::plans::millis;
use crate::store::Store;
use crate::user_upsert::UpsertStatus;
use crate::value::args;

statements! {
    WAITING = "SELECT num FROM imports WHERE status IN (2, 4) AND leased_until < {now} LIMIT 1";
    LEASE = "UPDATE imports SET leased_until = {now} + $1, fence = fence + 1 WHERE num IN (\
        SELECT num FROM imports WHERE status IN (2, 4) AND leased_until < {now} ORDER BY num LIMIT 1 {skip}) \
        RETURNING num, organization, workspace, status, mapping, create_groups, done, fence";
    CHUNK = "SELECT data FROM import_chunks WHERE import = $1 AND chunk = $2";
    MOVE = "UPDATE imports SET leased_until = {now} + $3, done = done + $4, added = added + $5, changed = changed + $6, \
        unchanged = unchanged + $7, rejected = rejected + $8, updated_at = $9 WHERE num = $1 AND fence = $2";
    REJECT = "INSERT INTO import_rejects (import, row_number, code, detail, field, cells) \
        SELECT $1, r.row_number, r.code, r.detail, r.field, r.cells \
        FROM {rows:$2:row_number int,code text,detail text,field text,cells text} AS r WHERE true \
        ON CONFLICT (import, row_number) DO NOTHING";
    END = "UPDATE imports SET status = $3, error = $4, leased_until = 0, updated_at = $5 WHERE num = $1 AND fence = $2";
    RELEASE = "UPDATE imports SET leased_until = 0 WHERE num = $1 AND fence = $2";
}

/// A worker's right to an import.
#[derive(Debug, Clone)]
pub struct ImportLease {
    /// The import's number.
    pub num: i64,
    /// Whose it is.
    pub scope: WorkspaceScope,
    /// Nothing is to be written: it is only checked.
    pub dry_run: bool,
    /// JSON object: field → index of the column.
    pub mapping: String,
    /// Whether groups that do not exist are made.
    pub create_groups: bool,
    /// Rows that are done already.
    pub done: i64,
    fence: i64,
}

/// A row that is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReject {
    /// As a spreadsheet counts.
    pub row: i64,
    /// Stable code.
    pub code: String,
    /// Why, in words.
    pub detail: String,
    /// The field at fault, where one is.
    pub field: Option<String>,
    /// Its cells as they are in the file.
    pub cells: Vec<String>,
}

/// Some rows of a file, in their order.
#[derive(Debug, Default)]
pub struct ImportPage {
    /// Rows of the page, rejected ones too.
    pub rows: usize,
    /// People, beside their rows' numbers and cells in `origins`.
    pub people: Vec<Person>,
    /// Number and cells of each person's row.
    pub origins: Vec<(i64, Vec<String>)>,
    /// Groups that may be made.
    pub groups: Vec<GroupRef>,
    /// Rows that are no people.
    pub rejects: Vec<ImportReject>,
}

impl Store {
    /// Leases the oldest import that is to be checked or run and that nobody works on.
    pub async fn lease_import(&self, lease: Duration) -> Result<Option<ImportLease>> {
        // Asked outside of the writer: an idle worker holds nobody up.
        if self.db.one(&WAITING, args![]).await?.is_none() {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let Some(row) = tx.one(&LEASE, args![millis(lease)]).await? else { return Ok(None) };
        tx.commit().await?;
        Ok(Some(ImportLease {
            num: row.int(0)?,
            scope: Scope::granted(row.int(1)?).in_workspace(row.int(2)?),
            dry_run: row.coded(3, ImportStatus::from_code)? == ImportStatus::Checking,
            mapping: row.text(4)?,
            create_groups: row.flag(5)?,
            done: row.int(6)?,
            fence: row.int(7)?,
        }))
    }

    /// The bytes of a leased import's file.
    pub async fn import_bytes(&self, lease: &ImportLease) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for chunk in 0_i64.. {
            match self.db.one(&CHUNK, args![lease.num, chunk]).await? {
                Some(row) => bytes.extend(row.blob(0)?),
                None => break,
            }
        }
        Ok(bytes)
    }

    /// Adds and changes the people of a page, keeps its rejected rows and moves on, all in one transaction.
    /// [`Error::LeaseLost`] when the lease was lost or the import deleted, and then nothing is changed.
    pub async fn import_page(&self, lease: &ImportLease, page: ImportPage, prolong: Duration) -> Result<()> {
        let mut tx = self.db.begin_behind().await?;
        let groups: &[GroupRef] = if lease.create_groups { &page.groups } else { &[] };
        let answers = self.upsert_in(&mut tx, lease.scope, &page.people, groups, lease.dry_run).await?;
        let (mut added, mut changed, mut unchanged) = (0_i64, 0_i64, 0_i64);
        let mut rejects = page.rejects;
        for (answer, (row, cells)) in answers.into_iter().zip(page.origins) {
            match answer.status {
                UpsertStatus::Created => added += 1,
                UpsertStatus::Updated => changed += 1,
                UpsertStatus::Unchanged => unchanged += 1,
                UpsertStatus::Rejected(detail, code) => {
                    let field = match code {
                        "email_taken" => "email",
                        "unknown_group" => "groups",
                        _ => "external_id",
                    };
                    let (code, field) = (code.to_owned(), Some(field.to_owned()));
                    rejects.push(ImportReject { row, code, detail, field, cells });
                }
            }
        }
        let values = args![
            lease.num,
            lease.fence,
            millis(prolong),
            page.rows,
            added,
            changed,
            unchanged,
            rejects.len(),
            self.clock.now()
        ];
        if tx.run(&MOVE, values).await? == 0 {
            return Err(Error::LeaseLost);
        }
        if !rejects.is_empty() {
            let rows: Vec<_> = rejects
                .iter()
                .map(|r| {
                    Ok((
                        r.row,
                        &r.code,
                        r.detail.replace('\0', "\u{fffd}"),
                        &r.field,
                        serde_json::to_string(&r.cells)?,
                    ))
                })
                .collect::<Result<_>>()?;
            tx.run(&REJECT, args![lease.num, serde_json::to_string(&rows)?]).await?;
        }
        tx.commit().await
    }

    /// Ends a leased import: checked or done, or failed with a reason in words.
    pub async fn finish_import(&self, lease: &ImportLease, error: Option<&str>) -> Result<()> {
        let status = match (error, lease.dry_run) {
            (Some(_), _) => ImportStatus::Failed,
            (None, true) => ImportStatus::Checked,
            (None, false) => ImportStatus::Done,
        };
        let values = args![lease.num, lease.fence, status.code(), error, self.clock.now()];
        if self.db.run(&END, values).await? == 0 { Err(Error::LeaseLost) } else { Ok(()) }
    }

    /// Gives a lease back, so that another worker goes on at once.
    pub async fn release_import(&self, lease: &ImportLease) -> Result<()> {
        self.db.run(&RELEASE, args![lease.num, lease.fence]).await.map(drop)
    }
}
