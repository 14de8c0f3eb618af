//! What this node does beside answering: it learns which origins workspaces list, writes down when API keys were used,
//! and forgets full buckets.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::state::AppState;

/// How often the origins are read.
const ORIGINS: Duration = Duration::from_secs(3);
/// How often the rest is done.
const REST: Duration = Duration::from_secs(30);

/// Runs until `stop`.
pub(crate) async fn run(app: AppState, stop: CancellationToken) {
    let (mut origins, mut rest) = (interval(ORIGINS), interval(REST));
    origins.set_missed_tick_behavior(MissedTickBehavior::Delay);
    rest.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = origins.tick() => match app.store.origins().await {
                Ok(listed) => app.origins.set(listed.into_iter().collect()),
                Err(error) => tracing::warn!(%error, "the workspaces' origins could not be read"),
            },
            _ = rest.tick() => {
                app.rates.sweep();
                touch(&app).await;
            }
            () = stop.cancelled() => break,
        }
    }
    touch(&app).await;
}

async fn touch(app: &AppState) {
    let used = app.credentials.take_used();
    if used.is_empty() {
        return;
    }
    if let Err(error) = app.store.touch_api_keys(&used).await {
        tracing::warn!(%error, "when API keys were used could not be written down");
    }
}
