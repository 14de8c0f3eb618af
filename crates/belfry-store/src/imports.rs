//! Files of people that operators uploaded: kept with their bytes until the import is a week old, so that any node can
//! go on with one. Working on them is in `import_work.rs`.

use belfry_types::id::ImportId;
use belfry_types::people::ImportStatus;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::import_work::ImportReject;
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO imports (id, organization, workspace, filename, bytes, encoding, separator, rows, columns, mapping, \
        created_at, updated_at) SELECT $1, w.organization, w.num, $4, $5, $6, $7, $8, $9, $10, $11, $11 FROM workspaces w \
        WHERE w.num = $3 AND w.organization = $2 RETURNING num";
    CHUNK = "INSERT INTO import_chunks (import, chunk, data) VALUES ($1, $2, $3)";
    UPLOADED = "UPDATE imports SET status = 1, updated_at = $2 WHERE num = $1 AND status = 0";
    ONE = "SELECT num, id, filename, bytes, encoding, separator, rows, columns, mapping, status, create_groups, done, added, \
        changed, unchanged, rejected, error, created_at, updated_at, leased_until FROM imports \
        WHERE id = $1 AND workspace = $2 AND organization = $3 AND status <> 0";
    LIST = "SELECT num, id, filename, bytes, encoding, separator, rows, columns, mapping, status, create_groups, done, added, \
        changed, unchanged, rejected, error, created_at, updated_at, leased_until FROM imports \
        WHERE workspace = $1 AND organization = $2 AND status <> 0 AND num < $3 ORDER BY num DESC LIMIT $4";
    BEGIN = "UPDATE imports SET status = $4, mapping = COALESCE($5, mapping), create_groups = $6, done = 0, added = 0, \
        changed = 0, unchanged = 0, rejected = 0, error = NULL, updated_at = $7, leased_until = 0, fence = fence + 1 \
        WHERE id = $1 AND workspace = $2 AND organization = $3 AND status IN (1, 3, 5, 6) RETURNING num";
    DROP_REJECTS = "DELETE FROM import_rejects WHERE import = $1 AND row_number >= 0";
    REJECTS = "SELECT row_number, code, detail, field, cells FROM import_rejects WHERE import = $1 AND row_number > $2 \
        ORDER BY row_number LIMIT $3";
    DELETE = "DELETE FROM imports WHERE id = $1 AND workspace = $2 AND organization = $3 RETURNING num";
    DROP_CHUNKS = "DELETE FROM import_chunks WHERE import = $1 AND chunk IN {ints:$2}";
    CHUNKS = "SELECT chunk FROM import_chunks WHERE import = $1 ORDER BY chunk LIMIT 16";
    OLD = "SELECT num FROM imports WHERE created_at < $1 ORDER BY created_at LIMIT 100";
    DELETE_NUM = "DELETE FROM imports WHERE num = $1";
}

/// A file that was read and is to be kept. Texts are as they are shown.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// The name that it had.
    pub filename: String,
    /// How long it is.
    pub bytes: usize,
    /// WHATWG name.
    pub encoding: String,
    /// What separates its cells.
    pub separator: String,
    /// Rows below the headings.
    pub rows: u64,
    /// JSON of its columns.
    pub columns: String,
    /// JSON object: field → index of the column.
    pub mapping: String,
}

/// A file of people, and how far it has come.
#[derive(Debug, Clone)]
pub struct Import {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: ImportId,
    /// The name that it had.
    pub filename: String,
    /// How long it is.
    pub bytes: i64,
    /// WHATWG name.
    pub encoding: String,
    /// What separates its cells.
    pub separator: String,
    /// Rows below the headings.
    pub rows: i64,
    /// JSON of its columns.
    pub columns: String,
    /// JSON object: field → index of the column.
    pub mapping: String,
    /// Where it stands.
    pub status: ImportStatus,
    /// Whether groups that do not exist are made.
    pub create_groups: bool,
    /// Rows that were looked at.
    pub done: i64,
    /// People who were added, or would be.
    pub added: i64,
    /// People who were changed, or would be.
    pub changed: i64,
    /// People who are as the file says.
    pub unchanged: i64,
    /// Rows that were rejected.
    pub rejected: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was uploaded.
    pub created_at: Millis,
    /// When something of it changed last.
    pub updated_at: Millis,
    /// Until when a worker has it.
    pub leased_until: Millis,
}

fn read(row: &Row) -> Result<Import> {
    Ok(Import {
        num: row.int(0)?,
        id: ImportId(row.bytes(1)?),
        filename: row.text(2)?,
        bytes: row.int(3)?,
        encoding: row.text(4)?,
        separator: row.text(5)?,
        rows: row.int(6)?,
        columns: row.text(7)?,
        mapping: row.text(8)?,
        status: row.coded(9, ImportStatus::from_code)?,
        create_groups: row.flag(10)?,
        done: row.int(11)?,
        added: row.int(12)?,
        changed: row.int(13)?,
        unchanged: row.int(14)?,
        rejected: row.int(15)?,
        error: row.text_opt(16)?,
        created_at: row.millis(17)?,
        updated_at: row.millis(18)?,
        leased_until: row.millis(19)?,
    })
}

impl Store {
    /// Keeps the description of a file. It cannot be found before [`Store::finish_upload`].
    pub async fn begin_upload(&self, ws: WorkspaceScope, new: NewImport) -> Result<(i64, ImportId)> {
        let now = self.clock.now();
        let id = ImportId::new(now, &*self.rng);
        let values = args![
            id.0,
            ws.organization(),
            ws.workspace(),
            new.filename,
            new.bytes,
            new.encoding,
            new.separator,
            i64::try_from(new.rows).unwrap_or(i64::MAX),
            new.columns,
            new.mapping,
            now
        ];
        let mut tx = self.db.begin().await?;
        let num = tx.one(&INSERT, values).await?.ok_or(Error::NotFound)?.int(0)?;
        tx.commit().await?;
        Ok((num, id))
    }

    /// Keeps a part of a file's bytes; parts are numbered from 0.
    pub async fn add_upload(&self, import: i64, chunk: usize, data: &[u8]) -> Result<()> {
        let mut tx = self.db.begin_behind().await?;
        tx.run(&CHUNK, args![import, chunk, data]).await?;
        tx.commit().await
    }

    /// All parts are there.
    pub async fn finish_upload(&self, import: i64) -> Result<()> {
        self.db.run(&UPLOADED, args![import, self.clock.now()]).await.map(drop)
    }

    /// One import of a workspace.
    pub async fn import(&self, ws: WorkspaceScope, id: ImportId) -> Result<Import> {
        let row = self.db.one(&ONE, args![id.0, ws.workspace(), ws.organization()]).await?;
        read(&row.ok_or(Error::NotFound)?)
    }

    /// The newest imports of a workspace before the number `before`.
    pub async fn imports(
        &self,
        ws: WorkspaceScope,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Import>> {
        let values = args![ws.workspace(), ws.organization(), before.unwrap_or(i64::MAX), limit];
        self.db.all(&LIST, values).await?.iter().map(read).collect()
    }

    /// Moves an import that nobody works on to `status` (mapped, checking or running) from its beginning, with another
    /// mapping if one is given. `false` while someone works on it.
    pub async fn restart_import(
        &self,
        ws: WorkspaceScope,
        id: ImportId,
        status: ImportStatus,
        mapping: Option<&str>,
        create_groups: bool,
    ) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let values = args![
            id.0,
            ws.workspace(),
            ws.organization(),
            status.code(),
            mapping,
            create_groups,
            self.clock.now()
        ];
        let Some(row) = tx.one(&BEGIN, values).await? else { return Ok(false) };
        tx.run(&DROP_REJECTS, args![row.int(0)?]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Rejected rows of an import, which its caller found in a scope, after the row numbered `after`.
    pub async fn import_rejects(&self, import: i64, after: i64, limit: usize) -> Result<Vec<ImportReject>> {
        let rows = self.db.all(&REJECTS, args![import, after, limit]).await?;
        rows.iter()
            .map(|row| {
                Ok(ImportReject {
                    row: row.int(0)?,
                    code: row.text(1)?,
                    detail: row.text(2)?,
                    field: row.text_opt(3)?,
                    cells: row.json(4)?,
                })
            })
            .collect()
    }

    /// Deletes an import with its bytes; whoever works on it stops. People who were added stay.
    pub async fn delete_import(&self, ws: WorkspaceScope, id: ImportId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let row = tx.one(&DELETE, args![id.0, ws.workspace(), ws.organization()]).await?;
        let num = row.ok_or(Error::NotFound)?.int(0)?;
        self.drop_parts(tx, num).await
    }

    /// Deletes imports that were uploaded before a time.
    pub async fn sweep_imports(&self, before: Millis) -> Result<()> {
        for row in self.db.all(&OLD, args![before]).await? {
            let mut tx = self.db.begin().await?;
            tx.run(&DELETE_NUM, args![row.int(0)?]).await?;
            self.drop_parts(tx, row.int(0)?).await?;
        }
        Ok(())
    }

    /// Commits, then deletes the bytes some at a time, so that nobody waits for all of them.
    async fn drop_parts(&self, mut tx: Tx, num: i64) -> Result<()> {
        tx.run(&DROP_REJECTS, args![num]).await?;
        tx.commit().await?;
        loop {
            let chunks: Vec<i64> = self
                .db
                .all(&CHUNKS, args![num])
                .await?
                .iter()
                .map(|row| row.int(0))
                .collect::<Result<_>>()?;
            if chunks.is_empty() {
                return Ok(());
            }
            self.db.run(&DROP_CHUNKS, args![num, json_ints(&chunks)]).await?;
        }
    }
}
