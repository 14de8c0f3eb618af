//! A node whose clock is an hour or 15 days off: times are the database's, so nobody notices.

use belfry_tests::server::unix_now;
use belfry_tests::{Database, Live, PushSink, SinkConfig, Start, both, json};

use crate::now;

/// Seconds by which the clock is off.
const SKEWS: [i64; 4] = [3_600, -3_600, 15 * 86_400, -15 * 86_400];
/// Seconds of the run-time.
const RUN_TIME: i64 = 600;

both! {
    async fn is_off(database) {
        for skew in SKEWS {
            let started = now();
            let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
            // On PostgreSQL the other node's clock is right, and either of the two may send.
            let right = Start::on(database).stopped().await;
            let mut wrong = if database == Database::Pg { right.node() } else { right };
            wrong.set("BELFRY_FAULT", Some(&format!("clock:{skew}")));
            wrong.serve().await;
            let ann = wrong.person_with_device("ann", &sink.subscribe()).await;
            let mut live = Live::open(&ann, None).await;
            live.next_of("state").await;
            let before = unix_now();
            let body = json!({ "message": "x", "run_time": RUN_TIME, "audience": { "users": ["ann"] } });
            let id = wrong.notify(&body).await;
            let done = wrong.finished(&id).await;
            assert_eq!(done["counts"]["web_push"]["success"], 1, "{skew}: {done}");
            let item = live.next_of("item").await.json();
            let day = item["created_at"].as_str().expect("a time").get(..10).expect("a date").to_owned();
            assert!([date(before), date(unix_now())].contains(&day), "{skew}: {item}");
            let [message] = sink.messages().try_into().expect("one message");
            let ttl: i64 = message.ttl.as_deref().and_then(|ttl| ttl.parse().ok()).expect("a TTL");
            assert!((RUN_TIME - 60..=RUN_TIME).contains(&ttl), "{skew}: TTL {ttl}");
            println!("{database:?} clock {skew} s off: 0 lost, 0 repeated, {:.1} s", started.elapsed().as_secs_f64());
        }
    }
}

/// The date in UTC, by days since 1970 (the algorithm of "days from civil", turned around).
fn date(unix: i64) -> String {
    let z = unix.div_euclid(86_400) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    format!("{:04}-{month:02}-{day:02}", yoe + era * 400 + i64::from(month <= 2))
}
