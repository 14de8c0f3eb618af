//! The declaration of every setting: section, key, environment variable, type, default and meaning.

use std::net::SocketAddr;
use std::path::PathBuf;

use belfry_types::limits::WIDE_ABOVE;
use serde::Deserialize;

use crate::check::{Contact, Hidden, InstallationKey, LogFormat, PublicUrl};

/// What the reference page says about one setting.
pub(crate) struct Declared {
    pub(crate) section: &'static str,
    pub(crate) key: &'static str,
    pub(crate) variable: &'static str,
    pub(crate) default: &'static str,
    pub(crate) meaning: &'static str,
}

macro_rules! settings {
    ($(
        $(#[doc = $section_doc:literal])+
        $section:ident: $name:ident {
            $($(#[doc = $doc:literal])+ $key:ident: $type:ty, $variable:literal, $default:expr, shown $shown:literal;)*
        }
    )*) => {
        /// All settings, checked.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Settings { $($(#[doc = $section_doc])+ pub $section: $name,)* }

        $(
            $(#[doc = $section_doc])+
            #[derive(Debug, Clone, Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $name { $($(#[doc = $doc])+ pub $key: $type,)* }

            impl Default for $name {
                fn default() -> Self {
                    Self { $($key: $default,)* }
                }
            }
        )*

        /// Sections with what they are about, in the order of the page.
        pub(crate) const SECTIONS: &[(&str, &str)] = &[$((stringify!($section), concat!($($section_doc),+)),)*];

        /// Every setting, in the order of the page.
        pub(crate) const DECLARED: &[Declared] = &[$($(Declared {
            section: stringify!($section),
            key: stringify!($key),
            variable: $variable,
            default: $shown,
            meaning: concat!($($doc),+),
        },)*)*];
    };
}

settings! {
    /// Where the server listens and what it calls itself.
    server: Server {
        /// Address and port to listen on.
        listen: SocketAddr, "BELFRY_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080)), shown "127.0.0.1:8080";
        /// The URL under which people and programs reach the server; every link is made from it, never from a
        /// request's Host header. Without it the address listened on is used.
        public_url: Option<PublicUrl>, "BELFRY_PUBLIC_URL", None, shown "";
        /// Folder of the SQLite database, the installation's key and `belfry.toml`.
        data: PathBuf, "BELFRY_DATA", PathBuf::from("belfry-data"), shown "belfry-data";
        /// 32 random bytes in base64 with which secrets are encrypted. Without it the key in the data folder is used.
        /// All nodes of an installation need the same one.
        installation_key: Option<Hidden<InstallationKey>>, "BELFRY_INSTALLATION_KEY", None, shown "";
        /// How log lines are written: `text` or `json`.
        log: LogFormat, "BELFRY_LOG", LogFormat::Text, shown "text";
    }
    /// Where data is kept.
    database: Database {
        /// A PostgreSQL URL (`postgres://user:password@host:port/name`). Without it SQLite in the data folder is used.
        url: Option<Hidden<String>>, "BELFRY_DATABASE_URL", None, shown "";
    }
    /// What may be called from the server.
    egress: Egress {
        /// Allows calls to loopback addresses, plain HTTP there too. For development and tests only.
        allow_loopback: bool, "BELFRY_EGRESS_ALLOW_LOOPBACK", false, shown "false";
        /// A PEM file of certificate authorities that are trusted besides the usual ones.
        extra_ca: Option<PathBuf>, "BELFRY_EGRESS_EXTRA_CA", None, shown "";
    }
    /// Web push.
    web_push: WebPush {
        /// Who push services may write to about this server: a `mailto:` or `https:` URL (RFC 8292 `sub`).
        contact: Option<Contact>, "BELFRY_VAPID_CONTACT", None, shown "";
    }
    /// Requests per minute; what is beyond is answered with 429.
    limits: Limits {
        /// Requests of one API key.
        api_key_per_minute: u32, "BELFRY_LIMITS_API_KEY_PER_MINUTE", 1_200_000, shown "1200000";
        /// Requests of one user.
        user_token_per_minute: u32, "BELFRY_LIMITS_USER_TOKEN_PER_MINUTE", 60_000, shown "60000";
        /// Requests without valid credentials from one address (IPv6: one /64).
        address_per_minute: u32, "BELFRY_LIMITS_ADDRESS_PER_MINUTE", 6_000, shown "6000";
        /// Failed sign-ins of operators from one address (IPv6: one /64).
        sign_in_per_minute: u32, "BELFRY_LIMITS_SIGN_IN_PER_MINUTE", 30, shown "30";
    }
    /// Sending.
    delivery: Delivery {
        /// 1 sends from this node; 0 makes a node that accepts and plans but leaves the sending to others.
        deliverers: usize, "BELFRY_DELIVERERS", 1, shown "1";
    }
    /// Inboxes.
    inbox: Inbox {
        /// A notification to more people than this is kept as one row and a bitmap instead of a row per person.
        wide_above: u64, "BELFRY_WIDE_ABOVE", WIDE_ABOVE, shown "300";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_the_default() {
        let defaults = Settings::default();
        let shown = |key: &str| DECLARED.iter().find(|d| d.key == key).map(|d| d.default).unwrap_or_default();
        assert_eq!(shown("listen"), defaults.server.listen.to_string());
        assert_eq!(shown("data"), defaults.server.data.display().to_string());
        assert_eq!(shown("allow_loopback"), defaults.egress.allow_loopback.to_string());
        assert_eq!(shown("api_key_per_minute"), defaults.limits.api_key_per_minute.to_string());
        assert_eq!(shown("user_token_per_minute"), defaults.limits.user_token_per_minute.to_string());
        assert_eq!(shown("address_per_minute"), defaults.limits.address_per_minute.to_string());
        assert_eq!(shown("sign_in_per_minute"), defaults.limits.sign_in_per_minute.to_string());
        assert_eq!(shown("deliverers"), defaults.delivery.deliverers.to_string());
        assert_eq!(shown("wide_above"), defaults.inbox.wide_above.to_string());
    }
}
