//! Many event streams of which a tenth never reads: the others get everything once, and those are dropped.

use std::time::Duration;

use belfry_tests::server::peak_memory;
use belfry_tests::wait::within;
use belfry_tests::{Database, Start, json};
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::now;

/// Connections; one of ten is deaf. `BELFRY_FAULT_SOCKETS` says otherwise.
const SOCKETS: usize = 10_000;
/// People, who share them.
const PEOPLE: usize = 100;
/// Items that everyone gets.
const ITEMS: usize = 30;

async fn open(address: std::net::SocketAddr, token: &str, deaf: bool) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    if deaf {
        // The less the kernel takes in, the sooner it is seen that nobody reads.
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
    }
    let mut stream = socket.connect(address).await.expect("a connection");
    let request = format!(
        "GET /v1/me/live HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut begin = Vec::new();
    while !begin.windows(12).any(|w| w == b"event: state") {
        assert!(stream.read_buf(&mut begin).await.expect("the beginning") > 0, "it ended");
    }
    stream
}

/// Reads until all items came; each once and in order.
async fn listen(mut stream: TcpStream) {
    let (mut text, mut seen) = (Vec::new(), 0);
    while seen < ITEMS {
        assert!(stream.read_buf(&mut text).await.expect("more") > 0, "it ended after {seen}");
        while let Some(at) = text.windows(5).position(|w| w == b"toll-") {
            let Some(number) = text.get(at + 5..at + 10) else { break };
            let number: usize =
                std::str::from_utf8(number).ok().and_then(|n| n.parse().ok()).expect("a number");
            // An item names its message as text and as HTML.
            assert!(number == seen || number + 1 == seen, "{number} after {seen}");
            seen = seen.max(number + 1);
            text.drain(..at + 10);
        }
        let rest = text.len().saturating_sub(10);
        text.drain(..rest);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_never_read() {
    let sockets = std::env::var("BELFRY_FAULT_SOCKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(SOCKETS);
    let server = Start::on(Database::Lite).go().await;
    let address = server.url().trim_start_matches("http://").parse().expect("an address");
    let mut tokens = Vec::new();
    for person in server.people("p", PEOPLE).await {
        tokens.push(server.token(&person).await);
    }
    let started = now();
    let opened: Vec<(bool, TcpStream)> = futures_util::stream::iter(0..sockets)
        .map(|n| {
            let (token, deaf) = (&tokens[n % PEOPLE], n % 10 == 0);
            async move { (deaf, open(address, token, deaf).await) }
        })
        .buffer_unordered(64)
        .collect()
        .await;
    let connected = started.elapsed();
    let (deaf, hearing): (Vec<_>, Vec<_>) = opened.into_iter().partition(|(deaf, _)| *deaf);
    let mut listening = tokio::task::JoinSet::new();
    let listeners = hearing.len();
    for (_, stream) in hearing {
        listening.spawn(listen(stream));
    }
    let sent = now();
    for n in 0..ITEMS {
        let message = format!("toll-{n:05} {}", "x".repeat(1_000));
        server.notify(&json!({ "message": message, "audience": { "everyone": true } })).await;
    }
    let all = async {
        while let Some(one) = listening.join_next().await {
            one.expect("everything was heard");
        }
    };
    tokio::time::timeout(Duration::from_secs(300), all).await.expect("in time");
    let heard = sent.elapsed();
    let n = deaf.len();
    for (_, mut stream) in deaf {
        within(Duration::from_secs(120), "a deaf connection to be dropped", async || {
            stream.write_all(b"x").await.is_err().then_some(())
        })
        .await;
    }
    println!(
        "Lite {sockets} streams, {n} never read and were dropped after {:.1} s; {listeners} heard {ITEMS} items each in \
         {:.1} s, 0 lost, 0 repeated; opened in {:.1} s; {} MiB at most",
        sent.elapsed().as_secs_f64(),
        heard.as_secs_f64(),
        connected.as_secs_f64(),
        peak_memory(server.pid()) >> 20,
    );
}
