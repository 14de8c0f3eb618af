//! The console's page: one template for all of its addresses, with a policy and a nonce of its own for every answer.
//! The nonce is the only thing that is ever written into it; nothing of a request is.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::gate;
use crate::state::AppState;

/// What the build wrote where the nonce goes.
const PLACEHOLDER: &str = "%BELFRY_NONCE%";
const TEMPLATE: &str = "console/index.html";

/// What answers in place of the console while the web part was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
    <title>Belfry</title><h1>Belfry</h1>\
    <p>This server was built without its pages; <code>npm run build</code> in <code>web/</code> makes them.</p>\
    <p>Programs use its API: <a href=\"/docs\">reference</a>, <a href=\"/openapi.json\">OpenAPI document</a>.</p></html>";

/// Paths under these are never the console's, whatever a browser asks for.
const OTHERS: &[&str] =
    &["v1", "app", "assets", "docs", "photos", "preview", "openapi.json", "healthz", "readyz", "metrics"];

/// Addresses of the console. A new one at the top needs a line here; below `/w/` there is nothing to do.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(console))
        .route("/setup", get(console))
        .route("/sign-in", get(console))
        .route("/reset", get(console))
        .route("/profile", get(console))
        .route("/w/{*rest}", get(console))
}

async fn console(State(app): State<AppState>) -> Response {
    page(&app, StatusCode::OK)
}

/// What no route has: the console's own words for a person in a browser, a problem for everybody else. Both are a 404.
pub(crate) async fn unknown(State(app): State<AppState>, request: Request) -> Response {
    let browses = matches!(*request.method(), Method::GET | Method::HEAD)
        && request
            .headers()
            .get(ACCEPT)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.contains("text/html"));
    let first = request.uri().path().split('/').nth(1).unwrap_or_default();
    if browses && !OTHERS.contains(&first) {
        page(&app, StatusCode::NOT_FOUND)
    } else {
        gate::unknown_route().await.into_response()
    }
}

fn page(app: &AppState, status: StatusCode) -> Response {
    let mut secret = [0; 16];
    app.rng.fill(&mut secret);
    let nonce = URL_SAFE_NO_PAD.encode(secret);
    let template = (app.assets)(TEMPLATE);
    let template = template.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let html = template.unwrap_or(NOT_BUILT).replace(PLACEHOLDER, &nonce);
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // A nonce is for one answer: kept by a cache, it would be everybody's.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, policy(&nonce));
    response
}

/// Components write style sheets while they run; they carry the nonce. Scripts come from files only.
fn policy(nonce: &str) -> HeaderValue {
    let text = format!(
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'nonce-{nonce}'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).expect("base64 is a header value")
}
