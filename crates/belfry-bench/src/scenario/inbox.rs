//! `inbox`: how often a second a person's first page and unread count can be read, in that order, by many people. One
//! operation is both requests. Every answer is checked: the page is as long and the count as high as what was sent.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, json};
use tokio::time::{Instant, sleep};

use crate::load::{Stop, drive};
use crate::report::{Report, rounded};
use crate::site::{PATIENCE, Site};
use crate::wire::Answer;
use crate::{Options, progress};

/// People who look.
const READERS: usize = 2_000;
/// Items of a page unless it is said otherwise.
const PAGE: usize = 50;

/// The flags.
#[derive(Debug, Args)]
pub(crate) struct Inbox {
    /// People in the workspace
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    members: u32,
    /// Notifications that everyone got before
    #[arg(long, default_value_t = 100)]
    broadcasts: u32,
    /// How long
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Clients, each with one request at a time
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    clients: u16,
}

#[derive(Deserialize)]
struct Unread {
    count: usize,
}

impl Inbox {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let mut site = Site::start(options).await?;
        let (members, broadcasts) = (self.members as usize, self.broadcasts as usize);
        site.add_members(members).await?;
        let readers = READERS.min(members);
        let tokens = site.tokens((0..readers).map(|i| i * members / readers).collect()).await?;
        let people = site.callers(&tokens)?;
        for number in 0..broadcasts {
            site.send(&format!("Broadcast {number}"), &json!({ "everyone": true })).await?;
        }
        progress("waiting for the broadcasts in the inboxes");
        let begun = Instant::now();
        while site.unread(&people).await? < (readers * broadcasts) as u64 {
            if begun.elapsed() > PATIENCE {
                bail!("the broadcasts do not arrive; {}", site.setting.last_words());
            }
            sleep(Duration::from_millis(100)).await;
        }
        site.server.settled_rss().await?;

        progress(&format!("{} clients read for {} s", self.clients, self.seconds));
        let load = site.load(usize::from(self.clients), Stop::At(Duration::from_secs(self.seconds)));
        let build = move |i: usize| {
            // Neighbours in time are not neighbours in the table.
            let person = &people[i.wrapping_mul(7919) % people.len()];
            vec![person.get("/v1/me/inbox"), person.get("/v1/me/inbox/unread-count")]
        };
        let meter = site.server.meter()?;
        let done = drive(load, build, move |_, answers| check(answers, broadcasts)).await?;
        let spent = site.server.read(&meter)?;
        let page_bytes = done.values.first().map_or(0, |(_, bytes)| *bytes);
        let report = Report {
            scenario: "inbox",
            count: done.values.len() as u64,
            errors: done.errors,
            seconds: done.seconds,
            cpu_s: spent.cpu_s,
            latencies: done.latencies,
            rss_bytes: site.server.rss_bytes()?,
            more: Map::new(),
        };
        let requests = rounded(2.0 * report.count as f64 / report.seconds);
        site.server.stop().await?;
        Ok(report
            .with("requests_per_s", requests)
            .with("driver_cpu_s", rounded(spent.driver_cpu_s))
            .with("page_bytes", page_bytes)
            .with("database", super::database(options))
            .with("members", self.members)
            .with("broadcasts", self.broadcasts)
            .with("clients", self.clients))
    }
}

/// Checks both answers and gives the size of the page.
fn check(answers: &[Answer], broadcasts: usize) -> Result<usize> {
    let [page, unread] = answers else { bail!("{} answers", answers.len()) };
    // Reading every page as JSON would take the processor from the server.
    let items = memchr::memmem::find_iter(&page.good()?.body, b"\"notification_id\":").count();
    if items != broadcasts.min(PAGE) {
        bail!("a first page of {items} items");
    }
    let Unread { count } = unread.json()?;
    if count != broadcasts {
        bail!("{count} unread items of {broadcasts}");
    }
    Ok(page.body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(page: &'static str, unread: &'static str) -> [Answer; 2] {
        [page, unread].map(|body| Answer { status: 200, body: bytes::Bytes::from_static(body.as_bytes()) })
    }

    #[test]
    fn a_page_or_a_count_that_lacks_something_is_an_error() {
        let page = r#"{"items":[{"notification_id":"ntf_1"},{"notification_id":"ntf_2"}],"next":null}"#;
        assert_eq!(check(&answers(page, r#"{"count":2}"#), 2).unwrap(), page.len());
        assert!(check(&answers(page, r#"{"count":1}"#), 2).is_err());
        assert!(check(&answers(page, r#"{"count":3}"#), 3).is_err());
        let mut refused = answers(page, r#"{"count":2}"#);
        refused[1].status = 429;
        assert!(check(&refused, 2).is_err());
    }
}
