//! What operators may by their roles, and who gives roles to whom.

use axum::http::Method;
use belfry_types::rights::Role;
use serde_json::{Value, json};

use super::harness::{Answer, Api};

async fn put(api: &Api, cookie: &str, email: &str, role: &str) -> Answer {
    let body = json!({"email": email, "name": "Somebody", "role": role});
    api.as_operator(Method::PUT, &api.ws("/operators"), cookie, body).await
}

/// Statuses of the same requests by each role.
#[tokio::test]
async fn roles() {
    let api = Api::new().await;
    api.person("ann", "Ann").await;
    let keys = format!("/v1/organizations/{}/api-keys", api.ours.organization);
    let organization = format!("/v1/organizations/{}", api.ours.organization);
    let message = json!({"message": "x", "audience": {"everyone": true}});
    let key = json!({"name": "k", "scopes": ["users:read"]});
    let asked: [(Method, String, Value); 9] = [
        (Method::GET, api.ws("/users"), json!({})),
        (Method::GET, api.ws("/notifications"), json!({})),
        (Method::GET, api.ws(""), json!({})),
        (Method::POST, api.ws("/notifications"), message),
        (Method::PUT, api.ws("/users/bea"), json!({"name": "Bea"})),
        (Method::PATCH, api.ws(""), json!({"time_zone": "Europe/Paris"})),
        (Method::GET, api.ws("/operators"), json!({})),
        (Method::POST, keys, key),
        (Method::GET, organization, json!({})),
    ];
    let expected: [(Role, [u16; 9]); 6] = [
        (Role::Owner, [200, 200, 200, 202, 201, 200, 200, 201, 200]),
        (Role::Admin, [200, 200, 200, 202, 200, 200, 200, 201, 200]),
        (Role::Manager, [200, 200, 200, 202, 200, 200, 200, 403, 200]),
        (Role::Editor, [200, 200, 200, 202, 403, 403, 403, 403, 200]),
        (Role::Viewer, [200, 200, 200, 403, 403, 403, 403, 403, 200]),
        (Role::Collaborator, [404, 404, 404, 404, 404, 404, 404, 403, 200]),
    ];
    for (role, statuses) in expected {
        let cookie = api.operator(&api.ours, &format!("{role}@example.com"), role).await;
        let mut got = Vec::new();
        for (method, path, body) in &asked {
            let answer = api.as_operator(method.clone(), path, &cookie, body.clone()).await;
            got.push(answer.status.as_u16());
            if got.last() == Some(&403) {
                answer.problem(403, "permission_missing");
            }
        }
        assert_eq!(got, statuses, "{role}");
    }
}

#[tokio::test]
async fn a_role_in_one_workspace_is_none_in_another() {
    let api = Api::new().await;
    let owner = api.operator(&api.ours, "owner@example.com", Role::Owner).await;
    let manager = api.operator(&api.ours, "manager@example.com", Role::Manager).await;
    let ask =
        async |method, path: &str, cookie: &str, body| api.as_operator(method, path, cookie, body).await;
    let made = ask(Method::POST, "/v1/workspaces", &owner, json!({"name": "Second"})).await.expect(201);
    assert_eq!(made["members"], 1, "whoever makes one is a member of it");
    let second = format!("/v1/workspaces/{}", made["slug"].as_str().unwrap());
    ask(Method::GET, &second, &owner, json!({})).await.expect(200);
    ask(Method::GET, &second, &manager, json!({})).await.problem(404, "not_found");
    ask(Method::POST, "/v1/workspaces", &manager, json!({"name": "Third"}))
        .await
        .problem(403, "permission_missing");
    let slugs = async |cookie: &str| {
        let all = ask(Method::GET, "/v1/workspaces", cookie, json!({})).await.expect(200);
        let slugs = all["items"].as_array().unwrap().iter().map(|it| it["slug"].as_str().unwrap().to_owned());
        slugs.collect::<Vec<_>>()
    };
    assert_eq!(slugs(&owner).await, [api.ours.workspace.as_str(), made["slug"].as_str().unwrap()]);
    assert_eq!(slugs(&manager).await, [api.ours.workspace.as_str()]);
    let session = ask(Method::GET, "/v1/session", &manager, json!({})).await.expect(200);
    assert_eq!(session["organizations"][0]["role"], Value::Null);
    assert_eq!(session["organizations"][0]["workspaces"].as_array().unwrap().len(), 1);

    // With rights in two organizations one says which is meant.
    api.operator(&api.theirs, "owner@example.com", Role::Admin).await;
    api.state.credentials.forget();
    let unsaid = ask(Method::POST, "/v1/workspaces", &owner, json!({"name": "Fourth"})).await;
    assert_eq!(unsaid.problem(422, "validation_failed"), ["/organization"]);
    let said = json!({"name": "Fourth", "organization": api.theirs.organization});
    let fourth = ask(Method::POST, "/v1/workspaces", &owner, said).await.expect(201);
    let path = format!("/v1/workspaces/{}", fourth["slug"].as_str().unwrap());
    api.get(&path, &api.theirs.key).await.expect(200);
    let foreign = json!({"name": "Fifth", "organization": api.theirs.organization});
    let refused = ask(Method::POST, "/v1/workspaces", &manager, foreign).await;
    assert_eq!(refused.problem(422, "validation_failed"), ["/organization"]);
}

#[tokio::test]
async fn giving_and_taking_roles() {
    let api = Api::new().await;
    let owner = api.operator(&api.ours, "owner@example.com", Role::Owner).await;
    let editor = api.operator(&api.ours, "editor@example.com", Role::Editor).await;
    put(&api, &editor, "bea@example.com", "viewer").await.problem(403, "permission_missing");
    for role in ["owner", "admin", "collaborator"] {
        let refused = put(&api, &owner, "bea@example.com", role).await;
        assert_eq!(refused.problem(422, "validation_failed"), ["/role"]);
    }
    let given = put(&api, &owner, "Bea@example.com", "viewer").await.expect(200);
    assert_eq!(
        (&given["operator"]["role"], &given["operator"]["scope"]),
        (&json!("viewer"), &json!("workspace"))
    );
    assert_eq!(given["operator"]["pending"], true);
    let link = given["link"].as_str().unwrap().split_once("/reset#").unwrap().1;
    let body = json!({"token": link, "password": "a password of bea"});
    api.post("/v1/password-reset", "", body).await.expect(204);
    let signed = json!({"email": "bea@example.com", "password": "a password of bea"});
    let answer = api.post("/v1/session", "", signed.clone()).await;
    answer.expect(200);
    let bea = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let send = async || {
        let message = json!({"message": "x", "audience": {"everyone": true}});
        api.as_operator(Method::POST, &api.ws("/notifications"), &bea, message).await
    };
    send().await.problem(403, "permission_missing");
    let changed = put(&api, &owner, "bea@example.com", "editor").await.expect(200);
    assert_eq!((&changed["operator"]["pending"], &changed["link"]), (&json!(false), &Value::Null));
    send().await.expect(202);

    let listed = api.as_operator(Method::GET, &api.ws("/operators"), &owner, json!({})).await.expect(200);
    let names = |list: &Value, field: &str| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|it| it[field].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&listed, "role"), ["owner", "editor", "editor"]);
    assert_eq!(names(&listed, "scope"), ["organization", "workspace", "workspace"]);
    let id = given["operator"]["id"].as_str().unwrap();
    let path = api.ws(&format!("/operators/{id}"));
    api.as_operator(Method::DELETE, &path, &editor, json!({})).await.problem(403, "permission_missing");
    api.as_operator(Method::DELETE, &path, &owner, json!({})).await.expect(204);
    api.as_operator(Method::DELETE, &path, &owner, json!({})).await.problem(404, "not_found");
    send().await.problem(401, "unauthenticated");
    api.post("/v1/session", "", signed).await.problem(401, "credentials_wrong");
}

#[tokio::test]
async fn owners_stay_where_one_is_needed() {
    let api = Api::new().await;
    let owner = api.operator(&api.ours, "owner@example.com", Role::Owner).await;
    let admin = api.operator(&api.ours, "admin@example.com", Role::Admin).await;
    let manager = api.operator(&api.ours, "manager@example.com", Role::Manager).await;
    let listed = api.as_operator(Method::GET, &api.ws("/operators"), &owner, json!({})).await.expect(200);
    let path = |i: usize| api.ws(&format!("/operators/{}", listed["items"][i]["id"].as_str().unwrap()));
    let remove = async |cookie: &str, i| api.as_operator(Method::DELETE, &path(i), cookie, json!({})).await;
    remove(&manager, 0).await.problem(403, "permission_missing");
    remove(&manager, 1).await.problem(403, "permission_missing");
    remove(&admin, 0).await.problem(403, "owner_needed");
    let by_key = api.delete(&path(0), &api.ours.key).await;
    by_key.problem(403, "owner_needed");
    remove(&owner, 0).await.problem(409, "last_owner");
    put(&api, &owner, "admin@example.com", "viewer").await.problem(409, "operator_everywhere");
    remove(&owner, 1).await.expect(204);
    let gone = api.as_operator(Method::GET, &api.ws(""), &admin, json!({})).await;
    gone.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_address_is_trusted_only_as_far_as_it_was_proved() {
    let api = Api::new().await;
    let owner = api.operator(&api.ours, "owner@example.com", Role::Owner).await;
    let manager = api.operator(&api.ours, "manager@example.com", Role::Manager).await;
    api.operator(&api.theirs, "eve@example.com", Role::Owner).await;
    put(&api, &owner, "eve@example.com", "viewer").await.problem(409, "operator_elsewhere");

    let first = put(&api, &manager, "bea@example.com", "viewer").await.expect(200);
    let stale = first["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let body = json!({"name": "Second"});
    let second = api.as_operator(Method::POST, "/v1/workspaces", &owner, body).await.expect(201);
    let second = format!("/v1/workspaces/{}/operators", second["slug"].as_str().unwrap());
    let more = json!({"email": "bea@example.com", "name": "Bea", "role": "manager"});
    let given = api.as_operator(Method::PUT, &second, &owner, more).await.expect(200);
    assert!(given["link"].is_string(), "the owner rules over both workspaces");
    let body = json!({"token": stale, "password": "the manager's guess"});
    api.post("/v1/password-reset", "", body).await.problem(403, "link_invalid");
    let again = put(&api, &manager, "bea@example.com", "editor").await.expect(200);
    assert_eq!((&again["link"], &again["operator"]["pending"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn an_operator_is_a_person_too() {
    let api = Api::new().await;
    let viewer = api.operator(&api.ours, "ann@example.com", Role::Viewer).await;
    let ask = async |method, path: &str| api.as_operator(method, &api.ws(path), &viewer, json!({})).await;
    let nobody = ask(Method::GET, "/myself").await.expect(200);
    assert_eq!(nobody, json!({"user": null, "devices": 0}));
    ask(Method::POST, "/myself/token").await.problem(404, "not_found");
    let me = ask(Method::POST, "/myself").await.expect(200);
    assert_eq!((&me["user"]["email"], &me["user"]["kind"]), (&json!("ann@example.com"), &json!("employee")));
    assert_eq!(ask(Method::POST, "/myself").await.expect(200), me, "again changes nothing");
    let token = ask(Method::POST, "/myself/token").await.expect(201);
    let inbox = api.get("/v1/me", token["token"].as_str().unwrap()).await.expect(200);
    assert_eq!(inbox["user"]["email"], "ann@example.com");
    api.get(&api.ws("/myself"), &api.ours.key).await.problem(403, "operator_needed");

    // Whoever is there already is that person, and stays what they are.
    let bob = json!({"name": "Robert", "email": "Bob@example.com", "kind": "attendee"});
    api.put(&api.ws("/users/b-1"), &api.ours.key, bob).await.expect(201);
    let cookie = api.operator(&api.ours, "bob@example.com", Role::Editor).await;
    let bob = api.as_operator(Method::POST, &api.ws("/myself"), &cookie, json!({})).await.expect(200);
    let fields = ["external_id", "name", "kind"].map(|field| bob["user"][field].as_str().unwrap().to_owned());
    assert_eq!(fields, ["b-1", "Robert", "attendee"]);
    api.delete(&api.ws("/users/b-1"), &api.ours.key).await.expect(204);
    let token = api.as_operator(Method::POST, &api.ws("/myself/token"), &cookie, json!({})).await;
    token.problem(409, "member_not_active");
    let back = api.as_operator(Method::POST, &api.ws("/myself"), &cookie, json!({})).await.expect(200);
    assert_eq!(back["user"]["status"], "active");
}
