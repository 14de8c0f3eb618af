//! `live`: many idle WebSocket connections, one person each: what one holds in the server's memory, and how long a
//! broadcast takes to reach all of them, from the first byte of the send. Every connection must get every frame once.

use anyhow::Result;
use clap::Args;
use serde_json::{Map, json};

use crate::report::{Report, rounded};
use crate::site::{Site, notification};
use crate::sockets::{Crowd, Target, bell};
use crate::{Options, progress};

/// Broadcasts that are measured, after one that is not.
pub(crate) const ROUNDS: u16 = 10;

/// The flags.
#[derive(Debug, Args)]
pub(crate) struct Live {
    /// Connections, one person each
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
}

impl Live {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let site = Site::start(options).await?;
        let count = self.connections as usize;
        site.add_members(count).await?;
        let tokens = site.tokens((0..count).collect()).await?;
        // Memory that the set-up left behind would hide what connections take.
        let mut site = site.restarted().await?;
        let before = site.server.settled_rss().await?;

        progress(&format!("opening {count} connections"));
        let target = Target { address: site.server.address, path: "/v1/me/live".to_owned(), tokens };
        let mut crowd = Crowd::open(target, count).await?;
        let idle = site.server.settled_rss().await?;
        let per_connection = idle.saturating_sub(before) as f64 / count as f64;

        progress(&format!("{ROUNDS} broadcasts to {count} connections"));
        let (operator, path) = (site.operator.clone(), format!("{}/notifications", site.workspace));
        let everyone = json!({ "everyone": true });
        let call = |round| operator.post(&path, notification(&bell(round), &everyone));
        crowd.ring(&mut site.control, 0, call(0)).await?;
        crowd.begin();
        let meter = site.server.meter()?;
        for round in 1..=ROUNDS {
            crowd.ring(&mut site.control, round, call(round)).await?;
        }
        let spent = site.server.read(&meter)?;
        let rss_bytes = site.server.settled_rss().await?;
        let frame_bytes = crowd.frame_bytes();
        let heard = crowd.close().await;
        let report = Report {
            scenario: "live",
            count: heard.latencies.len() as u64,
            errors: heard.errors,
            seconds: spent.seconds,
            cpu_s: spent.cpu_s,
            latencies: heard.latencies,
            rss_bytes,
            more: Map::new(),
        };
        site.server.stop().await?;
        Ok(report
            .with("rss_per_connection_bytes", rounded(per_connection))
            .with("rss_before_bytes", before)
            .with("rss_idle_bytes", idle)
            .with("driver_cpu_s", rounded(spent.driver_cpu_s))
            .with("frame_bytes", frame_bytes)
            .with("database", super::database(options))
            .with("connections", self.connections))
    }
}
