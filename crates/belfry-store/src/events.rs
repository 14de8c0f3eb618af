//! Events as they were raised: accepted many at a time in one transaction, and kept until they were made into
//! notifications (see `publish.rs`).

use std::collections::{HashMap, HashSet};

use belfry_types::id::{EventId, NotificationId};
use belfry_types::people::email_key;
use belfry_types::scope::{Scope, WorkspaceScope};
use belfry_types::time::Millis;

use crate::dialect::{hex, json_ints, statements};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::args;

statements! {
    BY_EXTERNAL_ID = "SELECT r.workspace, r.name, u.ordinal, m.status \
        FROM {rows:$1:organization int,workspace int,name text} AS r \
        JOIN users u ON u.organization = r.organization AND u.external_id = r.name \
        JOIN memberships m ON m.workspace = r.workspace AND m.ordinal = u.ordinal";
    BY_EMAIL = "SELECT r.workspace, r.name, u.ordinal, m.status \
        FROM {rows:$1:organization int,workspace int,name text} AS r \
        JOIN users u ON u.organization = r.organization AND u.email_key = r.name \
        JOIN memberships m ON m.workspace = r.workspace AND m.ordinal = u.ordinal";
    CLAIM_KEYS = "INSERT INTO idempotency (organization, key_hash, body_hash, answer, created_at) \
        SELECT organization, key_hash, body_hash, answer, $2 \
        FROM {rows:$1:organization int,key_hash blob,body_hash blob,answer text} AS r WHERE true \
        ON CONFLICT (organization, key_hash) DO NOTHING RETURNING answer";
    CLAIMED = "SELECT i.organization, i.key_hash, i.body_hash, i.answer FROM idempotency i \
        JOIN {rows:$1:organization int,key_hash blob} AS r ON i.organization = r.organization AND i.key_hash = r.key_hash";
    INSERT = "INSERT INTO events (id, organization, workspace, content, run_time, recipients, created_at) \
        SELECT id, organization, workspace, content, run_time, recipients, $2 \
        FROM {rows:$1:id blob,organization int,workspace int,content text,run_time int,recipients text} AS r";
    WAITING = "SELECT num, id, organization, workspace, content, run_time, recipients, created_at \
        FROM events WHERE done = 0 ORDER BY num LIMIT $1";
    ONE = "SELECT num, content, created_at, done FROM events WHERE workspace = $1 AND id = $2";
    NOTIFICATIONS = "SELECT id FROM notifications WHERE event = $1 AND event <> 0 AND workspace = $2 ORDER BY num";
}

/// What an `Idempotency-Key` stands for: who asked for what, and with which body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// SHA-256 of the asker, the route and the key.
    pub key_hash: [u8; 32],
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// An event to accept.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Where.
    pub scope: WorkspaceScope,
    /// Its id.
    pub id: EventId,
    /// JSON of its `Content`.
    pub content: String,
    /// Seconds.
    pub run_time_s: u32,
    /// External ids or emails.
    pub recipients: Vec<String>,
    /// Unknown recipients are left out instead of refused.
    pub ignore_unknown: bool,
    /// Makes a repetition harmless.
    pub idempotency: Option<IdempotencyKey>,
}

/// What became of an event to accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptedEvent {
    /// It is durable.
    New(EventId),
    /// The same key and body had been accepted as this one.
    Replayed(EventId),
    /// The key was used with another body.
    Conflict,
    /// These recipients are not members of the workspace; nothing was kept.
    Unknown(Vec<String>),
}

/// An event that waits to become a notification.
#[derive(Debug, Clone)]
pub struct WaitingEvent {
    /// Internal number.
    pub num: i64,
    /// Public id.
    pub id: EventId,
    /// Whose it is.
    pub scope: WorkspaceScope,
    /// JSON of its `Content`.
    pub content: String,
    /// Seconds.
    pub run_time_s: u32,
    /// Who gets it.
    pub recipients: Vec<u32>,
    /// When it was accepted.
    pub created_at: Millis,
}

/// An event as it can be asked for.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// JSON of its `Content`.
    pub content: String,
    /// When it was accepted.
    pub created_at: Millis,
    /// Its notifications were made.
    pub done: bool,
    /// The notifications that were made from it.
    pub notifications: Vec<NotificationId>,
}

impl Store {
    /// Accepts events, each for itself, in one transaction. When this returns they are durable.
    pub async fn accept_events(&self, events: &[NewEvent], now: Millis) -> Result<Vec<AcceptedEvent>> {
        let known = self.recipients(events).await?;
        let mut answers: Vec<Option<AcceptedEvent>> = vec![None; events.len()];
        let mut rows = Vec::with_capacity(events.len());
        for (i, event) in events.iter().enumerate() {
            let (mut ordinals, mut unknown, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
            for name in &event.recipients {
                match known.get(&(event.scope.workspace(), name.as_str())) {
                    Some(Some(ordinal)) if seen.insert(*ordinal) => ordinals.push(*ordinal),
                    Some(_) => {}
                    None => unknown.push(name.clone()),
                }
            }
            if !unknown.is_empty() && !event.ignore_unknown {
                answers[i] = Some(AcceptedEvent::Unknown(unknown));
                continue;
            }
            ordinals.sort_unstable();
            rows.push((i, json_ints(ordinals)));
        }
        if rows.is_empty() {
            return Ok(answers.into_iter().flatten().collect());
        }
        let mut tx = self.db.begin().await?;
        let refused = claim_keys(&mut tx, events, &rows, now).await?;
        let inserts: Vec<_> = rows
            .iter()
            .filter(|(i, _)| !refused.contains_key(i))
            .map(|(i, recipients)| {
                let event = &events[*i];
                let scope = event.scope;
                (
                    hex(&event.id.0),
                    scope.organization(),
                    scope.workspace(),
                    &event.content,
                    event.run_time_s,
                    recipients,
                )
            })
            .collect();
        if !inserts.is_empty() {
            tx.run(&INSERT, args![serde_json::to_string(&inserts)?, now]).await?;
        }
        tx.commit().await?;
        for (i, _) in &rows {
            answers[*i] = Some(refused.get(i).cloned().unwrap_or(AcceptedEvent::New(events[*i].id)));
        }
        Ok(answers.into_iter().flatten().collect())
    }

    /// Who the named recipients are: an ordinal, or `None` for someone whose membership is not active.
    async fn recipients<'a>(&self, events: &'a [NewEvent]) -> Result<HashMap<(i64, &'a str), Option<u32>>> {
        let mut wanted: HashMap<(i64, i64, &str), ()> = HashMap::new();
        for event in events {
            for name in &event.recipients {
                wanted.insert((event.scope.organization(), event.scope.workspace(), name), ());
            }
        }
        let mut found: HashMap<(i64, String), Option<u32>> = HashMap::with_capacity(wanted.len());
        let active = |status: i64, ordinal: u32| (status == 2).then_some(ordinal);
        let rows: Vec<_> = wanted.keys().collect();
        for row in self.db.all(&BY_EXTERNAL_ID, args![serde_json::to_string(&rows)?]).await? {
            found.insert((row.int(0)?, row.text(1)?), active(row.int(3)?, row.ordinal(2)?));
        }
        let mut by_email: HashMap<(i64, String), Option<u32>> = HashMap::new();
        let emails: Vec<_> = wanted
            .keys()
            .filter(|(_, w, name)| name.contains('@') && !found.contains_key(&(*w, (*name).to_owned())))
            .map(|(o, w, name)| (o, w, email_key(name)))
            .collect();
        if !emails.is_empty() {
            for row in self.db.all(&BY_EMAIL, args![serde_json::to_string(&emails)?]).await? {
                by_email.insert((row.int(0)?, row.text(1)?), active(row.int(3)?, row.ordinal(2)?));
            }
        }
        let mut known = HashMap::with_capacity(wanted.len());
        for (_, workspace, name) in wanted.into_keys() {
            let hit = found
                .get(&(workspace, name.to_owned()))
                .or_else(|| by_email.get(&(workspace, email_key(name))));
            if let Some(ordinal) = hit {
                known.insert((workspace, name), *ordinal);
            }
        }
        Ok(known)
    }

    /// The oldest events that wait to become notifications, over all tenants.
    pub async fn waiting_events(&self, limit: usize) -> Result<Vec<WaitingEvent>> {
        self.db
            .all(&WAITING, args![limit])
            .await?
            .iter()
            .map(|row| {
                Ok(WaitingEvent {
                    num: row.int(0)?,
                    id: EventId(row.bytes(1)?),
                    scope: Scope::granted(row.int(2)?).in_workspace(row.int(3)?),
                    content: row.text(4)?,
                    run_time_s: row.ordinal(5)?,
                    recipients: row.json(6)?,
                    created_at: row.millis(7)?,
                })
            })
            .collect()
    }

    /// One event with the notifications that were made from it.
    pub async fn event(&self, scope: WorkspaceScope, id: EventId) -> Result<EventRow> {
        let row = self.db.one(&ONE, args![scope.workspace(), id.0]).await?.ok_or(Error::NotFound)?;
        let made = self.db.all(&NOTIFICATIONS, args![row.int(0)?, scope.workspace()]).await?;
        Ok(EventRow {
            content: row.text(1)?,
            created_at: row.millis(2)?,
            done: row.flag(3)?,
            notifications: made.iter().map(|r| Ok(NotificationId(r.bytes(0)?))).collect::<Result<_>>()?,
        })
    }
}

/// Claims the idempotency keys of a group of events; what could not be claimed is answered with what the key stands
/// for. Two events with the same key in one group are treated as if they had come one after the other.
async fn claim_keys(
    tx: &mut crate::db::Tx,
    events: &[NewEvent],
    rows: &[(usize, String)],
    now: Millis,
) -> Result<HashMap<usize, AcceptedEvent>> {
    let keyed: Vec<(usize, IdempotencyKey)> =
        rows.iter().filter_map(|(i, _)| events[*i].idempotency.map(|key| (*i, key))).collect();
    let mut refused = HashMap::new();
    if keyed.is_empty() {
        return Ok(refused);
    }
    let mut seen = HashSet::new();
    let claims: Vec<_> = keyed
        .iter()
        .filter(|(i, key)| seen.insert((events[*i].scope.organization(), key.key_hash)))
        .map(|(i, key)| {
            let event = &events[*i];
            (event.scope.organization(), hex(&key.key_hash), hex(&key.body_hash), event.id.to_string())
        })
        .collect();
    let claimed: HashSet<String> = tx
        .all(&CLAIM_KEYS, args![serde_json::to_string(&claims)?, now])
        .await?
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<_>>()?;
    if claimed.len() == keyed.len() {
        return Ok(refused);
    }
    let lookups: Vec<_> = claims.iter().map(|(organization, key, _, _)| (organization, key)).collect();
    let mut standing = HashMap::new();
    for row in tx.all(&CLAIMED, args![serde_json::to_string(&lookups)?]).await? {
        standing.insert((row.int(0)?, row.bytes::<32>(1)?), (row.bytes::<32>(2)?, row.text(3)?));
    }
    for (i, key) in keyed {
        let event = &events[i];
        if claimed.contains(&event.id.to_string()) {
            continue;
        }
        let (body, answer) = standing
            .get(&(event.scope.organization(), key.key_hash))
            .ok_or_else(|| Error::Corrupt("an idempotency key vanished while it was claimed".into()))?;
        let id = answer.parse().map_err(|_| Error::Corrupt("an idempotent answer is no event id".into()))?;
        let same = *body == key.body_hash;
        refused.insert(i, if same { AcceptedEvent::Replayed(id) } else { AcceptedEvent::Conflict });
    }
    Ok(refused)
}
