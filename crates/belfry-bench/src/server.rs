//! The measured server: this very binary as `init` and `serve` in a temporary folder, seen from outside. It passes
//! only settings that an operator could pass, and leaves durability as it is.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use belfry_testkit::Child;
use rustix::process::Signal;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::{Instant, sleep, timeout};

use crate::wire::{Caller, Connection};

/// What `init` prints.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Installation {
    /// The workspace's slug or id.
    pub(crate) workspace: String,
    /// A key that may do everything.
    pub(crate) api_key: String,
}

/// Where and how a server is started.
#[derive(Debug)]
pub(crate) struct Setting {
    dir: TempDir,
    database: Option<String>,
    environment: Vec<(String, String)>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first 200 on `/readyz`.
    pub(crate) ready_after: Duration,
}

/// A stretch of time and of the server's processor.
#[derive(Debug)]
pub(crate) struct Meter {
    begun: Instant,
    cpu: f64,
    driver_cpu: f64,
}

/// What a [`Meter`] read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// Seconds that passed.
    pub(crate) seconds: f64,
    /// Processor seconds of the server.
    pub(crate) cpu_s: f64,
    /// Processor seconds of this process, which makes the load on the same processors.
    pub(crate) driver_cpu_s: f64,
}

impl Setting {
    /// A fresh folder; `database` is a PostgreSQL URL, else SQLite in that folder.
    pub(crate) fn fresh(database: Option<&str>) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("belfry-bench.").tempdir()?;
        let environment = [
            ("BELFRY_EGRESS_ALLOW_LOOPBACK", "true"),
            // All the load comes from one address, with one key.
            ("BELFRY_LIMITS_ADDRESS_PER_MINUTE", "1000000000"),
            ("BELFRY_LIMITS_API_KEY_PER_MINUTE", "1000000000"),
            ("BELFRY_LIMITS_USER_TOKEN_PER_MINUTE", "1000000000"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Ok(Self { dir, database: database.map(str::to_owned), environment })
    }

    /// Adds a variable to the server's environment.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// The folder, also for files that the server reads.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("serve.log")
    }

    fn command(&self, subcommand: &str) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(subcommand).arg("--data").arg(self.dir.path().join("data"));
        if let Some(database) = &self.database {
            command.arg("--database").arg(database);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        Ok(command)
    }

    /// Makes an organization of its own.
    pub(crate) async fn init(&self) -> Result<Installation> {
        let mut command = self.command("init")?;
        // Another name would be the same organization, should the database have one already.
        let name = format!("Bench {}", std::process::id());
        command.args(["--email", "bench@example.com", "--organization", &name, "--json"]);
        let output = command.stderr(Stdio::inherit()).output().await?;
        if !output.status.success() {
            bail!("`belfry init` ended with {}", output.status);
        }
        let text = String::from_utf8(output.stdout)?;
        let line = text.lines().last().context("`belfry init` printed nothing")?;
        serde_json::from_str(line).context("what `belfry init` printed is not what was expected")
    }

    /// Starts `serve` and waits until it is ready.
    pub(crate) async fn serve(&self) -> Result<Server> {
        let address = TcpListener::bind(("127.0.0.1", 0)).await?.local_addr()?;
        let mut command = self.command("serve")?;
        command.arg("--listen").arg(address.to_string());
        let log = File::options().create(true).append(true).open(self.log())?;
        let begun = Instant::now();
        let child = Child::spawn({
            command.stderr(log);
            command
        })
        .await?;
        match timeout(Duration::from_secs(60), ready(address, child.pid())).await {
            Ok(Ok(())) => Ok(Server { child, address, ready_after: begun.elapsed() }),
            Ok(Err(error)) => Err(error.context(self.last_words())),
            Err(_) => bail!("`belfry serve` was not ready within a minute; {}", self.last_words()),
        }
    }

    /// The end of the server's log, for messages.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(10).collect();
        format!("its log ends with:\n{}", lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
    }
}

/// Asks until the server says that it is ready.
async fn ready(address: SocketAddr, pid: u32) -> Result<()> {
    let nobody = Caller::new(address, "none")?;
    loop {
        if let Ok(mut connection) = Connection::open(address).await
            && let Ok(answer) = connection.send(nobody.get("/readyz")).await
            && answer.status == 200
        {
            return Ok(());
        }
        // A process that ended but was not waited for has no memory any more.
        if belfry_testkit::child::cpu_time(pid).is_err() || is_zombie(pid) {
            bail!("`belfry serve` ended before it was ready");
        }
        sleep(Duration::from_millis(1)).await;
    }
}

fn is_zombie(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

impl Server {
    /// Memory that it holds.
    pub(crate) fn rss_bytes(&self) -> Result<u64> {
        self.child.rss_bytes().context("the server is gone")
    }

    /// Memory that it held at most.
    pub(crate) fn peak_rss_bytes(&self) -> Result<u64> {
        self.child.peak_rss_bytes().context("the server is gone")
    }

    /// Seconds of processor time since it started.
    pub(crate) fn cpu_s(&self) -> Result<f64> {
        self.child.cpu_time().context("the server is gone")
    }

    /// Waits until its memory and its processor time stand still, at most half a minute; gives its memory.
    pub(crate) async fn settled_rss(&self) -> Result<u64> {
        settled(|| Ok((self.rss_bytes()?, self.cpu_s()?))).await
    }

    /// Begins to measure.
    pub(crate) fn meter(&self) -> Result<Meter> {
        Ok(Meter { begun: Instant::now(), cpu: self.cpu_s()?, driver_cpu: driver_cpu_s()? })
    }

    /// What was spent since the meter began.
    pub(crate) fn read(&self, meter: &Meter) -> Result<Spent> {
        Ok(Spent {
            seconds: meter.begun.elapsed().as_secs_f64(),
            cpu_s: self.cpu_s()? - meter.cpu,
            driver_cpu_s: driver_cpu_s()? - meter.driver_cpu,
        })
    }

    /// Ends it as an operator would and waits for that.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.signal(Signal::TERM)?;
        match timeout(Duration::from_secs(30), self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(ended) => bail!("`belfry serve` was told to end and ended with {ended:?}"),
            Err(_) => bail!("`belfry serve` did not end within half a minute"),
        }
    }
}

fn driver_cpu_s() -> Result<f64> {
    Ok(belfry_testkit::child::cpu_time(std::process::id())?)
}

/// Waits until `sample` (bytes held, processor seconds used) hardly changes for a second; gives the bytes.
pub(crate) async fn settled(sample: impl Fn() -> Result<(u64, f64)>) -> Result<u64> {
    let (mut before, mut cpu) = sample()?;
    for _ in 0..30 {
        sleep(Duration::from_secs(1)).await;
        let (bytes, used) = sample()?;
        if bytes.abs_diff(before) <= before / 500 && used - cpu < 0.05 {
            return Ok(bytes);
        }
        (before, cpu) = (bytes, used);
    }
    Ok(before)
}
