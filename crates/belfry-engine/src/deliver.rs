//! Sends: leases batches whose turn it is, sends each with bounded concurrency, writes results every hundred. A host
//! that does not answer holds up only its own batches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use belfry_channels::{PushRequest, SubscriptionKeys};
use belfry_store::{Again, Batch, Due, Error, PushSource, PushTarget, Result, Room, Settled};
use belfry_types::channel::{Channel, DeliveryState, HostState, Outcome, Reason};
use belfry_types::limits;
use belfry_types::notification::Status;
use belfry_types::time::Millis;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::push::PushDocument;
use crate::retry::{Next, next};
use crate::{Engine, fault};

const LEASE: Duration = Duration::from_secs(limits::LEASE_S);
/// Batches in flight on this node.
const BATCHES: usize = 128;
/// Batches of one lease.
const AT_ONCE: usize = 4;
/// Batches of one push service in flight: a slow one holds up only its own.
const BATCHES_PER_ORIGIN: usize = 4;
/// Requests of one batch in flight.
const SENDS: usize = 64;
/// Results that are written together; also what can be sent twice after a crash, per batch.
const SETTLE: usize = 100;

/// Batches in flight by push service.
type InFlight = Arc<Mutex<HashMap<String, usize>>>;

/// Runs until it is told to stop, then lets what is in flight end.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(BATCHES));
    let in_flight: InFlight = Arc::default();
    let batches = TaskTracker::new();
    while !stop.is_cancelled() {
        let free = slots.available_permits().min(AT_ONCE);
        let leased = if free == 0 { Ok(vec![]) } else { lease(&engine, &in_flight, free).await };
        let found = match leased {
            Ok(leased) => leased,
            Err(error) => {
                tracing::error!(%error, "no batch could be leased; they wait");
                tokio::time::sleep(crate::AFTER_ERROR).await;
                continue;
            }
        };
        if found.is_empty() {
            tokio::select! {
                () = engine.wake.deliver.notified() => {}
                () = tokio::time::sleep(crate::POLL) => {}
                () = stop.cancelled() => break,
            }
            continue;
        }
        for batch in found {
            let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
            *counted(&in_flight).entry(batch.origin.clone()).or_default() += 1;
            let (engine, stop, in_flight) = (engine.clone(), stop.clone(), in_flight.clone());
            batches.spawn(async move {
                let origin = batch.origin.clone();
                if let Err(error) = send_batch(&engine, batch, &stop).await {
                    match error {
                        Error::LeaseLost => {
                            tracing::warn!("a batch's lease was lost; another worker goes on with it")
                        }
                        error => {
                            tracing::error!(%error, "a batch stopped; its lease will run out and it goes on")
                        }
                    }
                }
                if let Some(n) = counted(&in_flight).get_mut(&origin) {
                    *n -= 1;
                }
                drop(slot);
                engine.wake.deliver.notify_one();
            });
        }
    }
    batches.close();
    batches.wait().await;
}

fn counted(in_flight: &InFlight) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
    in_flight.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn lease(engine: &Engine, in_flight: &InFlight, free: usize) -> Result<Vec<Batch>> {
    let now = engine.clock.now();
    let room = room(engine.breaker.blocked(now), in_flight);
    let leased = engine.store.lease_batches(now, LEASE, room, free).await?;
    if !leased.is_empty() {
        fault::point("lease");
    }
    Ok(leased)
}

/// What may be leased. Only this loop adds to what is in flight, so that it is never more than is said here.
fn room(blocked: Vec<String>, in_flight: &InFlight) -> Room {
    let mut in_flight = counted(in_flight);
    in_flight.retain(|_, n| *n > 0);
    let left = in_flight.iter().map(|(origin, n)| (origin.clone(), BATCHES_PER_ORIGIN.saturating_sub(*n)));
    Room { blocked, left: left.collect(), each: BATCHES_PER_ORIGIN }
}

/// What is to be written at the next settling.
#[derive(Default)]
struct Results {
    settled: Vec<Settled>,
    /// Retries by the second of their floor, so that those who were told the same wait form one batch.
    again: HashMap<i64, Again>,
    deferred: Vec<(u32, i64)>,
    n: usize,
}

impl Results {
    fn end(&mut self, due: Due, state: DeliveryState, reason: Option<Reason>, detail: Option<String>) {
        self.n += 1;
        self.settled.push(Settled { ordinal: due.ordinal, device: due.device, state, reason, detail });
    }
}

async fn send_batch(engine: &Engine, batch: Batch, stop: &CancellationToken) -> Result<()> {
    let source = engine.store.push_source(batch.notification).await?;
    let now = engine.clock.now();
    let mut results = Results::default();
    if let Some((state, reason)) = refused(&batch, &source, now) {
        for due in &batch.due {
            results.end(*due, state, Some(reason), None);
        }
        return settle(engine, &batch, &mut results, true).await;
    }
    let Some(document) = PushDocument::new(&source, batch.scope.workspace(), &engine.settings) else {
        for due in &batch.due {
            results.end(
                *due,
                DeliveryState::Failed,
                Some(Reason::Rejected),
                Some("the links are too long for a push".into()),
            );
        }
        return settle(engine, &batch, &mut results, true).await;
    };
    let devices: Vec<i64> = batch.due.iter().map(|due| due.device).collect();
    let targets = engine.store.push_targets(batch.scope, &devices).await?;
    if !engine.breaker.allow(&batch.origin, now) {
        results.deferred = batch.due.iter().map(|due| (due.ordinal, due.device)).collect();
        return settle(engine, &batch, &mut results, true).await;
    }
    send_all(engine, &batch, &source, &document, &targets, &mut results, stop).await?;
    settle(engine, &batch, &mut results, true).await
}

/// Why nothing of a batch may be sent.
fn refused(batch: &Batch, source: &PushSource, now: Millis) -> Option<(DeliveryState, Reason)> {
    if batch.poisonous {
        return Some((DeliveryState::Failed, Reason::Poisonous));
    }
    if source.status == Status::Cancelled {
        return Some((DeliveryState::Cancelled, Reason::Cancelled));
    }
    if !source.push_on {
        return Some((DeliveryState::Suppressed, Reason::PushOff));
    }
    // A run-time of zero means one attempt (RFC 8030 §5.2), which is then this one.
    let one_attempt = source.run_until == source.created_at && batch.due.iter().all(|due| due.attempt == 1);
    (now >= source.run_until && !one_attempt).then_some((DeliveryState::Expired, Reason::RunTimeOver))
}

async fn send_all(
    engine: &Engine,
    batch: &Batch,
    source: &PushSource,
    document: &PushDocument,
    targets: &HashMap<i64, PushTarget>,
    results: &mut Results,
    stop: &CancellationToken,
) -> Result<()> {
    let mut sending = FuturesUnordered::new();
    let mut waiting = batch.due.iter();
    let mut renew = tokio::time::interval(LEASE / 3);
    renew.tick().await;
    loop {
        while sending.len() < SENDS
            && let Some(due) = waiting.next()
        {
            let now = engine.clock.now();
            if stop.is_cancelled()
                || engine.breaker.open_until(&batch.origin, now).is_some_and(|_| !sending.is_empty())
            {
                results.deferred.push((due.ordinal, due.device));
            } else if let Some(target) = targets.get(&due.device).filter(|target| target.active) {
                fault::point("send");
                sending.push(send_one(engine, *due, batch.notification, source, document, target));
            } else {
                results.end(*due, DeliveryState::Cancelled, Some(Reason::DeviceRemoved), None);
            }
        }
        tokio::select! {
            done = sending.next() => match done {
                Some((due, outcome)) => judge(engine, batch, source, due, outcome, results),
                None => return Ok(()),
            },
            _ = renew.tick() => engine.store.renew_batch(batch, LEASE).await?,
        }
        if results.n >= SETTLE {
            settle(engine, batch, results, false).await?;
        }
    }
}

async fn send_one(
    engine: &Engine,
    due: Due,
    notification: i64,
    source: &PushSource,
    document: &PushDocument,
    target: &PushTarget,
) -> (Due, Outcome) {
    let Some(vapid) = engine.push_keys.get(&target.vapid) else {
        return (
            due,
            Outcome::Misconfigured { detail: "the device subscribed with a key that is gone".into() },
        );
    };
    let Ok(keys) = SubscriptionKeys::from_bytes(&target.p256dh, &target.auth) else {
        return (due, Outcome::Rejected { detail: "the device's keys are not valid".into() });
    };
    let key = belfry_store::DeliveryKey {
        notification,
        ordinal: due.ordinal,
        channel: Channel::WebPush,
        device: due.device,
    };
    let payload = document.with(&engine.capability.of(key));
    // What is left of the run-time, rounded down: the push service must not keep it longer.
    let ttl_s = u32::try_from(source.run_until.since(engine.clock.now()).as_secs()).unwrap_or(0);
    let request = PushRequest {
        endpoint: &target.endpoint,
        keys: &keys,
        payload: &payload,
        ttl_s,
        urgency: document.urgency,
        topic: Some(&document.topic),
        vapid,
    };
    (due, engine.push.send(&request).await)
}

/// Turns the outcome of one attempt into what is written.
fn judge(
    engine: &Engine,
    batch: &Batch,
    source: &PushSource,
    due: Due,
    outcome: Outcome,
    results: &mut Results,
) {
    let now = engine.clock.now();
    let host = if let Outcome::Retry { host, .. } = outcome { host } else { HostState::Up };
    engine.breaker.record(&batch.origin, host, now);
    metrics::counter!("belfry_push_attempts_total", "outcome" => name(&outcome)).increment(1);
    match outcome {
        Outcome::Accepted => results.end(due, DeliveryState::Success, None, None),
        Outcome::Gone { detail } => results.end(due, DeliveryState::Failed, Some(Reason::Gone), Some(detail)),
        Outcome::Rejected { detail } => {
            results.end(due, DeliveryState::Failed, Some(Reason::Rejected), Some(detail))
        }
        Outcome::Misconfigured { detail } => {
            results.end(due, DeliveryState::Failed, Some(Reason::Misconfigured), Some(detail));
        }
        Outcome::AddressRefused { detail } => {
            results.end(due, DeliveryState::Failed, Some(Reason::AddressRefused), Some(detail));
        }
        Outcome::Retry { after, detail, .. } => {
            match next(due.attempt, after, now, source.run_until, &*engine.rng) {
                Next::Exhausted => {
                    results.end(due, DeliveryState::Failed, Some(Reason::AttemptsExhausted), Some(detail));
                }
                Next::Expired => {
                    results.end(due, DeliveryState::Expired, Some(Reason::RunTimeOver), Some(detail))
                }
                Next::At(at) => {
                    results.n += 1;
                    let floor = after.map_or(0, |a| i64::try_from(a.as_secs()).unwrap_or(i64::MAX));
                    let again = results.again.entry(floor).or_insert_with(|| Again {
                        due_at: at,
                        members: Vec::new(),
                        counts: true,
                    });
                    again.members.push((due.ordinal, due.device));
                }
            }
        }
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Gone { .. } => "gone",
        Outcome::Retry { .. } => "retry",
        Outcome::Rejected { .. } => "rejected",
        Outcome::Misconfigured { .. } => "misconfigured",
        Outcome::AddressRefused { .. } => "address_refused",
    }
}

/// Writes results; with `last` the batch ends.
async fn settle(engine: &Engine, batch: &Batch, results: &mut Results, last: bool) -> Result<()> {
    let Results { settled, again, deferred, .. } = std::mem::take(results);
    let now = engine.clock.now();
    let mut again: Vec<Again> = again.into_values().collect();
    if !deferred.is_empty() {
        let due_at = engine.breaker.open_until(&batch.origin, now).unwrap_or(now);
        again.push(Again { due_at, members: deferred, counts: false });
    }
    fault::point("settle");
    engine.store.settle_batch(batch, &settled, &again, last, LEASE, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_service_has_room_for_four_batches_and_no_more() {
        let in_flight: InFlight = Arc::default();
        counted(&in_flight).extend([("three".to_owned(), 3), ("four".to_owned(), 4), ("none".to_owned(), 0)]);
        let room = room(vec!["down".to_owned()], &in_flight);
        assert_eq!(room.left, HashMap::from([("three".to_owned(), 1), ("four".to_owned(), 0)]));
        assert_eq!((room.each, room.blocked), (BATCHES_PER_ORIGIN, vec!["down".to_owned()]));
    }
}
