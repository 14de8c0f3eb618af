//! Makes accepted events into notifications: takes what waits, renders it, publishes it in one transaction.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use belfry_store::{Dialect, EventPublication, Result, WaitingEvent, Workspace};
use belfry_types::id::NotificationId;
use belfry_types::limits;
use belfry_types::notification::Content;
use belfry_types::time::Millis;
use tokio_util::sync::CancellationToken;

use crate::item::render_content;
use crate::{Engine, fault};

/// Events of one transaction.
const BATCH: usize = 200;
/// Events of one transaction while others wait to be accepted; keeps it to a few milliseconds.
const BATCH_BUSY: usize = 40;
/// While others wait to be accepted publishing takes one part in this many of the time, and catches up afterwards. SQLite
/// lets those who wait go first by itself; PostgreSQL would do both at once, on the same processors.
const SHARE_LITE: u32 = 4;
const SHARE_PG: u32 = 8;
/// Once the oldest waits longer than this it takes half of the time, so that inboxes do not fall behind without end.
const LATE: Duration = Duration::from_secs(10);
const SHARE_LATE: u32 = 2;
/// The longest pause for that.
const PAUSE_MAX: Duration = Duration::from_millis(200);

/// Runs until it is told to stop.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let share = if engine.store.dialect() == Dialect::Lite { SHARE_LITE } else { SHARE_PG };
    while !stop.is_cancelled() {
        let (begun, busy) = (engine.clock.now(), engine.accept.is_busy());
        match step(&engine, if busy { BATCH_BUSY } else { BATCH }).await {
            Ok((0, _)) => {
                tokio::select! {
                    () = engine.wake.events.notified() => {}
                    () = tokio::time::sleep(crate::POLL) => {}
                    () = stop.cancelled() => return,
                }
            }
            Ok((_, oldest)) if busy => {
                let now = engine.clock.now();
                let late = oldest.is_some_and(|at| now.since(at) > LATE);
                let share = if late { SHARE_LATE } else { share };
                let taken = now.since(begun).max(Duration::from_millis(1));
                tokio::time::sleep((taken * (share - 1)).min(PAUSE_MAX)).await;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "events could not be published; they are kept and tried again");
                tokio::time::sleep(crate::AFTER_ERROR).await;
            }
        }
    }
}

/// Publishes one batch and returns how many events it found, and when the oldest of them was accepted.
async fn step(engine: &Engine, batch: usize) -> Result<(usize, Option<Millis>)> {
    let waiting = engine.store.waiting_events(batch).await?;
    let (found, oldest) = (waiting.len(), waiting.first().map(|event| event.created_at));
    let mut by_organization: BTreeMap<i64, Vec<WaitingEvent>> = BTreeMap::new();
    for event in waiting {
        by_organization.entry(event.scope.organization()).or_default().push(event);
    }
    for events in by_organization.into_values() {
        let publications = rendered(engine, events).await?;
        fault::point("plan");
        let at_once = usize::try_from(limits::WIDE_ABOVE).unwrap_or(usize::MAX);
        engine.store.publish_events(publications, at_once, engine.clock.now()).await?;
    }
    if found > 0 {
        engine.wake.live.notify_waiters();
        engine.wake.deliver.notify_one();
        engine.wake.plan.notify_waiters();
    }
    Ok((found, oldest))
}

async fn rendered(engine: &Engine, events: Vec<WaitingEvent>) -> Result<Vec<EventPublication>> {
    let mut workspaces: HashMap<i64, Workspace> = HashMap::new();
    let mut publications = Vec::with_capacity(events.len());
    for event in events {
        let number = event.scope.workspace();
        let workspace = match workspaces.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(engine.store.workspace(event.scope).await?),
        };
        let content: Content = serde_json::from_str(&event.content)?;
        let id = NotificationId::new(event.created_at, &*engine.rng);
        let rendered = render_content(id, &content, workspace, &engine.settings);
        publications.push(EventPublication {
            event: event.num,
            scope: event.scope,
            id,
            audience: format!(r#"{{"event":"{}"}}"#, event.id),
            item: rendered.item,
            plain: rendered.plain,
            run_time_s: event.run_time_s,
            created_at: event.created_at,
            recipients: event.recipients,
            stack: content.stack_key(number),
            expires_at: engine.clock.now().plus(crate::RETENTION),
            content: event.content,
        });
    }
    Ok(publications)
}
