//! `belfry send`: a notification in one line.

use clap::Args;
use serde_json::{Value, json};

use crate::client::Connection;

/// Sends a notification
#[derive(Debug, Args)]
pub struct Send {
    #[command(flatten)]
    connection: Connection,
    /// Workspace, by slug or id
    #[arg(long, short, env = "BELFRY_WORKSPACE")]
    workspace: String,
    /// The message in Markdown
    message: String,
    /// A title; the sender stands in for it
    #[arg(long, short)]
    title: Option<String>,
    /// Who it is from; the workspace's name stands in
    #[arg(long)]
    sender: Option<String>,
    /// Where opening it leads
    #[arg(long)]
    url: Option<String>,
    /// Seconds after which what was not delivered is discarded
    #[arg(long)]
    run_time: Option<u32>,
    /// People by external id or email
    #[arg(long = "to", value_delimiter = ',', value_name = "USER", required_unless_present_any = ["group", "everyone"])]
    users: Vec<String>,
    /// Groups by key
    #[arg(long, value_delimiter = ',', value_name = "KEY", conflicts_with = "everyone")]
    group: Vec<String>,
    /// Everyone in the workspace; must be said
    #[arg(long, conflicts_with = "users")]
    everyone: bool,
    /// Print the server's answer as JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(args: Send) -> anyhow::Result<()> {
    let client = args.connection.client()?;
    let audience = match (args.everyone, args.users.is_empty(), args.group.is_empty()) {
        (true, ..) => json!({"everyone": true}),
        (_, false, true) => json!({"users": args.users}),
        (_, true, _) => json!({"groups": args.group}),
        _ => json!({"any": [{"users": args.users}, {"groups": args.group}]}),
    };
    let mut body = json!({"message": args.message, "audience": audience});
    let options: [(&str, Option<Value>); 4] = [
        ("title", args.title.map(Value::from)),
        ("sender", args.sender.map(Value::from)),
        ("destination", args.url.map(|url| json!({ "url": url }))),
        ("run_time", args.run_time.map(Value::from)),
    ];
    for (name, value) in options {
        if let Some(value) = value {
            body[name] = value;
        }
    }
    let answer = client.post(&format!("/v1/workspaces/{}/notifications", args.workspace), &body).await?;
    if args.json {
        println!("{answer}");
    } else {
        println!("Accepted {}: it is on its way.", answer["id"].as_str().unwrap_or_default());
    }
    Ok(())
}
