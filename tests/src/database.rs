//! A fresh database of either kind for each server. PostgreSQL's cluster is the caller's (`scripts/with-postgres`).

use std::process::Command;

use belfry_testkit::database::{FreshDatabase, PG_ENV};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// SQLite, in the server's data directory.
    Lite,
    /// PostgreSQL.
    Pg,
}

impl Database {
    /// Both, for what goes through them.
    pub const ALL: [Self; 2] = [Self::Lite, Self::Pg];

    /// A new, empty database; `None` for SQLite, which the server makes in its data directory.
    ///
    /// # Panics
    /// The environment names no cluster where databases can be made.
    pub fn fresh(self) -> Option<FreshDatabase> {
        (self == Self::Pg).then(FreshDatabase::pg)
    }
}

/// A copy of a database that nobody is using.
///
/// # Panics
/// It cannot be copied.
pub fn copy(source: &FreshDatabase) -> FreshDatabase {
    let copy = FreshDatabase::pg();
    let (from, to) = (url(source), url(&copy));
    let (from, to) = (name(&from), name(&to));
    for statement in [format!("DROP DATABASE {to}"), format!("CREATE DATABASE {to} TEMPLATE {from}")] {
        let cluster = std::env::var(PG_ENV).expect("checked before");
        let arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &cluster, "-c", &statement];
        let output = Command::new("psql").args(arguments).output().expect("psql runs");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    }
    copy
}

/// The URL of a PostgreSQL database.
///
/// # Panics
/// It is SQLite.
pub fn url(database: &FreshDatabase) -> String {
    database.url().expect("PostgreSQL has a URL")
}

fn name(url: &str) -> &str {
    let plain = url.split_once('?').map_or(url, |(plain, _)| plain);
    plain.rsplit_once('/').map_or(plain, |(_, name)| name)
}
