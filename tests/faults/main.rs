//! Long and violent faults: each prints what was lost, what was repeated, and how long it took.

mod clock;
mod disk;
mod kills;
mod postgres;
mod retries;
mod sockets;
mod stopped;
mod wal;

/// How often a fault is repeated that is repeated at all: `BELFRY_FAULT_RUNS`, else what is usual.
fn runs(usual: u64) -> u64 {
    std::env::var("BELFRY_FAULT_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// The harness measures the real server.
#[allow(clippy::disallowed_methods)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
