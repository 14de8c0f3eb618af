//! Events with explicit recipients.

use belfry_tests::people::{inbox, unread};
use belfry_tests::{Server, both, json};

fn event(recipients: &[&str], subject: &str, message: &str) -> belfry_tests::Value {
    json!({
        "type": "ticket.message", "recipients": recipients, "title": "New message", "message": message,
        "actor": { "name": "Maya", "photo_url": "https://example.com/maya.png" },
        "subject": { "kind": "ticket", "id": subject, "title": "Printer jams", "url": "https://example.com/t/1" },
        "data": { "room": 4 },
    })
}

both! {
    async fn reaches_its_recipients_and_names_its_notifications(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let ben = server.new_person("ben").await;
        let accepted = server.api().post(&server.ws("/events"), &event(&["ann"], "T-1", "It jams")).await.expect(202);
        let id = accepted["id"].as_str().expect("an id");
        assert!(id.starts_with("evt_"), "{accepted}");
        let item = belfry_tests::until("the item", async || inbox(&ann).await.pop()).await;
        assert_eq!(item["message"], "It jams");
        assert_eq!(item["actor"]["name"], "Maya");
        assert_eq!(item["subject"]["id"], "T-1");
        // Opening an event without a destination of its own leads to its subject.
        assert_eq!(item["destination"]["url"], "https://example.com/t/1");
        assert!(inbox(&ben).await.is_empty());
        let read = server.api().get(&server.ws(&format!("/events/{id}"))).await.expect(200);
        assert_eq!(read["type"], "ticket.message");
        let named = read["notifications"].to_string();
        assert!(named.contains(item["notification_id"].as_str().expect("an id")), "{read}");
        let notification = server.finished(item["notification_id"].as_str().expect("an id")).await;
        assert_eq!(notification["targets"]["people"], 1);
    }

    /// Items of the same type on the same subject stack, with a count, and rise to the top unread.
    async fn the_same_subject_stacks(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let api = server.api();
        for (subject, message) in [("T-1", "one"), ("T-2", "other"), ("T-1", "two"), ("T-1", "three")] {
            let id = api.post(&server.ws("/events"), &event(&["ann"], subject, message)).await.expect(202);
            let path = server.ws(&format!("/events/{}", id["id"].as_str().expect("an id")));
            belfry_tests::until("the item to be in the inbox", async || {
                api.get(&path).await.expect(200);
                inbox(&ann).await.iter().any(|item| item["message"] == message).then_some(())
            })
            .await;
        }
        let items = inbox(&ann).await;
        assert_eq!(items.len(), 2, "{items:?}");
        assert_eq!((&items[0]["message"], &items[0]["count"]), (&json!("three"), &json!(3)));
        assert_eq!((&items[1]["message"], &items[1]["count"]), (&json!("other"), &json!(1)));
        assert_eq!(unread(&ann).await, 2);
    }

    async fn unknown_recipients_are_named(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let refused = server.api().post(&server.ws("/events"), &event(&["ann", "ghost"], "T", "x")).await;
        refused.problem(422);
        assert!(refused.text.contains("ghost"), "{}", refused.text);
        for broken in [json!({ "recipients": ["ann"], "message": "x" }), json!({ "type": "t", "recipients": [], "message": "x" })] {
            let refused = server.api().post(&server.ws("/events"), &broken).await;
            assert!([400, 422].contains(&refused.status), "{broken}: {}", refused.text);
        }
    }

    async fn idempotent(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let api = server.api();
        let body = event(&["ann"], "T", "once");
        let racing = (0..20).map(|_| async { api.post_with(&server.ws("/events"), &body, &[("idempotency-key", "k")]).await });
        let answers = futures_util::future::join_all(racing).await;
        let ids: std::collections::BTreeSet<String> = answers.iter().map(|a| a.expect(202)["id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        let item = belfry_tests::until("the item", async || inbox(&ann).await.pop()).await;
        assert_eq!(item["count"], 1);
        let other = event(&["ann"], "T", "twice");
        api.post_with(&server.ws("/events"), &other, &[("idempotency-key", "k")]).await.problem(409);
    }
}
