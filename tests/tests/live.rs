//! The live stream: items arrive, state follows, a client that was away misses nothing and gets nothing twice.

use belfry_tests::people::{inbox, unread};
use belfry_tests::{Api, Live, Server, Value, both, json, until};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn socket(api: &Api, header: bool) -> Socket {
    let url = format!("{}/v1/me/live", api.base().replacen("http", "ws", 1));
    let mut request = url.into_client_request().expect("a request");
    if header {
        let bearer = format!("Bearer {}", api.token()).parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
    }
    tokio_tungstenite::connect_async(request).await.expect("a socket").0
}

/// The next text message of this event.
async fn message_of(socket: &mut Socket, event: &str) -> Value {
    let search = async {
        loop {
            let message = socket.next().await.expect("the socket is open").expect("a message");
            if let Message::Text(text) = message {
                let value: Value = serde_json::from_str(&text).expect("JSON");
                if value["event"] == event {
                    return value;
                }
            }
        }
    };
    tokio::time::timeout(belfry_tests::PATIENCE, search).await.expect("a message in time")
}

fn number(id: &Option<String>) -> i64 {
    id.as_deref().and_then(|id| id.parse().ok()).expect("a cursor")
}

both! {
    async fn an_item_arrives_as_it_is_in_the_inbox(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let ben = server.new_person("ben").await;
        let (mut live, mut other) = (Live::open(&ann, None).await, Live::open(&ben, None).await);
        live.next_of("state").await;
        other.next_of("state").await;
        let id = server.notify(&json!({ "message": "**hi**", "audience": { "users": ["ann"] } })).await;
        let event = live.next_of("item").await;
        assert_eq!(event.json()["notification_id"], id.as_str());
        assert_eq!(vec![event.json()], inbox(&ann).await);
        assert!(event.id.is_some(), "an item carries a cursor");
        // Ben hears of the next one only, so the first was not for him.
        let second = server.notify(&json!({ "message": "all", "audience": { "everyone": true } })).await;
        assert_eq!(other.next_of("item").await.json()["notification_id"], second.as_str());
    }

    /// What is done on one device is seen on the other, with the unread count after it.
    async fn two_devices_agree(database) {
        let server = Server::start(database).await;
        let phone = server.new_person("ann").await;
        let desk = server.as_person("ann").await;
        server.broadcast("one").await;
        server.broadcast("two").await;
        let mut live = Live::open(&desk, None).await;
        live.next_of("state").await;
        let item = inbox(&phone).await.swap_remove(0);
        let id = item["id"].as_str().expect("an id");
        for (verb, count) in [("read", 1), ("unread", 2), ("archive", 1)] {
            phone.tell(&format!("/v1/me/inbox/{id}/{verb}")).await.ok();
            let state = live.next_of("state").await.json();
            assert!(state.to_string().contains(id), "{verb}: {state}");
            assert_eq!(state["unread"], count, "{verb}: {state}");
            assert_eq!(unread(&desk).await, count);
        }
        phone.tell("/v1/me/inbox/read-all").await.ok();
        assert_eq!(live.next_of("state").await.json()["unread"], 0);
    }

    /// A client that was away resumes from its cursor: every item once, in order.
    async fn resumes_without_loss_or_repetition(database) {
        let server = belfry_tests::Start::on(database).env("BELFRY_WIDE_ABOVE", "1").go().await;
        let ann = server.new_person("ann").await;
        server.person("ben").await;
        let api = server.api();
        let send = async |n: usize| {
            let audience = if n.is_multiple_of(2) { json!({ "everyone": true }) } else { json!({ "users": ["ann"] }) };
            let body = json!({ "message": format!("m{n}"), "audience": audience });
            api.post(&server.ws("/notifications"), &body).await.expect(202);
        };
        let mut seen = Vec::new();
        let mut cursor = None;
        let mut sent = 0;
        for round in 0..6 {
            let mut live = Live::open(&ann, cursor.as_deref()).await;
            // Some arrive while the client looks, some while it is away.
            for _ in 0..5 {
                send(sent).await;
                sent += 1;
            }
            let until = if round == 0 { 3 } else { 3 + round * 10 };
            while seen.len() < until {
                let event = live.next_of("item").await;
                cursor.clone_from(&event.id);
                seen.push((number(&event.id), event.json()["message"].as_str().expect("a message").to_owned()));
            }
            drop(live);
            for _ in 0..5 {
                send(sent).await;
                sent += 1;
            }
        }
        let mut live = Live::open(&ann, cursor.as_deref()).await;
        while seen.len() < sent {
            let event = live.next_of("item").await;
            seen.push((number(&event.id), event.json()["message"].as_str().expect("a message").to_owned()));
        }
        assert!(seen.windows(2).all(|two| two[0].0 < two[1].0), "not in order: {seen:?}");
        let messages: std::collections::BTreeSet<&str> = seen.iter().map(|(_, m)| m.as_str()).collect();
        assert_eq!(messages.len(), sent, "{seen:?}");
        // The inbox has the same order.
        let order: Vec<String> =
            inbox(&ann).await.iter().rev().map(|i| i["message"].as_str().expect("a message").to_owned()).collect();
        assert_eq!(order, seen.into_iter().map(|(_, m)| m).collect::<Vec<_>>());
    }

    /// After a restart of the server a client goes on where it was.
    async fn resumes_after_a_restart(database) {
        let mut server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let mut live = Live::open(&ann, None).await;
        server.broadcast("before").await;
        let cursor = live.next_of("item").await.id;
        server.broadcast("missed").await;
        server.kill().await;
        server.serve().await;
        let ann = server.api().with_token(ann.token());
        let mut live = Live::open(&ann, cursor.as_deref()).await;
        assert_eq!(live.next_of("item").await.json()["message"], "missed");
        server.broadcast("after").await;
        assert_eq!(live.next_of("item").await.json()["message"], "after");
    }

    async fn web_socket(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        for header in [true, false] {
            let mut socket = socket(&ann, header).await;
            if !header {
                let hello = json!({ "token": ann.token() }).to_string();
                socket.send(Message::Text(hello.into())).await.expect("sent");
            }
            message_of(&mut socket, "state").await;
            let id = server.notify(&json!({ "message": "hi", "audience": { "users": ["ann"] } })).await;
            let item = message_of(&mut socket, "item").await;
            assert_eq!(item["data"]["notification_id"], id.as_str());
            assert!(item["cursor"].is_string(), "{item}");
            let ack = json!({ "ack": [item["data"]["id"]] }).to_string();
            socket.send(Message::Text(ack.into())).await.expect("sent");
        }
    }

    /// Where tokens ended and the membership did not, sockets are asked to authenticate again on every node: the host
    /// product's own tokens are still good.
    async fn who_signs_out_everywhere_authenticates_again(database) {
        let server = Server::start(database).await;
        for end in ["everywhere", "tokens"] {
            let ann = server.new_person("ann").await;
            let mut socket = socket(&ann, true).await;
            message_of(&mut socket, "state").await;
            match end {
                "everywhere" => ann.tell("/v1/me/sign-out-everywhere").await.expect(204),
                _ => server.api().delete(&server.ws("/users/ann/token")).await.expect(204),
            };
            let closed = async {
                loop {
                    if let Message::Close(frame) = socket.next().await.expect("a close frame").expect("a message") {
                        return frame.map(|frame| u16::from(frame.code));
                    }
                }
            };
            let closed = tokio::time::timeout(belfry_tests::PATIENCE, closed).await.expect("the socket is closed");
            assert_eq!(closed, Some(1012), "{end}");
        }
    }

    /// What a stranger or a broken client sends ends its own connection and nothing else.
    async fn bad_sockets_are_closed(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        for message in [
            Message::Text("{\"token\":\"bfu_nonsense\"}".into()),
            Message::Text("no json".into()),
            Message::Text("x".repeat(100_000).into()),
            Message::Binary(vec![0; 10].into()),
        ] {
            let mut socket = socket(&ann, false).await;
            // The server may close while this is still being written.
            let _ = socket.send(message).await;
            let end = async { while let Some(Ok(message)) = socket.next().await { assert!(!message.is_text(), "{message}"); } };
            tokio::time::timeout(belfry_tests::PATIENCE, end).await.expect("the socket is closed");
        }
        let mut good = socket(&ann, true).await;
        message_of(&mut good, "state").await;
    }

    /// A client that never reads loses its connection, and gets what it missed when it comes back.
    async fn who_never_reads_is_dropped_and_resumes(database) {
        let server = Server::start(database).await;
        let ann = server.new_person("ann").await;
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        // The less the kernel takes in, the sooner it is seen that nobody reads.
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let address = server.url().trim_start_matches("http://").parse().expect("an address");
        let mut deaf = socket.connect(address).await.expect("a connection");
        let request = format!(
            "GET /v1/me/live HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer {}\r\n\r\n",
            ann.token()
        );
        deaf.write_all(request.as_bytes()).await.expect("sent");
        // From the first item on nothing is lost, so it is known that the stream stands.
        let mut begin = Vec::new();
        while !String::from_utf8_lossy(&begin).contains("event: state") {
            assert!(deaf.read_buf(&mut begin).await.expect("the beginning") > 0, "it ended");
        }
        let mut live = Live::open(&ann, None).await;
        let cursor = live.next_of("state").await.id;
        for n in 0..30 {
            let message = format!("{n} {}", "x".repeat(3_000));
            server.notify(&json!({ "message": message, "audience": { "users": ["ann"] } })).await;
        }
        // A connection that the server has given up answers what comes with a reset.
        until("the connection to be dropped", async || deaf.write_all(b"x").await.is_err().then_some(())).await;
        let mut live = Live::open(&ann, cursor.as_deref()).await;
        // Notifications that were sent at one moment are published in any order; none is missing and none comes twice.
        let mut numbers = Vec::new();
        for _ in 0..30 {
            let item = live.next_of("item").await.json();
            let message = item["message"].as_str().expect("a message");
            numbers.push(message.split(' ').next().and_then(|n| n.parse::<u32>().ok()).expect("its number"));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (0..30).collect::<Vec<_>>());
    }

    async fn strangers_are_refused(database) {
        let server = Server::start(database).await;
        let sse = [("accept", "text/event-stream")];
        for api in [server.api().anonymous(), server.api(), server.api().with_token("bfu_x")] {
            let mut request = api.request(reqwest::Method::GET, "/v1/me/live");
            for (name, value) in sse {
                request = request.header(name, value);
            }
            let answer = belfry_tests::api::send(request).await;
            assert!([401, 403].contains(&answer.status), "{} {}", answer.status, answer.text);
        }
        let ann = server.new_person("ann").await;
        for cursor in ["-1", "x", "99999999999999999999"] {
            let request = ann.request(reqwest::Method::GET, "/v1/me/live").header("accept", "text/event-stream");
            let answer = belfry_tests::api::send(request.header("last-event-id", cursor)).await;
            answer.problem(400);
        }
        until("the server to be well", async || (ann.get("/v1/me").await.status == 200).then_some(())).await;
    }
}
