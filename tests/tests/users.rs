//! People: made, changed, listed, cancelled and deleted, one at a time and in bulk.

use belfry_tests::api::send;
use belfry_tests::people::{add_device, inbox, items};
use belfry_tests::{PushSink, Server, SinkConfig, Value, both, json};
use reqwest::Method;

both! {
    /// What was put is what is read, and a second put changes only what it says.
    async fn put_and_get(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let path = server.ws("/users/ann");
        api.post(&server.ws("/groups"), &json!({ "key": "crew", "name": "Crew" })).await.expect(201);
        let body = json!({
            "name": "Ann Keller", "email": "Ann@Example.com", "locale": "de-CH", "time_zone": "Europe/Zurich",
            "groups": ["crew"],
        });
        api.put(&path, &body).await.ok();
        let ann = api.get(&path).await.expect(200);
        for field in ["name", "email", "locale", "time_zone"] {
            assert_eq!(ann[field], body[field], "{field} of {ann}");
        }
        assert_eq!(ann["external_id"], "ann");
        assert_eq!(ann["status"], "active");
        assert_eq!(ann["groups"], json!(["crew"]));
        assert!(ann["id"].as_str().is_some_and(|id| id.starts_with("usr_")), "{ann}");

        // Groups that are not mentioned stay; groups that are mentioned are all there are.
        api.put(&path, &json!({ "name": "Ann K." })).await.ok();
        let ann = api.get(&path).await.expect(200);
        assert_eq!((&ann["name"], &ann["groups"]), (&json!("Ann K."), &json!(["crew"])));
        api.put(&path, &json!({ "name": "Ann K.", "groups": [] })).await.ok();
        assert_eq!(api.get(&path).await.expect(200)["groups"], json!([]));
    }

    async fn patch_changes_one_field(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let path = server.ws("/users/ben");
        api.put(&path, &json!({ "name": "Ben", "email": "ben@example.com" })).await.ok();
        api.patch(&path, &json!({ "locale": "fr" })).await.ok();
        let ben = api.get(&path).await.expect(200);
        assert_eq!((&ben["name"], &ben["email"], &ben["locale"]), (&json!("Ben"), &json!("ben@example.com"), &json!("fr")));
        // Null takes away, what is missing stays; the name cannot go.
        api.patch(&path, &json!({ "locale": null, "email": null })).await.ok();
        let ben = api.get(&path).await.expect(200);
        assert_eq!((&ben["name"], &ben["email"], &ben["locale"]), (&json!("Ben"), &json!(null), &json!(null)));
        api.patch(&path, &json!({ "email": " " })).await.problem(422);
        assert_eq!(api.patch(&server.ws("/users/nobody"), &json!({ "name": "X" })).await.status, 404);
    }

    /// External ids and emails (without case) are each unique; the second claim is refused and changes nothing.
    async fn a_second_claim_to_an_email_is_a_conflict(database) {
        let server = Server::start(database).await;
        let api = server.api();
        api.put(&server.ws("/users/a"), &json!({ "name": "A", "email": "same@example.com" })).await.ok();
        let refused = api.put(&server.ws("/users/b"), &json!({ "name": "B", "email": "SAME@example.com" })).await;
        refused.problem(409);
        assert!(refused.text.contains("a"), "the other is named: {}", refused.text);
        assert_eq!(api.get(&server.ws("/users/b")).await.status, 404);
    }

    async fn list_pages_and_filters(database) {
        let server = Server::start(database).await;
        let api = server.api();
        api.post(&server.ws("/groups"), &json!({ "key": "odd", "name": "Odd" })).await.expect(201);
        let people: Vec<Value> = (0..120)
            .map(|n| {
                let groups = if n % 2 == 1 { json!(["odd"]) } else { json!([]) };
                json!({ "external_id": format!("p{n:03}"), "name": format!("Person {n:03}"), "groups": groups })
            })
            .collect();
        api.post(&server.ws("/users/batch"), &Value::Array(people)).await.ok();
        let all = api.list(&server.ws("/users"), 50).await;
        let mut names: Vec<&str> = all.iter().filter_map(|u| u["external_id"].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!((all.len(), names.len()), (120, 120));
        assert_eq!(api.list(&server.ws("/users?group=odd"), 50).await.len(), 60);
        let found = api.list(&server.ws("/users?q=Person%20042"), 50).await;
        assert_eq!(found.len(), 1, "{found:?}");
        let first = api.get(&server.ws("/users")).await.expect(200);
        assert_eq!(first["items"].as_array().map(Vec::len), Some(50), "50 is the default");
    }

    /// Ten thousand at once, as an array and as lines; a second time nothing changes.
    async fn bulk_of_ten_thousand(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let people: Vec<Value> = (0..10_000)
            .map(|n| json!({ "external_id": format!("m{n}"), "name": format!("Member {n}"), "email": format!("m{n}@example.com") }))
            .collect();
        let statuses = |answer: &Value| {
            let mut counts = std::collections::BTreeMap::<String, usize>::new();
            for item in items(answer) {
                *counts.entry(item["status"].as_str().unwrap_or("?").to_owned()).or_default() += 1;
            }
            counts
        };
        let path = server.ws("/users/batch");
        let first = api.post(&path, &Value::Array(people.clone())).await.ok();
        assert_eq!(statuses(&first), [("created".to_owned(), 10_000)].into());
        let lines: String = people.iter().map(|p| format!("{p}\n")).collect();
        let request = api.request(Method::POST, &path).header("content-type", "application/x-ndjson").body(lines);
        let second = send(request).await;
        second.ok();
        // Lines are answered with lines, in the order of the items.
        let lines = second.text.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let second = Value::Array(lines.collect());
        assert_eq!(statuses(&second), [("unchanged".to_owned(), 10_000)].into());
        assert_eq!(items(&second)[1234]["external_id"], "m1234");
    }

    /// One bad item is refused by itself, with the reason, and the others go in.
    async fn bulk_refuses_single_items(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let body = json!([
            { "external_id": "good", "name": "Good", "email": "good@example.com" },
            { "external_id": "claims", "name": "Claims", "email": "GOOD@example.com" },
            { "external_id": "", "name": "Nobody" },
            { "external_id": "address", "name": "Address", "email": "no address" },
            { "external_id": "lost", "name": "Lost", "groups": ["unknown"] },
            { "external_id": "fine", "name": "Fine" },
        ]);
        let answer = api.post(&server.ws("/users/batch"), &body).await.ok();
        let statuses: Vec<Value> = items(&answer).iter().map(|item| item["status"].clone()).collect();
        assert_eq!(statuses, ["created", "rejected", "rejected", "rejected", "rejected", "created"], "{answer}");
        for item in items(&answer).iter().filter(|item| item["status"] == "rejected") {
            assert!(!item["error"].is_null(), "no reason in {item}");
        }
        assert_eq!(api.list(&server.ws("/users"), 50).await.len(), 2);
    }

    /// A cancellation is taken back with groups and devices, and the second time nothing happens.
    async fn restoring_brings_groups_and_devices_back(database) {
        let server = Server::start(database).await;
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        let api = server.api();
        for key in ["crew", "press"] {
            api.post(&server.ws("/groups"), &json!({ "key": key, "name": key })).await.ok();
        }
        let path = server.ws("/users/ann");
        api.put(&path, &json!({ "name": "Ann", "groups": ["crew", "press"] })).await.ok();
        add_device(&server.as_person("ann").await, &sink.subscribe()).await;
        let before = api.get(&path).await.expect(200);
        assert_eq!(before["devices"].as_array().map(Vec::len), Some(1));
        api.delete(&path).await.expect(204);
        let gone = api.get(&path).await.expect(200);
        assert_eq!((&gone["status"], &gone["groups"]), (&json!("cancelled"), &json!([])));
        // A group may end meanwhile.
        api.delete(&server.ws("/groups/press")).await.expect(204);
        for _ in 0..2 {
            let back = api.post(&format!("{path}/restore"), &json!({})).await.expect(200);
            assert_eq!((&back["status"], &back["groups"]), (&json!("active"), &json!(["crew"])));
            assert_eq!(back["device_count"], 1);
        }
        let crew = api.get(&server.ws("/groups/crew")).await.expect(200);
        assert_eq!(crew["members"], 1, "{crew}");
        assert_eq!(api.get(&path).await.expect(200)["devices"][0]["active"], true);
        api.post(&server.ws("/users/nobody/restore"), &json!({})).await.problem(404);
    }

    /// Erasing takes personal data, tokens and the inbox; whoever comes later under the same id inherits nothing.
    async fn erasing_takes_everything(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let person = server.new_person("gone").await;
        server.broadcast("hello").await;
        assert_eq!(inbox(&person).await.len(), 1);
        let status = api.delete(&server.ws("/users/gone?erase=true")).await.status;
        assert!((200..300).contains(&status), "{status}");
        assert_eq!(api.get(&server.ws("/users/gone")).await.status, 404);
        assert_eq!(person.get("/v1/me/inbox").await.status, 401);
        let heir = server.new_person("gone").await;
        assert_eq!(inbox(&heir).await, Vec::<Value>::new());
        assert_eq!(api.delete(&server.ws("/users/nobody")).await.status, 404);
    }

    async fn external_ids_may_hold_any_character(database) {
        let server = Server::start(database).await;
        let api = server.api();
        for id in ["a b", "ünï/cödé", "x%2Fy", "q?x=1#y", "😀", "ann@example.com"] {
            let encoded: String = id.bytes().map(|b| format!("%{b:02X}")).collect();
            let path = server.ws(&format!("/users/{encoded}"));
            api.put(&path, &json!({ "name": "Somebody" })).await.ok();
            assert_eq!(api.get(&path).await.expect(200)["external_id"], id);
            let token = api.tell(&format!("{path}/token")).await.ok();
            assert!(token["token"].is_string(), "{token}");
        }
        assert_eq!(api.list(&server.ws("/users"), 50).await.len(), 6);
    }
}
