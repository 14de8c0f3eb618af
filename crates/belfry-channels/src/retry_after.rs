//! `Retry-After` (RFC 9110 §10.2.3): strangers' bytes in, a duration out. It never panics and never believes more
//! than 28 days.

use std::time::{Duration, UNIX_EPOCH};

use belfry_types::limits::RUN_TIME_MAX_S;
use belfry_types::time::Millis;

/// The longest wait that is believed: no notification lives longer.
pub const LONGEST: Duration = Duration::from_secs(RUN_TIME_MAX_S as u64);

/// Reads seconds or an HTTP date (IMF-fixdate, RFC 850, asctime); a date that is over is no wait. `None` if it is
/// neither.
pub fn parse(value: &[u8], now: Millis) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // What does not fit into a number is longer than anything that is believed.
        return Some(text.parse().map_or(LONGEST, Duration::from_secs).min(LONGEST));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let since_epoch = date.duration_since(UNIX_EPOCH).unwrap_or_default();
    let date = Millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX));
    Some(date.since(now).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Millis {
        Millis::parse_rfc3339("1994-11-06T08:49:07Z").unwrap()
    }

    #[test]
    fn seconds() {
        assert_eq!(parse(b"120", now()), Some(Duration::from_secs(120)));
        assert_eq!(parse(b" 0 ", now()), Some(Duration::ZERO));
        assert_eq!(parse(b"99999999999999999999999999", now()), Some(LONGEST));
        assert_eq!(parse(b"31536000", now()), Some(LONGEST));
        for bad in ["", " ", "-1", "+1", "1.5", "1e3", "soon", "12 0", "\u{661}"] {
            assert_eq!(parse(bad.as_bytes(), now()), None, "{bad:?}");
        }
    }

    #[test]
    fn the_three_dates() {
        for date in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(parse(date.as_bytes(), now()), Some(Duration::from_secs(30)), "{date}");
        }
        assert_eq!(parse(b"Sun, 06 Nov 1994 08:00:00 GMT", now()), Some(Duration::ZERO));
        assert_eq!(parse(b"Fri, 31 Dec 9999 23:59:59 GMT", now()), Some(LONGEST));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_exceeds(bytes in prop::collection::vec(any::<u8>(), 0..64), at in any::<i64>()) {
            prop_assert!(parse(&bytes, Millis(at)).is_none_or(|d| d <= LONGEST));
        }

        #[test]
        fn date_shaped_text_never_panics(
            text in "[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,5} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
            at in any::<i64>()
        ) {
            prop_assert!(parse(text.as_bytes(), Millis(at)).is_none_or(|d| d <= LONGEST));
        }
    }
}
