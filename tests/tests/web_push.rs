//! Web push as a push service and a browser see it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use belfry_tests::people::{add_device, device};
use belfry_tests::{Behaviour, PushSink, Received, Server, SinkConfig, Value, both, json, until};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

async fn sink() -> PushSink {
    PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink")
}

fn payload(message: &Received) -> Value {
    let text = message.plaintext.as_ref().expect("its receiver is ours").as_ref().expect("decrypted");
    serde_json::from_slice(text).expect("JSON")
}

async fn public_key(server: &Server) -> String {
    let answer = server.api().anonymous().get("/v1/push/public-key").await.expect(200);
    answer["key"].as_str().expect("a key").to_owned()
}

both! {
    /// One declarative document for all browsers.
    async fn payload_has_its_shape(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        server.person_with_device("ann", &sink.subscribe()).await;
        let long = "word ".repeat(500);
        let id = server.notify(&json!({
            "title": "Doors", "message": format!("They are **open**. {long}"), "destination": { "url": "https://example.com/doors" },
            "audience": { "users": ["ann"] },
        })).await;
        let done = server.finished(&id).await;
        assert_eq!(done["counts"]["web_push"]["success"], 1, "{done}");
        let document = payload(&sink.messages()[0]);
        assert_eq!(document["web_push"], 8030);
        let shown = &document["notification"];
        assert_eq!(shown["title"], "Doors");
        assert_eq!(shown["navigate"], "https://example.com/doors");
        let body = shown["body"].as_str().expect("a body");
        assert!(body.starts_with("They are open. word") && body.ends_with('…') && !body.contains('*'), "{body}");
        assert!(shown["icon"].as_str().is_some_and(|icon| !icon.is_empty()), "{shown}");
        assert!(shown["tag"].as_str().is_some_and(|tag| !tag.is_empty()), "{shown}");
        assert_eq!(shown["data"]["notification_id"], id.as_str());
        let icon = shown["icon"].as_str().expect("an icon");
        let url = if icon.starts_with('/') { format!("{}{icon}", server.url()) } else { icon.to_owned() };
        let fetched = belfry_tests::Api::new("", None).get(&url).await;
        assert_eq!(fetched.status, 200, "the default icon is there: {url}");
    }

    async fn headers_follow_the_rfcs(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        server.person_with_device("ann", &sink.subscribe()).await;
        let id = server.notify(&json!({ "message": "hi", "run_time": 600, "audience": { "users": ["ann"] } })).await;
        server.finished(&id).await;
        let message = sink.messages().swap_remove(0);
        let ttl: u32 = message.ttl.as_deref().expect("a TTL").parse().expect("a number");
        assert!((540..=600).contains(&ttl), "what is left of the run-time: {ttl}");
        assert!(["very-low", "low", "normal", "high"].contains(&message.urgency.as_deref().expect("an urgency")));
        let topic = message.topic.expect("a topic");
        let alphabet = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(topic.len() <= 32 && topic.chars().all(alphabet), "{topic}");
        assert_eq!(message.content_encoding.as_deref(), Some("aes128gcm"));

        // RFC 8292: a token signed by the key that browsers subscribed with, for this origin, at most a day.
        let authorization = message.authorization.expect("authorization");
        let parameters = authorization.strip_prefix("vapid ").expect("the vapid scheme");
        let field = |name: &str| {
            let value = parameters.split(',').find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='));
            value.unwrap_or_else(|| panic!("no {name} in {authorization}")).to_owned()
        };
        let (token, key) = (field("t"), field("k"));
        assert_eq!(key, public_key(&server).await);
        let point = BASE64URL.decode(&key).expect("base64url");
        assert_eq!((point.len(), point[0]), (65, 4));
        let coordinate = |range: std::ops::Range<usize>| BASE64URL.encode(&point[range]);
        let decoding = DecodingKey::from_ec_components(&coordinate(1..33), &coordinate(33..65)).expect("a key");
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[sink.url()]);
        validation.set_required_spec_claims(&["exp", "aud"]);
        let claims = decode::<Value>(&token, &decoding, &validation).expect("a good token").claims;
        let left = claims["exp"].as_i64().expect("exp") - belfry_tests::server::unix_now();
        assert!((0..=86_400).contains(&left), "{claims}");
        assert!(claims["sub"].as_str().is_some_and(|s| s.starts_with("mailto:") || s.starts_with("https:")), "{claims}");
    }

    /// Two notifications about the same subject replace one another: same topic, same tag. Others do not.
    async fn topics_collapse_what_belongs_together(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        server.person_with_device("ann", &sink.subscribe()).await;
        for (n, subject) in ["T-1", "T-1", "T-2"].iter().enumerate() {
            let body = json!({ "type": "t", "recipients": ["ann"], "message": "x", "subject": { "kind": "ticket", "id": subject } });
            server.api().post(&server.ws("/events"), &body).await.expect(202);
            assert!(sink.wait_received(n as u64 + 1, belfry_tests::PATIENCE).await);
        }
        let topics: Vec<_> = sink.messages().iter().map(|m| (m.topic.clone(), payload(m)["notification"]["tag"].clone())).collect();
        assert_eq!(topics[0], topics[1]);
        assert!(topics[0].0 != topics[2].0 && topics[0].1 != topics[2].1, "{topics:?}");
    }

    /// An endpoint that was registered again belongs to the last who did.
    async fn an_endpoint_moves_to_its_new_owner(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let subscription = sink.subscribe();
        let ann = server.person_with_device("ann", &subscription).await;
        let same = ann.post("/v1/me/devices", &device(&subscription)).await;
        assert!([200, 201].contains(&same.status), "{}", same.text);
        server.person_with_device("ben", &subscription).await;
        let done = server.broadcast("hi").await;
        assert_eq!(done["targets"]["deliveries"]["web_push"], 1, "{done}");
        let pushes = server.pushes(done["id"].as_str().expect("an id")).await;
        assert_eq!(pushes[0]["user"]["external_id"], "ben");
        assert_eq!(sink.stats().received, 1);
    }

    async fn a_removed_device_gets_nothing(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let ann = server.new_person("ann").await;
        let first = add_device(&ann, &sink.subscribe()).await;
        add_device(&ann, &sink.subscribe()).await;
        assert_eq!(ann.list("/v1/me/devices", 50).await.len(), 2);
        let status = ann.delete(&format!("/v1/me/devices/{first}")).await.status;
        assert!((200..300).contains(&status), "{status}");
        let done = server.broadcast("hi").await;
        assert_eq!(done["targets"]["deliveries"]["web_push"], 1, "{done}");
        assert_eq!(ann.delete(&format!("/v1/me/devices/{first}")).await.status, 404);
    }

    /// Deliveries name the device in words, page by page, and can be filtered by state.
    async fn deliveries_are_described(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        server.person_with_device("ann", &sink.subscribe()).await;
        let done = server.broadcast("hi").await;
        let id = done["id"].as_str().expect("an id");
        let push = server.pushes(id).await.swap_remove(0);
        assert_eq!((&push["state"], &push["attempts"]), (&json!("success"), &json!(1)));
        assert_eq!(push["user"], json!({ "external_id": "ann", "name": "ann" }));
        assert!(push["browser"].as_str().is_some_and(|b| b.contains("Firefox")), "{push}");
        assert!(push["platform"].as_str().is_some_and(|p| p.contains("Linux")), "{push}");
        assert!(push["device"].is_string(), "{push}");
        let path = server.ws(&format!("/notifications/{id}/deliveries"));
        assert_eq!(server.api().list(&format!("{path}?state=success"), 1).await.len(), 2);
        assert!(server.api().list(&format!("{path}?state=failed"), 50).await.is_empty());
    }

    /// With the switch off nothing is sent, and the reason says so; the inbox is not touched by it.
    async fn the_push_switch(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let ann = server.person_with_device("ann", &sink.subscribe()).await;
        server.api().patch(&server.ws(""), &json!({ "push_on": false })).await.ok();
        let done = server.broadcast("quiet").await;
        assert_eq!(sink.stats().received, 0);
        assert_eq!(done["reasons"]["push_off"], 1, "{done}");
        assert_eq!(belfry_tests::people::unread(&ann).await, 1);
        server.api().patch(&server.ws(""), &json!({ "push_on": true })).await.ok();
        server.broadcast("loud").await;
        assert_eq!(sink.stats().received, 1);
    }

    /// Keys that are no keys, and addresses that lead inside, are refused when they are registered.
    async fn bad_subscriptions_are_refused(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let ann = server.new_person("ann").await;
        let good = sink.subscribe();
        let mut off_curve = BASE64URL.decode(&good.p256dh).expect("base64url");
        off_curve[64] ^= 1;
        let with = |endpoint: &str, p256dh: &str, auth: &str| {
            json!({ "kind": "web_push", "subscription": { "endpoint": endpoint, "keys": { "p256dh": p256dh, "auth": auth } } })
        };
        let keys = [
            (BASE64URL.encode(&off_curve), good.auth.clone()),
            (good.p256dh[..80].to_owned(), good.auth.clone()),
            (String::new(), good.auth.clone()),
            ("!".repeat(87), good.auth.clone()),
            (good.p256dh.clone(), good.auth[..10].to_owned()),
            (good.p256dh.clone(), String::new()),
        ];
        for (p256dh, auth) in &keys {
            let refused = ann.post("/v1/me/devices", &with(&good.endpoint, p256dh, auth)).await;
            assert!([400, 422].contains(&refused.status), "{p256dh} {auth}: {} {}", refused.status, refused.text);
        }
        for endpoint in [
            "http://push.example.com/x", "file:///etc/passwd", "ftp://example.com/x", "https://user:pw@example.com/x",
            "https://10.0.0.1/x", "https://192.168.1.1/x", "https://169.254.169.254/latest", "https://[fd00::1]/x",
            "https://0x0a000001/x", "https://167772161/x", "https://example.com:25/x", "https://0/x", "",
            "https://[::ffff:10.0.0.1]/x", "https:example", "javascript:alert(1)", "https://exa mple.com/",
        ] {
            let refused = ann.post("/v1/me/devices", &with(endpoint, &good.p256dh, &good.auth)).await;
            assert!([400, 422].contains(&refused.status), "{endpoint}: {} {}", refused.status, refused.text);
        }
        assert!(ann.list("/v1/me/devices", 50).await.is_empty());
        add_device(&ann, &good).await;
    }

    /// Without the development setting loopback is refused, and nothing is dialled.
    async fn loopback_needs_its_setting(database) {
        let sink = sink().await;
        let server = belfry_tests::Start::on(database).env("BELFRY_EGRESS_ALLOW_LOOPBACK", "false").go().await;
        let ann = server.new_person("ann").await;
        let refused = ann.post("/v1/me/devices", &device(&sink.subscribe())).await;
        if refused.status == 201 {
            // Taken on, then refused where it would be dialled.
            let done = server.broadcast("hi").await;
            assert_eq!(done["counts"]["web_push"]["failed"], 1, "{done}");
        } else {
            assert!([400, 422].contains(&refused.status), "{}", refused.text);
        }
        assert_eq!(sink.stats().connections, 0);
    }

    /// An independent implementation of RFC 8291 reads what was sent.
    async fn http_ece_reads_it(database) {
        let python = std::env::var("BELFRY_PYTHON").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../.venv/bin/python").into());
        let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/judges/decrypt.py");
        let (server, sink) = (Server::start(database).await, sink().await);
        let ann = server.new_person("ann").await;
        let keys = std::process::Command::new(&python).args([judge, "keys"]).output().expect("the judge runs");
        assert!(keys.status.success(), "{}", String::from_utf8_lossy(&keys.stderr));
        let keys: Value = serde_json::from_slice(&keys.stdout).expect("JSON");
        let endpoint = sink.endpoint("judged");
        let body = json!({ "kind": "web_push", "subscription": { "endpoint": endpoint, "keys": { "p256dh": keys["p256dh"], "auth": keys["auth"] } } });
        ann.post("/v1/me/devices", &body).await.expect(201);
        server.broadcast("For the *judge*: äöü 🔔").await;
        let message = sink.messages().swap_remove(0);
        let input = json!({ "private": keys["private"], "auth": keys["auth"], "body": BASE64URL.encode(&message.body) }).to_string();
        let read = std::process::Command::new(&python).args([judge, "decrypt", &input]).output().expect("the judge runs");
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let document: Value = serde_json::from_slice(&read.stdout).expect("JSON");
        assert_eq!(document["notification"]["body"], "For the judge: äöü 🔔");
    }

    /// Who fails does not keep others waiting: a host that never answers, beside one that does.
    async fn a_slow_host_delays_nobody(database) {
        let (server, slow, fast) = (Server::start(database).await, sink().await, sink().await);
        for n in 0..40 {
            let subscription = slow.subscribe();
            slow.set_behaviour(&subscription.id, Behaviour::Hang);
            server.person_with_device(&format!("slow-{n}"), &subscription).await;
        }
        for n in 0..40 {
            server.person_with_device(&format!("fast-{n}"), &fast.subscribe()).await;
        }
        let id = server.notify(&json!({ "message": "hi", "audience": { "everyone": true } })).await;
        assert!(fast.wait_received(40, belfry_tests::PATIENCE).await, "{:?}", fast.stats());
        let states = async || {
            let now = server.notification(&id).await;
            (now["counts"]["web_push"]["success"] == 40).then_some(now)
        };
        let now = until("the fast ones to be settled", states).await;
        assert_eq!(now["status"], "sending", "the slow ones are still under way: {now}");
        // The next one passes as well, while those are still waiting.
        let second = server.notify(&json!({ "message": "again", "audience": { "users": ["fast-1"] } })).await;
        server.finished(&second).await;
        assert_eq!(slow.stats().received, 0);
    }
}
