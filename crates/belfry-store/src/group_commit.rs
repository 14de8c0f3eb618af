//! The one writing connection of SQLite, shared by group commit. A job that fails or is dropped rolls back to its own
//! savepoint; jobs that committed behind it stay. Nobody is told that their job is durable before the COMMIT is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use crate::error::{Error, Result};

/// Jobs that may share one COMMIT; bounds how long the first of them waits.
const GROUP_MAX: usize = 256;

/// How long work behind the others waits before it takes its turn all the same.
const PATIENCE: Duration = Duration::from_millis(100);

/// The writer's queue.
pub(crate) struct GroupCommit {
    connection: Arc<Mutex<Writer>>,
    waiting: AtomicUsize,
    /// A COMMIT was done and nobody waits.
    idle: Notify,
}

struct Writer {
    connection: Option<SqliteConnection>,
    /// A transaction is open.
    open: bool,
    /// Who finished their job in it and waits for the COMMIT.
    group: Vec<oneshot::Sender<std::result::Result<(), String>>>,
}

/// One job's turn at the writer.
pub(crate) struct Job {
    queue: Arc<GroupCommit>,
    writer: Option<OwnedMutexGuard<Writer>>,
    savepoint: bool,
    /// The job is done and its savepoint is being released: whoever is cancelled from here on is not undone.
    done: bool,
}

/// Counts someone who waits for a turn. If they are cancelled while a group relies on them to commit, a task does it.
struct Waiting {
    queue: Arc<GroupCommit>,
    served: bool,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.queue.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.served {
            let queue = self.queue.clone();
            tokio::spawn(async move {
                let mut writer = queue.connection.clone().lock_owned().await;
                if queue.waiting.load(Ordering::SeqCst) == 0 {
                    let _ = writer.commit().await;
                }
            });
        }
    }
}

impl GroupCommit {
    pub(crate) fn new(connection: SqliteConnection) -> Arc<Self> {
        let writer = Writer { connection: Some(connection), open: false, group: Vec::new() };
        Arc::new(Self {
            connection: Arc::new(Mutex::new(writer)),
            waiting: AtomicUsize::new(0),
            idle: Notify::new(),
        })
    }

    /// Waits for the turn and opens the transaction or a savepoint in the open one.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Job> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut waiting = Waiting { queue: self.clone(), served: false };
        let writer = self.connection.clone().lock_owned().await;
        waiting.served = true;
        drop(waiting);
        self.open(writer).await
    }

    /// As [`GroupCommit::begin`] for work that nobody waits for: it lets those who wait go first, and nobody's COMMIT
    /// waits for it.
    pub(crate) async fn begin_behind(self: &Arc<Self>) -> Result<Job> {
        loop {
            let idle = self.idle.notified();
            if self.waiting.load(Ordering::SeqCst) == 0 || tokio::time::timeout(PATIENCE, idle).await.is_err()
            {
                break;
            }
        }
        let writer = self.connection.clone().lock_owned().await;
        self.open(writer).await
    }

    async fn open(self: &Arc<Self>, writer: OwnedMutexGuard<Writer>) -> Result<Job> {
        let savepoint = writer.open;
        let mut job = Job { queue: self.clone(), writer: Some(writer), savepoint, done: false };
        let writer = job.writer.as_mut().expect("the job has its turn");
        if savepoint {
            writer.execute("SAVEPOINT job").await?;
        } else {
            // Said before it is so: someone who is cancelled right here leaves a transaction that must be rolled back.
            writer.open = true;
            if let Err(error) = writer.execute("BEGIN IMMEDIATE").await {
                writer.open = false;
                return Err(error);
            }
        }
        Ok(job)
    }

    /// How many wait for a turn.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// Closes the connection after what is under way.
    pub(crate) async fn close(&self) {
        let mut writer = self.connection.lock().await;
        let _ = writer.commit().await;
        if let Some(connection) = writer.connection.take() {
            let _ = connection.close().await;
        }
    }
}

impl Writer {
    async fn execute(&mut self, text: &'static str) -> Result<()> {
        let connection =
            self.connection.as_mut().ok_or_else(|| Error::Unavailable("the store is closed".into()))?;
        sqlx::query(text).execute(connection).await?;
        Ok(())
    }

    /// Commits the open transaction and tells everyone who waits for it.
    async fn commit(&mut self) -> Result<()> {
        if !self.open {
            return Ok(());
        }
        self.open = false;
        let result = self.execute("COMMIT").await;
        if result.is_err() {
            // The transaction may be gone already (disk full); either way it must not stay open.
            let _ = self.execute("ROLLBACK").await;
        }
        self.tell(result.as_ref().copied().map_err(ToString::to_string));
        result
    }

    fn tell(&mut self, result: std::result::Result<(), String>) {
        for waiting in self.group.drain(..) {
            let _ = waiting.send(result.clone());
        }
    }

    /// Undoes the current job and keeps those that finished before it.
    async fn undo(&mut self, savepoint: bool) {
        if savepoint {
            let undone =
                self.execute("ROLLBACK TO job").await.is_ok() && self.execute("RELEASE job").await.is_ok();
            if !undone {
                // SQLite gave up the whole transaction (disk full, I/O error): nobody's job is durable.
                let _ = self.execute("ROLLBACK").await;
                self.open = false;
                self.tell(Err("the transaction was rolled back by the database".into()));
            }
        } else {
            let _ = self.execute("ROLLBACK").await;
            self.open = false;
        }
    }
}

impl Job {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        let writer = self.writer.as_mut().expect("the job has its turn");
        writer.connection.as_mut().expect("the connection is open while a job runs")
    }

    /// Ends the job and returns when it is durable.
    pub(crate) async fn commit(mut self) -> Result<()> {
        {
            let writer = self.writer.as_mut().expect("the job has its turn");
            if self.savepoint {
                self.done = true;
                let released = writer.execute("RELEASE job").await;
                self.done = released.is_ok();
                released?;
            }
        }
        let mut writer = self.writer.take().expect("the job has its turn");
        if self.queue.waiting.load(Ordering::SeqCst) == 0 || writer.group.len() >= GROUP_MAX {
            // A COMMIT that is cancelled midway would leave the others without an answer: a task cannot be.
            let committed = tokio::spawn(async move { writer.commit().await }).await;
            if self.queue.waiting.load(Ordering::SeqCst) == 0 {
                self.queue.idle.notify_waiters();
            }
            return committed.unwrap_or_else(|e| Err(Error::Unavailable(e.to_string())));
        }
        let (sender, receiver) = oneshot::channel();
        writer.group.push(sender);
        drop(writer);
        match receiver.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(Error::Unavailable(why)),
            Err(_) => Err(Error::Unavailable("the writer went away".into())),
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take() else { return };
        let (queue, savepoint, done) = (self.queue.clone(), self.savepoint, self.done);
        tokio::spawn(async move {
            if writer.open {
                if done {
                    // Fails harmlessly if the cancelled one came through.
                    let _ = writer.execute("RELEASE job").await;
                } else {
                    writer.undo(savepoint).await;
                }
                if queue.waiting.load(Ordering::SeqCst) == 0 {
                    let _ = writer.commit().await;
                }
            }
        });
    }
}
