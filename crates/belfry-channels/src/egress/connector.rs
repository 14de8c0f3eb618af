//! Connections: TCP through the guarded resolver, TLS with the system's trusted certificates, and a limit on how long
//! both together may take.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tower_service::Service;

use super::resolve::GuardedResolver;
use super::{EgressConfig, chain};

/// How long a connection without requests is kept.
const IDLE: Duration = Duration::from_secs(60);
/// Without pings a connection that a firewall forgot would swallow requests until their timeout.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_WITHIN: Duration = Duration::from_secs(10);
/// Bytes of an answer's headers.
const HEADER_BYTES: u32 = 16 << 10;

/// A client with its pool of connections.
pub(super) type Client = hyper_util::client::legacy::Client<Connector, Full<Bytes>>;

/// No connection in time.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no connection in time")]
pub(super) struct TooSlow;

/// How TLS is spoken.
pub(super) fn tls(config: &EgressConfig) -> Result<ClientConfig, String> {
    let provider = Arc::new(default_provider());
    let mut roots: Vec<CertificateDer<'static>> = Vec::new();
    for bytes in &config.extra_root_certificates {
        if bytes.starts_with(b"-----BEGIN") {
            for certificate in CertificateDer::pem_slice_iter(bytes) {
                roots.push(certificate.map_err(|e| chain(&e))?);
            }
        } else {
            roots.push(CertificateDer::from(bytes.clone()));
        }
    }
    if roots.is_empty() && !config.extra_root_certificates.is_empty() {
        return Err("a file of certificates holds none".to_owned());
    }
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(|e| chain(&e))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| chain(&e))?
        // The system's own way to judge certificates; it is "dangerous" only because it is not rustls' default.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// A client that speaks only HTTP/2, or whichever version both sides can.
pub(super) fn client(
    config: &EgressConfig,
    resolver: GuardedResolver,
    tls: ClientConfig,
    only_http2: bool,
) -> Client {
    let mut tcp = HttpConnector::new_with_resolver(resolver);
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    let https = if only_http2 {
        builder.enable_http2().wrap_connector(tcp)
    } else {
        builder.enable_all_versions().wrap_connector(tcp)
    };
    // The one client that may be made: its resolver and its guard are those of egress.
    #[allow(clippy::disallowed_methods)]
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .http2_only(only_http2)
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(PING_EVERY)
        .http2_keep_alive_timeout(PING_WITHIN)
        .http2_max_header_list_size(HEADER_BYTES)
        .build(Connector { https, timeout: config.connect_timeout });
    client
}

/// Opens connections within a time.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    https: HttpsConnector<HttpConnector<GuardedResolver>>,
    timeout: Duration,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Service<Uri> for Connector {
    type Response = Gathering<MaybeHttpsStream<TokioIo<TcpStream>>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.timeout, self.https.call(uri));
        Box::pin(async move { Ok(Gathering::new(connecting.await.map_err(|_| TooSlow)??)) })
    }
}

/// Bytes that are gathered before they are written; as many as a TLS record holds.
const GATHERED: usize = 16 << 10;

/// A stream that gathers what is written until it is flushed. It takes one buffer at a time, so that HTTP/2 copies small
/// bodies behind one another: what many pushes have ready at once leaves as one TLS record with one system call, where
/// each frame would be a record and a call of its own.
#[derive(Debug)]
pub(super) struct Gathering<T> {
    stream: T,
    gathered: Vec<u8>,
    /// What of it is written already.
    written: usize,
}

impl<T> Gathering<T> {
    fn new(stream: T) -> Self {
        Self { stream, gathered: Vec::new(), written: 0 }
    }
}

impl<T: Write + Unpin> Gathering<T> {
    fn poll_gathered(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.gathered.len() {
            let n = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.gathered[self.written..]))?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += n;
        }
        self.gathered.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

impl<T: Connection> Connection for Gathering<T> {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

impl<T: Read + Unpin> Read for Gathering<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

// Without `poll_write_vectored` and `is_write_vectored`: their defaults take one buffer at a time.
impl<T: Write + Unpin> Write for Gathering<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.gathered.len() + bytes.len() > GATHERED {
            ready!(self.poll_gathered(cx))?;
        }
        if bytes.len() >= GATHERED {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        self.gathered.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_gathered(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_gathered(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
