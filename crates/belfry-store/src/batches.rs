//! The queue: batches of deliveries, leased by workers with a fence; `settle` ends them. A worker that lost its lease
//! changes no row.

use std::collections::HashMap;
use std::time::Duration;

use belfry_types::channel::{Channel, DeliveryState, Reason};
use belfry_types::limits;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::counters::Deltas;
use crate::db::Tx;
use crate::deliveries::members_json;
use crate::dialect::{json_ints, statements};
use crate::error::{Error, Result};
use crate::plans::millis;
use crate::store::Store;
use crate::value::args;

// The sets of ordinals say nothing new: with them both databases go by the key to single deliveries instead of reading
// all of a notification.
// The `+` keeps `device` out of the index search: ordinals and devices would be tried in every combination.
statements! {
    INSERT = "INSERT INTO batches (notification, organization, workspace, lane, channel, origin, members, due_at, claims) \
        SELECT notification, organization, workspace, lane, channel, origin, members, due_at, claims FROM \
        {rows:$1:notification int,organization int,workspace int,lane int,channel int,origin text,members text,due_at int,claims int} AS r";
    TURN = "INSERT INTO turns (lane, workspace, served_at) SELECT lane, workspace, 0 FROM {rows:$1:lane int,workspace int} AS r \
        WHERE true ON CONFLICT (lane, workspace) DO NOTHING";
    WHOSE = "SELECT t.lane, t.workspace FROM turns t WHERE EXISTS (SELECT 1 FROM batches b WHERE b.workspace = t.workspace \
        AND b.lane = t.lane AND b.due_at <= $1 AND b.leased_until < {now} AND b.origin NOT IN {texts:$2}) \
        ORDER BY t.lane, t.served_at LIMIT 1";
    SERVED = "UPDATE turns SET served_at = $3 WHERE lane = $1 AND workspace = $2";
    CLAIM = "UPDATE batches SET leased_until = {now} + $4, fence = fence + 1, claims = claims + 1 WHERE num IN (\
        SELECT num FROM batches WHERE workspace = $1 AND lane = $2 AND due_at <= $3 AND leased_until < {now} \
        AND origin NOT IN {texts:$5} ORDER BY due_at, num LIMIT $6 {skip}) \
        RETURNING num, notification, organization, workspace, lane, channel, origin, members, fence, claims";
    UNCLAIM = "UPDATE batches SET leased_until = 0, claims = claims - 1 WHERE num IN {ints:$1}";
    RESET = "UPDATE deliveries SET state = 0 WHERE notification = $1 AND ordinal IN {ints:$4} AND channel = $3 AND state = 1 \
        AND +device IN {ints:$2}";
    START = "UPDATE deliveries SET state = 1, attempts = attempts + 1 WHERE notification = $1 AND ordinal IN {ints:$4} \
        AND channel = $3 AND state = 0 \
        AND +device IN {ints:$2} \
        RETURNING ordinal, device, attempts";
    RENEW = "UPDATE batches SET leased_until = {now} + $3 WHERE num = $1 AND fence = $2";
    REMOVE = "DELETE FROM batches WHERE num = $1 AND fence = $2";
}

/// A batch to queue.
#[derive(Debug, Clone)]
pub(crate) struct NewBatch {
    pub(crate) notification: i64,
    pub(crate) scope: WorkspaceScope,
    pub(crate) lane: i64,
    pub(crate) channel: Channel,
    pub(crate) origin: String,
    pub(crate) members: Vec<(u32, i64)>,
    pub(crate) due_at: Millis,
    pub(crate) claims: i64,
}

pub(crate) async fn insert_batches(tx: &mut Tx, batches: &[NewBatch]) -> Result<()> {
    if batches.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = batches
        .iter()
        .map(|b| {
            let (organization, workspace) = (b.scope.organization(), b.scope.workspace());
            let members = members_json(&b.members);
            let channel = b.channel.code();
            (
                b.notification,
                organization,
                workspace,
                b.lane,
                channel,
                &b.origin,
                members,
                b.due_at.0,
                b.claims,
            )
        })
        .collect();
    tx.run(&INSERT, args![serde_json::to_string(&rows)?]).await?;
    let turns: std::collections::BTreeSet<_> =
        batches.iter().map(|b| (b.lane, b.scope.workspace())).collect();
    tx.run(&TURN, args![serde_json::to_string(&turns)?]).await.map(drop)
}

/// A leased batch.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its number.
    pub num: i64,
    fence: i64,
    /// The notification's number.
    pub notification: i64,
    /// Whose it is.
    pub scope: WorkspaceScope,
    /// 0 is the quick lane.
    pub lane: i64,
    /// By which channel.
    pub channel: Channel,
    /// Where it goes.
    pub origin: String,
    /// What is to be sent: those of its members that were still pending, each with this attempt's number.
    pub due: Vec<Due>,
    /// It killed its workers again and again and has one row left.
    pub poisonous: bool,
}

/// One delivery of a leased batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The person.
    pub ordinal: u32,
    /// The device's number.
    pub device: i64,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

/// What became of one delivery.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The person.
    pub ordinal: u32,
    /// The device's number.
    pub device: i64,
    /// A final state.
    pub state: DeliveryState,
    /// Why.
    pub reason: Option<Reason>,
    /// What was answered, in words.
    pub detail: Option<String>,
}

/// Deliveries that form a new batch.
#[derive(Debug, Clone)]
pub struct Again {
    /// When they are due.
    pub due_at: Millis,
    /// `(ordinal, device)`.
    pub members: Vec<(u32, i64)>,
    /// The attempt took place; otherwise it is given back.
    pub counts: bool,
}

/// How many batches a worker has room for, by push service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Those for which nothing may go now.
    pub blocked: Vec<String>,
    /// What is left for those that have batches in flight.
    pub left: HashMap<String, usize>,
    /// Batches of every other.
    pub each: usize,
}

impl Room {
    /// Takes a place; `false` when there is none.
    fn take(&mut self, origin: String) -> bool {
        let left = self.left.entry(origin).or_insert(self.each);
        let free = *left > 0;
        *left -= usize::from(free);
        free
    }
}

impl Store {
    /// Leases up to `limit` batches of the workspace whose turn it is, of each push service only as many as there is
    /// room for.
    pub async fn lease_batches(
        &self,
        now: Millis,
        lease: Duration,
        mut room: Room,
        limit: usize,
    ) -> Result<Vec<Batch>> {
        let full = room.left.iter().filter(|(_, left)| **left == 0).map(|(origin, _)| origin);
        let blocked = serde_json::to_string(&room.blocked.iter().chain(full).collect::<Vec<_>>())?;
        // Asked outside of the writer: an idle worker holds nobody up.
        let Some(row) = self.db.one(&WHOSE, args![now, blocked.clone()]).await? else { return Ok(vec![]) };
        let (lane, workspace) = (row.int(0)?, row.int(1)?);
        let mut tx = self.db.begin().await?;
        let claimed = tx.all(&CLAIM, args![workspace, lane, now, millis(lease), blocked, limit]).await?;
        let (mut kept, mut beyond) = (Vec::with_capacity(claimed.len()), Vec::new());
        for row in claimed {
            if room.take(row.text(6)?) {
                kept.push(row);
            } else {
                beyond.push(row.int(0)?);
            }
        }
        if !beyond.is_empty() {
            tx.run(&UNCLAIM, args![json_ints(beyond)]).await?;
        }
        tx.run(&SERVED, args![lane, workspace, now]).await?;
        let mut deltas = Deltas::default();
        let mut batches = Vec::with_capacity(kept.len());
        for row in &kept {
            let members: Vec<(u32, i64)> = row.json(7)?;
            let claims = row.int(9)?;
            let batch = Batch {
                num: row.int(0)?,
                notification: row.int(1)?,
                scope: Scope::granted(row.int(2)?).in_workspace(row.int(3)?),
                lane: row.int(4)?,
                channel: row.coded(5, Channel::from_code)?,
                origin: row.text(6)?,
                fence: row.int(8)?,
                due: Vec::with_capacity(members.len()),
                poisonous: claims > i64::from(limits::CLAIMS_MAX) && members.len() == 1,
            };
            if let Some(batch) = start(&mut tx, batch, &members, claims, now, &mut deltas).await? {
                batches.push(batch);
            }
        }
        deltas.write(&mut tx).await?;
        tx.commit().await?;
        Ok(batches)
    }

    /// Prolongs a lease; [`Error::LeaseLost`] when someone else has it.
    pub async fn renew_batch(&self, batch: &Batch, lease: Duration) -> Result<()> {
        let changed = self.db.run(&RENEW, args![batch.num, batch.fence, millis(lease)]).await?;
        if changed == 0 { Err(Error::LeaseLost) } else { Ok(()) }
    }
}

/// Prolongs a batch's lease or, with `last`, removes the batch; [`Error::LeaseLost`] when someone else has it.
pub(crate) async fn keep_or_remove(tx: &mut Tx, batch: &Batch, last: bool, lease: Duration) -> Result<()> {
    let changed = if last {
        tx.run(&REMOVE, args![batch.num, batch.fence]).await?
    } else {
        tx.run(&RENEW, args![batch.num, batch.fence, millis(lease)]).await?
    };
    if changed == 0 { Err(Error::LeaseLost) } else { Ok(()) }
}

/// Marks a claimed batch's deliveries as being sent. A batch whose worker died is split when that happens again and
/// again, so that a poisonous row ends alone; `None` says that it was split or has nothing left to send.
async fn start(
    tx: &mut Tx,
    mut batch: Batch,
    members: &[(u32, i64)],
    claims: i64,
    now: Millis,
    deltas: &mut Deltas,
) -> Result<Option<Batch>> {
    let (notification, channel) = (batch.notification, batch.channel);
    if claims > 1 {
        let args = args![notification, devices_json(members), channel.code(), ordinals_json(members)];
        let reset = i64::try_from(tx.run(&RESET, args).await?).unwrap_or(0);
        deltas.add(notification, channel, DeliveryState::Sending, -reset);
        deltas.add(notification, channel, DeliveryState::Pending, reset);
    }
    if claims > i64::from(limits::CLAIMS_MAX) && members.len() > 1 {
        tx.run(&REMOVE, args![batch.num, batch.fence]).await?;
        let halves: Vec<NewBatch> = members
            .chunks(members.len().div_ceil(2))
            .map(|half| NewBatch {
                notification,
                scope: batch.scope,
                lane: batch.lane,
                channel,
                origin: batch.origin.clone(),
                members: half.to_vec(),
                due_at: now,
                claims: i64::from(limits::CLAIMS_MAX) - 1,
            })
            .collect();
        insert_batches(tx, &halves).await?;
        return Ok(None);
    }
    let rows = tx
        .all(&START, args![notification, devices_json(members), channel.code(), ordinals_json(members)])
        .await?;
    for row in &rows {
        batch.due.push(Due { ordinal: row.ordinal(0)?, device: row.int(1)?, attempt: row.int(2)? });
    }
    let started = i64::try_from(rows.len()).unwrap_or(0);
    deltas.add(notification, channel, DeliveryState::Pending, -started);
    deltas.add(notification, channel, DeliveryState::Sending, started);
    if batch.due.is_empty() {
        tx.run(&REMOVE, args![batch.num, batch.fence]).await?;
        return Ok(None);
    }
    Ok(Some(batch))
}

pub(crate) fn ordinals_json(members: &[(u32, i64)]) -> String {
    json_ints(members.iter().map(|(ordinal, _)| *ordinal))
}

pub(crate) fn devices_json(members: &[(u32, i64)]) -> String {
    json_ints(members.iter().map(|(_, device)| *device))
}
