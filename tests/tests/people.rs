//! People as an operator looks at them: found by what they are, with devices, what they received, and a test of one
//! device; and the workspace at a glance.

use belfry_tests::people::add_device;
use belfry_tests::{PATIENCE, PushSink, Server, SinkConfig, Value, both, json, until};

both! {
    async fn a_persons_page(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        let ann = server.new_person("ann").await;
        server.new_person("bob").await;
        let overview = async || api.get(&server.ws("/overview")).await.expect(200);
        let first = overview().await;
        assert_eq!(first["checklist"], json!({ "people": true, "device": false, "test": false, "sent": false }));
        assert_eq!(first["within_60s"], json!({ "share": null, "p50_s": null, "p95_s": null, "of": 0 }));
        assert_eq!(first["attention"][0], json!({ "kind": "no_devices", "count": 2 }));
        let (one, two) = (sink.subscribe(), sink.subscribe());
        let (one, two) = (add_device(&ann, &one).await, add_device(&ann, &two).await);
        let with = |answer: &str| server.ws(&format!("/users?device={answer}"));
        let listed = api.list(&with("yes"), 50).await;
        assert_eq!((listed.len(), &listed[0]["external_id"], &listed[0]["device_count"]), (1, &json!("ann"), &json!(2)));
        assert_eq!(api.list(&with("no"), 50).await[0]["external_id"], "bob");
        api.get(&with("maybe")).await.problem(422);

        // A broadcast reaches both devices; a test one of them.
        let sent = api.post(&server.ws("/notifications"), &json!({ "title": "Doors", "message": "open", "audience": { "everyone": true } })).await;
        let sent = sent.expect(202)["id"].clone();
        server.finished(sent.as_str().expect("an id")).await;
        assert!(sink.wait_received(2, PATIENCE).await);
        let path = server.ws("/users/ann");
        let test = api.tell(&format!("{path}/devices/{one}/test")).await.expect(202)["id"].clone();
        server.finished(test.as_str().expect("an id")).await;
        assert!(sink.wait_received(3, PATIENCE).await);
        assert_eq!(sink.stats().received, 3, "only the one device");
        api.tell(&server.ws(&format!("/users/bob/devices/{one}/test"))).await.problem(404);

        let items = api.list(&format!("{path}/notifications"), 1).await;
        let ids: Vec<&Value> = items.iter().map(|item| &item["notification"]["id"]).collect();
        assert_eq!(ids, [&test, &sent], "newest first");
        assert_eq!((&items[0]["notification"]["origin"], &items[1]["notification"]["title"]), (&json!("test"), &json!("Doors")));
        let channels = |item: &Value| {
            let channels = item["channels"].as_array().expect("channels").iter();
            channels.map(|c| (c["channel"].clone(), c["state"].clone())).collect::<Vec<_>>()
        };
        let (inbox, push) = ((json!("inbox"), json!("success")), (json!("web_push"), json!("success")));
        assert_eq!(channels(&items[0]), [inbox.clone(), push.clone()]);
        assert_eq!(channels(&items[1]), [inbox, push.clone(), push]);
        assert_eq!(api.list(&server.ws("/users/bob/notifications"), 50).await.len(), 1);

        assert_eq!(api.delete(&format!("{path}/devices/{two}")).await.status, 204);
        let detail = api.get(&path).await.expect(200);
        let devices = detail["devices"].as_array().expect("devices");
        assert_eq!((devices[0]["id"].as_str(), &devices[0]["active"]), (Some(one.as_str()), &json!(true)));
        assert_eq!((devices[1]["id"].as_str(), devices[1]["gone_at"].is_string()), (Some(two.as_str()), true));
        assert_eq!(api.tell(&format!("{path}/devices/{two}/test")).await.problem(409), "device_gone");

        let last = overview().await;
        assert_eq!(last["checklist"], json!({ "people": true, "device": true, "test": true, "sent": true }));
        assert_eq!((&last["notifications"]["sent_7d"], &last["notifications"]["running"]), (&json!(1), &json!(0)), "{last}");
        assert_eq!((&last["within_60s"]["of"], &last["within_60s"]["share"]), (&json!(1), &json!(1.0)), "{last}");
        assert_eq!((&last["devices"], &last["reachable"], &last["members"]), (&json!(1), &json!(1), &json!(2)));
    }

    /// Wide and narrow ones in one list, page by page, each once.
    async fn everything_a_person_received(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let people: Vec<Value> = (0..400).map(|n| json!({ "external_id": format!("p{n}"), "name": format!("P {n}") })).collect();
        api.post(&server.ws("/users/batch"), &Value::Array(people)).await.ok();
        let mut sent = Vec::new();
        for n in 0..6 {
            let audience = if n % 2 == 0 { json!({ "everyone": true }) } else { json!({ "users": ["p7"] }) };
            let body = json!({ "message": format!("m{n}"), "audience": audience });
            let id = api.post(&server.ws("/notifications"), &body).await.expect(202)["id"].clone();
            server.finished(id.as_str().expect("an id")).await;
            sent.insert(0, id);
        }
        for limit in [1, 2, 5, 50] {
            let items = api.list(&server.ws("/users/p7/notifications"), limit).await;
            let ids: Vec<Value> = items.iter().map(|item| item["notification"]["id"].clone()).collect();
            assert_eq!(ids, sent, "{limit} at a time");
        }
        assert_eq!(api.list(&server.ws("/users/p8/notifications"), 2).await.len(), 3);
        // What the person read and threw away was still received.
        let token = api.tell(&server.ws("/users/p7/token")).await.ok();
        let user = api.with_token(token["token"].as_str().expect("a token"));
        let item = belfry_tests::people::inbox(&user).await[1]["id"].as_str().expect("an id").to_owned();
        user.tell(&format!("/v1/me/inbox/{item}/read")).await.ok();
        assert_eq!(user.delete(&format!("/v1/me/inbox/{item}")).await.status, 204);
        until("the read state", async || {
            let items = api.list(&server.ws("/users/p7/notifications"), 50).await;
            (items.len() == 6 && items[1]["read_at"].is_string()).then_some(())
        })
        .await;
    }

    async fn groups_are_shown_and_renamed(database) {
        let server = Server::start(database).await;
        let api = server.api();
        api.post(&server.ws("/groups"), &json!({ "key": "crew", "name": "Crew" })).await.expect(201);
        let path = server.ws("/groups/crew");
        assert_eq!(api.patch(&path, &json!({ "name": "The crew" })).await.expect(200)["name"], "The crew");
        assert_eq!(api.get(&path).await.expect(200)["name"], "The crew");
        assert_eq!(api.patch(&path, &json!({ "name": " " })).await.problem(422), "validation_failed");
        assert_eq!(api.get(&server.ws("/groups/none")).await.status, 404);
        assert_eq!(api.patch(&server.ws("/groups/none"), &json!({ "name": "X" })).await.status, 404);
        assert_eq!(api.get(&server.ws("/overview")).await.expect(200)["groups"], 1);
    }
}
