//! `startup`: from the start of the process to the first 200 on `/readyz`, over several starts of an installation that
//! exists; idle memory after the last; the size of this binary.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Map;

use crate::Options;
use crate::report::{Errors, Latencies, Report, rounded};
use crate::server::Setting;

const STARTS: usize = 9;

/// The flags: none.
#[derive(Debug, Args)]
pub(crate) struct Startup {}

impl Startup {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let setting = Setting::fresh(options.database.as_deref())?;
        setting.init().await?;
        let (mut latencies, mut total, mut cpu_s, mut rss_bytes) =
            (Latencies::default(), Duration::ZERO, 0.0, 0);
        for start in 0..STARTS {
            let server = setting.serve().await?;
            latencies.add(server.ready_after);
            total += server.ready_after;
            cpu_s += server.cpu_s()?;
            if start + 1 == STARTS {
                rss_bytes = server.settled_rss().await?;
            }
            server.stop().await?;
        }
        let binary_bytes = std::env::current_exe()?.metadata()?.len();
        let [ready_ms] = latencies.clone().percentiles([0.5]).context("no starts")?;
        let report = Report {
            scenario: "startup",
            count: STARTS as u64,
            errors: Errors::default(),
            seconds: total.as_secs_f64(),
            cpu_s,
            latencies,
            rss_bytes,
            more: Map::new(),
        };
        Ok(report
            .with("ready_ms", rounded(ready_ms))
            .with("binary_bytes", binary_bytes)
            .with("database", super::database(options)))
    }
}
