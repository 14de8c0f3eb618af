//! Many clients that ask one after another, each on a connection of its own: closed-loop load with a check of every
//! answer. What an answer must be is the caller's to say.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::report::{Errors, Latencies};
use crate::wire::{Answer, Call, Connection};

/// When the load ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stop {
    /// After so many operations.
    After(usize),
    /// No operation begins later than this after the start.
    At(Duration),
}

/// Who asks, whom and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// The server.
    pub(crate) address: SocketAddr,
    /// Connections, each with one operation at a time.
    pub(crate) clients: usize,
    /// The end.
    pub(crate) stop: Stop,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Done<T> {
    /// What the checks made of the answers, in no order, with the number of the operation.
    pub(crate) values: Vec<(usize, T)>,
    /// From the first byte sent to the last byte read of an operation that was right.
    pub(crate) latencies: Latencies,
    /// Operations that were not right.
    pub(crate) errors: Errors,
    /// From the start to the end of the last operation.
    pub(crate) seconds: f64,
}

/// Runs the load. An operation is one or more requests in sequence, made by `build` from its number; `check` judges
/// the answers.
///
/// # Errors
/// A connection cannot be opened at the start.
pub(crate) async fn drive<T, B, C>(load: Load, build: B, check: C) -> Result<Done<T>>
where
    T: Send + 'static,
    B: Fn(usize) -> Vec<Call> + Send + Sync + 'static,
    C: Fn(usize, &[Answer]) -> Result<T> + Send + Sync + 'static,
{
    let mut connections = Vec::with_capacity(load.clients);
    for _ in 0..load.clients {
        connections.push(Connection::open(load.address).await?);
    }
    let (next, build, check) = (Arc::new(AtomicUsize::new(0)), Arc::new(build), Arc::new(check));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for connection in connections {
        let (next, build, check) = (Arc::clone(&next), Arc::clone(&build), Arc::clone(&check));
        clients.spawn(async move { client(connection, load.stop, start, &next, &*build, &*check).await });
    }
    let mut done =
        Done { values: Vec::new(), latencies: Latencies::default(), errors: Errors::default(), seconds: 0.0 };
    while let Some(one) = clients.join_next().await {
        let one = one?;
        done.values.extend(one.values);
        done.latencies.merge(one.latencies);
        done.errors.merge(one.errors);
    }
    done.seconds = start.elapsed().as_secs_f64();
    Ok(done)
}

async fn client<T>(
    mut connection: Connection,
    stop: Stop,
    start: Instant,
    next: &AtomicUsize,
    build: &(impl Fn(usize) -> Vec<Call> + Send + Sync),
    check: &(impl Fn(usize, &[Answer]) -> Result<T> + Send + Sync),
) -> Done<T> {
    let mut done = Done {
        values: Vec::new(),
        latencies: Latencies::with_capacity(1 << 12),
        errors: Errors::default(),
        seconds: 0.0,
    };
    let mut answers = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let over = match stop {
            Stop::After(count) => number >= count,
            Stop::At(after) => start.elapsed() >= after,
        };
        if over {
            return done;
        }
        let calls = build(number);
        answers.clear();
        let begun = Instant::now();
        let sent: Result<()> = async {
            for call in calls {
                answers.push(connection.send(call).await?);
            }
            Ok(())
        }
        .await;
        let took = begun.elapsed();
        match sent.and_then(|()| check(number, &answers)) {
            Ok(value) => {
                done.latencies.add(took);
                done.values.push((number, value));
            }
            Err(error) => done.errors.add(format!("operation {number}: {error:#}")),
        }
    }
}
