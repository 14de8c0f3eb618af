//! Operators who set up, sign in and out: cookies, forgery, locks, passwords.

use axum::body::Body;
use axum::http::Method;
use belfry_types::rights::Role;
use serde_json::{Value, json};

use super::harness::{Answer, Api, PUBLIC_URL};

const PASSWORD: &str = "correct horse battery staple";

/// The cookie that an answer sets, as a browser sends it back.
#[track_caller]
fn cookie(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn anonymous(api: &Api, path: &str, body: Value) -> Answer {
    api.post(path, "", body).await
}

async fn sign_in(api: &Api, email: &str, password: &str) -> Answer {
    anonymous(api, "/v1/session", json!({"email": email, "password": password})).await
}

/// Sets up; the owner's cookie.
async fn set_up(api: &Api) -> String {
    let link = api.state.store().setup_link().await.unwrap();
    let body = json!({
        "token": link.reveal(), "name": "Ann Lee", "email": "ann@example.com", "password": PASSWORD
    });
    let answer = anonymous(api, "/v1/setup", body).await;
    answer.expect(201);
    cookie(&answer)
}

#[tokio::test]
async fn setting_up() {
    let api = Api::new().await;
    let state = api.get("/v1/setup", "").await.expect(200);
    assert_eq!(state, json!({"needed": true, "has_organization": true}));
    let link = api.state.store().setup_link().await.unwrap();
    let body = |token: &str| json!({"token": token, "name": "Ann Lee", "email": "ann@example.com", "password": PASSWORD});
    anonymous(&api, "/v1/setup", body("bl_x")).await.problem(403, "link_invalid");
    let bad = json!({
        "token": link.reveal(), "name": " ", "email": "ann", "password": "short", "organization": "More",
        "workspace": "More", "time_zone": "Mars/Phobos"
    });
    let pointers = anonymous(&api, "/v1/setup", bad).await.problem(422, "validation_failed");
    let expected = ["/organization", "/workspace", "/time_zone", "/name", "/email", "/password"];
    assert_eq!(pointers, expected);

    let done = anonymous(&api, "/v1/setup", body(link.reveal())).await;
    let session = done.expect(201);
    assert_eq!(session["operator"]["email"], "ann@example.com");
    assert_eq!(session["organizations"][0]["slug"], api.ours.organization.as_str());
    assert_eq!(session["organizations"][0]["role"], "owner");
    let workspace = &session["organizations"][0]["workspaces"][0];
    assert_eq!((&workspace["slug"], &workspace["role"]), (&json!(api.ours.workspace), &json!("owner")));
    assert!(workspace["permissions"].as_array().unwrap().contains(&json!("operators:write")));
    assert_eq!(session["organizations"].as_array().unwrap().len(), 1, "the other organization is not theirs");
    let whole = done.headers["set-cookie"].to_str().unwrap();
    assert!(whole.starts_with("belfry_session=bs_"), "{whole}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=2592000"] {
        assert!(whole.contains(part), "{whole} lacks {part}");
    }

    anonymous(&api, "/v1/setup", body(link.reveal())).await.problem(403, "link_invalid");
    let again = api.state.store().setup_link().await.unwrap();
    anonymous(&api, "/v1/setup", body(again.reveal())).await.problem(403, "link_invalid");
    assert_eq!(api.get("/v1/setup", "").await.expect(200)["needed"], false);
}

#[tokio::test]
async fn signing_in_and_out() {
    let api = Api::new().await;
    set_up(&api).await;
    let answer = sign_in(&api, " ANN@example.com", PASSWORD).await;
    let session = answer.expect(200);
    let cookie = cookie(&answer);
    let ask = async |method, path: &str| api.as_operator(method, path, &cookie, json!({})).await;
    assert_eq!(ask(Method::GET, "/v1/session").await.expect(200), session);
    ask(Method::GET, &api.ws("/users")).await.expect(200);
    let out = ask(Method::DELETE, "/v1/session").await;
    out.expect(204);
    let cleared = out.headers["set-cookie"].to_str().unwrap();
    assert!(cleared.starts_with("belfry_session=;") && cleared.contains("Max-Age=0"), "{cleared}");
    ask(Method::GET, "/v1/session").await.problem(401, "unauthenticated");
    ask(Method::GET, &api.ws("/users")).await.problem(401, "unauthenticated");
    // The remains of a session do not stand in the way of a new one.
    let headers = [("content-type", "application/json"), ("cookie", cookie.as_str())];
    let body = json!({"email": "ann@example.com", "password": PASSWORD}).to_string();
    api.ask(Method::POST, "/v1/session", "", &headers, body).await.expect(200);
}

#[tokio::test]
async fn what_is_wrong_is_not_told() {
    let api = Api::new().await;
    set_up(&api).await;
    api.operator(&api.ours, "pending@example.com", Role::Viewer).await;
    let long = "x".repeat(300);
    let tries = [
        ("ann@example.com", "not the password"),
        ("nobody@example.com", PASSWORD),
        ("pending@example.com", PASSWORD),
        ("pending@example.com", ""),
        (&long, PASSWORD),
        ("ann@example.com", &long),
        ("", ""),
    ];
    for (email, password) in tries {
        let answer = sign_in(&api, email, password).await;
        answer.problem(401, "credentials_wrong");
        assert_eq!(answer.json()["detail"], "The address or the password is wrong.", "{email}");
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn guessing_locks_the_account_alone() {
    let api = Api::new().await;
    set_up(&api).await;
    for email in ["ann@example.com", "nobody@example.com"] {
        for _ in 0..10 {
            sign_in(&api, email, "wrong password").await.problem(401, "credentials_wrong");
        }
        let answer = sign_in(&api, email, PASSWORD).await;
        answer.problem(429, "locked");
        // A minute, less what checking ten passwords took.
        let wait: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((45..=60).contains(&wait), "{email}: {wait} s");
    }
    sign_in(&api, "bob@example.com", PASSWORD).await.problem(401, "credentials_wrong");
}

#[tokio::test]
async fn guessing_locks_the_address() {
    let api = Api::with(|settings| settings.sign_in_per_minute = 3).await;
    let cookie = set_up(&api).await;
    for i in 0..4 {
        sign_in(&api, &format!("{i}@example.com"), PASSWORD).await.problem(401, "credentials_wrong");
    }
    let answer = sign_in(&api, "ann@example.com", PASSWORD).await;
    answer.problem(429, "locked");
    assert_eq!(answer.headers["retry-after"], "20");
    let session = api.as_operator(Method::GET, "/v1/session", &cookie, json!({})).await;
    session.expect(200);
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_act() {
    let api = Api::new().await;
    let cookie = api.operator(&api.ours, "ann@example.com", Role::Owner).await;
    let group = |key: &str| json!({"key": key}).to_string();
    let ask = async |headers: &[(&'static str, &str)], key: &str| {
        let mut all = vec![("content-type", "application/json"), ("cookie", cookie.as_str())];
        all.extend_from_slice(headers);
        api.ask(Method::POST, &api.ws("/groups"), "", &all, group(key)).await
    };
    ask(&[], "a").await.problem(403, "csrf");
    ask(&[("x-belfry-console", "true")], "a").await.problem(403, "csrf");
    for origin in ["https://evil.example", "null", "https://bells.example.evil", "http://bells.example"] {
        ask(&[("x-belfry-console", "1"), ("origin", origin)], "a").await.problem(403, "csrf");
    }
    ask(&[("x-belfry-console", "1")], "a").await.expect(201);
    ask(&[("x-belfry-console", "1"), ("origin", PUBLIC_URL)], "b").await.expect(201);
    let other = [("x-belfry-console", "1"), ("origin", "http://10.0.0.5:8080"), ("host", "10.0.0.5:8080")];
    ask(&other, "c").await.expect(201);
    let listed = api.get(&api.ws("/groups"), &api.ours.key).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);

    let evil = [("content-type", "application/json"), ("origin", "https://evil.example")];
    for path in ["/v1/session", "/v1/setup", "/v1/password-reset"] {
        let body = json!({
            "email": "a@example.com", "password": PASSWORD, "token": "bl_x", "name": "A"
        });
        let mut body = body.as_object().unwrap().clone();
        let wanted: &[&str] = match path {
            "/v1/session" => &["email", "password"],
            "/v1/setup" => &["email", "password", "token", "name"],
            _ => &["password", "token"],
        };
        body.retain(|key, _| wanted.contains(&key.as_str()));
        let body = Value::Object(body).to_string();
        api.ask(Method::POST, path, "", &evil, body).await.problem(403, "csrf");
    }
}

#[tokio::test]
async fn a_cookie_counts_only_where_it_should() {
    let api = Api::new().await;
    let cookie = api.operator(&api.ours, "ann@example.com", Role::Owner).await;
    let with = [("cookie", cookie.as_str()), ("x-belfry-console", "1")];
    let get = async |path: &str, token: &str| api.ask(Method::GET, path, token, &with, Body::empty()).await;
    get(&api.ws("/users"), "").await.expect(200);
    // A credential goes before the cookie, be it good or bad.
    get(&format!("/v1/workspaces/{}/users", api.theirs.workspace), &api.theirs.key).await.expect(200);
    get(&api.ws("/users"), &api.theirs.key).await.problem(404, "not_found");
    get(&api.ws("/users"), "bfk_nonsense").await.problem(401, "unauthenticated");
    get("/v1/me", "").await.problem(401, "unauthenticated");
    // The secret is no bearer credential.
    let secret = cookie.split_once('=').unwrap().1;
    api.get(&api.ws("/users"), secret).await.problem(401, "unauthenticated");
    api.get("/v1/session", &api.ours.key).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn ones_own_profile() {
    let api = Api::new().await;
    let first = set_up(&api).await;
    let (second, third) = (
        cookie(&sign_in(&api, "ann@example.com", PASSWORD).await),
        cookie(&sign_in(&api, "ann@example.com", PASSWORD).await),
    );
    let ask =
        async |method, path: &str, cookie: &str, body| api.as_operator(method, path, cookie, body).await;
    let renamed = ask(Method::PATCH, "/v1/operator", &first, json!({"name": "Ann L."})).await.expect(200);
    assert_eq!(renamed["name"], "Ann L.");
    let session = ask(Method::GET, "/v1/session", &first, json!({})).await.expect(200);
    assert_eq!(session["operator"], renamed);
    let bad = ask(Method::PATCH, "/v1/operator", &first, json!({"name": "x".repeat(201)})).await;
    assert_eq!(bad.problem(422, "validation_failed"), ["/name"]);

    let listed = ask(Method::GET, "/v1/operator/sessions", &first, json!({})).await.expect(200);
    let current: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|it| &it["current"]).collect();
    assert_eq!(current, [false, false, true]);
    let id = listed["items"][0]["id"].as_str().unwrap();
    ask(Method::DELETE, &format!("/v1/operator/sessions/{id}"), &first, json!({})).await.expect(204);
    ask(Method::GET, "/v1/session", &third, json!({})).await.problem(401, "unauthenticated");
    let again = ask(Method::DELETE, &format!("/v1/operator/sessions/{id}"), &first, json!({})).await;
    again.problem(404, "not_found");

    let change = |current: &str, new: &str| json!({"current": current, "new": new});
    let path = "/v1/operator/password";
    let weak = ask(Method::POST, path, &first, change(PASSWORD, "short")).await;
    assert_eq!(weak.problem(422, "validation_failed"), ["/new"]);
    assert_eq!(weak.json()["errors"][0]["code"], "password_weak");
    let wrong = ask(Method::POST, path, &first, change("not the password", "another password")).await;
    assert_eq!(wrong.problem(422, "validation_failed"), ["/current"]);
    ask(Method::GET, "/v1/session", &second, json!({})).await.expect(200);
    ask(Method::POST, path, &first, change(PASSWORD, "another password")).await.expect(204);
    ask(Method::GET, "/v1/session", &first, json!({})).await.expect(200);
    ask(Method::GET, "/v1/session", &second, json!({})).await.problem(401, "unauthenticated");
    sign_in(&api, "ann@example.com", PASSWORD).await.problem(401, "credentials_wrong");
    let other = cookie(&sign_in(&api, "ann@example.com", "another password").await);
    ask(Method::DELETE, "/v1/operator/sessions", &other, json!({})).await.expect(204);
    ask(Method::GET, "/v1/session", &first, json!({})).await.problem(401, "unauthenticated");
    ask(Method::GET, "/v1/session", &other, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_new_password_by_link() {
    let api = Api::new().await;
    let session = set_up(&api).await;
    let store = api.state.store();
    let ann = store.operator_by_email("ann@example.com").await.unwrap().unwrap();
    let link = store.password_link(ann.num, std::time::Duration::from_secs(3_600)).await.unwrap();
    let body = |token: &str, password: &str| json!({"token": token, "password": password});
    let path = "/v1/password-reset";
    let weak = anonymous(&api, path, body(link.reveal(), "ann@example.com")).await;
    assert_eq!(weak.problem(422, "validation_failed"), ["/password"]);
    anonymous(&api, path, body("bl_other", "another password")).await.problem(403, "link_invalid");
    anonymous(&api, path, body(link.reveal(), "another password")).await.expect(204);
    anonymous(&api, path, body(link.reveal(), "a third password")).await.problem(403, "link_invalid");
    let ended = api.as_operator(Method::GET, "/v1/session", &session, json!({})).await;
    ended.problem(401, "unauthenticated");
    sign_in(&api, "ann@example.com", "another password").await.expect(200);
}
