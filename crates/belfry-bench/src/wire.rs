//! One kept HTTP/1.1 connection and the requests on it, as light as the driver needs that shares its cores with the
//! server. It repeats nothing: a request that failed is the caller's to count.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

/// A request that is ready to go.
pub(crate) type Call = Request<Full<Bytes>>;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Bytes,
}

impl Answer {
    /// The answer if its status is a 2xx; else an error that says what came instead.
    pub(crate) fn good(&self) -> Result<&Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let text = String::from_utf8_lossy(&self.body);
        bail!("status {}: {}", self.status, text.chars().take(300).collect::<String>());
    }

    /// Reads the body of a 2xx.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.good()?.body).context("the body is not what was expected")
    }
}

/// A connection that is kept open.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        Ok(Self { address, sender: dial(address).await? })
    }

    /// Sends one request and reads the whole answer. A connection that the server closed meanwhile is opened again.
    pub(crate) async fn send(&mut self, call: Call) -> Result<Answer> {
        if self.sender.ready().await.is_err() {
            self.sender = dial(self.address).await?;
        }
        let answer = self.sender.send_request(call).await.context("no answer")?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.context("the answer broke off")?.to_bytes();
        Ok(Answer { status, body })
    }
}

async fn dial(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Makes requests in somebody's name.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    host: HeaderValue,
    authorization: HeaderValue,
}

impl Caller {
    /// Somebody who holds `token`: an API key or a user's token.
    pub(crate) fn new(address: SocketAddr, token: &str) -> Result<Self> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}"))?;
        authorization.set_sensitive(true);
        Ok(Self { host: HeaderValue::try_from(address.to_string())?, authorization })
    }

    /// A GET of `path`.
    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path, Bytes::new())
    }

    /// A POST of JSON, or of nothing, to `path`.
    pub(crate) fn post(&self, path: &str, body: impl Into<Bytes>) -> Call {
        self.call(Method::POST, path, body.into())
    }

    fn call(&self, method: Method, path: &str, body: Bytes) -> Call {
        let has_body = !body.is_empty();
        let mut call = Request::new(Full::new(body));
        *call.method_mut() = method;
        *call.uri_mut() = path.parse().expect("a path is made of ids and known words");
        let headers = call.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.authorization.clone());
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        call
    }
}
