//! How a device is registered: an endpoint that nobody has, one's own again, or somebody else's, which moves.

use belfry_types::channel::Channel;
use belfry_types::id::DeviceId;
use belfry_types::limits::DEVICES_PER_USER;
use belfry_types::people::{MemberStatus, Ordinal};
use belfry_types::scope::WorkspaceScope;
use belfry_types::secret::sha256;
use belfry_types::time::Millis;

use super::{Changes, DELETE, Device, GET, MEMBER, Owner, count, lock_owners, read, take};
use crate::db::Tx;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;
use crate::{organizations, preferences};

statements! {
    OWNER = "SELECT num, workspace, ordinal, active FROM devices WHERE endpoint_hash = $1";
    INSERT = "INSERT INTO devices (id, organization, workspace, ordinal, channel, endpoint, endpoint_hash, origin, p256dh, \
        auth, vapid, model, platform, browser, created_at, seen_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15) \
        ON CONFLICT (endpoint_hash) DO NOTHING RETURNING num";
    RENEW = "UPDATE devices SET channel = $2, origin = $3, p256dh = $4, auth = $5, vapid = $6, model = $7, platform = $8, \
        browser = $9, seen_at = $10, active = 1, gone_at = NULL WHERE num = $1";
    // The ones to keep come first: active ones, and of those the ones that were seen last.
    SURPLUS = "SELECT num FROM devices WHERE workspace = $1 AND active IN (0, 1) AND ordinal = $2 \
        ORDER BY active DESC, seen_at DESC, num DESC LIMIT 1000 OFFSET $3";
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

/// Who has an endpoint now.
struct Known {
    num: i64,
    owner: Owner,
    active: bool,
}

async fn known(tx: &mut Tx, endpoint_hash: [u8; 32]) -> Result<Option<Known>> {
    let row = tx.one(&OWNER, args![endpoint_hash]).await?;
    row.map(|row| Ok(Known { num: row.int(0)?, owner: (row.int(1)?, row.ordinal(2)?), active: row.flag(3)? }))
        .transpose()
}

/// How an attempt to register a device ended; only the first leaves anything to commit.
enum Registered {
    /// It is registered, and whether it was added.
    Done(Device, bool),
    /// Push is off, and switching it on needs the organization's lock.
    NeedsOrganization,
    /// Somebody else registered the same endpoint in between.
    Overtaken,
}

async fn renew(tx: &mut Tx, num: i64, new: &NewDevice, now: Millis) -> Result<Device> {
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
    read(&tx.one(&GET, args![num]).await?.ok_or(Error::NotFound)?)
}

impl Store {
    /// Registers a device for an active member ([`Error::NotFound`] for anyone else); whether the member did not have
    /// it yet. An endpoint that someone else registered moves here as a new device, so that nothing that was meant for
    /// its former owner can reach it. Beyond [`DEVICES_PER_USER`] the longest unseen one is deleted. Whoever had switched
    /// push off has it on again.
    pub async fn register_device(
        &self,
        ws: WorkspaceScope,
        ordinal: Ordinal,
        new: NewDevice,
    ) -> Result<(Device, bool)> {
        let mut organization = false;
        loop {
            let mut tx = self.db.begin().await?;
            if organization {
                organizations::lock(&mut tx, ws.scope()).await?;
            }
            match self.register(&mut tx, ws, ordinal, &new, organization).await? {
                Registered::Done(device, added) => {
                    tx.commit().await?;
                    return Ok((device, added));
                }
                // It comes before all other locks.
                Registered::NeedsOrganization => organization = true,
                Registered::Overtaken => {}
            }
        }
    }

    async fn register(
        &self,
        tx: &mut Tx,
        ws: WorkspaceScope,
        ordinal: Ordinal,
        new: &NewDevice,
        organization: bool,
    ) -> Result<Registered> {
        let hash = sha256(new.endpoint.as_bytes());
        let before = known(tx, hash).await?;
        // Those who may lose the device and who get it. The locks make a cancellation that runs at the same time wait and
        // then see this device.
        let mine = (ws.workspace(), ordinal);
        lock_owners(tx, before.iter().map(|known| known.owner).chain([mine])).await?;
        let member = tx.one(&MEMBER, args![ws.workspace(), ordinal, ws.organization()]).await?;
        let member = member.ok_or(Error::NotFound)?;
        if member.int(0)? != MemberStatus::Active.code() {
            return Err(Error::NotFound);
        }
        if member.flag(1)? && !organization {
            return Ok(Registered::NeedsOrganization);
        }
        // Under the locks nobody changes it any more, unless it got another owner before they were there.
        let found = known(tx, hash).await?;
        if found.as_ref().map(|it| it.owner) != before.map(|it| it.owner) {
            return Ok(Registered::Overtaken);
        }
        if member.flag(1)? {
            preferences::turn_push_on(tx, ws, ordinal).await?;
        }
        let now = self.clock.now();
        let mut changes = Changes::new();
        let registered = match found {
            Some(known) if known.owner == mine => {
                *changes.entry(mine).or_default() += i64::from(!known.active);
                (renew(tx, known.num, new, now).await?, false)
            }
            found => {
                if let Some(known) = found {
                    take(&mut changes, &tx.all(&DELETE, args![json_ints([known.num])]).await?)?;
                }
                let Some(device) = self.insert_device(tx, ws, ordinal, new, now).await? else {
                    return Ok(Registered::Overtaken);
                };
                *changes.entry(mine).or_default() += 1;
                let surplus = tx.all(&SURPLUS, args![ws.workspace(), ordinal, DEVICES_PER_USER]).await?;
                let surplus: Vec<i64> = surplus.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
                if !surplus.is_empty() {
                    take(&mut changes, &tx.all(&DELETE, args![json_ints(&surplus)]).await?)?;
                }
                (device, true)
            }
        };
        count(tx, changes).await?;
        Ok(Registered::Done(registered.0, registered.1))
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
}
