//! The one HTTP client for everything that leaves Belfry. It follows no redirects, uses no proxy, decompresses
//! nothing, reads at most 4 KiB of an answer, and dials only addresses that the guard allows.

pub mod address;
mod connector;
mod origin;
mod reply;
mod resolve;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, Uri, Version};
use http_body_util::Full;
use hyper_util::client::legacy::Error as ClientError;

use address::AddressRefused;
use connector::Client;
pub use origin::Origin;
use origin::{Known, Origins, before_path};
pub use reply::{BODY_CAP, Reply};
use resolve::{Answers, GuardedResolver};

/// Who we say we are.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("belfry/", env!("CARGO_PKG_VERSION")));

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

/// Where a request goes: a URL that passed the guard, ready to be asked for.
#[derive(Debug, Clone)]
pub struct Endpoint {
    uri: Uri,
    origin: Arc<Origin>,
}

impl Endpoint {
    /// Scheme, host and port, as batches, breakers and VAPID tokens know it.
    pub fn origin(&self) -> &str {
        self.origin.name()
    }
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
    origins: Origins,
    request_timeout: Duration,
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
        let tls = connector::tls(config).map_err(EgressError::Setup)?;
        Ok(Self(Arc::new(Inner {
            either: connector::client(config, resolver.clone(), tls.clone(), false),
            http2: connector::client(config, resolver, tls, true),
            origins: Origins::new(config.allow_loopback),
            request_timeout: config.request_timeout,
        })))
    }

    /// Whether Belfry may speak to this URL, by this client's settings. What the guard said of an origin is
    /// remembered, so that the next URL of it is not taken apart again.
    ///
    /// # Errors
    /// [`AddressRefused`] with the reason.
    pub fn endpoint(&self, url: &str) -> Result<Endpoint, AddressRefused> {
        let (origin, checked) = self.0.origins.of(url)?;
        // What is dialled is the host that was judged, not another reading of the same text.
        let plain = before_path(url).filter(|_| url.is_ascii());
        let uri = plain.map(|end| [origin.name(), &url[end..]].concat().parse());
        let uri = match uri {
            Some(Ok(uri)) => uri,
            // What URLs allow and URIs do not is in its escaped form after parsing.
            Some(Err(_)) | None => {
                let url = checked.map_or_else(|| self.0.origins.check(url), Ok)?;
                url.as_str().parse().map_err(|_| AddressRefused("the URL cannot be read"))?
            }
        };
        Ok(Endpoint { uri, origin })
    }

    /// Sends a POST and waits for the head of the answer.
    ///
    /// # Errors
    /// [`EgressError`]; an answer of whatever status is not an error.
    pub async fn post(
        &self,
        endpoint: Endpoint,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Reply, EgressError> {
        let Endpoint { uri, origin } = endpoint;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        request.headers_mut().insert(USER_AGENT, AGENT);

        let (known, first) = origin.known_or_first().await;
        let client = if known == Known::Http2 { &self.0.http2 } else { &self.0.either };
        let answer = tokio::time::timeout(self.0.request_timeout, client.request(request)).await;
        let answer = answer.map_err(|_| EgressError::Timeout)?;
        match &answer {
            Ok(response) if response.version() == Version::HTTP_2 => origin.learn(Known::Http2),
            Ok(_) => origin.learn(Known::Http1),
            // The host may have changed its mind about protocols.
            Err(e) if e.is_connect() => origin.learn(Known::Nothing),
            Err(_) => {}
        }
        drop(first);
        answer.map(Reply::new).map_err(failure)
    }
}

/// What went wrong; hyper's errors do not name the URL.
fn failure(error: ClientError) -> EgressError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(e) = cause {
        if let Some(refused) = e.downcast_ref::<AddressRefused>() {
            return EgressError::Refused(refused.clone());
        }
        if e.is::<connector::TooSlow>() {
            return EgressError::Timeout;
        }
        cause = e.source();
    }
    EgressError::Network(chain(&error))
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
        let url = format!("https://rebind.example:{}/", address.port());
        let send = |allow_loopback| {
            let config = EgressConfig {
                allow_loopback,
                request_timeout: Duration::from_millis(500),
                ..EgressConfig::default()
            };
            let egress = Egress::with_answers(&config, Answers::Always(address)).unwrap();
            let endpoint = egress.endpoint(&url).unwrap();
            async move { egress.post(endpoint, HeaderMap::new(), Bytes::new()).await.unwrap_err() }
        };
        assert!(matches!(send(false).await, EgressError::Refused(_)));
        // The same request is dialled where loopback is allowed, so it was the guard that stopped it.
        assert_eq!(send(true).await, EgressError::Timeout);
        listener.accept().await.unwrap();
    }

    #[tokio::test]
    async fn a_body_that_nobody_wants_is_not_waited_for_and_its_connection_is_closed() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let peer = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nx").await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.map(drop).or_else(|e| match e.kind() {
                std::io::ErrorKind::ConnectionReset => Ok(()),
                _ => Err(e),
            })
        });
        let config = EgressConfig { allow_loopback: true, ..EgressConfig::default() };
        let egress = Egress::new(&config).unwrap();
        let endpoint = egress.endpoint(&url).unwrap();
        let reply = egress.post(endpoint, HeaderMap::new(), Bytes::new()).await.unwrap();
        tokio::select! {
            biased;
            () = reply.discard() => {}
            () = tokio::time::sleep(reply::BODY_WAIT / 2) => panic!("it waits as long as for an explanation"),
        }
        tokio::time::timeout(Duration::from_secs(10), peer).await.expect("it is closed").unwrap().unwrap();
    }

    #[tokio::test]
    async fn an_address_in_the_url_is_refused_before_anything_is_dialled() {
        let egress = Egress::new(&EgressConfig::default()).unwrap();
        assert!(egress.endpoint("https://169.254.169.254/latest").is_err());
        assert!(egress.endpoint("https://push.example/a").is_ok());
        // Nor because its origin was fine before.
        assert!(egress.endpoint("https://push.example@169.254.169.254/a").is_err());
        assert!(egress.endpoint("https://push.example/a\\b").is_err());
    }

    #[test]
    fn the_host_that_was_judged_is_the_one_that_is_dialled() {
        let egress = Egress::new(&EgressConfig::default()).unwrap();
        for (url, dialled) in [
            ("https://Push.Example:443/a?b#c", "https://push.example/a?b"),
            ("https://%70ush.example/a", "https://push.example/a"),
            ("https://134744072/a", "https://8.8.8.8/a"),
            ("https://p\u{fc}sh.example/\u{e4}", "https://xn--psh-hoa.example/%C3%A4"),
            ("https://push.example", "https://push.example/"),
        ] {
            // The second time from memory.
            for _ in 0..2 {
                assert_eq!(egress.endpoint(url).unwrap().uri.to_string(), dialled, "{url}");
            }
        }
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
