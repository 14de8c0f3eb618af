//! What a workspace's first page shows: counters that transactions keep, a bounded look at what is open, and how quick
//! the latest notifications were. Nothing here grows with the number of people or notifications.

use belfry_types::id::NotificationId;
use belfry_types::limits::PROMPT_MS;
use belfry_types::notification::{Content, Status};
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    PUBLISHED = "INSERT INTO days (workspace, day, sent) VALUES ($1, $2, $3) \
        ON CONFLICT (workspace, day) DO UPDATE SET sent = days.sent + excluded.sent";
    FAILED = "INSERT INTO days (workspace, day, failed) VALUES ($1, $2, $3) \
        ON CONFLICT (workspace, day) DO UPDATE SET failed = days.failed + excluded.failed";
    ATTEMPTED = "UPDATE notifications SET attempted_at = $2 WHERE num = $1";
    HEAD = "SELECT members, devices, reachable, groups, push_on, quota, quota_used FROM workspaces \
        WHERE num = $1 AND organization = $2";
    WEEK = "SELECT CAST(COALESCE(SUM(sent), 0) AS BIGINT), CAST(COALESCE(SUM(failed), 0) AS BIGINT) FROM days \
        WHERE workspace = $1 AND day > $2";
    EVER_SENT = "SELECT 1 FROM days WHERE workspace = $1 LIMIT 1";
    EVER_TESTED = "SELECT 1 FROM notifications WHERE workspace = $1 AND origin = 3 AND origin <> 2 LIMIT 1";
    OPEN = "SELECT COUNT(*) FROM (SELECT 1 FROM notifications WHERE workspace = $1 AND status = $2 AND status <> 4 \
        LIMIT 1000) AS t";
    TROUBLE = "SELECT id, content, num, listed_at FROM notifications WHERE workspace = $1 AND status = $2 AND status <> 4 \
        AND listed_at > $3 ORDER BY listed_at DESC, num DESC LIMIT 3";
    SPEED = "SELECT COALESCE(sends_at, created_at), attempted_at FROM notifications \
        WHERE workspace = $1 AND finished_at IS NOT NULL AND finished_at > $2 AND attempted_at IS NOT NULL \
        AND origin <> 3 AND status <> 7 ORDER BY finished_at DESC LIMIT 500";
    // What is still being sent after the time that was promised.
    SLOW = "SELECT COALESCE(sends_at, created_at), attempted_at FROM notifications \
        WHERE workspace = $1 AND status = $2 AND status <> 4 AND listed_at < $3 AND origin <> 3 \
        ORDER BY listed_at DESC, num DESC LIMIT 500";
}

const DAY_MS: i64 = 86_400_000;

fn day(at: Millis) -> i64 {
    at.0.div_euclid(DAY_MS)
}

/// Counts notifications that were published. Call it while the organization's log is locked, so that it makes nobody
/// wait longer.
pub(crate) async fn published(tx: &mut Tx, workspace: i64, n: usize, now: Millis) -> Result<()> {
    tx.run(&PUBLISHED, args![workspace, day(now), n]).await.map(drop)
}

/// Counts a notification that failed.
pub(crate) async fn failed(tx: &mut Tx, workspace: i64, now: Millis) -> Result<()> {
    tx.run(&FAILED, args![workspace, day(now), 1_i64]).await.map(drop)
}

/// Notes that first attempts of a notification were made until now.
pub(crate) async fn attempted(tx: &mut Tx, notification: i64, now: Millis) -> Result<()> {
    tx.run(&ATTEMPTED, args![notification, now]).await.map(drop)
}

/// A notification that failed, wholly or in part.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: NotificationId,
    /// Its content as it was set.
    pub content: Content,
    /// When it was sent.
    pub listed_at: Millis,
}

/// What a workspace's first page shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Active members.
    pub members: i64,
    /// Active devices.
    pub devices: i64,
    /// Members with at least one of them.
    pub reachable: i64,
    /// Groups.
    pub groups: i64,
    /// The push switch.
    pub push_on: bool,
    /// What operators may send, and what they have sent or scheduled.
    pub quota: (i64, i64),
    /// Published on the last seven days, today being the last (UTC).
    pub sent_7d: i64,
    /// Failed wholly on the last seven days.
    pub failed_7d: i64,
    /// Being sent; counted up to 1,000.
    pub running: i64,
    /// Waiting for their time; counted up to 1,000.
    pub scheduled: i64,
    /// Not sent yet; counted up to 1,000.
    pub drafts: i64,
    /// Something was published once.
    pub ever_sent: bool,
    /// A test was sent once.
    pub ever_tested: bool,
    /// The newest of the last week that failed, wholly or in part; at most 3.
    pub trouble: Vec<Trouble>,
    /// Milliseconds from due to the last first attempt (until now where none was made): of the notifications that ended
    /// in the last week, at most the latest 500, and of those that run for more than a minute, at most 500; ascending.
    pub delays_ms: Vec<i64>,
}

impl Store {
    /// The overview of a workspace at `now`.
    pub async fn overview(&self, ws: WorkspaceScope, now: Millis) -> Result<Overview> {
        let workspace = ws.workspace();
        let head = self.db.one(&HEAD, args![workspace, ws.organization()]).await?.ok_or(Error::NotFound)?;
        let week = self.db.one(&WEEK, args![workspace, day(now) - 7]).await?.ok_or(Error::NotFound)?;
        let since = Millis(now.0 - 7 * DAY_MS);
        let mut trouble = Vec::new();
        for status in [Status::Failed, Status::PartlyFailed] {
            for row in self.db.all(&TROUBLE, args![workspace, status.code(), since]).await? {
                trouble.push(Trouble {
                    num: row.int(2)?,
                    id: NotificationId(row.bytes(0)?),
                    content: row.json(1)?,
                    listed_at: row.millis(3)?,
                });
            }
        }
        trouble.sort_by_key(|t| std::cmp::Reverse((t.listed_at, t.num)));
        trouble.truncate(3);
        let mut delays_ms = Vec::new();
        for row in self.db.all(&SPEED, args![workspace, since]).await? {
            delays_ms.push((row.int(1)? - row.int(0)?).max(0));
        }
        let late = args![workspace, Status::Sending.code(), now.0 - PROMPT_MS];
        for row in self.db.all(&SLOW, late).await? {
            let attempted = row.int_opt(1)?.unwrap_or(now.0);
            delays_ms.push((attempted - row.int(0)?).max(0));
        }
        delays_ms.sort_unstable();
        Ok(Overview {
            members: head.int(0)?,
            devices: head.int(1)?,
            reachable: head.int(2)?,
            groups: head.int(3)?,
            push_on: head.flag(4)?,
            quota: (head.int(5)?, head.int(6)?),
            sent_7d: week.int(0)?,
            failed_7d: week.int(1)?,
            running: self.open_ones(workspace, Status::Sending).await?,
            scheduled: self.open_ones(workspace, Status::Scheduled).await?,
            drafts: self.open_ones(workspace, Status::Draft).await?,
            ever_sent: self.db.one(&EVER_SENT, args![workspace]).await?.is_some(),
            ever_tested: self.db.one(&EVER_TESTED, args![workspace]).await?.is_some(),
            trouble,
            delays_ms,
        })
    }

    async fn open_ones(&self, workspace: i64, status: Status) -> Result<i64> {
        self.db.one(&OPEN, args![workspace, status.code()]).await?.ok_or(Error::NotFound)?.int(0)
    }
}
