//! Which pages of other origins may call the user API (WHATWG Fetch, CORS). A preflight carries no token, so it is
//! answered for any origin that some workspace lists; the request itself is held to the list of its token's workspace.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::auth::Identity;
use crate::problem::Problem;
use crate::state::AppState;

/// Origins of this installation and of all workspaces together.
pub struct Origins {
    own: Option<String>,
    listed: RwLock<HashSet<String>>,
}

impl Origins {
    pub(crate) fn new(public_url: &str) -> Self {
        let own = Url::parse(public_url).ok().map(|url| url.origin().ascii_serialization());
        Self { own, listed: RwLock::default() }
    }

    /// Replaces what is known of the workspaces' lists.
    pub(crate) fn set(&self, listed: HashSet<String>) {
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = listed;
    }

    /// Adds what was listed just now on this node.
    pub(crate) fn add(&self, origins: &[String]) {
        self.listed.write().unwrap_or_else(PoisonError::into_inner).extend(origins.iter().cloned());
    }

    fn is_listed(&self, origin: &str) -> bool {
        self.listed.read().unwrap_or_else(PoisonError::into_inner).contains(origin)
    }

    /// Our own pages: under the public URL, or under the address that the browser itself says it asks.
    pub(crate) fn is_own(&self, origin: &str, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let asked = origin.split_once("://").map(|(_, authority)| authority);
        self.own.as_deref() == Some(origin) || (host.is_some() && host == asked)
    }
}

/// An origin as workspaces list it: `https://host[:port]`, lower case, nothing after it.
pub fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.origin().ascii_serialization() == text
    })
}

/// The page of another origin that a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Foreign(HeaderValue);

/// Whether the request is one of the user API and comes from a page of another origin.
pub(crate) fn foreign(app: &AppState, path: &str, headers: &HeaderMap) -> Option<Foreign> {
    if path != "/v1/me" && !path.starts_with("/v1/me/") && path != "/v1/push/public-key" {
        return None;
    }
    let value = headers.get(ORIGIN)?;
    let own = value.to_str().is_ok_and(|origin| app.origins.is_own(origin, headers));
    (!own).then(|| Foreign(value.clone()))
}

impl Foreign {
    fn text(&self) -> &str {
        self.0.to_str().unwrap_or("null")
    }

    /// The answer to a preflight.
    pub(crate) fn preflight(&self, app: &AppState, method: &Method, headers: &HeaderMap) -> Option<Response> {
        if method != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        if !app.origins.is_listed(self.text()) {
            return Some(refused().into_response());
        }
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.0.clone());
        headers
            .insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"));
        let allowed = "authorization, content-type, last-event-id, idempotency-key";
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        Some(response)
    }

    /// Whether whoever asks may be asked for from this origin: 403 before anything is done otherwise.
    pub(crate) async fn judge(&self, app: &AppState, identity: &Identity) -> Result<(), Problem> {
        let allowed = match identity {
            Identity::User(grant) => {
                let workspace = app.store.workspace(grant.user.scope).await?;
                workspace.origins.iter().any(|origin| origin == self.text())
            }
            // A key has no business in a page, a session none in a foreign one, and a stranger may only learn that it
            // is one.
            Identity::Key(_) | Identity::Operator(_) => false,
            Identity::Nobody => app.origins.is_listed(self.text()),
        };
        if allowed { Ok(()) } else { Err(refused()) }
    }

    /// Lets the page read the answer.
    pub(crate) fn open(&self, app: &AppState, response: &mut Response) {
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("origin"));
        if app.origins.is_listed(self.text()) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.0.clone());
            let exposed = "ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id";
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
        }
    }
}

fn refused() -> Problem {
    Problem::forbidden("origin_not_allowed", "This origin is not one of the workspace's.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        for good in ["https://shop.example", "http://localhost:5173", "https://xn--mnchen-3ya.example:8443"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "shop.example",
            "https://shop.example/",
            "https://Shop.example",
            "ftp://x",
            "https://x:443",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn own_pages_are_known_by_url_or_host() {
        let origins = Origins::new("https://bells.example/base");
        let mut headers = HeaderMap::new();
        assert!(origins.is_own("https://bells.example", &headers));
        assert!(!origins.is_own("https://bells.example.evil", &headers));
        assert!(!origins.is_own("null", &headers));
        headers.insert(HOST, HeaderValue::from_static("localhost:8080"));
        assert!(origins.is_own("http://localhost:8080", &headers));
        assert!(!origins.is_own("http://localhost:8081", &headers));
    }
}
