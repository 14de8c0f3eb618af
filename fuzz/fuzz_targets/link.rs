//! Destinations of notifications: whatever is accepted leads a browser to `http` or `https`, without a user name, and a
//! path stays at the installation.

#![no_main]

use belfry_catalog::check_link;
use belfry_types::limits::URL_BYTES;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|text: &str| {
    if check_link(text).is_err() {
        return;
    }
    assert!(!text.is_empty() && text.len() <= URL_BYTES);
    assert!(!text.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace()), "{text:?}");
    // As a browser reads it in a page of the installation.
    let here = Url::parse("https://bells.example/app/").expect("a URL");
    let there = here.join(text).expect("it is a URL");
    if text.starts_with('/') {
        assert_eq!(there.origin(), here.origin(), "{text:?}");
        return;
    }
    assert_eq!(Url::parse(text).as_ref(), Ok(&there), "it depends on where it is read: {text:?}");
    assert!(matches!(there.scheme(), "http" | "https"), "{text:?}");
    assert!(there.username().is_empty() && there.password().is_none(), "{text:?}");
    assert!(there.host_str().is_some_and(|host| !host.is_empty()), "{text:?}");
    if there.as_str().len() <= URL_BYTES {
        assert_eq!(check_link(there.as_str()), Ok(()), "{text:?} became {there}");
    }
});
