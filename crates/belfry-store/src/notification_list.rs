//! Lists of notifications, newest first, by status, origin and text. Each goes along an index from where the last page
//! ended; what no index holds apart is looked through in windows of bounded length, so that a page may be short and
//! still have a next one.

use belfry_types::notification::{Content, Origin, Status};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::dialect::{Statement, json_ints, statements};
use crate::error::Result;
use crate::notifications::{NotificationRow, columns};
use crate::store::Store;
use crate::value::{Row, args};

/// Rows of a window that is looked through.
const WINDOW: usize = 500;
/// Windows of one page.
const WINDOWS: usize = 10;

// `$6` is 1 where the texts are wanted.
statements! {
    ALL = "SELECT num, listed_at, status, origin, CASE WHEN CAST($6 AS BIGINT) = 1 THEN content END, \
        CASE WHEN CAST($6 AS BIGINT) = 1 THEN plain END FROM notifications \
        WHERE workspace = $1 AND (listed_at, num) < ($2, $3) AND CAST($5 AS BIGINT) < 0 \
        ORDER BY listed_at DESC, num DESC LIMIT $4";
    BY_ORIGIN = "SELECT num, listed_at, status, origin, CASE WHEN CAST($6 AS BIGINT) = 1 THEN content END, \
        CASE WHEN CAST($6 AS BIGINT) = 1 THEN plain END FROM notifications \
        WHERE workspace = $1 AND origin = $5 AND origin <> 2 AND (listed_at, num) < ($2, $3) \
        ORDER BY listed_at DESC, num DESC LIMIT $4";
    BY_STATUS = "SELECT num, listed_at, status, origin, CASE WHEN CAST($6 AS BIGINT) = 1 THEN content END, \
        CASE WHEN CAST($6 AS BIGINT) = 1 THEN plain END FROM notifications \
        WHERE workspace = $1 AND status = $5 AND status <> 4 AND (listed_at, num) < ($2, $3) \
        ORDER BY listed_at DESC, num DESC LIMIT $4";
    ROWS = concat!(columns!(), "WHERE +n.workspace = $1 AND n.num IN {ints:$2}");
}

/// Which notifications a list shows.
#[derive(Debug, Clone, Default)]
pub struct NotificationFilter {
    /// Only in this status.
    pub status: Option<Status>,
    /// Only from there.
    pub origin: Option<Origin>,
    /// Only those whose title, sender or message contains this, without regard to case.
    pub text: Option<String>,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationPlace {
    /// What the order goes by first.
    pub listed_at: Millis,
    /// Then the number.
    pub num: i64,
}

/// One page of a list.
#[derive(Debug, Default)]
pub struct NotificationPage {
    /// What it shows.
    pub rows: Vec<NotificationRow>,
    /// After which place the next page begins; `None` on the last one.
    pub next: Option<NotificationPlace>,
}

impl NotificationFilter {
    /// The index to go along, with the value that it is entered by, and whether it holds apart all that is asked for.
    fn index(&self) -> (&'static Statement, i64, bool) {
        let by_status = self.status.filter(|status| *status != Status::Sent);
        let exact = self.text.is_none();
        match (self.origin.filter(|origin| *origin != Origin::Event), by_status) {
            // Few are written by hand: their status is looked through sooner than everyone's.
            (Some(origin), status) if status.is_none() || origin != Origin::Api => {
                (&BY_ORIGIN, origin.code(), exact && self.status.is_none())
            }
            (_, Some(status)) => (&BY_STATUS, status.code(), exact && self.origin.is_none()),
            _ => (&ALL, -1, exact && self.origin.is_none() && self.status.is_none()),
        }
    }

    fn admits(&self, row: &Row, text: Option<&str>) -> Result<bool> {
        if self.status.is_some_and(|status| row.int(2).ok() != Some(status.code()))
            || self.origin.is_some_and(|origin| row.int(3).ok() != Some(origin.code()))
        {
            return Ok(false);
        }
        let Some(text) = text else { return Ok(true) };
        let content: Content = row.json(4)?;
        // A draft has no plain text yet.
        let plain = row.text_opt(5)?.filter(|plain| !plain.is_empty()).unwrap_or(content.message);
        let found = |part: &str| part.to_lowercase().contains(text);
        Ok(content.title.as_deref().is_some_and(found)
            || content.sender.as_deref().is_some_and(found)
            || found(&plain))
    }
}

impl Store {
    /// A page of a workspace's notifications after a place, newest first.
    pub async fn notifications(
        &self,
        scope: WorkspaceScope,
        filter: &NotificationFilter,
        after: Option<NotificationPlace>,
        limit: usize,
    ) -> Result<NotificationPage> {
        let (statement, value, exact) = filter.index();
        let window = if exact { limit + 1 } else { WINDOW };
        let text = filter.text.as_deref().map(str::to_lowercase);
        let mut at = after.unwrap_or(NotificationPlace { listed_at: Millis(i64::MAX), num: i64::MAX });
        let (mut found, mut more) = (Vec::new(), true);
        for _ in 0..WINDOWS {
            let wanted = args![scope.workspace(), at.listed_at, at.num, window, value, text.is_some()];
            let rows = self.db.all(statement, wanted).await?;
            for row in &rows {
                at = NotificationPlace { listed_at: row.millis(1)?, num: row.int(0)? };
                if filter.admits(row, text.as_deref())? {
                    found.push(at);
                }
            }
            more = rows.len() == window;
            if found.len() > limit || !more {
                break;
            }
        }
        let next = if found.len() > limit {
            found.truncate(limit);
            found.last().copied()
        } else {
            more.then_some(at)
        };
        let rows =
            self.db.all(&ROWS, args![scope.workspace(), json_ints(found.iter().map(|p| p.num))]).await?;
        let mut rows: Vec<NotificationRow> = rows.iter().map(NotificationRow::read).collect::<Result<_>>()?;
        rows.sort_by_key(|row| std::cmp::Reverse((row.listed_at, row.num)));
        Ok(NotificationPage { rows, next })
    }
}
