//! Connections: HTTP/1.1 over TCP with bounded headers and waiting times, and an end that lets what is in flight finish.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::gate::Peer;
use crate::refresh;
use crate::state::AppState;

/// How long a client may take to send its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);
/// Bytes of the headers of one request.
const HEADER_BYTES: usize = 64 << 10;
/// How long what is in flight may take at the end.
const GRACE: Duration = Duration::from_secs(15);
/// How long what was sent may stay unread or unacknowledged. A stream's client that never reads would otherwise hold its
/// connection for as long as its kernel answers; whoever comes back resumes by the cursor.
const UNREAD: Duration = Duration::from_secs(20);
/// After an error of `accept`, which is most often a lack of file descriptors.
const AFTER_ERROR: Duration = Duration::from_millis(50);

/// Serves until `stop`; returns when every connection has ended or the time for that is over.
pub async fn serve(listener: TcpListener, state: AppState, stop: CancellationToken) -> std::io::Result<()> {
    let app = crate::router(state.clone());
    let tasks = TaskTracker::new();
    tasks.spawn(refresh::run(state.clone(), stop.clone()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Boxed, so that a task that a socket still remembers after its upgrade takes no room.
                tasks.spawn(Box::pin(connection(stream, peer, app.clone(), stop.clone())));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
    drop(listener);
    // Event streams and sockets would never end by themselves.
    state.engine().live().close_all();
    tasks.close();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        tracing::warn!(open = tasks.len(), "connections were cut off at the end");
    }
    Ok(())
}

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, stop: CancellationToken) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    bound_unread(&stream);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let app = app.clone();
        async move { Ok::<_, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// `TCP_USER_TIMEOUT` (RFC 5482), which only some systems have.
#[cfg(target_os = "linux")]
fn bound_unread(stream: &TcpStream) {
    let millis = u32::try_from(UNREAD.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, millis) {
        tracing::debug!(%error, "TCP_USER_TIMEOUT could not be set");
    }
}

#[cfg(not(target_os = "linux"))]
fn bound_unread(_: &TcpStream) {}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::tests::harness::Api;

    async fn read_until(stream: &mut TcpStream, end: &str) -> String {
        let mut text = Vec::new();
        let reading = async {
            while !String::from_utf8_lossy(&text).contains(end) {
                let mut buffer = [0; 4_096];
                let n = stream.read(&mut buffer).await.unwrap();
                assert!(n > 0, "the connection ended: {}", String::from_utf8_lossy(&text));
                text.extend_from_slice(&buffer[..n]);
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reading).await.expect("it is answered in time");
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn open_streams_do_not_hold_up_the_end() {
        let api = Api::new().await;
        let token = api.person("ann", "Ann").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(listener, api.state.clone(), stop.clone()));

        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        assert!(read_until(&mut idle, "\r\n\r\nok").await.starts_with("HTTP/1.1 200"));
        let mut live = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /v1/me/live HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        live.write_all(request.as_bytes()).await.unwrap();
        read_until(&mut live, "event: state").await;

        stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), server).await;
        ended.expect("it ends in time").unwrap().unwrap();
        let mut rest = Vec::new();
        live.read_to_end(&mut rest).await.unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "the stream ends as it should");
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    }
}
