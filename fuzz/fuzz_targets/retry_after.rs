//! `Retry-After`: no wait is longer than the longest that is believed; whether it is one does not depend on when it is
//! read; the later it is read, the shorter it is; white space around it means nothing.

#![no_main]

use belfry_channels::retry_after::{LONGEST, parse};
use belfry_types::time::Millis;
use libfuzzer_sys::fuzz_target;

/// When it is read, in order: both ends of what a number holds, around the epoch, and around the dates of the seeds.
const NOW: [Millis; 8] = [
    Millis(i64::MIN),
    Millis(-1),
    Millis(0),
    Millis(784_111_747_000),
    Millis(784_111_777_001),
    Millis(1_772_617_260_000),
    Millis(253_402_300_799_000),
    Millis(i64::MAX),
];

fuzz_target!(|data: &[u8]| {
    let waits = NOW.map(|now| parse(data, now));
    assert!(waits.iter().all(|wait| wait.is_some() == waits[0].is_some()), "{waits:?}");
    assert!(waits.iter().flatten().all(|wait| *wait <= LONGEST), "{waits:?}");
    assert!(waits.is_sorted_by(|earlier, later| earlier >= later), "{waits:?}");
    let spaced = [b" \t", data, b"\t "].concat();
    assert_eq!(NOW.map(|now| parse(&spaced, now)), waits);
    if !data.is_empty() && data.iter().all(u8::is_ascii_digit) {
        assert!(waits[0].is_some() && waits.iter().all(|wait| *wait == waits[0]), "{waits:?}");
    }
});
