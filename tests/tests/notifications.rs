//! Notifications: accepted, resolved to the right people, accounted for.

use belfry_tests::people::{adds_up, inbox};
use belfry_tests::{Server, both, json};
use belfry_tests::{Value, until};

/// Six people: a, b, c, d in groups red (a, b) and blue (b, c); d in none; e is cancelled, f has none.
async fn audience(server: &Server) {
    let api = server.api();
    for key in ["red", "blue"] {
        api.post(&server.ws("/groups"), &json!({ "key": key, "name": key })).await.expect(201);
    }
    let groups = |id: &str| match id {
        "a" => json!(["red"]),
        "b" => json!(["red", "blue"]),
        "c" => json!(["blue"]),
        _ => json!([]),
    };
    for id in ["a", "b", "c", "d", "f"] {
        let body = json!({ "name": id, "email": format!("{id}@example.com"), "groups": groups(id) });
        api.put(&server.ws(&format!("/users/{id}")), &body).await.ok();
    }
}

async fn receivers(server: &Server, audience: Value) -> String {
    let id = server.notify(&json!({ "message": "hello", "audience": audience })).await;
    let done = server.finished(&id).await;
    let mut people: Vec<String> = server
        .deliveries(&id)
        .await
        .iter()
        .filter(|d| d["channel"] == "inbox")
        .map(|d| d["user"]["external_id"].as_str().unwrap_or("?").to_owned())
        .collect();
    people.sort();
    assert_eq!(done["targets"]["people"].as_u64(), Some(people.len() as u64), "{done}");
    people.concat()
}

both! {
    async fn every_kind_of_audience(database) {
        let server = Server::start(database).await;
        audience(&server).await;
        for (expression, expected) in [
            (json!({ "everyone": true }), "abcdf"),
            (json!({ "users": ["a", "D@example.com", "a"] }), "ad"),
            (json!({ "groups": ["red"] }), "ab"),
            (json!({ "groups": ["red", "blue"] }), "abc"),
            (json!({ "all": [{ "groups": ["red"] }, { "groups": ["blue"] }] }), "b"),
            (json!({ "any": [{ "groups": ["red"] }, { "users": ["f"] }] }), "abf"),
            (json!({ "not": { "groups": ["red"] } }), "cdf"),
            (json!({ "all": [{ "everyone": true }, { "not": { "any": [{ "groups": ["blue"] }, { "users": ["a"] }] } }] }), "df"),
        ] {
            assert_eq!(receivers(&server, expression.clone()).await, expected, "{expression}");
        }
    }

    /// What was set can be looked up as it was sent.
    async fn reads_back_as_set(database) {
        let server = Server::start(database).await;
        server.person("a").await;
        let set = json!({
            "title": "Doors", "message": "Doors **open**", "format": "markdown", "sender": "Front desk",
            "destination": { "url": "https://example.com/doors" }, "run_time": 3600, "audience": { "users": ["a"] },
        });
        let id = server.notify(&set).await;
        let read = server.finished(&id).await;
        for field in ["title", "message", "format", "sender", "destination", "run_time", "audience"] {
            assert_eq!(read[field], set[field], "{field} of {read}");
        }
        assert_eq!(read["id"], id.as_str());
        assert_eq!(read["status"], "sent");
        let list = server.api().list(&server.ws("/notifications"), 10).await;
        assert!(list.iter().any(|n| n["id"] == id.as_str()), "{list:?}");
    }

    /// Someone without a device is a reason, not a delivery.
    async fn no_device_is_a_reason(database) {
        let server = Server::start(database).await;
        server.people("p", 3).await;
        let done = server.broadcast("hello").await;
        assert_eq!(done["targets"]["people"], 3);
        assert_eq!(done["counts"]["inbox"]["success"], 3, "{done}");
        assert_eq!(done["reasons"]["no_device"], 3, "{done}");
        assert_eq!(done["targets"]["deliveries"].get("web_push").and_then(Value::as_i64).unwrap_or(0), 0, "{done}");
    }

    async fn unknown_people_are_named(database) {
        let server = Server::start(database).await;
        server.person("a").await;
        let api = server.api();
        let path = server.ws("/notifications");
        let send = |audience: Value| json!({ "message": "x", "audience": audience });
        let refused = api.post(&path, &send(json!({ "users": ["a", "ghost-1", "ghost-2"] }))).await;
        refused.problem(422);
        assert!(refused.text.contains("ghost-1") && refused.text.contains("ghost-2"), "{}", refused.text);
        assert!(api.list(&path, 10).await.is_empty(), "nothing was sent");
        let groups = api.post(&path, &send(json!({ "groups": ["ghosts"] }))).await;
        groups.problem(422);
        assert!(groups.text.contains("ghosts"), "{}", groups.text);
        let id = api.post(&path, &send(json!({ "users": ["a", "ghost-1"], "ignore_unknown": true }))).await.expect(202);
        let done = server.finished(id["id"].as_str().unwrap_or_default()).await;
        assert_eq!(done["targets"]["people"], 1);
    }

    async fn limits_of_content(database) {
        let server = Server::start(database).await;
        server.person("a").await;
        let api = server.api();
        let path = server.ws("/notifications");
        let with = |field: &str, value: Value| {
            let mut body = json!({ "message": "x", "audience": { "everyone": true } });
            body[field] = value;
            body
        };
        for (field, value) in [
            ("title", json!("é".repeat(100))),
            ("message", json!("é".repeat(10_000))),
            ("run_time", json!(28 * 86_400)),
            ("run_time", json!(0)),
        ] {
            api.post(&path, &with(field, value)).await.expect(202);
        }
        for (field, value) in [
            ("title", json!("é".repeat(101))),
            ("message", json!("é".repeat(10_001))),
            ("message", json!("")),
            ("run_time", json!(28 * 86_400 + 1)),
            ("run_time", json!(-1)),
            ("run_time", json!(1.5)),
            ("format", json!("latex")),
            ("destination", json!({ "url": "javascript:alert(1)" })),
            ("destination", json!({ "url": "//evil.example" })),
            ("destination", json!({ "url": "data:text/html,x" })),
            ("audience", json!({})),
            ("audience", json!({ "everyone": false })),
            ("audience", json!({ "everyone": true, "groups": ["x"] })),
            ("audience", json!({ "all": [] })),
        ] {
            let refused = api.post(&path, &with(field, value.clone())).await;
            assert!([400, 422].contains(&refused.status), "{field}={value}: {} {}", refused.status, refused.text);
            refused.problem(refused.status);
            assert!(refused.text.contains(&format!("/{field}")), "a pointer to {field}: {}", refused.text);
        }
    }

    /// The same key and body is one notification; another body is refused; also when twenty ask at once.
    async fn idempotency(database) {
        let server = Server::start(database).await;
        server.person("a").await;
        let api = server.api();
        let path = server.ws("/notifications");
        let body = json!({ "message": "once", "audience": { "everyone": true } });
        let key = [("idempotency-key", "order-17")];
        let first = api.post_with(&path, &body, &key).await.expect(202);
        let again = api.post_with(&path, &body, &key).await;
        assert_eq!(again.expect(202)["id"], first["id"]);
        assert!(again.headers.keys().any(|name| name == "idempotency-replayed"), "{:?}", again.headers);
        let other = json!({ "message": "other", "audience": { "everyone": true } });
        api.post_with(&path, &other, &key).await.problem(409);
        let long = "k".repeat(256);
        api.post_with(&path, &body, &[("idempotency-key", &long)]).await.problem(400);

        let racing = (0..20).map(|_| async { api.post_with(&path, &body, &[("idempotency-key", "race")]).await });
        let answers = futures_util::future::join_all(racing).await;
        let ids: std::collections::BTreeSet<String> =
            answers.iter().map(|a| a.expect(202)["id"].as_str().unwrap_or("?").to_owned()).collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(api.list(&path, 50).await.len(), 2);
    }

    /// Counts add up at every moment, not only at the end.
    async fn counts_add_up_while_sending(database) {
        let server = Server::start(database).await;
        server.people("p", 2000).await;
        let id = server.notify(&json!({ "message": "many", "audience": { "everyone": true } })).await;
        until("the notification to be sent", async || {
            let now = server.notification(&id).await;
            adds_up(&now);
            (now["status"] == "sent").then_some(())
        })
        .await;
        let done = server.notification(&id).await;
        assert_eq!(done["counts"]["inbox"]["success"], 2000, "{done}");
        let deliveries = server.deliveries(&id).await;
        let people: std::collections::BTreeSet<&str> =
            deliveries.iter().filter_map(|d| d["user"]["external_id"].as_str()).collect();
        assert_eq!((deliveries.len(), people.len()), (2000, 2000));
    }

    /// People who were cancelled receive nothing, and come back with what is sent from then on.
    async fn cancelled_people_receive_nothing(database) {
        let server = Server::start(database).await;
        let api = server.api();
        server.person("stays").await;
        let leaver = server.new_person("leaves").await;
        api.delete(&server.ws("/users/leaves")).await.ok();
        assert_eq!(api.get(&server.ws("/users/leaves")).await.expect(200)["status"], "cancelled");
        let done = server.broadcast("after").await;
        assert_eq!(done["targets"]["people"], 1, "{done}");
        let ended = until("the token to end", async || (leaver.get("/v1/me/inbox").await.status == 401).then_some(()));
        ended.await;
        server.person("leaves").await;
        let back = server.as_person("leaves").await;
        assert!(inbox(&back).await.is_empty());
        server.broadcast("back").await;
        assert_eq!(inbox(&back).await.len(), 1);
    }
}
