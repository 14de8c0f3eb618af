//! Push services that misbehave: who is unsubscribed, who is tried again, who is delayed.

use std::time::Duration;

use belfry_tests::people::add_device;
use belfry_tests::{Behaviour, PushSink, Server, SinkConfig, Subscription, Value, both, json, until};

/// A person with one device whose endpoint behaves like this.
async fn person(server: &Server, sink: &PushSink, name: &str, behaviour: &str) -> belfry_tests::Api {
    let subscription = sink.subscribe();
    let behaviour = Behaviour::parse(behaviour).expect("a behaviour");
    sink.set_behaviour(&subscription.id, behaviour);
    server.person_with_device(name, &subscription).await
}

async fn sink() -> PushSink {
    PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink")
}

/// Sends to one person and gives their push delivery once it is final.
async fn deliver(server: &Server, name: &str, run_time: u32) -> Value {
    let id = server
        .notify(&json!({ "message": "x", "run_time": run_time, "audience": { "users": [name] } }))
        .await;
    server.finished(&id).await;
    server.pushes(&id).await.swap_remove(0)
}

async fn devices(api: &belfry_tests::Api) -> usize {
    api.list("/v1/me/devices", 50).await.len()
}

both! {
    /// 404 and 410: the device is gone, and the next notification has nobody to push to.
    async fn gone_unsubscribes(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for status in ["404", "410"] {
            let api = person(&server, &sink, &format!("p{status}"), status).await;
            let push = deliver(&server, &format!("p{status}"), 600).await;
            assert_eq!((&push["state"], &push["reason"]), (&json!("failed"), &json!("gone")), "{status}: {push}");
            assert_eq!(push["attempts"], 1);
            assert_eq!(devices(&api).await, 0, "{status}");
            let id = server.notify(&json!({ "message": "x", "audience": { "users": [format!("p{status}")] } })).await;
            let done = server.finished(&id).await;
            assert_eq!(done["reasons"]["no_device"], 1, "{done}");
        }
        assert_eq!(sink.stats().refused, 2);
    }

    /// 400, 401, 403, 413 and redirects: this message fails at once, and nobody is unsubscribed.
    async fn refusals_fail_the_message_only(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for status in ["400", "401", "403", "413", "301", "302", "307"] {
            let name = format!("p{status}");
            let api = person(&server, &sink, &name, status).await;
            let push = deliver(&server, &name, 600).await;
            assert_eq!((&push["state"], &push["attempts"]), (&json!("failed"), &json!(1)), "{status}: {push}");
            assert!(push["reason"].is_string() && push["reason"] != "gone", "{status}: {push}");
            assert_eq!(devices(&api).await, 1, "{status}");
        }
        assert_eq!(sink.stats().received, 0, "no redirect was followed");
    }

    /// 429, 5xx, a reset: tried again until it is accepted, each device once.
    async fn trouble_is_tried_again(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for behaviour in ["fail-1-500", "fail-2-503", "fail-1-429", "fail-1-408"] {
            let api = person(&server, &sink, behaviour, behaviour).await;
            let push = deliver(&server, behaviour, 600).await;
            assert_eq!(push["state"], "success", "{behaviour}: {push}");
            assert!(push["attempts"].as_i64().is_some_and(|n| n >= 2), "{behaviour}: {push}");
            assert_eq!(devices(&api).await, 1);
        }
        assert_eq!((sink.stats().received, sink.stats().repeated), (4, 0), "{:?}", sink.stats());
    }

    async fn a_reset_is_tried_again(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let subscription = sink.subscribe();
        sink.set_behaviour(&subscription.id, Behaviour::Reset);
        server.person_with_device("ann", &subscription).await;
        let id = server.notify(&json!({ "message": "x", "audience": { "users": ["ann"] } })).await;
        let tried = async || (server.pushes(&id).await.first()?["attempts"].as_i64()? >= 1).then_some(());
        until("the first attempt", tried).await;
        sink.set_behaviour(&subscription.id, Behaviour::Accept);
        server.finished(&id).await;
        assert_eq!(server.pushes(&id).await[0]["state"], "success");
    }

    /// `Retry-After` is a floor, in seconds and as a date.
    async fn retry_after_is_honoured(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for behaviour in ["429-4", "503-date5"] {
            let subscription = sink.subscribe();
            sink.set_behaviour(&subscription.id, Behaviour::parse(behaviour).expect("a behaviour"));
            server.person_with_device(behaviour, &subscription).await;
            let refused = sink.stats().refused;
            let received = sink.stats().received;
            let id = server.notify(&json!({ "message": "x", "audience": { "users": [behaviour] } })).await;
            until("the first refusal", async || (sink.stats().refused > refused).then_some(())).await;
            let since = clock();
            sink.set_behaviour(&subscription.id, Behaviour::Accept);
            assert!(sink.wait_received(received + 1, Duration::from_secs(90)).await, "{behaviour}");
            // A date has whole seconds: one may be lost in writing it.
            assert!(since.elapsed() >= Duration::from_millis(2_900), "{behaviour}: after {:?}", since.elapsed());
            server.finished(&id).await;
        }
    }

    /// A service that only answers that it cannot is left alone after a while; one that says that we ask too often is
    /// not, because others may still get through.
    async fn a_failing_service_is_left_alone(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for (status, left_alone) in [("503", true), ("429", false)] {
            for n in 0..10 {
                let api = server.new_person(&format!("p{status}-{n}")).await;
                for _ in 0..40 {
                    let subscription = sink.subscribe();
                    sink.set_behaviour(&subscription.id, Behaviour::parse(status).expect("a behaviour"));
                    add_device(&api, &subscription).await;
                }
            }
            let refused = sink.stats().refused;
            let people: Vec<String> = (0..10).map(|n| format!("p{status}-{n}")).collect();
            // The run-time ends before the first pause does.
            let id = server
                .notify(&json!({ "message": "x", "run_time": 4, "audience": { "users": people } }))
                .await;
            let done = server.finished(&id).await;
            assert_eq!(done["counts"]["web_push"]["expired"], 400, "{done}");
            let refused = sink.stats().refused - refused;
            // 32 answers, and what was under way meanwhile.
            assert_eq!(refused <= 32 + 64, left_alone, "{status}: {refused}");
        }
    }

    /// What cannot be delivered within its run-time expires; no attempt begins afterwards.
    async fn the_run_time_ends_it(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        person(&server, &sink, "never", "503").await;
        let push = deliver(&server, "never", 4).await;
        assert_eq!(push["state"], "expired", "{push}");
        let refused = sink.stats().refused;
        assert!(refused >= 1);
        // A run-time of nothing is one attempt.
        person(&server, &sink, "once", "503").await;
        let push = deliver(&server, "once", 0).await;
        assert!(push["state"] != "success" && push["attempts"] == 1, "{push}");
        assert_eq!(sink.stats().refused, refused + 1);
    }

    /// Answers that dribble, never end or explode when unpacked cost nobody anything.
    async fn hostile_answers(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for behaviour in ["dribblebody-201", "endless-201", "gzip-201", "endless-400", "gzip-400"] {
            person(&server, &sink, behaviour, behaviour).await;
            let push = deliver(&server, behaviour, 600).await;
            let expected = if behaviour.ends_with("201") { "success" } else { "failed" };
            assert_eq!(push["state"], expected, "{behaviour}: {push}");
        }
        let memory = belfry_tests::server::peak_memory(server.pid());
        assert!(memory < 600 << 20, "{memory} bytes of memory at most");
    }

    /// One person with a broken, a gone and a good device: each ends as it should, and the sum adds up.
    async fn each_device_by_itself(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let ann = server.new_person("ann").await;
        let behaviours = ["accept", "410", "400", "fail-1-503"];
        let subscriptions: Vec<Subscription> = behaviours.iter().map(|_| sink.subscribe()).collect();
        for (behaviour, subscription) in behaviours.iter().zip(&subscriptions) {
            sink.set_behaviour(&subscription.id, Behaviour::parse(behaviour).expect("a behaviour"));
            add_device(&ann, subscription).await;
        }
        let done = server.broadcast("x").await;
        assert_eq!(done["status"], "partly_failed", "{done}");
        assert_eq!(done["counts"]["web_push"]["success"], 2, "{done}");
        assert_eq!(done["counts"]["web_push"]["failed"], 2, "{done}");
        assert_eq!(devices(&ann).await, 3);
    }
}

fn clock() -> std::time::Instant {
    // The judge's own clock measures what the server promised.
    #[allow(clippy::disallowed_methods)]
    std::time::Instant::now()
}
