//! Plans a notification: resolves the audience to a bitmap, publishes it to the inboxes, pages through devices. Every
//! page is one short transaction that moves the cursor, so that a planner that dies is followed by another.

use std::collections::BTreeMap;
use std::time::Duration;

use belfry_audience::parse;
use belfry_store::{DevicePage, Error, NarrowPage, Plan, Reachable, Result, Stage};
use belfry_types::Ordinals;
use belfry_types::channel::Reason;
use belfry_types::limits;
use tokio_util::sync::CancellationToken;

use crate::resolve::resolve;
use crate::route::{Person, Policy, route};
use crate::{Engine, fault};

/// People of one page of a narrow publication.
const PEOPLE: usize = 500;
/// Devices of one page: about 10 ms of the writer.
const DEVICES: usize = 2_000;
/// An audience with fewer people looks up their devices; a larger one reads all devices in order.
const SPARSE: u64 = 20_000;
const LEASE: Duration = Duration::from_secs(limits::LEASE_S);

/// Runs until it is told to stop; serves lanes up to `lane`.
pub async fn run(engine: Engine, lane: i64, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let woken = engine.wake.plan.notified();
        match step(&engine, lane, &stop).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = woken => {}
                    () = tokio::time::sleep(crate::POLL) => {}
                    () = stop.cancelled() => return,
                }
            }
            Err(Error::LeaseLost) => {
                tracing::warn!(
                    "a plan's lease was lost: another planner goes on with it, or it was called off"
                )
            }
            Err(error) => {
                tracing::error!(%error, "planning stopped; it goes on where it was");
                tokio::time::sleep(crate::AFTER_ERROR).await;
            }
        }
    }
}

/// Plans one notification as far as it goes; `false` when there is none.
async fn step(engine: &Engine, lane: i64, stop: &CancellationToken) -> Result<bool> {
    let Some(mut plan) = engine.store.lease_plan(engine.clock.now(), LEASE, lane).await? else {
        return Ok(false);
    };
    if plan.stage == Stage::Resolve {
        resolve_and_publish(engine, &mut plan).await?;
    }
    while plan.stage == Stage::Publish {
        publish_page(engine, &mut plan, None).await?;
    }
    let reasons = page_devices(engine, &mut plan, stop).await?;
    if stop.is_cancelled() {
        return Ok(true);
    }
    fault::point("plan");
    engine.store.finish_plan(&plan, &reasons, engine.clock.now()).await?;
    Ok(true)
}

async fn resolve_and_publish(engine: &Engine, plan: &mut Plan) -> Result<()> {
    let (people, push_off) = match plan.audience.take() {
        // An event's recipients were named; whoever left since is dropped.
        Some(named) => {
            let now = engine.store.members_now(plan.scope).await?;
            let people = named & now.active;
            (people.clone(), now.push_off & people)
        }
        None => {
            let json = serde_json::from_str(&plan.audience_json)?;
            let audience =
                parse(&json).map_err(|e| Error::Corrupt(format!("a stored audience is not valid: {e:?}")))?;
            let resolved = resolve(&engine.store, plan.scope, &audience).await?;
            (resolved.people, resolved.push_off)
        }
    };
    plan.push_off = push_off;
    fault::point("plan");
    if people.is_empty() {
        plan.audience = Some(people);
        plan.stage = Stage::Devices;
        return Ok(());
    }
    let now = engine.clock.now();
    let stacks = plan.content.stack_key(plan.scope.workspace()).is_some();
    if people.len() > engine.settings.wide_above && !stacks {
        engine.store.publish_wide(plan, people, now.plus(crate::RETENTION), LEASE, now).await?;
        engine.wake.live.notify_waiters();
        Ok(())
    } else {
        publish_page(engine, plan, Some(people)).await
    }
}

/// Publishes the next page of a narrow notification.
async fn publish_page(engine: &Engine, plan: &mut Plan, resolved: Option<Ordinals>) -> Result<()> {
    let audience = resolved.or_else(|| plan.audience.clone()).unwrap_or_default();
    let mut left = audience.clone();
    left.remove_range(..u32::try_from(plan.ordinal + 1).unwrap_or(u32::MAX));
    let page: Ordinals = left.iter().take(PEOPLE).collect();
    let rest = left.len() > page.len();
    let now = engine.clock.now();
    fault::point("plan");
    let page =
        NarrowPage { audience: &audience, people: &page, rest, expires_at: now.plus(crate::RETENTION) };
    engine.store.publish_narrow(plan, page, LEASE, now).await?;
    engine.wake.live.notify_waiters();
    Ok(())
}

/// Pages through the devices of the audience and says why the others get no push.
async fn page_devices(
    engine: &Engine,
    plan: &mut Plan,
    stop: &CancellationToken,
) -> Result<BTreeMap<&'static str, i64>> {
    let audience = plan.audience.clone().unwrap_or_default();
    let people = i64::try_from(audience.len()).unwrap_or(i64::MAX);
    let policy = Policy { push_on: plan.push_on };
    if !policy.push_on {
        return Ok(BTreeMap::from([(Reason::PushOff.as_str(), people)]));
    }
    let mut ahead = None;
    loop {
        let (devices, end) = match ahead.take() {
            Some(read) => read,
            None => next_devices(engine, plan, &audience, (plan.ordinal, plan.device)).await?,
        };
        let page = page_of(plan, &audience, policy, &devices, end);
        let last = page.last;
        let next = (page.ordinal, page.device);
        if last && page.by_origin.is_empty() {
            return Ok(not_reached(plan, people, page.reached));
        }
        fault::point("plan");
        // The next page is read while this one is written.
        let reading = {
            let reader = plan.clone();
            let audience = &audience;
            async move {
                if last { Ok(None) } else { next_devices(engine, &reader, audience, next).await.map(Some) }
            }
        };
        let writing = engine.store.write_device_page(plan, page, LEASE, engine.clock.now());
        let (written, read) = tokio::join!(writing, reading);
        written?;
        ahead = read?;
        engine.wake.deliver.notify_one();
        if last {
            return Ok(not_reached(plan, people, plan.reached));
        }
        if stop.is_cancelled() {
            return Ok(BTreeMap::new());
        }
    }
}

/// Why those who got no push got none. Nobody who had push off when the audience was resolved is among the reached, so
/// that the numbers add up whatever people switch meanwhile.
fn not_reached(plan: &Plan, people: i64, reached: i64) -> BTreeMap<&'static str, i64> {
    let off = i64::try_from(plan.push_off.len()).unwrap_or(i64::MAX);
    BTreeMap::from([(Reason::PushOff.as_str(), off), (Reason::NoDevice.as_str(), people - reached - off)])
}

/// Devices in the order of people, and where the page ends: `None` at the end of the audience.
type Read = (Vec<Reachable>, Option<(i64, i64)>);

async fn next_devices(engine: &Engine, plan: &Plan, audience: &Ordinals, after: (i64, i64)) -> Result<Read> {
    if audience.len() > SPARSE {
        let devices = engine.store.reachable_after(plan.scope, after, DEVICES).await?;
        let end = (devices.len() == DEVICES)
            .then(|| devices.last().map(|d| (i64::from(d.ordinal), d.device)))
            .flatten();
        return Ok((devices, end));
    }
    let mut left = audience.clone();
    left.remove_range(..u32::try_from(after.0 + 1).unwrap_or(u32::MAX));
    let people: Vec<u32> = left.iter().take(PEOPLE).collect();
    let end =
        (left.len() > people.len() as u64).then(|| (people.last().map_or(-1, |p| i64::from(*p)), i64::MAX));
    Ok((engine.store.reachable_of(plan.scope, &people).await?, end))
}

/// Routes every person of a page.
fn page_of(
    plan: &Plan,
    audience: &Ordinals,
    policy: Policy,
    devices: &[Reachable],
    end: Option<(i64, i64)>,
) -> DevicePage {
    let mut page = DevicePage { reached: plan.reached, last: end.is_none(), ..DevicePage::default() };
    (page.ordinal, page.device) = end.unwrap_or((i64::from(u32::MAX), i64::MAX));
    for of_person in devices.chunk_by(|a, b| a.ordinal == b.ordinal) {
        let ordinal = of_person[0].ordinal;
        if !audience.contains(ordinal) {
            continue;
        }
        let wanted = |device: &i64| plan.only_device.is_none_or(|only| only == *device);
        let numbers: Vec<i64> = of_person.iter().map(|d| d.device).filter(wanted).collect();
        let person = Person { devices: &numbers, push_off: plan.push_off.contains(ordinal) };
        let routed = route(person, policy);
        for device in of_person.iter().filter(|d| routed.push.contains(&d.device)) {
            page.by_origin.entry(device.origin.clone()).or_default().push((ordinal, device.device));
        }
        // A person whose devices were split between two pages was counted with the first.
        let counted = i64::from(ordinal) == plan.ordinal && plan.device < i64::MAX && plan.reached > 0;
        page.reached += i64::from(!routed.push.is_empty() && !counted);
    }
    page
}
