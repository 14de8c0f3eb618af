//! A person's inbox: list, state, paging, clean contents.

use std::collections::BTreeSet;

use belfry_tests::people::{inbox, unread};
use belfry_tests::{Api, Server, both, json, until};

async fn arrived(api: &Api, count: usize) {
    until("the items to arrive", async || (unread(api).await == i64::try_from(count).ok()?).then_some(()))
        .await;
}

both! {
    async fn items_have_their_shape(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let id = server.notify(&json!({
            "title": "Doors", "message": "They are **open** until _six_.", "sender": "Front desk",
            "destination": { "url": "https://example.com/" }, "audience": { "everyone": true },
        })).await;
        server.finished(&id).await;
        let items = inbox(&ann).await;
        let item = &items[0];
        for field in ["id", "notification_id", "workspace", "title", "message", "html", "sender", "photo", "actor", "icon",
            "subject", "count", "destination", "created_at", "read_at"] {
            assert!(item.get(field).is_some(), "no {field} in {item}");
        }
        assert_eq!(item["notification_id"], id.as_str());
        assert_eq!((&item["title"], &item["sender"], &item["count"]), (&json!("Doors"), &json!("Front desk"), &json!(1)));
        assert_eq!(item["message"], "They are open until six.");
        assert!(item["html"].as_str().is_some_and(|h| h.contains("<strong>open</strong>")), "{item}");
        assert!(item["created_at"].as_str().is_some_and(|t| t.contains('T') && t.ends_with('Z')), "{item}");
        assert!(item["read_at"].is_null());
        let same = ann.get(&format!("/v1/me/inbox/{}", item["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!(&same, item);
        let me = ann.get("/v1/me").await.expect(200);
        assert!(me.to_string().contains("\"ann\""), "{me}");
    }

    async fn read_unread_archive_and_read_all(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let ben = server.new_person("ben").await;
        for n in 0..4 {
            server.broadcast(&format!("message {n}")).await;
        }
        assert_eq!(unread(&ann).await, 4);
        let items = inbox(&ann).await;
        let at = |n: usize, verb: &str| format!("/v1/me/inbox/{}/{verb}", items[n]["id"].as_str().expect("an id"));
        ann.tell(&at(0, "read")).await.ok();
        ann.tell(&at(0, "read")).await.ok();
        assert_eq!(unread(&ann).await, 3);
        assert!(inbox(&ann).await[0]["read_at"].is_string());
        assert_eq!(ann.list("/v1/me/inbox?unread=true", 50).await.len(), 3);
        ann.tell(&at(0, "unread")).await.ok();
        assert_eq!(unread(&ann).await, 4);
        ann.tell(&at(1, "archive")).await.ok();
        assert_eq!((unread(&ann).await, inbox(&ann).await.len()), (3, 3));
        ann.tell("/v1/me/inbox/read-all").await.ok();
        assert_eq!((unread(&ann).await, inbox(&ann).await.len()), (0, 3));
        // One of them unread again after all were read.
        ann.tell(&at(2, "unread")).await.ok();
        assert_eq!(unread(&ann).await, 1);
        assert_eq!((unread(&ben).await, inbox(&ben).await.len()), (4, 4), "somebody else's inbox is untouched");
        assert_eq!(ben.tell("/v1/me/inbox/itm_00000000000000000000000000000000/read").await.status, 404);
        assert_eq!(ben.tell("/v1/me/inbox/nonsense/read").await.status, 404);
    }

    /// A hundred and twenty items, some wide and some narrow, page by page: none is lost, none repeats, newest first.
    async fn paging_loses_and_repeats_nothing(database) {
        let server = belfry_tests::Start::on(database).env("BELFRY_WIDE_ABOVE", "1").go().await;
        let ann = server.new_person("ann").await;
        server.person("ben").await;
        let api = server.api();
        for n in 0..120 {
            // To one person it is narrow, to two it is wide.
            let audience = if n % 3 == 0 { json!({ "everyone": true }) } else { json!({ "users": ["ann"] }) };
            let body = json!({ "message": format!("m{n:03}"), "audience": audience });
            api.post(&server.ws("/notifications"), &body).await.expect(202);
        }
        arrived(&ann, 120).await;
        let whole = ann.list("/v1/me/inbox", 500).await;
        let seen: BTreeSet<String> = whole.iter().map(|item| item["message"].to_string()).collect();
        assert_eq!((whole.len(), seen.len()), (120, 120));
        for limit in [1, 7, 50] {
            assert_eq!(ann.list("/v1/me/inbox", limit).await, whole, "pages of {limit}");
        }
        // What arrives while someone pages does not move what they have yet to see.
        let first = ann.get("/v1/me/inbox?limit=60").await.expect(200);
        api.post(&server.ws("/notifications"), &json!({ "message": "late", "audience": { "everyone": true } })).await.expect(202);
        arrived(&ann, 121).await;
        let next = first["next"].as_str().expect("a cursor");
        let second = ann.get(&format!("/v1/me/inbox?limit=60&cursor={next}")).await.expect(200);
        assert_eq!(second["items"].as_array().expect("items")[..], whole[60..]);
        assert!(second["next"].is_null(), "{}", second["next"]);
    }

    async fn bad_paging_is_refused(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        for query in ["cursor=garbage", "cursor=%00", "limit=0", "limit=-1", "limit=9999999999999999999", "limit=x", "unread=perhaps"] {
            let refused = ann.get(&format!("/v1/me/inbox?{query}")).await;
            assert!([400, 422].contains(&refused.status), "{query}: {} {}", refused.status, refused.text);
            refused.problem(refused.status);
        }
    }

    /// Whatever is written, what arrives neither runs nor leads anywhere dangerous.
    async fn contents_are_clean(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let hostile = [
            ("html", "<script>alert(1)</script><p onclick=alert(1)>hi</p>"),
            ("html", "<img src=x onerror=alert(1)>"),
            ("html", "<a href=\"JaVaScRiPt:alert(1)\">x</a><a href=\" javascript:alert(1)\">y</a>"),
            ("html", "<a href=\"java\nscript:alert(1)\">x</a><a href=\"data:text/html,<script>alert(1)</script>\">y</a>"),
            ("html", "<svg><style><img src=x onerror=alert(1)></style></svg>"),
            ("html", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">"),
            ("html", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">"),
            ("html", "<iframe src=https://evil.example></iframe><object data=x></object><form action=//evil.example><input></form>"),
            ("html", "<p style=\"background:url(javascript:alert(1))\">x</p><base href=//evil.example>"),
            ("markdown", "[x](javascript:alert(1)) ![y](javascript:alert(1)) <javascript:alert(1)>"),
            ("markdown", "[x](vbscript:alert(1))\n\n<div onmouseover=alert(1)>z</div>"),
            ("markdown", "<script>alert(1)</script>\n\n[a]: data:text/html,x\n[a]"),
        ];
        for (n, (format, message)) in hostile.iter().enumerate() {
            let body = json!({ "message": message, "format": format, "audience": { "everyone": true } });
            let answer = server.api().post(&server.ws("/notifications"), &body).await;
            if answer.status != 202 {
                // A message of nothing but what is not allowed may be refused, but not with a fault of ours.
                assert!([400, 422].contains(&answer.status), "{message}: {}", answer.text);
                continue;
            }
            server.finished(answer.json()["id"].as_str().expect("an id")).await;
            let item = inbox(&ann).await.swap_remove(0);
            let html = item["html"].as_str().expect("html").to_lowercase();
            for bad in ["<script", "onerror", "onclick", "onmouseover", "javascript:", "vbscript:", "data:", "<iframe", "<svg",
                "<math", "<style", "style=", "<form", "<base", "<object", "<noscript"] {
                // Text may say anything; only what a browser would act on counts.
                let tags: String = html.split('<').skip(1).filter_map(|t| t.split('>').next()).map(|t| format!("<{t}>")).collect();
                assert!(!tags.contains(bad), "{n}: {bad} in {html}");
            }
        }
    }
}
