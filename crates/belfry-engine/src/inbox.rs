//! A person's inbox: the merge by `seq` of their rows with the live wide notifications whose bitmap holds them. What a
//! person did to a wide one is a row of their own at the same `seq` and stands in its place, so a client cannot tell
//! the two apart.

use std::collections::HashSet;
use std::sync::Arc;

use belfry_live::Frame;
use belfry_store::{InboxHead, InboxRow, InboxRows, Mark, Result, Unread, UserGrant};
use belfry_types::id::NotificationId;
use belfry_types::time::Millis;

use crate::Engine;
use crate::inbox_filter::{InboxFilter, Looked, Shelf};
use crate::item::{end_item, item_id, item_json, item_until_read_at};
use crate::wide::{LiveWide, WideSet};

/// Rows that a search reads at a time.
const SEARCH_ROWS: usize = 200;

/// A page of finished items, newest first.
#[derive(Debug, Clone)]
pub struct InboxPage {
    /// A JSON array.
    pub items: String,
    /// The cursor of the next page.
    pub next: Option<i64>,
}

/// One item while pages are merged.
enum Candidate<'a> {
    Row(&'a InboxRow),
    Wide(&'a Arc<LiveWide>),
}

impl Engine {
    /// A page of a person's inbox before the cursor. A search ends after a while; its page goes on from there.
    pub async fn inbox_page(
        &self,
        grant: UserGrant,
        filter: &InboxFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<InboxPage> {
        let (scope, now) = (grant.scope.scope(), self.clock.now());
        let mut before = before.unwrap_or(i64::MAX);
        let head = self.heads.read(scope, grant.ordinal).await?;
        let (mut items, mut n) = (String::from("["), 0);
        let (mut looked, read) = (Looked::default(), if filter.searches() { SEARCH_ROWS } else { limit + 1 });
        loop {
            let rows = self.rows_of(grant, &head, filter.shelf, before, read).await?;
            let wide = match filter.shelf {
                // Whoever archives a wide one has a row of it.
                Shelf::Archived => Arc::default(),
                Shelf::All | Shelf::Unread => {
                    self.wide.get(&self.store, scope.organization(), rows.wide_version, now).await?
                }
            };
            // Beyond the last row that was read, a row could stand in the place of a wide one: stop there.
            let floor = if rows.rows.len() == read { rows.rows.last().map_or(0, |r| r.seq) } else { 0 };
            for candidate in merged(&rows, &wide, grant.ordinal, before, now) {
                let seq = candidate.seq();
                if seq < floor {
                    break;
                }
                if !candidate.is_shown(&rows, filter.shelf) {
                    continue;
                }
                if n == limit || (filter.searches() && !looked.one_more(candidate.item().len())) {
                    items.push(']');
                    return Ok(InboxPage { items, next: Some(before) });
                }
                before = seq;
                if filter.searches() && !filter.matches(candidate.item()) {
                    continue;
                }
                if n > 0 {
                    items.push(',');
                }
                if n == 0 {
                    // Items of one inbox are much alike: as a rule this is the only allocation.
                    items.reserve(limit.min(64) * (candidate.len() + 48));
                }
                candidate.write(&mut items, &rows);
                n += 1;
            }
            if floor == 0 {
                items.push(']');
                return Ok(InboxPage { items, next: None });
            }
            before = floor;
        }
    }

    /// The stored rows of a shelf before the cursor.
    async fn rows_of(
        &self,
        grant: UserGrant,
        head: &InboxHead,
        shelf: Shelf,
        before: i64,
        limit: usize,
    ) -> Result<InboxRows> {
        let scope = grant.scope.scope();
        let InboxHead { wide_version, watermark, watermark_at, has_rows } = *head;
        let rows = match shelf {
            _ if !has_rows => Vec::new(),
            Shelf::Archived => self.store.archived_rows(scope, grant.ordinal, before, limit).await?,
            Shelf::All | Shelf::Unread => {
                let unread = shelf == Shelf::Unread;
                return self.store.inbox_rows(scope, grant.ordinal, before, unread, limit).await;
            }
        };
        Ok(InboxRows { wide_version, watermark, watermark_at, rows })
    }

    /// One item of a person, also an archived one.
    pub async fn inbox_item(&self, grant: UserGrant, id: NotificationId) -> Result<Option<String>> {
        let (scope, now) = (grant.scope.scope(), self.clock.now());
        if let Some((row, _)) = self.store.inbox_item(scope, grant.ordinal, id).await? {
            return Ok((!row.hidden || row.archived)
                .then(|| item_json(row.first, &row.item, row.count, row.created_at, row.read)));
        }
        let rows = self.store.inbox_rows(scope, grant.ordinal, 0, false, 1).await?;
        let wide = self.wide.get(&self.store, scope.organization(), rows.wide_version, now).await?;
        let found = wide.of(grant.ordinal, i64::MAX, now).find(|wide| wide.notification == id);
        Ok(found.map(|wide| Candidate::Wide(wide).json(&rows)))
    }

    /// How many of a person's items are unread.
    pub async fn unread_count(&self, grant: UserGrant) -> Result<i64> {
        let (scope, now) = (grant.scope.scope(), self.clock.now());
        let head = self.heads.read(scope, grant.ordinal).await?;
        let unread = if head.has_rows {
            self.store.unread(scope, grant.ordinal).await?
        } else {
            let InboxHead { wide_version, watermark, .. } = head;
            Unread { wide_version, watermark, rows: 0, own: Vec::new() }
        };
        let wide = self.wide.get(&self.store, scope.organization(), unread.wide_version, now).await?;
        let own: HashSet<i64> = unread.own.into_iter().collect();
        let untouched = wide
            .of(grant.ordinal, i64::MAX, now)
            .take_while(|wide| wide.seq > unread.watermark)
            .filter(|wide| !own.contains(&wide.seq))
            .count();
        Ok(unread.rows + i64::try_from(untouched).unwrap_or(i64::MAX))
    }

    /// Changes one item and tells the person's other pages. `false` when there is no such item.
    pub async fn mark_item(&self, grant: UserGrant, id: NotificationId, mark: Mark) -> Result<bool> {
        let (scope, now) = (grant.scope.scope(), self.clock.now());
        let wide = self.wide_seq(grant, id).await?;
        let found = self.store.mark_item(scope, grant.ordinal, id, wide, mark, now).await?;
        if found == Some(true) {
            let kind = match mark {
                Mark::Read => "read",
                Mark::Unread => "unread",
                Mark::Archive => "archived",
                Mark::Unarchive => "unarchived",
                Mark::Delete => "deleted",
            };
            self.tell_state(grant, kind, Some(id)).await?;
        }
        Ok(found.is_some())
    }

    /// Everything that is in the inbox now is read.
    pub async fn read_all(&self, grant: UserGrant) -> Result<()> {
        self.store.read_all(grant.scope.scope(), grant.ordinal, self.clock.now()).await?;
        self.tell_state(grant, "read_all", None).await
    }

    /// A person's items after `after` up to `until`, oldest first, for a live connection that resumes.
    pub async fn items_after(&self, grant: UserGrant, after: i64, until: i64) -> Result<Vec<Frame>> {
        let (scope, now) = (grant.scope.scope(), self.clock.now());
        let mut frames = Vec::new();
        let mut after = after;
        while after < until {
            let rows = self.store.inbox_rows_after(scope, grant.ordinal, after, until).await?;
            let end = if rows.rows.len() == 1000 { rows.rows.last().map_or(until, |r| r.seq) } else { until };
            let wide = self.wide.get(&self.store, scope.organization(), rows.wide_version, now).await?;
            let own: HashSet<i64> = rows.rows.iter().map(|r| r.seq).collect();
            let mut all: Vec<Candidate<'_>> =
                rows.rows.iter().filter(|r| !r.hidden).map(Candidate::Row).collect();
            let fresh = wide.of(grant.ordinal, end + 1, now).take_while(|w| w.seq > after);
            all.extend(fresh.filter(|w| !own.contains(&w.seq)).map(Candidate::Wide));
            all.sort_by_key(Candidate::seq);
            frames.extend(all.iter().map(|c| Frame::item(c.seq(), c.json(&rows))));
            after = end;
        }
        Ok(frames)
    }

    /// The place of the live wide notification that holds the person.
    pub(crate) async fn wide_seq(&self, grant: UserGrant, id: NotificationId) -> Result<Option<i64>> {
        let (organization, now) = (grant.scope.organization(), self.clock.now());
        let (version, _) = self.store.wide_seqs(organization, now).await?;
        let wide = self.wide.get(&self.store, organization, version, now).await?;
        Ok(wide.of(grant.ordinal, i64::MAX, now).find(|wide| wide.notification == id).map(|wide| wide.seq))
    }

    async fn tell_state(&self, grant: UserGrant, kind: &str, id: Option<NotificationId>) -> Result<()> {
        let unread = self.unread_count(grant).await?;
        let id = id.map_or("null".to_owned(), |id| format!("\"{}\"", item_id(id)));
        let frame = Frame::state(format!(r#"{{"kind":"{kind}","id":{id},"unread":{unread}}}"#));
        self.live.publish_state(grant.scope.organization(), None, grant.ordinal, &frame);
        Ok(())
    }
}

/// Rows and wide notifications in one order, newest first; where both are at one place the row stands.
fn merged<'a>(
    rows: &'a InboxRows,
    wide: &'a WideSet,
    ordinal: u32,
    before: i64,
    now: Millis,
) -> impl Iterator<Item = Candidate<'a>> {
    let mut rows = rows.rows.iter().peekable();
    let mut wide = wide.of(ordinal, before, now).peekable();
    std::iter::from_fn(move || {
        let (row, bitmap) = (rows.peek().map(|r| r.seq), wide.peek().map(|w| w.seq));
        if row.is_some() && row >= bitmap {
            if row == bitmap {
                wide.next();
            }
            return rows.next().map(Candidate::Row);
        }
        wide.next().map(Candidate::Wide)
    })
}

impl Candidate<'_> {
    fn seq(&self) -> i64 {
        match self {
            Self::Row(row) => row.seq,
            Self::Wide(wide) => wide.seq,
        }
    }

    fn read(&self, rows: &InboxRows) -> Option<Millis> {
        match self {
            Self::Row(row) => row.read,
            Self::Wide(wide) => rows.watermark_at.filter(|_| wide.seq <= rows.watermark),
        }
    }

    /// About how many bytes its JSON has.
    fn len(&self) -> usize {
        match self {
            Self::Row(row) => row.item.len() + 120,
            Self::Wide(wide) => wide.until_read_at.len(),
        }
    }

    fn write(&self, out: &mut String, rows: &InboxRows) {
        match self {
            Self::Row(row) => item_until_read_at(out, row.first, &row.item, row.count, row.created_at),
            Self::Wide(wide) => out.push_str(&wide.until_read_at),
        }
        end_item(out, self.read(rows));
    }

    fn json(&self, rows: &InboxRows) -> String {
        let mut out = String::new();
        self.write(&mut out, rows);
        out
    }

    /// Whether a list of the shelf shows the item.
    fn is_shown(&self, rows: &InboxRows, shelf: Shelf) -> bool {
        let (hidden, archived) = match self {
            Self::Row(row) => (row.hidden, row.archived),
            Self::Wide(_) => (false, false),
        };
        match shelf {
            Shelf::All => !hidden,
            Shelf::Unread => !hidden && self.read(rows).is_none(),
            Shelf::Archived => archived,
        }
    }

    /// The common part of its JSON.
    fn item(&self) -> &str {
        match self {
            Self::Row(row) => &row.item,
            Self::Wide(wide) => &wide.item,
        }
    }
}
