//! A circuit breaker per push origin: a host that does not answer, or answers only that it cannot, is left alone for a
//! while, so that it slows nobody else down. It sends nothing, knows no time of its own and remembers only origins that
//! are failing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use belfry_types::channel::HostState;
use belfry_types::time::Millis;

/// What failures in a row must weigh to open the circuit: 8 without an answer, or 32 answers that the host cannot.
const OPENS_AT: u32 = 32;
/// First time for which it stays open.
const FIRST_OPEN: Duration = Duration::from_secs(5);
/// Longest time for which it stays open.
const LONGEST_OPEN: Duration = Duration::from_secs(300);
/// After this a batch that was let through on trial and reported nothing is taken for lost.
const TRIAL: Duration = Duration::from_secs(60);
/// Failing origins that are remembered.
const ORIGINS_MAX: usize = 10_000;

/// What one attempt weighs; 0 closes the circuit.
fn weight(state: HostState) -> u32 {
    match state {
        HostState::Up => 0,
        HostState::Failing => 1,
        HostState::Down => 4,
    }
}

#[derive(Debug, Clone, Copy)]
enum Circuit {
    /// Requests pass; what the failures in a row weigh.
    Closed { failures: u32, last: Millis },
    /// Nothing passes until then; `length` is doubled when the trial fails.
    Open { until: Millis, length: Duration },
    /// One batch is on trial, until then at most.
    Trial { until: Millis, length: Duration },
}

impl Circuit {
    /// Until when nothing passes; `None` if something may pass at `now`.
    fn blocked_until(self, now: Millis) -> Option<Millis> {
        match self {
            Self::Open { until, .. } | Self::Trial { until, .. } if now < until => Some(until),
            _ => None,
        }
    }
}

/// The circuits of all origins; shared by reference.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<HashMap<String, Circuit>>);

impl Breaker {
    /// All circuits closed.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Circuit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a batch for `origin` may go now. When an open time is over this lets exactly one through on trial, so
    /// ask once per batch.
    pub fn allow(&self, origin: &str, now: Millis) -> bool {
        let mut circuits = self.lock();
        let Some(circuit) = circuits.get_mut(origin) else { return true };
        if circuit.blocked_until(now).is_some() {
            return false;
        }
        if let Circuit::Open { length, .. } | Circuit::Trial { length, .. } = *circuit {
            *circuit = Circuit::Trial { until: now.plus(TRIAL), length };
        }
        true
    }

    /// Reports how one attempt ended.
    pub fn record(&self, origin: &str, state: HostState, now: Millis) {
        let mut circuits = self.lock();
        let weight = weight(state);
        if weight == 0 {
            circuits.remove(origin);
            return;
        }
        if !circuits.contains_key(origin) {
            if circuits.len() >= ORIGINS_MAX {
                make_room(&mut circuits);
            }
            circuits.insert(origin.to_owned(), Circuit::Closed { failures: 0, last: now });
        }
        let Some(circuit) = circuits.get_mut(origin) else { return };
        *circuit = match *circuit {
            Circuit::Closed { failures, .. } if failures + weight < OPENS_AT => {
                Circuit::Closed { failures: failures + weight, last: now }
            }
            Circuit::Closed { .. } => Circuit::Open { until: now.plus(FIRST_OPEN), length: FIRST_OPEN },
            Circuit::Trial { length, .. } => {
                let length = (length * 2).min(LONGEST_OPEN);
                Circuit::Open { until: now.plus(length), length }
            }
            // The rest of the batch that opened it: it says nothing new.
            open @ Circuit::Open { .. } => open,
        };
    }

    /// Origins for which nothing may go now, for the query that leases batches.
    pub fn blocked(&self, now: Millis) -> Vec<String> {
        let circuits = self.lock();
        circuits
            .iter()
            .filter(|(_, c)| c.blocked_until(now).is_some())
            .map(|(origin, _)| origin.clone())
            .collect()
    }

    /// Until when nothing may go to `origin`; `None` when something may now.
    pub fn open_until(&self, origin: &str, now: Millis) -> Option<Millis> {
        self.lock().get(origin).and_then(|c| c.blocked_until(now))
    }
}

/// Forgets the closed circuits that failed longest ago, or if there are none the circuit that opens first.
fn make_room(circuits: &mut HashMap<String, Circuit>) {
    let when = |c: &Circuit| match *c {
        Circuit::Closed { last, .. } => (0, last),
        Circuit::Open { until, .. } | Circuit::Trial { until, .. } => (1, until),
    };
    let mut order: Vec<_> = circuits.values().map(when).collect();
    // A tenth at once, so that a flood of names does not cost a scan each.
    let (_, bound, _) = order.select_nth_unstable(ORIGINS_MAX / 10);
    let bound = *bound;
    circuits.retain(|_, c| when(c) > bound);
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "https://a.example";

    fn at(seconds: i64) -> Millis {
        Millis(seconds * 1000)
    }

    fn fail(breaker: &Breaker, times: u32, now: Millis) {
        for _ in 0..times {
            breaker.record(A, HostState::Down, now);
        }
    }

    #[test]
    fn opens_after_eight_in_a_row_and_only_for_its_origin() {
        let breaker = Breaker::new();
        fail(&breaker, 7, at(0));
        breaker.record(A, HostState::Up, at(0));
        fail(&breaker, 7, at(0));
        assert!(breaker.allow(A, at(0)));
        fail(&breaker, 1, at(0));
        assert!(!breaker.allow(A, at(0)));
        assert!(breaker.allow("https://b.example", at(0)));
        assert_eq!(breaker.blocked(at(4)), vec![A.to_owned()]);
        assert_eq!(breaker.open_until(A, at(4)), Some(at(5)));
        assert!(breaker.blocked(at(5)).is_empty());
    }

    #[test]
    fn answers_that_the_host_cannot_open_it_later() {
        let breaker = Breaker::new();
        let answers = |n: u32, state| (0..n).for_each(|_| breaker.record(A, state, at(0)));
        answers(31, HostState::Failing);
        answers(1, HostState::Up);
        answers(31, HostState::Failing);
        assert!(breaker.allow(A, at(0)));
        answers(1, HostState::Failing);
        assert_eq!(breaker.open_until(A, at(0)), Some(at(5)));
        assert!(breaker.allow(A, at(5)), "the trial passes");
        breaker.record(A, HostState::Failing, at(5));
        assert_eq!(breaker.open_until(A, at(5)), Some(at(15)), "and one such answer fails it");
    }

    #[test]
    fn one_trial_then_doubling_to_five_minutes_then_closed() {
        let breaker = Breaker::new();
        fail(&breaker, 500, at(0));
        let mut now = at(5);
        for seconds in [10, 20, 40, 80, 160, 300, 300] {
            assert!(breaker.allow(A, now), "the trial passes");
            assert!(!breaker.allow(A, now), "and only one");
            fail(&breaker, 500, now);
            assert_eq!(breaker.open_until(A, now), Some(now.plus(Duration::from_secs(seconds))));
            now = now.plus(Duration::from_secs(seconds));
        }
        assert!(breaker.allow(A, now));
        breaker.record(A, HostState::Up, now);
        assert!(breaker.allow(A, now) && breaker.allow(A, now));
    }

    #[test]
    fn a_lost_trial_is_repeated() {
        let breaker = Breaker::new();
        fail(&breaker, 8, at(0));
        assert!(breaker.allow(A, at(5)));
        assert_eq!(breaker.blocked(at(64)), vec![A.to_owned()]);
        assert!(breaker.allow(A, at(65)));
    }

    #[test]
    fn memory_is_bounded_and_open_circuits_outlive_closed_ones() {
        let breaker = Breaker::new();
        fail(&breaker, 8, at(1_000_000));
        for i in 0..3 * ORIGINS_MAX {
            breaker.record(&format!("https://{i}.example"), HostState::Down, at(i as i64));
        }
        assert!(breaker.lock().len() <= ORIGINS_MAX);
        assert!(!breaker.allow(A, at(1_000_001)));
    }
}
