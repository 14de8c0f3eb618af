//! Receipts: what the worker of a closed page proves with the capability from its payload, and what an open page says.

use belfry_tests::people::unread;
use belfry_tests::{PushSink, Server, SinkConfig, Value, both, json, until};

/// A person with a device who got one push: the notification's id and the payload.
async fn pushed(server: &Server, sink: &PushSink) -> (belfry_tests::Api, String, Value) {
    let ann = server.person_with_device("ann", &sink.subscribe()).await;
    let id = server.notify(&json!({ "message": "hi", "audience": { "users": ["ann"] } })).await;
    server.finished(&id).await;
    let message = sink.messages().pop().expect("a push");
    let payload = message.plaintext.expect("its receiver is ours").expect("decrypted");
    (ann, id, serde_json::from_slice(&payload).expect("JSON"))
}

both! {
    /// The capability alone, without a token, writes displayed and opened, and opening reads the item.
    async fn by_capability(database) {
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        let server = Server::start(database).await;
        let (ann, id, payload) = pushed(&server, &sink).await;
        let data = &payload["notification"]["data"];
        let capability = data["capability"].as_str().expect("a capability");
        assert_eq!(data["receipts"], format!("{}/v1/me/receipts", server.url()).as_str());
        let nobody = server.api().anonymous();
        let say = |kind: &str| json!({ "receipts": [{ "capability": capability, "kind": kind }] });
        let delivery = async || server.pushes(&id).await.swap_remove(0);
        assert!(delivery().await["displayed_at"].is_null());
        nobody.post("/v1/me/receipts", &say("displayed")).await.ok();
        until("displayed_at", async || delivery().await["displayed_at"].is_string().then_some(())).await;
        assert!(delivery().await["opened_at"].is_null());
        let first = delivery().await["displayed_at"].clone();
        assert_eq!(unread(&ann).await, 1);
        nobody.post("/v1/me/receipts", &say("opened")).await.ok();
        until("opened_at", async || delivery().await["opened_at"].is_string().then_some(())).await;
        assert_eq!(unread(&ann).await, 0, "what was opened is read");
        // The first time counts.
        nobody.post("/v1/me/receipts", &say("displayed")).await.ok();
        assert_eq!(delivery().await["displayed_at"], first);
    }

    async fn a_forged_capability_writes_nothing(database) {
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        let server = Server::start(database).await;
        let (_, id, payload) = pushed(&server, &sink).await;
        let capability = payload["notification"]["data"]["capability"].as_str().expect("a capability");
        let swapped = |at: usize| {
            let mut text = capability.as_bytes().to_vec();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(text).expect("ASCII")
        };
        let nobody = server.api().anonymous();
        for forged in [swapped(0), swapped(10), swapped(capability.len() - 3), String::new(), "x".repeat(5000)] {
            let body = json!({ "receipts": [{ "capability": forged, "kind": "displayed" }] });
            let answer = nobody.post("/v1/me/receipts", &body).await;
            assert!(answer.status < 500, "{forged}: {} {}", answer.status, answer.text);
        }
        let answer = nobody.post("/v1/me/receipts", &json!({ "receipts": [{ "capability": capability, "kind": "exploded" }] })).await;
        assert!([400, 422].contains(&answer.status), "{}", answer.text);
        assert!(server.pushes(&id).await[0]["displayed_at"].is_null());
    }

    /// An open page speaks with its token, and only of its own items.
    async fn by_an_open_page(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let ben = server.new_person("ben").await;
        let id = server.notify(&json!({ "message": "hi", "audience": { "users": ["ann"] } })).await;
        server.finished(&id).await;
        let item = belfry_tests::people::inbox(&ann).await.swap_remove(0);
        let say = json!({ "receipts": [{ "item_id": item["id"], "kind": "opened" }] });
        ben.post("/v1/me/receipts", &say).await;
        assert_eq!(unread(&ann).await, 1, "somebody else cannot open it");
        ann.post("/v1/me/receipts", &say).await.ok();
        let opened = async || {
            let inbox = server.deliveries(&id).await.into_iter().find(|d| d["channel"] == "inbox")?;
            inbox["opened_at"].is_string().then_some(())
        };
        until("opened_at of the inbox delivery", opened).await;
        assert_eq!(unread(&ann).await, 0);
    }
}
