//! Cursors and limits of lists: what a cursor decodes to encodes to a cursor that decodes to the same; it fits one kind
//! of list at most; every position that a list has can be asked for again; a limit is within its bounds.

#![no_main]

use belfry_http::{Cursor, Limit};
use belfry_types::limits::PAGE_MAX;
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

/// Characters of a cursor, as the routes say.
const CHARS: usize = 100;

/// As it comes out of an address.
fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    let deserializer: StrDeserializer<'t, Error> = text.into_deserializer();
    T::deserialize(deserializer).ok()
}

/// Gives the cursor out and takes it back.
fn check(cursor: &Cursor) {
    let text = cursor.to_text();
    assert!(text.len() <= CHARS, "{text}");
    assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{text}");
    assert_eq!(read::<Cursor>(&text).as_ref(), Some(cursor));
    let fits = [cursor.number().is_ok(), cursor.numbers::<2>().is_ok(), cursor.numbers::<3>().is_ok()];
    assert!(fits.iter().filter(|fits| **fits).count() <= 1, "{cursor:?}");
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        if let Some(cursor) = read::<Cursor>(text) {
            check(&cursor);
        }
        if let Some(limit) = read::<Limit>(text) {
            assert!((1..=PAGE_MAX).contains(&limit.rows()) && limit.and_one() == limit.rows() + 1);
        }
    }

    let mut numbers = data.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes));
    if let (Some(a), Some(b), Some(c)) = (numbers.next(), numbers.next(), numbers.next()) {
        for cursor in [Cursor::one(a), Cursor::two(a, b), Cursor::three(a, b, c)] {
            check(&cursor);
        }
        assert_eq!(Cursor::one(a).number(), Ok(a));
        assert_eq!(Cursor::two(a, b).numbers(), Ok([a, b]));
        assert_eq!(Cursor::three(a, b, c).numbers(), Ok([a, b, c]));
    }
});
