//! The sink itself, asked over bare sockets, so that nothing stands between the test and what it sends.

use std::time::Duration;

use belfry_testkit::{Behaviour, PushSink, SinkConfig, Stats};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn ask(sink: &PushSink, method: &str, path: &str) -> std::io::Result<String> {
    let address = sink.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

async fn status(sink: &PushSink, path: &str) -> u16 {
    ask(sink, "POST", path).await.unwrap()[9..12].parse().unwrap()
}

async fn plain() -> PushSink {
    PushSink::start(SinkConfig { tls: false, store: false }).await.unwrap()
}

#[tokio::test]
async fn counts_what_it_accepts_and_what_it_refuses() {
    let sink = plain().await;
    for path in ["/p/a", "/p/a", "/p/b", "/b/accept/c"] {
        assert_eq!(status(&sink, path).await, 201, "{path}");
    }
    assert_eq!(status(&sink, "/b/410/d").await, 410);
    assert!(sink.wait_received(4, Duration::from_secs(5)).await);
    assert!(!sink.wait_received(5, Duration::from_millis(20)).await);
    let stats = ask(&sink, "GET", "/stats").await.unwrap();
    let stats: Stats = serde_json::from_str(stats.split_once("\r\n\r\n").unwrap().1).unwrap();
    let expected =
        Stats { received: 4, distinct: 3, repeated: 1, refused: 1, connections: 6, in_flight_max: 1 };
    assert_eq!(stats, expected);
    assert_eq!(sink.messages(), []);
}

#[tokio::test]
async fn behaves_as_it_was_told() {
    let sink = plain().await;
    sink.set_behaviour("gone", Behaviour::Status(410));
    sink.set_behaviour("later", Behaviour::FailTimes(1, 503));
    assert_eq!(status(&sink, "/p/gone").await, 410);
    assert_eq!([status(&sink, "/p/later").await, status(&sink, "/p/later").await], [503, 201]);
    assert_eq!([status(&sink, "/b/fail-1-500/x").await, status(&sink, "/b/fail-1-500/x").await], [500, 201]);
    assert!(ask(&sink, "POST", "/b/429-3/x").await.unwrap().contains("retry-after: 3\r\n"));
    assert!(ask(&sink, "POST", "/b/429-date3/x").await.unwrap().contains(" GMT\r\n"));
    assert!(ask(&sink, "POST", "/b/307/x").await.unwrap().contains("location: /p/redirected\r\n"));
    assert_eq!(status(&sink, "/b/nonsense/x").await, 404);
    let reset = ask(&sink, "POST", "/b/reset/x").await.unwrap_err();
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn dribbles_and_hangs() {
    let sink = plain().await;
    for (path, expected) in [("/b/dribble/x", "H"), ("/b/hang/x", "")] {
        let address = sink.url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut got = Vec::new();
        // Less than the second after which the next byte would come.
        let _ = tokio::time::timeout(Duration::from_millis(700), stream.read_to_end(&mut got)).await;
        assert_eq!(String::from_utf8(got).unwrap(), expected, "{path}");
    }
}

#[tokio::test]
async fn ends_when_it_is_dropped() {
    let sink = plain().await;
    let address = sink.url().strip_prefix("http://").unwrap().to_owned();
    let mut open = TcpStream::connect(&address).await.unwrap();
    drop(sink);
    let mut rest = Vec::new();
    // An open connection is closed, in whichever way; a new one finds nobody.
    let _ = open.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    assert!(TcpStream::connect(&address).await.is_err());
}
