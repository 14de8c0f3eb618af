//! PostgreSQL is killed and started again while a broadcast is being sent: it goes on by itself.

use std::process::Command;
use std::time::Duration;

use belfry_tests::fanout::{DEVICES, Fanout, IN_FLIGHT, Round};
use belfry_tests::{Database, wait};

use crate::{now, runs};

/// The command with which `scripts/with-postgres` restarts its cluster.
fn restart() {
    let command = std::env::var("BELFRY_TEST_PG_RESTART").expect("run through scripts/with-postgres");
    let status = Command::new("sh").args(["-c", &command]).status().expect("a shell");
    assert!(status.success(), "{command}: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn is_restarted() {
    let fanout = Fanout::prepare(Database::Pg).await;
    let restarts = runs(3).min(3);
    let mut round = fanout.round();
    // The cluster of tests does not wait for its log, but what is acknowledged must outlive PostgreSQL's death.
    let url = round.server.database_url().expect("PostgreSQL");
    let name = url.rsplit_once('/').and_then(|(_, name)| name.split('?').next()).expect("a database's name");
    round.server.tamper(&format!("ALTER DATABASE {name} SET synchronous_commit = on"));
    round.serve(None).await;
    let started = now();
    let id = round.server.notify(&Round::body()).await;
    for n in 1..=restarts {
        let moment = DEVICES * n / (restarts + 1);
        wait::within(Duration::from_secs(300), "the moment to restart", async || {
            (fanout.stats().received >= moment).then_some(())
        })
        .await;
        restart();
    }
    wait::within(Duration::from_secs(120), "the server to answer", async || {
        let ready = round.server.api().get("/readyz").await;
        (ready.status == 200).then_some(())
    })
    .await;
    let outcome = fanout.count(&round, &id).await;
    fanout.count_rows(&round, &id).await;
    let most = IN_FLIGHT * restarts;
    println!(
        "Pg restarted {restarts} times: {} lost, {} repeated (at most {most}), {:.1} s",
        outcome.lost,
        outcome.repeated,
        started.elapsed().as_secs_f64(),
    );
    assert!(outcome.repeated <= most, "{} repeats", outcome.repeated);
    round.server.terminate().await;
    round.server.healthy().await;
}
