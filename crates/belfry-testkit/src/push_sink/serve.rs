//! What the sink answers. It never looks at what a message says; it counts, keeps and misbehaves.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

use belfry_types::time::{Clock, SystemClock};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Version};
use tokio::time::{Interval, interval};

use super::connection::Faults;
use super::{Behaviour, Received, State, lock};

type Answer = Response<AnswerBody>;

/// Counts a request as long as it lives, also when its stream is reset.
struct InFlight(Arc<State>);

impl InFlight {
    fn enter(state: &Arc<State>) -> Self {
        let now = state.in_flight.fetch_add(1, Ordering::AcqRel) + 1;
        state.in_flight_max.fetch_max(now, Ordering::AcqRel);
        Self(Arc::clone(state))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Answers one request.
pub(super) async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
    faults: Arc<Faults>,
) -> Result<Answer, Infallible> {
    if request.method() == Method::GET && request.uri().path() == "/stats" {
        let json = serde_json::to_vec(&state.stats()).unwrap_or_default();
        return Ok(Response::new(AnswerBody::Whole(Full::new(json.into()))));
    }
    if request.method() != Method::POST {
        return Ok(plain(405));
    }
    let _in_flight = InFlight::enter(&state);
    let (parts, mut body) = request.into_parts();
    let Some((id, behaviour)) = route(parts.uri.path(), &state) else { return Ok(plain(404)) };

    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Ok(plain(400)) };
        if let (true, Ok(data)) = (state.store, frame.into_data()) {
            bytes.extend_from_slice(&data);
        }
    }
    let behaviour = match behaviour {
        Behaviour::FailTimes(times, status) => {
            let mut failures = lock(&state.failures);
            let failed = failures.entry(id.to_owned()).or_default();
            if *failed < times {
                *failed += 1;
                Behaviour::Status(status)
            } else {
                Behaviour::Accept
            }
        }
        other => other,
    };
    let answer = perform(behaviour, &faults).await;
    if answer.status().is_success() {
        if state.store {
            keep(&state, id, &parts.headers, parts.version, bytes);
        }
        count(&state, id);
    } else {
        state.refused.fetch_add(1, Ordering::AcqRel);
    }
    Ok(answer)
}

fn route<'a>(path: &'a str, state: &State) -> Option<(&'a str, Behaviour)> {
    if let Some(id) = path.strip_prefix("/p/") {
        let set = state.any_behaviour.load(Ordering::Acquire);
        let behaviour = set.then(|| lock(&state.behaviours).get(id).cloned()).flatten();
        return Some((id, behaviour.unwrap_or_default()));
    }
    let (behaviour, id) = path.strip_prefix("/b/")?.split_once('/')?;
    Some((id, Behaviour::parse(behaviour)?))
}

fn count(state: &State, id: &str) {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    lock(&state.seen).insert(hasher.finish());
    state.received.fetch_add(1, Ordering::AcqRel);
    state.changed.notify_waiters();
}

fn keep(state: &State, id: &str, headers: &HeaderMap, version: Version, body: Vec<u8>) {
    let text = |name: &str| headers.get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let receiver = lock(&state.receivers).get(id).cloned();
    let plaintext = receiver.map(|r| r.decrypt(&body));
    lock(&state.messages).push(Received {
        id: id.to_owned(),
        ttl: text("ttl"),
        urgency: text("urgency"),
        topic: text("topic"),
        authorization: text("authorization"),
        content_encoding: text("content-encoding"),
        user_agent: text("user-agent"),
        http2: version == Version::HTTP_2,
        body,
        plaintext,
    });
}

async fn perform(behaviour: Behaviour, faults: &Faults) -> Answer {
    let with_body = |status, body| {
        let mut answer = plain(status);
        *answer.body_mut() = body;
        answer
    };
    match behaviour {
        Behaviour::Accept | Behaviour::FailTimes(..) => plain(201),
        Behaviour::Status(status) => {
            let mut answer = plain(status);
            if (300..400).contains(&status) {
                answer.headers_mut().insert("location", HeaderValue::from_static("/p/redirected"));
            }
            answer
        }
        Behaviour::StatusWithHeader(status, name, value) => {
            let builder = Response::builder().status(status).header(name, value);
            builder.body(AnswerBody::empty()).unwrap_or_else(|_| plain(500))
        }
        Behaviour::RetryDate(status, seconds) => {
            let at = SystemClock::default().now().plus(Duration::from_secs(seconds));
            let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0));
            let builder =
                Response::builder().status(status).header("retry-after", httpdate::fmt_http_date(at));
            builder.body(AnswerBody::empty()).unwrap_or_else(|_| plain(500))
        }
        Behaviour::Reset => {
            faults.reset();
            std::future::pending().await
        }
        Behaviour::Hang => std::future::pending().await,
        Behaviour::Dribble => {
            faults.dribble();
            plain(201)
        }
        Behaviour::DribbleBody(status) => {
            with_body(status, AnswerBody::Dribble(interval(Duration::from_secs(1))))
        }
        Behaviour::Endless(status) => {
            with_body(status, AnswerBody::Repeat(Bytes::from_static(&[b'x'; 16 << 10]), None))
        }
        Behaviour::GzipBomb(status) => {
            let mut answer = with_body(status, AnswerBody::Repeat(MEBIBYTE.clone(), Some(1024)));
            answer.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
            answer
        }
    }
}

fn plain(status: u16) -> Answer {
    let mut answer = Response::new(AnswerBody::empty());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer
}

/// A mebibyte of zeros as one gzip member; members may follow one another (RFC 1952 §2.2).
static MEBIBYTE: LazyLock<Bytes> = LazyLock::new(|| {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(&vec![0; 1 << 20]);
    encoder.finish().unwrap_or_default().into()
});

/// The body of an answer.
pub(super) enum AnswerBody {
    /// Sent as it is.
    Whole(Full<Bytes>),
    /// One byte at each tick, without end.
    Dribble(Interval),
    /// The same piece so many times, or without end.
    Repeat(Bytes, Option<u32>),
}

impl AnswerBody {
    fn empty() -> Self {
        Self::Whole(Full::default())
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Whole(full) => Pin::new(full).poll_frame(cx),
            Self::Dribble(interval) => {
                interval.poll_tick(cx).map(|_| Some(Ok(Frame::data(Bytes::from_static(b".")))))
            }
            Self::Repeat(_, Some(0)) => Poll::Ready(None),
            Self::Repeat(piece, left) => {
                *left = left.map(|n| n - 1);
                Poll::Ready(Some(Ok(Frame::data(piece.clone()))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(full) => full.size_hint(),
            _ => SizeHint::default(),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(full) if full.is_end_stream())
    }
}
