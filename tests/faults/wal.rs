//! A write-ahead log that was cut off anywhere, as a disk that lied leaves it: the server starts, what it has is what was
//! acknowledged first, without a gap, and its counters agree with its rows.

use belfry_tests::people::inbox;
use belfry_tests::{Database, Start, json};

use crate::{now, runs};

/// Notifications whose commits are in the log.
const SENT: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_cut_off() {
    let mut base = Start::on(Database::Lite).go().await;
    let token = base.new_person("ann").await.token().to_owned();
    // So that the people are not in the log.
    base.terminate().await;
    base.serve().await;
    for n in 0..SENT {
        base.notify(&json!({ "message": format!("m{n}"), "audience": { "users": ["ann"] } })).await;
    }
    base.kill().await;
    let log = |server: &belfry_tests::Server| server.data().join("belfry.db-wal");
    let whole = std::fs::metadata(log(&base)).expect("a log is left").len();
    assert!(whole > 100_000, "the log has only {whole} bytes");
    let cuts = runs(20) * 2;
    for cut in 0..=cuts {
        let started = now();
        // Not at the pages' ends only.
        let length = if cut == cuts { whole } else { whole * cut / cuts + cut * 7 };
        let mut server = base.copy();
        let file = std::fs::File::options().write(true).open(log(&server)).expect("the log");
        file.set_len(length.min(whole)).expect("cut");
        drop(file);
        server.serve().await;
        let ann = server.api().with_token(&token);
        server.broadcast("after").await;
        let mut items: Vec<String> =
            inbox(&ann).await.iter().map(|i| i["message"].as_str().expect("a message").to_owned()).collect();
        items.reverse();
        assert_eq!(items.pop().as_deref(), Some("after"));
        let expected: Vec<String> = (0..items.len()).map(|n| format!("m{n}")).collect();
        assert_eq!(items, expected, "cut to {length} of {whole}: a gap or a repetition");
        assert!(cut < cuts || items.len() == SENT, "the whole log has everything: {}", items.len());
        server.terminate().await;
        server.healthy().await;
        println!(
            "Lite log cut to {length} of {whole} bytes: {} of {SENT} lost with it, none between, 0 repeated, {:.1} s",
            SENT - items.len(),
            started.elapsed().as_secs_f64(),
        );
    }
}
