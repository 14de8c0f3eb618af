//! What a run gives: counts, rates, percentiles, and the JSON line that carries them. It measures nothing itself.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value, json};

/// How long single operations took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Latencies {
    micros: Vec<u32>,
}

impl Latencies {
    /// Room for so many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { micros: Vec::with_capacity(count) }
    }

    /// Takes one in; beyond 71 minutes it saturates.
    pub(crate) fn add(&mut self, took: Duration) {
        self.micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Takes in those of another.
    pub(crate) fn merge(&mut self, other: Self) {
        self.micros.extend(other.micros);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.micros.len()
    }

    /// The nearest-rank percentiles in milliseconds, in the order asked; `None` if there is no latency at all.
    pub(crate) fn percentiles<const N: usize>(mut self, shares: [f64; N]) -> Option<[f64; N]> {
        if self.micros.is_empty() {
            return None;
        }
        self.micros.sort_unstable();
        let last = self.micros.len() - 1;
        Some(shares.map(|share| {
            let rank = (share * self.micros.len() as f64).ceil() as usize;
            f64::from(self.micros[rank.saturating_sub(1).min(last)]) / 1e3
        }))
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(iter: I) -> Self {
        let mut latencies = Self::default();
        iter.into_iter().for_each(|took| latencies.add(took));
        latencies
    }
}

/// Counts what went wrong and remembers the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Errors {
    count: u64,
    first: Option<String>,
}

impl Errors {
    /// Takes one in.
    pub(crate) fn add(&mut self, what: impl Into<String>) {
        self.count += 1;
        self.first.get_or_insert_with(|| what.into());
    }

    /// Takes one in unless `good`.
    pub(crate) fn check(&mut self, good: bool, what: impl FnOnce() -> String) {
        if !good {
            self.add(what());
        }
    }

    /// Takes in those of another.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.take().or(other.first);
    }

    /// Fails if there are any.
    pub(crate) fn into_result(self) -> anyhow::Result<()> {
        match self.first {
            Some(first) => anyhow::bail!("{} errors; the first: {first}", self.count),
            None => Ok(()),
        }
    }
}

/// The result of one run.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// The name of the scenario.
    pub(crate) scenario: &'static str,
    /// Operations that were done in `seconds`.
    pub(crate) count: u64,
    /// What was wrong.
    pub(crate) errors: Errors,
    /// The measured time.
    pub(crate) seconds: f64,
    /// Processor time of the measured process in it.
    pub(crate) cpu_s: f64,
    /// Of what the scenario calls an operation.
    pub(crate) latencies: Latencies,
    /// Memory of the measured process at the end.
    pub(crate) rss_bytes: u64,
    /// What only this scenario has, and how it was set.
    pub(crate) more: Map<String, Value>,
}

impl Report {
    /// Adds a field of its own.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// How much went wrong.
    pub(crate) fn errors(&self) -> u64 {
        self.errors.count
    }

    /// The first of what went wrong.
    pub(crate) fn first_error(&self) -> Option<&str> {
        self.errors.first.as_deref()
    }

    /// The fields in the order in which they are printed. A rate over no time at all is null.
    fn fields(&self) -> Vec<(String, Value)> {
        let rate = |over: f64| if over > 0.0 { rounded(self.count as f64 / over) } else { Value::Null };
        let [p50, p99] = match self.latencies.clone().percentiles([0.5, 0.99]) {
            Some(percentiles) => percentiles.map(rounded),
            None => [Value::Null, Value::Null],
        };
        let fixed = [
            ("scenario", json!(self.scenario)),
            ("count", json!(self.count)),
            ("errors", json!(self.errors.count)),
            ("rate_per_s", rate(self.seconds)),
            ("rate_per_cpu_s", rate(self.cpu_s)),
            ("p50_ms", p50),
            ("p99_ms", p99),
            ("rss_bytes", json!(self.rss_bytes)),
            ("seconds", rounded(self.seconds)),
            ("cpu_s", rounded(self.cpu_s)),
        ];
        let fixed = fixed.into_iter().map(|(name, value)| (name.to_owned(), value));
        fixed.chain(self.more.clone()).collect()
    }

    /// The JSON object on one line.
    fn line(&self) -> String {
        let mut line = String::from("{");
        for (index, (name, value)) in self.fields().into_iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing to a string does not fail.
            let _ = write!(line, "{comma}{}:{value}", Value::String(name));
        }
        line.push('}');
        line
    }

    /// Prints a table for people unless only JSON was asked for, then the JSON line.
    pub(crate) fn print(&self, json_only: bool) {
        if !json_only {
            for (name, value) in self.fields() {
                println!("{name:>28}  {value}");
            }
        }
        println!("{}", self.line());
    }
}

/// Three decimals: what is beyond them is noise.
pub(crate) fn rounded(value: f64) -> Value {
    json!((value * 1e3).round() / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latencies(millis: impl IntoIterator<Item = u64>) -> Latencies {
        millis.into_iter().map(Duration::from_millis).collect()
    }

    #[test]
    fn percentiles_are_nearest_ranks_of_any_order() {
        assert_eq!(latencies((1..=100).rev()).percentiles([0.5, 0.99, 1.0]), Some([50.0, 99.0, 100.0]));
        assert_eq!(latencies([7]).percentiles([0.0, 0.5, 0.99]), Some([7.0, 7.0, 7.0]));
        assert_eq!(latencies([1, 2]).percentiles([0.5, 0.51]), Some([1.0, 2.0]));
        assert_eq!(latencies([]).percentiles([0.5]), None);
    }

    #[test]
    fn long_waits_saturate() {
        assert_eq!(latencies([u64::MAX / 1000]).percentiles([0.5]), Some([f64::from(u32::MAX) / 1e3]));
    }

    fn report() -> Report {
        let mut errors = Errors::default();
        errors.check(true, || unreachable!("nothing is wrong"));
        errors.add("one");
        errors.add("two");
        Report {
            scenario: "accept",
            count: 1000,
            errors,
            seconds: 4.0,
            cpu_s: 0.0,
            latencies: latencies([1, 2, 3]),
            rss_bytes: 1 << 20,
            more: Map::new(),
        }
    }

    #[test]
    fn the_line_has_the_promised_fields_in_order() {
        let line = report().with("visible_ms", 1.5).line();
        let start = r#"{"scenario":"accept","count":1000,"errors":2,"rate_per_s":250.0,"rate_per_cpu_s":null,"p50_ms":2.0,"p99_ms":3.0,"rss_bytes":1048576,"#;
        assert!(line.starts_with(start), "{line}");
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["visible_ms"], 1.5);
    }

    #[test]
    fn errors_keep_the_first() {
        let mut all = Errors::default();
        assert!(all.clone().into_result().is_ok());
        all.merge(report().errors);
        all.merge(Errors { count: 1, first: Some("three".to_owned()) });
        assert_eq!(all, Errors { count: 3, first: Some("one".to_owned()) });
        assert!(all.into_result().unwrap_err().to_string().contains("3 errors; the first: one"));
    }
}
