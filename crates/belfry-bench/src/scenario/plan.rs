//! `plan`: deliveries written per second, from the first byte of the send until the counters say that all are there.
//! The server runs without deliverers, so that nothing is sent meanwhile. `p50_ms` and `p99_ms` are over the rounds.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, json};
use tokio::time::Instant;

use crate::report::{Errors, Latencies, Report};
use crate::server::Setting;
use crate::site::Site;
use crate::{Options, progress};

const ROUNDS: usize = 3;
/// Where the devices claim to be. Nothing is sent, so nobody needs to listen.
const NOWHERE: &str = "https://127.0.0.1:44443";

/// The flags.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Devices, one each
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    devices: u32,
}

impl Plan {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let setting = Setting::fresh(options.database.as_deref())?.with("BELFRY_DELIVERERS", "0");
        let mut site = Site::start_in(setting).await?;
        let devices = self.devices as usize;
        site.add_members(devices).await?;
        let tokens = site.tokens((0..devices).collect()).await?;
        site.add_devices(&tokens, NOWHERE).await?;
        site.server.settled_rss().await?;

        progress(&format!("planning {devices} deliveries, {ROUNDS} times"));
        let (mut latencies, mut errors, mut seconds, mut cpu_s) =
            (Latencies::default(), Errors::default(), 0.0, 0.0);
        let wanted = u64::from(self.devices);
        for round in 0..ROUNDS {
            let meter = site.server.meter()?;
            let begun = Instant::now();
            let id = site.send(&format!("Plan {round}"), &json!({ "everyone": true })).await?;
            let enough = |p: &crate::site::Pushes| p.planned >= wanted;
            let seen = site.watch_pushes(&id, begun, Duration::from_millis(5), enough).await?;
            let spent = site.server.read(&meter)?;
            let Some(&(took, last)) = seen.last() else { continue };
            latencies.add(took);
            (seconds, cpu_s) = (seconds + took.as_secs_f64(), cpu_s + spent.cpu_s);
            errors.check(
                last.planned == wanted && last.all_states == wanted && last.success + last.lost == 0,
                || format!("{wanted} pending deliveries were to be written; the counters say {last:?}"),
            );
        }
        let report = Report {
            scenario: "plan",
            count: wanted * ROUNDS as u64,
            errors,
            seconds,
            cpu_s,
            latencies,
            rss_bytes: site.server.rss_bytes()?,
            more: Map::new(),
        };
        site.server.stop().await?;
        Ok(report.with("database", super::database(options)).with("devices", self.devices))
    }
}
