//! API keys: scopes, expiry, revocation, shown once.

use belfry_tests::wait::within;
use belfry_tests::{Server, Value, both, json};

/// Permissions of keys, in words.
const SCOPES: [&str; 10] = [
    "notifications:read",
    "notifications:write",
    "events:write",
    "users:read",
    "users:write",
    "tokens:write",
    "settings:read",
    "settings:write",
    "keys:write",
    "operators:write",
];

fn keys(server: &Server) -> String {
    format!("/v1/organizations/{}/api-keys", server.init().organization)
}

async fn make(server: &Server, body: &Value) -> (String, String) {
    let key = server.api().post(&keys(server), body).await.expect(201);
    let text = |field: &str| key[field].as_str().unwrap_or_else(|| panic!("no {field} in {key}")).to_owned();
    (text("id"), text("secret"))
}

both! {
    /// Each scope opens what it names and nothing else.
    async fn scopes_are_enforced(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let message = json!({ "message": "x", "audience": { "everyone": true } });
        let event = json!({ "type": "t", "recipients": ["ann"], "message": "x" });
        for scope in SCOPES {
            let (_, secret) = make(&server, &json!({ "name": scope, "scopes": [scope] })).await;
            let api = server.api().with_token(&secret);
            let asked = [
                ("notifications:read", api.get(&server.ws("/notifications")).await),
                ("notifications:write", api.post(&server.ws("/notifications"), &message).await),
                ("events:write", api.post(&server.ws("/events"), &event).await),
                ("users:read", api.get(&server.ws("/users")).await),
                ("users:write", api.put(&server.ws("/users/ben"), &json!({ "name": "Ben" })).await),
                ("tokens:write", api.tell(&server.ws("/users/ann/token")).await),
                ("settings:write", api.patch(&server.ws(""), &json!({ "name": "Renamed" })).await),
                ("keys:write", api.get(&keys(&server)).await),
                ("operators:write", api.get(&server.ws("/operators")).await),
            ];
            for (needed, answer) in asked {
                if needed == scope {
                    assert!((200..300).contains(&answer.status), "{scope}: {} {}", answer.asked, answer.text);
                } else {
                    assert_eq!(answer.status, 403, "{scope}: {} {}", answer.asked, answer.text);
                    answer.problem(403);
                }
            }
        }
    }

    async fn nobody_hands_out_more_than_they_have(database) {
        let server = Server::start(database).await;
        let (_, secret) = make(&server, &json!({ "name": "keys", "scopes": ["keys:write"] })).await;
        let api = server.api().with_token(&secret);
        api.post(&keys(&server), &json!({ "name": "more", "scopes": ["users:write"] })).await.problem(403);
        api.post(&keys(&server), &json!({ "name": "same", "scopes": ["keys:write"] })).await.expect(201);
    }

    async fn shown_once_and_listed(database) {
        let server = Server::start(database).await;
        let (id, secret) = make(&server, &json!({ "name": "mine", "scopes": ["users:read"] })).await;
        let list = server.api().list(&keys(&server), 50).await;
        assert!(!Value::Array(list.clone()).to_string().contains(&secret));
        let mine = list.iter().find(|key| key["id"] == id.as_str()).expect("it is listed");
        assert_eq!(mine["scopes"], json!(["users:read"]));
        assert!(mine["expires_at"].is_string(), "six months by default: {mine}");
        assert!(!server.stores(&secret), "the key itself is stored");
        assert!(server.stores("mine"), "this looks into what is stored");
        assert!(!server.log().contains(&secret), "the key is in the log");
    }

    async fn a_revoked_key_ends_within_five_seconds(database) {
        let server = Server::start(database).await;
        let (id, secret) = make(&server, &json!({ "name": "mine", "scopes": ["users:read"] })).await;
        let api = server.api().with_token(&secret);
        api.get(&server.ws("/users")).await.expect(200);
        let status = server.api().delete(&format!("{}/{id}", keys(&server))).await.status;
        assert!((200..300).contains(&status), "{status}");
        let five = std::time::Duration::from_secs(6);
        within(five, "the key to end", async || (api.get(&server.ws("/users")).await.status == 401).then_some(())).await;
    }

    async fn an_expired_key_is_refused(database) {
        let mut server = Server::start(database).await;
        for days in [json!(0), json!(-1), json!(100_000_000), json!(1.5)] {
            let body = json!({ "name": "x", "scopes": ["users:read"], "expires_in_days": days });
            let refused = server.api().post(&keys(&server), &body).await;
            assert!([400, 422].contains(&refused.status), "{days}: {} {}", refused.status, refused.text);
        }
        let body = json!({ "name": "soon", "scopes": ["users:read"], "expires_in_days": 1 });
        let (_, secret) = make(&server, &body).await;
        server.terminate().await;
        // Nobody waits for a day: its end is moved to some seconds from now, and passes while the server runs.
        let soon = belfry_tests::server::unix_now() * 1000 + 6000;
        server.tamper(&format!("UPDATE api_keys SET expires_at = {soon} WHERE name = 'soon'"));
        server.serve().await;
        let api = server.api().with_token(&secret);
        api.get(&server.ws("/users")).await.expect(200);
        let enough = std::time::Duration::from_secs(12);
        within(enough, "the key to expire", async || (api.get(&server.ws("/users")).await.status == 401).then_some(())).await;
    }

    /// A key of one workspace opens no other workspace, not even of its own organization.
    async fn a_workspace_key_stays_in_its_workspace(database) {
        let server = Server::start(database).await;
        let second = server.api().post("/v1/workspaces", &json!({ "name": "Second" })).await.expect(201);
        let second = second["id"].as_str().expect("an id");
        let body = json!({ "name": "one", "scopes": SCOPES, "workspace": server.init().workspace });
        let (_, secret) = make(&server, &body).await;
        let api = server.api().with_token(&secret);
        api.get(&server.ws("/users")).await.expect(200);
        let other = api.get(&format!("/v1/workspaces/{second}/users")).await;
        assert!([403, 404].contains(&other.status), "{} {}", other.status, other.text);
        server.api().get(&format!("/v1/workspaces/{second}/users")).await.expect(200);
    }

    async fn nonsense_is_refused(database) {
        let server = Server::start(database).await;
        for token in ["", "bfk_", "bfk_AAAA", "Bearer", "🔑", &"x".repeat(5000)] {
            let request = server.api().anonymous().request(reqwest::Method::GET, &server.ws("/users"));
            let answer = belfry_tests::api::send(request.header("authorization", format!("Bearer {token}").into_bytes())).await;
            assert!([401, 431].contains(&answer.status), "{token}: {} {}", answer.status, answer.text);
        }
        for body in [
            json!({ "name": "x", "scopes": ["everything"] }), json!({ "name": "x", "scopes": [] }), json!({ "scopes": ["users:read"] }),
            json!({ "name": "", "scopes": ["users:read"] }),
        ] {
            let refused = server.api().post(&keys(&server), &body).await;
            assert!([400, 422].contains(&refused.status), "{body}: {} {}", refused.status, refused.text);
        }
    }
}
