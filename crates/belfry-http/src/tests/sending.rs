//! Notifications and events, from the call to the deliveries.

use axum::http::Method;
use serde_json::{Value, json};

use super::harness::Api;

#[tokio::test]
async fn a_notification_is_sent_and_accounted_for() {
    let api = Api::new().await;
    let key = &api.ours.key;
    let (ann, _bob) = (api.person("ann", "Ann").await, api.person("bob", "Bob").await);
    let body = json!({
        "title": "Doors", "message": "Open at **nine**", "audience": {"everyone": true},
        "destination": {"url": "/programme"}, "run_time": 600,
    });
    let accepted = api.post(&api.ws("/notifications"), key, body).await.expect(202);
    assert_eq!(accepted["status"], "sending");
    let path = api.ws(&format!("/notifications/{}", accepted["id"].as_str().unwrap()));
    let sent = api.until(&path, key, |it| it["status"] == "sent").await;
    assert_eq!((&sent["message"], &sent["run_time"]), (&json!("Open at **nine**"), &json!(600)));
    assert_eq!(sent["audience"], json!({"everyone": true}));
    assert_eq!(sent["targets"], json!({"people": 2, "deliveries": {"inbox": 2}}));
    assert_eq!(sent["counts"], json!({"inbox": {"success": 2}}));
    assert_eq!(sent["reasons"], json!({"no_device": 2}));

    let deliveries = api.get(&format!("{path}/deliveries?limit=1"), key).await.expect(200);
    assert_eq!(deliveries["items"][0]["user"], json!({"external_id": "ann", "name": "Ann"}));
    let next = deliveries["next"].as_str().unwrap();
    let second = api.get(&format!("{path}/deliveries?limit=1&cursor={next}"), key).await.expect(200);
    assert_eq!((&second["items"][0]["user"]["name"], &second["next"]), (&json!("Bob"), &Value::Null));
    let found =
        api.get(&format!("{path}/deliveries?q=bob&state=success&channel=inbox"), key).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let none = api.get(&format!("{path}/deliveries?state=failed"), key).await.expect(200);
    assert!(none["items"].as_array().unwrap().is_empty());

    for list in
        [api.ws("/notifications"), format!("/v1/organizations/{}/notifications", api.ours.organization)]
    {
        let listed = api.get(&list, key).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{list}");
        for (field, value) in listed["items"][0].as_object().unwrap() {
            assert!(field == "rate" || *value == sent[field], "{field} of {list}");
        }
        assert_eq!(api.get(&format!("{list}?status=failed"), key).await.expect(200)["items"], json!([]));
    }
    let inbox = api.get("/v1/me/inbox", &ann).await.expect(200);
    let item = &inbox["items"][0];
    assert_eq!(
        (&item["message"], &item["destination"]["url"]),
        (&json!("Open at nine"), &json!("/programme"))
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_reasons() {
    let api = Api::new().await;
    let (path, key) = (api.ws("/notifications"), &api.ours.key);
    api.person("ann", "Ann").await;
    let send = |body: Value| {
        let (api, path) = (&api, &path);
        async move { api.post(path, key, body).await }
    };
    let unknown = send(json!({"message": "x", "audience": {"users": ["ann", "zoe", "joe"]}})).await;
    assert_eq!(unknown.problem(422, "users_unknown"), ["/audience"]);
    assert_eq!(unknown.json()["unknown"], json!(["zoe", "joe"]));
    send(json!({"message": "x", "audience": {"groups": ["crew"]}})).await.problem(422, "groups_unknown");
    send(json!({"message": "x", "audience": {"users": ["ann", "zoe"], "ignore_unknown": true}}))
        .await
        .expect(202);
    assert_eq!(send(json!({"message": "x"})).await.problem(422, "validation_failed"), ["/audience"]);
    assert_eq!(
        send(json!({"message": "x", "audience": {}})).await.problem(422, "validation_failed"),
        ["/audience"]
    );
    let bad = json!({
        "message": "x".repeat(10_001), "title": "x".repeat(101), "sender": "a\nb", "run_time": 2_419_201,
        "destination": {"url": "javascript:x"}, "audience": {"field": "city", "op": "equals", "value": "Paris"},
    });
    let pointers = send(bad).await.problem(422, "validation_failed");
    assert_eq!(
        pointers,
        ["/title", "/message", "/sender", "/destination/url", "/run_time", "/audience/field"]
    );
    let listed = api.get(&path, key).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_key_and_body_is_the_same_notification() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.person("ann", "Ann").await;
    let send = |path: String, idempotency: &'static str, body: Value| {
        let api = &api;
        async move {
            let headers = [("content-type", "application/json"), ("idempotency-key", idempotency)];
            api.ask(Method::POST, &path, key, &headers, body.to_string()).await
        }
    };
    let notification = json!({"message": "x", "audience": {"everyone": true}});
    let event = json!({"type": "t", "message": "x", "recipients": ["ann"]});
    for (path, body) in [(api.ws("/notifications"), notification), (api.ws("/events"), event)] {
        let first = send(path.clone(), "k", body.clone()).await;
        assert!(!first.headers.contains_key("idempotency-replayed"));
        let again = send(path.clone(), "k", body.clone()).await;
        assert_eq!(
            (first.expect(202), &again.headers["idempotency-replayed"]),
            (again.expect(202), &"true".parse().unwrap())
        );
        let mut other = body.clone();
        other["message"] = json!("y");
        send(path.clone(), "k", other).await.problem(409, "idempotency_conflict");
        assert_ne!(send(path, "k2", body).await.expect(202), first.json());
    }
}

#[tokio::test]
async fn a_text_in_one_line() {
    let api = Api::new().await;
    let key = &api.ours.key;
    let curl = [("content-type", "application/x-www-form-urlencoded")];
    let path = api.ws("/notifications");
    api.ask(Method::POST, &path, key, &curl, "Doors open").await.problem(422, "query_invalid");
    let accepted =
        api.ask(Method::POST, &format!("{path}?audience=everyone"), key, &curl, "Doors = open & free").await;
    let id = accepted.expect(202)["id"].as_str().unwrap().to_owned();
    let sent = api.get(&format!("{path}/{id}"), key).await.expect(200);
    assert_eq!(
        (&sent["message"], &sent["audience"]),
        (&json!("Doors = open & free"), &json!({"everyone": true}))
    );
}

#[tokio::test]
async fn events() {
    let api = Api::new().await;
    let (path, key) = (api.ws("/events"), &api.ours.key);
    let ann = api.person("ann", "Ann").await;
    let body = json!({
        "type": "ticket.message", "recipients": ["ann"], "message": "It arrived.", "actor": {"name": "Maya"},
        "subject": {"kind": "ticket", "id": "T-1", "title": "Printer", "url": "https://desk.example/T-1"}, "data": {"n": 1},
    });
    let raised = api.post(&path, key, body.clone()).await.expect(202);
    let event = format!("{path}/{}", raised["id"].as_str().unwrap());
    let done = api.until(&event, key, |it| it["done"] == true).await;
    assert_eq!((&done["type"], &done["data"]), (&json!("ticket.message"), &json!({"n": 1})));
    let notification = done["notifications"][0].as_str().unwrap();
    let sent = api.get(&api.ws(&format!("/notifications/{notification}")), key).await.expect(200);
    assert_eq!((&sent["origin"], &sent["event_id"]), (&json!("event"), &raised["id"]));
    let inbox = api.get("/v1/me/inbox", &ann).await.expect(200);
    assert_eq!(inbox["items"][0]["destination"]["url"], "https://desk.example/T-1");
    assert_eq!(inbox["items"][0]["actor"]["name"], "Maya");

    let mut unknown = body.clone();
    unknown["recipients"] = json!(["ann", "zoe"]);
    let answer = api.post(&path, key, unknown.clone()).await;
    assert_eq!(answer.problem(422, "users_unknown"), ["/recipients"]);
    unknown["ignore_unknown"] = json!(true);
    api.post(&path, key, unknown).await.expect(202);
}
