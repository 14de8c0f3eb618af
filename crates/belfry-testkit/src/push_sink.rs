//! A push service for tests and benchmarks: it accepts, counts, decrypts and misbehaves on demand. It listens on
//! loopback only, and its cryptography is its own, so that it can judge what it receives.

mod behaviour;
mod connection;
mod receiver;
mod serve;
mod tls;

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub use behaviour::Behaviour;
pub use receiver::Receiver;

/// How a sink works.
#[derive(Debug, Clone, Copy)]
pub struct SinkConfig {
    /// TLS with a certificate of its own authority, HTTP/2 and HTTP/1.1 by ALPN; else plain HTTP/1.1.
    pub tls: bool,
    /// Keep every accepted message (decrypted if its receiver was made here); else only count.
    pub store: bool,
}

/// A subscription as a browser would hand it out.
#[derive(Debug, Clone, Serialize)]
pub struct Subscription {
    /// The last part of the endpoint.
    pub id: String,
    /// Where messages go.
    pub endpoint: String,
    /// The receiver's public key, base64url.
    pub p256dh: String,
    /// The authentication secret, base64url.
    pub auth: String,
}

/// A message that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The subscription's id.
    pub id: String,
    /// `TTL`.
    pub ttl: Option<String>,
    /// `Urgency`.
    pub urgency: Option<String>,
    /// `Topic`.
    pub topic: Option<String>,
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// HTTP/2 was spoken.
    pub http2: bool,
    /// The body as it came.
    pub body: Vec<u8>,
    /// What the receiver read; the error says why it could not. `None` if the receiver was not made here.
    pub plaintext: Option<Result<Vec<u8>, String>>,
}

/// Counters, also given by `GET /stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Messages that were accepted.
    pub received: u64,
    /// Different ids among them.
    pub distinct: u64,
    /// Those whose id had been accepted before.
    pub repeated: u64,
    /// Requests that were not accepted.
    pub refused: u64,
    /// Connections that were opened.
    pub connections: u64,
    /// Most requests at the same time.
    pub in_flight_max: u64,
}

#[derive(Debug, Default)]
struct State {
    store: bool,
    received: AtomicU64,
    refused: AtomicU64,
    connections: AtomicU64,
    in_flight: AtomicU64,
    in_flight_max: AtomicU64,
    /// Hashes of ids: a million of them take 16 MB, and two are confused with a chance of 2⁻²⁵.
    seen: Mutex<HashSet<u64>>,
    changed: Notify,
    any_behaviour: AtomicBool,
    behaviours: Mutex<HashMap<String, Behaviour>>,
    failures: Mutex<HashMap<String, u32>>,
    receivers: Mutex<HashMap<String, Arc<Receiver>>>,
    messages: Mutex<Vec<Received>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running sink; it ends when it is dropped.
#[derive(Debug)]
pub struct PushSink {
    url: String,
    ca_pem: Option<String>,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

impl Drop for PushSink {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl PushSink {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// No port, or no certificate could be made.
    pub async fn start(config: SinkConfig) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (acceptor, ca_pem) = if config.tls {
            let (acceptor, pem) = tls::authority()?;
            (Some(acceptor), Some(pem))
        } else {
            (None, None)
        };
        let scheme = if config.tls { "https" } else { "http" };
        let state = Arc::new(State { store: config.store, ..State::default() });
        let listening = tokio::spawn(connection::listen(listener, acceptor, Arc::clone(&state)));
        Ok(Self { url: format!("{scheme}://{address}"), ca_pem, state, listening })
    }

    /// The origin, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate of the authority that whoever sends must trust; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The endpoint of `id`, which is accepted without having been made here.
    pub fn endpoint(&self, id: &str) -> String {
        format!("{}/p/{id}", self.url)
    }

    /// An endpoint that behaves as the path says, see [`Behaviour::parse`].
    pub fn misbehaving_endpoint(&self, behaviour: &str, id: &str) -> String {
        format!("{}/b/{behaviour}/{id}", self.url)
    }

    /// A new subscription whose messages are decrypted.
    pub fn subscribe(&self) -> Subscription {
        let receiver = Receiver::generate();
        let mut receivers = lock(&self.state.receivers);
        let id = format!("s{}", receivers.len());
        let (p256dh, auth) = (receiver.p256dh(), receiver.auth());
        receivers.insert(id.clone(), Arc::new(receiver));
        Subscription { endpoint: self.endpoint(&id), id, p256dh, auth }
    }

    /// From now on requests for `id` are answered like this.
    pub fn set_behaviour(&self, id: &str, behaviour: Behaviour) {
        lock(&self.state.behaviours).insert(id.to_owned(), behaviour);
        self.state.any_behaviour.store(true, Ordering::Release);
    }

    /// The messages that were accepted, in order; empty unless the sink stores.
    pub fn messages(&self) -> Vec<Received> {
        lock(&self.state.messages).clone()
    }

    /// The counters.
    pub fn stats(&self) -> Stats {
        self.state.stats()
    }

    /// Counts from nothing again and forgets what it kept; subscriptions and behaviours stay.
    pub fn reset(&self) {
        lock(&self.state.seen).clear();
        lock(&self.state.messages).clear();
        for counter in [&self.state.received, &self.state.refused, &self.state.in_flight_max] {
            counter.store(0, Ordering::Release);
        }
    }

    /// Waits until `count` messages were accepted; false if `within` was over before.
    pub async fn wait_received(&self, count: u64, within: Duration) -> bool {
        let enough = async {
            loop {
                let changed = self.state.changed.notified();
                if self.state.received.load(Ordering::Acquire) >= count {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(within, enough).await.is_ok()
    }
}

impl State {
    fn stats(&self) -> Stats {
        let received = self.received.load(Ordering::Acquire);
        let distinct = lock(&self.seen).len() as u64;
        Stats {
            received,
            distinct,
            repeated: received.saturating_sub(distinct),
            refused: self.refused.load(Ordering::Acquire),
            connections: self.connections.load(Ordering::Acquire),
            in_flight_max: self.in_flight_max.load(Ordering::Acquire),
        }
    }
}

/// A sink as a process of its own: prints `{"url":…,"ca_pem":…}` on one line and works until its input is closed.
///
/// # Errors
/// The sink could not be started, or the line not be printed.
pub async fn run_sink_cli(tls: bool) -> io::Result<()> {
    use tokio::io::AsyncWriteExt;

    let sink = PushSink::start(SinkConfig { tls, store: false }).await?;
    let line = serde_json::json!({ "url": sink.url(), "ca_pem": sink.ca_pem() });
    let mut stdout = tokio::io::stdout();
    stdout.write_all(format!("{line}\n").as_bytes()).await?;
    stdout.flush().await?;
    tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await?;
    Ok(())
}
