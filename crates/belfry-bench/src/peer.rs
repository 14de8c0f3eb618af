//! Other software under the same load, for `bench/run`: a library that pushes to the same kind of push service, and a
//! server that holds the same connections. It starts no peer server; whoever calls it does and names its processes.

use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use belfry_testkit::child;
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::process::Command;

use crate::progress;
use crate::push_service::PushService;
use crate::report::{Errors, Latencies, Report, rounded};
use crate::scenario::live::ROUNDS;
use crate::server::settled;
use crate::sockets::{Crowd, Target, bell};
use crate::wire::{Caller, Connection};

/// Runs a program that pushes; it finds the push service in `SINK_URL` and `SINK_CA` and prints `Pushed` as JSON.
#[derive(Debug, Args)]
pub(crate) struct PeerPush {
    /// What it is called in the report
    #[arg(long)]
    name: String,
    /// Pushes, each to another device
    #[arg(long)]
    count: u64,
    /// Bytes of each payload before encryption
    #[arg(long)]
    payload_bytes: usize,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    program: Vec<String>,
}

/// What such a program says of itself: the time of the pushing alone, without starting up.
#[derive(Debug, Deserialize)]
struct Pushed {
    seconds: f64,
    cpu_s: f64,
    errors: u64,
}

impl PeerPush {
    /// Measures.
    pub(crate) async fn run(self) -> Result<Report> {
        let dir = tempfile::Builder::new().prefix("belfry-bench.").tempdir()?;
        let service = PushService::start(dir.path()).await?;
        progress(&format!("{} pushes to {} devices", self.name, self.count));
        let (program, arguments) = self.program.split_first().context("no program")?;
        let output = Command::new(program)
            .args(arguments)
            .env("SINK_URL", &service.url)
            .env("SINK_CA", &service.authority)
            .env("COUNT", self.count.to_string())
            .env("PAYLOAD_BYTES", self.payload_bytes.to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .output()
            .await
            .with_context(|| format!("{program} cannot be started"))?;
        if !output.status.success() {
            bail!("{program} ended with {}", output.status);
        }
        let text = String::from_utf8(output.stdout)?;
        let pushed: Pushed = serde_json::from_str(text.lines().last().context("it printed nothing")?)?;
        let stats = service.stats().await?;
        let mut errors = Errors::default();
        errors.check(pushed.errors == 0, || format!("{} pushes failed", pushed.errors));
        errors.check(stats.distinct == self.count, || {
            format!("{} devices were to be reached; the push service says {stats:?}", self.count)
        });
        let report = Report {
            scenario: "peer-push",
            count: stats.distinct,
            errors,
            seconds: pushed.seconds,
            cpu_s: pushed.cpu_s,
            latencies: Latencies::default(),
            rss_bytes: 0,
            more: Map::new(),
        };
        Ok(report.with("peer", self.name).with("payload_bytes", self.payload_bytes))
    }
}

/// Holds connections to a publish-and-subscribe server, publishes, and measures as `live` does.
#[derive(Debug, Args)]
pub(crate) struct PeerLive {
    /// What it is called in the report
    #[arg(long)]
    name: String,
    /// Where it listens
    #[arg(long)]
    address: SocketAddr,
    /// The path of its WebSocket
    #[arg(long)]
    subscribe: String,
    /// The path to which a message is posted
    #[arg(long)]
    publish: String,
    /// Its processes that hold connections
    #[arg(long, value_delimiter = ',', required = true)]
    pids: Vec<u32>,
    /// Connections
    #[arg(long, default_value_t = 5_000)]
    connections: u32,
    /// Bytes of a message
    #[arg(long, default_value_t = 700)]
    message_bytes: usize,
}

impl PeerLive {
    /// Measures.
    pub(crate) async fn run(self) -> Result<Report> {
        let count = self.connections as usize;
        let pids = self.pids.clone();
        let sample = || Ok((memory(&pids)?, cpu(&pids)?));
        let publisher = Caller::new(self.address, "none")?;
        let mut control = Connection::open(self.address).await?;
        let before = settled(sample).await?;
        progress(&format!("opening {count} connections to {}", self.name));
        let target = Target { address: self.address, path: self.subscribe, tokens: Vec::new() };
        let mut crowd = Crowd::open(target, count).await?;
        let idle = settled(sample).await?;
        let call = |round| {
            let mut message = bell(round);
            message.extend(std::iter::repeat_n('x', self.message_bytes.saturating_sub(message.len())));
            publisher.post(&self.publish, message)
        };
        crowd.ring(&mut control, 0, call(0)).await?;
        crowd.begin();
        let (begun, cpu_before) = (tokio::time::Instant::now(), cpu(&pids)?);
        for round in 1..=ROUNDS {
            crowd.ring(&mut control, round, call(round)).await?;
        }
        let (seconds, cpu_s) = (begun.elapsed().as_secs_f64(), cpu(&pids)? - cpu_before);
        let frame_bytes = crowd.frame_bytes();
        let heard = crowd.close().await;
        let report = Report {
            scenario: "peer-live",
            count: heard.latencies.len() as u64,
            errors: heard.errors,
            seconds,
            cpu_s,
            latencies: heard.latencies,
            rss_bytes: memory(&pids)?,
            more: Map::new(),
        };
        let per_connection = idle.saturating_sub(before) as f64 / count as f64;
        Ok(report
            .with("peer", self.name)
            .with("rss_per_connection_bytes", rounded(per_connection))
            .with("frame_bytes", Value::from(frame_bytes))
            .with("connections", self.connections))
    }
}

fn cpu(pids: &[u32]) -> Result<f64> {
    pids.iter().map(|pid| child::cpu_time(*pid).context("a peer is gone")).sum()
}

/// Memory of all of them together; what they share is counted once (`Pss`).
fn memory(pids: &[u32]) -> Result<u64> {
    pids.iter()
        .map(|pid| {
            let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
            let kib = rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB"));
            Ok(kib.context("no Pss")?.trim().parse::<u64>()? * 1024)
        })
        .sum()
}
