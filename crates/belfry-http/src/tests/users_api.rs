//! What a person's pages and devices do.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::harness::Api;

fn device(endpoint: &str) -> Value {
    json!({
        "kind": "web_push",
        "subscription": {"endpoint": endpoint, "expirationTime": null, "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        }},
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    })
}

#[tokio::test]
async fn the_inbox() {
    let api = Api::new().await;
    let key = &api.ours.key;
    let (ann, bob) = (api.person("ann", "Ann").await, api.person("bob", "Bob").await);
    for i in 0..3 {
        let body = json!({"message": format!("m{i}"), "audience": {"users": ["ann"]}});
        api.post(&api.ws("/notifications"), key, body).await.expect(202);
        api.until("/v1/me/inbox/unread-count", &ann, |it| it["count"] == i + 1).await;
    }
    let page = api.get("/v1/me/inbox?limit=2", &ann).await.expect(200);
    let messages = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["message"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(messages(&page), ["m2", "m1"]);
    let next = page["next"].as_str().unwrap();
    let rest = api.get(&format!("/v1/me/inbox?limit=2&cursor={next}"), &ann).await.expect(200);
    assert_eq!((messages(&rest), &rest["next"]), (vec!["m0".to_owned()], &Value::Null));

    let item = page["items"][0]["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/v1/me/inbox/{item}"), &ann).await.expect(200), page["items"][0]);
    let act = |method: Method, path: String, token: String| {
        let api = &api;
        async move { api.ask(method, &path, &token, &[], Body::empty()).await }
    };
    act(Method::POST, format!("/v1/me/inbox/{item}/read"), ann.clone()).await.expect(204);
    assert_eq!(api.get("/v1/me/inbox/unread-count", &ann).await.expect(200), json!({"count": 2}));
    assert_eq!(messages(&api.get("/v1/me/inbox?unread=true", &ann).await.expect(200)), ["m1", "m0"]);
    act(Method::POST, format!("/v1/me/inbox/{item}/unread"), ann.clone()).await.expect(204);
    act(Method::POST, "/v1/me/inbox/read-all".into(), ann.clone()).await.expect(204);
    assert_eq!(api.get("/v1/me/inbox/unread-count", &ann).await.expect(200), json!({"count": 0}));
    act(Method::POST, format!("/v1/me/inbox/{item}/archive"), ann.clone()).await.expect(204);
    assert_eq!(messages(&api.get("/v1/me/inbox", &ann).await.expect(200)), ["m1", "m0"]);

    let second = page["items"][1]["id"].as_str().unwrap();
    for (method, path) in [
        (Method::GET, format!("/v1/me/inbox/{second}")),
        (Method::POST, format!("/v1/me/inbox/{second}/read")),
        (Method::DELETE, format!("/v1/me/inbox/{second}")),
    ] {
        act(method, path, bob.clone()).await.problem(404, "not_found");
    }
    act(Method::DELETE, format!("/v1/me/inbox/{second}"), ann.clone()).await.expect(204);
    act(Method::GET, format!("/v1/me/inbox/{second}"), ann.clone()).await.problem(404, "not_found");
    act(Method::GET, "/v1/me/inbox/itm_1".into(), ann.clone()).await.problem(404, "not_found");
    let receipts = json!({"receipts": [{"item_id": page["items"][0]["id"], "kind": "displayed"}]});
    api.post("/v1/me/receipts", &ann, receipts.clone()).await.expect(202);
    api.post("/v1/me/receipts", "", receipts).await.problem(401, "unauthenticated");
    let me = api.get("/v1/me", &ann).await.expect(200);
    assert_eq!((&me["user"]["external_id"], &me["organization"]["name"]), (&json!("ann"), &json!("Ours")));
}

#[tokio::test]
async fn devices() {
    let api = Api::new().await;
    let (ann, bob) = (api.person("ann", "Ann").await, api.person("bob", "Bob").await);
    let made = api.post("/v1/me/devices", &ann, device("https://push.example/1")).await.expect(201);
    assert_eq!(
        (&made["model"], &made["platform"], &made["browser"]),
        (&json!("Computer"), &json!("Linux"), &json!("Firefox"))
    );
    let again = api.post("/v1/me/devices", &ann, device("https://push.example/1")).await.expect(201);
    assert_eq!(made["id"], again["id"]);
    let count = |page: Value| page["items"].as_array().unwrap().len();
    assert_eq!(count(api.get("/v1/me/devices", &ann).await.expect(200)), 1);
    let moved = api.post("/v1/me/devices", &bob, device("https://push.example/1")).await.expect(201);
    assert_eq!(count(api.get("/v1/me/devices", &ann).await.expect(200)), 0);
    let path = format!("/v1/me/devices/{}", moved["id"].as_str().unwrap());
    api.delete(&path, &ann).await.problem(404, "not_found");
    api.delete(&path, &bob).await.expect(204);
    api.delete(&path, &bob).await.problem(404, "not_found");
    assert_eq!(api.get("/v1/push/public-key", "").await.expect(200)["key"].as_str().unwrap().len(), 87);
}

#[tokio::test]
async fn endpoints_and_keys_are_judged() {
    let api = Api::with(|settings| settings.allow_loopback = false).await;
    let ann = api.person("ann", "Ann").await;
    for bad in [
        "http://push.example/1",
        "https://127.0.0.1/1",
        "https://10.0.0.1/1",
        "https://[::1]/1",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost./",
        "https://user@push.example/",
        "file:///etc/passwd",
        "",
        "x",
    ] {
        let pointers = api.post("/v1/me/devices", &ann, device(bad)).await.problem(422, "validation_failed");
        assert_eq!(pointers, ["/subscription/endpoint"], "{bad}");
    }
    let mut long = device(&format!("https://push.example/{}", "x".repeat(2_048)));
    assert_eq!(
        api.post("/v1/me/devices", &ann, long.clone()).await.problem(422, "validation_failed").len(),
        1
    );
    long["subscription"]["keys"]["p256dh"] = json!("AAAA");
    assert_eq!(api.post("/v1/me/devices", &ann, long).await.problem(422, "validation_failed").len(), 2);
    let mut off_curve = device("https://push.example/1");
    off_curve["subscription"]["keys"]["p256dh"] =
        json!("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw5");
    let pointers = api.post("/v1/me/devices", &ann, off_curve).await.problem(422, "validation_failed");
    assert_eq!(pointers, ["/subscription/keys"]);
}

#[tokio::test]
async fn receipts_need_a_genuine_capability() {
    let api = Api::new().await;
    let send = |receipts: Value| {
        let api = &api;
        async move { api.post("/v1/me/receipts", "", json!({ "receipts": receipts })).await }
    };
    send(json!([{"capability": "x", "kind": "displayed"}])).await.problem(401, "unauthenticated");
    send(json!([{"kind": "displayed"}])).await.problem(422, "validation_failed");
    send(json!([])).await.problem(422, "validation_failed");
    send(json!([{"item_id": "x", "kind": "displayed"}])).await.problem(422, "validation_failed");
    send(json!([{"item_id": "itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d", "kind": "eaten"}]))
        .await
        .problem(422, "validation_failed");
}
