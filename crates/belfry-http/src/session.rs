//! An operator's session as it travels: a cookie that no script can read (RFC 6265). A request that a page of another
//! origin made the browser send is refused: what changes something needs a header that such a page cannot set without
//! a preflight, which is never granted for it (decision 6). Where a cookie has no meaning it is not looked at.

use axum::http::header::{COOKIE, ORIGIN, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use belfry_types::secret::SESSION;
use belfry_types::time::Millis;

use crate::auth::Identity;
use crate::problem::Problem;
use crate::state::AppState;

/// The name of the cookie.
const NAME: &str = "belfry_session";
/// What our pages send along with whatever changes something.
const CONSOLE: HeaderName = HeaderName::from_static("x-belfry-console");
/// Characters of a session's secret: the prefix and 256 bits in base64.
const SECRET_CHARS: usize = SESSION.len() + 43;

/// The secret of a request's cookie, where a cookie means something. A credential in `Authorization` goes before it, the
/// user API is for people and pages of other origins, and whoever signs in may bring the remains of an old session.
pub(crate) fn presented(request: &Parts) -> Option<&str> {
    let path = request.uri.path();
    let ignored = path == "/v1/me"
        || path.starts_with("/v1/me/")
        || matches!(path, "/v1/push/public-key" | "/v1/setup" | "/v1/password-reset")
        || path.starts_with("/v1/links/")
        || (path == "/v1/session" && request.method == Method::POST);
    if ignored { None } else { cookie(request) }
}

/// The first well-formed secret among the cookies.
fn cookie(request: &Parts) -> Option<&str> {
    let texts = request.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(name, _)| *name == NAME)
        .map(|(_, value)| value)
        .find(|value| value.len() == SECRET_CHARS && value.starts_with(SESSION))
}

/// 403 where a page of another origin may have made the browser send the cookie along.
pub(crate) fn refuse_forgery(app: &AppState, request: &Parts) -> Result<(), Problem> {
    if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    if request.headers.get(CONSOLE).is_none_or(|value| value != "1") {
        return Err(Problem::forbidden(
            "csrf",
            "What changes something with a session needs X-Belfry-Console: 1.",
        ));
    }
    from_own_page(app, &request.headers)
}

/// 403 for a page of another origin, where the browser says so.
pub(crate) fn from_own_page(app: &AppState, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    if origin.to_str().is_ok_and(|origin| app.origins.is_own(origin, headers)) {
        return Ok(());
    }
    Err(Problem::forbidden("csrf", "A page of another origin cannot act with a session."))
}

/// The cookie for a secret that ends then.
pub(crate) fn set(app: &AppState, secret: &str, expires_at: Millis) -> HeaderValue {
    let left = expires_at.since(app.clock.now()).as_millis().div_ceil(1_000);
    written(app, secret, u64::try_from(left).unwrap_or(0))
}

/// The cookie that makes a browser forget the session.
pub(crate) fn clear(app: &AppState) -> HeaderValue {
    written(app, "", 0)
}

fn written(app: &AppState, secret: &str, seconds: u64) -> HeaderValue {
    let secure = if app.public_url().starts_with("https:") { "; Secure" } else { "" };
    let text = format!("{NAME}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::try_from(text).expect("a secret is plain ASCII");
    value.set_sensitive(true);
    value
}

/// The cookie anew, where the session's end was moved on just now.
pub(crate) fn renewed(app: &AppState, identity: &Identity, request: &Parts) -> Option<HeaderValue> {
    match identity {
        Identity::Operator(grant) if grant.moved_on => {
            cookie(request).map(|secret| set(app, secret, grant.expires_at))
        }
        _ => None,
    }
}

/// Hands it out, unless the answer itself says what becomes of the cookie.
pub(crate) fn renew(cookie: Option<HeaderValue>, response: &mut Response) {
    if let Some(cookie) = cookie
        && !response.headers().contains_key(SET_COOKIE)
    {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn secret_of(method: Method, path: &str, cookies: &[&str]) -> Option<String> {
        let mut request = Request::builder().method(method).uri(path);
        for cookie in cookies {
            request = request.header(COOKIE, *cookie);
        }
        presented(&request.body(()).unwrap().into_parts().0).map(str::to_owned)
    }

    #[test]
    fn cookies_are_read_where_they_mean_something() {
        let secret = format!("bs_{}", "x".repeat(43));
        let cookie = format!("theme=dark; belfry_session={secret}; a=b");
        let of = |method, path: &str| secret_of(method, path, &[&cookie]);
        assert_eq!(of(Method::GET, "/v1/session"), Some(secret.clone()));
        assert_eq!(of(Method::GET, "/v1/workspaces/demo"), Some(secret.clone()));
        let nowhere = ["/v1/me", "/v1/me/inbox", "/v1/push/public-key", "/v1/setup", "/v1/password-reset"];
        for path in nowhere.into_iter().chain(["/v1/links/preview"]) {
            assert_eq!(of(Method::GET, path), None, "{path}");
        }
        assert_eq!(of(Method::POST, "/v1/session"), None);
        let good = format!("belfry_session={secret}");
        for bad in ["belfry_session=", "belfry_session=bs_x", "xbelfry_session=1", "belfry_session", "="] {
            assert_eq!(secret_of(Method::GET, "/v1/session", &[bad]), None, "{bad}");
            assert_eq!(secret_of(Method::GET, "/v1/session", &[bad, &good]), Some(secret.clone()), "{bad}");
        }
    }
}
