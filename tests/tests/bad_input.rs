//! What strangers send: every route that takes JSON, with everything that could go wrong in it. The answer is a 4xx
//! with a code, never a 5xx, and the server goes on.

use belfry_tests::api::send;
use belfry_tests::routes::{Operation, World, operations};
use belfry_tests::{Server, Value, both, json};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};

/// What is sent, and whether it may also be accepted.
struct Attempt {
    what: String,
    body: Vec<u8>,
    content_type: &'static str,
    may_pass: bool,
}

fn attempt(what: impl Into<String>, body: impl Into<Vec<u8>>) -> Attempt {
    Attempt { what: what.into(), body: body.into(), content_type: "application/json", may_pass: false }
}

/// The object itself, or the first item of a list of them, with one field changed.
fn with(good: &Value, field: &str, raw: &str) -> String {
    let placeholder = "\u{1F514}place";
    let mut changed = good.clone();
    let object = if changed.is_array() { &mut changed[0] } else { &mut changed };
    object[field] = json!(placeholder);
    changed.to_string().replace(&json!(placeholder).to_string(), raw)
}

fn attempts(operation: &Operation, good: &Value) -> Vec<Attempt> {
    let batch = good.is_array();
    let first = if batch { &good[0] } else { good };
    let text = good.to_string();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let mut all = vec![
        attempt("nothing", ""),
        attempt("half", &text.as_bytes()[..text.len() - 1]),
        attempt("no JSON", "doors"),
        attempt("a number", "7"),
        attempt("null", "null"),
        attempt("invalid UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        attempt("twice", format!("{text}{text}")),
        Attempt { may_pass: batch, ..attempt("deep", deep.clone()) },
        attempt("deep objects", format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000))),
        attempt("half deep", "[".repeat(100_000)),
    ];
    for content_type in ["text/plain", "application/xml", "multipart/form-data", ""] {
        // A list of people has formats of its own.
        if !batch {
            all.push(Attempt {
                what: format!("as {content_type:?}"),
                body: text.clone().into(),
                content_type,
                may_pass: false,
            });
        }
    }
    for field in first.as_object().into_iter().flat_map(|o| o.keys()) {
        // Items of a list are refused one by one in a good answer.
        let single = |what: &str, raw: &str| Attempt {
            may_pass: batch,
            ..attempt(format!("{field}: {what}"), with(good, field, raw))
        };
        if operation.required.contains(field) {
            all.push(single("null", "null"));
        }
        if let Some(fields) = first[field].as_object() {
            let unnamed = Value::Array(fields.values().cloned().collect());
            all.push(single("its values without their names", &unnamed.to_string()));
        }
        all.push(single("NUL", "\"a\\u0000b\""));
        all.push(single("a lone surrogate", "\"\\ud800\""));
        all.push(single("1 MiB", &format!("\"{}\"", "x".repeat(1 << 20))));
        all.push(single("deep", &deep));
        all.push(single("an object", "{\"x\":{\"y\":[1,{}]}}"));
        for raw in [
            "9223372036854775808",
            "-1",
            "1e400",
            "0.5",
            "true",
            "[]",
            "[null]",
            "\"\"",
            "\"\\u202E\\u2066\"",
            "\"\\r\\nX: y\"",
        ] {
            // Some of these are good values for some fields; they must only never be a fault of ours.
            all.push(Attempt { may_pass: true, ..single(raw, raw) });
        }
        let once = format!("{}:{}", json!(field), first[field]);
        if !batch {
            all.push(attempt(format!("{field} twice"), format!("{{{once},{}", &text[1..])));
        }
    }
    if good.is_object() || batch {
        let unknown = with(good, "colour_of_the_bell", "1");
        all.push(Attempt { may_pass: batch, ..attempt("an unknown field", unknown) });
    }
    all
}

both! {
    async fn every_route_that_takes_json(database) {
        let server = Server::start(database).await;
        let world = World::build(&server, server.init(), "bad").await;
        let mut tried = 0;
        for operation in operations(&server).await.iter().filter(|o| o.takes_json) {
            let path = world.path(operation).await;
            let Some(good) = world.body(operation).await else { panic!("no body for {}", operation.name()) };
            let api = world.caller(operation).await;
            for attempt in attempts(operation, &good) {
                let what = format!("{} {}", operation.name(), attempt.what);
                let mut request = api.request(operation.method.clone(), &path).body(attempt.body);
                if !attempt.content_type.is_empty() {
                    request = request.header(CONTENT_TYPE, attempt.content_type);
                }
                // A server may close the connection before it has read a body that is too long.
                let Ok(answer) = belfry_tests::api::try_send(request).await else { continue };
                assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text);
                if answer.status >= 400 {
                    answer.problem(answer.status);
                } else {
                    assert!(attempt.may_pass, "{what} was accepted: {} {}", answer.status, answer.text);
                }
                tried += 1;
            }
        }
        assert!(tried > 300, "only {tried} attempts");
        assert!(!server.log().contains("panic"), "a handler panicked");
        world.key.get(&server.ws("/users")).await.expect(200);
    }

    /// A small body that is huge when unpacked is not unpacked, or only up to the limit.
    async fn compressed_bodies(database) {
        let server = Server::start(database).await;
        // 64 MiB of zeros in 64 kB: gzip by a stored program would do, python has it everywhere.
        let script = "import gzip,sys; sys.stdout.buffer.write(gzip.compress(b' ' * (256 << 20), 9))";
        let bomb = std::process::Command::new("python3").args(["-c", script]).output().expect("python3").stdout;
        for path in [server.ws("/notifications"), server.ws("/users/batch")] {
            let request = server.api().request(reqwest::Method::POST, &path).body(bomb.clone());
            let request = request.header(CONTENT_TYPE, "application/json").header(CONTENT_ENCODING, "gzip");
            let answer = send(request).await;
            assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text);
        }
        assert!(belfry_tests::server::peak_memory(server.pid()) < 400 << 20);
    }

    async fn bodies_beyond_the_limit(database) {
        let server = Server::start(database).await;
        let many: Vec<Value> = (0..10_001).map(|n| json!({ "external_id": format!("p{n}"), "name": "x" })).collect();
        let answer = server.api().post(&server.ws("/users/batch"), &Value::Array(many)).await;
        assert!([400, 413, 422].contains(&answer.status), "{} {}", answer.status, answer.text);
        answer.problem(answer.status);
        assert!(server.api().list(&server.ws("/users"), 50).await.is_empty(), "nothing was written in part");
        let request = server.api().request(reqwest::Method::POST, &server.ws("/notifications"));
        let long = request.header(CONTENT_TYPE, "application/json").body(vec![b' '; 3 << 20]);
        if let Ok(answer) = belfry_tests::api::try_send(long).await {
            answer.problem(413);
        }
    }

    async fn queries_and_paths(database) {
        let server = Server::start(database).await;
        let api = server.api();
        for list in ["/users", "/groups", "/notifications"] {
            for query in ["limit=0", "limit=-1", "limit=1e3", "limit=18446744073709551616", "cursor=x", "cursor=%00", "cursor=AAAA", "limit=5&limit=6", "colour=blue"] {
                let answer = api.get(&format!("{}?{query}", server.ws(list))).await;
                assert!([400, 422].contains(&answer.status), "{list}?{query}: {} {}", answer.status, answer.text);
                answer.problem(answer.status);
            }
        }
        for path in [
            server.ws("/notifications/ntf_x"), server.ws("/notifications/usr_00000000000000000000000000000000"), server.ws("/events/%00"),
            server.ws("/users/%00"), server.ws("/users/%ff%fe"), server.ws(&format!("/users/{}", "x".repeat(5000))),
            "/v1/workspaces/none/users".to_owned(), "/v1/workspaces/%2e%2e/users".to_owned(), "/v1/nothing".to_owned(), "/v1/".to_owned(),
        ] {
            let answer = api.get(&path).await;
            assert!((400..500).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
            answer.problem(answer.status);
        }
        // A method that a path does not have.
        let answer = api.delete(&server.ws("/notifications")).await;
        answer.problem(405);
    }

    /// Zones, locales, addresses and names that are none.
    async fn people_that_cannot_be(database) {
        let server = Server::start(database).await;
        let api = server.api();
        for (field, value) in [
            ("time_zone", "Mars/Olympus"), ("time_zone", ""), ("locale", "not a locale"), ("locale", "x".repeat(300).as_str()),
            ("email", "nobody"), ("email", "a@b\r\nBcc: c@d"), ("email", "a@b@c"), ("email", " "),
            ("email", format!("{}@example.com", "x".repeat(250)).as_str()), ("name", "x".repeat(201).as_str()), ("name", "a\r\nb"),
        ] {
            let mut body = json!({ "name": "Ann" });
            body[field] = json!(value);
            let answer = api.put(&server.ws("/users/ann"), &body).await;
            if field == "name" && value.contains('\r') && answer.status < 300 {
                // A name may also be made one line instead.
                let name = api.get(&server.ws("/users/ann")).await.expect(200)["name"].to_string();
                assert!(!name.contains("\\r") && !name.contains("\\n"), "{name}");
                continue;
            }
            assert_eq!(answer.status, 422, "{field}={value:?}: {}", answer.text);
            assert!(answer.text.contains(&format!("/{field}")), "{}", answer.text);
        }
        for email in ["ünï@exämple.com", "ann+tag@example.co.uk", "\"quoted\"@example.com"] {
            let answer = api.put(&server.ws("/users/ann"), &json!({ "name": "Ann", "email": email })).await;
            assert!(answer.status < 500, "{email}: {}", answer.text);
        }
    }
}
