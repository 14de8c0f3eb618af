//! Who may: keys, permissions, tenants, tokens, signed tokens, limits, origins.

use axum::body::Body;
use axum::http::Method;
use belfry_types::rights::{Permission, Permissions};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

use super::harness::Api;

#[tokio::test]
async fn credentials() {
    let api = Api::new().await;
    let path = api.ws("/users");
    let answer = api.get(&path, "").await;
    answer.problem(401, "unauthenticated");
    assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    let mut broken = api.ours.key.clone();
    broken.pop();
    for token in ["x", "bfk_x", "bfu_x", "a.b.c", &broken, "bfk_…"] {
        api.get(&path, token).await.problem(401, "unauthenticated");
    }
    let user = api.person("ann", "Ann").await;
    api.get(&path, &user).await.problem(401, "unauthenticated");
    api.get("/v1/me", &api.ours.key).await.problem(401, "unauthenticated");
    api.get(&path, &api.ours.key).await.expect(200);
}

#[tokio::test]
async fn scopes_and_workspace_keys() {
    let api = Api::new().await;
    let keys = format!("/v1/organizations/{}/api-keys", api.ours.organization);
    let body =
        json!({"name": "reader", "scopes": ["users:read", "keys:write"], "workspace": api.ours.workspace});
    let made = api.post(&keys, &api.ours.key, body).await.expect(201);
    let reader = made["secret"].as_str().unwrap();
    api.get(&api.ws("/users"), reader).await.expect(200);
    let answer = api.put(&api.ws("/users/x"), reader, json!({"name": "X"})).await;
    answer.problem(403, "permission_missing");
    assert!(answer.text.contains("users:write"));
    api.get(&keys, reader).await.problem(403, "workspace_key");

    let other = api.post("/v1/workspaces", &api.ours.key, json!({"name": "Second"})).await.expect(201);
    let second = other["slug"].as_str().unwrap();
    api.get(&format!("/v1/workspaces/{second}/users"), reader).await.problem(404, "not_found");
    api.get(&format!("/v1/workspaces/{second}/users"), &api.ours.key).await.expect(200);

    let body = json!({"name": "k", "scopes": ["users:read", "keys:write"]});
    let limited = api.post(&keys, &api.ours.key, body).await.expect(201);
    let limited = limited["secret"].as_str().unwrap();
    let more = json!({"name": "more", "scopes": ["events:write"]});
    api.post(&keys, limited, more).await.problem(403, "permission_missing");

    let id = made["id"].as_str().unwrap();
    api.delete(&format!("{keys}/{id}"), &api.ours.key).await.expect(204);
    api.get(&api.ws("/users"), reader).await.problem(401, "unauthenticated");
    let listed = api.get(&keys, &api.ours.key).await.expect(200);
    let revoked = listed["items"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
    assert!(revoked["revoked_at"].is_string() && revoked.get("secret").is_none());
}

#[tokio::test]
async fn a_cancelled_member_is_out_at_once() {
    let api = Api::new().await;
    let token = api.person("ann", "Ann").await;
    api.get("/v1/me", &token).await.expect(200);
    api.delete(&api.ws("/users/ann"), &api.ours.key).await.expect(204);
    api.get("/v1/me", &token).await.problem(401, "unauthenticated");
    let member = api.get(&api.ws("/users/ann"), &api.ours.key).await.expect(200);
    assert_eq!(member["status"], "cancelled");
    let issue = api.post(&api.ws("/users/ann/token"), &api.ours.key, json!({})).await;
    issue.problem(409, "member_not_active");
}

#[tokio::test]
async fn signed_tokens() {
    let api = Api::new().await;
    api.person("ann", "Ann").await;
    let secret = "a secret of at least 32 bytes....";
    let body = json!({"name": "shop", "algorithm": "HS256", "secret": secret});
    let key = api.post(&api.ws("/signing-keys"), &api.ours.key, body).await.expect(201);
    let kid = key["id"].as_str().unwrap();
    let token = |sub: &str, seconds: i64| {
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
        let exp = api.state.clock.now().0 / 1_000 + seconds;
        let claims = json!({"sub": sub, "aud": "belfry-inbox", "exp": exp});
        encode(&header, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let me = api.get("/v1/me", &token("ann", 600)).await.expect(200);
    assert_eq!(me["user"]["external_id"], "ann");
    api.get("/v1/me", &token("nobody", 600)).await.problem(401, "unauthenticated");
    api.get("/v1/me", &token("ann", -1)).await.problem(401, "unauthenticated");
    api.get("/v1/me", &token("ann", 86_400)).await.problem(401, "unauthenticated");
    api.delete(&api.ws(&format!("/signing-keys/{kid}")), &api.ours.key).await.expect(204);
    api.get("/v1/me", &token("ann", 600)).await.problem(401, "unauthenticated");

    let made =
        api.post(&api.ws("/signing-keys"), &api.ours.key, json!({"name": "x", "algorithm": "HS256"})).await;
    assert!(made.expect(201)["secret"].is_string());
    for body in [
        json!({"name": "x", "algorithm": "HS256", "secret": "short"}),
        json!({"name": "x", "algorithm": "ES256"}),
        json!({"name": "x", "algorithm": "EdDSA", "public_key": "-----BEGIN PUBLIC KEY-----"}),
        json!({"name": "x", "algorithm": "RS256"}),
        json!({"name": "x", "algorithm": "none"}),
    ] {
        api.post(&api.ws("/signing-keys"), &api.ours.key, body).await.problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn limits_are_told_and_kept() {
    let api = Api::with(|settings| settings.api_key_per_minute = 3).await;
    let path = api.ws("/users");
    for left in ["2", "1", "0"] {
        let answer = api.get(&path, &api.ours.key).await;
        answer.expect(200);
        assert_eq!([&answer.headers["ratelimit-limit"], &answer.headers["ratelimit-remaining"]], ["3", left]);
    }
    let answer = api.get(&path, &api.ours.key).await;
    answer.problem(429, "rate_limited");
    assert_eq!([&answer.headers["retry-after"], &answer.headers["ratelimit-remaining"]], ["20", "0"]);
    let theirs = format!("/v1/workspaces/{}/users", api.theirs.workspace);
    api.get(&theirs, &api.theirs.key).await.expect(200);
}

#[tokio::test]
async fn strangers_who_guess_are_kept_out() {
    let api = Api::with(|settings| settings.address_per_minute = 5).await;
    api.get(&api.ws("/users"), &api.ours.key).await.expect(200);
    for _ in 0..6 {
        api.get(&api.ws("/users"), "bfk_guess").await.problem(401, "unauthenticated");
    }
    api.get(&api.ws("/users"), "bfk_guess").await.problem(429, "rate_limited");
    api.get(&api.ws("/users"), &api.ours.key).await.expect(200);
}

#[tokio::test]
async fn origins() {
    let api = Api::new().await;
    let token = api.person("ann", "Ann").await;
    let shop = "https://shop.example";
    let ask = |method: Method, token: String, origin: &'static str| {
        let api = &api;
        async move {
            let headers = [("origin", origin), ("access-control-request-method", "GET")];
            api.ask(method, "/v1/me", &token, &headers, Body::empty()).await
        }
    };
    ask(Method::OPTIONS, String::new(), shop).await.problem(403, "origin_not_allowed");
    ask(Method::GET, token.clone(), shop).await.problem(403, "origin_not_allowed");
    ask(Method::GET, token.clone(), "https://bells.example").await.expect(200);

    let patch = json!({"origins": [shop]});
    api.json(Method::PATCH, &api.ws(""), &api.ours.key, patch).await.expect(200);
    let preflight = ask(Method::OPTIONS, String::new(), shop).await;
    assert_eq!(
        (preflight.status.as_u16(), &preflight.headers["access-control-allow-origin"]),
        (204, &shop.parse().unwrap())
    );
    let answer = ask(Method::GET, token.clone(), shop).await;
    answer.expect(200);
    assert_eq!([&answer.headers["access-control-allow-origin"], &answer.headers["vary"]], [shop, "origin"]);
    let refused = ask(Method::GET, "bfu_x".into(), shop).await;
    refused.problem(401, "unauthenticated");
    assert_eq!(refused.headers["access-control-allow-origin"], shop, "a page can read why");
    ask(Method::GET, token, "https://evil.example").await.problem(403, "origin_not_allowed");
    ask(Method::OPTIONS, String::new(), "null").await.problem(403, "origin_not_allowed");

    // Another workspace's list does not count for this token.
    let theirs = format!("/v1/workspaces/{}", api.theirs.workspace);
    let other = "https://other.example";
    api.json(Method::PATCH, &theirs, &api.theirs.key, json!({"origins": [other]})).await.expect(200);
    let ann = api.post(&api.ws("/users/ann/token"), &api.ours.key, json!({})).await.expect(201);
    let ann = ann["token"].as_str().unwrap().to_owned();
    ask(Method::GET, ann, other).await.problem(403, "origin_not_allowed");
    for bad in ["https://shop.example/", "*", "null"] {
        let answer = api.json(Method::PATCH, &api.ws(""), &api.ours.key, json!({"origins": [bad]})).await;
        assert_eq!(answer.problem(422, "validation_failed"), ["/origins/0"]);
    }
}

#[test]
fn a_key_that_may_everything_may_everything() {
    assert!(Permission::ALL.iter().all(|permission| Permissions::all().allow(*permission)));
}
