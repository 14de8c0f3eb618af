//! Types of settings that are more than a text: each refuses, when it is read, what could not work later.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use url::Url;

/// A value that never shows itself in logs.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden<T>(pub T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = $check:path;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                $check(&String::deserialize(d)?).map(Self).map_err(D::Error::custom)
            }
        }
    )*};
}

checked! {
    /// `https://host[:port][/path]` without a slash at the end.
    PublicUrl(String) = public_url;
    /// A `mailto:` or `https:` URL.
    Contact(String) = contact;
    /// 32 bytes.
    InstallationKey([u8; 32]) = installation_key;
}

fn public_url(text: &str) -> Result<String, &'static str> {
    let problem = "expected http(s)://host[:port][/path] without user name, query and fragment";
    let url = Url::parse(text).map_err(|_| problem)?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
        return Err(problem);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn contact(text: &str) -> Result<String, &'static str> {
    let fits = text.strip_prefix("mailto:").is_some_and(|address| {
        address.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
    }) || Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if fits { Ok(text.to_owned()) } else { Err("expected mailto:someone@example.com or an https URL") }
}

fn installation_key(text: &str) -> Result<[u8; 32], &'static str> {
    let text = text.trim();
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(text))
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or("expected 32 bytes in base64, for instance of `openssl rand -base64 32`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls() {
        assert_eq!(public_url("https://bells.example/").unwrap(), "https://bells.example");
        assert_eq!(public_url("http://127.0.0.1:8080/base/").unwrap(), "http://127.0.0.1:8080/base");
        for bad in ["", "bells.example", "ftp://x", "https://u@x", "https://x/?a", "https://x/#a"] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn contacts_and_keys() {
        assert!(contact("mailto:ops@example.com").is_ok() && contact("https://example.com/ops").is_ok());
        assert!(
            contact("ops@example.com").is_err()
                && contact("mailto:ops").is_err()
                && contact("http://x").is_err()
        );
        assert_eq!(installation_key(&STANDARD.encode([7; 32])).unwrap(), [7; 32]);
        assert!(installation_key(&STANDARD.encode([7; 31])).is_err() && installation_key("secret").is_err());
        assert_eq!(format!("{:?}", Hidden("secret")), "…");
    }
}
