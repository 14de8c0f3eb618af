//! Connections of the sink: TLS, the choice of the protocol, and the two faults that happen below HTTP (a reset, and
//! bytes that come one a second).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;

use super::State;
use super::serve::answer;

/// What an answer may do to its connection.
#[derive(Debug, Default)]
pub(super) struct Faults {
    reset: AtomicBool,
    end: Notify,
    slow: AtomicBool,
}

impl Faults {
    /// Resets the connection at once.
    pub(super) fn reset(&self) {
        self.reset.store(true, Ordering::Release);
        self.end.notify_one();
    }

    /// From now on one byte a second.
    pub(super) fn dribble(&self) {
        self.slow.store(true, Ordering::Release);
    }
}

/// Accepts connections until it is aborted, and then drops them all.
pub(super) async fn listen(listener: TcpListener, acceptor: Option<TlsAcceptor>, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((tcp, _)) = listener.accept().await else { continue };
        state.connections.fetch_add(1, Ordering::AcqRel);
        connections.spawn(connection(tcp, acceptor.clone(), Arc::clone(&state)));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(tcp: TcpStream, acceptor: Option<TlsAcceptor>, state: Arc<State>) {
    // Without it an answer may wait for the sender's acknowledgement.
    let _ = tcp.set_nodelay(true);
    let faults = Arc::new(Faults::default());
    let stream = Stream { tcp, faults: Arc::clone(&faults), pause: None };
    let serving = async {
        match acceptor {
            None => serve(stream, false, state, &faults).await,
            Some(acceptor) => {
                if let Ok(tls) = acceptor.accept(stream).await {
                    let http2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
                    serve(tls, http2, state, &faults).await;
                }
            }
        }
    };
    tokio::select! {
        () = serving => {}
        () = faults.end.notified() => {}
    }
}

async fn serve<S>(stream: S, http2: bool, state: Arc<State>, faults: &Arc<Faults>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let faults = Arc::clone(faults);
    let service = service_fn(move |request| answer(request, Arc::clone(&state), Arc::clone(&faults)));
    let io = TokioIo::new(stream);
    // How a connection ends is the sender's affair; what it received is counted elsewhere.
    if http2 {
        let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        builder.max_concurrent_streams(1000).initial_connection_window_size(4 << 20).auto_date_header(false);
        let _ = builder.serve_connection(io, service).await;
    } else {
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
    }
}

/// The socket, with its faults.
struct Stream {
    tcp: TcpStream,
    faults: Arc<Faults>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.faults.reset.load(Ordering::Acquire) {
            // Closing then sends RST instead of FIN.
            let _ = self.tcp.set_zero_linger();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if !self.faults.slow.load(Ordering::Acquire) || buf.is_empty() {
            return Pin::new(&mut self.tcp).poll_write(cx, buf);
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
        }
        let written = ready!(Pin::new(&mut self.tcp).poll_write(cx, &buf[..1]));
        self.pause = Some(Box::pin(tokio::time::sleep(Duration::from_secs(1))));
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
