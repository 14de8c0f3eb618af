//! Which destinations a notification may have. Owns the judgement of a URL's text; refuses to resolve or fetch it.

use belfry_types::limits::URL_BYTES;
use url::Url;

use crate::text::is_forbidden;

/// Why a destination was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkProblem {
    /// Nothing is written.
    #[error("the link is empty")]
    Empty,
    /// Longer than `limits::URL_BYTES`.
    #[error("the link is longer than {URL_BYTES} bytes")]
    TooLong,
    /// Control characters, spaces, invisible direction marks or backslashes, which programs read differently.
    #[error("the link has a space, a backslash or an invisible character in it")]
    Characters,
    /// Not `http`, `https` or a path.
    #[error("the link must begin with https://, http:// or a single /")]
    Scheme,
    /// A user name or password before the host.
    #[error("the link must not hold a user name or a password")]
    UserInfo,
    /// Not a URL: no host, a bad port.
    #[error("the link is not a valid URL")]
    Malformed,
}

/// Checks a destination: an absolute `http` or `https` URL (WHATWG URL) without user information, or a path that
/// begins with a single `/`; at most 2,048 bytes, without spaces, backslashes and control characters.
pub fn check_link(url: &str) -> Result<(), LinkProblem> {
    if url.is_empty() {
        return Err(LinkProblem::Empty);
    }
    if url.len() > URL_BYTES {
        return Err(LinkProblem::TooLong);
    }
    if url.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace() || is_forbidden(c)) {
        return Err(LinkProblem::Characters);
    }
    if let Some(path) = url.strip_prefix('/') {
        return if path.starts_with('/') { Err(LinkProblem::Scheme) } else { Ok(()) };
    }
    // The parser repairs `https:example.com` and `https:///example.com`; other programs read them otherwise.
    let authority = ["https://", "http://"]
        .iter()
        .find_map(|scheme| {
            url.get(..scheme.len())
                .filter(|begin| begin.eq_ignore_ascii_case(scheme))
                .map(|_| &url[scheme.len()..])
        })
        .ok_or(LinkProblem::Scheme)?;
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(LinkProblem::UserInfo);
    }
    if authority.is_empty() {
        return Err(LinkProblem::Malformed);
    }
    let parsed = Url::parse(url).map_err(|_| LinkProblem::Malformed)?;
    if parsed.host_str().is_none_or(str::is_empty) {
        return Err(LinkProblem::Malformed);
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(LinkProblem::UserInfo);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations() {
        use LinkProblem::*;
        for good in [
            "https://example.com",
            "HTTPS://example.com/a?b=c#@d",
            "http://localhost:8080/x",
            "https://münchen.example/straße",
            "/",
            "/news?id=1@2#x",
            "/a//b",
            "https://example.com#@evil.example",
        ] {
            assert_eq!(check_link(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", Empty),
            ("javascript:alert(1)", Scheme),
            ("JaVaScRiPt:alert(1)", Scheme),
            ("data:text/html,x", Scheme),
            ("file:///etc/passwd", Scheme),
            ("mailto:a@example.com", Scheme),
            ("//evil.example", Scheme),
            ("example.com", Scheme),
            ("https:example.com", Scheme),
            ("https:/example.com", Scheme),
            ("https:///example.com", Malformed),
            ("https://", Malformed),
            ("https://:443/", Malformed),
            ("https://example.com:99999/", Malformed),
            ("https://[::1", Malformed),
            ("https://user@example.com", UserInfo),
            ("https://@example.com", UserInfo),
            ("https://user:pw@example.com/", UserInfo),
            ("/\\evil.example", Characters),
            ("https://example.com\\@evil.example", Characters),
            ("/\t/evil.example", Characters),
            ("java\nscript:alert(1)", Characters),
            (" https://example.com", Characters),
            ("https://example.com/\0", Characters),
            ("https://example.com/\u{202e}gpj.exe", Characters),
        ] {
            assert_eq!(check_link(bad), Err(why), "{bad}");
        }
        let long = |n: usize| format!("/{}", "a".repeat(n - 1));
        assert_eq!(check_link(&long(URL_BYTES)), Ok(()));
        assert_eq!(check_link(&long(URL_BYTES + 1)), Err(TooLong));
    }
}
