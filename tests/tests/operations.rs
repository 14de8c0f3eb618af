//! Running it: health, metrics, documents, headers, origins, limits, stopping.

use std::time::Duration;

use belfry_tests::api::send;
use belfry_tests::{Live, PushSink, Server, SinkConfig, Start, both, json};
use reqwest::Method;

both! {
    async fn health_and_metrics(database) {
        let server = Server::start(database).await;
        server.people("p", 3).await;
        server.broadcast("hello").await;
        let nobody = server.api().anonymous();
        for path in ["/healthz", "/readyz"] {
            assert_eq!(nobody.get(path).await.status, 200, "{path}");
        }
        let metrics = nobody.get("/metrics").await;
        assert_eq!(metrics.status, 200);
        assert!(metrics.header("content-type").starts_with("text/plain"), "{:?}", metrics.headers);
        let value = metrics.text.lines().find_map(|l| l.strip_prefix("belfry_notifications_accepted_total ")).map(str::to_owned);
        assert_eq!(value.as_deref(), Some("1"), "{}", metrics.text);
        assert!(!metrics.text.contains("p-1") && !metrics.text.contains(&server.init().api_key));
    }

    async fn documents(database) {
        let server = Server::start(database).await;
        let nobody = server.api().anonymous();
        let document = nobody.get("/openapi.json").await.expect(200);
        assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", document["openapi"]);
        let paths = document["paths"].as_object().expect("paths");
        for path in [
            "/v1/workspaces/{ws}/notifications", "/v1/workspaces/{ws}/events", "/v1/workspaces/{ws}/users/batch",
            "/v1/me/inbox", "/v1/me/live", "/v1/me/devices", "/v1/push/public-key",
        ] {
            assert!(paths.contains_key(path), "{path} is not documented");
        }
        // Every body has an example: a reference without them is not read.
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("operations") {
                let content = &operation["requestBody"]["content"]["application/json"];
                if content.is_object() {
                    // Of a list the example of its items counts.
                    let schema = Some(&content["schema"]["items"]).filter(|s| s.is_object()).unwrap_or(&content["schema"]);
                    let named = schema["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
                    let schema = named.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema);
                    let found = [&content["example"], &content["examples"], &schema["example"], &schema["examples"]];
                    assert!(found.iter().any(|e| !e.is_null()), "{method} {path} has no example");
                }
            }
        }
        let docs = nobody.get("/docs").await;
        let docs = if docs.status == 200 { docs } else { nobody.get("/docs/").await };
        assert_eq!(docs.status, 200);
        assert!(docs.text.contains("<html") || docs.text.contains("<!doctype html"), "{}", docs.text);
    }

    /// Security headers on pages and answers; nothing is loaded from elsewhere.
    async fn security_headers(database) {
        let server = Server::start(database).await;
        let nobody = server.api().anonymous();
        for path in [format!("/app/{}", server.init().workspace), "/docs".to_owned(), "/docs/".to_owned()] {
            let page = nobody.get(&path).await;
            if (300..400).contains(&page.status) {
                continue;
            }
            assert_eq!(page.status, 200, "{path}");
            let csp = page.header("content-security-policy");
            for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
                assert!(csp.contains(part), "{path}: {csp}");
            }
            assert!(!csp.contains("unsafe-eval"), "{path}: {csp}");
        }
        for path in ["/v1/push/public-key", "/v1/me/inbox", "/openapi.json", "/nothing"] {
            let answer = nobody.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        }
        let worker = nobody.get("/app/sw.js").await;
        assert_eq!(worker.status, 200);
        assert!(worker.header("content-type").contains("javascript"), "{:?}", worker.headers);
        assert!(worker.header("cache-control").contains("no-cache"), "{:?}", worker.headers);
        // What needs a token must not be kept by anybody on the way.
        let ann = server.new_person("ann").await;
        let inbox = ann.get("/v1/me/inbox").await;
        assert!(inbox.header("cache-control").contains("no-store"), "{:?}", inbox.headers);
    }

    /// The inbox element is for pages of any origin; nothing else of the pages is.
    async fn the_element_is_for_every_origin(database) {
        let server = Server::start(database).await;
        let nobody = server.api().anonymous();
        for (path, kind) in [("/belfry-inbox.js", "text/javascript"), ("/belfry-inbox.d.ts", "text/plain")] {
            let ask = async |tag: &str| {
                let request = nobody.request(Method::GET, path).header("origin", "https://anywhere.example");
                send(request.header("if-none-match", tag)).await
            };
            let file = ask("\"x\"").await;
            assert_eq!(file.status, 200, "{path}: {}", file.text);
            assert!(file.header("content-type").starts_with(kind) && !file.text.is_empty(), "{path}: {:?}", file.headers);
            for answer in [&file, &ask(file.header("etag")).await] {
                assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
                assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{path}");
                assert_eq!(answer.header("cache-control"), "public, max-age=300", "{path}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            }
            assert_eq!(ask(file.header("etag")).await.status, 304, "{path}");
        }
        for path in ["/app/sw.js", "/l/bfl_x", "/assets/icons/bell-192.png"] {
            let answer = send(nobody.request(Method::GET, path).header("origin", "https://anywhere.example")).await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""), "{path}");
        }
    }

    /// Only origins that the workspace lists may read what a user reads, and only there.
    async fn origins(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let origins = json!({ "origins": ["https://app.example.com"] });
        server.api().patch(&server.ws(""), &origins).await.ok();
        let from = async |origin: &str, path: &str| {
            send(ann.request(Method::GET, path).header("origin", origin)).await
        };
        let allowed = from("https://app.example.com", "/v1/me/inbox").await;
        assert_eq!(allowed.header("access-control-allow-origin"), "https://app.example.com", "{:?}", allowed.headers);
        assert!(allowed.header("vary").to_lowercase().contains("origin"), "{:?}", allowed.headers);
        for origin in ["https://evil.example.com", "null", "https://app.example.com.evil.com", "http://app.example.com"] {
            let answer = from(origin, "/v1/me/inbox").await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        }
        assert_eq!(from("https://app.example.com", "/healthz").await.header("access-control-allow-origin"), "");
        let preflight = ann.anonymous().request(Method::OPTIONS, "/v1/me/inbox/read-all");
        let preflight = preflight
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        let answer = send(preflight).await;
        assert!((200..300).contains(&answer.status), "{}", answer.status);
        assert!(answer.header("access-control-allow-headers").to_lowercase().contains("authorization"), "{:?}", answer.headers);
        assert_eq!(answer.header("access-control-allow-credentials"), "", "bearer tokens need no cookies");
        for method in ["PUT", "PATCH", "DELETE"] {
            assert!(answer.header("access-control-allow-methods").contains(method), "{:?}", answer.headers);
        }
    }

    /// Beyond the limit requests are refused with the time to wait, and the headers say how many are left.
    async fn rate_limits(database) {
        let server = Start::on(database).env("BELFRY_LIMITS_USER_TOKEN_PER_MINUTE", "30").go().await;
        let ann = server.new_person("ann").await;
        let ben = server.new_person("ben").await;
        let first = ann.get("/v1/me/inbox/unread-count").await;
        assert_eq!(first.status, 200);
        assert!(first.headers.keys().any(|name| name.as_str().contains("ratelimit")), "{:?}", first.headers);
        let mut refused = None;
        for _ in 0..60 {
            let answer = ann.get("/v1/me/inbox/unread-count").await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("the limit is enforced");
        refused.problem(429);
        assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|s| (1..=60).contains(&s)), "{:?}", refused.headers);
        assert_eq!(ben.get("/v1/me/inbox/unread-count").await.status, 200, "somebody else is not held up");
    }

    /// The address that links are made from is a setting, never the Host header.
    async fn links_do_not_follow_the_host_header(database) {
        let server = Start::on(database).env("BELFRY_PUBLIC_URL", "https://bells.example").go().await;
        server.person("ann").await;
        let request = server.api().request(Method::POST, &server.ws("/users/ann/token"));
        let answer = send(request.header("host", "evil.example")).await.ok();
        assert!(answer["link"].as_str().is_some_and(|l| l.starts_with("https://bells.example/")), "{answer}");
    }

    /// Stopping lets what is under way end, closes open streams, and leaves nothing undone for long.
    async fn stops_gracefully(database) {
        let sink = PushSink::start(SinkConfig { tls: false, store: true }).await.expect("a sink");
        let mut server = Server::start(database).await;
        let ann = server.person_with_device("ann", &sink.subscribe()).await;
        let mut live = Live::open(&ann, None).await;
        live.next_of("state").await;
        let id = server.notify(&json!({ "message": "last words", "audience": { "everyone": true } })).await;
        let status = server.terminate().await;
        assert!(status.success(), "{status}: {}", server.log());
        tokio::time::timeout(Duration::from_secs(5), async { while live.next().await.is_some() {} }).await.expect("closed");
        server.serve().await;
        server.finished(&id).await;
        assert!(sink.wait_received(1, belfry_tests::PATIENCE).await);
    }

    async fn starts_only_with_what_it_understands(database) {
        let mut server = Server::start(database).await;
        server.terminate().await;
        let data = server.data_arguments();
        for (name, value) in [("BELFRY_LISTEN", "nowhere"), ("BELFRY_PUBLIC_URL", "not a url"), ("BELFRY_INSTALLATION_KEY", "short")] {
            let mut arguments = vec!["serve"];
            arguments.extend(data.iter().map(String::as_str));
            let mut command = server.command(&arguments);
            let output = tokio::time::timeout(Duration::from_secs(20), command.env(name, value).output()).await;
            let output = output.unwrap_or_else(|_| panic!("{name}={value} serves")).expect("it runs");
            assert!(!output.status.success(), "{name}={value}");
            assert!(!output.stderr.is_empty(), "{name}={value} says why");
        }
    }
}
