//! What happens around every request: its id, who asks, how often, from which page; security headers, metrics; a panic
//! becomes a problem. Work that changes something runs in a task of its own, so that a client that hangs up cannot
//! stop a transaction midway.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::auth::{self, Identity};
use crate::cors;
use crate::problem::{Problem, of_panic};
use crate::session;
use crate::state::AppState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Around everything.
pub(crate) async fn around(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let id = request_id(&app, &request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::debug_span!("request", %method, route, id = id.to_str().unwrap_or_default());
    let mut response =
        match AssertUnwindSafe(within(&app, request, next)).catch_unwind().instrument(span).await {
            Ok(response) => response,
            Err(panic) => of_panic(&*panic).into_response(),
        };
    let status = response.status();
    if status.is_server_error() {
        tracing::error!(%method, route, status = status.as_u16(), id = id.to_str().unwrap_or_default(), "request failed");
    }
    metrics::counter!("belfry_http_requests_total", "route" => route, "class" => class(status)).increment(1);
    secure(&app, &mut response);
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

async fn within(app: &AppState, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/v1/") {
        return next.run(request).await;
    }
    let (mut asked, body) = request.into_parts();
    let foreign = cors::foreign(app, asked.uri.path(), &asked.headers);
    if let Some(foreign) = &foreign
        && let Some(response) = foreign.preflight(app, &asked.method, &asked.headers)
    {
        return response;
    }
    let address = asked.extensions.get::<Peer>().map(|peer| peer.0.ip());
    let mut left = None;
    let presents = asked.headers.contains_key(AUTHORIZATION) || session::presented(&asked).is_some();
    let mut response = match admit(app, &asked, address, foreign.as_ref(), &mut left).await {
        Ok(identity) => {
            let renewed = session::renewed(app, &identity, &asked);
            asked.extensions.insert(identity);
            let mut response = run(Request::from_parts(asked, body), next).await;
            session::renew(renewed, &mut response);
            response
        }
        Err(problem) => problem.into_response(),
    };
    if response.status() == StatusCode::UNAUTHORIZED
        && presents
        && let Some(address) = address
    {
        app.rates.failed(address, app.clock.now());
    }
    if let Some(left) = left {
        left.write(response.headers_mut());
    }
    if let Some(foreign) = &foreign {
        foreign.open(app, &mut response);
    }
    response
}

/// Who asks, if they may ask now and from here.
async fn admit(
    app: &AppState,
    asked: &Parts,
    address: Option<IpAddr>,
    foreign: Option<&cors::Foreign>,
    left: &mut Option<crate::rate::Left>,
) -> Result<Identity, Problem> {
    let identity = if asked.headers.contains_key(AUTHORIZATION) {
        auth::identify(app, auth::bearer(&asked.headers)?, address).await?
    } else if let Some(secret) = session::presented(asked) {
        let found = auth::identify_session(app, secret, address).await?;
        if found.is_some() {
            session::refuse_forgery(app, asked)?;
        }
        found.unwrap_or(Identity::Nobody)
    } else {
        Identity::Nobody
    };
    match app.rates.take(&identity) {
        Ok(taken) => *left = taken,
        Err((problem, none)) => {
            *left = Some(none);
            return Err(problem);
        }
    }
    if let Some(foreign) = foreign {
        foreign.judge(app, &identity).await?;
    }
    Ok(identity)
}

async fn run(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => of_panic(&*panic).into_response(),
            Err(cancelled) => Problem::unavailable(&cancelled).into_response(),
        },
    }
}

/// The client's own id if it is a decent one, else a new one.
fn request_id(app: &AppState, request: &Request) -> HeaderValue {
    if let Some(given) = request.headers().get(REQUEST_ID)
        && (1..=64).contains(&given.len())
        && given.as_bytes().iter().all(u8::is_ascii_graphic)
    {
        return given.clone();
    }
    let mut random = [0; 8];
    app.rng.fill(&mut random);
    let mut text = [0; 16];
    for (i, byte) in random.iter().enumerate() {
        text[2 * i] = b"0123456789abcdef"[usize::from(byte >> 4)];
        text[2 * i + 1] = b"0123456789abcdef"[usize::from(byte & 15)];
    }
    HeaderValue::from_bytes(&text).expect("hexadecimal digits are a header value")
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Headers that every answer has. Pages set a policy of their own before; what is no page may load nothing at all.
fn secure(app: &AppState, response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let nothing = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(nothing));
    if app.public_url().starts_with("https:") {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// 404 for a path that no route has.
pub(crate) async fn unknown_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "route_unknown", "No route has this path; see /docs.")
}

/// 405; the router adds `Allow`.
pub(crate) async fn unknown_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "See the Allow header for what the path can do.",
    )
}
