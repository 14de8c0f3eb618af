//! What a person chooses: push, language, zone; their devices' health and tests.

use belfry_tests::people::{add_device, inbox};
use belfry_tests::{Api, PushSink, Server, SinkConfig, Value, both, json, until};

async fn sink() -> PushSink {
    PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink")
}

async fn push(api: &Api, on: bool) -> Value {
    api.put("/v1/me/preferences", &json!({ "push": on })).await.expect(200)
}

async fn health(api: &Api) -> Value {
    api.list("/v1/me/devices", 50).await[0]["health"].clone()
}

/// Sends and gives the reasons why there was no push, with the pushes that were sent.
async fn reasons(server: &Server, audience: Value) -> (Value, Value) {
    let id = server.notify(&json!({ "message": "x", "audience": audience })).await;
    let done = server.finished(&id).await;
    (done["reasons"].clone(), done["targets"]["deliveries"]["web_push"].clone())
}

/// The reasons of what an event became.
async fn event_reasons(server: &Server, people: &[&str]) -> Value {
    let body = json!({ "type": "t", "recipients": people, "message": "e" });
    let event = server.api().post(&server.ws("/events"), &body).await.expect(202);
    let path = server.ws(&format!("/events/{}", event["id"].as_str().expect("an id")));
    let id = until("the event's notification", async || {
        let event = server.api().get(&path).await.expect(200);
        event["notifications"][0].as_str().map(str::to_owned)
    })
    .await;
    server.finished(&id).await["reasons"].clone()
}

both! {
    async fn off_removes_devices_and_is_a_reason(database) {
        for wide_above in ["1", "1000000"] {
            let server = belfry_tests::Start::on(database).env("BELFRY_WIDE_ABOVE", wide_above).go().await;
            let sink = sink().await;
            let ann = server.person_with_device("ann", &sink.subscribe()).await;
            server.person_with_device("ben", &sink.subscribe()).await;
            server.person("eve").await;
            let everyone = json!({ "everyone": true });
            assert_eq!(ann.get("/v1/me").await.expect(200)["preferences"], json!({ "push": true }));
            assert_eq!(reasons(&server, everyone.clone()).await, (json!({ "no_device": 1 }), json!(2)));
            add_device(&ann, &sink.subscribe()).await;
            for _ in 0..2 {
                assert_eq!(push(&ann, false).await, json!({ "push": false }));
            }
            assert_eq!(ann.get("/v1/me/preferences").await.expect(200), json!({ "push": false }));
            assert!(ann.list("/v1/me/devices", 50).await.is_empty());
            let expected = json!({ "no_device": 1, "push_off": 1 });
            assert_eq!(reasons(&server, everyone.clone()).await, (expected.clone(), json!(1)));
            assert_eq!(reasons(&server, json!({ "users": ["ann"] })).await, (json!({ "push_off": 1 }), Value::Null));
            assert_eq!(event_reasons(&server, &["ann", "ben", "eve"]).await, expected);
            assert_eq!(inbox(&ann).await.len(), 4, "the inbox has no switch");
            // What would be sent says the same.
            let path = server.ws("/notifications/reach");
            let reach = server.api().post(&path, &json!({ "audience": everyone })).await.expect(200);
            assert_eq!(reach["reasons"], expected, "{reach}");
            // A browser that opts in switches it on.
            add_device(&ann, &sink.subscribe()).await;
            assert_eq!(ann.get("/v1/me").await.expect(200)["preferences"], json!({ "push": true }));
            assert_eq!(reasons(&server, everyone).await, (json!({ "no_device": 1 }), json!(2)));
        }
    }

    /// People switch while it is sent to them: the numbers add up every time, and nothing is miscounted afterwards.
    async fn numbers_add_up_while_people_switch(database) {
        let mut server = Server::start(database).await;
        let sink = sink().await;
        let names = server.people("p", 40).await;
        let mut people = Vec::new();
        for name in &names[..20] {
            people.push(server.person_with_device(name, &sink.subscribe()).await);
        }
        let switching = async {
            for round in 0..6 {
                let all = people.iter().enumerate().map(|(n, api)| {
                    let sink = &sink;
                    async move {
                        if (n + round) % 2 == 0 {
                            push(api, false).await;
                        } else {
                            add_device(api, &sink.subscribe()).await;
                        }
                    }
                });
                futures_util::future::join_all(all).await;
            }
        };
        let sending = async {
            let mut sent = Vec::new();
            for n in 0..12 {
                let audience = if n % 2 == 0 { json!({ "everyone": true }) } else { json!({ "users": names }) };
                sent.push(server.notify(&json!({ "message": format!("m{n}"), "audience": audience })).await);
            }
            sent
        };
        let ((), sent) = tokio::join!(switching, sending);
        for id in sent {
            let done = server.finished(&id).await;
            let mut reached = std::collections::BTreeSet::new();
            for push in server.pushes(&id).await {
                reached.insert(push["user"]["external_id"].to_string());
            }
            let not: i64 = done["reasons"].as_object().expect("reasons").values().filter_map(Value::as_i64).sum();
            assert_eq!(i64::try_from(reached.len()).expect("few") + not, 40, "{done}");
        }
        server.terminate().await;
        let data = server.data_arguments();
        let mut arguments = vec!["doctor"];
        arguments.extend(data.iter().map(String::as_str));
        let doctor = server.run(&arguments).await;
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    }

    /// A device that is registered again is registered, also where nobody can say how pushes to it went.
    async fn registering_again_needs_no_health(database) {
        let mut server = Server::start(database).await;
        let subscription = sink().await.subscribe();
        let ann = server.new_person("ann").await;
        let device = add_device(&ann, &subscription).await;
        server.terminate().await;
        server.tamper("ALTER TABLE inbox_marks RENAME TO not_inbox_marks");
        server.serve().await;
        let ann = server.api().with_token(ann.token());
        assert!(ann.get("/v1/me/devices").await.status >= 500, "the health can be read");
        let again = ann.post("/v1/me/devices", &belfry_tests::people::device(&subscription)).await.expect(201);
        assert_eq!((&again["id"], &again["health"]["state"]), (&json!(device), &json!("untested")));
    }

    async fn language_and_zone(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let me = ann.patch("/v1/me", &json!({ "locale": "de-CH", "time_zone": "Europe/Zurich" })).await.expect(200);
        assert_eq!((&me["user"]["locale"], &me["user"]["time_zone"]), (&json!("de-CH"), &json!("Europe/Zurich")));
        let me = ann.patch("/v1/me", &json!({ "locale": null })).await.expect(200);
        assert_eq!((&me["user"]["locale"], &me["user"]["time_zone"]), (&json!(null), &json!("Europe/Zurich")));
        let changed = async || ann.get("/v1/me/data").await.expect(200)["user"]["updated_at"].clone();
        let before = changed().await;
        for same in [json!({}), json!({ "locale": null }), json!({ "locale": null, "time_zone": "Europe/Zurich" })] {
            assert_eq!(ann.patch("/v1/me", &same).await.expect(200), me);
        }
        assert_eq!(changed().await, before, "nothing differed");
        let seen = server.api().get(&server.ws("/users/ann")).await.expect(200);
        assert_eq!((&seen["time_zone"], &seen["name"]), (&json!("Europe/Zurich"), &json!("ann")));
        for (bad, pointer) in [
            (json!({ "locale": "en_US" }), "/locale"),
            (json!({ "locale": "" }), "/locale"),
            (json!({ "locale": "x".repeat(1 << 18) }), "/locale"),
            (json!({ "time_zone": "Mars/Phobos" }), "/time_zone"),
            (json!({ "time_zone": "../etc/passwd" }), "/time_zone"),
            (json!({ "time_zone": "UTC\u{0}" }), "/time_zone"),
        ] {
            let refused = ann.patch("/v1/me", &bad).await;
            assert_eq!(refused.problem(422), "validation_failed", "{bad}");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{bad}");
        }
        for bad in [json!({ "name": "Eve" }), json!({ "external_id": "ben" }), json!({ "locale": 7 }), json!([])] {
            assert!([400, 422].contains(&ann.patch("/v1/me", &bad).await.status), "{bad}");
        }
        for bad in [json!({}), json!({ "push": null }), json!({ "push": "no" }), json!({ "push": false, "email": true })] {
            assert!([400, 422].contains(&ann.put("/v1/me/preferences", &bad).await.status), "{bad}");
        }
        assert_eq!(ann.get("/v1/me/preferences").await.expect(200), json!({ "push": true }));
    }

    async fn devices_are_tested_and_say_how_it_went(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let ann = server.person_with_device("ann", &sink.subscribe()).await;
        let untested = json!({ "state": "untested", "last_success_at": null, "last_failure_at": null, "last_failure": null });
        assert_eq!(health(&ann).await, untested);
        let first = ann.list("/v1/me/devices", 50).await[0]["id"].as_str().expect("an id").to_owned();
        let other = sink.subscribe();
        let second = add_device(&ann, &other).await;
        let test = async |api: &Api, id: &str| api.tell(&format!("/v1/me/devices/{id}/test")).await;
        let sent = test(&ann, &second).await.expect(202);
        let id = sent["notification_id"].as_str().expect("an id").to_owned();
        server.finished(&id).await;
        let pushes = server.pushes(&id).await;
        assert_eq!((pushes.len(), &pushes[0]["device_id"]), (1, &json!(second)), "that device only");
        let devices = ann.list("/v1/me/devices", 50).await;
        assert_eq!(devices[0]["health"], untested);
        assert_eq!((&devices[1]["health"]["state"], &devices[1]["health"]["last_failure"]), (&json!("working"), &json!(null)));
        assert!(devices[1]["health"]["last_success_at"].is_string(), "{devices:?}");
        // A push service that refuses: the device stays and says why.
        let refusing = belfry_tests::Subscription { endpoint: sink.misbehaving_endpoint("400", "bad"), ..sink.subscribe() };
        let third = add_device(&ann, &refusing).await;
        let sent = test(&ann, &third).await.expect(202);
        server.finished(sent["notification_id"].as_str().expect("an id")).await;
        let devices = ann.list("/v1/me/devices", 50).await;
        assert_eq!(devices[2]["health"]["state"], "failing", "{devices:?}");
        assert_eq!(devices[2]["health"]["last_failure"], "rejected");
        assert!(devices[2]["health"]["last_failure_at"].is_string());
        // Somebody else's, and one that is none.
        let ben = server.new_person("ben").await;
        for id in [first.as_str(), "dev_00000000000000000000000000000000", "nonsense"] {
            assert_eq!(test(&ben, id).await.status, 404, "{id}");
        }
        server.api().patch(&server.ws(""), &json!({ "push_on": false })).await.expect(200);
        until("the switch to be seen", async || {
            let refused = test(&ben, &first).await;
            assert_eq!(refused.status, 404);
            (server.api().get(&server.ws("")).await.expect(200)["push_on"] == false).then_some(())
        }).await;
        assert_eq!(test(&ann, &first).await.problem(409), "push_off");
        // Five a minute; three were asked for.
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(test(&ann, &first).await.status);
        }
        assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    }
}
