//! The address guard: which URLs and which addresses Belfry may speak to. It holds no state and resolves nothing;
//! the same rules are asked at registration (the URL), before each request (the URL) and at the moment of dialling
//! (each resolved address).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use belfry_types::limits::URL_BYTES;
use url::{Host, Url};

/// Why an address is not spoken to. The text is for operators and never holds the URL itself, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressRefused(pub(crate) &'static str);

impl AddressRefused {
    /// The reason in words.
    pub fn reason(&self) -> &'static str {
        self.0
    }
}

/// Ports from 1024 that browsers refuse to speak HTTP to (the "bad ports" of the Fetch standard).
const OTHER_PROTOCOLS: [u16; 19] = [
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697, 10080,
];

/// Checks the text of a URL that Belfry is asked to speak to, and parses it.
///
/// The scheme must be `https` (with `allow_loopback` also `http`, to a loopback host only), there must be no
/// user info, the port is 443 or an unreserved one, and a host that is written as an address in any notation must be
/// a public one. Host names are judged again when they are resolved.
///
/// # Errors
/// [`AddressRefused`] with the reason.
pub fn check_url(text: &str, allow_loopback: bool) -> Result<Url, AddressRefused> {
    if text.len() > URL_BYTES {
        return Err(AddressRefused("the URL is too long"));
    }
    // The parser would mend these silently, and what was meant would differ from what is dialled.
    if text.bytes().any(|b| b == b'\\' || b <= b' ' || b == 0x7f) {
        return Err(AddressRefused("the URL has a backslash, a space or a control character"));
    }
    let begins = |(scheme, rest): (&str, &str)| {
        scheme.bytes().all(|b| b.is_ascii_alphabetic()) && !rest.starts_with('/')
    };
    if !text.split_once("://").is_some_and(begins) {
        return Err(AddressRefused("the URL has no host"));
    }
    let url = Url::parse(text).map_err(|_| AddressRefused("the URL cannot be read"))?;
    check_parsed(&url, allow_loopback)?;
    Ok(url)
}

/// Like [`check_url`] for a URL that is parsed already.
pub(crate) fn check_parsed(url: &Url, allow_loopback: bool) -> Result<(), AddressRefused> {
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(AddressRefused("the scheme is not https")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefused("the URL has user information"));
    }
    let loopback = match url.host().ok_or(AddressRefused("the URL has no host"))? {
        Host::Domain(name) => {
            if name.trim_end_matches('.').is_empty() {
                return Err(AddressRefused("the URL has no host"));
            }
            is_localhost(name)
        }
        Host::Ipv4(v4) => check_literal(IpAddr::V4(v4), allow_loopback)?,
        Host::Ipv6(v6) => check_literal(IpAddr::V6(v6), allow_loopback)?,
    };
    if loopback {
        return if allow_loopback { Ok(()) } else { Err(AddressRefused("the host is this machine")) };
    }
    if !secure {
        return Err(AddressRefused("the scheme is not https"));
    }
    match url.port_or_known_default() {
        Some(443) => Ok(()),
        Some(port) if port >= 1024 && !OTHER_PROTOCOLS.contains(&port) => Ok(()),
        _ => Err(AddressRefused("the port belongs to another protocol")),
    }
}

/// Judges an address that is about to be dialled.
///
/// # Errors
/// [`AddressRefused`] when it is not a public unicast address (or, with `allow_loopback`, this machine).
pub fn check_address(address: IpAddr, allow_loopback: bool) -> Result<(), AddressRefused> {
    check_literal(address, allow_loopback).map(|_| ())
}

/// Whether `name` means this machine by RFC 6761 §6.3, with or without the root's dot.
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}

fn check_literal(address: IpAddr, allow_loopback: bool) -> Result<bool, AddressRefused> {
    let canonical = address.to_canonical();
    if canonical.is_loopback() {
        return if allow_loopback { Ok(true) } else { Err(AddressRefused("the address is this machine")) };
    }
    let public = match canonical {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    };
    if public { Ok(false) } else { Err(AddressRefused("the address is not a public one")) }
}

/// IPv4 by the IANA special-purpose registry (RFC 6890 and its updates).
fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !(a == 0
        || v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || v4.is_multicast()
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && b & 0xfe == 18)
        || a >= 240)
}

/// IPv6: global unicast only (2000::/3) without its special parts; addresses that carry an IPv4 address are judged
/// by that one.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let s = v6.segments();
    let carried = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    // NAT64 (RFC 6052). The local-use prefix 64:ff9b:1::/48 is outside of it and is refused below.
    if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return is_public_v4(carried(s[6], s[7]));
    }
    match (s[0], s[1]) {
        // 6to4 (RFC 3056).
        (0x2002, _) => is_public_v4(carried(s[1], s[2])),
        // IETF protocol assignments with Teredo, benchmarking and ORCHID; documentation.
        (0x2001, second) if second < 0x0200 || second == 0x0db8 => false,
        (0x3fff, second) if second < 0x1000 => false,
        (first, _) => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_pass() {
        for text in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com:443/wpush/v2/x",
            "https://push.example:8443/p?q=1",
            "https://93.184.216.34/x",
            "https://[2606:4700::1111]/x",
            "https://[64:ff9b::5db8:d822]/x",
        ] {
            assert!(check_url(text, false).is_ok(), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = "https:https://a.example/ file:///etc/passwd ftp://a.example/ gopher://a.example javascript:alert(1) data:,x
            http://push.example/x https:///x https:// https:push.example https:/push.example https://user@push.example/x https://user:pw@push.example/
            https://push.example@127.0.0.1/ https://127.0.0.1/ https://127.1/ https://2130706433/ https://0x7f000001/
            https://0177.0.0.1/ https://0x7f.1/ https://[::1]/ https://[::ffff:127.0.0.1]/ https://[::127.0.0.1]/
            https://[::ffff:10.0.0.1]/ https://0/ https://0.0.0.0/ https://[::]/ https://10.1.2.3/ https://172.16.0.1/
            https://192.168.1.1/ https://169.254.169.254/latest/meta-data https://100.64.0.1/ https://100.127.255.255/
            https://198.18.0.1/ https://198.19.255.255/ https://192.0.2.1/ https://198.51.100.1/ https://203.0.113.1/
            https://224.0.0.1/ https://255.255.255.255/ https://240.0.0.1/ https://192.0.0.8/ https://192.88.99.1/
            https://[fe80::1]/ https://[fc00::1]/ https://[fd12:3456::1]/ https://[ff02::1]/ https://[2001:db8::1]/
            https://[64:ff9b::a00:1]/ https://[64:ff9b:1::1]/ https://[2002:a00:1::]/ https://[2001::1]/
            https://[3fff::1]/ https://[100::1]/ https://[fec0::1]/ https://[5f00::1]/
            https://localhost/ https://localhost./ https://LOCALHOST/ https://a.localhost/ https://a.localhost./
            https://push.example:25/ https://push.example:22/ https://push.example:80/ https://push.example:6667/
            https://push.example:0/ https://push.example:99999/ https://push.example\\@127.0.0.1/
            https:\\\\push.example\\x https://./ https://１２７.０.０.１/ https://127。0。0。1/ https://ⓛocalhost/";
        for text in refused.split_whitespace() {
            assert!(check_url(text, false).is_err(), "{text}");
        }
        assert!(check_url("https://push.example/\r\nx", false).is_err());
        assert!(check_url(" https://push.example/", false).is_err());
        assert!(check_url(&format!("https://push.example/{}", "x".repeat(URL_BYTES)), false).is_err());
    }

    #[test]
    fn loopback_needs_its_setting_and_opens_nothing_else() {
        for text in [
            "http://127.0.0.1:9/x",
            "https://127.0.0.1:25/x",
            "http://[::1]:8080/x",
            "http://localhost:1/x",
            "https://localhost./x",
            "http://[::ffff:127.0.0.1]:80/x",
        ] {
            assert!(check_url(text, true).is_ok(), "{text}");
        }
        for text in
            ["http://push.example/", "https://10.0.0.1/", "http://169.254.169.254/", "http://0.0.0.0/"]
        {
            assert!(check_url(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fragment_does_not_move_the_host() {
        let url = check_url("https://push.example/#@127.0.0.1/", false).unwrap();
        assert_eq!(url.host_str(), Some("push.example"));
        assert!(
            check_url("https://push.example#@127.0.0.1/", false)
                .is_ok_and(|u| u.host_str() == Some("push.example"))
        );
    }
}
