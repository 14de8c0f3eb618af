//! When a failed attempt is tried again: full jitter between zero and a doubling bound, `Retry-After` as a floor,
//! never at or after the end of the run-time.

use std::time::Duration;

use belfry_types::limits::{ATTEMPTS_MAX, BACKOFF_BASE_S, BACKOFF_CAP_S};
use belfry_types::rng::Rng;
use belfry_types::time::Millis;

/// What to do after an attempt that may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again then.
    At(Millis),
    /// That was the last attempt.
    Exhausted,
    /// The run-time would be over.
    Expired,
}

/// Decides after attempt number `attempt` (from 1).
pub fn next(
    attempt: i64,
    retry_after: Option<Duration>,
    now: Millis,
    run_until: Millis,
    rng: &dyn Rng,
) -> Next {
    if attempt >= i64::from(ATTEMPTS_MAX) {
        return Next::Exhausted;
    }
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
    let bound_ms = (BACKOFF_BASE_S << doublings).min(BACKOFF_CAP_S) * 1000;
    let jitter = Duration::from_millis(rng.below(bound_ms + 1));
    // The floor gets the jitter on top: those who were told to wait until the same second do not come back together.
    let delay = retry_after.map_or(jitter, |floor| floor + jitter.min(Duration::from_millis(bound_ms / 2)));
    let at = now.plus(delay);
    if at >= run_until { Next::Expired } else { Next::At(at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use belfry_types::rng::TestRng;

    const FAR: Millis = Millis(i64::MAX);

    #[test]
    fn jitter_is_full_and_capped() {
        let rng = TestRng::seeded(7);
        for attempt in 1..10 {
            let bound = (1_000_i64 << (attempt - 1)).min(900_000);
            let mut seen = (i64::MAX, 0);
            for _ in 0..2_000 {
                let Next::At(at) = next(attempt, None, Millis(0), FAR, &rng) else {
                    panic!("there are attempts left")
                };
                seen = (seen.0.min(at.0), seen.1.max(at.0));
            }
            assert!(
                seen.1 <= bound && seen.1 > bound * 9 / 10 && seen.0 < bound / 10 + 1,
                "{attempt}: {seen:?}"
            );
        }
    }

    #[test]
    fn the_floor_and_the_ends_hold() {
        let rng = TestRng::seeded(1);
        let Next::At(at) = next(1, Some(Duration::from_secs(30)), Millis(0), FAR, &rng) else { panic!() };
        assert!(at.0 >= 30_000);
        assert_eq!(next(1, Some(Duration::from_secs(30)), Millis(0), Millis(30_000), &rng), Next::Expired);
        assert_eq!(next(10, None, Millis(0), FAR, &rng), Next::Exhausted);
    }
}
