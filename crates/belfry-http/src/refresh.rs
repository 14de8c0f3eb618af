//! What this node does beside answering: it learns which origins workspaces list, writes down when API keys and sessions
//! were used, and forgets full buckets.

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
    let (keys, sessions) = (app.credentials.take_used_keys(), app.credentials.take_used_sessions());
    if !keys.is_empty()
        && let Err(error) = app.store.touch_api_keys(&keys).await
    {
        tracing::warn!(%error, "when API keys were used could not be written down");
    }
    if !sessions.is_empty()
        && let Err(error) = app.store.touch_sessions(&sessions).await
    {
        tracing::warn!(%error, "when sessions were used could not be written down");
    }
}
