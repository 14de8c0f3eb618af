//! Reads the beginnings of inboxes together: whoever looks while a query runs is in the next one. No timer holds anyone
//! back, and every query begins after those whom it answers asked, so that they see what they wrote themselves.

use std::sync::Arc;

use belfry_store::{Dialect, Error, InboxHead, Result, Store};
use belfry_types::scope::Scope;
use tokio::sync::{Mutex, mpsc, oneshot};

/// People of one query. Few enough that with many who look one query runs while another one's answers are written.
const TOGETHER: usize = 16;
/// People that may wait; more are told to come back.
const WAITING: usize = 8_192;

type Waiting = (Scope, u32, oneshot::Sender<Result<InboxHead>>);

/// The queue in front of the store.
#[derive(Clone)]
pub struct HeadQueue(mpsc::Sender<Waiting>);

impl HeadQueue {
    /// Starts the workers: while one waits for its answer others can ask; on PostgreSQL that is a round trip.
    pub fn start(store: &Store) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let workers = if store.dialect() == Dialect::Lite { 2 } else { 4 };
        for _ in 0..workers {
            tokio::spawn(work(store.clone(), receiver.clone()));
        }
        Self(sender)
    }

    /// The beginning of a person's inbox as it is now.
    pub async fn read(&self, scope: Scope, ordinal: u32) -> Result<InboxHead> {
        let (answer, answered) = oneshot::channel();
        self.0
            .try_send((scope, ordinal, answer))
            .map_err(|_| Error::Unavailable("too many inboxes are being read".into()))?;
        answered.await.map_err(|_| Error::Unavailable("the server is stopping".into()))?
    }
}

async fn work(store: Store, receiver: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut waiting = Vec::with_capacity(TOGETHER);
    loop {
        if receiver.lock().await.recv_many(&mut waiting, TOGETHER).await == 0 {
            return;
        }
        let people: Vec<_> = waiting.iter().map(|(scope, ordinal, _)| (*scope, *ordinal)).collect();
        match store.inbox_heads(&people).await {
            Ok(heads) => {
                for ((_, _, answer), head) in waiting.drain(..).zip(heads) {
                    let _ = answer.send(head.ok_or(Error::NotFound));
                }
            }
            Err(error) => {
                tracing::error!(%error, "inboxes could not be read");
                for (_, _, answer) in waiting.drain(..) {
                    let _ = answer.send(Err(Error::Unavailable(error.to_string())));
                }
            }
        }
    }
}
