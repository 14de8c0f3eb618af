//! How quickly notifications get on right now, from what this node was asked for before: nothing is stored for it. A
//! rate since the beginning would promise an end that does not come when a push service stops answering.

use std::time::Duration;

use belfry_types::time::Millis;
use quick_cache::sync::Cache;

/// A rate is of at least this long, and of about twice as long at most while someone looks on.
const WINDOW: Duration = Duration::from_secs(15);
/// Notifications that are remembered.
const KEPT: usize = 1_000;

/// Deliveries that had ended at a moment.
#[derive(Debug, Clone, Copy)]
struct Sample {
    at: Millis,
    done: i64,
}

/// What the rate is measured from, and what it will be measured from next.
#[derive(Debug, Clone, Copy)]
struct Samples {
    from: Sample,
    next: Sample,
}

/// The notifications that were looked at last.
#[derive(Debug)]
pub struct Paces(Cache<i64, Samples>);

impl Default for Paces {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Paces {
    /// Deliveries per second that end now, to one decimal; since it began when nobody asked before.
    pub fn per_second(&self, notification: i64, begun: Millis, done: i64, now: Millis) -> f64 {
        let seen = Sample { at: now, done };
        let mut samples =
            self.0.get(&notification).unwrap_or(Samples { from: Sample { at: begun, done: 0 }, next: seen });
        if now >= samples.next.at.plus(WINDOW) {
            samples = Samples { from: samples.next, next: seen };
        }
        self.0.insert(notification, samples);
        per_second(done - samples.from.done, samples.from.at, now)
    }
}

/// So many in that time, per second, to one decimal.
pub(crate) fn per_second(done: i64, from: Millis, until: Millis) -> f64 {
    let elapsed_s = (until.0 - from.0).max(1000) as f64 / 1000.0;
    (done.max(0) as f64 / elapsed_s * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_of_the_last_seconds_and_nothing_when_nothing_ends() {
        let paces = Paces::default();
        let at = |s: i64| Millis(s * 1000);
        let rate = |s: i64, done: i64| paces.per_second(1, at(0), done, at(s));
        assert_eq!(rate(10, 400), 40.0, "since it began");
        assert_eq!(rate(12, 420), 35.0);
        // From the first look on.
        assert_eq!(rate(25, 420), 1.3);
        assert_eq!(rate(39, 420), 0.7, "from the first look on");
        assert_eq!(rate(40, 420), 0.0, "nothing ended since the look before");
        assert_eq!(rate(600, 420), 0.0);
        assert_eq!(rate(620, 520), 5.0, "it goes on");
        assert_eq!(paces.per_second(2, at(0), 50, at(600)), 0.1, "another one");
    }
}
