//! `accept`: durable events per second. An event counts when its 202 came; afterwards every acknowledged event must be
//! in somebody's inbox, and none that was not acknowledged.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use bytes::Bytes;
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, json};
use tokio::time::{Instant, sleep};

use crate::load::{Stop, drive};
use crate::report::{Errors, Report, rounded};
use crate::site::{PATIENCE, Site, external_id};
use crate::wire::{Answer, Caller};
use crate::{Options, progress};

/// People among whom the events are spread.
const PEOPLE: usize = 1_000;
/// Events that are asked for one by one afterwards.
const SAMPLE: usize = 500;

/// The flags.
#[derive(Debug, Args)]
pub(crate) struct Accept {
    /// How long
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Clients, each with one event at a time
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    clients: u16,
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
}

impl Accept {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let site = Site::start(options).await?;
        site.add_members(PEOPLE).await?;
        let people = site.callers(&site.tokens((0..PEOPLE).collect()).await?)?;

        progress(&format!("{} clients raise events for {} s", self.clients, self.seconds));
        let (operator, path) = (site.operator.clone(), format!("{}/events", site.workspace));
        let bodies: Vec<Bytes> = (0..PEOPLE).map(|i| event(i).into()).collect();
        let load = site.load(usize::from(self.clients), Stop::At(Duration::from_secs(self.seconds)));
        let meter = site.server.meter()?;
        let build = move |i: usize| vec![operator.post(&path, bodies[i % PEOPLE].clone())];
        let done = drive(load, build, |_, answers| accepted(&answers[0])).await?;
        let spent = site.server.read(&meter)?;
        let rss_bytes = site.server.rss_bytes()?;

        let mut errors = done.errors;
        let ids: Vec<String> = done.values.into_iter().map(|(_, id)| id).collect();
        errors.check(ids.iter().collect::<HashSet<_>>().len() == ids.len(), || {
            "an id was given twice".to_owned()
        });
        let (unread, behind_s) = in_inboxes(&site, &people, ids.len() as u64).await?;
        errors.check(unread == ids.len() as u64, || {
            format!("{} events were acknowledged and {unread} are in inboxes", ids.len())
        });
        errors.merge(asked_for(&site, &ids).await?);

        let report = Report {
            scenario: "accept",
            count: ids.len() as u64,
            errors,
            seconds: done.seconds,
            cpu_s: spent.cpu_s,
            latencies: done.latencies,
            rss_bytes,
            more: Map::new(),
        };
        site.server.stop().await?;
        Ok(report
            .with("database", super::database(options))
            .with("clients", self.clients)
            .with("driver_cpu_s", rounded(spent.driver_cpu_s))
            .with("stored", unread)
            .with("inboxes_behind_s", rounded(behind_s)))
    }
}

/// The body of an event for one person.
fn event(member: usize) -> String {
    json!({
        "type": "ticket.assigned",
        "recipients": [external_id(member)],
        "title": "A ticket is yours",
        "message": "The projector in room 4 does not turn on.",
        "actor": { "name": "Grace Hopper" },
        "destination": { "url": "https://example.com/tickets/4711" },
    })
    .to_string()
}

fn accepted(answer: &Answer) -> Result<String> {
    if answer.good()?.status != 202 {
        bail!("status {} for an event", answer.status);
    }
    Ok(answer.json::<Accepted>()?.id)
}

/// Waits until so many items are in the inboxes, or until no more come; gives their number and how long it took.
async fn in_inboxes(site: &Site, people: &Arc<[Caller]>, wanted: u64) -> Result<(u64, f64)> {
    progress("counting what arrived in the inboxes");
    let begun = Instant::now();
    let (mut before, mut grew) = (0, begun);
    loop {
        let unread = site.unread(people).await?;
        if unread != before {
            (before, grew) = (unread, Instant::now());
        }
        if unread >= wanted || grew.elapsed() > Duration::from_secs(20) || begun.elapsed() > PATIENCE {
            return Ok((unread, begun.elapsed().as_secs_f64()));
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Asks for a sample of the events by id; each must be there and name a notification.
async fn asked_for(site: &Site, ids: &[String]) -> Result<Errors> {
    let step = ids.len().div_ceil(SAMPLE).max(1);
    let paths: Vec<String> =
        ids.iter().step_by(step).map(|id| format!("{}/events/{id}", site.workspace)).collect();
    let (operator, count) = (site.operator.clone(), paths.len());
    let build = move |i: usize| vec![operator.get(&paths[i])];
    let done = drive(site.load(8, Stop::After(count)), build, |_, answers| {
        let answer = answers[0].good()?;
        if memchr::memmem::find(&answer.body, b"ntf_").is_none() {
            bail!("an event names no notification");
        }
        Ok(())
    });
    Ok(done.await?.errors)
}
