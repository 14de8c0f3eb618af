//! Notifications as they were set, with their status; and accepting one from a person or an API key.

use belfry_types::id::{EventId, NotificationId};
use belfry_types::notification::{Origin, Status};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::events::IdempotencyKey;
use crate::quota::{self, Quota};
use crate::store::Store;
use crate::value::{Row, args};

macro_rules! columns {
    () => {
        "SELECT n.num, n.id, n.organization, n.workspace, n.origin, n.status, n.content, n.audience, n.run_time, \
        n.created_at, n.run_until, n.seq, n.people, n.reasons, n.finished_at, n.listed_at, n.sends_at, n.revision, \
        n.updated_at, n.item, n.plain, e.id, c.name, u.name FROM notifications n \
        LEFT JOIN events e ON e.num = n.event \
        LEFT JOIN operators c ON c.num = n.created_by LEFT JOIN operators u ON u.num = n.updated_by "
    };
}
pub(crate) use columns;

statements! {
    INSERT = "INSERT INTO notifications (id, organization, workspace, origin, status, content, audience, item, plain, \
        run_time, created_at, listed_at, run_until, reasons, created_by, only_device) \
        VALUES ($1, $2, $3, $4, 2, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14) RETURNING num";
    PLAN = "INSERT INTO plans (notification, organization, workspace, lane, due_at) VALUES ($1, $2, $3, $4, $5)";
    CLAIM_KEY = "INSERT INTO idempotency (organization, key_hash, body_hash, answer, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization, key_hash) DO NOTHING";
    CLAIMED = "SELECT body_hash, answer FROM idempotency WHERE organization = $1 AND key_hash = $2";
    SCOPE = "SELECT organization, workspace, id FROM notifications WHERE num = $1";
    ONE = concat!(columns!(), "WHERE n.workspace = $1 AND n.id = $2");
    LIST_ALL = concat!(columns!(), "WHERE n.organization = $1 AND n.num < $2 \
        AND (CAST($3 AS BIGINT) < 0 OR n.status = $3) ORDER BY n.num DESC LIMIT $4");
}

/// A notification to accept.
#[derive(Debug, Clone)]
pub struct NewNotification {
    /// Its id.
    pub id: NotificationId,
    /// Who sends it.
    pub origin: Origin,
    /// JSON of its `Content`, as it was set.
    pub content: String,
    /// JSON of its audience, as it was set.
    pub audience: String,
    /// The inbox item's JSON without what differs from person to person (see `Rendered`).
    pub item: String,
    /// Plain text for pushes.
    pub plain: String,
    /// Seconds.
    pub run_time_s: u32,
    /// 0 is the quick lane.
    pub lane: i64,
    /// The number of the operator who made it, 0 for an API key.
    pub created_by: i64,
    /// The number of the only device that it is pushed to.
    pub only_device: Option<i64>,
}

/// What became of a notification to accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptedNotification {
    /// It is durable.
    New(NotificationId),
    /// The same key and body had been accepted as this one.
    Replayed(NotificationId),
    /// The key was used with another body.
    Conflict,
    /// The workspace has sent all that its operators may.
    QuotaExceeded(Quota),
}

/// A notification as it can be asked for.
#[derive(Debug, Clone)]
pub struct NotificationRow {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: NotificationId,
    /// Organization's number.
    pub organization: i64,
    /// Workspace's number.
    pub workspace: i64,
    /// Where it came from.
    pub origin: Origin,
    /// Where it stands.
    pub status: Status,
    /// JSON of its `Content`.
    pub content: String,
    /// JSON of its audience.
    pub audience: String,
    /// Seconds.
    pub run_time_s: u32,
    /// When it was accepted.
    pub created_at: Millis,
    /// When its run-time is over.
    pub run_until: Millis,
    /// Its place in the organization's log, once it was published.
    pub seq: Option<i64>,
    /// People it was published to so far.
    pub people: i64,
    /// JSON object: reason code → people.
    pub reasons: String,
    /// When its status became final.
    pub finished_at: Option<Millis>,
    /// What its place in lists goes by: when it was accepted, or sent if it was a draft.
    pub listed_at: Millis,
    /// When a draft's sending begins.
    pub sends_at: Option<Millis>,
    /// How often it was changed while it was a draft.
    pub revision: i64,
    /// When it was changed as a draft.
    pub updated_at: Option<Millis>,
    /// The common part of its inbox items; empty while it is a draft.
    pub item: String,
    /// Plain text of the message; empty while it is a draft.
    pub plain: String,
    /// The event it was made from.
    pub event: Option<EventId>,
    /// Name of the operator who made it.
    pub created_by: Option<String>,
    /// Name of the operator who changed it last.
    pub updated_by: Option<String>,
}

impl NotificationRow {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            num: row.int(0)?,
            id: NotificationId(row.bytes(1)?),
            organization: row.int(2)?,
            workspace: row.int(3)?,
            origin: row.coded(4, Origin::from_code)?,
            status: row.coded(5, Status::from_code)?,
            content: row.text(6)?,
            audience: row.text(7)?,
            run_time_s: row.ordinal(8)?,
            created_at: row.millis(9)?,
            run_until: row.millis(10)?,
            seq: row.int_opt(11)?,
            people: row.int(12)?,
            reasons: row.text(13)?,
            finished_at: row.millis_opt(14)?,
            listed_at: row.millis(15)?,
            sends_at: row.millis_opt(16)?,
            revision: row.int(17)?,
            updated_at: row.millis_opt(18)?,
            item: row.text(19)?,
            plain: row.text(20)?,
            event: row.blob_opt(21)?.and_then(|bytes| EventId::from_bytes(&bytes)),
            created_by: row.text_opt(22)?,
            updated_by: row.text_opt(23)?,
        })
    }
}

/// Queues a notification to be planned from `due_at` on.
pub(crate) async fn plan(
    tx: &mut Tx,
    scope: WorkspaceScope,
    notification: i64,
    lane: i64,
    due_at: Millis,
) -> Result<()> {
    let args = args![notification, scope.organization(), scope.workspace(), lane, due_at];
    tx.run(&PLAN, args).await.map(drop)
}

impl Store {
    /// Accepts a notification with its plan and its idempotency key in one transaction.
    pub async fn accept_notification(
        &self,
        scope: WorkspaceScope,
        new: NewNotification,
        idempotency: Option<IdempotencyKey>,
        now: Millis,
    ) -> Result<AcceptedNotification> {
        let mut tx = self.db.begin().await?;
        // The workspace's row first: whoever races for the last place waits here.
        let has_place = new.origin != Origin::Operator || quota::take(&mut tx, scope).await?;
        if let Some(key) = idempotency {
            let organization = scope.organization();
            let claim = args![organization, key.key_hash, key.body_hash, new.id.to_string(), now];
            if tx.run(&CLAIM_KEY, claim).await? == 0 {
                let row =
                    tx.one(&CLAIMED, args![organization, key.key_hash]).await?.ok_or(Error::NotFound)?;
                let id = row
                    .text(1)?
                    .parse()
                    .map_err(|_| Error::Corrupt("an idempotent answer is no id".into()))?;
                let same = row.bytes::<32>(0)? == key.body_hash;
                return Ok(if same {
                    AcceptedNotification::Replayed(id)
                } else {
                    AcceptedNotification::Conflict
                });
            }
        }
        if !has_place {
            return Ok(AcceptedNotification::QuotaExceeded(quota::read(&mut tx, scope).await?));
        }
        let run_until = now.plus(std::time::Duration::from_secs(u64::from(new.run_time_s)));
        let (organization, workspace) = (scope.organization(), scope.workspace());
        let row = tx
            .one(
                &INSERT,
                args![
                    new.id.0,
                    organization,
                    workspace,
                    new.origin.code(),
                    new.content,
                    new.audience,
                    new.item,
                    new.plain,
                    new.run_time_s,
                    now,
                    run_until,
                    "{}",
                    new.created_by,
                    new.only_device.unwrap_or(0)
                ],
            )
            .await?
            .ok_or(Error::NotFound)?;
        plan(&mut tx, scope, row.int(0)?, new.lane, now).await?;
        tx.commit().await?;
        Ok(AcceptedNotification::New(new.id))
    }

    /// Whose a notification is, by its number; for rows that a worker or a genuine capability named.
    pub async fn notification_scope(&self, num: i64) -> Result<Option<(WorkspaceScope, NotificationId)>> {
        let row = self.db.one(&SCOPE, args![num]).await?;
        row.map(|row| {
            let scope = belfry_types::scope::Scope::granted(row.int(0)?).in_workspace(row.int(1)?);
            Ok((scope, NotificationId(row.bytes(2)?)))
        })
        .transpose()
    }

    /// One notification of a workspace.
    pub async fn notification(&self, scope: WorkspaceScope, id: NotificationId) -> Result<NotificationRow> {
        let row = self.db.one(&ONE, args![scope.workspace(), id.0]).await?.ok_or(Error::NotFound)?;
        NotificationRow::read(&row)
    }

    /// The newest notifications of all workspaces of an organization.
    pub async fn notifications_of_organization(
        &self,
        scope: belfry_types::scope::Scope,
        status: Option<Status>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<NotificationRow>> {
        let status = status.map_or(-1, Status::code);
        let args = args![scope.organization(), before.unwrap_or(i64::MAX), status, limit];
        self.db.all(&LIST_ALL, args).await?.iter().map(NotificationRow::read).collect()
    }
}
