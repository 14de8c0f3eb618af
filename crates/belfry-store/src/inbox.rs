//! Inbox rows: the narrow items, and what single persons did to wide ones. Merging them with the live wide
//! notifications is the engine's work.

use std::collections::HashMap;

use belfry_types::id::NotificationId;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    INSERT = "INSERT INTO inbox_items (organization, ordinal, seq, notification, first, workspace, count, stack, wide, created_at) \
        SELECT organization, ordinal, seq, notification, first, workspace, count, stack, 0, $2 FROM \
        {rows:$1:organization int,ordinal int,seq int,notification int,first int,workspace int,count int,stack int} AS r";
    STACKED = "SELECT i.organization, i.stack, i.ordinal, i.seq, i.first, i.count \
        FROM {rows:$1:organization int,stack int,ordinal int} AS r \
        JOIN inbox_items i ON i.organization = r.organization AND i.stack = r.stack AND i.ordinal = r.ordinal \
        LEFT JOIN inbox_marks m ON m.organization = i.organization AND m.ordinal = i.ordinal \
        WHERE i.hidden = 0 AND (i.mark = 2 OR (i.mark = 0 AND i.seq > COALESCE(m.seq, 0)))";
    UNSTACK = "DELETE FROM inbox_items WHERE (organization, ordinal, seq) IN \
        (SELECT organization, ordinal, seq FROM {rows:$1:organization int,ordinal int,seq int} AS r)";
    PAGE = "SELECT o.wide_version, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, n.item FROM organizations o \
        LEFT JOIN inbox_marks m ON m.organization = o.num AND m.ordinal = $2 \
        LEFT JOIN inbox_items i ON i.organization = o.num AND i.ordinal = $2 AND i.seq < $3 AND (i.hidden = 0 OR i.wide = 1) \
        AND ($5 = 0 OR i.wide = 1 OR i.mark = 2 OR (i.mark = 0 AND i.seq > COALESCE(m.seq, 0))) \
        LEFT JOIN notifications n ON n.num = i.notification LEFT JOIN notifications f ON f.num = i.first \
        WHERE o.num = $1 ORDER BY i.seq DESC LIMIT $4";
    AFTER = "SELECT o.wide_version, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, n.item FROM organizations o \
        LEFT JOIN inbox_marks m ON m.organization = o.num AND m.ordinal = $2 \
        LEFT JOIN inbox_items i ON i.organization = o.num AND i.ordinal = $2 AND i.seq > $3 AND i.seq <= $4 \
        LEFT JOIN notifications n ON n.num = i.notification LEFT JOIN notifications f ON f.num = i.first \
        WHERE o.num = $1 ORDER BY i.seq LIMIT 1000";
    AT = "SELECT 0, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, n.item, i.ordinal FROM inbox_items i \
        LEFT JOIN inbox_marks m ON m.organization = i.organization AND m.ordinal = i.ordinal \
        JOIN notifications n ON n.num = i.notification JOIN notifications f ON f.num = i.first \
        WHERE i.organization = $1 AND i.seq = $2 AND i.ordinal IN {ints:$3} AND i.hidden = 0";
    UNREAD = "SELECT o.wide_version, COALESCE(m.seq, 0), \
        (SELECT COUNT(*) FROM inbox_items i WHERE i.organization = $1 AND i.ordinal = $2 AND i.seq > COALESCE(m.seq, 0) \
        AND i.mark = 0 AND i.hidden = 0) + \
        (SELECT COUNT(*) FROM inbox_items i WHERE i.organization = $1 AND i.ordinal = $2 AND i.mark = 2 AND i.hidden = 0), \
        w.seq FROM organizations o LEFT JOIN inbox_marks m ON m.organization = o.num AND m.ordinal = $2 \
        LEFT JOIN inbox_items w ON w.organization = o.num AND w.ordinal = $2 AND w.wide = 1 WHERE o.num = $1";
    FIND = "SELECT num, seq, wide, workspace FROM notifications WHERE organization = $1 AND id = $2";
    ITEM = "SELECT 0, COALESCE(m.seq, 0), m.read_at, i.seq, i.count, i.wide, i.mark, i.read_at, i.hidden, \
        i.created_at, i.workspace, f.id, n.item, n.num FROM inbox_items i \
        LEFT JOIN inbox_marks m ON m.organization = i.organization AND m.ordinal = i.ordinal \
        JOIN notifications n ON n.num = i.notification JOIN notifications f ON f.num = i.first \
        WHERE i.organization = $1 AND i.ordinal = $2 AND i.first = $3";
    MARK = "UPDATE inbox_items SET mark = COALESCE(CAST($4 AS BIGINT), mark), read_at = CASE WHEN CAST($4 AS BIGINT) IS NULL \
        THEN read_at ELSE CAST($5 AS BIGINT) END, hidden = COALESCE(CAST($6 AS BIGINT), hidden) \
        WHERE organization = $1 AND ordinal = $2 AND first = $3 AND hidden < 2";
    UNARCHIVE = "UPDATE inbox_items SET hidden = 0 WHERE organization = $1 AND ordinal = $2 AND first = $3 AND hidden = 1";
    HIDDEN = "SELECT hidden FROM inbox_items WHERE organization = $1 AND ordinal = $2 AND first = $3";
    COPY = "INSERT INTO inbox_items (organization, ordinal, seq, notification, first, workspace, count, wide, mark, read_at, \
        hidden, created_at) SELECT p.organization, $2, p.seq, p.notification, p.notification, p.workspace, 1, 1, \
        COALESCE(CAST($4 AS BIGINT), 0), CAST($5 AS BIGINT), COALESCE(CAST($6 AS BIGINT), 0), p.published_at \
        FROM publications p WHERE p.organization = $1 AND p.seq = $3 AND p.wide = 1 \
        ON CONFLICT (organization, ordinal, seq) DO NOTHING";
    WATERMARK = "INSERT INTO inbox_marks (organization, ordinal, seq, read_at) \
        SELECT num, $2, seq, $3 FROM organizations WHERE num = $1 \
        ON CONFLICT (organization, ordinal) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at";
    UNMARK = "UPDATE inbox_items SET mark = 1, read_at = $3 WHERE organization = $1 AND ordinal = $2 AND mark = 2";
    FOLD = "INSERT INTO inbox_items (organization, ordinal, seq, notification, first, workspace, count, wide, created_at) \
        SELECT p.organization, r.value, p.seq, p.notification, p.notification, p.workspace, 1, 0, p.published_at \
        FROM publications p, {ints:$3} AS r WHERE p.organization = $1 AND p.seq = $2 \
        ON CONFLICT (organization, ordinal, seq) DO NOTHING";
    FOLDED = "UPDATE publications SET wide = 2 WHERE organization = $1 AND seq = $2 AND wide = 1";
    FOLDED_STATES = "UPDATE inbox_items SET wide = 0 WHERE organization = $1 AND seq = $2 AND wide = 1";
    VERSION = "UPDATE organizations SET wide_version = wide_version + 1 WHERE num = $1";
    INACTIVE = "SELECT r.workspace, r.ordinal FROM {rows:$1:workspace int,ordinal int} AS r WHERE NOT EXISTS (SELECT 1 FROM memberships m \
        WHERE m.workspace = r.workspace AND m.ordinal = r.ordinal AND m.status = 2)";
}

/// One narrow item to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NarrowItem {
    pub(crate) scope: WorkspaceScope,
    pub(crate) ordinal: u32,
    pub(crate) seq: i64,
    pub(crate) notification: i64,
    pub(crate) stack: Option<i64>,
}

/// The columns of [`INSERT`], in their order.
type NewRow = (i64, u32, i64, i64, i64, i64, i64, Option<i64>);

/// Writes narrow items. One that stacks takes the place of the person's unread item of the same stack, with its name
/// and its count; within `items` later ones stack onto earlier ones.
pub(crate) async fn insert_narrow(tx: &mut Tx, items: &[NarrowItem], now: Millis) -> Result<()> {
    let wanted: std::collections::BTreeSet<_> = items
        .iter()
        .filter_map(|i| i.stack.map(|stack| (i.scope.organization(), stack, i.ordinal)))
        .collect();
    // Stack → (seq of the row that stands, name, count).
    let mut standing: HashMap<(i64, i64, u32), (i64, i64, i64)> = HashMap::new();
    let mut replaced = Vec::new();
    if !wanted.is_empty() {
        for row in tx.all(&STACKED, args![serde_json::to_string(&wanted)?]).await? {
            let key = (row.int(0)?, row.int(1)?, row.ordinal(2)?);
            let (seq, first, count) = (row.int(3)?, row.int(4)?, row.int(5)?);
            // Several stand when one came back from the archive, or was marked unread: the newest goes on, and the others
            // stay items of their own. Taking them in would end items that are open in pages.
            let best = standing.entry(key).or_insert((seq, first, count));
            if seq > best.0 {
                *best = (seq, first, count);
            }
        }
        replaced.extend(
            standing.iter().map(|((organization, _, ordinal), (seq, ..))| (*organization, *ordinal, *seq)),
        );
    }
    let mut rows: Vec<NewRow> = Vec::with_capacity(items.len());
    let mut place: HashMap<(i64, i64, u32), usize> = HashMap::new();
    for item in items {
        let organization = item.scope.organization();
        let (mut first, mut count) = (item.notification, 1);
        let row_of = |first, count| {
            (
                organization,
                item.ordinal,
                item.seq,
                item.notification,
                first,
                item.scope.workspace(),
                count,
                item.stack,
            )
        };
        if let Some(stack) = item.stack {
            let key = (organization, stack, item.ordinal);
            if let Some((_, name, n)) = standing.get(&key) {
                (first, count) = (*name, n + 1);
            }
            standing.insert(key, (item.seq, first, count));
            if let Some(at) = place.get(&key) {
                rows[*at] = row_of(first, count);
                continue;
            }
            place.insert(key, rows.len());
        }
        rows.push(row_of(first, count));
    }
    if !replaced.is_empty() {
        tx.run(&UNSTACK, args![serde_json::to_string(&replaced)?]).await?;
    }
    tx.run(&INSERT, args![serde_json::to_string(&rows)?, now]).await.map(drop)
}

/// One stored row of a person's inbox.
#[derive(Debug, Clone)]
pub struct InboxRow {
    /// Its place.
    pub seq: i64,
    /// How many are stacked.
    pub count: i64,
    /// It is a person's own state of a wide one.
    pub wide: bool,
    /// It counts as read, with the time if that is known.
    pub read: Option<Millis>,
    /// It is archived or deleted.
    pub hidden: bool,
    /// It is archived.
    pub archived: bool,
    /// When it came.
    pub created_at: Millis,
    /// The workspace's number.
    pub workspace: i64,
    /// The notification that names it.
    pub first: NotificationId,
    /// The common part of the item's JSON.
    pub item: String,
}

/// Stored rows with what must be known to merge them.
#[derive(Debug, Clone)]
pub struct InboxRows {
    /// The version of the set of live wide notifications.
    pub wide_version: i64,
    /// Everything up to here is read unless a row says otherwise.
    pub watermark: i64,
    /// When the watermark was set.
    pub watermark_at: Option<Millis>,
    /// Newest first.
    pub rows: Vec<InboxRow>,
}

/// What is stored about a person's unread items.
#[derive(Debug, Clone)]
pub struct Unread {
    /// The version of the set of live wide notifications.
    pub wide_version: i64,
    /// Everything up to here is read unless a row says otherwise.
    pub watermark: i64,
    /// Unread rows.
    pub rows: i64,
    /// Wide ones that have a row of this person's own, which is counted there.
    pub own: Vec<i64>,
}

/// A change of one item by its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Read.
    Read,
    /// Unread again.
    Unread,
    /// Out of the list, kept.
    Archive,
    /// Back from the archive.
    Unarchive,
    /// Gone.
    Delete,
}

impl InboxRow {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let (watermark, watermark_at, seq) = (row.int(1)?, row.millis_opt(2)?, row.int(3)?);
        let read = match row.int(6)? {
            1 => Some(row.millis_opt(7)?.or(watermark_at).unwrap_or_default()),
            0 if seq <= watermark => watermark_at,
            _ => None,
        };
        Ok(Self {
            seq,
            count: row.int(4)?,
            wide: row.flag(5)?,
            read,
            hidden: row.flag(8)?,
            archived: row.int(8)? == 1,
            created_at: row.millis(9)?,
            workspace: row.int(10)?,
            first: NotificationId(row.bytes(11)?),
            item: row.text(12)?,
        })
    }
}

pub(crate) fn read_rows(rows: &[Row]) -> Result<InboxRows> {
    let head = rows.first().ok_or(Error::NotFound)?;
    Ok(InboxRows {
        wide_version: head.int(0)?,
        watermark: head.int(1)?,
        watermark_at: head.millis_opt(2)?,
        rows: rows
            .iter()
            .filter(|row| !matches!(row.int_opt(3), Ok(None)))
            .map(InboxRow::read)
            .collect::<Result<_>>()?,
    })
}

impl Store {
    /// A person's stored rows before `before`, newest first. Hidden rows of wide ones are among them, because they
    /// stand in the way of what the bitmap says.
    pub async fn inbox_rows(
        &self,
        scope: Scope,
        ordinal: u32,
        before: i64,
        unread: bool,
        limit: usize,
    ) -> Result<InboxRows> {
        let args = args![scope.organization(), ordinal, before, limit, unread];
        read_rows(&self.db.all(&PAGE, args).await?)
    }

    /// A person's stored rows after `after` up to `until`, oldest first; at most 1,000.
    pub async fn inbox_rows_after(
        &self,
        scope: Scope,
        ordinal: u32,
        after: i64,
        until: i64,
    ) -> Result<InboxRows> {
        read_rows(&self.db.all(&AFTER, args![scope.organization(), ordinal, after, until]).await?)
    }

    /// The rows at one place of the log for some people, by ordinal.
    pub async fn inbox_rows_at(
        &self,
        scope: Scope,
        seq: i64,
        people: &[u32],
    ) -> Result<Vec<(u32, InboxRow)>> {
        let rows = self.db.all(&AT, args![scope.organization(), seq, json_ints(people)]).await?;
        rows.iter().map(|row| Ok((row.ordinal(13)?, InboxRow::read(row)?))).collect()
    }

    /// What is stored about a person's unread items.
    pub async fn unread(&self, scope: Scope, ordinal: u32) -> Result<Unread> {
        let rows = self.db.all(&UNREAD, args![scope.organization(), ordinal]).await?;
        let head = rows.first().ok_or(Error::NotFound)?;
        Ok(Unread {
            wide_version: head.int(0)?,
            watermark: head.int(1)?,
            rows: head.int(2)?,
            own: rows.iter().filter_map(|row| row.int_opt(3).transpose()).collect::<Result<_>>()?,
        })
    }

    /// The stored row of the item that a notification names, with that notification's number.
    pub async fn inbox_item(
        &self,
        scope: Scope,
        ordinal: u32,
        id: NotificationId,
    ) -> Result<Option<(InboxRow, i64)>> {
        let Some(found) = self.db.one(&FIND, args![scope.organization(), id.0]).await? else {
            return Ok(None);
        };
        let row = self.db.one(&ITEM, args![scope.organization(), ordinal, found.int(0)?]).await?;
        row.map(|row| Ok((InboxRow::read(&row)?, row.int(13)?))).transpose()
    }

    /// Changes one item of a person. `wide` is its place when the bitmap of a live wide notification holds the
    /// person: then their own row is made first. `None` when there is no such item, else whether anything changed.
    pub async fn mark_item(
        &self,
        scope: Scope,
        ordinal: u32,
        id: NotificationId,
        wide: Option<i64>,
        mark: Mark,
        now: Millis,
    ) -> Result<Option<bool>> {
        let Some(found) = self.db.one(&FIND, args![scope.organization(), id.0]).await? else {
            return Ok(None);
        };
        if mark == Mark::Unarchive {
            return self.unarchive(scope, ordinal, found.int(0)?, wide.is_some()).await;
        }
        let (state, read_at, hidden): (Option<i64>, Option<i64>, Option<i64>) = match mark {
            Mark::Read => (Some(1), Some(now.0), None),
            Mark::Unread => (Some(2), None, None),
            Mark::Archive => (None, None, Some(1)),
            Mark::Unarchive | Mark::Delete => (None, None, Some(2)),
        };
        let mut tx = self.db.begin().await?;
        if let Some(seq) = wide {
            tx.run(&COPY, args![scope.organization(), ordinal, seq, None::<i64>, None::<i64>, None::<i64>])
                .await?;
        }
        let args = args![scope.organization(), ordinal, found.int(0)?, state, read_at, hidden];
        let changed = tx.run(&MARK, args).await?;
        tx.commit().await?;
        Ok((changed > 0).then_some(true))
    }

    /// Takes an item out of the archive. What is not there stays as it is; also a wide one, which then needs no row.
    async fn unarchive(&self, scope: Scope, ordinal: u32, first: i64, wide: bool) -> Result<Option<bool>> {
        let args = args![scope.organization(), ordinal, first];
        if self.db.run(&UNARCHIVE, args.clone()).await? > 0 {
            return Ok(Some(true));
        }
        let hidden = self.db.one(&HIDDEN, args).await?.map(|row| row.int(0)).transpose()?;
        Ok(hidden.map_or(wide, |hidden| hidden < 2).then_some(false))
    }

    /// Everything that is in a person's inbox now is read.
    pub async fn read_all(&self, scope: Scope, ordinal: u32, now: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.run(&WATERMARK, args![scope.organization(), ordinal, now]).await?;
        tx.run(&UNMARK, args![scope.organization(), ordinal, now]).await?;
        tx.commit().await
    }

    /// Gives a page of people of a live wide notification rows of their own; see [`Store::folded`].
    pub async fn fold(&self, organization: i64, seq: i64, people: &[u32]) -> Result<()> {
        self.db.run(&FOLD, args![organization, seq, json_ints(people)]).await.map(drop)
    }

    /// Ends a fold: everyone has a row, so the notification is no longer wide.
    pub async fn folded(&self, organization: i64, seq: i64) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.run(&FOLDED, args![organization, seq]).await?;
        tx.run(&FOLDED_STATES, args![organization, seq]).await?;
        tx.run(&VERSION, args![organization]).await?;
        tx.commit().await
    }

    /// Those of `(workspace, ordinal)` pairs whose membership is not active.
    pub async fn inactive(&self, members: &[(i64, u32)]) -> Result<Vec<(i64, u32)>> {
        let rows = self.db.all(&INACTIVE, args![serde_json::to_string(members)?]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.ordinal(1)?))).collect()
    }
}
