//! 20,000 retries that are due together, because a push service told all of them to come back in the same second.

use std::time::Duration;

use belfry_tests::both;
use belfry_tests::fanout::{DEVICES, Fanout, Round};
use belfry_tests::wait::within;

use crate::now;

both! {
    async fn are_due_together(database) {
        let fanout = Fanout::behaving(database, "fail-1-429").await;
        let mut round = fanout.round();
        round.serve(None).await;
        let started = now();
        let id = round.server.notify(&Round::body()).await;
        within(Duration::from_secs(300), "the last first attempt", async || {
            (fanout.stats().refused >= DEVICES).then_some(())
        })
        .await;
        let refused = started.elapsed();
        let outcome = fanout.count(&round, &id).await;
        fanout.count_rows(&round, &id).await;
        assert_eq!((outcome.repeated, fanout.stats().refused), (0, DEVICES));
        println!(
            "{database:?} {DEVICES} retries: {} lost, {} repeated, all refused after {:.1} s, all delivered after {:.1} s",
            outcome.lost, outcome.repeated, refused.as_secs_f64(), started.elapsed().as_secs_f64(),
        );
    }
}
