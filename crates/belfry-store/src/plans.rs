//! Notifications that are being planned: leased by a planner, moved on page by page, each page in one transaction
//! that is fenced by the lease.

use std::collections::BTreeMap;
use std::time::Duration;

use belfry_types::Ordinals;
use belfry_types::audience::Audience;
use belfry_types::channel::{Channel, DeliveryState};
use belfry_types::notification::{Content, Origin};
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::batches::{NewBatch, insert_batches};
use crate::bitmaps;
use crate::counters::{Deltas, finish_if_done};
use crate::db::Tx;
use crate::deliveries::insert_pending;
use crate::dialect::statements;
use crate::error::{Error, Result};
use crate::inbox::NarrowItem;
use crate::overview::published;
use crate::publications::{NewPublication, next_seq};
use crate::store::Store;
use crate::value::args;

statements! {
    LEASE = "UPDATE plans SET leased_until = {now} + $2, fence = fence + 1 WHERE notification IN (\
        SELECT notification FROM plans WHERE due_at <= $1 AND leased_until < {now} AND lane <= $3 \
        ORDER BY lane, due_at LIMIT 1 {skip}) \
        RETURNING notification, organization, workspace, lane, stage, audience, ordinal, device, reached, fence, push_off";
    SOURCE = "SELECT n.content, n.audience, n.created_at, n.run_until, w.push_on, n.origin, n.only_device FROM notifications n \
        JOIN workspaces w ON w.num = n.workspace WHERE n.num = $1";
    MOVE = "UPDATE plans SET stage = $3, ordinal = $4, device = $5, reached = $6, leased_until = {now} + $7 \
        WHERE notification = $1 AND fence = $2";
    BEGUN = "UPDATE notifications SET status = 2 WHERE num = $1 AND status = 1";
    KEEP_AUDIENCE = "UPDATE plans SET audience = $3, push_off = $4 WHERE notification = $1 AND fence = $2";
    PUBLISHED = "UPDATE notifications SET seq = $2, wide = $3, people = people + $4 WHERE num = $1";
    REASONS = "UPDATE notifications SET reasons = $2 WHERE num = $1";
    DONE = "DELETE FROM plans WHERE notification = $1 AND fence = $2";
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The audience is not resolved yet.
    Resolve,
    /// A narrow one is published page by page.
    Publish,
    /// Devices are paged through.
    Devices,
}

/// A leased plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The notification's number.
    pub notification: i64,
    /// Whose it is.
    pub scope: WorkspaceScope,
    /// 0 is the quick lane.
    pub lane: i64,
    /// Where it stands.
    pub stage: Stage,
    /// The audience as it was resolved.
    pub audience: Option<Ordinals>,
    /// Those of it who had push off when it was resolved: they get none, also where they switched it on since.
    pub push_off: Ordinals,
    /// The last ordinal that was done, -1 before the first.
    pub ordinal: i64,
    /// The last device of it that was done.
    pub device: i64,
    /// People who got at least one push delivery so far.
    pub reached: i64,
    fence: i64,
    /// The notification's content.
    pub content: Content,
    /// Its audience's JSON.
    pub audience_json: String,
    /// When it was accepted.
    pub created_at: Millis,
    /// When its run-time is over.
    pub run_until: Millis,
    /// The workspace's push switch.
    pub push_on: bool,
    /// It is a test, which counts nowhere.
    pub test: bool,
    /// The number of the only device that it is pushed to.
    pub only_device: Option<i64>,
}

/// One page of planned push deliveries.
#[derive(Debug, Default)]
pub struct DevicePage {
    /// What is to be delivered, by origin: `(ordinal, device)`.
    pub by_origin: BTreeMap<String, Vec<(u32, i64)>>,
    /// The cursor after this page.
    pub ordinal: i64,
    /// The cursor after this page.
    pub device: i64,
    /// People reached in all, this page included.
    pub reached: i64,
    /// There is nothing after it.
    pub last: bool,
}

/// One page of people of a narrow notification.
#[derive(Debug)]
pub struct NarrowPage<'a> {
    /// Everyone it is for; kept with the first page.
    pub audience: &'a Ordinals,
    /// Those of this page.
    pub people: &'a Ordinals,
    /// More will follow.
    pub rest: bool,
    /// When its items leave inboxes.
    pub expires_at: Millis,
}

impl Store {
    /// Leases the plan that is due first, in a lane up to `lane`.
    pub async fn lease_plan(&self, now: Millis, lease: Duration, lane: i64) -> Result<Option<Plan>> {
        let mut tx = self.db.begin().await?;
        let Some(row) = tx.one(&LEASE, args![now, millis(lease), lane]).await? else { return Ok(None) };
        let notification = row.int(0)?;
        let source = tx.one(&SOURCE, args![notification]).await?.ok_or(Error::NotFound)?;
        // From here on it is too late to take it back.
        tx.run(&BEGUN, args![notification]).await?;
        tx.commit().await?;
        Ok(Some(Plan {
            notification,
            scope: Scope::granted(row.int(1)?).in_workspace(row.int(2)?),
            lane: row.int(3)?,
            stage: match row.int(4)? {
                0 => Stage::Resolve,
                1 => Stage::Publish,
                _ => Stage::Devices,
            },
            audience: row.blob_opt(5)?.map(|bytes| bitmaps::from_bytes(&bytes)).transpose()?,
            push_off: row
                .blob_opt(10)?
                .map_or_else(|| Ok(Ordinals::new()), |bits| bitmaps::from_bytes(&bits))?,
            ordinal: row.int(6)?,
            device: row.int(7)?,
            reached: row.int(8)?,
            fence: row.int(9)?,
            content: source.json(0)?,
            audience_json: source.text(1)?,
            created_at: source.millis(2)?,
            run_until: source.millis(3)?,
            push_on: source.flag(4)?,
            test: source.coded(5, Origin::from_code)? == Origin::Test,
            only_device: Some(source.int(6)?).filter(|device| *device != 0),
        }))
    }

    /// Publishes a wide notification: one row, one bitmap, and it is in every inbox. Returns its seq.
    pub async fn publish_wide(
        &self,
        plan: &mut Plan,
        people: Ordinals,
        expires_at: Millis,
        lease: Duration,
        now: Millis,
    ) -> Result<i64> {
        let mut tx = self.db.begin().await?;
        let n = i64::try_from(people.len()).unwrap_or(i64::MAX);
        move_on(&mut tx, plan, Stage::Devices, (-1, -1), 0, lease).await?;
        keep_audience(&mut tx, plan, &people).await?;
        let mut deltas = Deltas::default();
        deltas.add(plan.notification, Channel::Inbox, DeliveryState::Success, n);
        deltas.write(&mut tx).await?;
        let seq = next_seq(&mut tx, plan.scope.organization(), 1, true).await?;
        tx.run(&PUBLISHED, args![plan.notification, seq, true, n]).await?;
        if !plan.test {
            published(&mut tx, plan.scope.workspace(), 1, now).await?;
        }
        let publication = NewPublication {
            seq,
            notification: plan.notification,
            scope: plan.scope,
            wide: true,
            people: &people,
            expires_at,
        };
        publication.insert(&mut tx, now).await?;
        tx.commit().await?;
        (plan.stage, plan.ordinal, plan.device, plan.reached, plan.audience) =
            (Stage::Devices, -1, -1, 0, Some(people));
        Ok(seq)
    }

    /// Publishes a narrow notification to one page of people, a row each.
    pub async fn publish_narrow(
        &self,
        plan: &mut Plan,
        page: NarrowPage<'_>,
        lease: Duration,
        now: Millis,
    ) -> Result<i64> {
        let NarrowPage { audience, people: page, rest, expires_at } = page;
        let mut tx = self.db.begin().await?;
        let n = i64::try_from(page.len()).unwrap_or(i64::MAX);
        let (stage, ordinal) =
            if rest { (Stage::Publish, page.max().map_or(-1, i64::from)) } else { (Stage::Devices, -1) };
        move_on(&mut tx, plan, stage, (ordinal, -1), 0, lease).await?;
        if plan.stage == Stage::Resolve {
            keep_audience(&mut tx, plan, audience).await?;
        }
        let mut deltas = Deltas::default();
        deltas.add(plan.notification, Channel::Inbox, DeliveryState::Success, n);
        deltas.write(&mut tx).await?;
        let seq = next_seq(&mut tx, plan.scope.organization(), 1, false).await?;
        tx.run(&PUBLISHED, args![plan.notification, seq, false, n]).await?;
        if plan.stage == Stage::Resolve && !plan.test {
            published(&mut tx, plan.scope.workspace(), 1, now).await?;
        }
        NewPublication {
            seq,
            notification: plan.notification,
            scope: plan.scope,
            wide: false,
            people: page,
            expires_at,
        }
        .insert(&mut tx, now)
        .await?;
        let stack = plan.content.stack_key(plan.scope.workspace());
        let items: Vec<_> = page
            .iter()
            .map(|ordinal| NarrowItem {
                scope: plan.scope,
                ordinal,
                seq,
                notification: plan.notification,
                stack,
            })
            .collect();
        crate::inbox::insert_narrow(&mut tx, &items, now).await?;
        tx.commit().await?;
        (plan.stage, plan.ordinal, plan.device, plan.reached) = (stage, ordinal, -1, 0);
        plan.audience = Some(audience.clone());
        Ok(seq)
    }

    /// Writes one page of push deliveries with their batches, counters and the cursor.
    pub async fn write_device_page(
        &self,
        plan: &mut Plan,
        page: DevicePage,
        lease: Duration,
        now: Millis,
    ) -> Result<()> {
        let mut tx = self.db.begin_behind().await?;
        move_on(&mut tx, plan, Stage::Devices, (page.ordinal, page.device), page.reached, lease).await?;
        let mut deltas = Deltas::default();
        let mut batches = Vec::new();
        for (origin, members) in page.by_origin {
            insert_pending(&mut tx, plan.notification, Channel::WebPush, &members).await?;
            let n = i64::try_from(members.len()).unwrap_or(i64::MAX);
            deltas.add(plan.notification, Channel::WebPush, DeliveryState::Pending, n);
            for members in members.chunks(belfry_types::limits::BATCH) {
                batches.push(NewBatch {
                    notification: plan.notification,
                    scope: plan.scope,
                    lane: plan.lane,
                    channel: Channel::WebPush,
                    origin: origin.clone(),
                    members: members.to_vec(),
                    due_at: now,
                    claims: 0,
                });
            }
        }
        insert_batches(&mut tx, &batches).await?;
        deltas.write(&mut tx).await?;
        tx.commit().await?;
        (plan.stage, plan.ordinal, plan.device, plan.reached) =
            (Stage::Devices, page.ordinal, page.device, page.reached);
        Ok(())
    }

    /// Ends a plan: writes the reasons and, if nothing is open, the final status.
    pub async fn finish_plan(&self, plan: &Plan, reasons: &BTreeMap<&str, i64>, now: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if tx.run(&DONE, args![plan.notification, plan.fence]).await? == 0 {
            return Err(Error::LeaseLost);
        }
        // Locks the rows that settling transactions change, so that one of the two sees the other's end; and before the
        // notification's, as those do.
        let mut deltas = Deltas::default();
        deltas.touch(plan.notification, Channel::Inbox, DeliveryState::Success);
        deltas.touch(plan.notification, Channel::WebPush, DeliveryState::Sending);
        deltas.write(&mut tx).await?;
        let reasons: BTreeMap<_, _> = reasons.iter().filter(|(_, n)| **n > 0).collect();
        tx.run(&REASONS, args![plan.notification, serde_json::to_string(&reasons)?]).await?;
        finish_if_done(&mut tx, plan.notification, now).await?;
        tx.commit().await
    }
}

/// Keeps what was resolved, for whoever goes on with the plan.
async fn keep_audience(tx: &mut Tx, plan: &Plan, people: &Ordinals) -> Result<()> {
    let off = (!plan.push_off.is_empty()).then(|| bitmaps::to_bytes(&plan.push_off));
    let values = args![plan.notification, plan.fence, bitmaps::to_bytes(people), off];
    tx.run(&KEEP_AUDIENCE, values).await.map(drop)
}

async fn move_on(
    tx: &mut Tx,
    plan: &Plan,
    stage: Stage,
    at: (i64, i64),
    reached: i64,
    lease: Duration,
) -> Result<()> {
    let stage = match stage {
        Stage::Resolve => 0_i64,
        Stage::Publish => 1,
        Stage::Devices => 2,
    };
    let args = args![plan.notification, plan.fence, stage, at.0, at.1, reached, millis(lease)];
    if tx.run(&MOVE, args).await? == 0 { Err(Error::LeaseLost) } else { Ok(()) }
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Named people are in the quick lane; what is more goes behind.
pub fn lane_of(audience: &Audience) -> i64 {
    i64::from(!matches!(audience, Audience::Users { names, .. } if names.len() <= 300))
}
