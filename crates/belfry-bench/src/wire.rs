//! One kept HTTP/1.1 connection and the requests on it, as light as the driver needs that shares its cores with the
//! server: a request is bytes that were made before, an answer is read by the task that waits for it. It repeats
//! nothing: a request that failed is the caller's to count.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::{Bytes, BytesMut};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Header fields that an answer may have.
const FIELDS: usize = 32;
/// What is read at once at least.
const READ: usize = 16 << 10;

/// A request that is ready to go: its head and body as they are sent.
#[derive(Clone)]
pub(crate) struct Call(Bytes);

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({} bytes with a token)", self.0.len())
    }
}

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
    stream: TcpStream,
    read: BytesMut,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        Ok(Self { address, stream: dial(address).await?, read: BytesMut::with_capacity(READ) })
    }

    /// Sends one request and reads the whole answer. A connection that the server closed meanwhile is opened again.
    pub(crate) async fn send(&mut self, call: Call) -> Result<Answer> {
        if self.was_closed() {
            self.stream = dial(self.address).await?;
        }
        // What a broken answer left behind belongs to no other.
        self.read.clear();
        self.stream.write_all(&call.0).await.context("the request could not be sent")?;
        let (status, body) = loop {
            self.more().await.context("no answer")?;
            if let Some(head) = head(&mut self.read)? {
                break head;
            }
        };
        while self.read.len() < body {
            self.more().await.context("the answer broke off")?;
        }
        Ok(Answer { status, body: self.read.split_to(body).freeze() })
    }

    /// Whether the server ended the connection while nothing was asked.
    fn was_closed(&self) -> bool {
        match self.stream.try_read(&mut [0]) {
            Err(error) => error.kind() != ErrorKind::WouldBlock,
            // An end, or bytes that nobody asked for.
            Ok(_) => true,
        }
    }

    async fn more(&mut self) -> std::io::Result<()> {
        self.read.reserve(READ);
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(Error::from(ErrorKind::UnexpectedEof)),
            _ => Ok(()),
        }
    }
}

/// Takes the head of an answer off, when it is there as a whole: the status and the length of the body.
fn head(read: &mut BytesMut) -> Result<Option<(u16, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut answer = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(end) = answer.parse(read)? else {
        return Ok(None);
    };
    let status = answer.code.context("an answer without a status")?;
    let of = |name: &str| answer.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
    let length = match of("content-length") {
        Some(length) => std::str::from_utf8(length.value)?.trim().parse()?,
        None if status == 204 => 0,
        None => bail!("status {status} without the length of the body"),
    };
    let _ = read.split_to(end);
    Ok(Some((status, length)))
}

async fn dial(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Makes requests in somebody's name.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The header fields that all have, the token among them.
    fields: String,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").finish_non_exhaustive()
    }
}

impl Caller {
    /// Somebody who holds `token`: an API key or a user's token.
    pub(crate) fn new(address: SocketAddr, token: &str) -> Result<Self> {
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            bail!("a token that does not fit into a header field");
        }
        Ok(Self { fields: format!("host: {address}\r\nauthorization: Bearer {token}\r\n") })
    }

    /// A GET of `path`.
    pub(crate) fn get(&self, path: &str) -> Call {
        Call(format!("GET {path} HTTP/1.1\r\n{}\r\n", self.fields).into())
    }

    /// A POST of JSON, or of nothing, to `path`.
    pub(crate) fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Call {
        let body = body.as_ref();
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let (fields, length) = (&self.fields, body.len());
        let mut call =
            format!("POST {path} HTTP/1.1\r\n{fields}{kind}content-length: {length}\r\n\r\n").into_bytes();
        call.extend_from_slice(body);
        Call(call.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let of = |text: &str| {
            let mut read = BytesMut::from(text);
            let found = head(&mut read).map_err(|_| ())?;
            Ok::<_, ()>((found, String::from_utf8_lossy(&read).into_owned()))
        };
        let whole = "HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(of(whole), Ok((Some((202, 3)), "abc".to_owned())));
        assert_eq!(of("HTTP/1.1 202 Acc"), Ok((None, "HTTP/1.1 202 Acc".to_owned())));
        assert_eq!(of("HTTP/1.1 204 No Content\r\n\r\n"), Ok((Some((204, 0)), String::new())));
        assert_eq!(of("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), Err(()));
        assert_eq!(of("nonsense\r\n\r\n"), Err(()));
    }
}
