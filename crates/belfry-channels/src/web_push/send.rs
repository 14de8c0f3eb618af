//! One message to one browser: the request of RFC 8030 §5 and what its answer means. It tries once and waits for
//! nothing but the answer; retries, breakers and unsubscribing are the engine's.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use belfry_types::channel::{HostState, Outcome, Urgency};
use belfry_types::rng::SharedRng;
use belfry_types::time::SharedClock;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use url::Url;

use super::encrypt::encrypt;
use super::keys::SubscriptionKeys;
use super::vapid::{VapidKey, VapidTokens};
use crate::egress::{Egress, EgressError, Reply};
use crate::retry_after;

const TTL: HeaderName = HeaderName::from_static("ttl");
const URGENCY: HeaderName = HeaderName::from_static("urgency");
const TOPIC: HeaderName = HeaderName::from_static("topic");

/// Characters of a topic (RFC 8030 §5.4).
const TOPIC_CHARS: usize = 32;
/// Characters of an answer's body that are shown to operators.
const DETAIL_CHARS: usize = 200;

/// One message for one subscription.
#[derive(Debug, Clone, Copy)]
pub struct PushRequest<'a> {
    /// The subscription's endpoint.
    pub endpoint: &'a str,
    /// The subscription's keys.
    pub keys: &'a SubscriptionKeys,
    /// What is encrypted, at most 3,993 bytes.
    pub payload: &'a [u8],
    /// How long the push service keeps the message, seconds.
    pub ttl_s: u32,
    /// How urgent it is.
    pub urgency: Urgency,
    /// A message that was not delivered yet is replaced by one with the same topic: at most 32 characters of base64url.
    pub topic: Option<&'a str>,
    /// The key that the subscription was made with.
    pub vapid: &'a VapidKey,
}

/// Sends web pushes; shared by reference.
pub struct WebPush {
    egress: Egress,
    clock: SharedClock,
    rng: SharedRng,
    tokens: VapidTokens,
}

impl WebPush {
    /// `vapid_subject` is how push services reach the operator: a `mailto:` or `https:` URI (RFC 8292 §2.1).
    pub fn new(egress: Egress, clock: SharedClock, rng: SharedRng, vapid_subject: String) -> Self {
        Self { egress, clock, rng, tokens: VapidTokens::new(vapid_subject) }
    }

    /// Tries once.
    pub async fn send(&self, request: &PushRequest<'_>) -> Outcome {
        let endpoint = match self.egress.endpoint(request.endpoint) {
            Ok(endpoint) => endpoint,
            Err(refused) => return Outcome::AddressRefused { detail: refused.to_string() },
        };
        let headers = match self.headers(request, endpoint.origin()) {
            Ok(headers) => headers,
            Err(outcome) => return outcome,
        };
        let body = match encrypt(&*self.rng, request.keys, request.payload) {
            Ok(body) => body,
            Err(e) => return Outcome::Rejected { detail: e.to_string() },
        };
        match self.egress.post(endpoint, headers, body.into()).await {
            Ok(reply) => self.judge(reply).await,
            Err(EgressError::Refused(refused)) => Outcome::AddressRefused { detail: refused.to_string() },
            Err(e) => Outcome::Retry { after: None, detail: e.to_string(), host: HostState::Down },
        }
    }

    fn headers(&self, request: &PushRequest<'_>, origin: &str) -> Result<HeaderMap, Outcome> {
        let authorization = self
            .tokens
            .authorization(request.vapid, origin, self.clock.now())
            .ok_or_else(|| Outcome::Misconfigured { detail: "the VAPID key does not sign".to_owned() })?;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(TTL, HeaderValue::from(request.ttl_s));
        headers.insert(URGENCY, HeaderValue::from_static(request.urgency.as_str()));
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        if let Some(topic) = request.topic {
            let value = Some(topic).filter(|t| is_topic(t)).and_then(|t| HeaderValue::from_str(t).ok());
            let value =
                value.ok_or_else(|| Outcome::Rejected { detail: "the topic is malformed".to_owned() })?;
            headers.insert(TOPIC, value);
        }
        Ok(headers)
    }

    async fn judge(&self, reply: Reply) -> Outcome {
        let status = reply.status().as_u16();
        match status {
            200..=299 => {
                reply.discard().await;
                Outcome::Accepted
            }
            300..=399 => {
                reply.discard().await;
                Outcome::Rejected { detail: format!("redirect refused ({status})") }
            }
            404 | 410 => Outcome::Gone { detail: detail(reply).await },
            401 | 403 => Outcome::Misconfigured { detail: detail(reply).await },
            408 | 429 | 500.. => {
                let now = self.clock.now();
                let after =
                    reply.headers().get(RETRY_AFTER).and_then(|v| retry_after::parse(v.as_bytes(), now));
                // 408 and 429 are about this request or about us; the host is well.
                let host = if status >= 500 { HostState::Failing } else { HostState::Up };
                Outcome::Retry { after, detail: detail(reply).await, host }
            }
            _ => Outcome::Rejected { detail: detail(reply).await },
        }
    }
}

/// The status and the beginning of what the provider said, on one line.
async fn detail(reply: Reply) -> String {
    let status = reply.status();
    let body = reply.body().await;
    let text = String::from_utf8_lossy(&body);
    let mut line = status.as_u16().to_string();
    let mut words =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).peekable();
    if words.peek().is_some() {
        line.push(':');
    }
    for word in words {
        line.push(' ');
        line.push_str(word);
        if line.len() > DETAIL_CHARS * 4 {
            break;
        }
    }
    line.chars().take(DETAIL_CHARS).collect()
}

fn is_topic(topic: &str) -> bool {
    (1..=TOPIC_CHARS).contains(&topic.len())
        && topic.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The topic of a tag: the beginning of its SHA-256 in base64url, as long as a topic may be.
pub fn topic_of(tag: &str) -> String {
    // Three bytes are four characters.
    BASE64URL.encode(&digest(&SHA256, tag.as_bytes()).as_ref()[..TOPIC_CHARS / 4 * 3])
}

/// The origin of an endpoint, as batches, breakers and VAPID tokens know it; `None` if it is no HTTP URL.
pub fn origin_of(endpoint: &str) -> Option<String> {
    let url = Url::parse(endpoint).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics() {
        let topic = topic_of("ticket:42");
        assert_eq!(topic.len(), TOPIC_CHARS);
        assert!(is_topic(&topic));
        assert_ne!(topic, topic_of("ticket:43"));
        assert!(is_topic("a-Z_0") && !is_topic("") && !is_topic("a b") && !is_topic("é") && !is_topic("+"));
        assert!(!is_topic(&"x".repeat(33)));
    }

    #[test]
    fn origins() {
        assert_eq!(origin_of("https://Push.Example:443/x?y").as_deref(), Some("https://push.example"));
        assert_eq!(origin_of("https://push.example:8443/x").as_deref(), Some("https://push.example:8443"));
        assert_eq!(origin_of("http://127.0.0.1:80/x").as_deref(), Some("http://127.0.0.1"));
        assert_eq!(origin_of("file:///x"), None);
        assert_eq!(origin_of("push"), None);
    }
}
