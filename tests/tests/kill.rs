//! `kill -9` in each of accept, plan, lease, send and settle of a broadcast to 100,000 people with 20,000 devices: what
//! was acknowledged is there, everyone gets it, the states add up, repeats are bounded.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use belfry_tests::fanout::{Fanout, IN_FLIGHT, Round};
use belfry_tests::wait::within;
use belfry_tests::{Behaviour, Database, PATIENCE, PushSink, Server, SinkConfig, both, json, until};
use rustix::process::Signal;

const PLAIN: SinkConfig = SinkConfig { tls: false, store: true };

/// At which pass of each point the process dies; `BELFRY_TEST_SEED` moves them.
fn passes() -> [(&'static str, u64); 4] {
    let seed: u64 = std::env::var("BELFRY_TEST_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let pass =
        |of: u64, salt: u64| 1 + (seed.wrapping_mul(6_364_136_223_846_793_005) >> 33).wrapping_add(salt) % of;
    [("plan", pass(6, 1)), ("lease", pass(8, 3)), ("send", pass(15_000, 7_001)), ("settle", pass(120, 61))]
}

/// Killed while it accepts: what was answered is kept, and what was not can be asked again under its key.
async fn in_accept(fanout: &Fanout) {
    let mut round = fanout.round();
    round.serve(Some("accept:30")).await;
    let api = round.server.api();
    let path = round.server.ws("/notifications");
    let mut acknowledged = Vec::new();
    let mut n = 0;
    loop {
        let body = json!({ "message": format!("m{n}"), "audience": { "users": ["p-0"] } });
        let request =
            api.request(reqwest::Method::POST, &path).header("idempotency-key", format!("k{n}")).json(&body);
        match belfry_tests::api::try_send(request).await {
            Ok(answer) => acknowledged.push(answer.expect(202)["id"].as_str().expect("an id").to_owned()),
            Err(_) => break,
        }
        n += 1;
        assert!(n < 1000, "it never dies");
    }
    let status = round.server.ended(Duration::from_secs(20)).await;
    assert_eq!(status.signal(), Some(9), "{status}");
    round.serve(None).await;
    let api = round.server.api();
    let body = json!({ "message": format!("m{n}"), "audience": { "users": ["p-0"] } });
    let again = api.post_with(&path, &body, &[("idempotency-key", &format!("k{n}"))]).await.expect(202);
    let first = api
        .post_with(
            &path,
            &json!({ "message": "m0", "audience": { "users": ["p-0"] } }),
            &[("idempotency-key", "k0")],
        )
        .await
        .expect(202);
    assert_eq!(first["id"], acknowledged[0].as_str(), "the key is kept over the crash");
    for id in &acknowledged {
        round.server.finished(id).await;
    }
    round.server.finished(again["id"].as_str().expect("an id")).await;
    let person = round.server.as_person("p-0").await;
    let inbox = belfry_tests::people::inbox(&person).await;
    assert_eq!(inbox.len(), n + 1, "each is in the inbox once");
    println!("accept: killed after {n} acknowledged, 0 lost");
}

async fn in_phase(fanout: &Fanout, phase: &str, pass: u64) {
    let mut round = fanout.round();
    round.serve(Some(&format!("{phase}:{pass}"))).await;
    let id = round.server.notify(&Round::body()).await;
    let status = round.server.ended(Duration::from_secs(300)).await;
    assert_eq!(status.signal(), Some(9), "{phase}:{pass} was not reached: {status}");
    round.serve(None).await;
    let outcome = fanout.count(&round, &id).await;
    assert!(
        outcome.repeated <= IN_FLIGHT,
        "{phase}:{pass}: {} repeats, {IN_FLIGHT} in flight",
        outcome.repeated
    );
    fanout.count_rows(&round, &id).await;
    println!("{phase}:{pass}: {} lost, {} repeated of at most {IN_FLIGHT}", outcome.lost, outcome.repeated);
}

async fn every_phase(database: Database) {
    let fanout = Fanout::prepare(database).await;
    in_accept(&fanout).await;
    for (phase, pass) in passes() {
        in_phase(&fanout, phase, pass).await;
    }
}

/// A node stands still while it sends and another one takes its batch over: when it wakes, what it knows is void. Only
/// PostgreSQL has two nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_lease() {
    let (mut first, sink) =
        (Server::start(Database::Pg).await, PushSink::start(PLAIN).await.expect("a sink"));
    let subscription = sink.subscribe();
    sink.set_behaviour(&subscription.id, Behaviour::Hang);
    first.person_with_device("ann", &subscription).await;
    let id = first.notify(&json!({ "message": "x", "audience": { "users": ["ann"] } })).await;
    let under_way = async |n: u64| (sink.stats().in_flight_max >= n).then_some(());
    until("the first node to send", async || under_way(1).await).await;
    first.signal(Signal::STOP);
    let mut second = first.node();
    second.serve().await;
    // A lease takes half of the usual patience alone.
    within(PATIENCE * 2, "the second node to send the same", async || under_way(2).await).await;
    first.signal(Signal::CONT);
    // Its own request has long been over, and what it writes about that comes too late.
    until("the first node to give up", async || first.log().contains("lease was lost").then_some(())).await;
    sink.set_behaviour(&subscription.id, Behaviour::Accept);
    second.finished(&id).await;
    let push = second.pushes(&id).await.swap_remove(0);
    assert_eq!((&push["state"], &push["attempts"]), (&json!("success"), &json!(3)), "{push}");
    assert!(!second.log().contains("lease was lost"), "{}", second.log());
    assert_eq!((sink.stats().received, sink.stats().repeated), (1, 0));
    first.terminate().await;
}

both! {
    async fn in_every_phase(database) {
        every_phase(database).await;
    }
}
