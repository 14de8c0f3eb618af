//! Time as a parameter: instants in UTC milliseconds and the `Clock` that gives them. Zones and civil time are
//! kept out of here; they exist only in scheduling and display.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in milliseconds since the Unix epoch, UTC. In JSON it is RFC 3339 text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub i64);

impl Millis {
    /// The instant `duration` later; saturates.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The instant `duration` earlier; saturates.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero if it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Parses RFC 3339 text with an offset, for instance `2026-03-04T09:41:00Z`.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(t) => write!(f, "{t:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl fmt::Debug for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        Self::parse_rfc3339(&text)
            .ok_or_else(|| serde::de::Error::custom("expected an RFC 3339 time with an offset"))
    }
}

/// Where the present moment comes from. In production it follows the database's clock.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Millis;
}

/// A shared clock.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock, moved by an offset that whoever knows the database's time may set.
#[derive(Debug, Default)]
pub struct SystemClock {
    offset_ms: AtomicI64,
}

impl SystemClock {
    /// Makes the clock agree with `database_now`, so that the skew of one node changes nothing.
    pub fn follow(&self, database_now: Millis) {
        self.offset_ms.store(database_now.0 - machine_now(), Ordering::Relaxed);
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        Millis(machine_now() + self.offset_ms.load(Ordering::Relaxed))
    }
}

// The one place where ambient time is read.
#[allow(clippy::disallowed_methods)]
fn machine_now() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX).saturating_add(skew_ms())
}

/// How far off a test wants this machine's clock to be. Only debug builds can be told: `BELFRY_FAULT=clock:SECONDS`.
#[cfg(debug_assertions)]
fn skew_ms() -> i64 {
    static SKEW: std::sync::LazyLock<i64> = std::sync::LazyLock::new(|| {
        let text = std::env::var("BELFRY_FAULT").unwrap_or_default();
        let seconds = text.strip_prefix("clock:").and_then(|seconds| seconds.parse::<i64>().ok());
        seconds.unwrap_or(0).saturating_mul(1_000)
    });
    *SKEW
}

#[cfg(not(debug_assertions))]
const fn skew_ms() -> i64 {
    0
}

/// A clock that stands still until it is moved; for tests.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Starts at `at`.
    pub fn at(at: Millis) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_round_trip() {
        let t = Millis::parse_rfc3339("2026-03-04T10:41:00.250+01:00").unwrap();
        assert_eq!(t.to_string(), "2026-03-04T09:41:00.250Z");
        assert_eq!(serde_json::from_str::<Millis>(&serde_json::to_string(&t).unwrap()).unwrap(), t);
        assert!(Millis::parse_rfc3339("2026-03-04 10:41").is_none());
    }
}
