//! The archive and the search of an inbox, the same for wide and narrow items.

use belfry_tests::people::{inbox, unread};
use belfry_tests::{Api, Live, Server, Start, Value, both, json, until};
use futures_util::StreamExt as _;

const WIDE_AND_NARROW: [&str; 2] = ["1", "1000000"];

fn messages(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["message"].as_str().expect("a message")).collect()
}

async fn find(api: &Api, q: &str) -> Vec<String> {
    let q: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let items = api.list(&format!("/v1/me/inbox?q={q}"), 50).await;
    messages(&items).into_iter().map(str::to_owned).collect()
}

async fn two_people(database: belfry_tests::Database, wide_above: &str) -> (Server, Api, Api) {
    let server = Start::on(database).env("BELFRY_WIDE_ABOVE", wide_above).go().await;
    let (ann, ben) = (server.new_person("ann").await, server.new_person("ben").await);
    (server, ann, ben)
}

both! {
    async fn archived_and_back(database) {
        for wide_above in WIDE_AND_NARROW {
            let (server, ann, ben) = two_people(database, wide_above).await;
            for n in 0..5 {
                server.broadcast(&format!("m{n}")).await;
            }
            let items = inbox(&ann).await;
            let at = |n: usize, verb: &str| format!("/v1/me/inbox/{}{verb}", items[n]["id"].as_str().expect("an id"));
            let mut live = Live::open(&ann, None).await;
            live.next_of("state").await;
            assert!(ann.list("/v1/me/inbox?archived=true", 50).await.is_empty());
            ann.tell(&at(3, "/archive")).await.expect(204);
            ann.tell(&at(1, "/read")).await.expect(204);
            ann.tell(&at(1, "/archive")).await.expect(204);
            ann.tell(&at(0, "/archive")).await.expect(204);
            ann.delete(&at(0, "")).await.expect(204);
            let archived = ann.list("/v1/me/inbox?archived=true", 50).await;
            assert_eq!(messages(&archived), ["m3", "m1"], "{wide_above}");
            assert!(archived[0]["read_at"].is_string() && archived[1]["read_at"].is_null());
            assert_eq!(ann.list("/v1/me/inbox?archived=true", 1).await, archived, "page by page");
            assert_eq!(messages(&inbox(&ann).await), ["m2", "m0"]);
            assert_eq!((unread(&ann).await, unread(&ben).await), (2, 5));
            assert!(ben.list("/v1/me/inbox?archived=true", 50).await.is_empty());
            // An archived item can still be looked at, read and marked; a deleted one is gone.
            assert_eq!(ann.get(&at(3, "")).await.expect(200)["message"], "m1");
            assert_eq!(ann.get(&at(0, "")).await.status, 404);
            ann.tell(&at(3, "/read")).await.expect(204);
            ann.tell(&at(3, "/unread")).await.expect(204);
            assert_eq!(unread(&ann).await, 2);
            // Back at their old places, as they were.
            ann.tell(&at(3, "/unarchive")).await.expect(204);
            assert_eq!((messages(&inbox(&ann).await), unread(&ann).await), (vec!["m2", "m1", "m0"], 3));
            ann.tell(&at(1, "/unarchive")).await.expect(204);
            // What is not archived stays as it is, and no page is told.
            for n in [1, 2, 4] {
                ann.tell(&at(n, "/unarchive")).await.expect(204);
            }
            assert_eq!((messages(&inbox(&ann).await), unread(&ann).await), (vec!["m3", "m2", "m1", "m0"], 3));
            assert_eq!(ann.tell(&at(0, "/unarchive")).await.status, 404, "what was deleted stays so");
            assert_eq!(ben.tell("/v1/me/inbox/itm_00000000000000000000000000000000/unarchive").await.status, 404);
            assert!(ann.list("/v1/me/inbox?archived=true", 50).await.is_empty());
            ann.tell(&at(2, "/read")).await.expect(204);
            let mut kinds = Vec::new();
            while kinds.len() < 10 {
                let state = live.next_of("state").await.json();
                kinds.push(format!("{} {}", state["kind"].as_str().expect("a kind"), state["unread"]));
            }
            let expected = [
                "archived 4", "read 3", "archived 3", "archived 2", "deleted 2", "read 2", "unread 2", "unarchived 3",
                "unarchived 3", "read 2",
            ];
            assert_eq!(kinds, expected, "{wide_above}");
        }
    }

    /// What comes back from the archive, or is unread again, while its stack goes on elsewhere stays an item of its own.
    async fn two_items_of_a_stack_stand_apart(database) {
        let (server, ann, _) = two_people(database, "1000000").await;
        let raise = async |message: &str| {
            let event = json!({ "type": "ticket.message", "recipients": ["ann"], "title": "New message", "message": message,
                "subject": { "kind": "ticket", "id": "T-1", "title": "Printer jams" } });
            server.api().post(&server.ws("/events"), &event).await.expect(202);
            until("the item to be in the inbox", async || {
                inbox(&ann).await.iter().any(|item| item["message"] == message).then_some(())
            })
            .await;
        };
        raise("one").await;
        raise("two").await;
        let first = inbox(&ann).await[0]["id"].as_str().expect("an id").to_owned();
        let path = format!("/v1/me/inbox/{first}");
        ann.tell(&format!("{path}/archive")).await.expect(204);
        raise("three").await;
        ann.tell(&format!("{path}/unarchive")).await.expect(204);
        let shown = async || -> Vec<(String, i64)> {
            let items = inbox(&ann).await;
            let of = |item: &Value| (item["message"].as_str().expect("a message").to_owned(), item["count"].as_i64().expect("a count"));
            items.iter().map(of).collect()
        };
        let pair = |message: &str, count| (message.to_owned(), count);
        assert_eq!((shown().await, unread(&ann).await), (vec![pair("three", 1), pair("two", 2)], 2));
        // The newest goes on; the other is still there under its name.
        raise("four").await;
        assert_eq!((shown().await, unread(&ann).await), (vec![pair("four", 2), pair("two", 2)], 2));
        assert_eq!(ann.get(&path).await.expect(200)["message"], "two");
        ann.tell(&format!("{path}/read")).await.expect(204);
        ann.tell(&format!("{path}/unread")).await.expect(204);
        raise("five").await;
        assert_eq!((shown().await, unread(&ann).await), (vec![pair("five", 3), pair("two", 2)], 2));
        assert_eq!(ann.get(&path).await.expect(200)["count"], 2);
    }

    async fn searches_have_a_bucket_of_their_own(database) {
        let (server, ann, ben) = two_people(database, "1").await;
        server.broadcast("needle").await;
        let mut statuses = Vec::new();
        for _ in 0..10 {
            let asked = (0..15).map(|_| ann.get("/v1/me/inbox?q=needle"));
            statuses.extend(futures_util::future::join_all(asked).await.into_iter().map(|answer| answer.status));
        }
        assert!(statuses[..100].iter().all(|status| *status == 200) && statuses.contains(&429), "{statuses:?}");
        assert_eq!(inbox(&ann).await.len(), 1, "the list itself is there");
        assert_eq!(find(&ben, "needle").await, ["needle"]);
    }

    async fn searched(database) {
        for wide_above in WIDE_AND_NARROW {
            let (server, ann, ben) = two_people(database, wide_above).await;
            let send = async |body: Value| {
                let mut body = body;
                body["audience"] = json!({ "everyone": true });
                let id = server.notify(&body).await;
                server.finished(&id).await;
            };
            send(json!({ "title": "Öffnung der Türen", "message": "At **six** o'clock", "sender": "Front Desk" })).await;
            send(json!({ "message": "100% of <b>them</b> are \"here\"", "title": "Lunch" })).await;
            let event = json!({
                "type": "t", "recipients": ["ann", "ben"], "message": "please look", "actor": { "name": "Zoë Quist" },
                "subject": { "kind": "ticket", "id": "T-1042", "title": "Broken lamp" },
            });
            server.api().post(&server.ws("/events"), &event).await.expect(202);
            until("the event", async || (inbox(&ann).await.len() == 3).then_some(())).await;
            for (q, found) in [
                ("öffnung", vec!["At six o'clock"]),
                ("TÜREN six", vec!["At six o'clock"]),
                ("desk front", vec!["At six o'clock"]),
                ("zoë lamp t-1042", vec!["please look"]),
                ("quist", vec!["please look"]),
                ("100%", vec!["100% of them are \"here\""]),
                ("\"here\"", vec!["100% of them are \"here\""]),
                ("ticket", vec![]),
                ("strong", vec![]),
                ("six lamp", vec![]),
                ("_", vec![]),
                ("' OR 1=1 --", vec![]),
                ("\u{202e}", vec![]),
            ] {
                assert_eq!(find(&ann, q).await, found, "{q} with {wide_above}");
            }
            let both = find(&ann, "o").await;
            assert_eq!(both.len(), 3, "{both:?}");
            // Together with the other filters.
            let items = inbox(&ann).await;
            ann.tell(&format!("/v1/me/inbox/{}/archive", items[0]["id"].as_str().expect("an id"))).await.expect(204);
            ann.tell(&format!("/v1/me/inbox/{}/read", items[1]["id"].as_str().expect("an id"))).await.expect(204);
            assert_eq!(find(&ann, "lamp").await, Vec::<String>::new());
            assert_eq!(messages(&ann.list("/v1/me/inbox?archived=true&q=lamp", 50).await), ["please look"]);
            assert!(ann.list("/v1/me/inbox?archived=true&q=six", 50).await.is_empty());
            assert!(ann.list("/v1/me/inbox?unread=true&q=lunch", 50).await.is_empty());
            assert_eq!(ann.list("/v1/me/inbox?unread=true&q=six", 50).await.len(), 1);
            assert_eq!(find(&ben, "lamp").await, ["please look"]);
        }
    }

    /// A search that looks through more than one call does: pages may be short, and nothing is lost or repeated.
    async fn searched_page_by_page(database) {
        let mut transcripts = Vec::new();
        for wide_above in WIDE_AND_NARROW {
            let (server, ann, _) = two_people(database, wide_above).await;
            for n in 0..60 {
                let word = if n % 7 == 0 { "needle" } else { "hay" };
                let audience = if n % 3 == 0 { json!({ "everyone": true }) } else { json!({ "users": ["ann"] }) };
                let body = json!({ "message": format!("{word} {n}"), "audience": audience });
                server.api().post(&server.ws("/notifications"), &body).await.expect(202);
                // One after the other, so that both lives have one order.
                until("it", async || (unread(&ann).await == n + 1).then_some(())).await;
            }
            let whole = ann.list("/v1/me/inbox?q=needle", 500).await;
            let expected: Vec<String> = (0..60).rev().filter(|n| n % 7 == 0).map(|n| format!("needle {n}")).collect();
            assert_eq!(messages(&whole), expected);
            let mut shapes = Vec::new();
            for limit in [1, 2, 4] {
                assert_eq!(ann.list("/v1/me/inbox?q=needle", limit).await, whole, "pages of {limit}");
                let first = ann.get(&format!("/v1/me/inbox?q=needle&limit={limit}")).await.expect(200);
                shapes.push((first["items"].as_array().map(Vec::len), first["next"].is_null()));
            }
            transcripts.push(shapes);
        }
        assert_eq!(transcripts[0], transcripts[1]);
    }

    /// Through thousands of items: a call ends, and its `next` leads on to the one that is looked for.
    async fn a_needle_below_thousands(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let raise = async |n: i32, text: &str| {
            let body = json!({ "type": "t", "recipients": ["ann"], "message": format!("{text} {n}") });
            server.api().post(&server.ws("/events"), &body).await.expect(202);
        };
        raise(0, "needle").await;
        until("the first", async || (unread(&ann).await == 1).then_some(())).await;
        let hay = futures_util::stream::iter((0..2_100).map(|n| raise(n, "hay"))).buffer_unordered(8);
        hay.collect::<Vec<()>>().await;
        until("all of them", async || (unread(&ann).await == 2_101).then_some(())).await;
        let first = ann.get("/v1/me/inbox?q=needle").await.expect(200);
        assert_eq!(first["items"], json!([]));
        let next = first["next"].as_str().expect("it goes on");
        let second = ann.get(&format!("/v1/me/inbox?q=needle&cursor={next}")).await.expect(200);
        assert_eq!((&second["items"][0]["message"], &second["next"]), (&json!("needle 0"), &Value::Null));
        assert_eq!(ann.list("/v1/me/inbox?q=hay", 500).await.len(), 2_100);
    }

    async fn bad_queries_are_refused(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let long = format!("q={}", "x".repeat(101));
        for query in ["unread=true&archived=true", "archived=perhaps", "q=", "q=%20%09", "q=%00", long.as_str(), "search=x", "archived=true&cursor=garbage"] {
            let refused = ann.get(&format!("/v1/me/inbox?{query}")).await;
            assert!([400, 422].contains(&refused.status), "{query}: {} {}", refused.status, refused.text);
            refused.problem(refused.status);
        }
        ann.get(&format!("/v1/me/inbox?q={}", "%C3%BC".repeat(100))).await.expect(200);
    }
}
