//! Follows the log of every organization that has live connections here and hands what is new to the hub. A wake-up
//! makes it quick; without one it looks every half second, because rows are the truth.

use std::collections::HashMap;
use std::time::Duration;

use belfry_live::{Frame, PING_S};
use belfry_store::{Publication, Result};
use belfry_types::scope::Scope;
use tokio_util::sync::CancellationToken;

use crate::Engine;
use crate::item::item_json;
use crate::revoked::Revoked;

/// Rows of one read.
const ROWS: usize = 200;
/// How long closing takes at most.
const CLOSING: Duration = Duration::from_secs(2);
/// How often memberships and tokens of open connections are looked at; a revocation holds within 5 s.
const CHECK: Duration = Duration::from_secs(2);

/// Runs until it is told to stop, then ends every connection.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let mut check = tokio::time::interval(CHECK);
    let mut ping = tokio::time::interval(Duration::from_secs(1));
    let mut slice = 0;
    let mut revoked = Revoked::since(engine.clock.now());
    loop {
        let woken = engine.wake.live.notified();
        if let Err(error) = follow_all(&engine).await {
            tracing::error!(%error, "live dispatch stopped; it goes on where it was");
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(crate::POLL) => {}
            _ = ping.tick() => {
                engine.live.ping(slice, PING_S);
                slice += 1;
            }
            _ = check.tick() => {
                let checked = async {
                    check_members(&engine).await?;
                    revoked.check(&engine).await
                };
                if let Err(error) = checked.await {
                    tracing::error!(%error, "open connections could not be checked");
                }
            }
            () = stop.cancelled() => {
                engine.live.close_all();
                return until_closed(&engine).await;
            }
        }
    }
}

/// Gives connections a moment to tell their clients that the server stops.
async fn until_closed(engine: &Engine) {
    for _ in 0..100 {
        if engine.live.connections() == 0 {
            return;
        }
        tokio::time::sleep(CLOSING / 100).await;
    }
}

/// Follows the organizations whose log has grown; asking that is one query for all of them.
async fn follow_all(engine: &Engine) -> Result<()> {
    let positions: HashMap<i64, i64> = engine.live.organizations().into_iter().collect();
    if positions.is_empty() {
        return Ok(());
    }
    for (organization, seq) in engine.store.last_seqs(positions.keys().copied()).await? {
        let position = positions.get(&organization).copied().unwrap_or(seq);
        if seq > position {
            follow(engine, organization, position).await?;
        }
    }
    Ok(())
}

async fn follow(engine: &Engine, organization: i64, mut position: i64) -> Result<()> {
    loop {
        let publications = engine.store.publications_after(organization, position, ROWS).await?;
        let full = publications.len() == ROWS;
        for publication in publications {
            position = publication.seq;
            dispatch(engine, organization, publication).await?;
            engine.live.advance(organization, position);
        }
        if !full {
            return Ok(());
        }
    }
}

async fn dispatch(engine: &Engine, organization: i64, publication: Publication) -> Result<()> {
    let Publication { seq, workspace, people, .. } = &publication;
    if !publication.may_stack {
        let json = item_json(publication.notification, &publication.item, 1, publication.published_at, None);
        engine.live.publish_item(organization, *workspace, people, &Frame::item(*seq, json));
        return Ok(());
    }
    // What a person sees of a narrow one may be a stack: it is read for those who are connected.
    let connected = engine.live.connected_among(organization, *workspace, people);
    if connected.is_empty() {
        return Ok(());
    }
    let ordinals: Vec<u32> = connected.iter().collect();
    for (ordinal, row) in engine.store.inbox_rows_at(Scope::granted(organization), *seq, &ordinals).await? {
        let json = item_json(row.first, &row.item, row.count, row.created_at, row.read);
        engine.live.publish_item_to(organization, *workspace, ordinal, &Frame::item(*seq, json));
    }
    Ok(())
}

/// Ends connections whose token ran out or whose membership is no longer active.
async fn check_members(engine: &Engine) -> Result<()> {
    engine.live.expire(engine.clock.now());
    for (organization, _) in engine.live.organizations() {
        for (workspace, people) in engine.live.members(organization) {
            let members: Vec<(i64, u32)> = people.iter().map(|ordinal| (workspace, ordinal)).collect();
            for chunk in members.chunks(5_000) {
                for (workspace, ordinal) in engine.store.inactive(chunk).await? {
                    engine.live.revoke(organization, Some(workspace), ordinal);
                }
            }
        }
    }
    Ok(())
}
