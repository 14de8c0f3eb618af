//! The web pages but for the console's: the portal, its worker and manifest, the API reference and the files that they load. Pages come from
//! the build in `web/`; nothing of a request is ever written into one.

use std::borrow::Cow;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use belfry_types::secret::sha256;
use serde_json::json;
use tower_http::compression::CompressionLayer;
use utoipa::openapi::OpenApi;

use crate::extract::Path;
use crate::problem::Problem;
use crate::routes::console_page;
use crate::state::AppState;

/// The portal sets no HTML from strings and makes no script address but its worker's (Trusted Types). Photos of actors
/// come from anywhere, but by HTTPS only.
const PORTAL: &str = "default-src 'self'; img-src 'self' blob: data: https:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; connect-src 'self'; worker-src 'self'; \
    require-trusted-types-for 'script'; trusted-types belfry";
/// The reference page is a package's: it writes styles into its elements.
const REFERENCE: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// Always asked again, answered with 304 where nothing changed.
const CHECKED: &str = "no-cache";
/// Files whose names change with their contents.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Files that other sites load by a name that stays.
const FIVE_MINUTES: &str = "public, max-age=300";
const AN_HOUR: &str = "public, max-age=3600";

/// The pages and the document of the API.
pub(crate) fn router(document: &OpenApi) -> Router<AppState> {
    let document = Bytes::from(document.to_pretty_json().expect("the document becomes JSON"));
    Router::new()
        .merge(console_page::router())
        .route("/app/sw.js", get(worker))
        .route("/app/{ws}", get(portal))
        .route("/app/{ws}/", get(portal))
        .route("/app/{ws}/manifest.webmanifest", get(manifest))
        .route("/app/{ws}/{*rest}", get(portal))
        .route("/l/{token}", get(magic_link))
        .route("/belfry-inbox.js", get(inbox_element))
        .route("/belfry-inbox.d.ts", get(inbox_element_types))
        .route("/belfry-inbox/{*path}", get(inbox_element_part))
        .route("/assets/{*path}", get(asset))
        .route("/docs", get(reference))
        .route("/docs/", get(reference))
        .route("/docs/{*path}", get(reference_file))
        .route("/openapi.json", get(move |headers| openapi(document.clone(), headers)))
        .layer(CompressionLayer::new())
}

async fn portal(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = built(&app, "portal/index.html")?;
    Ok(file(&headers, page, "text/html; charset=utf-8", CHECKED, Some(PORTAL)))
}

/// The page of a magic link, the same for whatever the link is: looking at it changes nothing, its button redeems it.
async fn magic_link(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = built(&app, "portal/link.html")?;
    Ok(file(&headers, page, "text/html; charset=utf-8", "no-store", Some(PORTAL)))
}

async fn inbox_element(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    Ok(for_everyone(&headers, built(&app, "belfry-inbox.js")?, "text/javascript; charset=utf-8"))
}

async fn inbox_element_types(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    Ok(for_everyone(&headers, built(&app, "belfry-inbox.d.ts")?, "text/plain; charset=utf-8"))
}

/// What the element loads only when it is needed.
async fn inbox_element_part(
    State(app): State<AppState>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = format!("belfry-inbox/{path}");
    Ok(for_everyone(&headers, built(&app, &path)?, kind(&path)))
}

/// A file that pages of any origin load (WHATWG Fetch, CORS and Cross-Origin-Resource-Policy).
fn for_everyone(headers: &HeaderMap, body: Cow<'static, [u8]>, kind: &'static str) -> Response {
    let mut response = file(headers, body, kind, FIVE_MINUTES, None);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}

async fn worker(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut response =
        file(&headers, built(&app, "sw.js")?, "text/javascript; charset=utf-8", CHECKED, Some(PORTAL));
    response.headers_mut().insert(SERVICE_WORKER_ALLOWED, HeaderValue::from_static("/app/"));
    Ok(response)
}

/// Makes each workspace an application of its own on a phone. Who knows the address learns the workspace's name.
async fn manifest(
    State(app): State<AppState>,
    Path(ws): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = app.store().workspace_anywhere(&ws).await?;
    let workspace = found.ok_or_else(|| Problem::not_found("workspace"))?;
    let icon = |name: &str, size: &str, purpose: &str| json!({"src": format!("/assets/icons/{name}"), "sizes": size, "type": "image/png", "purpose": purpose});
    let mut icons = vec![
        icon("bell-192.png", "192x192", "any"),
        icon("bell-512.png", "512x512", "any"),
        icon("maskable-512.png", "512x512", "maskable"),
    ];
    if let Some(own) = &workspace.icon {
        icons.insert(0, json!({"src": format!("/photos/{own}"), "sizes": "any", "purpose": "any"}));
    }
    let base = format!("/app/{}/", workspace.slug);
    let manifest = json!({
        "id": base, "start_url": base, "scope": base, "name": workspace.name, "short_name": workspace.name,
        "display": "standalone", "background_color": "#f8f7f4", "theme_color": "#f8f7f4", "icons": icons,
    });
    let body = Cow::Owned(manifest.to_string().into_bytes());
    Ok(file(&headers, body, "application/manifest+json", CHECKED, None))
}

async fn asset(
    State(app): State<AppState>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = format!("assets/{path}");
    let cache = if path.starts_with("assets/icons/") { AN_HOUR } else { FOREVER };
    Ok(file(&headers, built(&app, &path)?, kind(&path), cache, None))
}

async fn reference(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = built(&app, "docs/index.html")?;
    Ok(file(&headers, page, "text/html; charset=utf-8", CHECKED, Some(REFERENCE)))
}

async fn reference_file(
    State(app): State<AppState>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = format!("docs/{path}");
    Ok(file(&headers, built(&app, &path)?, kind(&path), CHECKED, Some(REFERENCE)))
}

async fn openapi(document: Bytes, headers: HeaderMap) -> Response {
    let mut response = file(&headers, Cow::Owned(document.to_vec()), "application/json", CHECKED, None);
    // The document holds nothing that is not public; tools on other origins may read it.
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn built(app: &AppState, path: &str) -> Result<Cow<'static, [u8]>, Problem> {
    (app.assets)(path).ok_or_else(|| Problem::not_found("page"))
}

/// The types of what the build makes; everything else is bytes that no browser runs.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}

fn file(
    headers: &HeaderMap,
    body: Cow<'static, [u8]>,
    kind: &'static str,
    cache: &'static str,
    policy: Option<&'static str>,
) -> Response {
    let tag = tag(&body);
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| {
        let value = value.as_bytes();
        // A proxy that compressed it makes the tag a weak one.
        value.strip_prefix(b"W/").unwrap_or(value) == tag.as_bytes()
    });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match body {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes).into_response(),
            Cow::Owned(bytes) => bytes.into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(ETAG, tag);
    if let Some(policy) = policy {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    response
}

fn tag(body: &[u8]) -> HeaderValue {
    let hash = sha256(body);
    let hex: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{hex}\"")).expect("hexadecimal digits are a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let mut headers = HeaderMap::new();
        let first = file(&headers, b"x".as_slice().into(), "text/css", CHECKED, Some(PORTAL));
        assert_eq!(first.status(), 200);
        headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
        assert_eq!(file(&headers, b"x".as_slice().into(), "text/css", CHECKED, None).status(), 304);
        assert_eq!(file(&headers, b"y".as_slice().into(), "text/css", CHECKED, None).status(), 200);
    }
}
