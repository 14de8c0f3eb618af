//! Magic links: good once, for whoever presses the button, and gone with what they hang on.

use std::time::Duration;

use belfry_tests::people::{add_device, inbox};
use belfry_tests::wait::within;
use belfry_tests::{Answer, Api, Live, PushSink, Server, SinkConfig, Value, both, json};

/// A revocation holds within five seconds; one more for a busy machine.
const FIVE: Duration = Duration::from_secs(6);

async fn preview(server: &Server, link: &str) -> Answer {
    server.api().anonymous().post("/v1/links/preview", &json!({ "link": link })).await
}

async fn redeem(server: &Server, link: &str) -> Answer {
    server.api().anonymous().post("/v1/links/redeem", &json!({ "link": link })).await
}

/// Redeems it as a page does that asks again when no answer came.
async fn redeem_with(server: &Server, link: &str, key: &str) -> Answer {
    let headers = [("idempotency-key", key)];
    server.api().anonymous().post_with("/v1/links/redeem", &json!({ "link": link }), &headers).await
}

/// The session that a new link of this person begins.
async fn session(server: &Server, person: &str) -> Api {
    let answer = redeem(server, &server.link(person).await).await.expect(201);
    server.api().with_token(answer["token"].as_str().expect("a token"))
}

async fn ends(api: &Api, what: &str) {
    within(FIVE, what, async || (api.get("/v1/me").await.status == 401).then_some(())).await;
}

async fn closes(mut live: Live, what: &str) {
    let closed = tokio::time::timeout(FIVE, async { while live.next().await.is_some() {} }).await;
    closed.unwrap_or_else(|_| panic!("{what}: the stream is still open"));
}

fn problem(answer: &Answer) -> Value {
    let mut problem = answer.json();
    assert_eq!(answer.problem(404), "link_invalid");
    problem.as_object_mut().expect("a problem").remove("instance");
    problem
}

both! {
    async fn good_once(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let issued = server.api().tell(&server.ws("/users/ann/token")).await.expect(201);
        assert!(issued["link_expires_at"].as_str() < issued["expires_at"].as_str(), "{issued}");
        let link = belfry_tests::people::link_secret(issued["link"].as_str().expect("a link")).to_owned();
        for _ in 0..3 {
            let shown = preview(&server, &link).await.expect(200);
            assert_eq!((&shown["name"], &shown["workspace"]["slug"]), (&json!("ann"), &json!(server.init().workspace)));
            assert!(shown["workspace"]["id"].is_string() && shown["organization"]["name"].is_string(), "{shown}");
            assert_eq!(shown["expires_at"], issued["link_expires_at"]);
            assert!(!shown.to_string().contains("bfu_"), "{shown}");
        }
        let session = redeem(&server, &link).await.expect(201);
        let token = session["token"].as_str().expect("a token");
        assert_eq!(session["workspace"]["slug"], json!(server.init().workspace));
        let me = server.api().with_token(token).get("/v1/me").await.expect(200);
        assert_eq!(me["user"]["external_id"], "ann");
        // One answer for whatever is wrong.
        let used = problem(&redeem(&server, &link).await);
        let unknown = format!("bfl_{}", "A".repeat(43));
        let long = format!("bfl_{}", "A".repeat(4_000));
        for bad in [link.as_str(), &unknown, &link[..link.len() - 1], "bfl_", "", token, &long, "%"] {
            assert_eq!(problem(&redeem(&server, bad).await), used, "{bad:?}");
            assert_eq!(problem(&preview(&server, bad).await), used, "{bad:?}");
        }
        assert!(!server.log().contains(&link) && !server.log().contains(token), "a secret is in the log");
        assert!(!server.stores(&link) && !server.stores(token), "a secret is stored");
    }

    /// An answer that did not arrive is given again to whoever has the key of the page that asked for it.
    async fn a_lost_answer_is_given_again(database) {
        let mut server = Server::start(database).await;
        server.person("ann").await;
        let link = server.link("ann").await;
        let key = "0b0e9c7e-5d3e-4f0a-8d55-6f6fbc8fbb11";
        for bad in ["short", &key[..15], &"x".repeat(256), "with a blank in between"] {
            assert_eq!(redeem_with(&server, &link, bad).await.problem(400), "idempotency_key_invalid", "{bad}");
        }
        preview(&server, &link).await.expect(200);
        let first = redeem_with(&server, &link, key).await;
        assert!(!first.headers.contains_key("idempotency-replayed"));
        let first = first.expect(201);
        // Also by a process that knows nothing of the first time.
        server.kill().await;
        server.serve().await;
        for _ in 0..2 {
            let again = redeem_with(&server, &link, key).await;
            assert_eq!(again.header("idempotency-replayed"), "true");
            assert_eq!(again.expect(201), first);
        }
        let token = first["token"].as_str().expect("a token");
        let ann = server.api().with_token(token);
        ann.get("/v1/me").await.expect(200);
        problem(&redeem_with(&server, &link, &key.replace('0', "1")).await);
        problem(&redeem(&server, &link).await);
        problem(&preview(&server, &link).await);
        let other = server.link("ann").await;
        assert_ne!(redeem_with(&server, &other, key).await.expect(201)["token"], first["token"]);
        for secret in [token, &link, key] {
            assert!(!server.log().contains(secret) && !server.stores(secret), "{secret} is kept");
        }
        // Who signed out on this machine is not signed in again by what the browser remembers.
        ann.tell("/v1/me/sign-out").await.expect(204);
        problem(&redeem_with(&server, &link, key).await);
        // Nor is anybody ten minutes later.
        let late = server.link("ann").await;
        redeem_with(&server, &late, key).await.expect(201);
        server.terminate().await;
        server.tamper("UPDATE user_tokens SET created_at = created_at - 600000");
        server.serve().await;
        problem(&redeem_with(&server, &late, key).await);
    }

    async fn of_many_at_once_one_gets_it(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        for _ in 0..3 {
            let link = server.link("ann").await;
            let answers = futures_util::future::join_all((0..16).map(|_| redeem(&server, &link))).await;
            let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
            assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 15, "{statuses:?}");
        }
    }

    /// A mail scanner, a preview, a prefetch: whatever GETs the address changes nothing.
    async fn opening_the_address_changes_nothing(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let link = server.link("ann").await;
        let api = server.api().anonymous();
        let mut pages = Vec::new();
        for secret in [link.as_str(), "bfl_nothing", "x"] {
            for method in ["GET", "HEAD"] {
                let page = api.request(method.parse().expect("a method"), &format!("/l/{secret}"));
                let page = belfry_tests::api::send(page).await;
                assert_eq!(page.status, 200, "{}", page.text);
                assert_eq!(page.header("cache-control"), "no-store");
                assert_eq!(page.header("referrer-policy"), "no-referrer");
                assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
                assert!(page.header("content-security-policy").contains("default-src 'self'"));
                pages.push((method, page.text));
            }
        }
        assert!(pages.iter().filter(|(method, _)| *method == "GET").all(|(_, text)| *text == pages[0].1), "one page for all");
        for method in ["POST", "PUT", "DELETE"] {
            let refused = api.request(method.parse().expect("a method"), &format!("/l/{link}"));
            assert_eq!(belfry_tests::api::send(refused).await.status, 405);
        }
        assert_eq!(api.get("/v1/links/redeem").await.status, 405);
        redeem(&server, &link).await.expect(201);
    }

    async fn expired_ones_open_nothing(database) {
        let mut server = Server::start(database).await;
        server.person("ann").await;
        let link = server.link("ann").await;
        server.terminate().await;
        server.tamper(&format!("UPDATE user_links SET expires_at = {}", belfry_tests::server::unix_now() * 1000));
        server.serve().await;
        problem(&preview(&server, &link).await);
        problem(&redeem(&server, &link).await);
    }

    /// Links, sessions and open streams end with the membership, with the person, and when operators end tokens.
    async fn what_operators_end(database) {
        let server = Server::start(database).await;
        for (name, path) in [("ann", "/users/ann"), ("ben", "/users/ben?erase=true"), ("cid", "/users/cid/token")] {
            server.person(name).await;
            let (unused, api) = (server.link(name).await, session(&server, name).await);
            let mut live = Live::open(&api, None).await;
            live.next_of("state").await;
            preview(&server, &unused).await.expect(200);
            server.api().delete(&server.ws(path)).await.expect(204);
            problem(&redeem(&server, &unused).await);
            problem(&preview(&server, &unused).await);
            ends(&api, path).await;
            closes(live, path).await;
        }
    }

    async fn signing_out_here_leaves_the_others(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        let (here, there) = (session(&server, "ann").await, session(&server, "ann").await);
        let unused = server.link("ann").await;
        let mut live = Live::open(&here, None).await;
        live.next_of("state").await;
        here.tell("/v1/me/sign-out").await.expect(204);
        ends(&here, "the session").await;
        closes(live, "signed out").await;
        assert_eq!(here.tell("/v1/me/sign-out").await.status, 401);
        there.get("/v1/me").await.expect(200);
        Live::open(&there, None).await.next_of("state").await;
        preview(&server, &unused).await.expect(200);
    }

    async fn signing_out_everywhere(database) {
        let server = Server::start(database).await;
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        server.person("ann").await;
        let (one, two, unused) = (session(&server, "ann").await, session(&server, "ann").await, server.link("ann").await);
        let issued = server.as_person("ann").await;
        let ben = server.new_person("ben").await;
        add_device(&one, &sink.subscribe()).await;
        let mut live = Live::open(&two, None).await;
        live.next_of("state").await;
        one.tell("/v1/me/sign-out-everywhere").await.expect(204);
        for api in [&one, &two, &issued] {
            ends(api, "every session").await;
        }
        closes(live, "everywhere").await;
        problem(&redeem(&server, &unused).await);
        let ann = server.api().get(&server.ws("/users/ann")).await.expect(200);
        assert_eq!(ann["devices"][0]["active"], false, "{ann}");
        ben.get("/v1/me").await.expect(200);
        // She may come back, and finds her inbox as it was.
        server.broadcast("still here").await;
        assert_eq!(inbox(&session(&server, "ann").await).await.len(), 1);
    }

    /// What ends on one node ends on every other within five seconds, open streams included.
    async fn ends_on_every_node(database) {
        let server = Server::start(database).await;
        // SQLite has one node: there it is the same as above.
        let mut node = (database == belfry_tests::Database::Pg).then(|| server.node());
        if let Some(node) = &mut node {
            node.serve().await;
        }
        let url = node.as_ref().map_or(server.url(), |node| node.url()).to_owned();
        for what in ["/v1/me/sign-out", "/v1/me/sign-out-everywhere", "/v1/me"] {
            server.person("ann").await;
            let here = session(&server, "ann").await;
            let there = Api::new(&url, Some(here.token()));
            there.get("/v1/me").await.expect(200);
            let mut live = Live::open(&there, None).await;
            live.next_of("state").await;
            if what == "/v1/me" {
                let body = json!({ "confirm": "ann" });
                belfry_tests::api::send(here.request(reqwest::Method::DELETE, what).json(&body)).await.expect(204);
            } else {
                here.tell(what).await.expect(204);
            }
            closes(live, what).await;
            ends(&there, what).await;
        }
    }

    async fn sessions_are_prolonged_by_use(database) {
        let mut server = Server::start(database).await;
        server.person("ann").await;
        let (session, issued) = (session(&server, "ann").await, server.as_person("ann").await);
        server.terminate().await;
        let soon = (belfry_tests::server::unix_now() + 20) * 1000;
        server.tamper(&format!("UPDATE user_tokens SET expires_at = {soon}"));
        server.serve().await;
        let (session, issued) = (server.api().with_token(session.token()), server.api().with_token(issued.token()));
        session.get("/v1/me").await.expect(200);
        issued.get("/v1/me").await.expect(200);
        // The session goes on beyond its old end; a token that was issued for 30 days does not.
        within(Duration::from_secs(40), "the token to end", async || (issued.get("/v1/me").await.status == 401).then_some(())).await;
        assert!(belfry_tests::server::unix_now() * 1000 >= soon);
        session.get("/v1/me").await.expect(200);
    }

    async fn doors_for_strangers(database) {
        let server = belfry_tests::Start::on(database).env("BELFRY_LIMITS_ADDRESS_PER_MINUTE", "5").go().await;
        server.person("ann").await;
        let link = server.link("ann").await;
        let body = json!({ "link": link });
        // A page of another origin gets nothing, whatever it holds; and no cookie or odd header matters.
        let api = server.api().anonymous();
        for path in ["/v1/links/preview", "/v1/links/redeem"] {
            let foreign = api.post_with(path, &body, &[("origin", "https://evil.example")]).await;
            assert_eq!(foreign.problem(403), "csrf");
            assert!(foreign.header("access-control-allow-origin").is_empty());
        }
        let session = api.with_session("belfry_session=bs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        session.post_with("/v1/links/preview", &body, &[("origin", server.url())]).await.expect(200);
        for bad in [json!({}), json!({ "link": null }), json!({ "link": 7 }), json!({ "link": link, "x": 1 }), json!({ "link": "bfl_\u{0}" }), json!([])] {
            let refused = api.post("/v1/links/redeem", &bad).await;
            assert!([400, 422].contains(&refused.status), "{bad}: {}", refused.text);
        }
        // Guesses of a stranger shut nobody out who sits in the same network.
        for n in 0..12 {
            let guess = if n % 2 == 0 { format!("bfl_{n:0>43}") } else { "x".to_owned() };
            assert_eq!(redeem(&server, &guess).await.status, 404);
        }
        preview(&server, &link).await.expect(200);
        redeem(&server, &link).await.expect(201);
    }

    /// A token that the host product signed is not ours to end; the rest of the person is.
    async fn another_tenants_links_stay_theirs(database) {
        let mut server = belfry_tests::Start::on(database).stopped().await;
        let second = server.init_organization("Second organization").await;
        server.serve().await;
        server.person("ann").await;
        let theirs = server.api().with_token(&second.api_key);
        theirs.put(&format!("/v1/workspaces/{}/users/ann", second.workspace), &json!({ "name": "Other Ann" })).await.ok();
        let link = theirs.tell(&format!("/v1/workspaces/{}/users/ann/token", second.workspace)).await.ok();
        let link = belfry_tests::people::link_secret(link["link"].as_str().expect("a link")).to_owned();
        let ours = server.link("ann").await;
        // Ending everything of ours touches nothing of theirs, though both have the same number.
        server.as_person("ann").await.tell("/v1/me/sign-out-everywhere").await.expect(204);
        problem(&redeem(&server, &ours).await);
        assert_eq!(preview(&server, &link).await.expect(200)["name"], "Other Ann");
        let session = redeem(&server, &link).await.expect(201);
        assert_eq!(session["workspace"]["slug"], json!(second.workspace));
    }
}
