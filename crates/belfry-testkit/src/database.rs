//! A fresh database of either kind for one test: a SQLite file in a temporary folder, or a PostgreSQL database in the
//! server that `scripts/with-postgres` started. Both are gone when the value is dropped. It knows no schema.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// The environment variable with the URL of a PostgreSQL superuser.
pub const PG_ENV: &str = "BELFRY_TEST_PG";

/// An empty database.
#[derive(Debug)]
pub enum FreshDatabase {
    /// A SQLite file that does not exist yet.
    Lite(LiteFile),
    /// An empty PostgreSQL database.
    Pg(PgDatabase),
}

/// A place for a SQLite file, in a folder of its own.
#[derive(Debug)]
pub struct LiteFile {
    folder: tempfile::TempDir,
}

/// A PostgreSQL database with a name of its own.
#[derive(Debug)]
pub struct PgDatabase {
    server: String,
    name: String,
}

impl FreshDatabase {
    /// A place for a SQLite file.
    pub fn lite() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("belfry-test-")
            .tempdir()
            .expect("a temporary folder can be made");
        Self::Lite(LiteFile { folder })
    }

    /// An empty PostgreSQL database. Panics where no server is given: a test of this kind is never skipped.
    pub fn pg() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(PG_ENV).unwrap_or_else(|_| {
            panic!("{PG_ENV} is not set: run through `make test` or `scripts/with-postgres`")
        });
        let name = format!("belfry_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        // A crashed process of the same number may have left one behind.
        psql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        psql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"));
        Self::Pg(PgDatabase { server, name })
    }

    /// The path of the SQLite file.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Lite(file) => Some(file.folder.path().join("belfry.db")),
            Self::Pg(_) => None,
        }
    }

    /// The URL of the PostgreSQL database.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Lite(_) => None,
            Self::Pg(database) => {
                let (server, query) = database.server.split_once('?').unwrap_or((&database.server, ""));
                let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
                let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                Some(format!("{base}/{}{query}", database.name))
            }
        }
    }

    /// A folder that is deleted with a SQLite database, for what else a server keeps there.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Lite(file) => Some(file.folder.path()),
            Self::Pg(_) => None,
        }
    }
}

impl Drop for PgDatabase {
    fn drop(&mut self) {
        let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A failing test must show its own failure: here a second panic would abort the process.
        if !run_psql(&self.server, &text).is_ok_and(|output| output.status.success()) {
            eprintln!("the test database {} could not be dropped", self.name);
        }
    }
}

fn psql(server: &str, text: &str) {
    let output = run_psql(server, text).unwrap_or_else(|e| panic!("psql could not be started: {e}"));
    assert!(output.status.success(), "psql: {text}: {}", String::from_utf8_lossy(&output.stderr));
}

fn run_psql(server: &str, text: &str) -> std::io::Result<std::process::Output> {
    Command::new("psql").args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server, "-c", text]).output()
}
