//! Connections and transactions. `Db` is an enum over sqlx's typed pools: one writer and N readers on SQLite, one pool
//! on PostgreSQL. On SQLite writers queue for the one connection and what waits is committed together (group commit):
//! each job runs in the open transaction behind a savepoint, so that one conflict fails only its own; whoever finds
//! nobody waiting commits for all. No timer holds anyone back.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, PgConnection, Postgres};

use crate::dialect::{Dialect, Statement};
use crate::error::{Error, Result};
use crate::group_commit::{GroupCommit, Job};
use crate::value::{Row, Value};

/// How PostgreSQL plans. Every statement is written for an index, and is prepared once for as long as its connection
/// lives, often while the tables are still empty: then reading all of a table looks cheap, and stays so until the table
/// is looked at again (`statistics.rs`). As SQLite does, it goes by an index wherever there is one. How it joins is left
/// to it: without statistics a nested loop may take the wrong index, and then costs the square of a hash join.
const BY_INDEX: [(&str, &str); 4] = [
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    // The usual 4 is for disks with heads.
    ("random_page_cost", "1.1"),
    // A table without an index costs as much as those switches say, and nothing of it is worth compiling.
    ("jit", "off"),
];

/// A node that stands still in the middle of a transaction keeps its locks, and nobody takes its work over: after so many
/// milliseconds PostgreSQL ends the transaction. Shorter than a lease, and far longer than ours ever wait.
const STANDS_STILL: (&str, &str) = ("idle_in_transaction_session_timeout", "20000");

/// The settings as one text, without those that the URL names itself. Said after connecting and not while: poolers do
/// not know them then.
fn settings(url: &str) -> String {
    let ours = BY_INDEX.iter().chain([&STANDS_STILL]).filter(|(name, _)| !url.contains(name));
    ours.map(|(name, value)| format!("SET {name} = {value};")).collect()
}

/// Connections to one of the two databases.
#[derive(Clone)]
pub(crate) enum Db {
    Lite { writer: Arc<GroupCommit>, readers: SqlitePool },
    Pg(PgPool),
}

/// A transaction. Dropping it without [`Tx::commit`] rolls it back.
pub(crate) enum Tx {
    Lite(Job),
    Pg(sqlx::Transaction<'static, Postgres>),
}

impl Db {
    /// Opens (and creates) a SQLite file.
    pub(crate) async fn open_lite(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(512)
            .pragma("cache_size", "-32768")
            .pragma("mmap_size", "0")
            .pragma("temp_store", "memory")
            .pragma("wal_autocheckpoint", "4000")
            .row_buffer_size(512)
            .disable_statement_logging();
        let connection = options.connect().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(1)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.read_only(false).create_if_missing(false).pragma("query_only", "on"))
            .await?;
        let db = Self::Lite { writer: GroupCommit::new(connection), readers };
        db.refuse_old_sqlite().await?;
        Ok(db)
    }

    /// Connects to PostgreSQL.
    pub(crate) async fn open_pg(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse().map_err(Error::from)?;
        let settings = settings(url);
        let pool = PgPoolOptions::new()
            .after_connect(move |connection, _| {
                let settings = sqlx::raw_sql(sqlx::AssertSqlSafe(settings.clone()));
                Box::pin(async move { settings.execute(connection).await.map(drop) })
            })
            .max_connections(16)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.statement_cache_capacity(512).disable_statement_logging())
            .await?;
        Ok(Self::Pg(pool))
    }

    /// 3.51.3 is the first version without a WAL-reset bug that can lose committed data.
    async fn refuse_old_sqlite(&self) -> Result<()> {
        static VERSION: Statement = Statement::new("SELECT sqlite_version()");
        let version = self.one(&VERSION, vec![]).await?.ok_or(Error::NotFound)?.text(0)?;
        let numbers: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
        if numbers.as_slice() < [3, 51, 3].as_slice() {
            return Err(Error::Unavailable(format!(
                "SQLite {version} is older than 3.51.3; it can lose committed data"
            )));
        }
        Ok(())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Lite { .. } => Dialect::Lite,
            Self::Pg(_) => Dialect::Pg,
        }
    }

    /// Begins a transaction; on SQLite waits for the writer's turn.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        match self {
            Self::Lite { writer, .. } => Ok(Tx::Lite(writer.begin().await?)),
            // A `begin` that is cancelled midway can leave an open transaction in the pool: a task cannot be.
            Self::Pg(pool) => {
                let pool = pool.clone();
                let begun = tokio::spawn(async move { pool.begin().await }).await;
                Ok(Tx::Pg(begun.map_err(|e| Error::Unavailable(e.to_string()))??))
            }
        }
    }

    /// A transaction for work that nobody waits for: on SQLite those who wait go first.
    pub(crate) async fn begin_behind(&self) -> Result<Tx> {
        match self {
            Self::Lite { writer, .. } => Ok(Tx::Lite(writer.begin_behind().await?)),
            Self::Pg(_) => self.begin().await,
        }
    }

    /// All rows of a plain read, outside of any transaction.
    pub(crate) async fn all(&self, statement: &'static Statement, args: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Self::Lite { readers, .. } => lite_all(&mut *readers.acquire().await?, statement, args).await,
            Self::Pg(pool) => pg_all(&mut *pool.acquire().await?, statement, args).await,
        }
    }

    /// The first row of a plain read.
    pub(crate) async fn one(&self, statement: &'static Statement, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// One writing statement in a transaction of its own; the number of rows that it changed.
    pub(crate) async fn run(&self, statement: &'static Statement, args: Vec<Value>) -> Result<u64> {
        let mut tx = self.begin().await?;
        let changed = tx.run(statement, args).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Closes every connection; SQLite's log is checkpointed.
    pub(crate) async fn close(&self) {
        match self {
            Self::Lite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Pg(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// All rows.
    pub(crate) async fn all(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Self::Lite(job) => lite_all(job.connection(), statement, args).await,
            Self::Pg(tx) => pg_all(tx, statement, args).await,
        }
    }

    /// The first row.
    pub(crate) async fn one(
        &mut self,
        statement: &'static Statement,
        args: Vec<Value>,
    ) -> Result<Option<Row>> {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// The number of rows changed.
    pub(crate) async fn run(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<u64> {
        match self {
            Self::Lite(job) => {
                let query = bind_lite(statement, args);
                Ok(query.execute(job.connection()).await?.rows_affected())
            }
            Self::Pg(tx) => Ok(bind_pg(statement, args).execute(&mut **tx).await?.rows_affected()),
        }
    }

    /// Runs text that is no prepared statement (migrations).
    pub(crate) async fn script(&mut self, text: String) -> Result<()> {
        let raw = sqlx::raw_sql(sqlx::AssertSqlSafe(text));
        match self {
            Self::Lite(job) => raw.execute(job.connection()).await.map(drop)?,
            Self::Pg(tx) => raw.execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// Returns when everything is durable.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Lite(job) => job.commit().await,
            Self::Pg(tx) => Ok(tx.commit().await?),
        }
    }
}

fn bind_lite(
    statement: &'static Statement,
    args: Vec<Value>,
) -> sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    let mut query = sqlx::query(statement.render(Dialect::Lite));
    for value in args {
        query = match value {
            Value::Int(v) => query.bind(v),
            Value::Text(v) => query.bind(v),
            Value::Blob(v) => query.bind(v),
        };
    }
    query
}

fn bind_pg(
    statement: &'static Statement,
    args: Vec<Value>,
) -> sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments> {
    let mut query = sqlx::query(statement.render(Dialect::Pg));
    for value in args {
        query = match value {
            Value::Int(v) => query.bind(v),
            Value::Text(v) => query.bind(v),
            Value::Blob(v) => query.bind(v),
        };
    }
    query
}

async fn lite_all(
    c: &mut SqliteConnection,
    statement: &'static Statement,
    args: Vec<Value>,
) -> Result<Vec<Row>> {
    Ok(bind_lite(statement, args).fetch_all(c).await?.into_iter().map(Row::Lite).collect())
}

async fn pg_all(c: &mut PgConnection, statement: &'static Statement, args: Vec<Value>) -> Result<Vec<Row>> {
    Ok(bind_pg(statement, args).fetch_all(c).await?.into_iter().map(Row::Pg).collect())
}
