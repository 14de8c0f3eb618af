//! From the draft to its sending through the real binary: undo that survives a kill, calling off, quota, tests on
//! oneself.

use std::time::Duration;

use belfry_tests::people::{add_device, adds_up, inbox};
use belfry_tests::{Api, Behaviour, PushSink, Server, SinkConfig, Value, both, json, operators, until};

async fn draft(api: &Api, server: &Server, body: Value) -> String {
    let draft = api.post(&server.ws("/drafts"), &body).await.expect(201);
    draft["id"].as_str().expect("an id").to_owned()
}

fn to_everyone(message: &str) -> Value {
    json!({ "message": message, "audience": { "everyone": true } })
}

async fn send(api: &Api, server: &Server, id: &str, undo: u32) -> Value {
    let path = server.ws(&format!("/drafts/{id}/send"));
    let revision = api.get(&server.ws(&format!("/drafts/{id}"))).await.expect(200)["revision"].clone();
    api.post(&path, &json!({ "revision": revision, "undo": undo })).await.expect(202)
}

async fn cancel(api: &Api, server: &Server, id: &str) -> Value {
    api.tell(&server.ws(&format!("/notifications/{id}/cancel"))).await.expect(200)
}

async fn editor(server: &Server, email: &str) -> Api {
    operators::new_operator(&server.api(), &server.init().workspace, email, "editor").await
}

async fn sink() -> PushSink {
    PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink")
}

both! {
    /// Killed inside the time of undo: what was promised is kept, both ways.
    async fn undo_survives_a_kill(database) {
        let mut server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let api = server.api();
        let (stays, goes) = (draft(&api, &server, to_everyone("stays")).await, draft(&api, &server, to_everyone("goes")).await);
        send(&api, &server, &stays, 60).await;
        let sent = send(&api, &server, &goes, 5).await;
        assert_eq!(sent["status"], "scheduled");
        server.kill().await;
        server.serve().await;
        let api = server.api();
        let ann = ann.at(server.url());
        let row = server.notification(&goes).await;
        assert_eq!(row["sent_at"], sent["sends_at"], "{row}");
        let done = server.finished(&goes).await;
        assert_eq!((&done["status"], &done["people"]), (&json!("sent"), &json!(1)));
        assert!(done["finished_at"].as_str() >= sent["sends_at"].as_str(), "it left before its time: {done}");
        assert_eq!(cancel(&api, &server, &stays).await["status"], "draft");
        let items = inbox(&ann).await;
        assert_eq!(items.len(), 1, "{items:?}");
        assert_eq!(items[0]["message"], "goes");
    }

    /// What waits for another attempt is cancelled at once, and the states still add up.
    async fn calling_off_stops_what_is_queued(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        for n in 0..6 {
            let subscription = sink.subscribe();
            if n % 2 == 0 {
                sink.set_behaviour(&subscription.id, Behaviour::parse("429-600").expect("a behaviour"));
            }
            server.person_with_device(&format!("p{n}"), &subscription).await;
        }
        let api = server.api();
        let id = draft(&api, &server, to_everyone("hello")).await;
        send(&api, &server, &id, 0).await;
        until("three are waiting", async || {
            let row = server.notification(&id).await;
            let counts = &row["counts"]["web_push"];
            (counts["pending"] == 3 && counts["success"] == 3).then_some(())
        })
        .await;
        let running = server.notification(&id).await;
        assert_eq!((&running["progress"]["done"], &running["progress"]["of"]), (&json!(9), &json!(12)), "{running}");
        assert_eq!(cancel(&api, &server, &id).await["status"], "cancelled");
        let done = until("nothing is left", async || {
            let row = server.notification(&id).await;
            row["finished_at"].is_string().then_some(row)
        })
        .await;
        assert_eq!(done["counts"]["web_push"], json!({ "success": 3, "cancelled": 3 }), "{done}");
        assert_eq!((&done["status"], &done["progress"]), (&json!("cancelled"), &Value::Null));
        adds_up(&done);
        let again = api.tell(&server.ws(&format!("/notifications/{id}/cancel"))).await;
        assert_eq!(again.problem(409), "not_cancellable");
    }

    /// Twenty at once for the last place.
    async fn the_quota_holds_under_concurrency(database) {
        let server = Server::start(database).await;
        server.person("ann").await;
        server.api().patch(&server.ws(""), &json!({ "quota": 3 })).await.expect(200);
        let api = editor(&server, "editor@example.com").await;
        for _ in 0..2 {
            let id = draft(&api, &server, to_everyone("x")).await;
            send(&api, &server, &id, 60).await;
        }
        let mut racing = Vec::new();
        let mut last = String::new();
        for n in 0..20 {
            let id = draft(&api, &server, to_everyone(&format!("race {n}"))).await;
            let (api, path) = (api.clone(), server.ws(&format!("/drafts/{id}/send")));
            racing.push(tokio::spawn(async move {
                let answer = api.post(&path, &json!({ "revision": 1, "undo": 60 })).await;
                (id, answer)
            }));
        }
        let mut exceeded = 0;
        for task in racing {
            let (id, answer) = task.await.expect("no panic");
            if answer.status == 202 {
                assert!(last.is_empty(), "two got the last place");
                last = id;
            } else {
                assert_eq!(answer.problem(409), "quota_exceeded");
                exceeded += 1;
            }
        }
        assert_eq!(exceeded, 19);
        let quota = async || api.get(&server.ws("/quota")).await.expect(200);
        assert_eq!(quota().await, json!({ "limit": 3, "used": 3, "left": 0 }));
        // A key's, an event's and what is taken back take no place.
        server.notify(&to_everyone("by a key")).await;
        assert_eq!(cancel(&api, &server, &last).await["status"], "draft");
        assert_eq!(quota().await, json!({ "limit": 3, "used": 2, "left": 1 }));
        let data = server.data_arguments();
        let arguments: Vec<&str> = ["doctor"].into_iter().chain(data.iter().map(String::as_str)).collect();
        let output = server.run(&arguments).await;
        assert!(output.status.success(), "{output:?}");
    }

    /// A test reaches the operator's own devices, nobody else, and takes no place.
    async fn a_test_goes_to_oneself(database) {
        let (server, sink) = (Server::start(database).await, sink().await);
        let other = server.person_with_device("other", &sink.subscribe()).await;
        let api = editor(&server, "me@example.com").await;
        let id = draft(&api, &server, json!({ "title": "Try", "message": "me" })).await;
        let path = server.ws(&format!("/drafts/{id}/test"));
        assert_eq!(api.post(&path, &json!({ "revision": 1 })).await.problem(409), "no_device");
        api.tell(&server.ws("/myself")).await.expect(200);
        let token = api.tell(&server.ws("/myself/token")).await.ok();
        let me = server.api().with_token(token["token"].as_str().expect("a token"));
        add_device(&me, &sink.subscribe()).await;
        let sent = api.post(&path, &json!({ "revision": 1 })).await.expect(202);
        assert_eq!(sent["devices"], 1);
        let done = server.finished(sent["id"].as_str().expect("an id")).await;
        assert_eq!((&done["origin"], &done["title"], &done["people"]), (&json!("test"), &json!("Try"), &json!(1)));
        assert!(sink.wait_received(1, Duration::from_secs(10)).await);
        assert_eq!(sink.stats().received, 1);
        assert!(inbox(&other).await.is_empty());
        assert_eq!(api.get(&server.ws("/quota")).await.expect(200)["used"], 0);
        assert_eq!(api.get(&server.ws(&format!("/drafts/{id}"))).await.expect(200)["revision"], 1);
        // A test is found by its origin.
        let tests = api.list(&server.ws("/notifications?origin=test"), 10).await;
        assert_eq!(tests.len(), 1);
    }
}
