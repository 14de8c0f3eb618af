//! Endpoints of push services, to which the server itself will speak: what is accepted is written as it is dialled, has
//! no user name and no address of a machine or network of one's own, and stays accepted. Loopback opens nothing else.

#![no_main]

use std::net::{Ipv4Addr, Ipv6Addr};

use belfry_channels::check_url;
use belfry_types::limits::URL_BYTES;
use libfuzzer_sys::fuzz_target;
use url::{Host, Url};

fn is_own_v4(v4: Ipv4Addr) -> bool {
    let special = v4.is_unspecified() || v4.is_broadcast() || v4.is_multicast() || v4.is_documentation();
    special || v4.is_loopback() || v4.is_private() || v4.is_link_local()
}

fn is_own_v6(v6: Ipv6Addr) -> bool {
    let special =
        v6.is_unspecified() || v6.is_multicast() || v6.is_unique_local() || v6.is_unicast_link_local();
    special || v6.is_loopback() || v6.to_ipv4().is_some_and(is_own_v4)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.to_canonical().is_loopback(),
        None => false,
    }
}

/// What holds for all of them, this machine's or not.
fn check(text: &str, url: &Url, allow_loopback: bool) {
    // The parser mends `https:host` and `https:/host`; others read them otherwise.
    let begin = format!("{}://", url.scheme());
    assert!(
        text.get(..begin.len()).is_some_and(|it| it.eq_ignore_ascii_case(&begin)),
        "{text:?} became {url}"
    );
    assert!(url.username().is_empty() && url.password().is_none(), "{text:?}");
    assert!(url.host_str().is_some_and(|host| !host.is_empty()), "{text:?}");
    if url.as_str().len() <= URL_BYTES {
        assert_eq!(check_url(url.as_str(), allow_loopback).as_ref(), Ok(url), "{text:?}");
    }
}

fuzz_target!(|text: &str| {
    let (public, loopback) = (check_url(text, false), check_url(text, true));
    if let Ok(url) = &public {
        check(text, url, false);
        assert_eq!(url.scheme(), "https", "{text:?}");
        assert!(!is_loopback(url), "{text:?}");
        match url.host() {
            Some(Host::Ipv4(v4)) => assert!(!is_own_v4(v4), "{text:?}"),
            Some(Host::Ipv6(v6)) => assert!(!is_own_v6(v6), "{text:?}"),
            _ => {}
        }
        assert_eq!(loopback.as_ref(), Ok(url), "{text:?}");
    } else if let Ok(url) = &loopback {
        check(text, url, true);
        assert!(is_loopback(url), "{text:?}");
    }
});
