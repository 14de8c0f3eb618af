//! `kill -9` at twenty random moments of a broadcast to 100,000 people, on each database.

use std::time::Duration;

use belfry_tests::fanout::{DEVICES, Fanout, IN_FLIGHT, Round};
use belfry_tests::{both, wait};

use crate::{now, runs};

fn seed() -> u64 {
    std::env::var("BELFRY_TEST_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| u64::from(std::process::id()))
}

both! {
    async fn at_random(database) {
        let kills = runs(20);
        let fanout = Fanout::prepare(database).await;
        let mut dice = seed();
        println!("BELFRY_TEST_SEED={dice} repeats this run");
        for kill in 1..=kills {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut round = fanout.round();
            round.serve(None).await;
            let id = round.server.notify(&Round::body()).await;
            let started = now();
            // The moment is a number of pushes: a time would be another moment on another machine.
            let moment = (dice >> 33) % (DEVICES * 95 / 100);
            wait::within(Duration::from_secs(300), "the moment to kill", async || {
                (fanout.stats().received >= moment).then_some(())
            })
            .await;
            round.server.kill().await;
            let at = fanout.stats().received;
            round.serve(None).await;
            let outcome = fanout.count(&round, &id).await;
            println!(
                "{database:?} kill {kill} of {kills} after {at} pushes: {} lost, {} repeated (at most {IN_FLIGHT}), {:.1} s",
                outcome.lost, outcome.repeated, started.elapsed().as_secs_f64(),
            );
            assert!(outcome.repeated <= IN_FLIGHT, "{} repeats", outcome.repeated);
        }
    }
}
