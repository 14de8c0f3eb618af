//! Operators of the real binary: the printed link, signing in, what roles may, and that what is ended ends everywhere.

use std::process::Output;
use std::time::Duration;

use belfry_tests::operators::{
    PASSWORD, new_operator, set_password, sign_in, signed_in, token_of, try_sign_in,
};
use belfry_tests::wait::within;
use belfry_tests::{Answer, Api, Server, Start, Value, both, json};

/// Five seconds, and one for the machine.
const SOON: Duration = Duration::from_secs(6);

async fn operators(server: &Server, arguments: &[&str]) -> Output {
    let data = server.data_arguments();
    let all = ["operators"].iter().copied().chain(arguments.iter().copied());
    let all: Vec<&str> = all.chain(data.iter().map(String::as_str)).collect();
    server.run(&all).await
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What an answer tells, without what differs from request to request.
fn told(answer: &Answer) -> (u16, String, Vec<String>) {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort_unstable();
    (answer.status, answer.text.clone(), headers)
}

async fn ends(api: &Api) {
    within(SOON, "the session to end", async || (api.get("/v1/session").await.status == 401).then_some(()))
        .await;
}

both! {
    /// An empty installation, from the printed link to a second operator; the link opens once, whoever restarts.
    async fn from_the_printed_link_to_a_colleague(database) {
        let mut server = Start::on(database).bare().await;
        let api = server.api().anonymous();
        assert_eq!(api.get("/v1/setup").await.expect(200), json!({ "needed": true, "has_organization": false }));
        let token = server.setup_token().await;
        let body = json!({
            "token": token, "organization": "Northwind", "workspace": "Summit", "time_zone": "Europe/Paris",
            "name": "Ann Lee", "email": "ann@example.com", "password": PASSWORD,
        });
        let mut half = body.clone();
        half.as_object_mut().expect("an object").remove("workspace");
        assert_eq!(api.post("/v1/setup", &half).await.problem(422), "validation_failed");
        let answer = api.post("/v1/setup", &body).await;
        let session = answer.expect(201);
        let ann = signed_in(&api, &answer);
        let workspace = &session["organizations"][0]["workspaces"][0];
        assert_eq!((&workspace["name"], &workspace["time_zone"]), (&json!("Summit"), &json!("Europe/Paris")));
        let me = ann.get(&Server::of(&session, "/myself")).await.expect(200);
        assert_eq!(me["user"]["email"], "ann@example.com", "whoever makes a workspace is a member of it");

        assert_eq!(api.post("/v1/setup", &body).await.problem(403), "link_invalid");
        assert_eq!(api.get("/v1/setup").await.expect(200)["needed"], false);
        let slug = workspace["slug"].as_str().expect("a slug");
        let bea = new_operator(&ann, slug, "bea@example.com", "editor").await;
        let message = json!({ "message": "hello", "audience": { "everyone": true } });
        bea.post(&Server::of(&session, "/notifications"), &message).await.expect(202);
        assert_eq!(bea.get(&Server::of(&session, "/operators")).await.problem(403), "permission_missing");
        server.terminate().await;
        server.serve().await;
        let ann = ann.at(server.url());
        ann.get("/v1/session").await.expect(200);
    }

    /// `init` made organization and operator; the link gives the operator a password.
    async fn setting_up_after_init(database) {
        let mut server = Server::start(database).await;
        let ann = server.owner("first-organization@example.com").await;
        let session = ann.get("/v1/session").await.expect(200);
        assert_eq!(session["organizations"][0]["slug"], server.init().organization.as_str());
        assert_eq!(session["organizations"][0]["role"], "owner");
        assert_eq!(session["organizations"].as_array().expect("a list").len(), 1);
        let staff = ann.list(&server.ws("/operators"), 50).await;
        assert_eq!(staff.len(), 1, "no other operator was made: {staff:?}");
    }

    /// Wrong passwords, unknown addresses and operators without a password are answered alike, to the last header.
    async fn what_is_wrong_is_not_told(database) {
        let mut server = Server::start(database).await;
        let ann = server.owner("ann@example.com").await;
        let invited = json!({ "email": "new@example.com", "name": "New", "role": "viewer" });
        ann.put(&server.ws("/operators"), &invited).await.expect(200);
        let wrong = try_sign_in(&ann, "ann@example.com", "not the password").await;
        assert_eq!(wrong.problem(401), "credentials_wrong");
        for email in ["nobody@example.com", "new@example.com"] {
            assert_eq!(told(&try_sign_in(&ann, email, PASSWORD).await), told(&wrong), "{email}");
        }
        sign_in(&ann, "ANN@example.com").await;
    }

    /// Ten failures lock an account, a restart and another node included; a new password by link opens it.
    async fn guessing_locks_the_account(database) {
        let mut server = Server::start(database).await;
        let ann = server.owner("ann@example.com").await;
        let wrong = async |api: &Api, email: &str| try_sign_in(api, email, "not the password").await;
        for email in ["ann@example.com", "nobody@example.com"] {
            for _ in 0..10 {
                assert_eq!(wrong(&ann, email).await.problem(401), "credentials_wrong");
            }
            let locked = try_sign_in(&ann, email, PASSWORD).await;
            assert_eq!(locked.problem(429), "locked", "{email}");
            let wait: u64 = locked.header("retry-after").parse().expect("seconds");
            assert!((1..=60).contains(&wait), "{wait}");
        }
        ann.get("/v1/session").await.expect(200);
        let mut other = (database == belfry_tests::Database::Pg).then(|| server.node());
        if let Some(node) = &mut other {
            node.serve().await;
            assert_eq!(try_sign_in(&node.api(), "ann@example.com", PASSWORD).await.problem(429), "locked");
        }
        server.kill().await;
        server.serve().await;
        let api = server.api();
        assert_eq!(try_sign_in(&api, "ann@example.com", PASSWORD).await.problem(429), "locked");

        let unknown = operators(&server, &["reset-password", "nobody@example.com"]).await;
        assert!(!unknown.status.success() && out(&unknown).is_empty());
        let printed = operators(&server, &["reset-password", "Ann@example.com"]).await;
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        let link = out(&printed);
        assert_eq!(link.lines().count(), 1, "{link}");
        assert_eq!(set_password(&api, &link, "short").await.problem(422), "validation_failed");
        set_password(&api, &link, PASSWORD).await.expect(204);
        assert_eq!(set_password(&api, &link, PASSWORD).await.problem(403), "link_invalid");
        ends(&ann.at(server.url())).await;
        sign_in(&api, "ann@example.com").await;
    }

    async fn too_many_failures_from_one_address(database) {
        let mut server = Start::on(database).env("BELFRY_LIMITS_SIGN_IN_PER_MINUTE", "3").go().await;
        let ann = server.owner("ann@example.com").await;
        for i in 0..4 {
            let email = format!("guess-{i}@example.com");
            assert_eq!(try_sign_in(&ann, &email, PASSWORD).await.problem(401), "credentials_wrong");
        }
        assert_eq!(try_sign_in(&ann, "ann@example.com", PASSWORD).await.problem(429), "locked");
        ann.get("/v1/session").await.expect(200);
    }

    /// Its slug would be another each time, so nothing but the key can say that it is the same one.
    async fn a_workspace_is_made_once_for_its_key(database) {
        let mut server = Server::start(database).await;
        let owner = server.owner("ann@example.com").await;
        let (path, key) = ("/v1/workspaces", [("idempotency-key", "k")]);
        let body = json!({ "name": "Winter School" });
        let racing = (0..10).map(|_| async { owner.post_with(path, &body, &key).await });
        let answers = futures_util::future::join_all(racing).await;
        let slugs: std::collections::BTreeSet<String> =
            answers.iter().map(|a| a.expect(201)["slug"].to_string()).collect();
        assert_eq!(slugs.len(), 1, "{slugs:?}");
        let again = owner.post_with(path, &body, &key).await;
        assert_eq!(again.expect(201)["slug"], "winter-school");
        assert!(again.headers.keys().any(|name| name == "idempotency-replayed"), "{:?}", again.headers);
        let other = json!({ "name": "Summer School" });
        assert_eq!(owner.post_with(path, &other, &key).await.problem(409), "idempotency_conflict");
        let all = owner.get(path).await.expect(200);
        assert_eq!(all["items"].as_array().map(Vec::len), Some(2), "{all}");
        let members = owner.get("/v1/workspaces/winter-school/users").await.expect(200);
        assert_eq!(members["items"].as_array().map(Vec::len), Some(1), "{members}");
    }

    /// A few routes by each role, in one's own workspace and in one of the same organization.
    async fn roles(database) {
        let mut server = Server::start(database).await;
        let owner = server.owner("ann@example.com").await;
        let added = operators(&server, &["add", "ada@example.com", "--organization", &server.init().organization]).await;
        let link = out(&added).lines().last().unwrap_or_default().to_owned();
        set_password(&owner, &link, PASSWORD).await.expect(204);
        let admin = sign_in(&owner, "ada@example.com").await;
        let slug = server.init().workspace.clone();
        let mut all = vec![("owner", owner.clone()), ("admin", admin)];
        for role in ["manager", "editor", "viewer"] {
            all.push((role, new_operator(&owner, &slug, &format!("{role}@example.com"), role).await));
        }
        let second = owner.post("/v1/workspaces", &json!({ "name": "Second" })).await.expect(201);
        let second = format!("/v1/workspaces/{}", second["slug"].as_str().expect("a slug"));
        let keys = format!("/v1/organizations/{}/api-keys", server.init().organization);
        let message = json!({ "message": "x", "audience": { "everyone": true } });
        for (role, api) in all {
            let got = [
                api.get(&server.ws("/users")).await.status,
                api.post(&server.ws("/notifications"), &message).await.status,
                api.patch(&server.ws(""), &json!({ "time_zone": "Europe/Paris" })).await.status,
                api.get(&server.ws("/operators")).await.status,
                api.get(&keys).await.status,
                api.get(&second).await.status,
                api.get("/v1/me").await.status,
            ];
            let expected = match role {
                "owner" | "admin" => [200, 202, 200, 200, 200, 200, 401],
                "manager" => [200, 202, 200, 200, 403, 404, 401],
                "editor" => [200, 202, 403, 403, 403, 404, 401],
                _ => [200, 403, 403, 403, 403, 404, 401],
            };
            assert_eq!(got, expected, "{role}");
        }
        let listed = out(&operators(&server, &["list"]).await);
        for line in ["ann@example.com", "ada@example.com", "manager@example.com"] {
            assert!(listed.contains(line), "{listed}");
        }
    }

    /// What is ended here is ended at once here and within five seconds on another node.
    async fn what_is_ended_ends_everywhere(database) {
        let mut server = Server::start(database).await;
        let owner = server.owner("ann@example.com").await;
        let mut node = (database == belfry_tests::Database::Pg).then(|| server.node());
        if let Some(node) = &mut node {
            node.serve().await;
        }
        let there = |api: &Api| api.at(node.as_ref().map_or(server.url(), |node| node.url()));
        let slug = server.init().workspace.clone();

        let leaving = sign_in(&owner, "ann@example.com").await;
        there(&leaving).get("/v1/session").await.expect(200);
        leaving.delete("/v1/session").await.expect(204);
        assert_eq!(leaving.get("/v1/session").await.problem(401), "unauthenticated");
        ends(&there(&leaving)).await;

        let (kept, other) = (sign_in(&owner, "ann@example.com").await, sign_in(&owner, "ann@example.com").await);
        there(&other).get("/v1/session").await.expect(200);
        let change = json!({ "current": PASSWORD, "new": "a password of today" });
        kept.post("/v1/operator/password", &change).await.expect(204);
        assert_eq!(other.get("/v1/session").await.status, 401);
        ends(&there(&other)).await;
        there(&kept).get("/v1/session").await.expect(200);

        // A role that is taken: the session of someone with another role goes on without it.
        let made = kept.post("/v1/workspaces", &json!({ "name": "Second" })).await.expect(201);
        let second = made["slug"].as_str().expect("a slug").to_owned();
        let bea = new_operator(&kept, &slug, "bea@example.com", "editor").await;
        let more = json!({ "email": "bea@example.com", "name": "Bea", "role": "viewer" });
        let given = kept.put(&format!("/v1/workspaces/{second}/operators"), &more).await.expect(200);
        there(&bea).get(&server.ws("/users")).await.expect(200);
        let id = given["operator"]["id"].as_str().expect("an id");
        kept.delete(&server.ws(&format!("/operators/{id}"))).await.expect(204);
        assert_eq!(bea.get(&server.ws("/users")).await.problem(404), "not_found");
        let gone = async || (there(&bea).get(&server.ws("/users")).await.status == 404).then_some(());
        within(SOON, "the role to end on the other node", gone).await;
        there(&bea).get(&format!("/v1/workspaces/{second}/users")).await.expect(200);
    }

    /// A page of another origin cannot make a browser act.
    async fn forgery_is_refused(database) {
        let mut server = Server::start(database).await;
        let ann = server.owner("ann@example.com").await;
        let post = async |headers: &[(&str, &str)]| {
            let mut request = server.api().anonymous().request(reqwest::Method::POST, &server.ws("/groups"));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            belfry_tests::api::send(request.json(&json!({ "key": "crew" }))).await
        };
        let cookie = ("cookie", ann.cookie());
        assert_eq!(post(&[cookie]).await.problem(403), "csrf");
        let evil = ("origin", "https://evil.example");
        assert_eq!(post(&[cookie, ("x-belfry-console", "1"), evil]).await.problem(403), "csrf");
        let preflight = server.api().anonymous().request(reqwest::Method::OPTIONS, &server.ws("/groups"));
        let preflight = preflight.header("origin", "https://evil.example").header("access-control-request-method", "POST");
        let preflight = belfry_tests::api::send(preflight.header("access-control-request-headers", "x-belfry-console")).await;
        assert!(preflight.header("access-control-allow-origin").is_empty(), "{:?}", preflight.headers);
        post(&[cookie, ("x-belfry-console", "1"), ("origin", server.url())]).await.expect(201);
    }

    /// Nothing that opens something is in the log or in the database.
    async fn secrets_are_kept_nowhere(database) {
        let mut server = Start::on(database).env("RUST_LOG", "trace").go().await;
        let setup = server.setup_token().await;
        let body = json!({ "token": setup, "name": "Ann", "email": "ann@example.com", "password": PASSWORD });
        let answer = server.api().anonymous().post("/v1/setup", &body).await;
        answer.expect(201);
        let ann = signed_in(&server.api(), &answer);
        let given = json!({ "email": "bea@example.com", "name": "Bea", "role": "viewer" });
        let given: Value = ann.put(&server.ws("/operators"), &given).await.expect(200);
        let link = token_of(given["link"].as_str().expect("a link")).to_owned();
        try_sign_in(&ann, "ann@example.com", "a canary of a password").await.problem(401);
        let session = ann.cookie().split_once('=').expect("a cookie").1.to_owned();
        server.terminate().await;
        for secret in [setup.as_str(), &session, &link, PASSWORD, "a canary of a password"] {
            assert!(!server.stores(secret), "{secret} is stored");
            assert!(!server.log().contains(secret), "{secret} is in the log");
        }
        assert!(server.stores("bea@example.com"), "this looks into what is stored");
    }
}
