//! Makes waiting events into published notifications, many in one transaction: rows, log, inboxes, deliveries,
//! batches and counters commit with the events that caused them.

use std::collections::{BTreeMap, HashMap, HashSet};

use belfry_types::Ordinals;
use belfry_types::channel::{Channel, DeliveryState, Reason};
use belfry_types::id::NotificationId;
use belfry_types::notification::Status;
use belfry_types::scope::WorkspaceScope;
use belfry_types::time::Millis;

use crate::batches::{NewBatch, insert_batches};
use crate::bitmaps;
use crate::counters::Deltas;
use crate::db::Tx;
use crate::dialect::{hex, json_ints, statements};
use crate::error::{Error, Result};
use crate::inbox::{NarrowItem, insert_narrow};
use crate::overview::published;
use crate::publications::{NewPublication, insert_all, next_seq};
use crate::store::Store;
use crate::value::args;

statements! {
    TAKE = "UPDATE events SET done = 1 WHERE num IN {ints:$1} AND done = 0 RETURNING num";
    INSERT = "INSERT INTO notifications (id, organization, workspace, origin, event, status, content, audience, item, plain, \
        run_time, created_at, listed_at, run_until, seq, people, reasons, finished_at, attempted_at) \
        SELECT id, organization, workspace, 2, event, status, content, audience, item, plain, run_time, created_at, created_at, run_until, \
        seq, people, reasons, finished_at, finished_at FROM {rows:$1:id blob,organization int,workspace int,event int,status int,content text,\
audience text,item text,plain text,run_time int,created_at int,run_until int,seq int,people int,reasons text,finished_at int} AS r \
        WHERE true RETURNING num, id";
    PLAN = "INSERT INTO plans (notification, organization, workspace, lane, due_at, stage, audience) \
        VALUES ($1, $2, $3, 1, $4, 0, $5)";
    REACH = "SELECT r.workspace, d.ordinal, d.num, d.origin FROM {rows:$1:workspace int,ordinal int} AS r \
        JOIN devices d ON d.workspace = r.workspace AND d.active = 1 AND d.ordinal = r.ordinal \
        JOIN workspaces w ON w.num = r.workspace AND w.push_on = 1";
    PUSH_OFF = "SELECT num FROM workspaces WHERE num IN {ints:$1} AND push_on = 0";
    ACTIVE = "SELECT r.workspace, r.ordinal, m.push_off FROM {rows:$1:workspace int,ordinal int} AS r \
        JOIN memberships m ON m.workspace = r.workspace AND m.ordinal = r.ordinal AND m.status = 2";
    DELIVER = "INSERT INTO deliveries (notification, ordinal, channel, device, state) \
        SELECT notification, ordinal, 3, device, 0 FROM {rows:$1:notification int,ordinal int,device int} AS r";
}

/// A rendered event, ready to be published.
#[derive(Debug, Clone)]
pub struct EventPublication {
    /// The event's number.
    pub event: i64,
    /// Whose it is.
    pub scope: WorkspaceScope,
    /// The new notification's id.
    pub id: NotificationId,
    /// JSON of its content.
    pub content: String,
    /// JSON of its audience.
    pub audience: String,
    /// The common part of its items.
    pub item: String,
    /// Plain text for pushes.
    pub plain: String,
    /// Seconds.
    pub run_time_s: u32,
    /// When the event was accepted.
    pub created_at: Millis,
    /// Who gets it.
    pub recipients: Vec<u32>,
    /// What it stacks with.
    pub stack: Option<i64>,
    /// When its items leave inboxes.
    pub expires_at: Millis,
}

impl EventPublication {
    fn run_until(&self) -> Millis {
        self.created_at.plus(std::time::Duration::from_secs(u64::from(self.run_time_s)))
    }
}

/// One reachable device: person, device, origin.
type Reach = (u32, i64, String);

impl Store {
    /// Publishes events of one organization. Events that another worker took meanwhile are left out. Those with more
    /// than `at_once` recipients become plans. Returns how many were published.
    pub async fn publish_events(
        &self,
        events: Vec<EventPublication>,
        at_once: usize,
        now: Millis,
    ) -> Result<usize> {
        let mut tx = self.db.begin_behind().await?;
        let taken: HashSet<i64> = tx
            .all(&TAKE, args![json_ints(events.iter().map(|e| e.event))])
            .await?
            .iter()
            .map(|row| row.int(0))
            .collect::<Result<_>>()?;
        let events: Vec<_> = events.into_iter().filter(|e| taken.contains(&e.event)).collect();
        let (small, large): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|e| e.recipients.len() <= at_once);
        let published = small.len() + large.len();
        for event in large {
            plan(&mut tx, &event, now).await?;
        }
        if !small.is_empty() {
            publish(&mut tx, small, now).await?;
        }
        tx.commit().await?;
        Ok(published)
    }
}

async fn plan(tx: &mut Tx, event: &EventPublication, now: Millis) -> Result<()> {
    let row = row_of(event, Status::Sending, None, 0, "{}".into(), None);
    let made = tx.one(&INSERT, args![serde_json::to_string(&[row])?]).await?.ok_or(Error::NotFound)?;
    let people: Ordinals = event.recipients.iter().copied().collect();
    let (organization, workspace) = (event.scope.organization(), event.scope.workspace());
    tx.run(&PLAN, args![made.int(0)?, organization, workspace, now, bitmaps::to_bytes(&people)])
        .await
        .map(drop)
}

fn row_of(
    event: &EventPublication,
    status: Status,
    seq: Option<i64>,
    people: usize,
    reasons: String,
    finished_at: Option<Millis>,
) -> Vec<serde_json::Value> {
    use serde_json::json;
    vec![
        json!(hex(&event.id.0)),
        json!(event.scope.organization()),
        json!(event.scope.workspace()),
        json!(event.event),
        json!(status.code()),
        json!(event.content),
        json!(event.audience),
        json!(event.item),
        json!(event.plain),
        json!(event.run_time_s),
        json!(event.created_at.0),
        json!(event.run_until().0),
        json!(seq),
        json!(people),
        json!(reasons),
        json!(finished_at.map(|t| t.0)),
    ]
}

/// Publishes small events of one organization.
async fn publish(tx: &mut Tx, mut events: Vec<EventPublication>, now: Millis) -> Result<()> {
    let organization = events[0].scope.organization();
    let people_off = keep_active(tx, &mut events).await?;
    let (mut reach, push_off) = reach(tx, &events).await?;
    let last = next_seq(tx, organization, events.len(), false).await?;
    let first = last - i64::try_from(events.len()).unwrap_or(0) + 1;
    let mut by_workspace: BTreeMap<i64, usize> = BTreeMap::new();
    for event in &events {
        *by_workspace.entry(event.scope.workspace()).or_default() += 1;
    }
    for (workspace, n) in by_workspace {
        published(tx, workspace, n, now).await?;
    }
    let devices: Vec<Vec<Reach>> = events
        .iter()
        .map(|e| {
            e.recipients
                .iter()
                .flat_map(|o| reach.get(&(e.scope.workspace(), *o)).cloned().unwrap_or_default())
                .collect()
        })
        .collect();
    reach.clear();
    let rows: Vec<_> = events
        .iter()
        .zip(&devices)
        .enumerate()
        .map(|(i, (event, devices))| {
            let off = push_off.contains(&event.scope.workspace());
            let done = devices.is_empty();
            let status = if done { Status::Sent } else { Status::Sending };
            let seq = first + i64::try_from(i).unwrap_or(0);
            row_of(
                event,
                status,
                Some(seq),
                event.recipients.len(),
                reasons(event, devices, off, &people_off),
                done.then_some(now),
            )
        })
        .collect();
    let mut nums = HashMap::with_capacity(rows.len());
    for row in tx.all(&INSERT, args![serde_json::to_string(&rows)?]).await? {
        nums.insert(NotificationId(row.bytes(1)?), row.int(0)?);
    }
    let mut deltas = Deltas::default();
    let (mut items, mut deliveries, mut batches) = (Vec::new(), Vec::new(), Vec::new());
    let people: Vec<Ordinals> = events.iter().map(|e| e.recipients.iter().copied().collect()).collect();
    let mut publications = Vec::with_capacity(events.len());
    for (i, (event, devices)) in events.iter().zip(devices).enumerate() {
        let num = *nums.get(&event.id).ok_or(Error::NotFound)?;
        let seq = first + i64::try_from(i).unwrap_or(0);
        let (scope, expires_at) = (event.scope, event.expires_at);
        publications.push(NewPublication {
            seq,
            notification: num,
            scope,
            wide: false,
            people: &people[i],
            expires_at,
        });
        deltas.add(
            num,
            Channel::Inbox,
            DeliveryState::Success,
            i64::try_from(event.recipients.len()).unwrap_or(0),
        );
        deltas.add(num, Channel::WebPush, DeliveryState::Pending, i64::try_from(devices.len()).unwrap_or(0));
        for ordinal in &event.recipients {
            items.push(NarrowItem { scope, ordinal: *ordinal, seq, notification: num, stack: event.stack });
        }
        let mut by_origin: BTreeMap<String, Vec<(u32, i64)>> = BTreeMap::new();
        for (ordinal, device, origin) in devices {
            deliveries.push((num, ordinal, device));
            by_origin.entry(origin).or_default().push((ordinal, device));
        }
        for (origin, members) in by_origin {
            for members in members.chunks(belfry_types::limits::BATCH) {
                batches.push(NewBatch {
                    notification: num,
                    scope,
                    lane: 0,
                    channel: Channel::WebPush,
                    origin: origin.clone(),
                    members: members.to_vec(),
                    due_at: now,
                    claims: 0,
                });
            }
        }
    }
    insert_all(tx, &publications, now).await?;
    if !items.is_empty() {
        insert_narrow(tx, &items, now).await?;
    }
    if !deliveries.is_empty() {
        tx.run(&DELIVER, args![serde_json::to_string(&deliveries)?]).await?;
    }
    insert_batches(tx, &batches).await?;
    deltas.write(tx).await
}

/// Drops recipients whose membership ended between accepting and now; gives those of the others who have push off.
async fn keep_active(tx: &mut Tx, events: &mut [EventPublication]) -> Result<HashSet<(i64, u32)>> {
    let wanted: std::collections::BTreeSet<_> =
        events.iter().flat_map(|e| e.recipients.iter().map(|o| (e.scope.workspace(), *o))).collect();
    let (mut active, mut push_off) = (HashSet::new(), HashSet::new());
    for row in tx.all(&ACTIVE, args![serde_json::to_string(&wanted)?]).await? {
        let member = (row.int(0)?, row.ordinal(1)?);
        active.insert(member);
        if row.flag(2)? {
            push_off.insert(member);
        }
    }
    for event in events {
        let workspace = event.scope.workspace();
        event.recipients.retain(|ordinal| active.contains(&(workspace, *ordinal)));
    }
    Ok(push_off)
}

/// The devices that push can reach, and the workspaces whose push is off.
async fn reach(
    tx: &mut Tx,
    events: &[EventPublication],
) -> Result<(HashMap<(i64, u32), Vec<Reach>>, HashSet<i64>)> {
    let people: std::collections::BTreeSet<_> =
        events.iter().flat_map(|e| e.recipients.iter().map(|o| (e.scope.workspace(), *o))).collect();
    let workspaces: std::collections::BTreeSet<_> = events.iter().map(|e| e.scope.workspace()).collect();
    let mut reach: HashMap<(i64, u32), Vec<Reach>> = HashMap::new();
    for row in tx.all(&REACH, args![serde_json::to_string(&people)?]).await? {
        let ordinal = row.ordinal(1)?;
        reach.entry((row.int(0)?, ordinal)).or_default().push((ordinal, row.int(2)?, row.text(3)?));
    }
    let off = tx
        .all(&PUSH_OFF, args![json_ints(workspaces)])
        .await?
        .iter()
        .map(|r| r.int(0))
        .collect::<Result<_>>()?;
    Ok((reach, off))
}

/// Why those who get no push get none: people per reason.
fn reasons(
    event: &EventPublication,
    devices: &[Reach],
    workspace_off: bool,
    people_off: &HashSet<(i64, u32)>,
) -> String {
    let reached: HashSet<u32> = devices.iter().map(|(ordinal, _, _)| *ordinal).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for ordinal in event.recipients.iter().filter(|ordinal| !reached.contains(ordinal)) {
        let off = workspace_off || people_off.contains(&(event.scope.workspace(), *ordinal));
        let reason = if off { Reason::PushOff } else { Reason::NoDevice };
        *counts.entry(reason.as_str()).or_default() += 1;
    }
    serde_json::to_string(&counts).expect("words and numbers become JSON")
}
