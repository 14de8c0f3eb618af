//! `broadcast`: from the first byte of the send until every watched inbox shows it; among those watched are the first
//! and the last member. `p50_ms` and `p99_ms` are over the rounds.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::report::{Errors, Latencies, Report, rounded};
use crate::site::{PATIENCE, Site};
use crate::wire::{Caller, Connection};
use crate::{Options, progress};

const ROUNDS: usize = 7;
/// Inboxes that are watched; each is asked again and again, which costs the server what it measures.
const WATCHED: usize = 16;
/// Between two looks at the same inbox.
const PAUSE: Duration = Duration::from_millis(2);

/// The flags.
#[derive(Debug, Args)]
pub(crate) struct Broadcast {
    /// People in the workspace
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    members: u32,
}

impl Broadcast {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let mut site = Site::start(options).await?;
        let members = self.members as usize;
        site.add_members(members).await?;
        let tokens = site.tokens(spread(members, WATCHED)).await?;
        let people = site.callers(&tokens)?;
        let mut watchers = Vec::new();
        for _ in 0..people.len() {
            watchers.push(Connection::open(site.server.address).await?);
        }
        site.server.settled_rss().await?;

        progress(&format!("{ROUNDS} broadcasts to {members} people"));
        let (mut visible, mut errors, mut seconds, mut cpu_s) =
            (Latencies::default(), Errors::default(), 0.0, 0.0);
        for round in 0..ROUNDS {
            let title = format!("Broadcast {round}");
            let meter = site.server.meter()?;
            let begun = Instant::now();
            let mut seen = JoinSet::new();
            for (person, connection) in people.iter().zip(watchers.drain(..)) {
                seen.spawn(timeout(PATIENCE, watch(connection, person.clone(), title.clone(), begun)));
            }
            let id = site.send(&title, &json!({ "everyone": true })).await?;
            let mut last = Duration::ZERO;
            while let Some(one) = seen.join_next().await {
                let (connection, shown, after) = one?.context("an inbox never showed it")??;
                errors.check(shown == id, || format!("an inbox shows {shown} and not {id}"));
                watchers.push(connection);
                last = last.max(after);
            }
            let spent = site.server.read(&meter)?;
            (seconds, cpu_s) = (seconds + spent.seconds, cpu_s + spent.cpu_s);
            visible.add(last);
            // Counting the people may come later than showing it.
            let counted = |p: &crate::site::Pushes| p.people == members as u64;
            site.watch_pushes(&id, begun, Duration::from_millis(20), counted).await?;
        }
        let unread = site.unread(&people).await?;
        let wanted = (ROUNDS * people.len()) as u64;
        errors
            .check(unread == wanted, || format!("the watched inboxes hold {unread} items and not {wanted}"));

        let [median, slowest] = visible.clone().percentiles([0.5, 1.0]).context("no rounds")?;
        let report = Report {
            scenario: "broadcast",
            count: (ROUNDS * members) as u64,
            errors,
            seconds,
            cpu_s,
            latencies: visible,
            rss_bytes: site.server.rss_bytes()?,
            more: Map::new(),
        };
        site.server.stop().await?;
        Ok(report
            .with("visible_ms", rounded(median))
            .with("visible_slowest_ms", rounded(slowest))
            .with("database", super::database(options))
            .with("members", self.members)
            .with("watched", people.len()))
    }
}

/// So many members from the first to the last, evenly.
fn spread(members: usize, wanted: usize) -> Vec<usize> {
    let count = wanted.min(members);
    (0..count).map(|i| if count == 1 { 0 } else { i * (members - 1) / (count - 1) }).collect()
}

/// Looks into an inbox until its newest item has `title`; gives that notification's id and when it was seen.
async fn watch(
    mut connection: Connection,
    person: Caller,
    title: String,
    begun: Instant,
) -> Result<(Connection, String, Duration)> {
    loop {
        let page: Value = connection.send(person.get("/v1/me/inbox?limit=1")).await?.json()?;
        let after = begun.elapsed();
        let newest = &page["items"][0];
        if newest["title"] == title.as_str() {
            let Some(id) = newest["notification_id"].as_str() else {
                bail!("an item without notification_id")
            };
            return Ok((connection, id.to_owned(), after));
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn the_first_and_the_last_are_among_the_watched() {
        assert_eq!(spread(1_000_000, 3), [0, 499_999, 999_999]);
        assert_eq!(spread(2, 16), [0, 1]);
        assert_eq!(spread(1, 16), [0]);
    }
}
