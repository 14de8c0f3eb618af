//! `belfry users`: lists people and hands out their links.

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::client::Connection;

/// Lists people, or makes the link that signs one in
#[derive(Debug, Args)]
pub struct Users {
    #[command(flatten)]
    connection: Connection,
    /// Workspace, by slug or id
    #[arg(long, short, env = "BELFRY_WORKSPACE", global = true)]
    workspace: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists people
    List {
        /// Part of a name, external id or email
        #[arg(long, short)]
        query: Option<String>,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Print JSON lines
        #[arg(long)]
        json: bool,
    },
    /// Makes a magic link that signs this person in, once within 7 days; hand it to nobody else
    Link {
        /// External id
        user: String,
    },
}

/// Runs it.
pub async fn run(args: Users) -> anyhow::Result<()> {
    let client = args.connection.client()?;
    let workspace = args.workspace.context("which workspace? Give --workspace or set BELFRY_WORKSPACE")?;
    let base = format!("/v1/workspaces/{workspace}/users");
    match args.command.unwrap_or(Command::List { query: None, limit: 50, json: false }) {
        Command::List { query, limit, json } => {
            let mut left = limit;
            let mut cursor: Option<String> = None;
            while left > 0 {
                let mut path = format!("{base}?limit={}", left.min(500));
                for (name, value) in [("q", &query), ("cursor", &cursor)] {
                    if let Some(value) = value {
                        path.push_str(&format!("&{name}={}", escaped(value)));
                    }
                }
                let page = client.get(&path).await?;
                let items = page["items"].as_array().cloned().unwrap_or_default();
                left -= items.len().min(left);
                for item in items {
                    if json {
                        println!("{item}");
                    } else {
                        let text = |name: &str| item[name].as_str().unwrap_or("–").to_owned();
                        println!(
                            "{:<24} {:<32} {:<36} {}",
                            text("external_id"),
                            text("name"),
                            text("email"),
                            text("status")
                        );
                    }
                }
                cursor = page["next"].as_str().map(str::to_owned);
                if cursor.is_none() {
                    break;
                }
            }
        }
        Command::Link { user } => {
            let answer = client.post(&format!("{base}/{}/token", escaped(&user)), &json!({})).await?;
            println!("{}", answer["link"].as_str().unwrap_or_default());
        }
    }
    Ok(())
}

/// Percent-encodes everything that is not unreserved (RFC 3986 §2.3).
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
