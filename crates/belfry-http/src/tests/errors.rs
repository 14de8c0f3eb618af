//! Everything that goes wrong before a handler is a problem with a code.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use super::harness::Api;

#[tokio::test]
async fn unknown_routes_and_methods() {
    let api = Api::new().await;
    api.get("/v1/nothing", &api.ours.key).await.problem(404, "route_unknown");
    api.get("/nothing", "").await.problem(404, "route_unknown");
    let answer = api.delete(&api.ws("/notifications"), &api.ours.key).await;
    answer.problem(405, "method_not_allowed");
    let mut allowed: Vec<&str> = answer.headers["allow"].to_str().unwrap().split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn bodies() {
    let api = Api::new().await;
    let (path, key) = (api.ws("/groups"), api.ours.key.clone());
    let post = |kind: &'static str, body: Vec<u8>| {
        let headers = if kind.is_empty() { vec![] } else { vec![("content-type", kind)] };
        let (api, path, key) = (&api, &path, &key);
        async move { api.ask(Method::POST, path, key, &headers, body).await }
    };
    post("", b"{}".to_vec()).await.problem(415, "content_type_unsupported");
    post("text/html", b"{}".to_vec()).await.problem(415, "content_type_unsupported");
    post("application/json", b"{".to_vec()).await.problem(400, "json_invalid");
    post("application/json", vec![]).await.problem(400, "json_invalid");
    post("application/json", b"{\"key\":\"\xff\"}".to_vec()).await.problem(400, "json_invalid");
    post("application/json", b"{\"key\":\"\\udc00\"}".to_vec()).await.problem(400, "json_invalid");
    post("application/json", b"{\"key\":\"a\",\"key\":\"b\"}".to_vec()).await.problem(400, "key_repeated");
    post("application/json", "[".repeat(10_000).into_bytes()).await.problem(400, "json_too_deep");
    post("application/json", vec![b' '; (1 << 20) + 1]).await.problem(413, "body_too_large");
    let check = |body: &'static str| post("application/json", body.as_bytes().to_vec());
    assert_eq!(check("{}").await.problem(422, "validation_failed"), ["/key"]);
    assert_eq!(check(r#"{"key":null}"#).await.problem(422, "validation_failed"), ["/key"]);
    assert_eq!(check(r#"{"key":"a","colour":1}"#).await.problem(422, "validation_failed"), ["/colour"]);
    assert_eq!(check(r#"{"key":"a\u0000"}"#).await.problem(422, "validation_failed"), ["/key"]);
    assert_eq!(check(r#"{"key":"","name":" "}"#).await.problem(422, "validation_failed"), ["/key", "/name"]);
    let listed = api.get(&path, &key).await.expect(200);
    assert_eq!(listed, json!({"items": [], "next": null}), "nothing was written");
}

#[tokio::test]
async fn paths_and_queries() {
    let api = Api::new().await;
    let key = &api.ours.key;
    api.get(&api.ws("/users?limit=0"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users?limit=501"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users?limit=x"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users?cursor=x"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users?colour=x"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users?status=x"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users?q=%00"), key).await.problem(422, "query_invalid");
    api.get("/v1/workspaces/%FF/users", key).await.problem(400, "path_invalid");
    api.get(&api.ws("/notifications/ntf_1"), key).await.problem(404, "not_found");
    api.get(&api.ws("/notifications/ntf_0198c5a8b1f07d2fa6a1c3e5f7092b4d"), key)
        .await
        .problem(404, "not_found");
    api.get(&api.ws("/users?group=%00"), key).await.problem(422, "query_invalid");
    api.get(&api.ws("/users/%00"), key).await.problem(400, "path_invalid");
    api.get("/v1/workspaces/%00/users", key).await.problem(400, "path_invalid");
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let api = Api::new().await;
    for path in ["/v1/workspaces", "/nothing", "/healthz", "/app/x", "/openapi.json"] {
        let answer = api.get(path, "").await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        assert!(
            answer.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'")
        );
        assert!(answer.headers.contains_key("strict-transport-security"), "the public URL is https");
        assert_eq!(answer.headers["x-request-id"].len(), 16);
    }
    let request = Request::get("/healthz").header("x-request-id", "mine-1").body(Body::empty()).unwrap();
    assert_eq!(api.send(request).await.headers["x-request-id"], "mine-1");
    let http = Api::with(|settings| settings.public_url = "http://127.0.0.1:1".into()).await;
    assert!(!http.get("/healthz", "").await.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn pages() {
    let api = Api::new().await;
    for path in ["/app/x", "/app/x/", "/app/x/items/1", "/app/x/a/b"] {
        let page = api.get(path, "").await;
        assert!(page.status.is_success() && page.text.contains("portal"), "{path}");
        assert!(
            page.headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("require-trusted-types-for 'script'")
        );
    }
    let worker = api.get("/app/sw.js", "").await;
    assert_eq!(
        (worker.text.as_str(), &worker.headers["cache-control"]),
        ("self", &"no-cache".parse().unwrap())
    );
    let script = api.get("/assets/portal/index-1.js", "").await;
    assert!(script.headers["cache-control"].to_str().unwrap().contains("immutable"));
    api.get("/assets/../sw.js", "").await.problem(404, "not_found");
    let manifest =
        api.get(&format!("/app/{}/manifest.webmanifest", api.ours.workspace), "").await.expect(200);
    assert_eq!(manifest["name"], "Ours Summit");
    api.get("/app/nowhere/manifest.webmanifest", "").await.problem(404, "not_found");
    assert!(api.get("/", "").await.text.contains("/a.js"));
    assert_eq!(api.get("/healthz", "").await.text, "ok");
    assert_eq!(api.get("/readyz", "").await.text, "ready");
    assert_eq!(api.get("/metrics", "").await.text, "metric 1\n");
}
