//! A node that stands still for three leases: another one goes on with its batches, and when it wakes it changes
//! nothing that is no longer its own.

use std::time::Duration;

use belfry_tests::fanout::{DEVICES, Fanout, IN_FLIGHT, Round};
use belfry_tests::{Database, wait};
use rustix::process::Signal;

/// Three leases of 30 s.
const STILL: Duration = Duration::from_secs(95);

async fn stands_still(database: Database) {
    let fanout = Fanout::prepare(database).await;
    let mut round = fanout.round();
    round.serve(None).await;
    let id = round.server.notify(&Round::body()).await;
    wait::within(Duration::from_secs(300), "a third of the pushes", async || {
        (fanout.stats().received >= DEVICES / 3).then_some(())
    })
    .await;
    round.server.signal(Signal::STOP);
    // SQLite has one node: it stands still and goes on. PostgreSQL has another one that takes over.
    let mut other = (database == Database::Pg).then(|| round.server.node());
    if let Some(other) = &mut other {
        other.serve().await;
    }
    tokio::time::sleep(STILL).await;
    round.server.signal(Signal::CONT);
    let outcome = fanout.count(&round, &id).await;
    fanout.count_rows(&round, &id).await;
    println!(
        "{database:?} stopped for {STILL:?}: {} lost, {} repeated (at most {IN_FLIGHT})",
        outcome.lost, outcome.repeated
    );
    assert!(outcome.repeated <= IN_FLIGHT, "{} repeats", outcome.repeated);
}

#[tokio::test(flavor = "multi_thread")]
async fn lite() {
    stands_still(Database::Lite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pg() {
    stands_still(Database::Pg).await;
}
