//! Organizations never see one another: every route of the OpenAPI document, first as its owner, then with another
//! organization's credentials and ids.

use belfry_tests::routes::{Caller, Operation, World, call, operations};
use belfry_tests::wait::until;
use belfry_tests::{Api, Live, Server, Start, Value, both, json};

/// What the owner's organization looks like from inside, without what time changes.
async fn snapshot(world: &World) -> Value {
    let ws = |path: &str| format!("/v1/workspaces/{}{path}", world.init.workspace);
    let mut all = json!({
        "users": world.key.list(&ws("/users"), 500).await,
        "groups": world.key.list(&ws("/groups"), 500).await,
        "notifications": world.key.list(&ws("/notifications"), 500).await.len(),
        "workspace": world.key.get(&ws("")).await.ok(),
        "keys": world.key.list(&format!("/v1/organizations/{}/api-keys", world.init.organization), 500).await,
        "operators": world.key.list(&ws("/operators"), 500).await,
        "signing": world.key.list(&ws("/signing-keys"), 500).await,
        "inbox": world.user.list("/v1/me/inbox", 500).await,
        "devices": world.user.list("/v1/me/devices", 500).await,
    });
    // A key was used; a push is tried again whenever its time comes, and the device's health follows.
    for (list, changing) in [("keys", "last_used_at"), ("devices", "health")] {
        for one in all[list].as_array_mut().expect("a list") {
            one.as_object_mut().expect("an object").remove(changing).expect("what changes with time");
        }
    }
    all
}

/// Waits until what the owner sent has arrived: events are published in their order, so an event after all others
/// stands for them, and then nothing may be left to publish.
async fn settled(world: &World) {
    let ws = |path: &str| format!("/v1/workspaces/{}{path}", world.init.workspace);
    let someone = world.key.list(&ws("/users"), 5).await.swap_remove(0)["external_id"].clone();
    let last = json!({ "type": "settled", "recipients": [someone], "message": "alphacanary settled" });
    let event = world.key.post(&ws("/events"), &last).await.ok()["id"].as_str().expect("an id").to_owned();
    until("the last event to be published", async || {
        let event = world.key.get(&ws(&format!("/events/{event}"))).await.ok();
        event["done"].as_bool().filter(|done| *done)
    })
    .await;
    until("what was sent to arrive", async || {
        let sent = world.key.list(&ws("/notifications"), 500).await;
        // What can still be undone would arrive later: it is undone.
        for waiting in sent.iter().filter(|n| n["status"] == "scheduled") {
            let id = waiting["id"].as_str().expect("an id");
            world.key.post(&ws(&format!("/notifications/{id}/cancel")), &json!({})).await;
        }
        // Its pushes may go on being tried; what it says is in the inboxes when it has people.
        let done = |n: &Value| match n["status"].as_str() {
            Some("scheduled") => false,
            Some("sending") => n["targets"]["people"] != 0,
            _ => true,
        };
        sent.iter().all(done).then_some(())
    })
    .await;
}

/// Two organizations in one installation, each with one of everything.
async fn two(database: belfry_tests::Database) -> (Server, World, World) {
    let mut server = Start::on(database).stopped().await;
    let second = server.init_organization("Second organization").await;
    server.serve().await;
    let owner = World::build(&server, server.init(), "alphacanary").await;
    let other = World::build(&server, &second, "betacanary").await;
    (server, owner, other)
}

/// Credentials that are not the owner's.
async fn strangers(server: &Server, other: &World) -> Vec<(&'static str, Api)> {
    vec![
        ("another key", other.key.clone()),
        ("another user", other.user.clone()),
        ("another operator", other.operator().await),
        ("nobody", server.api().anonymous()),
        ("nonsense", server.api().with_token("bfk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    ]
}

fn is_public(operation: &Operation) -> bool {
    operation.caller == Caller::Anyone
}

both! {
    async fn every_route_is_closed_to_others(database) {
        let (server, owner, other) = two(database).await;
        let operations = operations(&server).await;
        let mut refused = 0;
        for operation in &operations {
            let (path, body) = (owner.path(operation).await, owner.body(operation).await);
            let granted = call(&owner.caller(operation).await, operation, &path, body.as_ref()).await;
            assert!((200..300).contains(&granted.status), "the owner: {} {path}: {} {}", operation.name(), granted.status, granted.text);

            // What the owner deleted is made again, so that strangers meet something that exists.
            let path = owner.path(operation).await;
            // Where nothing is addressed strangers act in their own organization, with contents of their own.
            let body = if operation.is_addressed() { &owner } else { &other }.body(operation).await;
            settled(&owner).await;
            let before = snapshot(&owner).await;
            for (who, api) in strangers(&server, &other).await {
                let answer = call(&api, operation, &path, body.as_ref()).await;
                if !is_public(operation) {
                    assert!(!answer.text.contains("alphacanary"), "{who} sees {} {path}: {}", operation.name(), answer.text);
                }
                if operation.is_addressed() && !is_public(operation) {
                    assert!([401, 403, 404].contains(&answer.status), "{who}: {} {path}: {} {}", operation.name(), answer.status, answer.text);
                    refused += 1;
                }
            }
            assert_eq!(snapshot(&owner).await, before, "{} changed the owner's data", operation.name());
        }
        assert!(refused >= 80, "only {refused} refusals: the test is nearly empty");
    }

    /// One's own workspace with the other's ids inside: nothing of theirs is found.
    async fn foreign_ids_in_ones_own_workspace(database) {
        let (server, owner, other) = two(database).await;
        let mut asked = 0;
        for operation in operations(&server).await {
            if operation.template.matches('{').count() < 2 || operation.method == reqwest::Method::PUT {
                continue;
            }
            let path = owner.path(&operation).await;
            let mixed = path
                .replace(&owner.init.workspace, &other.init.workspace)
                .replace(&owner.init.organization, &other.init.organization);
            assert_ne!(path, mixed, "{}", operation.name());
            settled(&owner).await;
            let before = snapshot(&owner).await;
            let api = if operation.caller == Caller::Operator { other.operator().await } else { other.key.clone() };
            let answer = call(&api, &operation, &mixed, owner.body(&operation).await.as_ref()).await;
            assert!((400..500).contains(&answer.status), "{} {mixed}: {} {}", operation.name(), answer.status, answer.text);
            // A path may be repeated in a message; contents may not.
            assert!(!answer.text.contains("alphacanary message") && !answer.text.contains("alphacanary group"), "{}", answer.text);
            assert_eq!(snapshot(&owner).await, before, "{} changed the owner's data", operation.name());
            asked += 1;
        }
        assert!(asked >= 8, "only {asked} routes were asked");
    }

    /// People named in another organization are unknown here.
    async fn foreign_people_are_unknown(database) {
        let (server, owner, other) = two(database).await;
        let ann = owner.key.list(&format!("/v1/workspaces/{}/users", owner.init.workspace), 5).await.swap_remove(0);
        let ids = [ann["external_id"].clone(), ann["email"].clone(), ann["id"].clone()];
        for id in ids {
            let body = json!({ "message": "x", "audience": { "users": [id] } });
            let answer = other.key.post(&format!("/v1/workspaces/{}/notifications", other.init.workspace), &body).await;
            assert_eq!(answer.status, 422, "{id}: {}", answer.text);
        }
        // The same external id and email may exist in both, as two people.
        let path = format!("/v1/workspaces/{}/users/{}", other.init.workspace, ann["external_id"].as_str().expect("an id"));
        let twin = other.key.put(&path, &json!({ "name": "Twin", "email": ann["email"] })).await.ok();
        assert_ne!(twin["id"], ann["id"]);
        drop(server);
    }

    /// The same endpoint registered in two organizations: each keeps to its own.
    async fn the_same_endpoint_in_two_organizations(database) {
        let (server, owner, other) = two(database).await;
        let sink = belfry_tests::PushSink::start(belfry_tests::SinkConfig { tls: false, store: true }).await.expect("a sink");
        let subscription = sink.subscribe();
        let ours = belfry_tests::people::add_device(&owner.user, &subscription).await;
        belfry_tests::people::add_device(&other.user, &subscription).await;
        assert_eq!(other.user.delete(&format!("/v1/me/devices/{ours}")).await.status, 404);
        let body = json!({ "message": "only here", "audience": { "everyone": true } });
        let sent = other.key.post(&format!("/v1/workspaces/{}/notifications", other.init.workspace), &body).await.expect(202);
        assert!(sink.wait_received(1, belfry_tests::PATIENCE).await);
        assert_eq!(sink.stats().received, 1, "{sent}");
        drop(server);
    }

    /// Live streams carry what is one's own and nothing else.
    async fn sockets_are_closed_to_others(database) {
        let (server, owner, other) = two(database).await;
        let mut live = Live::open(&other.user, None).await;
        // A cursor of the other organization's log is only a number here.
        let mut resumed = Live::open(&other.user, Some("0")).await;
        let send = async |world: &World, text: &str| {
            let body = json!({ "message": text, "audience": { "everyone": true } });
            world.key.post(&format!("/v1/workspaces/{}/notifications", world.init.workspace), &body).await.expect(202);
        };
        send(&owner, "alphacanary secret").await;
        belfry_tests::until("the owner's item", async || {
            belfry_tests::people::inbox(&owner.user).await.iter().any(|i| i["message"] == "alphacanary secret").then_some(())
        }).await;
        send(&other, "betacanary last").await;
        for stream in [&mut live, &mut resumed] {
            loop {
                let event = stream.next_of("item").await;
                assert!(!event.data.contains("alphacanary"), "{event:?}");
                if event.data.contains("betacanary last") {
                    break;
                }
            }
        }
        drop(server);
    }
}
