//! The one way in: opens a database, brings it up to date and hands out a cheap handle. Nouns add their methods to
//! [`Store`] in files of their own; nothing here knows a table.

use std::path::PathBuf;
use std::sync::Arc;

use belfry_types::rng::SharedRng;
use belfry_types::time::{Millis, SharedClock};

use crate::db::Db;
use crate::dialect::{Dialect, statements};
use crate::error::{Error, Result};
use crate::migrations::migrate;
use crate::secrets::Cipher;
use crate::value::args;

statements! {
    NOW = "SELECT {now}";
}

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A SQLite file; it is created if it is missing, its folder is not.
    Lite(PathBuf),
    /// A PostgreSQL connection URL (`postgres://user:password@host:port/database`).
    Pg(String),
}

/// What opening needs besides the place.
#[derive(Clone)]
pub struct OpenOptions {
    /// 256 random bits of this installation. Secrets are encrypted with it; without it they are lost.
    pub installation_key: [u8; 32],
}

/// A handle on the database; clones share its connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) clock: SharedClock,
    pub(crate) rng: SharedRng,
    pub(crate) cipher: Arc<Cipher>,
}

impl Store {
    /// Opens the database and applies what migrations are missing. [`Error::Unavailable`] where it cannot be reached,
    /// is a SQLite older than 3.51.3, or was written by a newer Belfry.
    pub async fn open(
        source: &Source,
        options: OpenOptions,
        clock: SharedClock,
        rng: SharedRng,
    ) -> Result<Self> {
        let db = match source {
            Source::Lite(path) => Db::open_lite(path).await?,
            Source::Pg(url) => Db::open_pg(url).await?,
        };
        migrate(&db, clock.now()).await?;
        let cipher = Arc::new(Cipher::new(&options.installation_key));
        Ok(Self { db, clock, rng, cipher })
    }

    /// Which of the two databases it is.
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// Waits for what is being written and closes every connection. The store is of no use afterwards.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// The database's own time, which leases run on and clocks follow.
    pub async fn database_now(&self) -> Result<Millis> {
        self.db.one(&NOW, args![]).await?.ok_or(Error::NotFound)?.millis(0)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.database_now().await.map(drop)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}
