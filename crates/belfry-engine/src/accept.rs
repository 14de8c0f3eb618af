//! Group commit of events: what waits is accepted together in one transaction. No timer holds a request back; a batch
//! is what came while the one before it was being committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use belfry_store::{AcceptedEvent, Dialect, Error, NewEvent, Result, Store};
use belfry_types::time::SharedClock;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};

use crate::fault;

/// Events of one transaction.
const BATCH: usize = 256;
/// Events that may wait; more are told to come back.
const WAITING: usize = 8_192;

type Waiting = (NewEvent, oneshot::Sender<Result<AcceptedEvent>>);

/// The queue in front of the store.
#[derive(Clone)]
pub struct AcceptQueue {
    queue: mpsc::Sender<Waiting>,
    waiting: Arc<AtomicUsize>,
}

impl AcceptQueue {
    /// Starts the workers: on SQLite others read and check while one writes, on PostgreSQL commits run side by side.
    pub fn start(store: Store, clock: SharedClock, accepted: Arc<Notify>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let workers = if store.dialect() == Dialect::Lite { 3 } else { 4 };
        for _ in 0..workers {
            tokio::spawn(work(store.clone(), clock.clone(), receiver.clone(), accepted.clone()));
        }
        Self { queue: sender, waiting: Arc::default() }
    }

    /// Returns when the event is durable or refused.
    pub async fn accept(&self, event: NewEvent) -> Result<AcceptedEvent> {
        let (answer, answered) = oneshot::channel();
        self.queue
            .try_send((event, answer))
            .map_err(|_| Error::Unavailable("too many events are waiting".into()))?;
        let _counted = Counted::new(&self.waiting);
        answered.await.map_err(|_| Error::Unavailable("the server is stopping".into()))?
    }

    /// Somebody waits for an event to be accepted.
    pub fn is_busy(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

/// One that waits, however it ends.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn work(
    store: Store,
    clock: SharedClock,
    receiver: Arc<Mutex<mpsc::Receiver<Waiting>>>,
    accepted: Arc<Notify>,
) {
    let mut waiting = Vec::with_capacity(BATCH);
    loop {
        if receiver.lock().await.recv_many(&mut waiting, BATCH).await == 0 {
            return;
        }
        let (events, answers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        fault::point("accept");
        match store.accept_events(&events, clock.now()).await {
            Ok(results) => {
                metrics::counter!("belfry_events_accepted_total").increment(results.len() as u64);
                for (answer, result) in answers.into_iter().zip(results) {
                    let _ = answer.send(Ok(result));
                }
                accepted.notify_one();
            }
            Err(error) => {
                tracing::error!(%error, "events could not be accepted");
                for answer in answers {
                    let _ = answer.send(Err(Error::Unavailable(error.to_string())));
                }
            }
        }
    }
}
