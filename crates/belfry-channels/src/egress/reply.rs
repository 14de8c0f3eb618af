//! What a provider answered: the head at once, of the body no more than explains it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Response, StatusCode, Version};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

/// Bytes of an answer's body that are read at most.
pub const BODY_CAP: usize = 4096;

/// The longest wait for an answer's body once its status is known; the body only explains the status.
pub(super) const BODY_WAIT: Duration = Duration::from_secs(2);

/// The longest wait for a body that nobody wants, which only saves a new connection.
const UNWANTED_WAIT: Duration = Duration::from_millis(250);

/// The head of an answer; the body is read only when it is asked for.
#[derive(Debug)]
pub struct Reply(Response<Incoming>);

impl Reply {
    pub(super) fn new(response: Response<Incoming>) -> Self {
        Self(response)
    }

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
    pub async fn body(self) -> Bytes {
        self.body_within(BODY_WAIT).await
    }

    async fn body_within(self, wait: Duration) -> Bytes {
        let (mut incoming, mut body) = (self.0.into_body(), BytesMut::new());
        // The time limit ends the reading, not what was read.
        let _ = tokio::time::timeout(wait, async {
            while let Some(Ok(frame)) = incoming.frame().await {
                let Ok(chunk) = frame.into_data() else { continue };
                body.extend_from_slice(&chunk[..chunk.len().min(BODY_CAP - body.len())]);
                if body.len() == BODY_CAP {
                    break;
                }
            }
        })
        .await;
        body.freeze()
    }

    /// Lets go of the answer without its body, keeping the connection where that is cheap and quick.
    pub async fn discard(self) {
        // A stream of HTTP/2 is simply reset; a connection of HTTP/1.1 is only usable again after the body.
        if self.version() != Version::HTTP_2 && !self.0.body().is_end_stream() {
            self.body_within(UNWANTED_WAIT).await;
        }
    }
}
