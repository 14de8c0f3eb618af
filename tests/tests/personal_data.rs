//! A person takes their data along, and goes.

use belfry_tests::people::{add_device, inbox};
use belfry_tests::wait::within;
use belfry_tests::{Answer, Api, Live, PushSink, Server, SinkConfig, Value, both, json, until};

async fn delete_me(api: &Api, body: &Value) -> Answer {
    belfry_tests::api::send(api.request(reqwest::Method::DELETE, "/v1/me").json(body)).await
}

both! {
    async fn the_file_holds_what_is_kept_and_no_keys(database) {
        for wide_above in ["1", "1000000"] {
            let server = belfry_tests::Start::on(database).env("BELFRY_WIDE_ABOVE", wide_above).go().await;
            let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
            server.api().post(&server.ws("/groups"), &json!({ "key": "crew", "name": "The crew" })).await.expect(201);
            let person = json!({ "name": "Ann \"Q\" Lee", "email": "ann@example.com", "locale": "de", "groups": ["crew"] });
            server.api().put(&server.ws("/users/ann"), &person).await.ok();
            let ann = server.as_person("ann").await;
            let ben = server.new_person("ben").await;
            let subscription = sink.subscribe();
            let device = add_device(&ann, &subscription).await;
            for text in ["one", "two", "three", "four"] {
                server.broadcast(text).await;
            }
            let id = server.notify(&json!({ "message": "for ben alone", "audience": { "users": ["ben"] } })).await;
            server.finished(&id).await;
            let items = inbox(&ann).await;
            let at = |n: usize, verb: &str| format!("/v1/me/inbox/{}{verb}", items[n]["id"].as_str().expect("an id"));
            ann.tell(&at(0, "/read")).await.expect(204);
            ann.tell(&at(1, "/archive")).await.expect(204);
            ann.delete(&at(2, "")).await.expect(204);
            let link = server.link("ann").await;
            let answer = ann.get("/v1/me/data").await;
            assert!(answer.header("content-type").starts_with("application/json"), "{:?}", answer.headers);
            assert!(answer.header("content-disposition").starts_with("attachment"), "{:?}", answer.headers);
            assert_eq!(answer.header("cache-control"), "no-store");
            let data = answer.expect(200);
            assert_eq!((&data["user"]["name"], &data["user"]["email"]), (&person["name"], &person["email"]), "{data}");
            assert_eq!(data["memberships"][0]["groups"], json!([{ "key": "crew", "name": "The crew" }]));
            assert_eq!((&data["memberships"][0]["status"], &data["memberships"][0]["push"]), (&json!("active"), &json!(true)));
            assert_eq!((&data["devices"][0]["id"], &data["devices"][0]["browser"]), (&json!(device), &json!("Firefox")));
            assert!(data["tokens"].as_array().is_some_and(|all| all.len() >= 2) && data["links"].as_array().is_some_and(|all| all.len() >= 2), "{data}");
            let states: Vec<_> = data["items"].as_array().expect("items").iter()
                .map(|item| (item["message"].as_str().expect("a text"), item["state"].as_str().expect("a state"), item["read_at"].is_string()))
                .collect();
            assert_eq!(states, [("one", "shown", false), ("two", "deleted", false), ("three", "archived", false), ("four", "shown", true)]);
            for item in data["items"].as_array().expect("items") {
                let channels: Vec<_> = item["deliveries"].as_array().expect("deliveries").iter()
                    .map(|it| (it["channel"].as_str().expect("a channel"), it["state"].as_str().expect("a state")))
                    .collect();
                assert_eq!(channels, [("inbox", "success"), ("web_push", "success")], "{item}");
                assert_eq!(item["deliveries"][1]["device"], json!(device));
            }
            for secret in [subscription.endpoint.as_str(), &subscription.p256dh, &subscription.auth, &link, ann.token()] {
                assert!(!answer.text.contains(secret), "{secret} is in the file");
            }
            assert!(!answer.text.contains("for ben alone") && !answer.text.contains("\"ben\""), "somebody else is in the file");
            assert_eq!(ben.get("/v1/me/data").await.expect(200)["items"].as_array().map(Vec::len), Some(5));
            // A few a minute.
            let mut statuses = Vec::new();
            for _ in 0..6 {
                statuses.push(ann.get("/v1/me/data").await.status);
            }
            assert_eq!((statuses[0], statuses[5]), (200, 429), "{statuses:?}");
        }
    }

    /// More than one page of rows, and of both kinds.
    async fn a_long_inbox_is_whole(database) {
        let server = belfry_tests::Start::on(database).env("BELFRY_WIDE_ABOVE", "1").go().await;
        let ann = server.new_person("ann").await;
        server.person("ben").await;
        for n in 0..450 {
            let audience = if n % 5 == 0 { json!({ "everyone": true }) } else { json!({ "users": ["ann"] }) };
            let body = json!({ "message": format!("m{n}"), "audience": audience });
            server.api().post(&server.ws("/notifications"), &body).await.expect(202);
        }
        until("all of them", async || (inbox(&ann).await.len() == 450).then_some(())).await;
        let mut listed: Vec<String> = inbox(&ann).await.iter().map(|item| item["message"].to_string()).collect();
        listed.reverse();
        let data = ann.get("/v1/me/data").await.expect(200);
        let kept: Vec<String> = data["items"].as_array().expect("items").iter().map(|item| item["message"].to_string()).collect();
        assert_eq!(kept, listed);
    }

    async fn deleting_oneself(database) {
        let server = Server::start(database).await;
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        let ann = server.person_with_device("ann", &sink.subscribe()).await;
        let ben = server.new_person("ben").await;
        let link = server.link("ann").await;
        server.broadcast("before").await;
        for bad in [json!({ "confirm": "ben" }), json!({ "confirm": "" }), json!({ "confirm": "ANN" }), json!({ "confirm": "ann " })] {
            let refused = delete_me(&ann, &bad).await;
            assert_eq!(refused.problem(422), "validation_failed", "{bad}");
            assert_eq!(refused.json()["errors"][0]["pointer"], "/confirm");
        }
        for bad in [json!({}), json!({ "confirm": null }), json!({ "confirm": "ann", "really": true }), json!("ann")] {
            assert!([400, 422].contains(&delete_me(&ann, &bad).await.status), "{bad}");
        }
        assert_eq!(ann.delete("/v1/me").await.status, 415);
        ann.get("/v1/me").await.expect(200);
        let mut live = Live::open(&ann, None).await;
        live.next_of("state").await;
        delete_me(&ann, &json!({ "confirm": "ann" })).await.expect(204);
        let five = std::time::Duration::from_secs(6);
        within(five, "the token to end", async || (ann.get("/v1/me").await.status == 401).then_some(())).await;
        tokio::time::timeout(five, async { while live.next().await.is_some() {} }).await.expect("the stream is closed");
        assert_eq!(server.api().get(&server.ws("/users/ann")).await.status, 404);
        let refused = server.api().anonymous().post("/v1/links/redeem", &json!({ "link": link })).await;
        assert_eq!(refused.problem(404), "link_invalid");
        // Whoever comes back under the same id is somebody new.
        let again = server.new_person("ann").await;
        assert!(inbox(&again).await.is_empty());
        assert!(again.list("/v1/me/devices", 50).await.is_empty());
        assert_eq!(inbox(&ben).await.len(), 1);
    }
}
