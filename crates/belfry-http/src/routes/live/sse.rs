//! The frames of a live connection as server-sent events (WHATWG HTML §9.2). The stream ends when the hub ends the
//! connection; an `EventSource` then resumes by itself with `Last-Event-ID`.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream::{self, StreamExt};

use super::Joined;

pub(super) fn respond(joined: Joined) -> Response {
    let Joined { subscription, first } = joined;
    let live = stream::unfold(subscription, |mut subscription| async move {
        subscription.next().await.map(|frame| (frame, subscription))
    });
    let events = stream::iter(first).chain(live).map(|frame| Ok::<Bytes, Infallible>(frame.event_stream()));
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold the events back to fill its buffers.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
