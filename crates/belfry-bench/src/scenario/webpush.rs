//! `webpush`: the whole pipeline from the send to the settled row, against a TLS push service in another process.
//! `rate_per_cpu_s` is per processor second of `belfry serve`, planning included. `p50_ms` and `p99_ms` say when half
//! and 99 % of the pushes were settled. One device is at a push service of this process, which decrypts.
//! `encryptions_per_cpu_s` is what this processor can encrypt and do nothing else: the limit of any sender.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use belfry_channels::SubscriptionKeys;
use belfry_channels::web_push::encrypt;
use belfry_testkit::{PushSink, SinkConfig};
use belfry_types::rng::SystemRng;
use clap::Args;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, json};
use tokio::time::Instant;

use crate::push_service::PushService;
use crate::report::{Latencies, Report, rounded};
use crate::server::Setting;
use crate::site::{Pushes, Site, device, external_id};
use crate::{Options, progress};

/// Between two looks at the counters.
const PAUSE: Duration = Duration::from_millis(50);

/// The flags.
#[derive(Debug, Args)]
pub(crate) struct Webpush {
    /// Devices, one each
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(2..))]
    devices: u32,
}

impl Webpush {
    /// Measures.
    pub(crate) async fn run(self, options: &Options) -> Result<Report> {
        let setting = Setting::fresh(options.database.as_deref())?;
        let service = PushService::start(setting.dir()).await?;
        let setting = setting.with("BELFRY_EGRESS_EXTRA_CA", service.authority.display().to_string());
        let mut site = Site::start_in(setting).await?;
        let (devices, wanted) = (self.devices as usize, u64::from(self.devices));
        site.add_members(devices).await?;
        // The last member has the device that decrypts.
        let mut tokens = site.tokens((0..devices).collect()).await?;
        let probe = tokens.pop().context("no devices")?;
        site.add_devices(&tokens, &service.url).await?;
        let judge = PushSink::start(SinkConfig { tls: false, store: true }).await?;
        let subscription = judge.subscribe();
        let body = device(&subscription.endpoint, &subscription.p256dh, &subscription.auth);
        let call = crate::wire::Caller::new(site.server.address, &probe)?.post("/v1/me/devices", body);
        site.control.send(call).await?.good().context("the device that decrypts")?;

        // One push alone: what a payload weighs.
        let alone = site.send("One alone", &json!({ "users": [external_id(devices - 1)] })).await?;
        let over = |count: u64| move |p: &Pushes| p.over(count);
        site.watch_pushes(&alone, Instant::now(), PAUSE, over(1)).await?;
        let payload_bytes = decrypted(&judge, 1)?;
        site.server.settled_rss().await?;

        progress(&format!("pushing to {devices} devices"));
        let meter = site.server.meter()?;
        let begun = Instant::now();
        let id = site.send("Pushed to all", &json!({ "everyone": true })).await?;
        let seen = site.watch_pushes(&id, begun, PAUSE, over(wanted)).await?;
        let spent = site.server.read(&meter)?;
        let (took, last) = *seen.last().context("never counted")?;

        let stats = service.stats().await?;
        let mut errors = crate::report::Errors::default();
        errors.check(last.success == wanted && last.all_states == wanted && last.lost == 0, || {
            format!("{wanted} deliveries were to succeed; the counters say {last:?}")
        });
        errors.check(stats.distinct == wanted - 1 && stats.refused == 0, || {
            format!("{} devices were to be reached; the push service says {stats:?}", wanted - 1)
        });
        errors.check(stats.repeated == 0, || format!("{} pushes were repeated", stats.repeated));
        decrypted(&judge, 2)?;

        let keys = SubscriptionKeys::parse(&subscription.p256dh, &subscription.auth)?;
        let limit = tokio::task::spawn_blocking(move || encryptions(&keys, payload_bytes)).await??;
        let report = Report {
            scenario: "webpush",
            count: last.success,
            errors,
            seconds: took.as_secs_f64(),
            cpu_s: spent.cpu_s,
            latencies: settled_times(&seen),
            rss_bytes: site.server.rss_bytes()?,
            more: Map::new(),
        };
        let peak = site.server.peak_rss_bytes()?;
        site.server.stop().await?;
        Ok(report
            .with("database", super::database(options))
            .with("payload_bytes", payload_bytes)
            .with("encryptions_per_cpu_s", rounded(limit))
            .with("driver_cpu_s", rounded(spent.driver_cpu_s))
            .with("planned_ms", planned_ms(&seen, wanted))
            .with("connections", stats.connections)
            .with("in_flight_max", stats.in_flight_max)
            .with("peak_rss_bytes", peak))
    }
}

/// Messages of `bytes` that one thread encrypts in a second of its processor time (RFC 8291: a new key for each).
fn encryptions(keys: &SubscriptionKeys, bytes: usize) -> Result<f64> {
    const MESSAGES: u32 = 5_000;
    let payload = vec![b'x'; bytes];
    let begun = clock_gettime(ClockId::ThreadCPUTime);
    for _ in 0..MESSAGES {
        std::hint::black_box(encrypt(&SystemRng, keys, &payload)?);
    }
    let ended = clock_gettime(ClockId::ThreadCPUTime);
    let spent = (ended.tv_sec - begun.tv_sec) as f64 + (ended.tv_nsec - begun.tv_nsec) as f64 / 1e9;
    Ok(f64::from(MESSAGES) / spent)
}

/// The size of the newest message of `judge`, which must be the `wanted`th and be authentic.
fn decrypted(judge: &PushSink, wanted: usize) -> Result<usize> {
    let messages = judge.messages();
    match messages.last().and_then(|message| message.plaintext.as_ref()) {
        Some(Ok(plaintext)) if messages.len() == wanted => Ok(plaintext.len()),
        Some(Err(error)) => bail!("a push could not be decrypted: {error}"),
        _ => bail!("{} pushes instead of {wanted} came to the device that decrypts", messages.len()),
    }
}

/// When each push was seen to be settled, thinned to a thousand.
fn settled_times(seen: &[(Duration, Pushes)]) -> Latencies {
    let total = seen.last().map_or(0, |(_, pushes)| pushes.success);
    let mut times = Latencies::with_capacity(1000);
    for (at, pushes) in seen {
        while total > 0 && (times.len() as u64) < pushes.success * 1000 / total {
            times.add(*at);
        }
    }
    times
}

/// When all deliveries were seen to be planned, in milliseconds.
fn planned_ms(seen: &[(Duration, Pushes)], wanted: u64) -> serde_json::Value {
    let planned = seen.iter().find(|(_, pushes)| pushes.planned >= wanted);
    planned.map_or(serde_json::Value::Null, |(at, _)| rounded(at.as_secs_f64() * 1e3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_settled_at_half_time() {
        let at =
            |ms, success| (Duration::from_millis(ms), Pushes { success, planned: 40, ..Pushes::default() });
        let seen = [at(0, 0), at(10, 20), at(20, 39), at(30, 40)];
        assert_eq!(settled_times(&seen).percentiles([0.5, 0.51, 0.99]), Some([10.0, 20.0, 30.0]));
        assert_eq!(planned_ms(&seen, 40), 0.0);
        assert_eq!(planned_ms(&seen, 41), serde_json::Value::Null);
        assert_eq!(settled_times(&[]).len(), 0);
    }
}
