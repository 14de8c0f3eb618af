//! People, groups, batches, workspaces.

use axum::http::Method;
use serde_json::{Value, json};

use super::harness::Api;

#[tokio::test]
async fn one_person() {
    let api = Api::new().await;
    let (path, key) = (api.ws("/users/ann"), &api.ours.key);
    let made = api
        .put(&path, key, json!({"name": "Ann", "email": "Ann@example.com", "locale": "en"}))
        .await
        .expect(201);
    assert_eq!((&made["status"], &made["kind"]), (&json!("active"), &json!("attendee")));
    let again = api.put(&path, key, json!({"name": "Ann B", "email": null})).await.expect(200);
    assert_eq!((&again["name"], &again["email"]), (&json!("Ann B"), &json!("Ann@example.com")));
    let id = made["id"].as_str().unwrap();
    let mut shown = api.get(&api.ws(&format!("/users/{id}")), key).await.expect(200);
    assert_eq!(shown.as_object_mut().unwrap().remove("devices"), Some(json!([])));
    assert_eq!(shown, again);

    let taken = api.put(&api.ws("/users/bob"), key, json!({"name": "Bob", "email": "ann@EXAMPLE.com"})).await;
    taken.problem(409, "email_taken");
    assert!(taken.json()["detail"].as_str().unwrap().contains("ann"), "{}", taken.text);
    let group = api.put(&api.ws("/users/bob"), key, json!({"name": "Bob", "groups": ["crew"]})).await;
    assert_eq!(group.problem(422, "validation_failed"), ["/groups"]);
    let wrong = json!({"name": "", "email": "x", "locale": "_", "time_zone": "Mars/X", "groups": [""]});
    let pointers = api.put(&api.ws("/users/bob"), key, wrong).await.problem(422, "validation_failed");
    assert_eq!(pointers, ["/name", "/email", "/locale", "/time_zone", "/groups/0"]);

    let patched = api.json(Method::PATCH, &path, key, json!({"time_zone": "Europe/Paris"})).await.expect(200);
    assert_eq!((&patched["name"], &patched["time_zone"]), (&json!("Ann B"), &json!("Europe/Paris")));
    api.delete(&path, key).await.expect(204);
    api.json(Method::PATCH, &path, key, json!({"name": "X"})).await.problem(409, "member_cancelled");
    assert_eq!(api.put(&path, key, json!({"name": "Ann"})).await.expect(200)["status"], "active");
    api.delete(&api.ws("/users/ann?erase=true"), key).await.expect(204);
    api.get(&path, key).await.problem(404, "not_found");
    api.delete(&path, key).await.problem(404, "not_found");
}

#[tokio::test]
async fn lists_have_pages() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.post(&api.ws("/groups"), key, json!({"key": "crew", "name": "Crew"})).await.expect(201);
    for i in 0..5 {
        let groups = if i % 2 == 0 { json!(["crew"]) } else { json!([]) };
        let body = json!({"name": format!("Person {i}"), "groups": groups});
        api.put(&api.ws(&format!("/users/p-{i}")), key, body).await.expect(201);
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = api.get(&api.ws(&format!("/users?limit=2{next}")), key).await.expect(200);
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|it| it["external_id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["p-0", "p-1", "p-2", "p-3", "p-4"]);
    let names = |page: Value| page["items"].as_array().unwrap().len();
    assert_eq!(names(api.get(&api.ws("/users?q=person%203"), key).await.expect(200)), 1);
    assert_eq!(names(api.get(&api.ws("/users?group=crew"), key).await.expect(200)), 3);
    assert_eq!(names(api.get(&api.ws("/users?group=nothing"), key).await.expect(200)), 0);
    assert_eq!(names(api.get(&api.ws("/users?status=cancelled"), key).await.expect(200)), 0);
    let organization = format!("/v1/organizations/{}", api.ours.organization);
    assert_eq!(names(api.get(&format!("{organization}/users?limit=3"), key).await.expect(200)), 3);
    assert_eq!(api.get(&organization, key).await.expect(200)["name"], "Ours");

    let body = json!({"audience": {"all": [{"groups": ["crew"]}, {"not": {"users": ["p-0"]}}]}});
    let preview = api.post(&api.ws("/audiences/preview"), key, body).await.expect(200);
    assert_eq!((&preview["count"], &preview["reachable"]), (&json!(2), &json!(0)));
    let unknown =
        api.post(&api.ws("/audiences/preview"), key, json!({"audience": {"users": ["x", "p-1"]}})).await;
    unknown.problem(422, "users_unknown");
    assert_eq!(unknown.json()["unknown"], json!(["x"]));
    api.delete(&api.ws("/groups/crew"), key).await.expect(204);
    api.delete(&api.ws("/groups/crew"), key).await.problem(404, "not_found");
}

#[tokio::test]
async fn batches() {
    let api = Api::new().await;
    let (path, key) = (api.ws("/users/batch"), &api.ours.key);
    let people: Vec<Value> =
        (0..2_500).map(|i| json!({"external_id": format!("p-{i}"), "name": "P"})).collect();
    let statuses = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| item["status"].as_str().unwrap().to_owned()).collect()
    };
    let dry = api.post(&format!("{path}?dry_run=true"), key, json!(people)).await.expect(200);
    assert!(statuses(&dry).iter().all(|s| s == "created"));
    let first = api.post(&path, key, json!(people)).await.expect(200);
    assert_eq!(statuses(&first), vec!["created"; 2_500]);
    assert_eq!(statuses(&api.post(&path, key, json!(people)).await.expect(200)), vec!["unchanged"; 2_500]);

    let mixed = json!([
        {"external_id": "p-1", "name": "New name"},
        {"external_id": "p-2"},
        7,
        {"external_id": "q", "name": "Q", "groups": ["crew"]},
        {"external_id": "p-3", "name": "P", "groups": [{"key": "vip", "name": "VIP"}]},
    ]);
    let answer = api.post(&path, key, mixed.clone()).await.expect(200);
    assert_eq!(statuses(&answer), ["updated", "rejected", "rejected", "rejected", "rejected"]);
    assert_eq!(answer["items"][1]["error"]["pointer"], "/name");
    assert_eq!(answer["items"][3]["error"]["code"], "unknown_group");
    let answer = api.post(&format!("{path}?create_groups=true"), key, mixed).await.expect(200);
    assert_eq!(statuses(&answer), ["unchanged", "rejected", "rejected", "created", "updated"]);
    let groups = api.get(&api.ws("/groups"), key).await.expect(200);
    assert_eq!(
        groups["items"].as_array().unwrap().iter().map(|g| &g["name"]).collect::<Vec<_>>(),
        ["VIP", "crew"]
    );

    let lines =
        "{\"external_id\":\"p-1\",\"name\":\"New name\"}\n\n{\"external_id\":\"r\",\"name\":\"R\"}\n{";
    let answer = api.ask(Method::POST, &path, key, &[("content-type", "application/x-ndjson")], lines).await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let found: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<&str> = found.iter().map(|item| item["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["unchanged", "created", "rejected"]);

    let many: Vec<Value> =
        (0..10_001).map(|i| json!({"external_id": format!("m-{i}"), "name": "M"})).collect();
    api.post(&path, key, json!(many)).await.problem(422, "validation_failed");
    api.get(&api.ws("/users/m-0"), key).await.problem(404, "not_found");
    api.ask(Method::POST, &path, key, &[("content-type", "text/csv")], "a")
        .await
        .problem(415, "content_type_unsupported");
}

#[tokio::test]
async fn workspaces_and_repeated_requests() {
    let api = Api::new().await;
    let key = &api.ours.key;
    let post = |idempotency: &'static str, body: Value| {
        let api = &api;
        async move {
            let headers = [("content-type", "application/json"), ("idempotency-key", idempotency)];
            api.ask(Method::POST, "/v1/workspaces", key, &headers, body.to_string()).await
        }
    };
    let body = json!({"name": "Fair", "slug": "fair", "time_zone": "Europe/Rome"});
    let first = post("one", body.clone()).await;
    let again = post("one", body.clone()).await;
    assert_eq!(
        (first.expect(201), again.headers["idempotency-replayed"].to_str().unwrap()),
        (again.expect(201), "true")
    );
    post("one", json!({"name": "Other"})).await.problem(409, "idempotency_conflict");
    post("a b", body.clone()).await.problem(400, "idempotency_key_invalid");
    let listed = api.get("/v1/workspaces", key).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let bad = json!({"name": " ", "slug": "A B", "time_zone": "X", "default_locale": "?"});
    let pointers = post("two", bad).await.problem(422, "validation_failed");
    assert_eq!(pointers, ["/name", "/slug", "/time_zone", "/default_locale"]);

    let patched =
        api.json(Method::PATCH, "/v1/workspaces/fair", key, json!({"push_on": false})).await.expect(200);
    assert_eq!((&patched["push_on"], &patched["name"]), (&json!(false), &json!("Fair")));
    assert_eq!(api.get("/v1/workspaces/fair", key).await.expect(200), patched);
    api.post(&api.ws("/groups"), key, json!({"key": "crew"})).await.expect(201);
    api.post(&api.ws("/groups"), key, json!({"key": "crew"})).await.problem(409, "group_exists");
}
