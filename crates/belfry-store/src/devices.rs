//! Devices that push can reach. An endpoint belongs to one person in one workspace at a time. The numbers of active
//! devices of a member and of a workspace, and of its members who have one, are kept here.

use std::collections::BTreeMap;

use belfry_types::channel::Channel;
use belfry_types::id::DeviceId;
use belfry_types::limits::DEVICES_PER_USER;
use belfry_types::people::Ordinal;
use belfry_types::scope::WorkspaceScope;
use belfry_types::secret::sha256;
use belfry_types::time::Millis;

use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::{Row, args};

statements! {
    MEMBER = "SELECT status FROM memberships WHERE workspace = $1 AND ordinal = $2 AND organization = $3 {lock}";
    BY_ENDPOINT = "SELECT num, workspace, ordinal, active, organization FROM devices WHERE endpoint_hash = $1 {lock}";
    INSERT = "INSERT INTO devices (id, organization, workspace, ordinal, channel, endpoint, endpoint_hash, origin, p256dh, \
        auth, vapid, model, platform, browser, created_at, seen_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15) \
        ON CONFLICT (endpoint_hash) DO NOTHING RETURNING num";
    RENEW = "UPDATE devices SET channel = $2, origin = $3, p256dh = $4, auth = $5, vapid = $6, model = $7, platform = $8, \
        browser = $9, seen_at = $10, active = 1, gone_at = NULL WHERE num = $1";
    DELETE = "DELETE FROM devices WHERE num IN {ints:$1} RETURNING workspace, active, ordinal";
    GET = "SELECT num, id, channel, origin, model, platform, browser, created_at, seen_at, active, gone_at FROM devices \
        WHERE num = $1";
    ALL_OF = "SELECT num, id, channel, origin, model, platform, browser, created_at, seen_at, active, gone_at FROM devices \
        WHERE workspace = $1 AND active IN (0, 1) AND ordinal = $2 AND organization = $3 \
        ORDER BY active DESC, seen_at DESC, num DESC LIMIT 100";
    LIST = "SELECT num, id, channel, origin, model, platform, browser, created_at, seen_at, active, gone_at FROM devices \
        WHERE workspace = $1 AND active = 1 AND ordinal = $2 AND organization = $3 ORDER BY num";
    // The ones to keep come first: active ones, and of those the ones that were seen last.
    SURPLUS = "SELECT num FROM devices WHERE workspace = $1 AND active IN (0, 1) AND ordinal = $2 \
        ORDER BY active DESC, seen_at DESC, num DESC LIMIT 1000 OFFSET $3";
    REMOVE = "UPDATE devices SET active = 0, gone_at = COALESCE(gone_at, $5) \
        WHERE id = $1 AND workspace = $2 AND ordinal = $3 AND organization = $4 AND active = 1 RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    DEACTIVATE = "UPDATE devices SET active = 0, gone_at = $2 WHERE num IN {ints:$1} AND active = 1 \
        RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    DEACTIVATE_MEMBER = "UPDATE devices SET active = 0, gone_at = $4 \
        WHERE workspace = $1 AND ordinal = $2 AND organization = $3 AND active = 1 RETURNING workspace, CAST(1 AS BIGINT), ordinal";
    REACTIVATE_MEMBER = "UPDATE devices SET active = 1, gone_at = NULL WHERE workspace = $1 AND ordinal = $2 \
        AND organization = $3 AND active = 0 AND gone_at = $4 RETURNING workspace, CAST(-1 AS BIGINT), ordinal";
    DELETE_USER = "DELETE FROM devices WHERE workspace IN (SELECT num FROM workspaces WHERE organization = $1) \
        AND active IN (0, 1) AND ordinal = $2 RETURNING workspace, active, ordinal";
    // In one order, so that those who count devices side by side wait for one another.
    LOCK_MEMBERS = "SELECT ordinal FROM memberships WHERE workspace IN {ints:$1} AND ordinal IN {ints:$2} \
        ORDER BY workspace, ordinal {lock}";
    COUNT_MEMBERS = "UPDATE memberships SET devices = memberships.devices + r.n \
        FROM {rows:$1:workspace int,ordinal int,n int} AS r \
        WHERE memberships.workspace = r.workspace AND memberships.ordinal = r.ordinal AND memberships.ordinal IN {ints:$2} \
        RETURNING memberships.workspace, memberships.ordinal, memberships.devices";
    COUNT = "UPDATE workspaces SET devices = workspaces.devices + r.n, reachable = workspaces.reachable + r.people \
        FROM {rows:$1:num int,n int,people int} AS r WHERE workspaces.num = r.num";
}

/// A device as it registers itself. The caller checked the keys and the endpoint.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// How it is reached.
    pub channel: Channel,
    /// Where its push service takes messages (RFC 8030 §4); unique in the installation.
    pub endpoint: String,
    /// The origin of that URL.
    pub origin: String,
    /// Its public key: an uncompressed P-256 point, 65 bytes (RFC 8291 §3.1).
    pub p256dh: Vec<u8>,
    /// Its authentication secret: 16 bytes (RFC 8291 §3.2).
    pub auth: Vec<u8>,
    /// The number of the push key with which it subscribed.
    pub vapid: i64,
    /// What it is, for instance `Pixel 9`; may be empty.
    pub model: String,
    /// Its operating system; may be empty.
    pub platform: String,
    /// Its browser; may be empty.
    pub browser: String,
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
    for row in rows {
        *changes.entry((row.int(0)?, row.ordinal(2)?)).or_default() -= row.int(1)?;
    }
    count(tx, changes).await
}

/// Differences by (workspace, person).
type Changes = BTreeMap<(i64, Ordinal), i64>;

/// Changes the numbers of active devices of members and workspaces, and of members who have one.
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
    if rows.len() > 1 {
        tx.all(&LOCK_MEMBERS, args![json_ints(workspaces.keys()), ordinals.clone()]).await?;
    }
    for row in tx.all(&COUNT_MEMBERS, args![serde_json::to_string(&rows)?, ordinals]).await? {
        let (workspace, ordinal, after) = (row.int(0)?, row.ordinal(1)?, row.int(2)?);
        let before = after - changes.get(&(workspace, ordinal)).copied().unwrap_or(0);
        workspaces.entry(workspace).or_default().1 += i64::from(after > 0) - i64::from(before > 0);
    }
    let rows: Vec<_> = workspaces.into_iter().map(|(num, (n, people))| (num, n, people)).collect();
    tx.run(&COUNT, args![serde_json::to_string(&rows)?]).await.map(drop)
}

async fn count_one(tx: &mut Tx, workspace: i64, ordinal: Ordinal) -> Result<()> {
    count(tx, BTreeMap::from([((workspace, ordinal), 1)])).await
}

async fn delete(tx: &mut Tx, nums: &[i64]) -> Result<()> {
    let rows = tx.all(&DELETE, args![json_ints(nums)]).await?;
    uncount(tx, &rows).await
}

/// Makes devices inactive, by their numbers, because their push service says that they are gone. Gives how many were
/// active until now.
pub(crate) async fn deactivate(tx: &mut Tx, nums: &[i64], now: Millis) -> Result<u64> {
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
    /// Registers a device for an active member ([`Error::NotFound`] for anyone else); whether the member did not have
    /// it yet. An endpoint that someone else registered moves here as a new device, so that nothing that was meant for
    /// its former owner can reach it. Beyond [`DEVICES_PER_USER`] the longest unseen one is deleted.
    pub async fn register_device(
        &self,
        ws: WorkspaceScope,
        ordinal: Ordinal,
        new: NewDevice,
    ) -> Result<(Device, bool)> {
        let mut tx = self.db.begin().await?;
        let registered = self.register(&mut tx, ws, ordinal, &new).await?;
        tx.commit().await?;
        Ok(registered)
    }

    async fn register(
        &self,
        tx: &mut Tx,
        ws: WorkspaceScope,
        ordinal: Ordinal,
        new: &NewDevice,
    ) -> Result<(Device, bool)> {
        // The lock makes a cancellation that runs at the same time wait and then see this device.
        let member = tx.one(&MEMBER, args![ws.workspace(), ordinal, ws.organization()]).await?;
        if member.ok_or(Error::NotFound)?.int(0)? != belfry_types::people::MemberStatus::Active.code() {
            return Err(Error::NotFound);
        }
        let (now, hash) = (self.clock.now(), sha256(new.endpoint.as_bytes()));
        loop {
            let owned = tx.one(&BY_ENDPOINT, args![hash]).await?;
            if let Some(row) = owned {
                let (num, owner) = (row.int(0)?, (row.int(4)?, row.int(1)?, row.ordinal(2)?));
                if owner == (ws.organization(), ws.workspace(), ordinal) {
                    let values = args![
                        num,
                        new.channel.code(),
                        &new.origin,
                        new.p256dh.clone(),
                        new.auth.clone(),
                        new.vapid,
                        &new.model,
                        &new.platform,
                        &new.browser,
                        now
                    ];
                    tx.run(&RENEW, values).await?;
                    if !row.flag(3)? {
                        count_one(tx, ws.workspace(), ordinal).await?;
                    }
                    let row = tx.one(&GET, args![num]).await?.ok_or(Error::NotFound)?;
                    return Ok((read(&row)?, false));
                }
                delete(tx, &[num]).await?;
            }
            if let Some(device) = self.insert_device(tx, ws, ordinal, new, now).await? {
                count_one(tx, ws.workspace(), ordinal).await?;
                let surplus = tx.all(&SURPLUS, args![ws.workspace(), ordinal, DEVICES_PER_USER]).await?;
                let surplus: Vec<i64> = surplus.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
                if !surplus.is_empty() {
                    delete(tx, &surplus).await?;
                }
                return Ok((device, true));
            }
            // Someone registered the same endpoint in between; now their row can be seen.
        }
    }

    async fn insert_device(
        &self,
        tx: &mut Tx,
        ws: WorkspaceScope,
        ordinal: Ordinal,
        new: &NewDevice,
        now: Millis,
    ) -> Result<Option<Device>> {
        let id = DeviceId::new(now, &*self.rng);
        let values = args![
            id.0,
            ws.organization(),
            ws.workspace(),
            ordinal,
            new.channel.code(),
            &new.endpoint,
            sha256(new.endpoint.as_bytes()),
            &new.origin,
            new.p256dh.clone(),
            new.auth.clone(),
            new.vapid,
            &new.model,
            &new.platform,
            &new.browser,
            now
        ];
        let Some(row) = tx.one(&INSERT, values).await? else { return Ok(None) };
        let row = tx.one(&GET, args![row.int(0)?]).await?.ok_or(Error::NotFound)?;
        read(&row).map(Some)
    }

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
        let values = args![id.0, ws.workspace(), ordinal, ws.organization(), self.clock.now()];
        let rows = tx.all(&REMOVE, values).await?;
        if rows.is_empty() {
            return Err(Error::NotFound);
        }
        uncount(&mut tx, &rows).await?;
        tx.commit().await
    }
}
