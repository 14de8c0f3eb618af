//! `belfry bench`: measured scenarios. It starts what it needs in other processes (the shipped `serve` with its default
//! durability on a fresh data folder, its own push service), drives it over TCP and TLS only, checks every answer and
//! what was stored, and prints one JSON object. It refuses to look inside the server: what it knows of it comes from
//! the public API and from the process table.

mod load;
mod peer;
mod push_service;
mod report;
mod scenario;
mod server;
mod site;
mod sockets;
mod wire;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Measures this binary: one scenario per run, the result as JSON in the last line.
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    scenario: Scenario,
    #[command(flatten)]
    options: Options,
}

/// What every scenario understands.
#[derive(Debug, Clone, Args)]
struct Options {
    /// Print only the JSON object
    #[arg(long, global = true)]
    json: bool,
    /// Use this empty PostgreSQL database instead of a fresh SQLite file
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Scenario {
    /// Durable events per second
    Accept(scenario::accept::Accept),
    /// From send to every inbox
    Broadcast(scenario::broadcast::Broadcast),
    /// Deliveries written per second
    Plan(scenario::plan::Plan),
    /// Pushes per CPU-second, from send to settled rows
    Webpush(scenario::webpush::Webpush),
    /// Memory of idle connections, and how fast a broadcast reaches all of them
    Live(scenario::live::Live),
    /// First page and unread count per second
    Inbox(scenario::inbox::Inbox),
    /// From start to ready; idle memory; size of the binary
    Startup(scenario::startup::Startup),
    /// A push service as a process of its own, until its input is closed
    #[command(hide = true)]
    Sink {
        /// Speak TLS, HTTP/2 and HTTP/1.1
        #[arg(long)]
        tls: bool,
    },
    /// Another library's pushes to the same push service
    #[command(hide = true)]
    PeerPush(peer::PeerPush),
    /// Another server's sockets under the same load as `live`
    #[command(hide = true)]
    PeerLive(peer::PeerLive),
}

/// Runs one scenario and prints what it measured; the last line is one JSON object.
///
/// # Errors
/// Something could not be started or set up, or the run had errors; the object is printed in the latter case too.
pub async fn run(args: BenchArgs) -> anyhow::Result<()> {
    let BenchArgs { scenario, options } = args;
    if let Scenario::Sink { tls } = scenario {
        return belfry_testkit::run_sink_cli(tls).await.context("the push service could not work");
    }
    allow_many_sockets();
    let report = match scenario {
        Scenario::Accept(accept) => accept.run(&options).await,
        Scenario::Broadcast(broadcast) => broadcast.run(&options).await,
        Scenario::Plan(plan) => plan.run(&options).await,
        Scenario::Webpush(webpush) => webpush.run(&options).await,
        Scenario::Live(live) => live.run(&options).await,
        Scenario::Inbox(inbox) => inbox.run(&options).await,
        Scenario::Startup(startup) => startup.run(&options).await,
        Scenario::PeerPush(peer) => peer.run().await,
        Scenario::PeerLive(peer) => peer.run().await,
        Scenario::Sink { .. } => bail!("handled above"),
    }?;
    report.print(options.json);
    match report.first_error() {
        Some(first) => bail!("{} errors; the first: {first}", report.errors()),
        None => Ok(()),
    }
}

/// Raises the limit of open files to what the system allows, for this process and the servers that it starts.
fn allow_many_sockets() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // What is refused shows as an error of the connection that does not fit.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Says on standard error what goes on; standard output is for results.
fn progress(what: &str) {
    eprintln!("bench: {what}");
}
