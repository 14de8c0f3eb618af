//! The one HTTP client for everything that leaves Belfry. It follows no redirects, uses no proxy, decompresses
//! nothing, reads at most 4 KiB of an answer, and dials only addresses that the guard allows.

pub mod address;
mod protocol;
mod resolve;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Certificate, Client, ClientBuilder, Method, Request, Response, StatusCode, Version};
use url::{Position, Url};

use address::{AddressRefused, check_parsed, check_url};
use protocol::{Known, Protocols};
use resolve::{Answers, GuardedResolver};

/// Bytes of an answer's body that are read at most.
pub const BODY_CAP: usize = 4096;

/// The longest wait for an answer's body once its status is known; the body only explains the status.
const BODY_WAIT: Duration = Duration::from_secs(2);

/// How long a connection without requests is kept.
const IDLE: Duration = Duration::from_secs(60);

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct EgressConfig {
    /// Allow this machine as a destination, there also over plain HTTP and on any port. Development and tests only.
    pub allow_loopback: bool,
    /// Certificates (DER or PEM) that are trusted beside the system's.
    pub extra_root_certificates: Vec<Vec<u8>>,
    /// The longest time until a connection with TLS stands.
    pub connect_timeout: Duration,
    /// The longest time from the start of a request until its answer.
    pub request_timeout: Duration,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            extra_root_certificates: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(15),
        }
    }
}

/// Why a request has no answer, or no client could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// The guard forbids the address.
    #[error("address refused: {0}")]
    Refused(#[from] AddressRefused),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection failed or broke. The text never holds the URL.
    #[error("{0}")]
    Network(String),
    /// A certificate or another setting cannot be used.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

/// The client; cheap to clone, clones share their connections.
#[derive(Clone, Debug)]
pub struct Egress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Agrees on the protocol by ALPN: for origins that are not known yet and for those that speak HTTP/1.1.
    either: Client,
    /// Speaks only HTTP/2, and so opens one connection per origin however many requests begin at once. The client
    /// above would open one for each of them, because it cannot know that they could share.
    http2: Client,
    protocols: Protocols,
    allow_loopback: bool,
}

impl Egress {
    /// Makes the client.
    ///
    /// # Errors
    /// [`EgressError::Setup`] when a certificate cannot be read or the system has no trusted certificates at all.
    pub fn new(config: &EgressConfig) -> Result<Self, EgressError> {
        Self::with_answers(config, Answers::System)
    }

    fn with_answers(config: &EgressConfig, answers: Answers) -> Result<Self, EgressError> {
        let resolver = GuardedResolver { allow_loopback: config.allow_loopback, answers };
        let setup = |e: reqwest::Error| EgressError::Setup(chain(&e));
        Ok(Self(Arc::new(Inner {
            either: builder(config, resolver.clone())?.build().map_err(setup)?,
            http2: builder(config, resolver.clone())?.http2_prior_knowledge().build().map_err(setup)?,
            protocols: Protocols::default(),
            allow_loopback: config.allow_loopback,
        })))
    }

    /// Whether Belfry may speak to this URL, by this client's settings; asked also when an endpoint is registered.
    ///
    /// # Errors
    /// [`AddressRefused`] with the reason.
    pub fn check(&self, url: &str) -> Result<Url, AddressRefused> {
        check_url(url, self.0.allow_loopback)
    }

    /// Sends a POST and waits for the head of the answer.
    ///
    /// # Errors
    /// [`EgressError`]; an answer of whatever status is not an error.
    pub async fn post(&self, url: Url, headers: HeaderMap, body: Bytes) -> Result<Reply, EgressError> {
        check_parsed(&url, self.0.allow_loopback)?;
        let origin = self.0.protocols.origin(&url[..Position::AfterPort]);
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        *request.body_mut() = Some(body.into());

        let (known, first) = origin.known_or_first().await;
        let client = if known == Known::Http2 { &self.0.http2 } else { &self.0.either };
        let answer = client.execute(request).await;
        match &answer {
            Ok(response) if response.version() == Version::HTTP_2 => origin.learn(Known::Http2),
            Ok(_) => origin.learn(Known::Http1),
            // The host may have changed its mind about protocols.
            Err(e) if e.is_connect() => origin.learn(Known::Nothing),
            Err(_) => {}
        }
        drop(first);
        answer.map(Reply).map_err(failure)
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place where the client is made")]
fn builder(config: &EgressConfig, resolver: GuardedResolver) -> Result<ClientBuilder, EgressError> {
    let mut roots = Vec::new();
    for bytes in &config.extra_root_certificates {
        let read = if bytes.starts_with(b"-----BEGIN") {
            Certificate::from_pem_bundle(bytes)
        } else {
            Certificate::from_der(bytes).map(|one| vec![one])
        };
        roots.extend(read.map_err(|e| EgressError::Setup(chain(&e)))?);
    }
    Ok(Client::builder()
        .user_agent(concat!("belfry/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .dns_resolver(resolver)
        .connect_timeout(config.connect_timeout)
        .timeout(config.request_timeout)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .http2_max_header_list_size(16 << 10)
        // Without pings a connection that a firewall forgot would swallow requests until their timeout.
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(10))
        .tls_certs_merge(roots))
}

/// The head of an answer; the body is read only when it is asked for.
#[derive(Debug)]
pub struct Reply(Response);

impl Reply {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The protocol that was spoken.
    pub fn version(&self) -> Version {
        self.0.version()
    }

    /// The first [`BODY_CAP`] bytes of the body as they came, or as many as arrived before a short wait was over or
    /// the connection broke.
    pub async fn body(mut self) -> Bytes {
        let mut body = BytesMut::new();
        // The time limit ends the reading, not what was read.
        let _ = tokio::time::timeout(BODY_WAIT, async {
            while let Ok(Some(chunk)) = self.0.chunk().await {
                body.extend_from_slice(&chunk[..chunk.len().min(BODY_CAP - body.len())]);
                if body.len() == BODY_CAP {
                    break;
                }
            }
        })
        .await;
        body.freeze()
    }

    /// Lets go of the answer without its body, keeping the connection where that is cheap.
    pub async fn discard(self) {
        // A stream of HTTP/2 is simply reset; a connection of HTTP/1.1 is only usable again after the body.
        if self.version() != Version::HTTP_2 && self.0.content_length() != Some(0) {
            self.body().await;
        }
    }
}

/// What went wrong, without the URL.
fn failure(error: reqwest::Error) -> EgressError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(e) = cause {
        if let Some(refused) = e.downcast_ref::<AddressRefused>() {
            return EgressError::Refused(refused.clone());
        }
        cause = e.source();
    }
    if error.is_timeout() {
        return EgressError::Timeout;
    }
    EgressError::Network(chain(&error.without_url()))
}

/// An error with its causes, each once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(e) = cause {
        let one = e.to_string();
        if !text.contains(&one) {
            text.push_str(": ");
            text.push_str(&one);
        }
        cause = e.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_turns_out_to_be_this_machine_is_not_dialled() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("https://rebind.example:{}/", address.port())).unwrap();
        let send = |allow_loopback| {
            let config = EgressConfig {
                allow_loopback,
                request_timeout: Duration::from_millis(500),
                ..EgressConfig::default()
            };
            let egress = Egress::with_answers(&config, Answers::Always(address)).unwrap();
            let url = url.clone();
            async move { egress.post(url, HeaderMap::new(), Bytes::new()).await.unwrap_err() }
        };
        assert!(matches!(send(false).await, EgressError::Refused(_)));
        // The same request is dialled where loopback is allowed, so it was the guard that stopped it.
        assert_eq!(send(true).await, EgressError::Timeout);
        listener.accept().await.unwrap();
    }

    #[tokio::test]
    async fn an_address_in_the_url_is_checked_without_a_name() {
        let egress = Egress::new(&EgressConfig::default()).unwrap();
        let url = Url::parse("https://169.254.169.254/latest").unwrap();
        let error = egress.post(url, HeaderMap::new(), Bytes::new()).await.unwrap_err();
        assert!(matches!(error, EgressError::Refused(_)));
    }

    #[test]
    fn certificates_that_cannot_be_read_are_an_error() {
        let config = EgressConfig {
            extra_root_certificates: vec![b"-----BEGIN CERTIFICATE-----\nnonsense".to_vec()],
            ..EgressConfig::default()
        };
        assert!(matches!(Egress::new(&config), Err(EgressError::Setup(_))));
    }
}
