//! Devices that push can reach. An endpoint belongs to one person in one workspace at a time. The numbers of active
//! devices of a member and of a workspace, and of its members who have one, are kept here.
//!
//! Whoever writes a device holds the lock of its owner's membership: then its owner's push switch, its end and another
//! person who registers the same endpoint wait for one another before any of them has locked a device.

pub(crate) mod register;

use std::collections::{BTreeMap, BTreeSet};

use belfry_types::channel::Channel;
use belfry_types::id::DeviceId;
use belfry_types::people::Ordinal;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

pub use register::NewDevice;

statements! {
    MEMBER = "SELECT status, push_off FROM memberships WHERE workspace = $1 AND ordinal = $2 AND organization = $3 {lock}";
    DELETE = "DELETE FROM devices WHERE num IN {ints:$1} RETURNING workspace, active, ordinal";
    GET = "SELECT num, id, channel, origin, model, platform, browser, created_at, seen_at, active, gone_at FROM devices \
        WHERE num = $1";
    ALL_OF = "SELECT num, id, channel, origin, model, platform, browser, created_at, seen_at, active, gone_at FROM devices \
        WHERE workspace = $1 AND active IN (0, 1) AND ordinal = $2 AND organization = $3 \
        ORDER BY active DESC, seen_at DESC, num DESC LIMIT 100";
    LIST = "SELECT num, id, channel, origin, model, platform, browser, created_at, seen_at, active, gone_at FROM devices \
        WHERE workspace = $1 AND active = 1 AND ordinal = $2 AND organization = $3 ORDER BY num";
    REMOVE = "UPDATE devices SET active = 0, gone_at = COALESCE(gone_at, $5) \
        WHERE id = $1 AND workspace = $2 AND ordinal = $3 AND organization = $4 AND active = 1 RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    // Those of inactive ones too: one of them may be active again before the locks are there.
    OWNERS = "SELECT workspace, ordinal FROM devices WHERE num IN {ints:$1}";
    DEACTIVATE = "UPDATE devices SET active = 0, gone_at = $2 WHERE num IN {ints:$1} AND active = 1 \
        RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    DEACTIVATE_MEMBER = "UPDATE devices SET active = 0, gone_at = $4 \
        WHERE workspace = $1 AND ordinal = $2 AND organization = $3 AND active = 1 RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    DEACTIVATE_USER = "UPDATE devices SET active = 0, gone_at = $3 \
        WHERE workspace IN (SELECT num FROM workspaces WHERE organization = $1) AND active = 1 AND ordinal = $2 \
        RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    REACTIVATE_MEMBER = "UPDATE devices SET active = 1, gone_at = NULL WHERE workspace = $1 AND ordinal = $2 \
        AND organization = $3 AND active = 0 AND gone_at = $4 RETURNING workspace, CAST(-1 AS BIGINT), ordinal";
    DELETE_USER = "DELETE FROM devices WHERE workspace IN (SELECT num FROM workspaces WHERE organization = $1) \
        AND active IN (0, 1) AND ordinal = $2 RETURNING workspace, active, ordinal";
    // In one order, so that those who write devices side by side wait for one another.
    LOCK_MEMBERS = "SELECT ordinal FROM memberships WHERE workspace IN {ints:$1} AND ordinal IN {ints:$2} \
        ORDER BY workspace, ordinal {lock}";
    COUNT_MEMBERS = "UPDATE memberships SET devices = memberships.devices + r.n \
        FROM {rows:$1:workspace int,ordinal int,n int} AS r \
        WHERE memberships.workspace = r.workspace AND memberships.ordinal = r.ordinal AND memberships.ordinal IN {ints:$2} \
        RETURNING memberships.workspace, memberships.ordinal, memberships.devices";
    LOCK_WORKSPACES = "SELECT num FROM workspaces WHERE num IN {ints:$1} ORDER BY num {lock}";
    COUNT = "UPDATE workspaces SET devices = workspaces.devices + r.n, reachable = workspaces.reachable + r.people \
        FROM {rows:$1:num int,n int,people int} AS r WHERE workspaces.num = r.num";
}

/// A device, without its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Internal number; another owner of the same endpoint gets another.
    pub num: i64,
    /// Public id.
    pub id: DeviceId,
    /// How it is reached.
    pub channel: Channel,
    /// The origin of its push service.
    pub origin: String,
    /// What it is.
    pub model: String,
    /// Its operating system.
    pub platform: String,
    /// Its browser.
    pub browser: String,
    /// When it registered with this owner.
    pub created_at: Millis,
    /// When it last registered.
    pub seen_at: Millis,
    /// Push can reach it.
    pub active: bool,
    /// When it ended, if it did.
    pub gone_at: Option<Millis>,
}

fn read(row: &Row) -> Result<Device> {
    Ok(Device {
        num: row.int(0)?,
        id: DeviceId(row.bytes(1)?),
        channel: row.coded(2, Channel::from_code)?,
        origin: row.text(3)?,
        model: row.text(4)?,
        platform: row.text(5)?,
        browser: row.text(6)?,
        created_at: row.millis(7)?,
        seen_at: row.millis(8)?,
        active: row.flag(9)?,
        gone_at: row.millis_opt(10)?,
    })
}

/// Takes from the numbers of active devices what `rows` of (workspace, active, ordinal) say.
async fn uncount(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    let mut changes: Changes = BTreeMap::new();
    take(&mut changes, rows)?;
    count(tx, changes).await
}

fn take(changes: &mut Changes, rows: &[Row]) -> Result<()> {
    for row in rows {
        *changes.entry((row.int(0)?, row.ordinal(2)?)).or_default() -= row.int(1)?;
    }
    Ok(())
}

/// Whose a device is: workspace and person.
type Owner = (i64, Ordinal);
/// Differences by owner.
type Changes = BTreeMap<Owner, i64>;

/// Changes the numbers of active devices of members and workspaces, and of members who have one. The caller holds the
/// members' locks.
async fn count(tx: &mut Tx, changes: Changes) -> Result<()> {
    let rows: Vec<(i64, Ordinal, i64)> =
        changes.iter().filter(|(_, n)| **n != 0).map(|((w, o), n)| (*w, *o, *n)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut workspaces: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for (workspace, _, n) in &rows {
        workspaces.entry(*workspace).or_default().0 += n;
    }
    let ordinals = json_ints(rows.iter().map(|(_, ordinal, _)| ordinal));
    for row in tx.all(&COUNT_MEMBERS, args![serde_json::to_string(&rows)?, ordinals]).await? {
        let (workspace, ordinal, after) = (row.int(0)?, row.ordinal(1)?, row.int(2)?);
        let before = after - changes.get(&(workspace, ordinal)).copied().unwrap_or(0);
        workspaces.entry(workspace).or_default().1 += i64::from(after > 0) - i64::from(before > 0);
    }
    if workspaces.len() > 1 {
        tx.all(&LOCK_WORKSPACES, args![json_ints(workspaces.keys())]).await?;
    }
    let rows: Vec<_> = workspaces.into_iter().map(|(num, (n, people))| (num, n, people)).collect();
    tx.run(&COUNT, args![serde_json::to_string(&rows)?]).await.map(drop)
}

/// Locks the memberships of these owners, in the order in which everybody does.
async fn lock_owners(tx: &mut Tx, owners: impl IntoIterator<Item = Owner>) -> Result<()> {
    let (workspaces, ordinals): (BTreeSet<i64>, BTreeSet<Ordinal>) = owners.into_iter().unzip();
    tx.all(&LOCK_MEMBERS, args![json_ints(&workspaces), json_ints(&ordinals)]).await.map(drop)
}

/// Makes devices inactive, by their numbers, because their push service says that they are gone. Gives how many were
/// active until now.
pub(crate) async fn deactivate(tx: &mut Tx, nums: &[i64], now: Millis) -> Result<u64> {
    let owners = tx.all(&OWNERS, args![json_ints(nums)]).await?;
    let owners = owners.iter().map(|row| Ok((row.int(0)?, row.ordinal(1)?))).collect::<Result<Vec<_>>>()?;
    lock_owners(tx, owners).await?;
    let rows = tx.all(&DEACTIVATE, args![json_ints(nums), now]).await?;
    uncount(tx, &rows).await?;
    Ok(rows.len() as u64)
}

/// Makes all devices of a member inactive.
pub(crate) async fn deactivate_member(
    tx: &mut Tx,
    ws: WorkspaceScope,
    ordinal: Ordinal,
    now: Millis,
) -> Result<()> {
    let values = args![ws.workspace(), ordinal, ws.organization(), now];
    let rows = tx.all(&DEACTIVATE_MEMBER, values).await?;
    uncount(tx, &rows).await
}

/// Makes all devices of a person in the organization inactive.
pub(crate) async fn deactivate_user(
    tx: &mut Tx,
    organization: i64,
    ordinal: Ordinal,
    now: Millis,
) -> Result<()> {
    let rows = tx.all(&DEACTIVATE_USER, args![organization, ordinal, now]).await?;
    uncount(tx, &rows).await
}

/// Makes those devices of a member active again that ended at this moment.
pub(crate) async fn reactivate_member(
    tx: &mut Tx,
    ws: WorkspaceScope,
    ordinal: Ordinal,
    gone_at: Millis,
) -> Result<()> {
    let values = args![ws.workspace(), ordinal, ws.organization(), gone_at];
    let rows = tx.all(&REACTIVATE_MEMBER, values).await?;
    uncount(tx, &rows).await
}

/// Deletes all devices of a person in the organization.
pub(crate) async fn delete_of_user(tx: &mut Tx, organization: i64, ordinal: Ordinal) -> Result<()> {
    let rows = tx.all(&DELETE_USER, args![organization, ordinal]).await?;
    uncount(tx, &rows).await
}

impl Store {
    /// The active devices of a member, the oldest first.
    pub async fn devices_of(&self, ws: WorkspaceScope, ordinal: Ordinal) -> Result<Vec<Device>> {
        let values = args![ws.workspace(), ordinal, ws.organization()];
        self.db.all(&LIST, values).await?.iter().map(read).collect()
    }

    /// The devices of a member, active ones and those that ended, the ones that were seen last first; at most 100.
    pub async fn all_devices_of(&self, ws: WorkspaceScope, ordinal: Ordinal) -> Result<Vec<Device>> {
        let values = args![ws.workspace(), ordinal, ws.organization()];
        self.db.all(&ALL_OF, values).await?.iter().map(read).collect()
    }

    /// Ends a device. What was sent to it can still be looked up.
    pub async fn remove_device(&self, ws: WorkspaceScope, ordinal: Ordinal, id: DeviceId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.one(&MEMBER, args![ws.workspace(), ordinal, ws.organization()]).await?;
        let values = args![id.0, ws.workspace(), ordinal, ws.organization(), self.clock.now()];
        let rows = tx.all(&REMOVE, values).await?;
        if rows.is_empty() {
            return Err(Error::NotFound);
        }
        uncount(&mut tx, &rows).await?;
        tx.commit().await
    }
}
