//! What must be done from time to time: forget idempotent answers after a day, let items leave inboxes at the end of
//! retention, fold the oldest wide notifications into rows, tell the database how its tables grew.

use std::time::Duration;

use belfry_store::Result;
use belfry_types::limits;
use tokio_util::sync::CancellationToken;

use crate::Engine;

const EVERY: Duration = Duration::from_secs(60);
/// What comes in within this time is planned for as if the tables were as before.
const STATISTICS_EVERY: Duration = Duration::from_secs(2);
/// People of one page of a fold.
const PEOPLE: usize = 2_000;

/// Runs until it is told to stop.
pub async fn run(engine: Engine, stop: CancellationToken) {
    loop {
        if let Err(error) = step(&engine, &stop).await {
            tracing::error!(%error, "sweeping stopped; it begins again in a minute");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Keeps the database's statistics with what is stored, until it is told to stop.
pub async fn run_statistics(engine: Engine, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(STATISTICS_EVERY) => {}
            () = stop.cancelled() => return,
        }
        match engine.store.refresh_statistics().await {
            Ok(0) => {}
            Ok(tables) => tracing::debug!(tables, "the database looked at the tables that grew"),
            Err(error) => tracing::warn!(%error, "the database could not look at the tables that grew"),
        }
    }
}

async fn step(engine: &Engine, stop: &CancellationToken) -> Result<()> {
    let now = engine.clock.now();
    engine.store.sweep_idempotency(now.minus(Duration::from_secs(limits::IDEMPOTENCY_S))).await?;
    engine.store.sweep_user_tokens(now).await?;
    engine.store.sweep_user_links(now).await?;
    engine.store.sweep_sign_ins(now).await?;
    engine.store.sweep_publications(now).await?;
    let week = Duration::from_secs(u64::from(limits::IMPORT_DAYS) * 86_400);
    engine.store.sweep_imports(now.minus(week)).await?;
    for organization in engine.store.organizations_with_many_wide(limits::WIDE_LIVE_MAX, now).await? {
        fold(engine, organization, stop).await?;
    }
    Ok(())
}

/// Gives everyone of the oldest wide notifications beyond the bound a row of their own.
async fn fold(engine: &Engine, organization: i64, stop: &CancellationToken) -> Result<()> {
    let (_, seqs) = engine.store.wide_seqs(organization, engine.clock.now()).await?;
    let beyond = seqs.len().saturating_sub(limits::WIDE_LIVE_MAX);
    for seq in seqs.into_iter().take(beyond) {
        let Some(wide) = engine.store.wide(organization, &[seq]).await?.pop() else { continue };
        let people: Vec<u32> = wide.people.iter().collect();
        for page in people.chunks(PEOPLE) {
            if stop.is_cancelled() {
                return Ok(());
            }
            engine.store.fold(organization, seq, page).await?;
        }
        engine.store.folded(organization, seq).await?;
        tracing::info!(seq, people = people.len(), "the oldest broadcast was folded into inbox rows");
    }
    Ok(())
}
