//! The `belfry` binary: command line, wiring and the embedded pages. What it does is decided in the crates below it.

mod assets;
mod client;
mod commands;
mod data;

use std::path::PathBuf;
use std::process::ExitCode;

use belfry_config::{Settings, Sources};
use clap::{Args, Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Notifications that arrive, and the proof of it
#[derive(Debug, Parser)]
#[command(name = "belfry", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the installation is; overrides the file and the environment.
#[derive(Debug, Args)]
struct Place {
    /// Settings file; by default belfry.toml in the data folder
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data folder
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(#[command(flatten)] WithDatabase<commands::init::Init>),
    Serve(#[command(flatten)] WithDatabase<commands::serve::Serve>),
    Import(commands::import::Import),
    Users(commands::users::Users),
    Send(commands::send::Send),
    /// Measures this binary on this machine
    Bench(belfry_bench::BenchArgs),
    Doctor(#[command(flatten)] WithDatabase<commands::doctor::Doctor>),
    Operators(#[command(flatten)] WithDatabase<commands::operators::Operators>),
    /// Prints the OpenAPI document
    #[command(hide = true)]
    Openapi,
    /// Prints the reference of all settings
    #[command(hide = true)]
    Settings,
}

// A command that opens the database itself. (No doc comment: it would stand in for those of the commands.)
#[derive(Debug, Args)]
struct WithDatabase<T: Args> {
    /// PostgreSQL URL; by default SQLite in the data folder
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(flatten)]
    command: T,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("the runtime starts");
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("belfry: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Init(with) => {
            commands::init::run(with.command, &load(cli.place, with.database, None)?).await
        }
        Command::Serve(with) => {
            let settings = load(cli.place, with.database, with.command.listen.clone())?;
            commands::serve::run(settings).await
        }
        Command::Doctor(with) => {
            commands::doctor::run(with.command, &load(cli.place, with.database, None)?).await
        }
        Command::Operators(with) => {
            commands::operators::run(with.command, &load(cli.place, with.database, None)?).await
        }
        Command::Import(args) => commands::import::run(args).await,
        Command::Users(args) => commands::users::run(args).await,
        Command::Send(args) => commands::send::run(args).await,
        Command::Bench(args) => belfry_bench::run(args).await,
        Command::Openapi => commands::print::openapi(),
        Command::Settings => {
            commands::print::settings();
            Ok(())
        }
    }
}

/// File, environment and command line put over one another.
fn load(place: Place, database: Option<String>, listen: Option<String>) -> anyhow::Result<Settings> {
    let environment: Vec<(String, String)> = std::env::vars().collect();
    let of_environment =
        |name: &str| environment.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.clone());
    let data = place.data.or_else(|| of_environment("BELFRY_DATA").map(PathBuf::from));
    let usual_file = data.clone().unwrap_or_else(|| Settings::default().server.data).join("belfry.toml");
    let mut overrides = Vec::new();
    if let Some(data) = data {
        overrides.push(("server.data", data.to_string_lossy().into_owned()));
    }
    if let Some(database) = database {
        overrides.push(("database.url", database));
    }
    if let Some(listen) = listen {
        overrides.push(("server.listen", listen));
    }
    let file = place.config.or_else(|| of_environment("BELFRY_CONFIG").map(PathBuf::from));
    Ok(Settings::load(Sources { file, usual_file: Some(usual_file), environment, overrides })?)
}
