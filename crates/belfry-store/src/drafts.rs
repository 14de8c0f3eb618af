//! Drafts: notifications that are still being written. They may be incomplete, and a revision keeps two tabs from
//! overwriting one another. Sending one commits its new status, its plan and its place in the quota together; until its
//! time comes it can be taken back (see `cancels`).

use std::time::Duration;

use belfry_types::id::NotificationId;
use belfry_types::notification::{Origin, Status};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::notifications::plan;
use crate::quota::{self, Quota};
use crate::store::Store;
use crate::value::args;

statements! {
    INSERT = "INSERT INTO notifications (id, organization, workspace, origin, status, content, audience, item, plain, \
        run_time, created_at, listed_at, updated_at, run_until, reasons, revision, created_by, updated_by) \
        VALUES ($1, $2, $3, $4, 0, $5, $6, '', '', $7, $8, $8, $8, $8, $10, 1, $9, $9)";
    CHANGE = "UPDATE notifications SET content = $4, audience = $5, run_time = $6, listed_at = $7, updated_at = $7, \
        updated_by = $8, revision = revision + 1 WHERE workspace = $1 AND id = $2 AND status = 0 AND revision = $3";
    DELETE = "DELETE FROM notifications WHERE workspace = $1 AND id = $2 AND status = 0";
    SCHEDULE = "UPDATE notifications SET status = 1, origin = $4, content = $5, audience = $6, item = $7, plain = $8, \
        run_time = $9, listed_at = $10, sends_at = $11, run_until = $12, revision = revision + 1 \
        WHERE workspace = $1 AND id = $2 AND status = 0 AND revision = $3 RETURNING num";
    STATUS = "SELECT status, revision FROM notifications WHERE workspace = $1 AND id = $2";
}

/// What a draft holds; it may be incomplete.
#[derive(Debug, Clone)]
pub struct DraftFields {
    /// JSON of its `Content`.
    pub content: String,
    /// JSON of its audience, `null` while it has none.
    pub audience: String,
    /// Seconds.
    pub run_time_s: u32,
}

/// A draft to keep.
#[derive(Debug, Clone)]
pub struct NewDraft {
    /// Its id, which it keeps when it is sent.
    pub id: NotificationId,
    /// Who writes it.
    pub origin: Origin,
    /// What it holds.
    pub fields: DraftFields,
    /// The number of the operator who writes it, 0 for an API key.
    pub operator: i64,
}

/// A draft to send: complete, checked and rendered.
#[derive(Debug, Clone)]
pub struct DraftSend {
    /// Its id.
    pub id: NotificationId,
    /// The revision that was checked.
    pub revision: i64,
    /// Who sends it; an operator's takes a place of the quota.
    pub origin: Origin,
    /// What it holds.
    pub fields: DraftFields,
    /// The common part of its inbox items.
    pub item: String,
    /// Plain text for pushes.
    pub plain: String,
    /// 0 is the quick lane.
    pub lane: i64,
    /// Nothing leaves before.
    pub sends_at: Millis,
}

/// What became of a change of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftEnd {
    /// It was done.
    Done,
    /// It has another revision by now.
    Changed,
    /// It is no draft any more.
    NotADraft(Status),
    /// The workspace has no place left.
    QuotaExceeded(Quota),
}

impl Store {
    /// Keeps a new draft at revision 1.
    pub async fn create_draft(&self, scope: WorkspaceScope, new: NewDraft, now: Millis) -> Result<()> {
        let NewDraft { id, origin, fields, operator } = new;
        let DraftFields { content, audience, run_time_s } = fields;
        let (organization, workspace) = (scope.organization(), scope.workspace());
        let args = args![
            id.0,
            organization,
            workspace,
            origin.code(),
            content,
            audience,
            run_time_s,
            now,
            operator,
            "{}"
        ];
        self.db.run(&INSERT, args).await.map(drop)
    }

    /// Changes a draft that is still at `revision`.
    pub async fn change_draft(
        &self,
        scope: WorkspaceScope,
        id: NotificationId,
        revision: i64,
        fields: DraftFields,
        operator: i64,
        now: Millis,
    ) -> Result<DraftEnd> {
        let DraftFields { content, audience, run_time_s } = fields;
        let mut tx = self.db.begin().await?;
        let args = args![scope.workspace(), id.0, revision, content, audience, run_time_s, now, operator];
        if tx.run(&CHANGE, args).await? == 0 {
            return why(&mut tx, scope, id).await;
        }
        tx.commit().await?;
        Ok(DraftEnd::Done)
    }

    /// Deletes a draft; what was sent stays.
    pub async fn delete_draft(&self, scope: WorkspaceScope, id: NotificationId) -> Result<DraftEnd> {
        let mut tx = self.db.begin().await?;
        if tx.run(&DELETE, args![scope.workspace(), id.0]).await? == 0 {
            return why(&mut tx, scope, id).await;
        }
        tx.commit().await?;
        Ok(DraftEnd::Done)
    }

    /// Schedules a draft: status, plan and place in the quota in one transaction.
    pub async fn send_draft(&self, scope: WorkspaceScope, send: DraftSend, now: Millis) -> Result<DraftEnd> {
        let mut tx = self.db.begin().await?;
        // The workspace's row first: whoever races for the last place waits here.
        if send.origin == Origin::Operator && !quota::take(&mut tx, scope).await? {
            return match why(&mut tx, scope, send.id).await? {
                DraftEnd::Changed if revision_is(&mut tx, scope, send.id, send.revision).await? => {
                    Ok(DraftEnd::QuotaExceeded(quota::read(&mut tx, scope).await?))
                }
                other => Ok(other),
            };
        }
        let run_until = send.sends_at.plus(Duration::from_secs(u64::from(send.fields.run_time_s)));
        let DraftFields { content, audience, run_time_s } = send.fields;
        let args = args![
            scope.workspace(),
            send.id.0,
            send.revision,
            send.origin.code(),
            content,
            audience,
            send.item,
            send.plain,
            run_time_s,
            now,
            send.sends_at,
            run_until
        ];
        let Some(row) = tx.one(&SCHEDULE, args).await? else { return why(&mut tx, scope, send.id).await };
        plan(&mut tx, scope, row.int(0)?, send.lane, send.sends_at).await?;
        tx.commit().await?;
        Ok(DraftEnd::Done)
    }
}

/// Why a change found no draft at its revision.
async fn why(tx: &mut Tx, scope: WorkspaceScope, id: NotificationId) -> Result<DraftEnd> {
    let row = tx.one(&STATUS, args![scope.workspace(), id.0]).await?.ok_or(Error::NotFound)?;
    let status = row.coded(0, Status::from_code)?;
    Ok(if status == Status::Draft { DraftEnd::Changed } else { DraftEnd::NotADraft(status) })
}

async fn revision_is(tx: &mut Tx, scope: WorkspaceScope, id: NotificationId, revision: i64) -> Result<bool> {
    let row = tx.one(&STATUS, args![scope.workspace(), id.0]).await?.ok_or(Error::NotFound)?;
    Ok(row.int(1)? == revision)
}
