//! `belfry doctor`: looks at what usually goes wrong and says what to do. It changes nothing.

use belfry_config::Settings;
use clap::Args;

use crate::data;

/// Checks the settings, the data folder, the database and its counters
#[derive(Debug, Args)]
pub struct Doctor {}

/// Runs it; fails when something is wrong.
pub async fn run(_: Doctor, settings: &Settings) -> anyhow::Result<()> {
    let mut wrong = 0;
    let mut say = |ok: bool, what: &str, then: &str| {
        println!("{} {what}{}{then}", if ok { "✓" } else { "✗" }, if then.is_empty() { "" } else { ": " });
        wrong += i32::from(!ok);
    };
    say(true, "settings", "read and known");
    match &settings.server.public_url {
        Some(_) => say(true, "public_url", "set"),
        None => say(
            true,
            "public_url",
            "not set: links use the address listened on. Browsers allow push only on https or localhost",
        ),
    }
    match data::open(settings).await {
        Ok(opened) => {
            say(true, "database", &format!("{:?} opens and its schema is current", opened.store.dialect()));
            let differences = opened.store.check_counters().await?;
            say(
                differences.is_empty(),
                "counters",
                &match differences.len() {
                    0 => "agree with the rows".to_owned(),
                    _ => format!("differ from the rows:\n    {}", differences.join("\n    ")),
                },
            );
            let (waiting, _) = opened.store.queue_depth().await?;
            say(true, "queue", &format!("{waiting} batches wait"));
            let keys = opened.store.push_keys().await?;
            say(
                true,
                "web push",
                &match keys.len() {
                    0 => "the VAPID key will be made at the first start".to_owned(),
                    n => format!("{n} VAPID key(s)"),
                },
            );
            opened.store.close().await;
        }
        Err(error) => say(false, "database", &format!("{error:#}")),
    }
    if settings.egress.allow_loopback {
        say(true, "egress", "calls to loopback are ALLOWED; for development and tests only");
    } else {
        say(true, "egress", "calls to private addresses are refused");
    }
    if wrong > 0 { anyhow::bail!("{wrong} thing(s) need attention") } else { Ok(()) }
}
