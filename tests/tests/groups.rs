//! Groups: made, listed, deleted, counted.

use belfry_tests::{Server, both, json};

both! {
    async fn made_listed_and_deleted(database) {
        let server = Server::start(database).await;
        let api = server.api();
        let path = server.ws("/groups");
        let crew = api.post(&path, &json!({ "key": "crew", "name": "Crew" })).await.expect(201);
        assert_eq!((&crew["key"], &crew["name"]), (&json!("crew"), &json!("Crew")));
        assert_eq!(api.post(&path, &json!({ "key": "crew", "name": "Again" })).await.status, 409);
        api.put(&server.ws("/users/a"), &json!({ "name": "A", "groups": ["crew"] })).await.ok();
        api.put(&server.ws("/users/b"), &json!({ "name": "B", "groups": ["crew"] })).await.ok();
        let groups = api.list(&path, 50).await;
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0]["members"], 2);
        let status = api.delete(&format!("{path}/crew")).await.status;
        assert!((200..300).contains(&status), "{status}");
        assert!(api.list(&path, 50).await.is_empty());
        assert_eq!(api.get(&server.ws("/users/a")).await.expect(200)["groups"], json!([]));
    }

    async fn an_unknown_group_is_refused(database) {
        let server = Server::start(database).await;
        let refused = server.api().put(&server.ws("/users/a"), &json!({ "name": "A", "groups": ["none"] })).await;
        refused.problem(422);
        assert!(refused.text.contains("none"), "{}", refused.text);
        assert_eq!(server.api().get(&server.ws("/users/a")).await.status, 404, "nothing was written in part");
    }
}
